"""The summary for a terminal: rows, findings, primary comparisons, within 80 columns.

Gives what rich can print and prints nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fairshelf.reports.forest import compared, measure_of
from fairshelf.reports.hostile import visible
from fairshelf.reports.lines import broken, whole
from fairshelf.reports.names import Names
from fairshelf.reports.remarks import changed, left_out, private
from fairshelf.reports.sentences import say
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from fairshelf.audits.results import Estimate, Finding, Results
    from fairshelf.reports.sentences import Sentences
    from fairshelf.sample_data import Planted

WIDTH = 80
_MOST_FINDINGS = 3
_MOST_ROWS = 12
_CELL = 21


def summary(results: Results, lang: str, report: Path | str = "", *, strict: bool = False) -> Group:
    """Sum an audit up for a terminal.

    Parameters
    ----------
    results
        What an audit found.
    lang
        ``en`` or ``zh``.
    report
        Where the report lies; left out where empty.
    strict
        Raise where a sentence is missing; for tests.

    Returns
    -------
    rich.console.Group
        Fits 80 columns; double-width characters count as two.
    """
    words = Words(lang, strict=strict)
    names = Names(results, words)
    parts: list[RenderableType] = [_account(results, words)]
    unread = left_out(results, words, WIDTH)
    parts += [unread] if unread else []
    parts.append(_heading("findings", words))
    told: tuple[str, ...] | None = None
    for finding in results.findings[:_MOST_FINDINGS]:
        said = say(finding, results, names)
        parts.append(_finding(finding, said, names, why=told != said.reasons))
        told = said.reasons if told is None else told
    more = len(results.findings) - _MOST_FINDINGS
    if not results.findings:
        parts.append(Padding(Text(words.text("findings.none")), (0, 0, 0, 2)))
    elif more > 0:
        parts.append(Padding(Text(words.text("console.more", count=more)), (0, 0, 0, 2)))
    table = _primary(results, names)
    if table is not None:
        parts += [Text(), _heading("primary", words), table]
    moved = changed(results, names, WIDTH)
    if moved:
        parts += [Text(), moved]
    hidden = private(results, words, WIDTH)
    if hidden and str(report):
        parts += [Text(), hidden]
    if str(report):
        place = (words.text("console.report"), "bold")
        parts += [Text(), whole(place, "  ", str(report))]
    return Group(*parts)


def _heading(name: str, words: Words) -> Text:
    return Text(words.text(f"console.{name}"), style="bold")


def _account(results: Results, words: Words) -> Group:
    rows = results.rows
    line = words.text(
        "console.account.line",
        read=rows.read,
        used=rows.used,
        rejected=rows.rejected,
        duplicate=rows.duplicate,
    )
    parts = [Text.assemble((words.text("console.account"), "bold"), "  ", line)]
    lost = next((one for one in results.limits if one.code == "limit_rows_lost"), None)
    if lost is not None:
        parts.append(Text("\n".join(broken(visible(words.message(lost), 600), WIDTH)), "bold"))
    if rows.unlabelled:
        parts.append(Text(words.text("console.unlabelled", unlabelled=rows.unlabelled)))
    return Group(*parts, Text())


def _finding(finding: Finding, said: Sentences, names: Names, *, why: bool) -> Padding:
    words = names.words
    grade = words.text(
        "console.certainty.line",
        outcome=words.label("outcome", "withheld" if finding.withheld else finding.outcome),
        certainty=words.label("certainty", finding.certainty),
    )
    lines = [_paragraph(said.lead, "bold"), *(_paragraph(part) for part in said.support)]
    lines.append(Text(grade, style="dim"))
    if why and said.reasons:
        reasons = words.joined([words.text("finding.why"), words.joined(said.reasons)])
        lines.append(_paragraph(reasons, "dim"))
    return Padding(Group(*lines), (0, 0, 1, 2))


def _paragraph(said: str, style: str = "") -> Text:
    return Text("\n".join(broken(said, WIDTH - 2)), style=style)


def _primary(results: Results, names: Names) -> Table | None:
    words = names.words
    rows = compared(results)
    if not rows:
        return None
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=WIDTH - 2)
    table.add_column(words.text("console.group"), ratio=4, overflow="fold")
    table.add_column(words.text("console.measure"), ratio=4, overflow="fold")
    table.add_column(words.text("console.ratio"), justify="right", no_wrap=True)
    table.add_column(words.text("console.interval"), ratio=3, overflow="fold")
    table.add_column(words.text("console.p"), justify="right", no_wrap=True)
    for finding, estimate in rows[:_MOST_ROWS]:
        table.add_row(*(_cell(cell) for cell in _cells(finding, estimate, names)))
    return table


def _cell(said: str) -> Text:
    return Text("\n".join(broken(said, _CELL)))


def _cells(finding: Finding, estimate: Estimate, names: Names) -> tuple[str, ...]:
    words = names.words
    group = visible(names.group(finding.attribute, finding.group), 40)
    p_value = estimate.p_value if estimate.p_adjusted is None else estimate.p_adjusted
    return (
        group,
        measure_of(estimate, names),
        names.ratio(estimate.value),
        names.range(estimate) or words.text("range.none"),
        words.p_value(p_value),
    )


def truth(
    results: Results, planted: Sequence[Planted], lang: str, *, strict: bool = False
) -> Group:
    """Hold what an audit of the sample found against what was planted in it.

    Parameters
    ----------
    results
        The audit of the sample.
    planted
        The truths of the sample.
    lang
        ``en`` or ``zh``; also the language of the sample's files.
    strict
        Raise where a sentence is missing; for tests.
    """
    words = Words(lang, strict=strict)
    names = Names(results, words)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=WIDTH - 2)
    table.add_column(words.text("console.group"), ratio=4, overflow="fold")
    table.add_column(words.text("console.truth.planted"), justify="right", no_wrap=True)
    table.add_column(words.text("console.truth.found"), justify="right", no_wrap=True)
    table.add_column(words.text("console.interval"), ratio=3, overflow="fold")
    table.add_column(words.text("console.truth.verdict"), overflow="fold")
    for one in planted:
        group = names.group(one.attribute, one.group[lang])
        against = words.text(
            "forest.against", reference=names.group(one.attribute, one.reference[lang])
        )
        subject = f"{group} ({against})"
        if not group.startswith("“"):
            subject = f"{names.attribute(one.attribute)}: {subject}"
        found = _estimate_of(results, one, lang)
        table.add_row(subject, names.ratio(one.ratio), *_held_against(found, one, names))
    told = Text(words.text("console.truth.sample"), style="dim")
    return Group(Text(), _heading("truth", words), table, told)


def _estimate_of(results: Results, planted: Planted, lang: str) -> Estimate | None:
    wanted = (planted.attribute, planted.group[lang], planted.reference[lang])
    by_key = {estimate.key: estimate for estimate in results.estimates}
    for finding in results.findings:
        for estimate in (by_key[key] for key in finding.keys if key in by_key):
            said = (estimate.attribute, estimate.group, estimate.reference)
            leading = estimate.browsing == results.provenance["primary_browsing"]
            if estimate.metric == "exposure_ratio" and leading and said == wanted:
                return estimate
    return None


def _held_against(found: Estimate | None, planted: Planted, names: Names) -> tuple[str, str, str]:
    words = names.words
    if found is None or found.value is None:
        return words.text("console.truth.missing"), "", ""
    low = found.low if found.low is not None else 0.0
    high = found.high if found.high is not None else float("inf")
    verdict = words.text("yes" if low <= planted.ratio <= high else "no")
    return names.ratio(found.value), names.range(found), verdict

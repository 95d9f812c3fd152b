"""What a terminal says beside the findings: what was left out of the reading, and what is private.

The page tells every notice; a person who only sees the terminal must at least learn of those by
which rows, sheets or columns were not counted, and that the page will not print what they see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.hostile import visible
from fairshelf.reports.lines import broken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.wording import Words

LEFT_OUT = frozenset(
    (
        *("sheets_unread", "sheets_unread_alike", "folder_files_unread", "file_is_copy"),
        *("archive_members_unread", "rows_misshapen", "time_no_year", "time_no_day"),
        *("place_joined", "time_mixed", "page_parted", "rank_of_total", "rows_hidden"),
        *("only_first_rows", "column_not_numbers", "values_left_out", "side_values_left_out"),
        *(
            "column_by_weak_heading",
            "ids_cut_off",
            "measure_in_some_files",
            "encoding_damaged",
            "feature_missing_everywhere",
            "names_alike",
            "names_turn",
            "repeats_differ",
            "sellers_not_listed",
        ),
    )
)
"""Notices by which something was not counted, or counted as what it may not be."""

MOST = 8
_LONGEST = 600


def left_out(results: Results, words: Words, width: int) -> Group | None:
    """Say what was left out while reading; None where nothing was.

    Parameters
    ----------
    results
        What an audit found.
    words
        The words of a language.
    width
        Columns of the terminal.
    """
    told = [words.message(one) for one in results.notices if one.code in LEFT_OUT]
    return listed(told, words, width)


def listed(notices: Iterable[str], words: Words, width: int) -> Group | None:
    """List sentences on what was left out, each once and the first few of them; None without any.

    Parameters
    ----------
    notices
        The sentences.
    words
        The words of a language.
    width
        Columns of the terminal.
    """
    told = dict.fromkeys(notices)
    if not told:
        return None
    lines = [Text(words.text("console.left_out"), style="bold")]
    for said in list(told)[:MOST]:
        first, *rest = broken(visible(said, _LONGEST), width - 4)
        lines.append(Text("\n".join(["  · " + first, *("    " + more for more in rest)])))
    if len(told) > MOST:
        lines.append(Text("  " + words.text("console.left_out.more", count=len(told) - MOST)))
    return Group(*lines, Text())


def changed(results: Results, names: Names, width: int) -> Text | None:
    """Say how the ratio changed at the date that was asked about; None where none was."""
    date = results.settings.get("change_at")
    asked = {(one.attribute, one.group, one.reference) for one in results.findings[:1]}
    found = [
        one
        for one in results.estimates
        if (one.period or "").startswith("change:")
        and (one.attribute, one.group, one.reference) in asked
        and one.value is not None
    ]
    if not date or not found:
        return None
    one, words = found[0], names.words
    said = words.text(
        "console.change",
        date=str(date),
        group=names.mention(one.attribute, one.group),
        reference=names.mention(one.attribute, one.reference),
        ratio=names.ratio(one.value),
        interval=names.interval(one),
    )
    return Text("\n".join(broken(said, width)))


def private(results: Results, words: Words, width: int) -> Text | None:
    """Say that the page leaves a comparison out for want of sellers; None where it does not."""
    k = rules().k
    levels = {
        (record.name, level.level): level.sellers
        for record in results.groups
        for level in record.levels
    }
    sides = (
        levels.get((finding.attribute, side))
        for finding in results.findings
        if finding.reference
        for side in (finding.group, finding.reference)
    )
    if not any(sellers is not None and 0 < sellers < k for sellers in sides):
        return None
    return Text("\n".join(broken(words.text("console.private", k=k), width)))

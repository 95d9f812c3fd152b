"""From results to a document: what every section of the report says, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fairshelf.reports import account, reproduce
from fairshelf.reports import checklist as around
from fairshelf.reports.benchmarks import benchmark_table
from fairshelf.reports.checks import adjusted_tables, series_tables
from fairshelf.reports.figures import (
    adjusted_figure,
    curve_figure,
    decomposition_figure,
    funnel_figure,
    heat_table,
    lorenz_figure,
    position_figure,
    series_figure,
)
from fairshelf.reports.forest import forest
from fairshelf.reports.forests import forest_tables
from fairshelf.reports.front import front
from fairshelf.reports.glossary import glossary, methods
from fairshelf.reports.hostile import visible
from fairshelf.reports.law import law_table
from fairshelf.reports.modelling import model_tables
from fairshelf.reports.names import Names
from fairshelf.reports.opposite import opposite
from fairshelf.reports.placing import placement_view
from fairshelf.reports.questions import questions
from fairshelf.reports.robust import robust_tables
from fairshelf.reports.sentences import say
from fairshelf.reports.tables import Tables, annex_table, tables_of
from fairshelf.reports.unnamed import unnamed
from fairshelf.reports.views import FindingView, ResultSection

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, Finding, Message, Results
    from fairshelf.reports.views import (
        FigureView,
        Forest,
        GroupSection,
        TableView,
        TermView,
    )
    from fairshelf.reports.wording import Words

ON_FIRST_PAGE = 3
MANY_GROUPS = 8
"""With more groups Lorenz curves are drawn over one kind of unit only."""
_SIZED = ("material_disparity", "disparity", "no_material_disparity")
_LONG_MESSAGE = 600


_SPACED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""A space between Chinese characters, left over where a name in Latin letters stood."""


@dataclass(frozen=True, slots=True)
class Document:
    """The report as plain text and tables, in the order of its sections."""

    title: str
    questions: tuple[str, ...]
    findings: tuple[FindingView, ...]
    more_findings: int
    forest: Forest | None
    limits: tuple[str, ...]
    front: TableView | None
    case: TableView
    rows: TableView
    inputs: TableView
    columns: tuple[TableView, ...]
    joins: TableView
    notices: tuple[str, ...]
    groups: tuple[GroupSection, ...]
    results: tuple[ResultSection, ...]
    concentration: tuple[TableView, ...]
    concentration_figures: tuple[FigureView, ...]
    robustness: tuple[tuple[str, tuple[TableView, ...], tuple[FigureView, ...]], ...]
    robustness_note: str
    annex: tuple[TableView, ...]
    model: tuple[TableView, ...]
    bias: TableView
    reply: TableView
    plan: tuple[str, ...]
    advice: tuple[str, ...]
    law: TableView | None
    checklist: TableView
    subtitle: str
    methods: tuple[str, ...]
    glossary: tuple[tuple[str, tuple[TermView, ...]], ...]
    command: str
    settings: TableView
    origin: TableView
    tool: str


def build(results: Results, words: Words) -> Document:
    """Put results into the words of a language, section by section.

    Parameters
    ----------
    results
        What an audit found; nothing is computed from it but shares of printed counts.
    words
        The words of a language.
    """
    names = Names(results, words)
    records = sorted(results.groups, key=lambda record: not record.declared)
    by_record = [(record, tables_of(results, record, names)) for record in records]
    whole = tables_of(results, None, names)
    concentration, figures = _concentration(results, names, whole, by_record)
    robustness = tuple(
        (names.attribute(record.name), tables, _figures(number, record, results, names))
        for number, (record, made) in enumerate(by_record)
        if (tables := (*_checked(results, record, names), *made.robustness()))
    )
    sections = tuple(
        _section(number, record, made, results, names)
        for number, (record, made) in enumerate(by_record)
        if record.declared or made.estimates
    )
    return Document(
        title=words.text("page.title", groups=_subject(results, names)),
        questions=questions(results, names),
        findings=tuple(_finding(f, results, names) for f in results.findings[:ON_FIRST_PAGE]),
        more_findings=max(0, len(results.findings) - ON_FIRST_PAGE),
        forest=forest(results, names),
        limits=(*_opposites(results, names), *_limits(results, names)),
        front=front(results, names),
        case=account.case_table(results, words),
        rows=account.rows_table(results, words),
        inputs=account.inputs_table(results, words),
        columns=account.columns_tables(results, words),
        joins=account.joins_table(results, words),
        notices=_notices(results, names),
        groups=account.group_sections(results, names),
        results=sections,
        concentration=concentration,
        concentration_figures=figures,
        robustness=robustness,
        robustness_note=words.text("robust.note", level=words.percent(names.level, 0)),
        annex=_annex(results, records, names),
        model=model_tables(results, names),
        bias=around.limits_table(results, _limits(results, names), words),
        reply=around.reply_table(results, words),
        plan=around.plan_sentences(results, words),
        advice=around.advice(results, words),
        law=law_table(results, words),
        checklist=around.checklist(results, words),
        subtitle=around.subtitle(results, names),
        methods=methods(results, names),
        glossary=glossary(results, names),
        command=reproduce.command(results),
        settings=reproduce.settings_table(results, words),
        origin=reproduce.origin_table(results, words),
        tool=results.tool.version,
    )


def _annex(results: Results, records: list[AttributeRecord], names: Names) -> tuple[TableView, ...]:
    made = [annex_table(results, one, names) for one in (*records, None)]
    return tuple(table for table in (*made, placement_view(results, names)) if table)


def _limits(results: Results, names: Names) -> tuple[str, ...]:
    said = [_message(limit, names) for limit in results.limits]
    return (*said, names.words.text("limits.always.law"))


def _opposites(results: Results, names: Names) -> tuple[str, ...]:
    """Say of the findings on the first page what another baseline says to the contrary."""
    told = []
    for finding in results.findings[:ON_FIRST_PAGE]:
        against = opposite(finding, results)
        if against is not None:
            told.append(
                names.words.text(
                    f"limits.opposite.{against.baseline}",
                    group=names.mention(finding.attribute, finding.group),
                    reference=names.mention(finding.attribute, finding.reference),
                    ratio=names.ratio(against.value),
                    interval=names.interval(against),
                )
            )
    return tuple(told)


def _notices(results: Results, names: Names) -> tuple[str, ...]:
    """Say what was noted on the way, with files called by their role.

    A Latin letter that begins a Chinese sentence is that of a column's name, and stays as it is.
    """
    called = account.file_roles(results, names.words)
    roles = {file.name: role for file, role in zip(results.inputs, called, strict=True)}
    said = [_message(unnamed(one, roles, names.words), names) for one in results.notices]
    if names.words.lang != "zh":
        said = [text[:1].upper() + text[1:] for text in said]
    return tuple(dict.fromkeys(_SPACED.sub("", text) for text in said))


def _message(message: Message, names: Names) -> str:
    """Say a message; attributes and groups are called what the rest of the report calls them."""
    facts = dict(message.facts)
    attribute = facts.get("attribute")
    if isinstance(attribute, str):
        facts["attribute"] = names.attribute(attribute)
        for name in ("group", "reference"):
            if isinstance(group := facts.get(name), str):
                facts[name] = names.group(attribute, group)
    return visible(names.words.message(replace(message, facts=facts)), _LONG_MESSAGE)


def _subject(results: Results, names: Names) -> str:
    declared = [record.name for record in results.groups if record.declared]
    return names.words.listing([names.attribute(name) for name in declared])


def _finding(finding: Finding, results: Results, names: Names) -> FindingView:
    words = names.words
    said = say(finding, results, names)
    return FindingView(
        lead=said.lead,
        support=said.support,
        reasons=said.reasons,
        outcome=words.label("outcome", "withheld" if finding.withheld else finding.outcome),
        outcome_code=finding.outcome,
        certainty=words.label("certainty", finding.certainty),
        size=words.label("size", finding.size) if finding.outcome in _SIZED else "",
    )


def _checked(results: Results, record: AttributeRecord, names: Names) -> tuple[TableView, ...]:
    mine = [e for e in results.estimates if e.attribute == record.name]
    return (
        *adjusted_tables(results, record, names),
        *forest_tables(results, record, names),
        *robust_tables(results, record, names),
        *series_tables(results, record, mine, names),
    )


def _figures(
    number: int, record: AttributeRecord, results: Results, names: Names
) -> tuple[FigureView, ...]:
    return (
        *adjusted_figure(results, record, names, f"adjusted-{number}"),
        *decomposition_figure(results, record, names, f"parts-{number}"),
        *curve_figure(results, record, names, f"curve-{number}"),
        *series_figure(results, record, names, f"series-{number}"),
    )


def _section(
    number: int, record: AttributeRecord, made: Tables, results: Results, names: Names
) -> ResultSection:
    reference = names.group(record.name, record.reference) if record.reference else ""
    tables = made.results(reference)
    rest = made.rest()
    benchmark = benchmark_table(results, record, names) if record.declared else None
    figure = position_figure(results, record.name, names, f"position-{number}")
    findings = [f for f in results.findings if f.attribute == record.name]
    return ResultSection(
        ident=f"results-{number}",
        title=names.words.text("section.results", attribute=names.attribute(record.name)),
        findings=tuple(_finding(finding, results, names) for finding in findings),
        tables=tuple(table for table in (*tables, benchmark, rest) if table),
        figures=(
            *((figure,) if figure else ()),
            *funnel_figure(results, record, names, f"funnel-{number}"),
        ),
        heat=heat_table(results, record, names),
    )


def _concentration(
    results: Results,
    names: Names,
    whole: Tables,
    by_record: list[tuple[AttributeRecord, Tables]],
) -> tuple[tuple[TableView, ...], tuple[FigureView, ...]]:
    tables = list(whole.concentration())
    for _, made in by_record:
        tables += made.concentration()
    rest = whole.rest()
    if rest:
        tables.append(rest)
    lorenz = results.tables.get("lorenz")
    rows = lorenz.rows if lorenz else ()
    alike = results.joins.seller_is == "listing"  # each listing is its own seller: one curve twice
    scopes = [s for s in dict.fromkeys(str(row[0]) for row in rows) if s != "sellers" or not alike]
    if len({row[2] for row in rows}) > MANY_GROUPS:
        scopes = scopes[-1:]
    figures: list[FigureView] = []
    for scope in scopes:
        found = dict.fromkeys(row[1] for row in rows if row[0] == scope and row[2] is not None)
        for attribute in found or {None: None}:
            name = None if attribute is None else str(attribute)
            ident = f"lorenz-{len(figures)}"
            figure = lorenz_figure(results, scope, name, names, ident)
            if figure:
                figures.append(figure)
    return tuple(tables), tuple(figures)

"""Where the numbers come from: the case, the files, the rows, the joins, the groups."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from fairshelf.audits.case import ITEMS as CASE_ITEMS
from fairshelf.audits.results import Joins
from fairshelf.reports.disclosure.public import MARK, is_public
from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, GroupSection, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, InputFile, Level, Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.wording import Words

_LONG_ENTRY = 2_000
_MOST_VALUES = 60
_MOST_COLUMNS = 40
_FEW, _INDICATIVE = 5, 10
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}


def case_table(results: Results, words: Words) -> TableView:
    """Say who, what and when; what was not given is printed as not reported, or in one line."""
    case = dict(results.case)
    if isinstance(kind := case.get("evidence_type"), str):
        case["evidence_type"] = words.label("evidence", kind)
    known = [(words.text(f"case.{item}"), case.get(item)) for item in CASE_ITEMS]
    others = [
        (visible(str(item)), entry)
        for item, entry in results.case.items()
        if item not in CASE_ITEMS and item != "question"
    ]
    if all(_is_empty(entry) for _, entry in (*known, *others)):
        return TableView(words.text("section.case"), (), (), words.text("case.none"))
    rows = tuple((Cell(item), Cell(_entry(entry, words))) for item, entry in [*known, *others])
    columns = ((words.text("case.item"), False), (words.text("case.entry"), False))
    return TableView(words.text("section.case"), columns, rows)


def _is_empty(entry: object) -> bool:
    return entry is None or entry in ("", [], {})


def _entry(entry: object, words: Words) -> str:
    if _is_empty(entry):
        return words.text("not_reported")
    if isinstance(entry, str):
        return visible(words.date(entry), _LONG_ENTRY)
    return visible(words.fact(entry), _LONG_ENTRY)


def rows_table(results: Results, words: Words) -> TableView:
    """Account for every row of the log."""
    rows = results.rows
    counts = {
        "read": rows.read,
        "used": rows.used,
        "rejected": rows.rejected,
        "duplicate": rows.duplicate,
        "unlabelled": rows.unlabelled,
    }
    balanced = rows.read == rows.used + rows.rejected + rows.duplicate
    kind = "sum" if balanced else "sum_wrong"
    if is_public(results):
        mark = results.provenance[MARK]
        kind = "rounded" if isinstance(mark, dict) and mark.get("rows_add_up") else "sum_wrong"
    note = words.text(f"data.account.{kind}", **counts)
    cells = tuple(
        (Cell(words.text(f"data.account.{name}")), Cell(words.integer(count), numeric=True))
        for name, count in counts.items()
    )
    columns = ((words.text("data.what"), False), (words.text("data.count"), True))
    return TableView(words.text("data.account"), columns, cells, note)


def joins_table(results: Results, words: Words) -> TableView:
    """Account for the joins of the log with the seller table and the catalogue."""
    counts = {
        field.name: getattr(results.joins, field.name)
        for field in fields(Joins)
        if field.name != "seller_is"
    }
    cells = tuple(
        (Cell(words.text(f"joins.{name}")), Cell(words.integer(count), numeric=True))
        for name, count in counts.items()
        if count is not None
    )
    columns = ((words.text("data.what"), False), (words.text("data.count"), True))
    note = words.text(f"seller_is.{results.joins.seller_is}")
    return TableView(words.text("data.joins"), columns, cells, note)


MODEL = "model"
"""The role of a file that holds no rows; how large it is was not noted."""


def file_roles(results: Results, words: Words) -> list[str]:
    """Name the files by their role; several of one role are numbered."""
    roles = [file.role for file in results.inputs]
    named = []
    for place, role in enumerate(roles):
        label = words.label("role", role)
        if roles.count(role) > 1:
            number = roles[: place + 1].count(role)
            label = words.text("role.numbered", role=label, number=number)
        named.append(label)
    return named


def inputs_table(results: Results, words: Words) -> TableView:
    """List the files by role, with their form and the start of their digest, never by name."""
    rows = tuple(
        (
            Cell(role, _form(file, words)),
            Cell(
                words.text("none") if file.role == MODEL else words.integer(file.rows), numeric=True
            ),
            Cell(f"sha256:{file.sha256[:12]}" if file.sha256 else "–", code=bool(file.sha256)),
        )
        for role, file in zip(file_roles(results, words), results.inputs, strict=True)
    )
    columns = (
        (words.text("data.role"), False),
        (words.text("data.rows"), True),
        (words.text("data.digest"), False),
    )
    return TableView(words.text("data.inputs"), columns, rows)


def _form(file: InputFile, words: Words) -> str:
    if file.role == MODEL:
        return words.label("model.kind", file.format)
    parts = [file.format, file.encoding or ""]
    if file.delimiter:
        name = words.text(f"data.delimiter.{_DELIMITERS.get(file.delimiter, 'other')}")
        parts.append(words.text("data.delimiter", delimiter=name))
    if file.header_row:
        parts.append(words.text("data.header_row", row=file.header_row))
    if file.decimal == ",":
        parts.append(words.text("data.decimal_comma"))
    parts.append(words.text("data.bytes", bytes=file.bytes))
    return words.text("list.separator").join(visible(part) for part in parts if part)


def columns_tables(results: Results, words: Words) -> tuple[TableView, ...]:
    """State for each file which heading was taken for which column; equal files once."""
    made: list[TableView] = []
    seen: set[tuple[object, ...]] = set()
    for role, file in zip(file_roles(results, words), results.inputs, strict=True):
        alike = (file.role, file.columns, file.unused)
        if alike not in seen and (file.columns or file.unused):
            seen.add(alike)
            made.append(_columns_table(role, file, words))
    return tuple(made)


def _columns_table(role: str, file: InputFile, words: Words) -> TableView:
    rows = tuple(
        (
            Cell(visible(match.heading)),
            Cell(_column_name(match.canonical, words)),
            Cell(words.label("how", match.how)),
            Cell(words.percent(match.confidence, 0), numeric=True),
        )
        for match in file.columns[:_MOST_COLUMNS]
    )
    columns = (
        (words.text("data.heading"), False),
        (words.text("data.canonical"), False),
        (words.text("data.how"), False),
        (words.text("data.confidence"), True),
    )
    unused = [visible(heading, 40) for heading in file.unused]
    note = words.text("data.unused", columns=unused) if unused else ""
    return TableView(role, columns, rows, note)


def _column_name(canonical: str, words: Words) -> str:
    msgid = f"column.{canonical}"
    return words.text(msgid) if words.has(msgid) else visible(canonical)


def group_sections(results: Results, names: Names) -> tuple[GroupSection, ...]:
    """Describe every attribute; those asked for first."""
    records = sorted(results.groups, key=lambda record: not record.declared)
    return tuple(
        _group_section(f"groups-{number}", record, results, names)
        for number, record in enumerate(records)
    )


def _group_section(
    ident: str, record: AttributeRecord, results: Results, names: Names
) -> GroupSection:
    words = names.words
    extra = max(0, len(record.mapping) - _MOST_VALUES)
    title = names.attribute(record.name)
    return GroupSection(
        ident=ident,
        title=title,
        sources=tuple(_sources(record, results, words)),
        counts=_counts(record, results, names),
        mapping=_mapping(record, names) if _says_something(record) else None,
        mapping_more=words.text("groups.mapping.more", count=extra) if extra else "",
    )


def _says_something(record: AttributeRecord) -> bool:
    return any(rule.value != rule.level for rule in record.mapping)


def _sources(record: AttributeRecord, results: Results, words: Words) -> list[str]:
    told = []
    if record.column:
        msgid = "groups.source.column_read" if _says_something(record) else "groups.source.column"
        if record.standard and not record.mapping:
            msgid = "groups.source.column_withheld"
        told.append(words.text(msgid, column=visible(_heading(record.column, results))))
    if record.standard:
        version = visible(record.standard_version or "")
        msgid = "groups.source.standard" if version else "groups.source.standard_bare"
        standard = visible(record.standard)
        told.append(words.text(msgid, standard=standard, version=version))
    if record.source:
        known = f"groups.origin.{record.source}"
        source = words.text(known) if words.has(known) else visible(record.source, 400)
        told.append(words.text("groups.source.origin", source=source))
    if record.verification:
        text = visible(record.verification, 400)
        told.append(words.text("groups.source.verification", verification=text))
    if not record.declared:
        told.append(words.text("groups.beside"))
    return told


def _heading(column: str, results: Results) -> str:
    """Give the heading in the files of the column that an attribute was made from."""
    given = results.settings.get("attributes")
    if isinstance(given, dict) and isinstance(given.get(column), str):
        return str(given[column])
    matches = (match for file in results.inputs for match in file.columns)
    return next((match.heading for match in matches if match.canonical == column), column)


def _counts(record: AttributeRecord, results: Results, names: Names) -> TableView:
    words = names.words
    heads = ("sellers", "listings", "impressions")
    columns = (
        (words.text("groups.level"), False),
        *((words.text(f"groups.{head}"), True) for head in heads),
    )
    rows = tuple(_count_row(record, level, results, names) for level in record.levels)
    return TableView(names.attribute(record.name), columns, rows)


def _count_row(
    record: AttributeRecord, level: Level, results: Results, names: Names
) -> tuple[Cell, ...]:
    words = names.words
    if level.sellers is None:
        withheld = Cell(words.text("cell.suppressed"), numeric=True)
        return Cell(names.group(record.name, level.level)), *(withheld,) * 3
    total = sum(one.impressions or 0 for one in record.levels)
    known = all(one.impressions is not None for one in record.levels)
    share = (level.impressions or 0) / total if total and known else None
    shown = (
        words.text("groups.shown", count=level.sellers_shown),
        words.text("groups.shown", count=level.listings_shown),
        words.percent(share) if known else "",
    )
    counts = (level.sellers, level.listings, level.impressions)
    return (
        Cell(names.group(record.name, level.level), _remark(record, level, results, words)),
        *(
            Cell(words.integer(count), sub, numeric=True)
            for count, sub in zip(counts, shown, strict=True)
        ),
    )


def _remark(record: AttributeRecord, level: Level, results: Results, words: Words) -> str:
    if level.level == record.reference:
        return words.text("groups.reference")
    if results.joins.seller_is == "none" or level.level == "unknown" or level.sellers is None:
        return ""
    if level.sellers < _FEW:
        return words.text("groups.few")
    return words.text("groups.indicative") if level.sellers < _INDICATIVE else ""


def _rule(code: str, names: Names) -> Cell:
    """Say a rule in words; a rule without words, such as a standard's name, as it is."""
    head, _, part = code.partition(":")
    for msgid in (f"rule.{code}", f"rule.{head}"):
        if names.words.has(msgid):
            named = [names.attribute(name) for name in part.split("+") if name]
            return Cell(names.words.text(msgid, part=named))
    return Cell(visible(code), code=True)


def _mapping(record: AttributeRecord, names: Names) -> TableView:
    words = names.words
    rows = tuple(
        (
            Cell(visible(rule.value)),
            Cell(names.group(record.name, rule.level)),
            _rule(rule.rule, names),
            Cell(words.integer(rule.sellers), numeric=True),
        )
        for rule in record.mapping[:_MOST_VALUES]
    )
    columns = (
        (words.text("groups.mapping.value"), False),
        (words.text("groups.level"), False),
        (words.text("groups.mapping.rule"), False),
        (words.text("groups.sellers"), True),
    )
    return TableView(words.text("groups.mapping"), columns, rows)

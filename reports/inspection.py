"""What ``audit inspect`` tells: how files were read, which column is which, what they support."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.hostile import visible
from fairshelf.reports.lines import broken
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from rich.console import RenderableType

    from fairshelf.audits.pipeline.inspect import Inspection

WIDTH = 80
_CELL = 22
_NAMED = 3
_ROWS = 5
_FILES = ("file", "files")


def inspection(found: Sequence[Inspection], lang: str, *, strict: bool = False) -> Group:
    """Tell what files are and what they can support.

    Parameters
    ----------
    found
        One inspection per file.
    lang
        ``en`` or ``zh``.
    strict
        Raise where a sentence is missing; for tests.

    Returns
    -------
    rich.console.Group
        Fits 80 columns.
    """
    words = Words(lang, strict=strict)
    parts: list[RenderableType] = []
    for group in _alike(found):
        parts += _file(group, words)
    return Group(*parts)


def _alike(found: Sequence[Inspection]) -> list[list[Inspection]]:
    """Put files together that are read alike and say the same of the same headings.

    They stand in the order of the first ones.
    """
    groups: dict[Hashable, list[Inspection]] = {}
    for one in found:
        file = one.file
        key = (
            (file.format, file.encoding, file.delimiter, file.header_row, file.decimal),
            file.columns,
            tuple(heading for heading, _ in one.examples),
            tuple(error.code for error in one.problems),
            tuple(message.code for message in one.supports),
        )
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _file(group: Sequence[Inspection], words: Words) -> list[RenderableType]:
    one = group[0]
    parts: list[RenderableType] = [Text(visible(one.file.name, 70), style="bold")]
    if len(group) > 1:
        told = words.text("inspect.alike", count=len(group), others=_names(group[1:]))
        parts += [Text("  " + line) for line in broken(visible(told, 300), WIDTH - 2)]
    parts += [Text("  " + line) for line in _read(group, words)]
    parts += [Text(), _section("columns", words), _columns(one, words)]
    for code, lines in (
        ("supports", [words.message(message) for message in one.supports]),
        ("problems", [line for error in one.problems for line in words.error(error) if line]),
        ("rejected", _rejected(group, words)),
        ("notices", _notices(group, words)),
    ):
        if lines:
            parts += [Text(), _section(code, words)]
            parts += [_item(visible(line, 600)) for line in lines]
    return [*parts, Text()]


def _item(line: str) -> Text:
    first, *rest = broken(line, WIDTH - 4)
    return Text("\n".join(["  · " + first, *("    " + more for more in rest)]))


def _section(code: str, words: Words) -> Text:
    return Text(words.text(f"inspect.{code}"), style="bold")


def _names(group: Sequence[Inspection]) -> list[str]:
    names = [visible(one.file.name, 40) for one in group[:_NAMED]]
    return [*names, "…"] if len(group) > _NAMED else names


def _notices(group: Sequence[Inspection], words: Words) -> list[str]:
    """Give what is said of the first file, and of the others what differs by more than its name."""
    seen: dict[Hashable, str] = {}
    for one in group:
        for message in one.notices:
            facts = {name: fact for name, fact in message.facts.items() if name not in _FILES}
            seen.setdefault((message.code, str(facts)), words.message(message))
    return list(seen.values())


def _read(group: Sequence[Inspection], words: Words) -> list[str]:
    file = group[0].file
    size, rows = (sum(getattr(one.file, n) for one in group) for n in ("bytes", "rows"))
    told = [words.text("inspect.size", format=file.format, bytes=size, rows=rows)]
    if file.encoding:
        told.append(words.text("inspect.encoding", encoding=file.encoding))
    if file.delimiter:
        told.append(words.text("inspect.delimiter", delimiter=repr(file.delimiter)))
    if file.sheet:
        told.append(words.text("inspect.sheet", sheet=visible(file.sheet, 40)))
    if file.header_row:
        told.append(words.text("inspect.header", row=file.header_row))
    if file.decimal == ",":
        told.append(words.text("inspect.decimal", mark=file.decimal))
    out = sum(one.set_aside for one in group)
    told.append(words.text("inspect.account", rows=rows, used=rows - out, out=out))
    return told


def _columns(one: Inspection, words: Words) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=WIDTH - 2)
    for name in ("heading", "taken", "confidence", "examples"):
        table.add_column(words.text(f"inspect.{name}"), overflow="fold")
    taken = {match.heading: match for match in one.file.columns}
    for heading, values in one.examples:
        match = taken.get(heading)
        shown = _values(values, one.numbers.get(heading, ()))
        if match is None:
            table.add_row(Text(visible(heading, _CELL)), Text("-"), Text(""), Text(shown))
            continue
        sure = f"{words.percent(match.confidence, 0)} {words.text(f'inspect.how.{match.how}')}"
        taken_for = words.column(match.canonical)
        table.add_row(Text(visible(heading, _CELL)), Text(taken_for), Text(sure), Text(shown))
    return table


def _values(values: Sequence[str], numbers: Sequence[float | None]) -> str:
    """Give a column's first values; with what they were read as, one a line, if not plain."""
    both = zip_longest(values, numbers)
    told = [value if number is None else _as_read(value, number) for value, number in both]
    if told == list(values):
        return visible(" · ".join(values), _CELL)
    return "\n".join(visible(one, _CELL + 8) for one in told)


def _as_read(value: str, number: float) -> str:
    try:
        plain = float(value.replace(",", "")) == number
    except ValueError:
        plain = False
    return value if plain else f"{value} = {number:,.12g}"


def _rejected(group: Sequence[Inspection], words: Words) -> list[str]:
    """Give the first rows set aside; of several files, with the name of each row's file."""
    told = []
    for one in group:
        for row, column, value, reason in one.rejected:
            line = words.text(
                "inspect.row" if column else "inspect.row.whole",
                row=row,
                column=visible(column, _CELL),
                value=visible(value, _CELL),
                reason=words.text(f"reason.{reason}"),
            )
            name = visible(one.file.name, 40)
            told.append(words.text("inspect.of", file=name, line=line) if len(group) > 1 else line)
    return told[:_ROWS]

"""The standards that stand in ``audits/standards``: which there are, and what each needs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from fairshelf.audits.errors import UsageError, nearest

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Standard:
    """A published way to tell rural from urban, or small from large.

    Attributes
    ----------
    id
        What is typed: ``CN-NBS-URC``.
    kind
        ``rural`` (labels codes of places) or ``size`` (labels numbers of a firm).
    usable
        Whether its table here can label sellers; the others stand for reference.
    needs
        Canonical columns it works from: all of ``region_code`` or ``locality``, or numbers.
    options
        What may follow an ``@``, empty where the standard leaves no choice.
    verification
        How the numbers were checked; only texts starting ``primary`` were read in the original.
    """

    id: str
    kind: Literal["rural", "size"]
    jurisdiction: str
    title: str
    version: str
    usable: bool
    needs: tuple[str, ...]
    options: tuple[str, ...]
    verified: bool
    verification: str
    source: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A standard and the choice typed behind its ``@`` (empty without one)."""

    standard: Standard
    option: str


METRIC_COLUMNS = {
    "employees": "employees",
    "revenue": "annual_revenue",
    "turnover": "annual_revenue",
    "assets": "assets",
    "balance_sheet": "balance_sheet",
    "investment": "investment",
}
"""Which seller column holds a scheme's metric."""


@cache
def read_standard_table(name: str) -> tuple[Row, ...]:
    """Give the rows of a table of ``audits/standards``, by its file name."""
    text = files("fairshelf.audits").joinpath("standards", name).read_text(encoding="utf-8-sig")
    return tuple(csv.DictReader(text.splitlines(keepends=True)))


@cache
def list_standards() -> tuple[Standard, ...]:
    """Give every standard of the tables, rural ones first, in the tables' order."""
    rural = _by_scheme("rural_codes.csv")
    sizes = _by_scheme("size_standards.csv")
    return (
        *(_rural_standard(rows) for rows in rural.values()),
        *(_size_standard(rows) for rows in sizes.values()),
    )


def find_standard(chosen: str, kind: str | None = None) -> Chosen:
    """Find a standard by its id, with an optional ``@choice`` behind it.

    Raises
    ------
    UsageError
        ``standard_unknown`` with the nearest ids; ``standard_not_usable`` for a row that only
        stands for reference; ``standard_wrong_kind`` where ``kind`` asks for the other one;
        ``standard_bad_option`` for a choice the standard does not leave.
    """
    name, at, option = chosen.strip().partition("@")
    usable = [standard.id for standard in list_standards() if standard.usable]
    by_id = {standard.id.casefold(): standard for standard in list_standards()}
    standard = by_id.get(name.casefold())
    if standard is None:
        near = nearest(name.upper(), usable) or usable
        raise UsageError("standard_unknown", standard=name, suggestions=near, known=usable)
    if not standard.usable:
        raise UsageError("standard_not_usable", standard=standard.id, known=usable)
    if kind is not None and standard.kind != kind:
        fitting = [other.id for other in list_standards() if other.usable and other.kind == kind]
        raise UsageError("standard_wrong_kind", standard=standard.id, known=fitting)
    if at and option not in standard.options:
        raise UsageError(
            "standard_bad_option",
            standard=standard.id,
            option=option,
            known=[standard.id, *(f"{standard.id}@{choice}" for choice in standard.options)],
        )
    return Chosen(standard, option)


def rows_of(standard: Standard) -> tuple[Row, ...]:
    """Give the rows of a standard's table."""
    name = "rural_codes.csv" if standard.kind == "rural" else "size_standards.csv"
    return tuple(row for row in read_standard_table(name) if row["scheme_id"] == standard.id)


def _by_scheme(name: str) -> dict[str, list[Row]]:
    schemes: dict[str, list[Row]] = {}
    for row in read_standard_table(name):
        schemes.setdefault(row["scheme_id"], []).append(row)
    return schemes


def _rural_standard(rows: list[Row]) -> Standard:
    first = rows[-1]
    return Standard(
        id=first["scheme_id"],
        kind="rural",
        jurisdiction=first["jurisdiction"],
        title=first["scheme"],
        version=first["version"],
        usable=any(row["pattern"] for row in rows),
        needs=("region_code", "locality"),
        options=_rural_options(rows),
        verified=all(row["verified"] == "yes" for row in rows),
        verification=first["verification"],
        source=first["source"],
    )


def _rural_options(rows: list[Row]) -> tuple[str, ...]:
    """Give the cuts for codes that are the user's choice, or the two sides of a context class."""
    choices = [int(row["code"]) for row in rows if row["class"] == "choice"]
    if choices:
        return tuple(str(cut) for cut in range(min(choices), max(choices) + 2))
    return ("rural", "urban") if any(row["class"] == "context" for row in rows) else ()


def _size_standard(rows: list[Row]) -> Standard:
    first = rows[0]
    columns = [METRIC_COLUMNS[row["metric"]] for row in rows if row["metric"] in METRIC_COLUMNS]
    sectors = tuple(dict.fromkeys(row["sector_code"] for row in rows))
    by_sector = len(sectors) > 1
    needs = tuple(dict.fromkeys([*columns, *(["sector"] if by_sector else [])]))
    return Standard(
        id=first["scheme_id"],
        kind="size",
        jurisdiction=first["jurisdiction"],
        title=first["instrument"],
        version=first["in_force_date"],
        usable=bool(first["combine_rule"]) and bool(columns),
        needs=needs,
        options=sectors if by_sector else (),
        verified=all(row["verified"] == "yes" for row in rows),
        verification=first["verification"],
        source=first["source"],
    )

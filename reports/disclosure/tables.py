"""The tables of the figures as they may be published; tables that are not listed are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.results import Table
from fairshelf.reports.disclosure.estimates import marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.results import Cell, Results
    from fairshelf.reports.disclosure.cells import Withheld
    from fairshelf.reports.disclosure.rules import Rules

Row = dict[str, object]

POOLED = "pooled"
"""Level under which the withheld groups stand together where a figure stacks shares."""

OF_CONTRASTS = ("adjusted", "hidden_cause", "decomposition", "placebo", "flexible", "placement")
"""Tables with a row for each contrast and nothing in them that a small cell follows from."""

COUNTS = frozenset(("sellers", "listings", "incomplete", "requests", "unknown_sellers"))
"""Columns that hold counts."""

ONE_SELLER = ("seller_lowest", "seller_highest", "category_lowest", "category_highest")
"""Ratios without one seller or one category, which tell what that one holds."""


@dataclass(frozen=True, slots=True)
class _Given:
    results: Results
    closed: Withheld
    limits: Rules

    def shut(self, row: Row) -> bool:
        """Tell a row about a group, or a comparison, of which nothing is told."""
        return self.closed.shuts(row["attribute"], row["group"], row["reference"])

    def beside(self, row: Row) -> bool:
        """Tell a comparison of groups of which no count is told."""
        return self.closed.hides(row["attribute"], row["group"], row.get("reference"))

    def elsewhere(self, row: Row) -> bool:
        """Tell a ratio by another definition, which is one equation more on withheld groups."""
        name, definition = str(row["attribute"]), str(row["definition"])
        told = self.closed.touches(name) or self.closed.touches(definition)
        return told and definition != name

    def hidden(self, row: Row) -> bool:
        """Tell a row about a group of which no count is told."""
        return (str(row["attribute"]), str(row["group"])) in self.closed.summed

    def told(self, row: Row) -> Row:
        """Give a row with its counts and figures rounded; no count beside a withheld group."""
        beside = self.beside(row)
        digits = self.limits.beside if beside else self.limits.figures
        made: Row = {}
        for name, value in row.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                made[name] = value
            elif name in COUNTS:
                count = int(value)
                rounded = self.limits.sellers if name == "sellers" else self.limits.rounded
                made[name] = None if beside else rounded(count)
            elif isinstance(value, int):
                made[name] = value
            else:
                made[name] = self.limits.figure(value, marks(self.results), digits)
        return made


def public_tables(results: Results, closed: Withheld, limits: Rules) -> dict[str, Table]:
    """Give the tables that may be published.

    Parameters
    ----------
    results, closed, limits
        The full results, what is withheld, and the thresholds.
    """
    given = _Given(results, closed, limits)
    makers: dict[str, Callable[[_Given, Table], Table]] = {
        "exposure_by_position": _positions,
        "lorenz": _lorenz,
        "balance": _balance,
        "specification_curve": _curve,
        "robustness": _robustness,
        "ranking_model": _model,
        "features": _features,
        "quality": _quality,
        **dict.fromkeys(OF_CONTRASTS, _contrasts),
    }
    return {
        name: made
        for name, table in results.tables.items()
        if name in makers and (made := makers[name](given, table)).rows
    }


def _rows(table: Table) -> list[Row]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _back(table: Table, rows: list[Row]) -> Table:
    kept = (tuple(_cell(row[name]) for name in table.columns) for row in rows)
    return Table(table.columns, tuple(kept))


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float) else None


def _number(row: Row, name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _contrasts(given: _Given, table: Table) -> Table:
    return _back(table, [given.told(row) for row in _rows(table) if not given.shut(row)])


def _positions(given: _Given, table: Table) -> Table:
    """Put positions together until each bin has k sellers, and the withheld groups into one."""
    told: list[Row] = []
    by_attribute: dict[str, list[Row]] = {}
    for row in _rows(table):
        by_attribute.setdefault(str(row["attribute"]), []).append(row)
    for attribute, rows in by_attribute.items():
        bins = _bins(rows, given.limits.k)
        pooled = {
            str(row["group"])
            for row in rows
            if (attribute, str(row["group"])) in given.closed.summed
        }
        if pooled == {str(row["group"]) for row in rows}:
            continue
        for label, inside, sellers in bins:
            held: dict[str, float] = {}
            for row in rows:
                if row["position"] in inside:
                    group = POOLED if str(row["group"]) in pooled else str(row["group"])
                    held[group] = held.get(group, 0.0) + _number(row, "impressions")
            total = sum(held.values())
            told += [
                {
                    "attribute": attribute,
                    "group": group,
                    "position": label,
                    "impressions": given.limits.rounded(int(count)),
                    "share": round(count / total, 3),
                    "sellers": given.limits.sellers(sellers),
                }
                for group, count in held.items()
                if total > 0
            ]
    return _back(table, told)


def _bins(rows: list[Row], least: int) -> list[tuple[str, set[object], int]]:
    """Merge neighbouring positions: (label, positions, sellers) of each bin."""
    sellers = {row["position"]: int(_number(row, "sellers")) for row in rows}
    bins: list[tuple[list[str], int]] = []
    for position, count in sellers.items():
        if bins and bins[-1][1] < least:
            bins[-1] = ([*bins[-1][0], str(position)], bins[-1][1] + count)
        else:
            bins.append(([str(position)], count))
    if len(bins) > 1 and bins[-1][1] < least:
        last = bins.pop()
        bins[-1] = ([*bins[-1][0], *last[0]], bins[-1][1] + last[1])
    if len(bins) == 1 and bins[0][1] < least:
        return []
    return [(_label(names), set(names), count) for names, count in bins]


def _label(names: list[str]) -> str:
    first, last = names[0].partition("-")[0], names[-1].rpartition("-")[2]
    return first if first == last else f"{first}-{last}"


def _lorenz(given: _Given, table: Table) -> Table:
    """Keep points of a curve only where k sellers or more lie between them.

    The half is always one of them; a curve of fewer than 2k sellers is left out, as its two ends
    alone would look like equality.
    """
    told: list[Row] = []
    curves: dict[tuple[object, ...], list[Row]] = {}
    for row in _rows(table):
        curves.setdefault((row["scope"], row["attribute"], row["group"]), []).append(row)
    sellers = _sellers(given)
    for (_, attribute, group), points in curves.items():
        if (str(attribute), str(group)) in given.closed.summed:
            continue
        parts = _parts(len(points) - 1, sellers.get((attribute, group), 0) // given.limits.k)
        if parts:
            told += points[:: (len(points) - 1) // parts]
    return _back(table, told)


def _parts(steps: int, most: int) -> int:
    """Give into how many equal parts a curve may be cut, at tenths, quarters or the half; 0: none.

    Finer than tenths where they divide its own steps.
    """
    fits = [n for n in (2, 4, *range(10, steps + 1, 10)) if n <= most and steps % n == 0]
    return max(fits, default=0)


def _sellers(given: _Given) -> dict[tuple[object, ...], int]:
    """Count the sellers behind each curve: of a group, and of the whole log."""
    told: dict[tuple[object, ...], int] = {
        (record.name, level.level): level.sellers or 0
        for record in given.results.groups
        for level in record.levels
    }
    joins = given.results.joins
    told[None, None] = max(joins.sellers_in_log, joins.sellers_in_table or 0)
    return told


def _model(given: _Given, table: Table) -> Table:
    """Round the counts of a replay; the model's digest is salted as those of files are."""
    told: list[tuple[Cell, ...]] = []
    for fact, value in table.rows:
        if fact in ("candidates", "requests", "tied", "unscored", "constant_requests"):
            told.append((fact, given.limits.rounded(int(value or 0))))
        elif fact == "sha256":
            told.append((fact, None))
        else:
            told.append((fact, value))
    return Table(table.columns, tuple(told))


def _features(given: _Given, table: Table) -> Table:
    """Leave out the headings of the file, and round how often a feature is missing."""
    rows = [
        (name, None, *(given.limits.rounded(int(n or 0)) for n in counts))
        for name, _, *counts in table.rows
    ]
    return Table(table.columns, tuple(rows))


def _quality(given: _Given, table: Table) -> Table:
    """Leave out the quality of the order within a group that is withheld."""
    kept = [row for row in _rows(table) if row["group"] is None or not given.hidden(row)]
    return _back(table, [given.told(row) for row in kept])


def _balance(given: _Given, table: Table) -> Table:
    """Leave out words: a word of few sellers' listings cannot be told from others here."""
    kept = [r for r in _rows(table) if not given.shut(r) and not r["word"]]
    hidden = dict.fromkeys(("group_mean", "reference_mean"))
    return _back(table, [given.told({**r, **hidden} if given.beside(r) else r) for r in kept])


def _curve(given: _Given, table: Table) -> Table:
    """Leave out specifications with fewer than k sellers that hold anything in a group."""
    kept: list[Row] = []
    for row in _rows(table):
        few = 0 < _number(row, "sellers") < given.limits.k
        if not (few or given.shut(row) or given.elsewhere(row)):
            kept.append(given.told(row))
    return _back(table, kept)


def _robustness(given: _Given, table: Table) -> Table:
    """Leave out what tells one seller, one category or those of no known group.

    Ranges over specifications are those of the published ones. Where other definitions would tell
    a withheld group, they are the audit's own alone.
    """
    curve = given.results.tables.get("specification_curve")
    shown = _rows(_curve(given, curve)) if curve else []
    kept: list[Row] = []
    for row in _rows(table):
        if given.shut(row):
            continue
        told = {**given.told(row), **dict.fromkeys(ONE_SELLER)}
        if given.closed.touches(str(row["attribute"])):
            told |= dict.fromkeys(name for name in row if name.startswith("unknown_"))
        mine = [one for one in shown if _same(one, row)]
        told |= _ends(mine, "") | _ends([m for m in mine if m.get("question") == "same"], "same_")
        if curve and any(given.elsewhere(one) and _same(one, row) for one in _rows(curve)):
            told |= {"specifications": len(mine), "share_agree": None, "share_firm": None}
        kept.append(told)
    return _back(table, kept)


def _ends(rows: list[Row], kind: str) -> Row:
    """Give the lowest and highest ratio of some specifications; None where there are none."""
    values = [_number(one, "value") for one in rows]
    ends = {"lowest": min(values, default=None), "highest": max(values, default=None)}
    return {f"{kind}{name}": value for name, value in ends.items()}


def _same(one: Row, other: Row) -> bool:
    return all(one[name] == other[name] for name in ("attribute", "group", "reference"))

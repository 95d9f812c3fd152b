"""Which figure a rule is about: one estimate, or one row of the quality of an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import nearest
from fairshelf.audits.gate.grammar import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate.grammar import Rule
    from fairshelf.audits.results import Estimate, Results

QUALITY = ("ndcg", "pairwise_accuracy", "kendall_tau")
_METHODS = ("permutation", "exact", "label_permutation")
"""Methods whose interval decides, before all others, where an estimate has several."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a rule is held against. ``exact``: there is no sampling in it."""

    key: str
    value: float | None
    low: float | None
    high: float | None
    sellers: int | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why there is no figure (no such metric or key, several, withheld), and the choice."""

    why: str
    name: str
    known: tuple[str, ...]


def find(rule: Rule, results: Results) -> Figure | NotFound:
    """Find the one figure a rule is about.

    Keys that the rule leaves out take the primary settings: the declared attribute, its reference,
    the first browsing model, the leading baseline, the depth of the first page, all listings, not
    adjusted, the whole period.
    """
    if rule.metric in QUALITY:
        return _quality(rule, results)
    left = [one for one in results.estimates if one.metric == rule.metric]
    if not left:
        known = list(dict.fromkeys([*(one.metric for one in results.estimates), *QUALITY]))
        return NotFound("metric", rule.metric, tuple(nearest(rule.metric, known) or known[:8]))
    given = dict(rule.keys)
    for key in KEYS:
        have = list(dict.fromkeys(_said(one, key) for one in left))
        if key in given:
            wanted = _folded(key, given[key])
            left = [one for one in left if _said(one, key) == wanted]
            if not left:
                known = [one for one in have if one]
                return NotFound("key", f"{key}={given[key]}", tuple(known[:12]))
            continue
        if len(have) > 1:
            chosen = _primary(key, have, results, left)
            if chosen is None:
                return NotFound("ambiguous", key, tuple(one or "-" for one in have[:12]))
            left = [one for one in left if _said(one, key) == chosen]
    one = left[0]
    if one.suppressed:
        return NotFound("withheld", one.key, ())
    return Figure(one.key, one.value, one.low, one.high, one.sellers, one.requests)


def _said(one: Estimate, key: str) -> str:
    value = getattr(one, key)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _folded(key: str, typed: str) -> str:
    return typed.lower() if key == "adjusted" else typed


def _primary(
    key: str, have: Sequence[str], results: Results, left: Sequence[Estimate]
) -> str | None:
    """Choose among the values of a key that a rule left out; None where nothing is primary."""
    wanted: Any
    if key == "attribute":
        declared = [one.name for one in results.groups if one.declared and one.name in have]
        return declared[0] if len(declared) == 1 else None
    if key == "group":
        return None
    if key == "browsing":
        wanted = results.provenance.get("primary_browsing")
    elif key == "baseline":
        wanted = results.provenance.get("primary_baseline")
    elif key == "cutoff":
        wanted = str(results.provenance.get("primary_cutoff"))
    elif key == "method":
        wanted = next((one for one in _METHODS if one in have), _said(left[0], key))
    else:
        wanted = {"ads": "all", "adjusted": "false", "question": "sellers"}.get(key, "")
    return str(wanted) if wanted in have else ("" if "" in have else None)


def _quality(rule: Rule, results: Results) -> Figure | NotFound:
    table = results.tables.get("quality")
    if table is None:
        return NotFound("metric", rule.metric, ())
    given = dict(rule.keys)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    rows = [row for row in rows if row["metric"] == rule.metric]
    cutoffs = [str(row["cutoff"]) for row in rows]
    for key in ("cutoff", "attribute", "group"):
        wanted = given.get(key)
        if key == "cutoff" and wanted is None:
            continue
        rows = [
            row for row in rows if ("" if row[key] is None else str(row[key])) == (wanted or "")
        ]
    if not rows:
        return NotFound("key", rule.metric, tuple(dict.fromkeys(cutoffs)))
    row = rows[0]
    named = ",".join(f'{key}="{row[key]}"' for key in ("cutoff", "attribute", "group") if row[key])
    return Figure(
        f"{rule.metric}[{named}]" if named else rule.metric,
        _number(row["value"]),
        _number(row["low"]),
        _number(row["high"]),
        requests=None if row["requests"] is None else int(row["requests"]),
    )


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell of a table
    return float(value) if isinstance(value, int | float) else None

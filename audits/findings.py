"""From estimates to graded statements: outcome, direction, size and certainty.

The rules are DESIGN's: material disparity where the whole interval lies beyond a materiality
bound, equivalence where it lies between them, disparity where it excludes parity, else
inconclusive. Within the primary family each of the first three also needs the Holm-adjusted test
of that same hypothesis. Thresholds and their reasons stand in ``standards/certainty.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.inference.multiple import holm
from fairshelf.audits.results import Finding, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.results import Certainty, Direction, Outcome

_SEVERITY: tuple[Outcome, ...] = (
    "material_disparity",
    "disparity",
    "inconclusive",
    "not_estimable",
    "no_material_disparity",
)
_CERTAINTIES: tuple[Certainty, ...] = ("high", "moderate", "low", "very_low")


@dataclass(frozen=True, slots=True)
class Primary:
    """One estimate of the primary family and the tests of its three hypotheses.

    ``value`` is None where the reference holds nothing (``reference_empty``) or nothing can be
    said; ``p_parity``, ``p_lower`` and ``p_upper`` are two-sided p-values of a ratio of 1 and of
    the materiality bounds. ``estimable`` is False with too few sellers; ``topk`` tells a figure of
    the first page from one of the whole list; ``tails`` that the tail diagnostic fired, so that the
    interval cannot carry more than ``disparity``. ``reasons`` are (message, steps) pairs: how many
    grades of certainty each takes away.
    """

    key: str
    value: float | None
    low: float | None
    high: float | None
    p_parity: float | None
    p_lower: float | None
    p_upper: float | None
    estimable: bool
    topk: bool = False
    reference_empty: bool = False
    tails: bool = False
    reasons: tuple[tuple[Message, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """A group beside its reference, and its primary estimates.

    ``support`` are keys of estimates that the sentences mention beside the primary ones.
    """

    attribute: str
    group: str
    reference: str
    primaries: tuple[Primary, ...]
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the rules: materiality bounds, level, and words for sizes.

    ``sizes`` are (word, ratio) pairs, largest gap first: a ratio (or its inverse) at or below the
    number earns the word.
    """

    bounds: tuple[float, float]
    level: float
    sizes: tuple[tuple[str, float], ...]


def grade(contrasts: Sequence[Contrast], rules: Rules) -> tuple[Finding, ...]:
    """Grade every contrast of one primary family, worst first.

    Parameters
    ----------
    contrasts
        All declared contrasts of the audit: together they are the family that Holm adjusts over.
    rules
        Bounds and words.
    """
    adjusted = _adjusted(contrasts)
    findings = [_finding(contrast, adjusted, rules) for contrast in contrasts]
    ranked = sorted(
        range(len(findings)),
        key=lambda place: (
            _rank(findings[place].outcome, findings[place].direction),
            _gap(contrasts[place], findings[place].keys[0]),
            place,
        ),
    )
    return tuple(findings[place] for place in ranked)


def adjusted_parity(contrasts: Sequence[Contrast]) -> dict[str, float]:
    """Give the Holm-adjusted p-value of parity by estimate key."""
    return {key: value for (key, kind), value in _adjusted(contrasts).items() if kind == "parity"}


def _adjusted(contrasts: Sequence[Contrast]) -> dict[tuple[str, str], float]:
    """Adjust each hypothesis over the family of all primary estimates that can be tested."""
    told: dict[tuple[str, str], float] = {}
    primaries = [p for contrast in contrasts for p in contrast.primaries if p.estimable]
    for kind in ("parity", "material", "equivalence"):
        tests = [(p.key, value) for p in primaries if (value := _p_of(p, kind)) is not None]
        if tests:
            values = holm([value for _, value in tests])
            told |= {
                (key, kind): float(value) for (key, _), value in zip(tests, values, strict=True)
            }
    return told


def _p_of(primary: Primary, kind: str) -> float | None:
    if kind == "parity":
        return primary.p_parity
    bounds = (primary.p_lower, primary.p_upper)
    if bounds[0] is None or bounds[1] is None:
        return None
    if kind == "equivalence":
        return max(bounds[0], bounds[1])
    above = primary.reference_empty or (primary.value is not None and primary.value > 1)
    return bounds[1] if above else bounds[0]


def _outcome(primary: Primary, adjusted: dict[tuple[str, str], float], rules: Rules) -> Outcome:
    if not primary.estimable:
        return "not_estimable"
    low = primary.low if primary.low is not None else 0.0
    high = primary.high if primary.high is not None else float("inf")
    alpha = 1.0 - rules.level

    def holds(kind: str) -> bool:
        return adjusted.get((primary.key, kind), 1.0) < alpha

    lower, upper = rules.bounds
    if (high < lower or low > upper) and holds("material") and not primary.tails:
        return "material_disparity"
    if lower <= low and high <= upper and holds("equivalence") and not primary.tails:
        return "no_material_disparity"
    if not low <= 1 <= high and holds("parity"):
        return "disparity"
    return "inconclusive"


def _direction(primary: Primary, outcome: Outcome) -> Direction:
    """Give the direction that the interval supports; none where it holds parity."""
    if outcome in ("inconclusive", "not_estimable"):
        return "none"
    if primary.reference_empty or (primary.low is not None and primary.low > 1):
        return "higher"
    if primary.high is not None and primary.high < 1:
        return "lower"
    return "none"


def _finding(contrast: Contrast, adjusted: dict[tuple[str, str], float], rules: Rules) -> Finding:
    graded = [(_outcome(primary, adjusted, rules), primary) for primary in contrast.primaries]
    graded.sort(
        key=lambda pair: (
            _rank(pair[0], _direction(pair[1], pair[0])),
            _distance(pair[1]),
            # without a ratio, the figure of the first page is the one that can be put into words
            pair[1].reference_empty and not pair[1].topk,
        )
    )
    outcome, lead = graded[0]
    direction = _direction(lead, outcome)
    rest = tuple(primary.key for _, primary in graded[1:])
    certainty, reasons = _certainty(lead, outcome)
    return Finding(
        code=_code(lead, outcome, direction),
        attribute=contrast.attribute,
        group=contrast.group,
        reference=contrast.reference,
        outcome=outcome,
        direction=direction,
        size="unknown" if outcome == "not_estimable" else _size(lead, rules),
        certainty=certainty,
        keys=(lead.key, *rest, *contrast.support),
        reasons=reasons,
    )


def _rank(outcome: Outcome, direction: Direction) -> tuple[int, int]:
    """Order outcomes, worst first: a gap where the group gets less, then one where it gets more.

    No favourable headline while another estimate says that the group gets less.
    """
    place = _SEVERITY.index(outcome)
    if outcome not in ("material_disparity", "disparity"):
        return 2, place
    return (0 if direction == "lower" else 1), place


def _distance(primary: Primary) -> float:
    """Order what is equally graded and on the same side: the furthest from parity leads."""
    if primary.value is None:
        return 0.0 if primary.reference_empty else 2.0
    return primary.value if primary.value <= 1 else 1 / primary.value


def _gap(contrast: Contrast, key: str) -> float:
    return next(_distance(primary) for primary in contrast.primaries if primary.key == key)


def _code(lead: Primary, outcome: Outcome, direction: Direction) -> str:
    if outcome == "not_estimable":
        return "NOT_ESTIMABLE"
    if outcome == "inconclusive":
        return "INCONCLUSIVE"
    if outcome == "no_material_disparity":
        return "PARITY_SHOWN"
    if not lead.topk:
        return "EXPOSURE_LOWER" if direction == "lower" else "EXPOSURE_HIGHER"
    if lead.reference_empty:
        return "REFERENCE_ABSENT"
    if lead.value == 0:
        return "TOPK_ABSENT"
    return "TOPK_LOWER" if direction == "lower" else "TOPK_HIGHER"


def _size(lead: Primary, rules: Rules) -> str:
    if lead.value is None:
        return "total" if lead.reference_empty else "unknown"
    if lead.value == 0:
        return "total"
    gap = min(lead.value, 1 / lead.value)
    return next((word for word, limit in rules.sizes if gap <= limit), "none")


def _certainty(lead: Primary, outcome: Outcome) -> tuple[Certainty, tuple[Message, ...]]:
    """Take the steps of all reasons; what is inconclusive, or has unlike tails, is low at most."""
    steps = sum(taken for _, taken in lead.reasons)
    least = _CERTAINTIES.index("low") if lead.tails or outcome == "inconclusive" else 0
    grade_at = min(max(steps, least), len(_CERTAINTIES) - 1)
    return _CERTAINTIES[grade_at], tuple(message for message, taken in lead.reasons if taken)

"""Outcomes, the order of findings, and what Holm takes away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.findings import Contrast, Primary, Rules, adjusted_parity, grade
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.results import Finding

RULES = Rules(
    (0.8, 1.25), 0.95, (("total", 0.0), ("large", 0.5), ("moderate", 0.8), ("small", 0.95))
)
SURE = {"p_parity": 0.001, "p_lower": 0.001, "p_upper": 0.001}


def _primary(value: float | None, low: float | None, high: float | None, **more: object) -> Primary:
    fields = {"key": f"k{value}", "estimable": True, **SURE, **more}
    return Primary(value=value, low=low, high=high, **fields)  # type: ignore[arg-type]


def _contrast(*primaries: Primary, group: str = "rural") -> Contrast:
    return Contrast("locality", group, "urban", primaries, ())


def _one(*primaries: Primary) -> Finding:
    (finding,) = grade([_contrast(*primaries)], RULES)
    return finding


@pytest.mark.parametrize(
    ("low", "high", "outcome", "direction"),
    [
        (0.5, 0.7, "material_disparity", "lower"),
        (1.3, 1.9, "material_disparity", "higher"),
        (0.5, 0.9, "disparity", "lower"),
        (1.1, 1.9, "disparity", "higher"),
        (0.85, 1.2, "no_material_disparity", "none"),
        (0.85, 0.95, "no_material_disparity", "lower"),
        (0.7, 1.1, "inconclusive", "none"),
        (0.7, 1.5, "inconclusive", "none"),
    ],
)
def test_outcome_follows_the_interval(
    low: float, high: float, outcome: str, direction: str
) -> None:
    """The place of the interval among parity and the bounds decides the outcome."""
    finding = _one(_primary((low * high) ** 0.5, low, high))
    assert (finding.outcome, finding.direction) == (outcome, direction)


@pytest.mark.parametrize(
    ("low", "high", "p"),
    [(0.5, 0.7, "p_lower"), (1.3, 1.9, "p_upper")],
)
def test_material_needs_its_own_test(low: float, high: float, p: str) -> None:
    """An interval beyond the bound is not material unless the test of that bound says so too."""
    finding = _one(_primary((low * high) ** 0.5, low, high, **{p: 0.2}))
    assert finding.outcome == "disparity"


def test_holm_counts_the_whole_family() -> None:
    """A p-value of .03 alone makes a disparity; beside three others of .03 it does not."""
    weak = {"p_parity": 0.03, "p_lower": 0.5}
    alone = _contrast(_primary(0.7, 0.5, 0.9, **weak))
    assert grade([alone], RULES)[0].outcome == "disparity"
    family = [_contrast(replace(alone.primaries[0], key=f"k{n}"), group=f"g{n}") for n in range(4)]
    assert {finding.outcome for finding in grade(family, RULES)} == {"inconclusive"}
    assert adjusted_parity(family) == {f"k{n}": pytest.approx(0.12) for n in range(4)}


def test_no_favourable_headline_over_a_worse_primary() -> None:
    """Proportional exposure with nothing on the first page is no ``no_material_disparity``."""
    fine = _primary(0.97, 0.9, 1.05)
    absent = _primary(0.0, 0.0, 0.5, topk=True)
    finding = _one(fine, absent)
    assert finding.outcome == "material_disparity"
    assert finding.code == "TOPK_ABSENT"
    assert finding.keys == (absent.key, fine.key)
    assert finding.size == "total"


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.7), (0.5, 0.9)])
def test_more_exposure_does_not_lead_over_less_of_the_first_page(low: float, high: float) -> None:
    """Of two gaps graded alike the one in which the group gets less leads."""
    more = _primary(4.0, 1 / high + 1, 9.0) if high < RULES.bounds[0] else _primary(4.0, 1.1, 9.0)
    less = _primary((low * high) ** 0.5, low, high, topk=True)
    finding = _one(more, less)
    assert (finding.code, finding.direction) == ("TOPK_LOWER", "lower")
    assert finding.keys == (less.key, more.key)


def test_unclear_first_page_keeps_equivalence_from_the_headline() -> None:
    """Equivalent exposure beside an inconclusive first page is inconclusive."""
    finding = _one(_primary(0.97, 0.9, 1.05), _primary(0.9, 0.3, 2.0, topk=True))
    assert finding.outcome == "inconclusive"


def test_reference_with_nothing_is_told_as_such() -> None:
    """Where the reference holds none of the first page the group is higher, without a ratio."""
    finding = _one(_primary(None, 2.0, None, topk=True, reference_empty=True))
    assert finding.code == "REFERENCE_ABSENT"
    assert finding.direction == "higher"
    assert finding.outcome == "material_disparity"


def test_reference_never_shown_is_told_by_the_first_page() -> None:
    """A reference without any exposure is told of as one without a place on the first page."""
    fields = {"reference_empty": True, "p_parity": 0.001}
    never = replace(_primary(None, 2.0, None, **fields), key="all")
    absent = replace(_primary(None, 2.0, None, topk=True, **fields), key="page")
    finding = _one(never, absent)
    assert (finding.code, finding.keys) == ("REFERENCE_ABSENT", ("page", "all"))


def test_unlike_tails_allow_no_more_than_disparity() -> None:
    """Where the tail diagnostic fires neither bound nor equivalence is claimed, certainty low."""
    apart = _one(_primary(0.5, 0.4, 0.6, tails=True))
    assert (apart.outcome, apart.certainty) == ("disparity", "low")
    alike = _one(_primary(1.0, 0.9, 1.1, tails=True))
    assert alike.outcome == "inconclusive"


def test_too_few_sellers_are_not_estimable() -> None:
    """A group with too few sellers is reported, not dropped, and its gap is given no size."""
    finding = _one(_primary(0.4, None, None, estimable=False))
    assert (finding.outcome, finding.code) == ("not_estimable", "NOT_ESTIMABLE")
    assert finding.size == "unknown"


def test_worst_comes_first() -> None:
    """Findings are ordered by outcome, then by how far the ratio lies from parity."""
    family = [
        _contrast(_primary(1.0, 0.9, 1.1), group="even"),
        _contrast(_primary(0.5, 0.4, 0.6), group="half"),
        _contrast(_primary(0.2, 0.1, 0.3), group="fifth"),
        _contrast(_primary(1.0, 0.5, 2.0, p_parity=0.9), group="unclear"),
        _contrast(_primary(1.6, 1.4, 1.9), group="more"),
    ]
    assert [finding.group for finding in grade(family, RULES)] == [
        "fifth",
        "half",
        "more",
        "unclear",
        "even",
    ]


def test_reasons_take_certainty_away() -> None:
    """Each reason lowers certainty by its steps, never below very low."""
    reason = Message("certainty_not_adjusted")
    for steps, wanted in enumerate(["high", "moderate", "low", "very_low", "very_low"]):
        finding = _one(_primary(0.5, 0.4, 0.6, reasons=((reason, steps),)))
        assert finding.certainty == wanted


def test_what_is_not_settled_is_never_certain() -> None:
    """An inconclusive finding is of low certainty at most, whatever speaks for the data."""
    finding = _one(_primary(0.97, 0.7, 1.3, p_parity=0.6, p_lower=0.1, p_upper=0.02))
    assert finding.outcome == "inconclusive"
    assert finding.certainty == "low"

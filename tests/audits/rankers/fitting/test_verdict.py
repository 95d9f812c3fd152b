"""When nothing may be concluded, and what is said of each factor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fairshelf.audits.rankers.fitting.measures import Mean
from fairshelf.audits.rankers.fitting.verdict import Effect, strength, verdicts

SURE = Effect(
    *("price", "number", "", "", "log1p", 1.0, 0.5, 0.1, 99, 1.65, 1.36, 2.0, 1e-6, 100),
    indicative=False,
)
SMALL = replace(SURE, factor="rating", weight=0.0, odds=1.0, low=0.9, high=1.1, p=0.9)
WIDE = replace(SURE, factor="reviews", weight=0.1, odds=1.1, low=0.6, high=2.0, p=0.7)


def mean(value: float, reach: float, units: int = 30) -> Mean:
    """Give a mean with its interval."""
    return Mean(value, value - reach, value + reach, units)


@pytest.mark.parametrize(
    ("accuracy", "over", "grade"),
    [
        (mean(0.7, 0.02, units=5), mean(0.1, 0.01), "few_lists"),
        (mean(0.53, 0.02), mean(0.1, 0.01), "too_weak"),
        (mean(0.6, 0.02), mean(0.01, 0.02), "one_factor"),
        (mean(0.6, 0.02), mean(0.05, 0.02), "usable"),
    ],
)
def test_the_rule_of_strength(accuracy: Mean, over: Mean, grade: str) -> None:
    """Fewer than 8 lists, a low end of 0.51, no gain over the best column: each has its word."""
    assert strength(accuracy, over) == grade


def test_disclosed_beside_seen() -> None:
    """Each of the words is given where it belongs; a named factor without a column is told."""
    told = verdicts([SURE, SMALL, WIDE], {}, (), ("rating", "speed"), "usable", complete=True)
    assert {one.factor: one.code for one in told} == {
        "price": "undisclosed_seen",
        "rating": "disclosed_not_seen",
        "reviews": "undisclosed_unclear",
        "speed": "disclosed_no_column",
    }
    assert told[0].sign == "up"


def test_no_effect_among_those_shown_is_not_no_effect() -> None:
    """Where the candidates that were not shown are unknown, a small effect is told as such."""
    told = verdicts([SMALL], {}, (), (), "usable")
    assert told[0].seen == "not_among_shown"


def test_a_weak_model_says_nothing_of_any_factor() -> None:
    """However sure a coefficient is, a model near chance gives no verdict."""
    told = verdicts([SURE, SMALL], {}, (), ("price",), "too_weak")
    assert {one.seen for one in told} == {"too_weak"}


def test_the_number_of_factors_is_allowed_for() -> None:
    """P = 0.03 is seen alone and not among five factors (Holm)."""
    one = replace(WIDE, p=0.03)
    assert verdicts([one], {}, (), (), "usable")[0].seen == "seen"
    many = [replace(one, factor=f"f{n}") for n in range(5)]
    assert {told.seen for told in verdicts(many, {}, (), (), "usable")} == {"unclear"}


def test_a_bent_factor_is_seen_but_a_group_needs_its_sellers() -> None:
    """A loss of pairs shows a number that goes up and down, and never a trait of sellers."""
    lost = {"rating": mean(0.03, 0.01)}
    assert verdicts([SMALL], lost, (), (), "usable")[0].sign == "bent"
    assert verdicts([SMALL], lost, ("rating",), (), "usable")[0].seen == "not_among_shown"

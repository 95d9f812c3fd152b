"""A whole study: what was planted is found, noise is called too weak, the seed decides all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.rankers.fitting.study import Ask, study

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.rankers.fitting.design import Features
    from fairshelf.audits.rankers.fitting.lists import Lists

LINEAR = Ask(models=("linear",), disclosed=("quality",))


def test_a_planted_location_effect_is_found(
    platform: Callable[..., tuple[Lists, Features]],
) -> None:
    """A rule that holds -1.2 against rural sellers shows as a factor nobody disclosed."""
    lists, features = platform(1, -1.2, appeal=0.1, quality=0.8)
    found, _ = study(lists, features, {}, None, np.arange(features.numbers["quality"].size), LINEAR)
    assert found.grade == "usable"
    told = {one.factor: one for one in found.verdicts}
    assert told["quality"].code == "disclosed_seen"
    assert told["quality"].sign == "up"
    assert told["place"].code == "undisclosed_seen"
    assert told["place"].sign == "down"
    lost = {one.factor: one.lost for one in found.losses}
    assert lost["quality"].low is not None
    assert lost["quality"].low > 0


def test_orders_by_luck_are_called_too_weak(
    platform: Callable[..., tuple[Lists, Features]],
) -> None:
    """Where nothing is rewarded, nothing is concluded, and chance is the best order there is."""
    lists, features = platform(2, 0.0, appeal=0.0, quality=0.0)
    unit = np.arange(features.numbers["quality"].size)
    found, _ = study(lists, features, {}, None, unit, Ask())
    assert found.grade == "too_weak"
    assert {one.seen for one in found.verdicts} == {"too_weak"}


def test_the_same_seed_gives_the_same_study(
    platform: Callable[..., tuple[Lists, Features]],
) -> None:
    """Two studies of one log and seed are equal in every figure; another seed differs."""
    lists, features = platform(3, -0.4)
    unit = np.arange(features.numbers["quality"].size)
    first, again = (study(lists, features, {}, None, unit, LINEAR)[0] for _ in range(2))
    assert first == again
    other = study(lists, features, {}, None, unit, Ask(models=("linear",), seed=1))[0]
    assert other.orders != first.orders


def test_a_curve_goes_the_way_of_the_rule(platform: Callable[..., tuple[Lists, Features]]) -> None:
    """Better quality stands above more of the others; rural listings above fewer than urban."""
    lists, features = platform(1, -0.8, appeal=0.1)
    unit = np.arange(features.numbers["quality"].size)
    found, _ = study(lists, features, {}, None, unit, LINEAR)
    curves = {one.factor: [share for _, share in one.points] for one in found.curves}
    assert curves["quality"] == sorted(curves["quality"])
    urban, rural = curves["place"]
    assert rural < urban

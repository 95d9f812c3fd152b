"""Factors become columns: scales, levels, missing values, and what cannot enter."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.rankers.fitting.design import Features, learn, spikes, without

RNG = np.random.default_rng(0)
NUMBER = np.repeat(np.arange(30), 10)
SELLER = np.arange(300) % 100


def words(values: list[str]) -> np.ndarray:
    """Give words as the engine holds them."""
    return np.array(values, dtype=object)


def test_skewed_amounts_are_taken_as_logarithms() -> None:
    """Prices and counts of reviews enter as log(1 + x), ratings as they stand."""
    told = {
        "price": np.exp(5 + RNG.standard_normal(300)),
        "reviews": np.floor(np.exp(2 * RNG.standard_normal(300))),
        "rating": 5 - RNG.exponential(0.3, 300),
        "level": RNG.standard_normal(300),
    }
    design = learn(Features(told, {}), NUMBER, SELLER)
    assert [one.log1p for one in design.columns] == [True, True, False, False]
    matrix = design.matrix(Features(told, {}))
    assert matrix.mean(axis=0) == pytest.approx(0, abs=1e-9)
    assert matrix.std(axis=0) == pytest.approx(1)


def test_missing_numbers_get_the_median_and_a_column() -> None:
    """A missing rating is the median of the others, and a property of its own."""
    rating = RNG.uniform(3, 5, 300)
    rating[RNG.random(300) < 0.3] = np.nan
    features = Features({"rating": rating}, {})
    design = learn(features, NUMBER, SELLER)
    assert [one.kind for one in design.columns] == ["number", "missing"]
    matrix = design.matrix(features)
    assert np.isfinite(matrix).all()
    assert (matrix[:, 1] == np.isnan(rating)).all()
    assert matrix[np.isnan(rating), 0] == pytest.approx(
        (np.nanmedian(rating) - np.nanmean(rating)) / np.nanstd(rating)
    )


def test_rare_words_share_a_column() -> None:
    """Of words that fewer than five sellers have, none is told alone; an unknown one is a rest."""
    told = words([["a", "b"][n % 2] if n % 100 > 10 else f"rare{n}" for n in range(300)])
    features = Features({}, {"kind": told})
    design = learn(features, NUMBER, SELLER)
    assert [one.label for one in design.columns if one.kind == "level"] != []
    assert [one.kind for one in design.columns] == ["level", "rest"]
    new = design.matrix(Features({}, {"kind": words(["never seen", "a", "b"])}))
    assert new[:, 1].tolist() == [1, 0, 0]


def test_a_group_is_held_against_its_reference() -> None:
    """The level that is named is the reference, also where it is not the commonest."""
    told = words(["rural" if n % 100 < 70 else "urban" for n in range(300)])
    features = Features({}, {"place": told}, {"place": "urban"})
    design = learn(features, np.arange(300) % 30, SELLER)
    assert [one.label for one in design.columns] == ["rural"]
    assert design.columns[0].sellers == 30  # sellers without the property are the fewer
    assert design.columns[0].df == 29


def test_what_is_the_same_within_each_list_cannot_enter() -> None:
    """A query's own property and a copy of another factor are left out, and it is said why."""
    price = RNG.uniform(1, 9, 300)
    told = {"price": price, "twice": 2 * price, "of_query": NUMBER.astype(float)}
    design = learn(Features(told, {}), NUMBER, SELLER)
    assert [one.factor for one in design.columns] == ["price"]
    assert set(design.dropped) == {("twice", "collinear"), ("of_query", "constant")}


def test_a_rating_of_zero_is_pointed_out() -> None:
    """0.0 among ratings of 4 to 5 is a spike; 0 reviews and a price of 0 beside small ones not."""
    rating = np.where(RNG.random(300) < 0.25, 0.0, RNG.uniform(4, 5, 300))
    reviews = np.floor(RNG.exponential(3, 300))
    found = spikes({"rating": rating, "reviews": reviews})
    assert [(name, value) for name, value, _ in found] == [("rating", 0.0)]
    assert not spikes(without({"rating": rating}, [("rating", 0.0)]))

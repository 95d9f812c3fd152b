"""The annex: values against the functions of one list, influences against finite differences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.estimates.annex import with_bh
from fairshelf.audits.estimates.annex.distance import ndkl_per_list
from fairshelf.audits.estimates.annex.lists import Lists
from fairshelf.audits.estimates.annex.pairs import pairs_by_group
from fairshelf.audits.estimates.annex.without import awrf_without, ndkl_without
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.inference.influence import (
    atkinson_influence,
    hhi_influence,
    theil_between_influence,
    theil_influence,
)
from fairshelf.audits.metrics import awrf, awrf_per_list, ndkl, pairwise_accuracy
from fairshelf.audits.pipeline import audit
from fairshelf.audits.tally import Rankings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEP = 1e-6


def _lists() -> Lists:
    """Make three lists of 4, 6 and 5 places over three groups."""
    rng = np.random.default_rng(2)
    length = np.array([4, 6, 5])
    request = np.repeat(np.arange(3), length)
    rank = np.concatenate([np.arange(1, n + 1) for n in length])
    group = rng.integers(0, 3, request.size)
    rows = Rankings(
        request, rank, np.arange(request.size), None, None, {}, 3, whole=True, not_ranked=0
    )
    return Lists(rows, group, rank, length, np.array([0.2, 0.3, 0.5]), np.ones(request.size))


def test_ndkl_of_many_lists_is_that_of_each() -> None:
    """The values equal the function of one list."""
    lists = _lists()
    values = ndkl_per_list(lists)
    for one in range(3):
        assert values[one] == pytest.approx(
            ndkl(lists.group[lists.rows.request == one], lists.target)
        )


def test_a_row_taken_out_moves_its_list_as_if_it_had_never_been_there() -> None:
    """Both changes equal the functions of one list over the rows that are left, closed up."""
    lists = _lists()
    lists = replace(lists, weight=1 / np.log2(lists.rank + 1.0))
    shares = [ndkl_per_list(lists), _awrf(lists)]
    changes = [ndkl_without(lists, shares[0]), awrf_without(lists, shares[1])]
    for row, one in enumerate(lists.rows.request):
        left = np.delete(lists.group, row)[np.delete(lists.rows.request, row) == one]
        weight = 1 / np.log2(np.arange(2, left.size + 2))
        found = (
            ndkl(left, lists.target),
            awrf(_summed(left, weight, 3), lists.target),
        )
        for change, value, whole in zip(changes, found, shares, strict=True):
            assert change[row] == pytest.approx(value - whole[one], abs=1e-12)


def _awrf(lists: Lists) -> np.ndarray:
    place = lists.rows.request * 3 + lists.group
    return awrf_per_list(_summed(place, lists.weight, 9).reshape(3, 3), lists.target)


def _summed(place: np.ndarray, weight: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(place, weights=weight, minlength=size).astype(np.float64)


def test_a_list_of_one_row_has_nothing_to_leave_out() -> None:
    """Without its only row there is no list, and nothing moves."""
    rows = Rankings(
        np.zeros(1, int),
        np.ones(1, int),
        np.zeros(1, int),
        None,
        None,
        {},
        1,
        whole=True,
        not_ranked=0,
    )
    one = np.ones(1, int)
    lists = Lists(rows, np.zeros(1, int), one, one, np.array([0.4, 0.6]), np.ones(1))
    assert awrf_without(lists, np.array([0.7])).tolist() == [0.0]
    assert ndkl_without(lists, np.array([0.9])).tolist() == [0.0]


def test_pairs_of_all_groups_at_once_are_those_of_each() -> None:
    """Counting by distance equals the function of one group, with ties in the labels."""
    lists = _lists()
    labels = np.random.default_rng(3).integers(0, 3, lists.group.size).astype(float)
    right, pairs = pairs_by_group(lists, labels, 3)
    for group in range(3):
        one = pairwise_accuracy(lists.rows.request, lists.rank, labels, lists.group == group)
        assert (right[group].sum(), pairs[group].sum()) == (one.overall.right, one.overall.pairs)
        assert (right[group, group], pairs[group, group]) == (one.intra.right, one.intra.pairs)


X = np.array([0.0, 0.5, 1.0, 3.0, 7.0, 2.0])
GROUP = np.array([0, 0, 1, 1, 1, 0])


def _hhi(w: np.ndarray) -> float:
    return float(w.sum() * (w * X**2).sum() / (w * X).sum() ** 2 / X.size)


def _theil(w: np.ndarray) -> float:
    logs = X * np.log(np.where(X > 0, X, 1))
    return float((w * logs).sum() / (w * X).sum() - np.log((w * X).sum() / w.sum()))


def _between(w: np.ndarray) -> float:
    share = np.bincount(GROUP, w * X) / (w * X).sum()
    return float((share * np.log(share / (np.bincount(GROUP, w) / w.sum()))).sum())


def _atkinson(w: np.ndarray) -> float:
    return float(1 - ((w * np.sqrt(X)).sum() / w.sum()) ** 2 / ((w * X).sum() / w.sum()))


@pytest.mark.parametrize(
    ("of", "influence"),
    [
        (_hhi, hhi_influence(X)),
        (_theil, theil_influence(X)),
        (_between, theil_between_influence(X, GROUP)),
        (_atkinson, atkinson_influence(X)),
    ],
)
def test_influences_on_concentration_are_derivatives(
    of: Callable[[np.ndarray], float], influence: np.ndarray
) -> None:
    """Each equals the finite difference by the weight of its unit, and they sum to nothing."""
    for place in range(X.size):
        moved = [
            of(np.ones(X.size) + sign * STEP * (np.arange(X.size) == place)) for sign in (1, -1)
        ]
        assert influence[place] == pytest.approx((moved[0] - moved[1]) / (2 * STEP), abs=1e-6)
    assert influence.sum() == pytest.approx(0, abs=1e-12)


def test_the_annex_is_adjusted_by_benjamini_and_hochberg() -> None:
    """P-values .01, .02 and .9 of annex metrics become .03, .03 and .9; others stay as they are."""
    made = [bare("ndkl", p_value=p) for p in (0.01, 0.02, 0.9)] + [
        bare("exposure_ratio", p_value=0.01)
    ]
    assert [one.p_adjusted for one in with_bh(made)] == pytest.approx([0.03, 0.03, 0.9, None])


def test_pages_shown_several_times_count_once_and_say_so(tmp_path: Path) -> None:
    """Counted rows and the same rows one by one agree where impressions count, and say where not.

    AWRF pooled is of the shares of all attention: it is the same for both, and so is its interval.
    """
    rng = np.random.default_rng(3)
    sellers = [f"s{n},{'rural' if n < 10 or n >= 30 else 'urban'}" for n in range(45)]
    (tmp_path / "sellers.csv").write_text("\n".join(["seller,area", *sellers]), encoding="utf-8")
    counted, single = [], []
    for page in range(40):
        times = 1 + page % 4
        for place, n in enumerate(rng.permutation(30)[:8].tolist(), start=1):
            counted.append(f"q{page},{place},l{n},s{n},{times}")
            single += [f"q{page}-{one},{place},l{n},s{n},1" for one in range(times)]
    found = []
    for name, rows in (("counted", counted), ("single", single)):
        file = tmp_path / f"{name}.csv"
        file.write_text(
            "\n".join(["request,position,listing,seller,impressions", *rows]) + "\n",
            encoding="utf-8",
        )
        settings = Settings(attributes={"area": None}, reference={"area": "urban"}, annex=True)
        results = audit([str(file)], str(tmp_path / "sellers.csv"), None, settings).results
        found.append({(e.metric, e.scope): e for e in results.estimates})
    pages, rows_ = found
    one, other = pages["awrf", "pooled"], rows_["awrf", "pooled"]
    assert one.value == pytest.approx(other.value)
    assert one.low is not None
    assert one.low == pytest.approx(other.low)
    assert one.high == pytest.approx(other.high)
    assert one.note is None
    for key in (("awrf", "per_list"), ("ndkl", "per_list")):
        assert pages[key].low is not None
        assert pages[key].note == "pages_once"
        assert rows_[key].note is None


def test_where_nobody_looks_awrf_is_undefined_and_says_so(tmp_path: Path) -> None:
    """Every place lies below the depth that is looked at: no share, no interval, no warning."""
    rng = np.random.default_rng(3)
    rows = [
        f"q{page},{place},l{n},s{n},{'rural' if n < 10 else 'urban'}"
        for page in range(20)
        for place, n in enumerate(rng.permutation(30)[:8].tolist(), start=11)
    ]
    file = tmp_path / "deep.csv"
    file.write_text("\n".join(["request,position,listing,seller,area", *rows]) + "\n", "utf-8")
    settings = Settings(attributes={"area": None}, browsing=("top:3",), annex=True)
    found = audit([str(file)], None, None, settings).results.estimates
    told = {one.scope: one for one in found if one.metric == "awrf"}
    assert set(told) == {"per_list", "pooled"}
    for one in told.values():
        assert one.value is None or np.isnan(one.value)
        assert one.low is None
        assert one.note is not None

"""Concentration of exposure over listings and sellers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.metrics import (
    atkinson,
    generalised_entropy,
    gini,
    hhi,
    theil,
    theil_split,
    top_share,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

    Index = Callable[[NDArray[np.float64]], float]
    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]


AMOUNTS = st.lists(st.floats(0, 1e4).map(lambda x: round(x, 3)), min_size=2, max_size=40).map(
    np.array
)
SHOWN = AMOUNTS.filter(lambda x: bool(x.sum() > 0))
PLAIN: dict[str, Index] = {
    "Gini of item exposure (incl. never shown)": gini,
    "HHI of item exposure": hhi,
    "Theil T of item exposure": theil,
    "Atkinson(0.5) all items (zeros allowed)": atkinson,
    "GE(2) of item exposure": lambda exposure: generalised_entropy(exposure, 2),
}
ON_SHOWN: dict[str, Index] = {
    "Atkinson(0.5) shown items": lambda exposure: atkinson(exposure, 0.5),
    "Atkinson(1) shown items": lambda exposure: atkinson(exposure, 1),
    "GE(0)/MLD shown items": lambda exposure: generalised_entropy(exposure, 0),
}
SPLIT = {
    "Theil between-group": "between",
    "Theil within-group": "within",
    "Theil between share": "between_share",
}


@pytest.mark.golden(*PLAIN, *ON_SHOWN)
def test_concentration_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Indices of listings' exposure hold; GE(0) without aif360's second division by the mean."""
    exposure = rankings(record["case"]).by_item()
    if record["metric"] in PLAIN:
        holds(record, PLAIN[record["metric"]](exposure))
    else:
        holds(record, ON_SHOWN[record["metric"]](exposure[exposure > 0]))


@pytest.mark.golden(*SPLIT)
def test_theil_split_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Theil between and within groups of listings hold, as PySAL has them."""
    case = rankings(record["case"])
    holds(record, getattr(theil_split(case.by_item(), case.catalogue), SPLIT[record["metric"]]))


@pytest.mark.golden("Theil seller [T, between, within]", "Gini of seller exposure")
def test_sellers_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Theil and Gini of sellers' exposure hold."""
    case = rankings(record["case"])
    exposure = case.by_seller()
    split = theil_split(exposure, case.seller_groups)
    three = [split.total, split.between, split.within]
    holds(record, three if "Theil" in record["metric"] else gini(exposure))


@pytest.mark.golden("Gini of item impressions", "Gini x n/(n-1) (holisticai convention)")
def test_gini_of_impressions_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Gini is normalised by n; times n / (n - 1) it is holisticai's."""
    exposure = rankings(record["case"]).by_item("uniform")
    other = exposure.size / (exposure.size - 1) if "n-1" in record["metric"] else 1
    holds(record, gini(exposure) * other)


@pytest.mark.golden("top-5 share of exposure (items)")
def test_top_share_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The five most shown listings hold the golden share of impressions."""
    holds(record, top_share(rankings(record["case"]).by_item("uniform"), "5"))


def test_indices_by_hand() -> None:
    """One of two has all: HHI 1, T ln 2, GE(2) 1/2, Atkinson(.5) 1/2 and (1) 1, GE(0) infinite."""
    one = np.array([0.0, 4.0])
    assert hhi(one) == 1
    assert theil(one) == pytest.approx(math.log(2))
    assert generalised_entropy(one, 2) == pytest.approx(0.5)
    assert generalised_entropy(one, 0) == math.inf
    assert atkinson(one, 0.5) == pytest.approx(0.5)
    assert atkinson(one, 1) == 1
    assert atkinson(one, 2) == 1
    assert atkinson(np.array([1.0, 3.0]), 2) == pytest.approx(1 - 1.5 / 2)


def test_theil_split_by_hand() -> None:
    """Two groups, equal within, one with thrice the other: everything is between."""
    split = theil_split(np.array([1.0, 1, 3, 3]), np.array([0, 0, 1, 1]))
    wanted = 0.5 * (0.5 * math.log(0.5) + 1.5 * math.log(1.5))
    assert split.between == pytest.approx(wanted)
    assert split.within == pytest.approx(0)
    assert split.between_share == pytest.approx(1)
    assert math.isnan(theil_split(np.ones(4), np.array([0, 0, 1, 1])).between_share)


def test_nothing_shown_is_undefined() -> None:
    """No index of nothing is 0."""
    nothing = np.zeros(3)
    values = [hhi(nothing), theil(nothing), atkinson(nothing), generalised_entropy(nothing, 0)]
    values.append(theil_split(nothing, np.array([0, 1, 1])).between)
    assert np.isnan(values).all()


@settings(deadline=None)
@given(SHOWN, st.data())
def test_theil_is_between_plus_within(exposure: np.ndarray, data: st.DataObject) -> None:
    """T = T_b + T_w for every grouping, a group without exposure or a code without units too."""
    codes = st.lists(st.integers(0, 5), min_size=exposure.size, max_size=exposure.size)
    split = theil_split(exposure, np.array(data.draw(codes)))
    assert split.total == pytest.approx(split.between + split.within, abs=1e-10)
    assert split.between >= -1e-12
    assert split.within >= -1e-12


@settings(deadline=None)
@given(SHOWN, st.floats(0.5, 50), st.randoms())
def test_indices_know_neither_order_nor_scale(
    exposure: np.ndarray, scale: float, random: Random
) -> None:
    """Permuting units, another currency of attention and a duplicate log change nothing."""
    order = list(range(exposure.size))
    random.shuffle(order)
    other = exposure[order] * scale
    indices: tuple[Index, ...] = (hhi, theil, atkinson, lambda x: generalised_entropy(x, 2))
    for index in indices:
        assert index(other) == pytest.approx(index(exposure), abs=1e-9)
    pooled = np.concatenate([exposure, exposure])
    assert theil(pooled) == pytest.approx(theil(exposure), abs=1e-9)
    assert hhi(pooled) == pytest.approx(hhi(exposure) / 2)


@settings(deadline=None)
@given(SHOWN)
def test_indices_stay_in_their_range(exposure: np.ndarray) -> None:
    """1/n <= HHI <= 1, 0 <= T <= ln n, 0 <= Atkinson <= 1; GE(2) is (n HHI - 1) / 2."""
    size = exposure.size
    assert 1 / size - 1e-12 <= hhi(exposure) <= 1 + 1e-12
    assert -1e-12 <= theil(exposure) <= math.log(size) + 1e-12
    assert -1e-12 <= atkinson(exposure) <= 1
    assert generalised_entropy(exposure, 2) == pytest.approx((size * hhi(exposure) - 1) / 2)

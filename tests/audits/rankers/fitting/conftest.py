"""A platform of known rule, small enough to be fitted many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.rankers.fitting.design import Features
from fairshelf.audits.rankers.fitting.lists import Lists, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

Made = tuple[Lists, Features]


def make(seed: int, planted: float, appeal: float = 0.3, quality: float = 0.5) -> Made:
    """Rank 12 of 180 listings of 60 sellers, 20 of them rural, in each of 150 requests."""
    rng = np.random.default_rng(seed)
    seller = np.repeat(np.arange(60), 3)
    rural = (rng.permutation(60) < 20)[seller]
    good = rng.standard_normal(180) - 0.5 * rural
    fixed = quality * good + planted * rural + (appeal * rng.standard_normal(60))[seller]
    chosen = rng.permuted(np.tile(np.arange(180), (150, 1)), axis=1)[:, :12]
    luck = rng.gumbel(size=chosen.shape)
    order = np.argsort(-fixed[chosen] - luck, axis=1)
    listing = np.take_along_axis(chosen, order, axis=1).ravel()
    request, position = np.repeat(np.arange(150), 12), np.tile(np.arange(1, 13), 150)
    place = np.where(rural, "rural", "urban").astype(object)
    features = Features({"quality": good[listing]}, {"place": place[listing]}, {"place": "urban"})
    return ordered(request, position, listing, seller[listing], rng), features


@pytest.fixture
def platform() -> Callable[..., Made]:
    """Give what draws a platform."""
    return make

"""What is held out is not fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.rankers.fitting.lists import ordered
from fairshelf.audits.rankers.fitting.split import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.rankers.fitting.design import Features
    from fairshelf.audits.rankers.fitting.lists import Lists
    from fairshelf.audits.rankers.fitting.split import How


def test_later_requests_are_held_out(platform: Callable[..., tuple[Lists, Features]]) -> None:
    """With times, no held-out request is earlier than one that was fitted to."""
    lists, _ = platform(0, 0.0)
    time = (lists.request * 7 % 150).astype(float)
    parts = split(lists, time, None, np.random.default_rng(0))
    assert parts.how == "time"
    assert time[np.isin(lists.request, parts.fitted.request)].max() < min(
        time[np.isin(lists.request, parts.held.request)]
    )
    assert 0.2 < parts.held.count / lists.count < 0.3


@pytest.mark.parametrize("how", ["requests", "sellers"])
def test_no_request_is_in_both(platform: Callable[..., tuple[Lists, Features]], how: How) -> None:
    """Requests drawn by the seed are whole; by sellers, no seller and no listing is in both."""
    lists, _ = platform(0, 0.0)
    parts = split(lists, None, how, np.random.default_rng(0))
    assert not set(parts.fitted.request) & set(parts.held.request)
    assert (parts.shared == 0) == (how == "sellers")
    if how == "sellers":
        assert not set(parts.fitted.seller) & set(parts.held.seller)


def test_one_list_is_split_by_sellers_and_dealt() -> None:
    """A single list holds out sellers, dealt into short lists that keep the observed order."""
    size = 400
    zero, place = np.zeros(size, dtype=int), np.arange(size)
    lists = ordered(zero, place, place, place // 2, np.random.default_rng(0))
    parts = split(lists, None, None, np.random.default_rng(0))
    assert parts.how == "listings"
    assert not set(parts.fitted.seller) & set(parts.held.seller)
    assert parts.held.count == 4
    for start, end in zip(parts.held.starts[:-1], parts.held.starts[1:], strict=True):
        assert (np.diff(parts.held.rows[start:end]) > 0).all()

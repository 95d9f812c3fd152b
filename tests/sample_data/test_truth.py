"""The planted truth: what the rule reads, what it cannot, and how well the numbers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fairshelf.sample_data import market, planted, ranking, truth

RULE = ranking.Rule()


def pages(platform: market.Platform, rule: ranking.Rule = RULE) -> ranking.Pages:
    """Answer forty requests, always with the same chance."""
    return ranking.show(platform, rule, 40, np.random.default_rng(5))


def test_rule_cannot_read_the_minority_region() -> None:
    """Other ethnic-minority labels on the same platform change no page."""
    platform = market.draw(np.random.default_rng(0))
    sellers = replace(platform.sellers, minority=~platform.sellers.minority)
    assert (pages(replace(platform, sellers=sellers)).listing == pages(platform).listing).all()


def test_rule_reads_the_place() -> None:
    """Other rural labels on the same platform change pages, but not under the blind rule."""
    platform = market.draw(np.random.default_rng(0))
    sellers = replace(platform.sellers, rural=~platform.sellers.rural)
    moved = replace(platform, sellers=sellers)
    assert (pages(moved).listing != pages(platform).listing).any()
    blind = RULE.blind()
    assert (pages(moved, blind).listing == pages(platform, blind).listing).all()


def test_best_scores_stand_first() -> None:
    """Without chance or advertisements the page is the category's listings by score."""
    platform = market.draw(np.random.default_rng(1))
    shown = pages(platform, replace(RULE, noise=0, text=0))
    goods, who = platform.listings, platform.sellers
    for category, page in zip(shown.category, shown.listing, strict=True):
        found = np.flatnonzero((goods.category == category) | (goods.second_category == category))
        score = {
            item: RULE.quality * (goods.quality[item] - 60) / 15
            + RULE.own_category * (goods.category[item] == category)
            + RULE.rural * who.rural[goods.seller[item]]
            + who.effect[goods.seller[item]]
            for item in found
        }
        best = sorted(score, key=lambda item: -score[item])[:18]
        assert [item for item, ad in zip(page, shown.sponsored, strict=True) if not ad] == best
        assert set(page) <= set(found)


def test_advertisements_have_equal_chances() -> None:
    """A rural listing that is not on the page gets its advertisements as often as an urban one."""
    rng = np.random.default_rng(2)
    got, chances = np.zeros(2), np.zeros(2)
    for _ in range(40):
        platform = market.draw(rng)
        goods, shown = platform.listings, ranking.show(platform, RULE, 100, rng)
        rural = platform.sellers.rural[goods.seller].astype(int)
        for category, page in zip(shown.category, shown.listing, strict=True):
            pool = (goods.category == category) | (goods.second_category == category)
            pool[page[~shown.sponsored]] = False
            got += np.bincount(rural[page[shown.sponsored]], minlength=2)
            chances += 2 * np.bincount(rural[pool], minlength=2) / pool.sum()
    assert got == pytest.approx(chances, abs=4 * np.sqrt(chances.min()))


def test_truth_holds_under_another_seed() -> None:
    """Averages over other platforms agree with the truth file within their common error."""
    again = truth.average(RULE, 120, 320, np.random.default_rng(99))
    for label, told in zip(truth.LABELS, planted(), strict=True):
        found = again[label].everything
        assert abs(found.ratio - told.ratio) < 3.5 * np.hypot(found.error, told.error)
        assert found.spread == pytest.approx(told.spread, rel=0.3)


def test_spread_is_that_of_single_samples() -> None:
    """About nineteen platforms in twenty lie within two spreads of the truth."""
    rng, inside = np.random.default_rng(7), 0
    for _ in range(150):
        platform = market.draw(rng)
        found = truth.ratio(truth.tally(platform, ranking.show(platform, RULE, 320, rng)))
        told = np.array([one.ratio for one in planted()])
        spread = np.array([one.spread for one in planted()])
        inside += int((np.abs(np.log(found / told)) < 2 * spread).sum())
    assert 0.91 < inside / 300 < 0.985

"""Which groups are withheld: an attacker with everything published cannot work them out."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.results import AttributeRecord, Estimate, Level, Table
from fairshelf.reports.disclosure import rules
from fairshelf.reports.disclosure.cells import withheld
from fairshelf.reports.disclosure.compared import indicators
from fairshelf.reports.disclosure.estimates import published

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.disclosure.cells import Withheld

LEVELS = {"place": ("rural", "urban", "unknown"), "size": ("micro", "small", "large")}


def _with_cells(results: Results, counts: list[int]) -> Results:
    """Give results of two attributes and their intersection, with sellers by cell as counted."""
    combined = [(a, b) for a in LEVELS["place"] for b in LEVELS["size"]]
    rows = tuple(
        (count, a, b, f"{a}*{b}") for count, (a, b) in zip(counts, combined, strict=True) if count
    )
    names = ("place", "size", "place*size")
    table = Table(("sellers", *names), rows)
    records = []
    for place, name in enumerate(names, start=1):
        held: dict[str, int] = {}
        for row in rows:
            held[str(row[place])] = held.get(str(row[place]), 0) + int(row[0])
        levels = tuple(Level(one, n, n, n, n, n) for one, n in held.items())
        records.append(
            AttributeRecord(
                name, name, None, None, None, None, declared=True, reference=None, levels=levels
            )
        )
    tables = {**results.tables, "label_cells": table}
    return replace(results, groups=tuple(records), tables=tables)


@settings(max_examples=150, deadline=None)
@given(counts=st.lists(st.sampled_from([0, 0, 1, 3, 7, 9, 12, 30, 200]), min_size=9, max_size=9))
def test_nothing_withheld_follows_from_what_is_published(counts: list[int]) -> None:
    """No withheld group is a combination of published ones, no difference below k sellers."""
    if not any(counts):
        return
    results = _with_cells(_template(), counts)
    closed = withheld(results, rules())
    found = indicators(results)
    cells, sizes = found.of, found.sizes
    open_ = [group for group in cells if group not in closed.summed]
    published = [np.ones(sizes.size), *(cells[group] for group in open_)]
    for group in closed.closed:
        stacked = np.stack(published, axis=1)
        rank = np.linalg.matrix_rank(stacked)
        with_it = np.linalg.matrix_rank(np.column_stack([stacked, cells[group]]))
        assert with_it > rank or sizes.sum() == sizes @ cells[group], group
    for large in published:
        for small in published:
            rest = large - small
            if rest.min() >= 0:
                assert not 0 < sizes @ rest < rules().k
    assert all(sizes @ cells[group] >= rules().k for group in open_)


def _with_ratios(results: Results, amounts: list[float]) -> Results:
    """Give the same results with a ratio of each known group to the last one, of these amounts."""
    found = indicators(results)
    held = np.array(amounts[: found.sizes.size])
    told = []
    for record in results.groups:
        levels = [one.level for one in record.levels if "unknown" not in one.level]
        for level in levels[:-1]:
            above, below = (float(held @ found.of[record.name, one]) for one in (level, levels[-1]))
            value, note = above / below if below else None, None
            if not below:
                note = "reference_zero" if above else "both_zero"
            told.append(
                Estimate(
                    *(f"{record.name}|{level}", "exposure_ratio", record.name, level, levels[-1]),
                    value=value,
                    note=note,
                )
            )
    return replace(results, estimates=tuple(told))


@settings(max_examples=300, deadline=None)
@given(
    counts=st.lists(st.sampled_from([0, 0, 1, 3, 7, 9, 12, 30, 200]), min_size=9, max_size=9),
    amounts=st.lists(st.sampled_from([0.0, 0.0, 1.0]), min_size=9, max_size=9),
    seed=st.integers(0, 1000),
)
def test_nothing_withheld_follows_from_sums_and_ratios(
    counts: list[int], amounts: list[float], seed: int
) -> None:
    """Of any amount, ratios of zero among them, no published figures together tell a closed group.

    What is published of an amount is linear in what the cells hold of it: the rank of all of it
    does not stay the same when a withheld group is added.
    """
    if not any(counts) or not any(amounts):
        return
    drawn = random.Random(seed)  # noqa: S311 - amounts that no simple relation holds between
    usual = [drawn.uniform(0.2, 5.0) for _ in amounts]
    shown = [one * more for one, more in zip(amounts, usual, strict=True)]
    for held in (usual, shown):
        results = _with_ratios(_with_cells(_template(), counts), held)
        closed = withheld(results, rules())
        found = indicators(results)
        told = [np.ones(found.sizes.size)]
        told += [one for group, one in found.of.items() if group not in closed.summed]
        for one in published_ratios(results, closed):
            pair = [found.of[str(one.attribute), str(x)] for x in (one.group, one.reference)]
            a, b = (float(np.array(held[: found.sizes.size]) @ x) for x in pair)
            told += [a * pair[1] - b * pair[0]] if a or b else pair
        stacked = np.stack(told, axis=1)
        for group in closed.closed:
            rest = np.linalg.lstsq(stacked, found.of[group], rcond=None)[0]
            follows = np.abs(stacked @ rest - found.of[group]).max() < 1e-9
            assert not follows or found.sizes.sum() == found.sizes @ found.of[group], group


def published_ratios(results: Results, closed: Withheld) -> list[Estimate]:
    """Give the estimates that are published with what they say."""
    told = (published(one, closed, results, rules()) for one in results.estimates)
    return [one for one, shown in zip(results.estimates, told, strict=True) if not shown.suppressed]


@pytest.fixture
def template() -> Results:
    """Give results whose other parts do not matter here."""
    return _template()


@cache
def _template() -> Results:
    from fairshelf.audits.config import load
    from fairshelf.audits.pipeline import audit
    from fairshelf.sample_data import path

    log, sellers, catalogue = (
        str(path(f"{name}.en.csv")) for name in ("log", "sellers", "catalogue")
    )
    quick = {"permutations": 99, "adjust": ("none",), "series": "none"}
    return audit([log], sellers, catalogue, load(path("audit.en.toml"), quick)).results


def test_a_small_group_takes_another_with_it(template: Results) -> None:
    """Of rural, urban and six unknown, the shares of two are withheld, not of one."""
    results = _with_cells(template, [100, 0, 0, 200, 0, 0, 6, 0, 0])
    closed = withheld(results, rules())
    assert ("place", "unknown") in closed.small
    assert len({group for group in closed.summed if group[0] == "place"}) == 2


def test_a_group_that_one_seller_dominates_is_withheld(template: Results) -> None:
    """One seller with more than half of a group's attention closes the group."""
    table = Table(
        ("attribute", "group", "largest", "two_largest"),
        (("ethnic_minority_region", "yes", 0.55, 0.6), ("ethnic_minority_region", "no", 0.3, 0.5)),
    )
    results = replace(template, tables={**template.tables, "dominance": table})
    closed = withheld(results, rules())
    assert closed.dominated == {("ethnic_minority_region", "yes")}


def test_large_groups_stay(template: Results) -> None:
    """The English sample has no small group: nothing is withheld."""
    assert not withheld(template, rules()).summed

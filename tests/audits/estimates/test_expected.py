"""Expected exposure of many queries at once is that of each; legacy metrics are the lists' mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from fairshelf.audits.browsing import parse
from fairshelf.audits.config import Settings
from fairshelf.audits.errors import UsageError
from fairshelf.audits.estimates.annex import ANNEX, wanted
from fairshelf.audits.estimates.annex.expected import candidates
from fairshelf.audits.metrics import (
    CATALOGUE,
    expected_exposure,
    expected_group_exposure,
    exposure_ratio,
    prefix_distance,
    target_exposure,
)
from fairshelf.audits.metrics.catalogue import LEGACY
from fairshelf.audits.pipeline import audit
from fairshelf.audits.tally import Rankings

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.metrics.distance import Legacy
    from fairshelf.audits.results import Estimate

MODEL = parse("rbp:0.7")


def _weight(ranks: np.ndarray) -> np.ndarray:
    assert MODEL.weight is not None
    return MODEL.weight(ranks)


def _rows(queries: int, seed: int) -> tuple[Rankings, np.ndarray]:
    """Make lists of 6 of 9 listings; query q is asked q + 1 times; relevance has ties."""
    rng = np.random.default_rng(seed)
    relevance = rng.integers(0, 3, 9) / 2
    lists = np.repeat(np.arange(queries), np.arange(1, queries + 1))
    shown = np.concatenate([rng.permutation(9)[:6] for _ in lists])
    request = np.repeat(np.arange(lists.size), 6)
    position = np.tile(np.arange(1, 7), lists.size)
    rows = Rankings(
        request,
        position,
        shown % 4,
        shown,
        lists * 5,  # codes with gaps, as a sample leaves them
        {"relevance": relevance[shown]},
        lists.size,
        whole=True,
        not_ranked=0,
    )
    return rows, relevance


@pytest.mark.parametrize("seed", range(5))
def test_each_query_has_its_own_expected_exposure(seed: int) -> None:
    """EE-D, EE-R and EE-L equal the functions of one query, whose single lists are left out."""
    rows, relevance = _rows(4, seed)
    found = candidates(rows, MODEL)
    assert found is not None
    assert found.queries == 3
    for place in range(3):
        query = (place + 1) * 5
        assert rows.query is not None
        assert rows.listing is not None
        own = np.flatnonzero(rows.query == query)
        named = np.unique(rows.listing[np.isin(rows.request, own)])
        exposure = np.zeros((len(own), named.size))
        for line, request in enumerate(own):
            mine = rows.request == request
            column = np.searchsorted(named, rows.listing[mine])
            exposure[line, column] = _weight(rows.position[mine])
        weight = np.where(
            np.arange(1, named.size + 1) <= 6, _weight(np.arange(1, named.size + 1)), 0
        )
        target = target_exposure(relevance[named], weight)
        one = expected_exposure(exposure, target)
        mine = found.query == place
        gap = found.exposure[mine] - found.target[mine]
        assert float(gap @ gap) == pytest.approx(one.loss, abs=1e-12)
        assert float(found.exposure[mine] @ found.target[mine]) == pytest.approx(one.relevance)
        assert float(found.exposure[mine] @ found.exposure[mine]) == pytest.approx(one.disparity)


def test_lists_that_tell_no_query_are_no_repeats_of_one() -> None:
    """-1 is a query the log does not tell: such lists change nothing; alone they are none."""
    rows, _ = _rows(3, 1)
    assert rows.query is not None
    query = np.where(rows.query == 5, -1, rows.query)
    found, whole = candidates(replace(rows, query=query), MODEL), candidates(rows, MODEL)
    assert found is not None
    assert whole is not None
    assert (found.queries, whole.queries) == (1, 2)
    assert found.exposure.tolist() == whole.exposure[whole.query == 1].tolist()
    assert candidates(replace(rows, query=np.full(rows.lists, -1)), MODEL) is None


def test_rows_without_relevance_are_no_candidates() -> None:
    """A listing whose relevance is not told counts for nothing, wherever it stands."""
    rows, relevance = _rows(2, 2)
    assert rows.listing is not None
    untold = np.where(rows.listing == 3, np.nan, rows.sums["relevance"])
    kept = rows.listing != 3
    found = candidates(replace(rows, sums={"relevance": untold}), MODEL)
    without = candidates(
        replace(
            rows,
            request=rows.request[kept],
            position=rows.position[kept],
            seller=rows.seller[kept],
            listing=rows.listing[kept],
            sums={"relevance": rows.sums["relevance"][kept]},
        ),
        MODEL,
    )
    assert found is not None
    assert without is not None
    assert found.target.tolist() == without.target.tolist()
    assert found.exposure.tolist() == without.exposure.tolist()
    assert np.isfinite(relevance).all()


def test_a_log_without_repeats_has_no_candidates() -> None:
    """One list a query says nothing of expected exposure."""
    assert candidates(_rows(1, 0)[0], MODEL) is None


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str | None], Estimate]:
    """Audit a log of four queries asked three times, with clicks, under ``--annex`` and rND."""
    folder: Path = tmp_path_factory.mktemp("repeated")
    rng = np.random.default_rng(7)
    names = [f"{'r' if n % 3 == 0 else 'u'}{n:02d}" for n in range(24)]
    lines, shown = ["request,query,position,listing,seller,relevance,clicks,locality"], []
    for request in range(12):
        for position, n in enumerate(rng.permutation(24), start=1):
            clicks = int(rng.random() < 0.3)
            place = "rural" if n % 3 == 0 else "urban"
            lines.append(
                f"q{request},w{request % 4},{position},{names[n]},s{n},{n % 5},{clicks},{place}"
            )
            shown.append((request, position, n, clicks))
    (folder / "log.csv").write_text("\n".join(lines) + "\n")
    catalogue = ["listing,relevance,seller", *(f"{names[n]},{n % 5 + 1},s{n}" for n in range(24))]
    (folder / "catalogue.csv").write_text("\n".join(catalogue) + "\n")
    settings = Settings(
        annex=True, metrics=("FS406", "rkl", "rrd"), attributes={"locality": None}, permutations=99
    )
    done = audit([str(folder / "log.csv")], None, str(folder / "catalogue.csv"), settings)
    told = {(e.metric, e.attribute): e for e in done.results.estimates}
    by_listing = np.zeros(24)
    for _, _, n, clicked in shown:
        by_listing[n] += clicked
    rural, merit = np.arange(24) % 3 == 0, np.arange(24) % 5 + 1
    ratio = exposure_ratio(
        by_listing[rural].sum(), merit[rural].sum(), by_listing[~rural].sum(), merit[~rural].sum()
    )
    found = told["impact_ratio", "locality"]
    assert found.value == pytest.approx(ratio)
    lists = np.array([n for _, _, n, _ in shown]).reshape(12, 24) % 3 == 0
    for name in LEGACY:
        mean = np.mean([prefix_distance(one, cast("Legacy", name), 10) for one in lists])
        assert told[name, "locality"].value == pytest.approx(mean)
    return told


def test_expected_exposure_reaches_the_estimates(
    estimates: dict[tuple[str, str | None], Estimate],
) -> None:
    """All three stand there for listings and for groups, and EE-L is made of the other two."""
    for attribute in (None, "locality"):
        told = [estimates[name, attribute] for name in ("ee_d", "ee_r", "ee_l")]
        assert all(one.value is not None and one.requests == 12 for one in told)
        assert {one.note for one in told} == {"repeated_queries"}


def test_every_metric_of_the_catalogue_is_estimated(
    estimates: dict[tuple[str, str | None], Estimate],
) -> None:
    """A log that tells all, and a catalogue, give each metric at least one estimate."""
    lacking = {metric.name for metric in CATALOGUE} - {name for name, _ in estimates}
    assert not lacking, "in CATALOGUE, and no file of audits/estimates/ makes one"


def test_groups_of_equal_queries_match_the_function() -> None:
    """Of one query, the group's numbers are those of the function for groups."""
    rows, relevance = _rows(2, 3)
    found = candidates(rows, MODEL)
    assert found is not None
    group = np.array([0, 1, 0, 1])[found.seller]
    assert rows.listing is not None
    one = expected_group_exposure(found.exposure, found.target, group, 2)
    member = group[:, None] == np.arange(2)
    gap = found.exposure @ member - found.target @ member
    assert one.loss == pytest.approx(float(gap @ gap))
    assert relevance.size == 9


def test_only_what_is_asked_is_estimated() -> None:
    """The legacy metrics need their names; a code stands for a name; a slip is caught."""
    assert not wanted((), annex=False)
    assert wanted((), annex=True) == set(ANNEX)
    assert not set(LEGACY) & set(ANNEX)
    assert wanted(("fs406", "NDKL"), annex=False) == {"rnd", "ndkl"}
    assert set(ANNEX) | set(LEGACY) <= {metric.name for metric in CATALOGUE}
    with pytest.raises(UsageError, match="unknown_metric"):
        wanted(("ndlk",), annex=False)

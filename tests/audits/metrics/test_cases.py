"""The cases worked by hand: every metric gives what a pocket calculator gives.

Each file of ``tests/cases/metrics`` holds one metric: a tiny input, the value expected, and the
arithmetic in full. Values were worked out from the definition, not with the program.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fairshelf.audits.browsing import parse
from fairshelf.audits.metrics import (
    CATALOGUE,
    ExpectedExposure,
    FunnelCounts,
    PairwiseAccuracy,
    TheilSplit,
    atkinson,
    awrf,
    coverage,
    expected_exposure,
    expected_group_exposure,
    exposure_funnel,
    exposure_ratio,
    fair_adjusted,
    fair_passes,
    gini,
    hhi,
    hypergeometric_sequential,
    iaa,
    max_skew,
    min_skew,
    mixed_pairs_won,
    ndkl,
    pairwise_accuracy,
    per_unit,
    prefix_distance,
    representation_ratio,
    share,
    skew,
    target_exposure,
    theil,
    theil_split,
    top_share,
    topk_impact_ratio,
    topk_selection_rate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fairshelf.audits.metrics.distance import Legacy

    Floats = NDArray[np.float64]
    Values = dict[str, Any]

FILES = sorted((Path(__file__).parents[2] / "cases" / "metrics").glob("*.toml"))
ABS = 1e-9
GROUPS = ("rural", "urban")


@dataclass(frozen=True)
class Shelf:
    """A case as arrays: one entry per impression, shape (n,), and one per listing, shape (m,)."""

    given: dict[str, Any]

    @property
    def names(self) -> list[str]:
        """The listings of the catalogue, in its order."""
        return list(self.given["catalogue"])

    @property
    def listed(self) -> NDArray[np.int64]:
        """Group code of every listing, 0 rural and 1 urban."""
        return np.array([GROUPS.index(one) for one in self.given["catalogue"].values()])

    @property
    def units(self) -> Floats:
        """Listings of the catalogue by group."""
        return np.bincount(self.listed, minlength=2).astype(float)

    @property
    def items(self) -> NDArray[np.int64]:
        """Listing of each impression."""
        return np.array([self.names.index(x) for one in self.given["lists"] for x in one], int)

    @property
    def lists(self) -> NDArray[np.int64]:
        """List of each impression."""
        sizes = [len(one) for one in self.given["lists"]]
        return np.repeat(np.arange(len(sizes)), sizes)

    @property
    def ranks(self) -> NDArray[np.int64]:
        """Position of each impression, from 1."""
        return np.array([r for one in self.given["lists"] for r in range(1, len(one) + 1)], int)

    @property
    def groups(self) -> NDArray[np.int64]:
        """Group of each impression."""
        return self.listed[self.items]

    @property
    def weights(self) -> Floats:
        """Attention of each impression."""
        weight = parse(self.given["browsing"]).weight
        assert weight is not None
        return weight(self.ranks)

    @property
    def top(self) -> NDArray[np.bool_]:
        """Whether each impression is among the first k."""
        return np.asarray(self.ranks <= self.given["k"])

    def row(self, name: str) -> Floats:
        """Give a value of each impression."""
        return np.array([x for one in self.given[name] for x in one], float)

    def by_group(self, amounts: Floats) -> Floats:
        """Sum a value of the impressions by group."""
        return np.bincount(self.groups, weights=amounts, minlength=2).astype(float)

    def by_item(self) -> Floats:
        """Sum attention by listing, those never shown included."""
        return np.bincount(self.items, weights=self.weights, minlength=len(self.names)).astype(
            float
        )

    def distinct(self, kept: NDArray[np.bool_]) -> Floats:
        """Count the distinct listings of some impressions by group."""
        return np.bincount(self.listed[np.unique(self.items[kept])], minlength=2).astype(float)

    def counts(self, group: int) -> FunnelCounts:
        """Give what the funnel of a group is made from."""
        shown = self.distinct(np.ones(self.items.size, bool))
        impressions = self.by_group(np.ones(self.items.size))
        exposure = self.by_group(self.weights)
        return FunnelCounts(self.units[group], shown[group], impressions[group], exposure[group])

    def each(self) -> list[NDArray[np.int64]]:
        """Give the groups of each list from the top."""
        return [self.groups[self.lists == one] for one in range(len(self.given["lists"]))]


def _pair(values: Floats) -> Values:
    return dict(zip(GROUPS, values.tolist(), strict=True))


def _value(value: float) -> Values:
    return {"value": value}


def _exposure_ratio(shelf: Shelf) -> Values:
    exposure, units = shelf.by_group(shelf.weights), shelf.units
    return _value(exposure_ratio(exposure[0], units[0], exposure[1], units[1]))


def _impact_ratio(shelf: Shelf) -> Values:
    merit = np.array([shelf.given["relevance"][name] for name in shelf.names])
    units = np.bincount(shelf.listed, weights=merit, minlength=2)
    clicks = shelf.by_group(shelf.row("clicks"))
    return _value(exposure_ratio(clicks[0], units[0], clicks[1], units[1]))


def _funnel(step: str) -> Callable[[Shelf], Values]:
    return lambda shelf: _value(getattr(exposure_funnel(shelf.counts(0), shelf.counts(1)), step))


def _rates(shelf: Shelf) -> Floats:
    return topk_selection_rate(shelf.distinct(shelf.top), shelf.units)


def _skew(measure: Callable[[Floats, Floats], float]) -> Callable[[Shelf], Values]:
    return lambda shelf: _value(measure(shelf.by_group(shelf.top.astype(float)), shelf.units))


def _split(shelf: Shelf) -> TheilSplit:
    return theil_split(shelf.by_item(), shelf.listed)


def _ndkl(shelf: Shelf) -> Values:
    values = [ndkl(groups, shelf.units) for groups in shelf.each()]
    return _value(float(np.mean(values)) if values else float("nan"))


def _legacy(kind: Legacy) -> Callable[[Shelf], Values]:
    def run(shelf: Shelf) -> Values:
        (groups,) = shelf.each()
        return _value(prefix_distance(groups == 0, kind, shelf.given["cut"]))

    return run


def _fa_ir(shelf: Shelf) -> Values:
    given = shelf.given
    test = fair_adjusted(len(given["lists"][0]), given["share"], given["alpha"])
    passed = [fair_passes(groups == 0, test.table) for groups in shelf.each()]
    return {"value": float(np.mean(passed)), "fail_probability": test.fail_probability}


def _hyper_fa_ir(shelf: Shelf) -> Values:
    pool = int(shelf.units[0]), int(shelf.units.sum())
    values = [hypergeometric_sequential(groups == 0, *pool) for groups in shelf.each()]
    passed = np.array(values) >= shelf.given["alpha"]
    return {"value": float(passed.mean()), "p_values": values}


def _expected(number: str) -> Callable[[Shelf], Values]:
    def run(shelf: Shelf) -> Values:
        exposure = np.zeros((len(shelf.given["lists"]), len(shelf.names)))
        exposure[shelf.lists, shelf.items] = shelf.weights
        weight = parse(shelf.given["browsing"]).weight
        assert weight is not None
        relevance = np.array([shelf.given["relevance"][name] for name in shelf.names])
        target = target_exposure(relevance, weight(np.arange(1, relevance.size + 1)))
        single: ExpectedExposure = expected_exposure(exposure, target)
        grouped = expected_group_exposure(exposure, target, shelf.listed, 2)
        return {"value": getattr(single, number), "by_group": getattr(grouped, number)}

    return run


def _iaa(shelf: Shelf) -> Values:
    result = iaa(shelf.lists, shelf.items, shelf.weights, shelf.row("relevances"))
    return {"value": result.per_list, "total": result.total}


def _pairwise(kind: str) -> Callable[[Shelf], Values]:
    def run(shelf: Shelf) -> Values:
        found: list[PairwiseAccuracy] = [
            pairwise_accuracy(shelf.lists, shelf.ranks, shelf.row("clicks"), shelf.groups == code)
            for code in (0, 1)
        ]
        return _pair(np.array([getattr(one, kind).share for one in found]))

    return run


ADAPTERS: dict[str, Callable[[Shelf], Values]] = {
    "impression_share": lambda s: _pair(share(s.by_group(np.ones(s.items.size)))),
    "exposure_share": lambda s: _pair(share(s.by_group(s.weights))),
    "attention_per_impression": lambda s: _pair(
        per_unit(s.by_group(s.weights), s.by_group(np.ones(s.items.size)))
    ),
    "representation_ratio": lambda s: _pair(representation_ratio(s.by_group(s.weights), s.units)),
    "exposure_ratio": _exposure_ratio,
    "funnel_reach": _funnel("reach"),
    "funnel_frequency": _funnel("frequency"),
    "funnel_placement": _funnel("placement"),
    "impact_ratio": _impact_ratio,
    "topk_share": lambda s: _pair(share(s.by_group(s.top.astype(float)))),
    "topk_selection_rate": lambda s: _pair(_rates(s)),
    "topk_impact_ratio": lambda s: _value(topk_impact_ratio(*_rates(s))),
    "coverage": lambda s: _value(coverage(np.unique(s.items).size, len(s.names))),
    "gini": lambda s: _value(gini(s.by_item())),
    "top_share": lambda s: _value(top_share(s.by_item(), s.given["top"])),
    "hhi": lambda s: _value(hhi(s.by_item())),
    "theil": lambda s: _value(theil(s.by_item())),
    "theil_between_share": lambda s: _value(_split(s).between_share),
    "atkinson": lambda s: _value(atkinson(s.by_item(), s.given["aversion"])),
    "awrf": lambda s: _value(awrf(s.by_group(s.weights), s.units)),
    "skew": lambda s: _pair(skew(s.by_group(s.top.astype(float)), s.units)),
    "min_skew": _skew(min_skew),
    "max_skew": _skew(max_skew),
    "ndkl": _ndkl,
    "rnd": _legacy("rnd"),
    "rkl": _legacy("rkl"),
    "rrd": _legacy("rrd"),
    "fa_ir": _fa_ir,
    "hyper_fa_ir": _hyper_fa_ir,
    "ee_d": _expected("disparity"),
    "ee_r": _expected("relevance"),
    "ee_l": _expected("loss"),
    "iaa": _iaa,
    "pairwise_accuracy": _pairwise("overall"),
    "pairwise_intra": _pairwise("intra"),
    "pairwise_inter": _pairwise("inter"),
    "mixed_pairs_won": lambda s: _value(mixed_pairs_won(s.lists, s.ranks, s.groups == 0).share),
}


def _number(told: Any) -> float:  # noqa: ANN401 - a number, or a word or fraction
    return float(Fraction(told)) if isinstance(told, str) and "/" in told else float(told)


def _cases() -> list[Any]:
    """Give every case of every file; a further case says only what is other than in the first."""
    found = []
    for file in FILES:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        first = {"what": told["what"], "input": {}, "expected": told["expected"]}
        for place, case in enumerate([first, *told.get("case", [])]):
            given = {**told["input"], **case.get("input", {})}
            found.append(
                pytest.param(told["metric"], given, case["expected"], id=f"{file.stem}-{place}")
            )
    return found


@pytest.mark.parametrize(("metric", "given", "expected"), _cases())
def test_case_worked_by_hand(metric: str, given: Values, expected: Values) -> None:
    """The metric of the tiny input is what the arithmetic in the file comes to."""
    got = ADAPTERS[metric](Shelf(given))
    assert set(got) == set(expected)
    for name, told in expected.items():
        wanted = [_number(one) for one in (told if isinstance(told, list) else [told])]
        np.testing.assert_allclose(np.atleast_1d(got[name]), wanted, rtol=0, atol=ABS)


def test_every_metric_has_its_case() -> None:
    """Files and adapters are for the same metrics, and none of the catalogue is without."""
    assert [file.stem for file in FILES] == sorted(ADAPTERS)
    lacking = {metric.name for metric in CATALOGUE} - set(ADAPTERS)
    assert not lacking, "no tests/cases/metrics/NAME.toml with its line in ADAPTERS"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_case_can_be_followed(file: Path) -> None:
    """A file names its metric, asks its question in both languages and shows its arithmetic."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    assert told["metric"] == file.stem
    assert set(told) - {"case"} == {"metric", "what", "what_zh", "working", "input", "expected"}
    assert told["what"].isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told["what_zh"])
    assert sum(letter.isdigit() for letter in told["working"]) > 5

"""The metrics for data frames: the cases worked by hand, what is refused, and what is kept."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from fairshelf import metrics
from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    Values = dict[str, Any]
    Compute = Callable[[Values, pd.DataFrame, pd.DataFrame], Any]

CASES = Path(__file__).parents[1] / "cases" / "metrics"
PAIR = ("rural", "urban")


def _log(given: Values) -> pd.DataFrame:
    """Give a case as a log; the group stands in the catalogue only."""
    rows = [
        {"request": f"q{place}", "query": "q", "position": rank, "listing": name}
        for place, one in enumerate(given["lists"])
        for rank, name in enumerate(one, 1)
    ]
    log = pd.DataFrame(rows, columns=["request", "query", "position", "listing"])
    for column, key in (("clicks", "clicks"), ("relevance", "relevances")):
        if key in given:
            log[column] = [value for one in given[key] for value in one]
    if "relevance" in given and "relevance" not in log:
        log["relevance"] = log["listing"].map(given["relevance"])
    return log


def _catalogue(given: Values) -> pd.DataFrame:
    told = pd.DataFrame({"listing": list(given["catalogue"]), "area": given["catalogue"].values()})
    if "relevance" in given:
        told["relevance"] = told["listing"].map(given["relevance"])
    return told


def _labelled(log: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    return log.assign(area=log["listing"].map(catalogue.set_index("listing")["area"]))


def _each(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series[float]:
    return metrics.exposure_by(log, "listing", catalogue["listing"], browsing=given["browsing"])


def _pair(values: pd.Series[float]) -> Values:
    return {name: values.get(name, np.nan) for name in PAIR}


def _ratio(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> float:
    def run() -> float:
        return metrics.exposure_ratio(
            log, "area", PAIR, catalogue=catalogue, browsing=given["browsing"]
        )

    if set(PAIR) <= set(catalogue["area"]):
        return run()
    with pytest.raises(ValueError, match="no group 'rural'"):  # undefined, and here a slip
        run()
    return float("nan")


def _funnel(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> Any:  # noqa: ANN401
    return metrics.exposure_funnel(
        log, "area", PAIR, catalogue=catalogue, browsing=given["browsing"]
    )


def _impact(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> float:
    del given
    return metrics.impact_ratio(log, "area", PAIR, catalogue=catalogue)


def _expected(name: str) -> Compute:
    def run(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> Values:
        told = _labelled(log, catalogue)
        single = metrics.expected_exposure(told, browsing=given["browsing"])
        grouped = metrics.expected_exposure(told, "area", browsing=given["browsing"])
        return {"value": getattr(single, name), "by_group": getattr(grouped, name)}

    return run


def _pairwise(name: str) -> Compute:
    def run(_: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> Values:
        told = _labelled(log, catalogue)
        found = {area: metrics.pairwise_accuracy(told, "area", area) for area in PAIR}
        return {area: getattr(one, name).share for area, one in found.items()}

    return run


def _prefixes(kind: Any) -> Compute:  # noqa: ANN401 - one of three words
    def run(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> float:
        told = log.assign(area=log["listing"].str[0].map({"u": "urban", "r": "rural"}))
        protected = "rural" if (told["area"] == "rural").any() else "urban"
        assert len(catalogue) == len(given["catalogue"])
        found = metrics.prefix_distance(told, "area", protected, kind, cut=given["cut"])
        return float(found.iloc[0])

    return run


def _fair(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> float:
    told = _labelled(log, catalogue)
    return metrics.fa_ir(told, "area", "rural", given["share"], alpha=given["alpha"]).share


def _hyper(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> Values:
    found = metrics.hyper_fa_ir(log, "area", "rural", catalogue=catalogue, alpha=given["alpha"])
    return {"value": found.share, "p_values": list(found.by_request)}


def _iaa(given: Values, log: pd.DataFrame, catalogue: pd.DataFrame) -> Values:
    del catalogue
    found = metrics.iaa(log, browsing=given["browsing"])
    return {"value": found.per_list, "total": found.total}


COMPUTE: dict[str, Compute] = {
    "impression_share": lambda _, x, c: _pair(metrics.impression_share(x, "area", catalogue=c)),
    "exposure_share": lambda g, x, c: _pair(
        metrics.exposure_share(x, "area", catalogue=c, browsing=g["browsing"])
    ),
    "attention_per_impression": lambda g, x, c: _pair(
        metrics.attention_per_impression(x, "area", catalogue=c, browsing=g["browsing"])
    ),
    "representation_ratio": lambda g, x, c: _pair(
        metrics.representation_ratio(x, "area", catalogue=c, browsing=g["browsing"])
    ),
    "exposure_ratio": _ratio,
    "funnel_reach": lambda g, x, c: _funnel(g, x, c).reach,
    "funnel_frequency": lambda g, x, c: _funnel(g, x, c).frequency,
    "funnel_placement": lambda g, x, c: _funnel(g, x, c).placement,
    "impact_ratio": _impact,
    "topk_share": lambda g, x, c: _pair(metrics.topk_share(x, "area", g["k"], catalogue=c)),
    "topk_selection_rate": lambda g, x, c: _pair(
        metrics.topk_selection_rate(x, "area", g["k"], catalogue=c)
    ),
    "topk_impact_ratio": lambda g, x, c: metrics.topk_impact_ratio(
        x, "area", PAIR, g["k"], catalogue=c
    ),
    "coverage": lambda _, x, c: metrics.coverage(x, "listing", c["listing"]),
    "gini": lambda g, x, c: metrics.gini(_each(g, x, c)),
    "top_share": lambda g, x, c: metrics.top_share(_each(g, x, c), g["top"]),
    "hhi": lambda g, x, c: metrics.hhi(_each(g, x, c)),
    "theil": lambda g, x, c: metrics.theil(_each(g, x, c)),
    "theil_between_share": lambda g, x, c: (
        metrics.theil_split(_each(g, x, c), c["area"]).between_share
    ),
    "atkinson": lambda g, x, c: metrics.atkinson(_each(g, x, c), g["aversion"]),
    "awrf": lambda g, x, c: metrics.awrf(x, "area", c, browsing=g["browsing"]),
    "skew": lambda g, x, c: _pair(metrics.skew(x, "area", c, k=g["k"])),
    "min_skew": lambda g, x, c: metrics.skew(x, "area", c, k=g["k"]).min(),
    "max_skew": lambda g, x, c: metrics.skew(x, "area", c, k=g["k"]).max(),
    "ndkl": lambda _, x, c: metrics.ndkl(x, "area", c),
    "rnd": _prefixes("rnd"),
    "rkl": _prefixes("rkl"),
    "rrd": _prefixes("rrd"),
    "fa_ir": _fair,
    "hyper_fa_ir": _hyper,
    "ee_d": _expected("disparity"),
    "ee_r": _expected("relevance"),
    "ee_l": _expected("loss"),
    "iaa": _iaa,
    "pairwise_accuracy": _pairwise("overall"),
    "pairwise_intra": _pairwise("intra"),
    "pairwise_inter": _pairwise("inter"),
    "mixed_pairs_won": lambda _, x, c: (
        metrics.mixed_pairs_won(_labelled(x, c), "area", "rural").share
    ),
}


def _numbers(told: Any) -> list[float]:  # noqa: ANN401 - a number, a word or a list of them
    each = told if isinstance(told, list) else [told]
    return [float(Fraction(one)) if "/" in str(one) else float(one) for one in each]


def _cases() -> list[Any]:
    found = []
    for name in COMPUTE:
        told = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))
        for place, case in enumerate([{"expected": told["expected"]}, *told.get("case", [])]):
            given = {**told["input"], **case.get("input", {})}
            found.append(pytest.param(name, given, case["expected"], id=f"{name}-{place}"))
    return found


@pytest.mark.parametrize(("metric", "given", "expected"), _cases())
def test_a_frame_gives_the_case_worked_by_hand(
    metric: str, given: Values, expected: Values
) -> None:
    """Each metric of a data frame is what the pocket calculator says."""
    got = COMPUTE[metric](given, _log(given), _catalogue(given))
    told = got if isinstance(got, dict) else {"value": got}
    assert set(told) <= set(expected)
    for name, value in told.items():
        np.testing.assert_allclose(
            np.atleast_1d(value), _numbers(expected[name]), rtol=0, atol=1e-9
        )


def test_every_case_has_its_function() -> None:
    """No metric is missing from the library."""
    assert sorted(COMPUTE) == sorted(file.stem for file in CASES.glob("*.toml"))


LOG = pd.DataFrame(
    {
        "request": ["a", "a", "b", "b"],
        "position": [1, 2, 1, 2],
        "listing": ["x", "y", "x", "z"],
        "seller": ["s", "t", "s", None],
        "area": ["urban", "rural", "urban", None],
        "relevance": [1.0, 0.5, 1.0, 0.5],
    }
)
CATALOGUE = pd.DataFrame({"listing": ["x", "y", "z", "w"], "area": ["urban", "rural", None, None]})


def test_a_missing_label_is_a_group_of_its_own() -> None:
    """An impression without a label is unknown, and never left out of a share."""
    shares = metrics.impression_share(LOG, "area")
    assert shares.to_dict() == {"rural": 0.25, "unknown": 0.25, "urban": 0.5}
    rates = metrics.topk_selection_rate(LOG, "area", 2, catalogue=CATALOGUE)
    assert rates.to_dict() == {"rural": 1.0, "unknown": 0.5, "urban": 1.0}


def test_a_listing_without_an_impression_counts() -> None:
    """The catalogue has it as 0; without the catalogue nobody knows of it."""
    wide = metrics.exposure_ratio(LOG, "area", ("unknown", "rural"), catalogue=CATALOGUE)
    assert wide == pytest.approx(0.5)
    assert metrics.exposure_ratio(LOG, "area", ("unknown", "rural")) == pytest.approx(1)
    each = metrics.exposure_by(LOG, "listing", CATALOGUE["listing"], browsing="uniform")
    assert each.to_dict() == {"x": 2, "y": 1, "z": 1, "w": 0}


def test_baselines_divide_by_what_they_say() -> None:
    """Per seller, per listing shown and per relevance, the urban group has 2 impressions."""
    log = LOG.assign(seller=["s", "t", "u", "t"], area=["urban", "rural", "urban", "rural"])
    wanted = {"sellers": (2 / 2) / (2 / 1), "shown": (2 / 1) / (2 / 2), "merit": (2 / 2) / (2 / 1)}
    for baseline, value in wanted.items():
        got = metrics.exposure_ratio(
            log,
            "area",
            ("urban", "rural"),
            baseline=baseline,  # type: ignore[arg-type]
            browsing="uniform",
        )
        assert got == pytest.approx(value), baseline


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: x.drop(columns="position"), "no column"),
        (lambda x: x.assign(position=[1, None, 1, 2]), "whole numbers from 1"),
        (lambda x: x.assign(position=[0, 1, 1, 2]), "whole numbers from 1"),
        (lambda x: x.assign(position=[1.5, 2, 1, 2]), "whole numbers from 1"),
        (lambda x: x.assign(listing=["x", "y", "x", "v"]), "not in the catalogue"),
        (lambda x: x.assign(area=["urban", "urban", "urban", None]), "of another group"),
    ],
)
def test_what_cannot_be_read_is_refused(
    change: Callable[[pd.DataFrame], pd.DataFrame], told: str
) -> None:
    """A column, position or listing that is wrong raises, and says what is wrong."""
    with pytest.raises(ValueError, match=told):
        metrics.exposure_ratio(change(LOG), "area", ("rural", "urban"), catalogue=CATALOGUE)


def test_names_that_do_not_exist_are_refused() -> None:
    """A group, baseline, target or browsing model that is not there raises."""
    with pytest.raises(ValueError, match=r"no group 'rurall'; there are \['rural'"):
        metrics.exposure_ratio(LOG, "area", ("rurall", "urban"))
    with pytest.raises(ValueError, match="needs a catalogue"):
        metrics.exposure_ratio(LOG, "area", ("rural", "urban"), baseline="catalogue")
    with pytest.raises(ValueError, match=r"no target for \['unknown'\]"):
        metrics.ndkl(LOG, "area", {"rural": 1, "urban": 1})
    with pytest.raises(UsageError, match="unknown_browsing"):
        metrics.exposure(LOG, "dgc")
    with pytest.raises(ValueError, match="twice in the catalogue"):
        metrics.exposure_share(LOG, "area", catalogue=pd.concat([CATALOGUE, CATALOGUE]))
    with pytest.raises(ValueError, match="finite"):
        metrics.gini([1.0, float("nan")])
    with pytest.raises(ValueError, match="two groups"):
        metrics.exposure_ratio(
            LOG.assign(seller="s"), "area", ("rural", "urban"), baseline="sellers"
        )
    with pytest.raises(ValueError, match="two relevances"):
        metrics.expected_exposure(LOG.assign(query="q", relevance=[1.0, 1, 0, 1]))


def test_the_order_of_rows_and_the_index_do_not_matter() -> None:
    """Shuffled rows with any index give the same values."""
    mixed = LOG.sample(frac=1, random_state=1).set_index(pd.Index([9, 9, 2, 1]))
    first, second = (
        [
            metrics.exposure_ratio(one, "area", ("rural", "urban"), catalogue=CATALOGUE),
            metrics.ndkl(one, "area", CATALOGUE),
            metrics.iaa(one).total,
            metrics.awrf(one, "area", CATALOGUE, pooled=False),
            metrics.mixed_pairs_won(one, "area", "rural").share,
        ]
        for one in (LOG, mixed)
    )
    np.testing.assert_allclose(first, second)


def test_a_cascade_stands_in_the_attention_column() -> None:
    """After a fully relevant first item half read on; given attention is then summed as it is."""
    told = metrics.cascade_exposure(LOG.assign(relevance=[1.0, 1, 0, 1]))
    assert told.tolist() == [1, 0.5, 1, 1]
    log = LOG.assign(attention=told)
    assert metrics.exposure_share(log, "area", browsing="given")["urban"] == pytest.approx(2 / 3.5)


def test_columns_may_have_other_names() -> None:
    """The user's own headings are given once."""
    names = metrics.Columns(request="query_id", position="rank", listing="item_id")
    log = LOG.rename(columns={"request": "query_id", "position": "rank", "listing": "item_id"})
    listed = CATALOGUE.rename(columns={"listing": "item_id"})
    assert metrics.ndkl(log, "area", listed, columns=names) == metrics.ndkl(LOG, "area", CATALOGUE)


def test_the_package_itself_stays_light() -> None:
    """Importing fairshelf imports nothing heavy, and fairshelf.metrics neither pandas nor more."""
    script = (
        "import sys, fairshelf\n"
        "assert 'numpy' not in sys.modules\n"
        "import fairshelf.metrics\n"
        "heavy = {'pandas', 'scipy', 'sklearn', 'fairlearn', 'ibis', 'duckdb', 'pydantic'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()

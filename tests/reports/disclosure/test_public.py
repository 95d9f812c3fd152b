"""What is public holds no seller, no listing, no query, no file, and no small group."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.results import Message
from fairshelf.reports import exports
from fairshelf.reports.disclosure import is_public, public, rules
from fairshelf.reports.disclosure.public import _said
from fairshelf.reports.disclosure.tables import _parts
from fairshelf.reports.html import render
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Estimate, Results

PUBLIC = ("results.public.json", "estimates.public.csv", "report.en.html", "report.zh.html")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]], Results]:
    """Audit a platform of 60 urban, 40 rural and 6 unknown sellers with telling names."""
    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline import audit
    from fairshelf.cli import output

    folder = tmp_path_factory.mktemp("named")
    place = ["rural"] * 40 + ["urban"] * 60 + [""] * 6
    sizes = ["small"] * 95 + ["large"] * 11
    rows = []
    for request in range(60):
        for position in range(1, 13):
            n = (request * 37 + position * position * 5 + position) % 106
            rows.append(
                {
                    "request": f"REQ-{request:03d}-zq",
                    "position": str(position),
                    "listing": f"LST-{n:03d}-kw",
                    "seller": f"SHOP-{n:03d}-xv",
                    "query": f"query-word-{request % 7}-qq",
                    "title": f"Wangs grandmother's noodles {n} tt",
                }
            )
    with (folder / "secret-shop.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lines = ["seller,locality,size"]
    lines += [f"SHOP-{n:03d}-xv,{place[n]},{sizes[n]}" for n in range(106)]
    (folder / "my-sellers.csv").write_text("\n".join(lines) + "\n")
    settings = Settings(
        attributes={"locality": None, "size": None, "locality*size": None},
        permutations=199,
        annex=True,
    )
    done = audit([str(folder / "secret-shop.csv")], str(folder / "my-sellers.csv"), None, settings)
    output.write(done, folder / "out", ("en", "zh"), force=False)
    return folder / "out", rows, done.results


def test_no_identifier_is_in_any_public_file(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """Every seller, listing, request, query, title and file name is searched for."""
    out, rows, _ = audited
    telling = {value for row in rows for name, value in row.items() if name != "position"}
    telling |= {"secret-shop", "my-sellers"}
    for name in PUBLIC:
        text = (out / name).read_text(encoding="utf-8-sig")
        assert not [one for one in telling if one in text], name
    working = (out / "results.json").read_text(encoding="utf-8")
    assert "secret-shop" in working


def test_small_groups_have_no_number(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """Estimates that name a withheld group are marked and empty, and so are its counts."""
    _, _, results = audited
    shown = public(results)
    empty = [e for e in shown.estimates if e.suppressed]
    assert empty
    assert all(e.value is e.low is e.high is e.se is e.p_value is None for e in empty)
    small = {
        (record.name, level.level)
        for record in results.groups
        for level in record.levels
        if 0 < (level.sellers or 0) < rules().k
    }
    assert small
    for estimate in shown.estimates:
        names = {(estimate.attribute, one) for one in (estimate.group, estimate.reference)}
        assert estimate.suppressed or not names & small
    for record in shown.groups:
        for level in record.levels:
            if (record.name, level.level) in small:
                assert level.sellers is level.impressions is None


def _shares(estimates: tuple[Estimate, ...], metric: str, attribute: str) -> list[float | None]:
    return [
        e.value
        for e in estimates
        if (e.metric, e.attribute) == (metric, attribute)
        and e.group is not None
        and e.browsing in (None, "dcg")
    ]


@pytest.mark.parametrize("metric", ["impression_share", "exposure_share"])
def test_a_share_does_not_follow_from_the_others(
    audited: tuple[Path, list[dict[str, str]], Results], metric: str
) -> None:
    """Shares add to 1: where one is missing, at least two are."""
    _, _, results = audited
    withheld = [
        _shares(public(results).estimates, metric, record.name).count(None)
        for record in results.groups
    ]
    assert 1 not in withheld
    assert max(withheld) > 1


def test_impressions_of_a_withheld_group_do_not_follow(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """No count, sum or difference of counts in the public file is the withheld group's."""
    out, _, results = audited
    record = next(r for r in results.groups if r.name.startswith("locality") and "*" not in r.name)
    secret = next(level.impressions for level in record.levels if level.level == "unknown")
    told = json.loads((out / "results.public.json").read_text(encoding="utf-8"))
    assert told["rows"]["unlabelled"] is None
    counts = {told["rows"]["used"], told["rows"]["read"]}
    counts |= {e["impressions"] for e in told["estimates"] if e["impressions"]}
    counts |= {
        level["impressions"]
        for one in told["groups"]
        for level in one["levels"]
        if level["impressions"]
    }
    assert secret not in counts
    assert not [(a, b) for a in counts for b in counts if a - b == secret]


def test_ratios_of_large_groups_stay(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """The leading ratio of rural against urban sellers is what the full results say, rounded.

    Three digits, since both groups are withheld beside a small one; never onto parity.
    """
    _, _, results = audited
    lead = next(f for f in results.findings if f.attribute == "locality").keys[0]
    full, shown = (
        next(e for e in one.estimates if e.key == lead) for one in (results, public(results))
    )
    for told, whole in zip(
        (shown.value, shown.low, shown.high), (full.value, full.low, full.high), strict=True
    ):
        assert told is not None
        assert whole is not None
        assert told == pytest.approx(whole, rel=0.011)
        assert (told < 1) == (whole < 1)
        assert len(f"{told:g}".replace(".", "").lstrip("0")) <= rules().beside


def test_positions_hold_ten_sellers_and_sum_to_one(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """Withheld groups stand together in a figure of shares, which still add up."""
    _, _, results = audited
    table = public(results).tables["exposure_by_position"]
    by_bin: dict[tuple[Any, Any], float] = {}
    for attribute, group, position, _, share, sellers in table.rows:
        assert isinstance(sellers, int)
        assert sellers >= rules().k
        assert group != "unknown"
        assert isinstance(share, float)
        by_bin[attribute, position] = by_bin.get((attribute, position), 0.0) + share
    assert by_bin
    assert all(abs(total - 1) < 0.005 for total in by_bin.values())


def test_curves_step_over_ten_sellers(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """Between two points of a Lorenz curve lie at least ten sellers."""
    _, _, results = audited
    table = public(results).tables["lorenz"]
    curves: dict[tuple[Any, ...], list[float]] = {}
    for scope, attribute, group, units, _ in table.rows:
        assert isinstance(units, float)
        curves.setdefault((scope, attribute, group), []).append(units)
    sizes = {
        (record.name, level.level): level.sellers or 0
        for record in results.groups
        for level in record.levels
    }
    assert curves
    for (_, attribute, group), points in curves.items():
        size = 106 if group is None else sizes[attribute, group]
        steps = [b - a for a, b in pairwise(points)]
        assert min(steps) * size >= rules().k - 1e-6


@pytest.mark.parametrize(
    ("steps", "most", "parts"),
    [
        (40, 1, 0),  # fewer than 2k sellers: no curve
        (40, 2, 2),
        (40, 3, 2),
        (40, 4, 4),
        (40, 9, 4),
        (40, 10, 10),
        (40, 19, 10),
        (40, 39, 20),
        (40, 4000, 40),
        (50, 9, 2),  # a quarter is no point of such a curve
        (50, 60, 50),
        (7, 100, 0),
    ],
)
def test_a_curve_is_cut_where_it_has_points_that_are_told(
    steps: int, most: int, parts: int
) -> None:
    """The half is always among them; with more sellers quarters, tenths and finer."""
    assert _parts(steps, most) == parts


def test_points_of_a_curve_are_its_own(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """What is published of a Lorenz curve stands in the whole results, and the half is there."""
    _, _, results = audited
    whole = set(results.tables["lorenz"].rows)
    shown = public(results).tables["lorenz"].rows
    assert set(shown) < whole
    curves = {row[:3] for row in shown}
    assert curves
    assert {row[:3] for row in shown if row[3] == 0.5} == curves


def test_one_seller_is_not_told_by_what_is_left_without_it(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """Ratios without one seller or one category, and tables of label counts, are not public."""
    _, _, results = audited
    shown = public(results)
    assert not {"label_cells", "dominance"} & set(shown.tables)
    table = shown.tables["robustness"]
    for row in table.rows:
        told = dict(zip(table.columns, row, strict=True))
        assert told["seller_lowest"] is told["category_highest"] is None


def test_public_results_stay_as_they_are(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """Disclosure control twice is once; a page made of either is the same."""
    _, _, results = audited
    shown = public(results)
    assert is_public(shown)
    assert not is_public(results)
    assert public(shown) == shown
    assert render(shown, "zh") == render(results, "zh")
    assert exports.load_results(exports.results_json(shown)) == shown


def test_a_finding_on_a_small_group_is_told_as_withheld(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """The sentence says that it is not published, and neither outcome nor number."""
    _, _, results = audited
    from fairshelf.audits.results import Finding

    finding = Finding(
        *("exposure", "size", "large", "small", "material_disparity", "lower", "large", "high"),
        keys=(results.estimates[0].key,),
    )
    few = replace(
        results,
        findings=(finding,),
        groups=tuple(
            replace(
                r,
                levels=tuple(
                    replace(level, sellers=7) if level.level == "large" else level
                    for level in r.levels
                ),
            )
            for r in results.groups
        ),
    )
    assert public(few).findings[0].withheld
    for lang, said in (("en", "is not published"), ("zh", "不予公布")):
        page = re.sub(r"<[^>]+>", "", render(few, lang, strict=True))
        assert said in page


def test_tables_of_later_versions_are_left_out(
    audited: tuple[Path, list[dict[str, str]], Results],
) -> None:
    """A table that disclosure control does not know is not public."""
    _, _, results = audited
    more = replace(results, tables={**results.tables, "new": results.tables["lorenz"]})
    assert "new" not in public(more).tables


def test_counts_are_rounded() -> None:
    """Three significant digits; sellers below ten are told as ten."""
    assert [rules().rounded(n) for n in (0, 7, 104, 1234, 99_951)] == [0, 7, 104, 1230, 100_000]
    assert [rules().sellers(n) for n in (0, 1, 9, 10, 1234)] == [0, 10, 10, 10, 1230]


def test_withheld_numbers_are_not_laid_to_groups_that_do_not_exist() -> None:
    """Where no group is withheld, the limit speaks of estimates on a few sellers, not of groups."""
    told = {"k": 10, "groups_small": 0, "groups_dominated": 0, "groups_beside": 0}
    assert [m.code for m in _said({**told, "estimates_withheld": 0})] == ["limit_counts_rounded"]
    assert _said({**told, "estimates_withheld": 3})[0].code == "limit_withheld_few"
    assert _said({**told, "groups_small": 1, "estimates_withheld": 3})[0].code == "limit_withheld"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_group_is_counted_that_there_is_none_of(lang: str) -> None:
    """Of three kinds of withheld groups only those are named of which there are any."""
    words = Words(lang)
    counts = {"groups_small": 12, "groups_dominated": 0, "groups_beside": 34}
    said = words.message(Message("limit_withheld", {"k": 10, "estimates_withheld": 560, **counts}))
    assert "0" not in said.replace("560", "").replace("10", "")
    assert all(number in said for number in ("12", "34", "560"))
    every = words.message(
        Message(
            "limit_withheld", {"k": 10, "estimates_withheld": 5, **counts, "groups_dominated": 7}
        )
    )
    assert "7" in every

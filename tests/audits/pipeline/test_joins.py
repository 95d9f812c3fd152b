"""Logs in every shape, with and without tables beside them, are joined and accounted for."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fairshelf.audits.pipeline.run import Audit
    from fairshelf.audits.results import Estimate, Results

SELLERS = 24
REQUESTS = 30
PLACES = 8
EXACT = 1e-12
"""What sums of floats in another order may differ by."""


def _shown(request: int) -> list[int]:
    """Give the sellers of one request, the upper half of them a little ahead."""
    order = sorted(
        range(SELLERS), key=lambda n: (n * 7 + request * 5) % SELLERS - 6 * (2 * n >= SELLERS)
    )
    return order[:PLACES]


def _where(seller: int) -> str:
    return "urban" if 2 * seller >= SELLERS else "rural"


def _csv(path: Path, heading: str, rows: Sequence[str]) -> str:
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return str(path)


def _log(path: Path, *extra: str) -> str:
    """Write a log that names request, position, listing and seller, and some rows more."""
    rows = [
        f"q{request},{place},l{n},s{n}"
        for request in range(REQUESTS)
        for place, n in enumerate(_shown(request), start=1)
    ]
    return _csv(path / "log.csv", "request,position,listing,seller", [*rows, *extra])


def _sellers(path: Path, rows: Sequence[str] | None = None) -> str:
    told = rows if rows is not None else [f"s{n},{_where(n)}" for n in range(SELLERS)]
    return _csv(path / "sellers.csv", "seller,locality", told)


def _run(
    log: str | Sequence[str],
    sellers: str | None = None,
    catalogue: str | None = None,
    **settings: object,
) -> Audit:
    logs = [log] if isinstance(log, str) else list(log)
    asked = {"attributes": {"locality": None}, "permutations": 99, **settings}
    return audit(logs, sellers, catalogue, Settings.model_validate(asked))


def _values(results: Results) -> dict[str, float | None]:
    """Give key -> value: what two audits of one log in two shapes must agree in."""
    return {estimate.key: estimate.value for estimate in results.estimates}


def _one(results: Results, metric: str, **fields: object) -> Estimate:
    found = [
        estimate
        for estimate in results.estimates
        if estimate.metric == metric
        and all(getattr(estimate, name) == value for name, value in fields.items())
    ]
    assert found, (metric, fields)
    return found[0]


def _codes(results: Results) -> set[str]:
    return {message.code for message in (*results.limits, *results.notices)}


def _impressions(results: Results, name: str) -> dict[str, int]:
    (record,) = [group for group in results.groups if group.name == name]
    return {level.level: level.impressions or 0 for level in record.levels}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Audit the log with its full seller table."""
    folder = tmp_path_factory.mktemp("plain")
    return _run(_log(folder), _sellers(folder)).results


def test_a_full_join_loses_nothing(plain: Results) -> None:
    """Every seller of the log has its row, none is left over, and the baseline is sellers."""
    joins = plain.joins
    assert (joins.seller_is, joins.sellers_in_log, joins.sellers_in_table) == (
        "seller",
        SELLERS,
        SELLERS,
    )
    assert (joins.log_sellers_without_row, joins.sellers_never_shown) == (0, 0)
    assert joins.repeated_seller_rows == 0
    assert joins.rows_without_seller == 0
    assert plain.settings["baseline"] == "sellers"
    assert "limit_unlabelled" not in _codes(plain)


def test_sellers_are_accounted_for(tmp_path: Path) -> None:
    """Sellers without a row, never shown or repeated are counted, each under its own name."""
    rows = [f"s{n},{_where(n)}" for n in range(3, SELLERS)]
    rows += ["ghost1,rural", "ghost2,urban", "s5,rural"]
    joins = _run(_log(tmp_path), _sellers(tmp_path, rows)).results.joins
    assert joins.sellers_in_log == SELLERS
    assert joins.sellers_in_table == SELLERS - 3 + 2
    assert joins.log_sellers_without_row == 3
    assert joins.sellers_never_shown == 2
    assert joins.repeated_seller_rows == 1


def test_sellers_never_shown_hold_nothing_and_count(tmp_path: Path, plain: Results) -> None:
    """Rural sellers that are never shown halve what a rural seller gets."""
    ghosts = [f"ghost{n},rural" for n in range(SELLERS // 2)]
    rows = [*(f"s{n},{_where(n)}" for n in range(SELLERS)), *ghosts]
    with_ghosts = _run(_log(tmp_path), _sellers(tmp_path, rows)).results
    fixed = {"group": "rural", "browsing": "dcg", "baseline": "sellers"}
    before = _one(plain, "exposure_ratio", **fixed).value
    after = _one(with_ghosts, "exposure_ratio", **fixed).value
    assert before is not None
    assert after == pytest.approx(before / 2, rel=EXACT)


def test_two_rows_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    """A seller that is rural in one row and urban in another is named."""
    rows = [*(f"s{n},{_where(n)}" for n in range(SELLERS)), "s5,urban"]
    with pytest.raises(DataError) as told:
        _run(_log(tmp_path), _sellers(tmp_path, rows))
    assert told.value.code == "conflicting_rows"
    assert "s5" in str(told.value.facts["examples"])


def test_unknown_groups_stay_in_the_totals(tmp_path: Path) -> None:
    """Sellers without a label stand under ``unknown``; shares still are of everything."""
    rows = [f"s{n},{_where(n)}" for n in range(4, SELLERS)]
    results = _run(_log(tmp_path), _sellers(tmp_path, rows)).results
    held = _impressions(results, "locality")
    assert set(held) == {"rural", "urban", "unknown"}
    assert held["unknown"] > 0
    assert sum(held.values()) == results.rows.used == REQUESTS * PLACES
    assert results.rows.unlabelled == held["unknown"]
    for group, impressions in held.items():
        share = _one(results, "impression_share", attribute="locality", group=group).value
        assert share == pytest.approx(impressions / results.rows.used, rel=EXACT)
    assert "limit_unlabelled" in _codes(results)


def test_the_catalogue_is_accounted_for(tmp_path: Path) -> None:
    """Listings without a row, never shown or repeated are counted; the catalogue leads."""
    rows = [f"l{n},s{n}" for n in range(2, SELLERS)]
    rows += [f"extra{n},s{n}" for n in range(5, 10)] + ["l7,s7"]
    catalogue = _csv(tmp_path / "catalogue.csv", "listing,seller", rows)
    results = _run(_log(tmp_path), _sellers(tmp_path), catalogue).results
    joins = results.joins
    assert joins.listings_in_log == SELLERS
    assert joins.listings_in_catalogue == SELLERS - 2 + 5
    assert joins.log_listings_without_row == 2
    assert joins.listings_never_shown == 5
    assert joins.repeated_catalogue_rows == 1
    assert results.settings["baseline"] == "catalogue"


def test_a_group_that_is_never_shown_is_told_of(tmp_path: Path) -> None:
    """A group of the seller table without an impression holds 0, at once and by name."""
    rows = [f"s{n},{_where(n)}" for n in range(SELLERS)] + [f"g{n},county" for n in range(8)]
    results = _run(_log(tmp_path), _sellers(tmp_path, rows)).results
    assert _impressions(results, "locality")["county"] == 0
    assert _one(results, "exposure_share", group="county", browsing="dcg").value == 0
    (finding,) = [f for f in results.findings if f.group == "county"]
    assert (finding.outcome, finding.direction) == ("disparity", "lower")
    assert "certainty_nothing_held" in {reason.code for reason in finding.reasons}


def test_only_one_group_compares_nothing(tmp_path: Path) -> None:
    """Where every seller is rural the audit runs and says that nothing can be estimated."""
    rows = [f"s{n},rural" for n in range(SELLERS)]
    results = _run(_log(tmp_path), _sellers(tmp_path, rows)).results
    assert _impressions(results, "locality") == {"rural": REQUESTS * PLACES}
    assert [(f.code, f.outcome) for f in results.findings] == [("NO_COMPARISON", "not_estimable")]
    assert "attribute_one_level" in _codes(results)


def test_a_single_seller_runs_and_is_not_estimable(tmp_path: Path) -> None:
    """One seller alone in its group gives a value without an interval, graded not estimable."""
    rows = [f"s{n},{'rural' if n == 3 else 'urban'}" for n in range(SELLERS)]
    results = _run(_log(tmp_path), _sellers(tmp_path, rows)).results
    (finding,) = [f for f in results.findings if f.group == "rural"]
    assert finding.outcome == "not_estimable"
    estimate = _one(results, "exposure_ratio", group="rural", browsing="dcg", baseline="sellers")
    assert estimate.value is not None
    assert (estimate.low, estimate.high) == (None, None)
    assert estimate.note


def test_one_seller_in_the_whole_log(tmp_path: Path) -> None:
    """A log of one seller runs, compares nothing, and says that there is one group only."""
    rows = [f"q{request},1,l1,s1,rural" for request in range(5)]
    log = _csv(tmp_path / "log.csv", "request,position,listing,seller,locality", rows)
    results = _run(log).results
    assert results.rows.used == 5
    assert [f.outcome for f in results.findings] == ["not_estimable"]
    assert "attribute_one_level" in _codes(results)


def test_seller_columns_of_a_wide_log_need_no_table(tmp_path: Path, plain: Results) -> None:
    """A log that carries the locality itself gives the same shares as one with a seller table."""
    rows = [
        f"q{request},{place},l{n},s{n},{_where(n)}"
        for request in range(REQUESTS)
        for place, n in enumerate(_shown(request), start=1)
    ]
    log = _csv(tmp_path / "log.csv", "request,position,listing,seller,locality", rows)
    wide = _run(log).results
    assert wide.joins.sellers_in_table is None
    assert wide.joins.log_sellers_without_row is None
    assert wide.settings["baseline"] == "shown"
    assert "limit_shown_only" in _codes(wide)
    values, wanted = _values(wide), _values(plain)
    same = [key for key in values if "topk_share" in key or "exposure_share" in key]
    assert same
    assert {key: values[key] for key in same} == {key: wanted[key] for key in same}


def test_a_wide_log_that_contradicts_itself_is_an_error(tmp_path: Path) -> None:
    """One seller under two localities in the log is named, not settled by the last row."""
    rows = ["q1,1,l1,s1,rural", "q1,2,l2,s2,urban", "q2,1,l1,s1,urban"]
    log = _csv(tmp_path / "log.csv", "request,position,listing,seller,locality", rows)
    with pytest.raises(DataError) as told:
        _run(log)
    assert told.value.code == "conflicting_labels"


def test_rows_without_a_seller_are_counted(tmp_path: Path) -> None:
    """Rows that name no seller stay in the totals and are told of."""
    results = _run(_log(tmp_path, "q0,9,lx,", "q1,9,lx,"), _sellers(tmp_path)).results
    assert results.rows.used == REQUESTS * PLACES + 2
    assert results.joins.rows_without_seller == 2
    assert results.joins.sellers_in_log == SELLERS
    assert _impressions(results, "locality")["unknown"] == 2


def test_an_aggregated_file_counts_impressions(tmp_path: Path) -> None:
    """A row of five impressions weighs as five rows of one."""
    rows = [
        (f"l{n},s{n},{_where(n)}", place, 1 + (n + place) % 4)
        for n in range(SELLERS)
        for place in range(1, 5)
    ]
    heading = "listing,seller,locality,position"
    added = _csv(
        tmp_path / "added.csv", heading + ",impressions", [f"{a},{p},{n}" for a, p, n in rows]
    )
    singly = _csv(tmp_path / "singly.csv", heading, [f"{a},{p}" for a, p, _ in rows])
    once = _run(added).results
    total = sum(count for *_, count in rows)
    assert sum(_impressions(once, "locality").values()) == total
    rural = sum(count for label, _, count in rows if label.endswith("rural"))
    assert _one(once, "impression_share", group="rural").value == pytest.approx(
        rural / total, rel=EXACT
    )
    assert once.rows.used == len(rows)
    assert "limit_requests_unknown" in _codes(once)
    assert sum(_impressions(_run(singly).results, "locality").values()) == len(rows)


def _paged(row: int) -> str:
    return f"{1 + row // 4},{1 + row % 4}"


@pytest.mark.parametrize(
    ("heading", "place", "code"),
    [
        ("position", str, "positions_from_zero"),
        ("page,position", _paged, "position_in_page"),
    ],
    ids=["0-based", "page-and-rank"],
)
def test_other_ways_to_count_places(
    tmp_path: Path, plain: Results, heading: str, place: object, code: str
) -> None:
    """Positions from 0 and ranks that start again on each page give what ranks from 1 give."""
    assert callable(place)
    rows = [
        f"q{request},{place(row)},l{n},s{n}"
        for request in range(REQUESTS)
        for row, n in enumerate(_shown(request))
    ]
    log = _csv(tmp_path / "log.csv", f"request,{heading},listing,seller", rows)
    results = _run(log, _sellers(tmp_path)).results
    assert code in _codes(results)
    assert _values(results) == _values(plain)


def _files(folder: Path, names: Sequence[str]) -> list[str]:
    """Write the log over several files, every file some whole requests."""
    folder.mkdir()
    told = []
    for place, name in enumerate(names):
        rows = [
            f"q{request},{rank},l{n},s{n}"
            for request in range(place, REQUESTS, len(names))
            for rank, n in enumerate(_shown(request), start=1)
        ]
        told.append(_csv(folder / name, "request,position,listing,seller", rows))
    return told


def test_several_files_are_one_log(tmp_path: Path, plain: Results) -> None:
    """Files named one by one, as a glob, as a folder and as a zip give what one file gives."""
    parts = _files(tmp_path / "parts", ["a.csv", "b.csv", "c.csv"])
    archive = tmp_path / "parts.zip"
    with zipfile.ZipFile(archive, "w") as held:
        for part in parts:
            held.write(part, part.rpartition("/")[2])
    sellers = _sellers(tmp_path)
    for logs in (
        parts,
        [str(tmp_path / "parts" / "*.csv")],
        [str(tmp_path / "parts")],
        [str(archive)],
    ):
        results = _run(logs, sellers).results
        assert _values(results) == _values(plain), logs
        assert len([file for file in results.inputs if file.role == "log"]) == 3
        assert sum(file.rows for file in results.inputs if file.role == "log") == results.rows.read


def test_shop_and_date_from_the_file_name(tmp_path: Path, plain: Results) -> None:
    """One export per shop, its name in the file name only: the shops are the sellers."""
    folder = tmp_path / "shops"
    folder.mkdir()
    logs = []
    for seller in range(SELLERS):
        rows = [
            f"q{request},{_shown(request).index(seller) + 1},l{seller}"
            for request in range(REQUESTS)
            if seller in _shown(request)
        ]
        name = folder / f"s{seller}_商品明细_2026-07_sku.csv"
        logs.append(_csv(name, "request,position,listing", rows))
    pattern = "{店铺名}_商品明细_{time}_sku.csv"
    results = _run(logs, _sellers(tmp_path), name_pattern=pattern).results
    assert results.joins.seller_is == "seller"
    assert results.joins.sellers_in_log == SELLERS
    assert results.joins.log_sellers_without_row == 0
    assert _values(results) == _values(plain)


@pytest.mark.parametrize("role", ["sellers", "catalogue"])
def test_a_table_that_holds_none_of_the_logs_is_an_error(tmp_path: Path, role: str) -> None:
    """Another way to write ids is said with an example of both, before anything is measured."""
    log = _log(tmp_path)
    known = range(SELLERS)
    sellers = [f"s{n},{_where(n)}" for n in known]
    goods = [f"l{n},s{n},{n + 1}" for n in known]
    if role == "sellers":
        sellers = [f"shop-{row}" for row in sellers]
    else:
        goods = [f"p{row}" for row in goods]
    files = (
        _csv(tmp_path / "sellers.csv", "seller,area", sellers),
        _csv(tmp_path / "catalogue.csv", "listing,seller,price", goods),
    )
    settings = Settings(attributes={"area": None}, reference={"area": "urban"})
    with pytest.raises(DataError) as told:
        audit([log], *files, settings)
    wrong = {
        "sellers": ("sellers_match_nothing", "s", "shop-s"),
        "catalogue": ("catalogue_matches_nothing", "l", "pl"),
    }
    code, here, there = wrong[role]
    assert told.value.code == code
    assert str(told.value.facts["log"]).startswith(here)
    assert str(told.value.facts["table"]).startswith(there)


@pytest.mark.parametrize("prices", [(), (0,), (0, 23)])
def test_covariates_of_hardly_any_listing_adjust_nothing(
    tmp_path: Path, prices: tuple[int, ...]
) -> None:
    """With a price for none, one or two listings there is a raw ratio and no adjusted one."""
    goods = [f"l{n},s{n},{n + 1 if n in prices else ''}" for n in range(SELLERS)]
    files = (
        _csv(
            tmp_path / "sellers.csv", "seller,area", [f"s{n},{_where(n)}" for n in range(SELLERS)]
        ),
        _csv(tmp_path / "catalogue.csv", "listing,seller,price", goods),
    )
    settings = Settings(attributes={"area": None}, reference={"area": "urban"})
    found = audit([_log(tmp_path)], *files, settings).results
    assert found.findings[0].outcome != "not_estimable"
    held = [one for one in found.estimates if one.metric == "adjusted_exposure_ratio"]
    assert all(one.low is None for one in held)


def _with_words(path: Path, every: int) -> str:
    """Write the log with a rank that is none in every so many rows."""
    whole = _log(path)
    heading, *rows = (path / "log.csv").read_text(encoding="utf-8").splitlines()
    dirty = []
    for place, row in enumerate(rows):
        request, position, *rest = row.split(",")
        dirty.append(",".join((request, "精选" if place % every == 0 else position, *rest)))
    (path / "log.csv").write_text("\n".join([heading, *dirty, "合计,,,"]), encoding="utf-8")
    return whole


def test_many_rows_lost_are_said_and_cost_a_step(tmp_path: Path, plain: Results) -> None:
    """One row in ten without a rank is a limit, the first one, and a reason of every finding."""
    results = _run(_with_words(tmp_path, 10), _sellers(tmp_path)).results
    assert (results.rows.read, results.rows.rejected) == (241, 25)
    first = results.limits[0]
    assert first.code == "limit_rows_lost"
    assert first.facts == {"rows": 24, "share": pytest.approx(24 / 241), "column": "position"}
    reasons = [{one.code for one in finding.reasons} for finding in results.findings]
    assert all("certainty_rows_lost" in codes for codes in reasons)
    assert "limit_rows_lost" not in _codes(plain)


def test_a_handful_of_rows_lost_is_no_limit(tmp_path: Path) -> None:
    """One row in thirty and a row of sums are what logs look like."""
    results = _run(_with_words(tmp_path, 30), _sellers(tmp_path)).results
    assert results.rows.rejected == REQUESTS * PLACES // 30 + 1
    assert "limit_rows_lost" not in _codes(results)

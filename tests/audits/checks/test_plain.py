"""Large Parquet counted without the engine gives what the engine counts, to the last number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audits.gluing import glued

from fairshelf.audits.checks import clean, summaries
from fairshelf.audits.checks import plain as checks_plain
from fairshelf.audits.config import Settings
from fairshelf.audits.engines.means import Means
from fairshelf.audits.errors import DataError, FairshelfError
from fairshelf.audits.pipeline import audit
from fairshelf.audits.rowgroups import layout
from fairshelf.audits.tally import count
from fairshelf.audits.tally import plain as tally_plain
from fairshelf.reports.exports import rejected_csv

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS, SHOWN, LISTINGS, SELLERS = 2_500, 6, 90, 30
LISTS = 60
SIZE = LISTS * SHOWN
IDS = ("request", "listing", "seller")
FAR = 9_007_199_254_740_993


@pytest.fixture(autouse=True)
def _any_size_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small file be read as a large one is: in place, in several blocks."""
    monkeypatch.setattr(clean, "MANY", 1)
    monkeypatch.setattr(layout, "BLOCK", 150)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tell what was counted without the engine, in the order in which it was."""
    told: list[str] = []
    summed, celled = checks_plain.plainly, tally_plain.plain_cells

    def first(*asked: Any) -> Any:  # noqa: ANN401 - handed on
        found = summed(*asked)
        told.extend([] if found is None else ["sums"])
        return found

    def second(*asked: Any) -> Any:  # noqa: ANN401 - handed on
        found = celled(*asked)
        told.extend([] if found is None else ["cells"])
        return found

    monkeypatch.setattr(summaries, "plainly", first)
    monkeypatch.setattr(count, "plain_cells", second)
    return told


def _log(seed: int = 1, requests: int = REQUESTS) -> dict[str, Any]:
    """Make a plain log whose ids are numbers."""
    rng = np.random.default_rng(seed)
    size = requests * SHOWN
    listing = (LISTINGS * rng.random(size) ** 2).astype(np.int64)
    seller = listing % SELLERS
    return {
        "request": np.repeat(np.arange(requests), SHOWN),
        "position": np.tile(np.arange(1, SHOWN + 1), requests),
        "listing": listing,
        "seller": seller,
        "locality": np.where(seller % 3 == 0, "rural", "urban"),
        "clicks": rng.integers(0, 3, size),
    }


def _words(columns: dict[str, Any]) -> dict[str, Any]:
    return columns | {
        name: np.char.add(name[0], np.asarray(columns[name]).astype(str))
        for name in IDS
        if name in columns
    }


def _told(*log: str, engine: bool, asked: Settings) -> Any:  # noqa: ANN401 - results and rejects, or an error
    with pytest.MonkeyPatch.context() as patched:
        if engine:
            patched.setattr(summaries, "plainly", lambda *_: None)
        try:
            done = audit(log, None, None, asked)
        except FairshelfError as error:
            return error.code, dict(error.facts)
    return replace(done.results, inputs=()), rejected_csv(done.rejects)


def _written(folder: Path, columns: Any, rows: int = 70, **how: Any) -> str:  # noqa: ANN401 - whatever Parquet holds
    path = folder / "log.parquet"
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pq.write_table(table, path, row_group_size=rows, **how)
    return str(path)


def _as(log: dict[str, Any], **other: Any) -> dict[str, Any]:  # noqa: ANN401 - columns
    return log | other


def _nth(values: Any, place: int, value: Any) -> list[Any]:  # noqa: ANN401 - a column
    told = np.asarray(values).tolist()
    told[place] = value
    return list(told)


FEW = _log(requests=LISTS)
PLAIN = {
    "numbers": _log(),
    "words": _words(_log()),
    "requests in words alone": FEW | {"request": _words(FEW)["request"]},
    "few requests": FEW,
    "ids far apart": FEW | {name: FAR - FEW[name] * 3**33 for name in ("listing", "seller")},
    "ids below 0": FEW | {name: FEW[name] - 50 for name in ("listing", "seller")},
    "requests in no order": FEW
    | {"request": np.repeat(np.random.default_rng(3).permutation(LISTS), SHOWN)},
    "no seller": {name: held for name, held in FEW.items() if name != "seller"},
    "no seller, in words": {name: held for name, held in _words(FEW).items() if name != "seller"},
    "no clicks": {name: held for name, held in FEW.items() if name != "clicks"},
    "some sellers of no locality": FEW
    | {
        "locality": [
            None if s % 7 == 1 else "rural" if s % 3 == 0 else "urban"
            for s in FEW["seller"].tolist()
        ]
    },
    "narrow": {
        name: pa.array(held, pa.int32()) if name != "locality" else held
        for name, held in FEW.items()
    },
    "rows are weighted": FEW | {"impressions": np.arange(SIZE) % 5, "orders": FEW["clicks"] // 2},
    "rows are weighted, in words": _words(FEW) | {"impressions": np.full(SIZE, 2**31)},
    "a weight of 1": FEW | {"impressions": np.ones(SIZE, np.int8)},
    "more columns": FEW
    | {"price": np.linspace(1, 9, SIZE), "sponsored": [True, False] * (SIZE // 2)},
}


@pytest.mark.parametrize("why", PLAIN)
def test_a_plain_log_gives_every_number_the_engine_gives(
    tmp_path: Path, taken: list[str], why: str
) -> None:
    """Results are equal, and both times over the file were made without the engine."""
    log = _written(tmp_path, PLAIN[why])
    asked = Settings(
        attributes={"locality": None},
        permutations=99,
        annex=why in ("numbers", "words") or "weight" in why,
    )
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)
    assert taken == ["sums", "cells"]


UNLIKE = {
    "a request comes back": _as(FEW, request=_nth(FEW["request"], -1, 0)),
    "requests are mixed": _as(FEW, request=np.tile(np.arange(LISTS), SHOWN)),
    "a listing has two sellers": _as(FEW, seller=_nth(FEW["seller"], 40, 29)),
    "an id is missing": _as(FEW, listing=pa.array(_nth(FEW["listing"], 40, None))),
    "a seller is missing": _as(FEW, seller=pa.array(_nth(FEW["seller"], 40, None))),
    "a position is missing": _as(FEW, position=pa.array(_nth(FEW["position"], 40, None))),
    "a position is below 0": _as(FEW, position=_nth(FEW["position"], 40, -2)),
    "a position is far down": _as(FEW, position=_nth(FEW["position"], 40, 10**6)),
    "positions are text": _as(FEW, position=FEW["position"].astype(str)),
    "positions are floats": _as(FEW, position=FEW["position"] / 1.0),
    "clicks below 0": _as(FEW, clicks=_nth(FEW["clicks"], 40, -2)),
    "a click is missing": _as(FEW, clicks=pa.array(_nth(FEW["clicks"], 40, None))),
    "impressions below 0": _as(FEW, impressions=_nth([2] * SIZE, 40, -2)),
    "a weight is missing": _as(FEW, impressions=pa.array(_nth([2] * SIZE, 40, None))),
    "weights are floats": _as(FEW, impressions=np.full(SIZE, 2.0)),
    "weights are broken": _as(FEW, impressions=_nth([2.0] * SIZE, 40, 2.5)),
    "weights are large": _as(FEW, impressions=np.full(SIZE, 2**45)),
    "relevance": _as(FEW, relevance=np.linspace(0, 1, SIZE)),
    "ids are floats": _as(FEW, listing=FEW["listing"] / 1.0),
    "ids of 64 bits without a sign": _as(FEW, listing=pa.array(FEW["listing"], pa.uint64())),
    "a flag that cannot be read": _as(FEW, sponsored=_nth(["yes"] * SIZE, 40, "perhaps")),
}


@pytest.mark.parametrize("why", UNLIKE)
def test_another_log_is_left_to_the_engine(tmp_path: Path, taken: list[str], why: str) -> None:
    """Results, rejected rows and errors are the engine's."""
    log = _written(tmp_path, UNLIKE[why])
    asked = Settings(
        attributes={"locality": None}, permutations=99, annex="click" in why or why == "relevance"
    )
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)
    assert "cells" not in taken


ODD = {
    "words of odd letters": _as(
        _words(FEW),
        request=_nth(_words(FEW)["request"], 0, "r\x00"),
        listing=_nth(_words(FEW)["listing"], 40, "l３e\u0301\u200b\U0010ffff"),
    ),
    "words that mean nothing": _as(
        _words(FEW), seller=[{"s3": "null", "s4": "NaN"}.get(s, s) for s in _words(FEW)["seller"]]
    ),
    "ids at both ends": _as(
        FEW, listing=[{1: -(2**63), 2: 2**63 - 1}.get(one, one) for one in FEW["listing"].tolist()]
    ),
    "a name has spaces": _as(_words(FEW), listing=_nth(_words(FEW)["listing"], 40, " l3")),
    "a request is empty": _as(_words(FEW), request=_nth(_words(FEW)["request"], 0, "")),
    "counted from 0": _as(FEW, position=FEW["position"] - 1),
    "a listing stands twice in a list": _as(FEW, position=_nth(FEW["position"], 41, 5)),
    "a row stands twice": {name: np.append(held, held[-1]) for name, held in FEW.items()},
    "a weighted row stands twice": {
        name: np.append(held, held[-1]) for name, held in _as(FEW, impressions=[3] * SIZE).items()
    },
    "a weighted row stands twice, but for its weight": {
        name: np.append(
            held, held[-1] + (name == "impressions") if name != "locality" else held[-1]
        )
        for name, held in _as(FEW, impressions=[3] * SIZE).items()
    },
    "a row of totals": _as(_words(FEW), listing=_nth(_words(FEW)["listing"], 40, "合计")),
}


@pytest.mark.parametrize("why", ODD)
def test_what_is_found_out_later_is_found_out_as_before(tmp_path: Path, why: str) -> None:
    """Odd cells, repeats and positions from 0 are seen in what was counted without the engine."""
    log = _written(tmp_path, ODD[why])
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)


@pytest.mark.parametrize(
    ("how", "plain"),
    [
        ({"write_statistics": False}, False),
        ({"use_dictionary": False}, True),
        ({"dictionary_pagesize_limit": 200}, True),
        ({"version": "1.0"}, True),
        ({"data_page_version": "2.0", "compression": "zstd"}, True),
    ],
)
def test_however_a_file_is_written(
    tmp_path: Path,
    taken: list[str],
    how: dict[str, Any],
    plain: bool,  # noqa: FBT001 - a case
) -> None:
    """Without the ends of its columns it is the engine's; its encoding changes nothing."""
    log = _written(tmp_path, _words(FEW), **how)
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)
    assert taken == (["sums", "cells"] if plain else [])


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_words_of_any_type(tmp_path: Path, taken: list[str], kind: pa.DataType) -> None:
    """Words with wide offsets, and those that the writer had numbered already."""
    columns = {
        name: pa.array(held.tolist(), pa.string()).cast(kind) if held.dtype.kind == "U" else held
        for name, held in _words(FEW).items()
    }
    log = _written(tmp_path, columns)
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)
    assert taken == ["sums", "cells"]


def _of_eight_bits(values: Any) -> pa.Array:  # noqa: ANN401 - whole numbers
    return pa.ExtensionArray.from_storage(pa.bool8(), pa.array(values, pa.int8()))


@pytest.mark.parametrize("name", ["request", "position", "listing", "seller", "clicks"])
@pytest.mark.parametrize("kind", ["truth values", "lengths of time"])
def test_numbers_are_those_that_are_stored(
    tmp_path: Path, taken: list[str], name: str, kind: str
) -> None:
    """A writer's word that numbers mean something else joins no requests and loses no clicks."""
    numbers = FEW[name]
    other = _of_eight_bits(numbers) if kind == "truth values" else pa.array(numbers, pa.int64())
    held = other if kind == "truth values" else other.cast(pa.duration("s"))
    log = _written(tmp_path, _as(FEW, **{name: held}))
    asked = Settings(attributes={"locality": None}, permutations=99, annex=name == "clicks")
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)
    assert taken == []


@pytest.mark.parametrize("name", [*IDS, "position", "clicks"])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("many", [1, 10**6])
def test_a_file_that_says_of_its_columns_what_is_not_so_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    mixed: bool,  # noqa: FBT001 - a case
    many: int,
) -> None:
    """With whatever it would be counted: an engine that believes it counts what is not there."""
    monkeypatch.setattr(clean, "MANY", many)
    held = pa.table(FEW)
    if mixed:
        held = held.take(pa.array(np.random.default_rng(7).permutation(SIZE)))
    place = held.schema.get_field_index(name)
    lower = pc.min_element_wise(held[name], 1)
    glued(tmp_path / "log.parquet", held, held.set_column(place, name, lower), row_group_size=70)
    asked = Settings(attributes={"locality": None}, permutations=99, annex=True)
    refused = {"file": "log.parquet", "part": "log.parquet", "column": name}
    for engine in (False, True):
        log = str(tmp_path / "log.parquet")
        assert _told(log, engine=engine, asked=asked) == ("parquet_untrue", refused)


def test_a_table_of_sellers_that_says_what_is_not_so_is_refused(tmp_path: Path) -> None:
    """As the log is."""
    log = _written(tmp_path, FEW)
    sellers = pa.table({"seller": list(range(SELLERS)), "employees": list(range(SELLERS))})
    said = sellers.set_column(1, "employees", pa.array([0] * SELLERS))
    glued(tmp_path / "sellers.parquet", sellers, said)
    asked = Settings(attributes={"locality": None}, permutations=99)
    with pytest.raises(DataError, match="parquet_untrue") as refused:
        audit([log], str(tmp_path / "sellers.parquet"), None, asked)
    assert refused.value.facts["column"] == "employees"


HEADINGS = {
    "request": "搜索请求ID",
    "position": "展示位置",
    "listing": "商品ID",
    "seller": "店铺ID",
    "clicks": "点击量",
}


@pytest.mark.parametrize("other", [HEADINGS, {"clicks": "click_count"}, {"seller": "_rows"}])
def test_columns_may_be_called_otherwise(
    tmp_path: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch, other: dict[str, str]
) -> None:
    """Headings in Chinese, and such as are the names of ours, count the same, clicks among it."""
    counted_sums: list[set[str]] = []
    second = count.__dict__["plain_cells"]

    def looked(*asked: Any) -> Any:  # noqa: ANN401 - handed on
        found = second(*asked)
        counted_sums.append(set(found[0].sums))
        return found

    monkeypatch.setattr(count, "plain_cells", looked)
    log = _written(tmp_path, {other.get(name, name): held for name, held in FEW.items()})
    given = {"seller": "_rows"} if "_rows" in other.values() else {}
    asked = Settings(attributes={"locality": None}, permutations=99, annex=True, map=given)
    told = _told(log, engine=False, asked=asked)
    assert told == _told(log, engine=True, asked=asked)
    assert taken == ["sums", "cells"]
    assert counted_sums == [{"clicks"}]


@pytest.mark.parametrize(
    "attributes",
    [{"locality": "region"}, {"locality": None, "area": "region"}, {"region": None}],
)
def test_groups_are_those_the_user_names(
    tmp_path: Path, taken: list[str], attributes: dict[str, str | None]
) -> None:
    """A column that the user names for a group goes before the one that is recognised for it."""
    region = np.where(np.asarray(FEW["seller"]) % 4 == 0, "rural", "urban")
    log = _written(tmp_path, FEW | {"region": region})
    asked = Settings(attributes=attributes, permutations=99)
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)
    assert taken == ["sums", "cells"]


def test_a_folder_of_files_is_one_log(tmp_path: Path, taken: list[str]) -> None:
    """A list that lies across two files is one list."""
    folder = tmp_path / "log"
    folder.mkdir()
    table = pa.table(_words(FEW))
    for place, cut in enumerate((0, 103, 304)):
        rows = table.slice(cut, (103, 201, SIZE)[place])
        pq.write_table(rows, folder / f"part-{place}.parquet", row_group_size=90)
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(str(folder), engine=False, asked=asked) == _told(
        str(folder), engine=True, asked=asked
    )
    assert taken == ["sums", "cells"]


def _cut(columns: dict[str, Any], *ends: int) -> list[dict[str, Any]]:
    """Cut a log into several, each of which ends before one of these rows."""
    starts = (0, *ends[:-1])
    return [
        {name: held[first:last] for name, held in columns.items()}
        for first, last in zip(starts, ends, strict=True)
    ]


def _but(parts: list[dict[str, Any]], place: int, **other: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - columns
    return [part | other if number == place else part for number, part in enumerate(parts)]


SEVERAL = {
    "numbers": _cut(FEW, 96, SIZE),
    "words": _cut(_words(FEW), 90, 246, SIZE),
    "a list lies across": _cut(_words(FEW), 103, 304, SIZE),
    "later requests first": _cut(FEW, 96, SIZE)[::-1],
    "columns in another order": [
        dict(reversed(part.items())) if place else part
        for place, part in enumerate(_cut(FEW, 96, SIZE))
    ],
    "more columns": [
        part | {"price": np.linspace(1, 9, len(part["position"]))} for part in _cut(FEW, 96, SIZE)
    ],
    "a file tells only its lower places": [
        {name: held[FEW["position"] <= 5] for name, held in FEW.items()},
        {
            name: held[FEW["position"] > 1] + (LISTS if name == "request" else 0)
            if name != "locality"
            else held[FEW["position"] > 1]
            for name, held in FEW.items()
        },
    ],
}


def _several(folder: Path, parts: list[dict[str, Any]]) -> list[str]:
    for place, part in enumerate(parts):
        pq.write_table(pa.table(part), folder / f"{place}.parquet", row_group_size=90)
    return [str(folder / f"{place}.parquet") for place in range(len(parts))]


@pytest.mark.parametrize("why", SEVERAL)
def test_several_files_are_counted_as_a_folder_of_them_is(
    tmp_path: Path, taken: list[str], why: str
) -> None:
    """Files that are given one by one give what the engine gives, both times without it."""
    logs = _several(tmp_path, SEVERAL[why])
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(*logs, engine=False, asked=asked) == _told(*logs, engine=True, asked=asked)
    assert taken == ["sums", "cells"]


_TWO = _cut(FEW, 96, SIZE)
_FROM_0 = FEW["position"] - 1
MIXED = {
    "one of few rows": _cut(FEW, 2, SIZE),
    "one counts from 0": _but(_TWO, 1, position=_FROM_0[96:]),
    "all count from 0": _cut(FEW | {"position": _FROM_0}, 96, SIZE),
    "a single 0 in one": _but(_TWO, 1, position=_nth(_TWO[1]["position"], 6, 0)),
    "a row stands in both": [
        _TWO[0],
        {name: np.append(held[-1:], _TWO[1][name]) for name, held in _TWO[0].items()},
    ],
    "a file is given twice": [*_TWO, _TWO[0]],
    "one has no clicks": [_TWO[0], {n: held for n, held in _TWO[1].items() if n != "clicks"}],
    "one has more columns": _but(_TWO, 1, price=np.linspace(1, 9, SIZE - 96)),
    "another heading in one": [
        _TWO[0],
        {"shop" if name == "seller" else name: held for name, held in _TWO[1].items()},
    ],
    "numbers in one, words in the other": [_TWO[0], _cut(_words(FEW), 96, SIZE)[1]],
    "narrow in one": _but(_TWO, 1, listing=pa.array(_TWO[1]["listing"], pa.int32())),
    "a position below 0 in one": _but(_TWO, 1, position=_nth(_TWO[1]["position"], 6, -2)),
    "an odd name in one": _but(
        _cut(_words(FEW), 96, SIZE), 1, listing=_nth(_words(FEW)["listing"][96:], 6, " l3")
    ),
    "a listing has another seller in one": _but(
        _TWO, 1, seller=(FEW["seller"][96:] + 1) % SELLERS, locality=["rural"] * (SIZE - 96)
    ),
}


@pytest.mark.parametrize("why", MIXED)
def test_several_files_that_are_not_alike(tmp_path: Path, why: str) -> None:
    """What one file has otherwise than the others is told, and set aside, by file and row."""
    logs = _several(tmp_path, MIXED[why])
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(*logs, engine=False, asked=asked) == _told(*logs, engine=True, asked=asked)


@pytest.mark.parametrize("after", ["fewer rows", "rows in another order", "gone"])
def test_a_file_that_changes_between_the_two_times_is_refused(
    tmp_path: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Nothing is counted half from the one and half from the other."""
    log = _written(tmp_path, FEW)
    second = count.__dict__["plain_cells"]

    def later(*asked: Any) -> Any:  # noqa: ANN401 - handed on
        found = second(*asked) if after == "gone" else None
        if after == "fewer rows":
            _written(tmp_path, _log(requests=LISTS - 1))
        elif after == "rows in another order":
            _written(tmp_path, {name: np.asarray(held)[::-1] for name, held in FEW.items()})
        else:
            (tmp_path / "log.parquet").unlink()
        return found or second(*asked)

    monkeypatch.setattr(count, "plain_cells", later)
    asked = Settings(attributes={"locality": None}, permutations=99)
    told = _told(log, engine=False, asked=asked)
    assert told == ("file_changed", {"file": "log.parquet"})
    assert "sums" in taken


def test_a_limit_of_memory_leaves_it_to_the_engine(
    tmp_path: Path, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks lie beside the engine's own memory: where that is small, there is no room for them."""
    monkeypatch.setattr(layout, "_LINE", 10**6)
    log = _written(tmp_path, FEW)
    asked = Settings(attributes={"locality": None}, permutations=99)
    audit([log], None, None, asked, means=Means(memory="500MB", threads=2))
    assert taken == []
    audit([log], None, None, asked, means=Means(memory="2GB", threads=2))
    assert taken == ["sums", "cells"]


rows = st.lists(
    st.tuples(st.integers(4, 8), st.lists(st.integers(0, 7), min_size=8, max_size=8)),
    min_size=1,
    max_size=12,
)


@given(rows, st.booleans(), st.integers(0, 2), st.integers(1, 20))
@settings(max_examples=8, deadline=None)
def test_any_small_log_gives_what_the_engine_gives(
    tmp_path_factory: pytest.TempPathFactory,
    lists: list[tuple[int, list[int]]],
    words: bool,  # noqa: FBT001 - a case
    again: int,
    group: int,
) -> None:
    """Lists of any length, positions that may repeat, row groups of any size."""
    request, position, listing = [], [], []
    for number, (size, shown) in enumerate(lists):
        for place in range(size):
            request.append(number)
            position.append(max(place + 1 - again * (place == size - 1), 1))
            listing.append(shown[place])
    columns: dict[str, Any] = {
        "request": np.array(request),
        "position": np.array(position),
        "listing": np.array(listing),
        "locality": np.where(np.array(listing) % 3 == 0, "rural", "urban"),
    }
    folder = tmp_path_factory.mktemp("log")
    held = _words(columns) if words else columns
    pq.write_table(pa.table(held), folder / "log.parquet", row_group_size=group)
    log = str(folder / "log.parquet")
    asked = Settings(attributes={"locality": None}, permutations=99)
    assert _told(log, engine=False, asked=asked) == _told(log, engine=True, asked=asked)

"""The engine reads cells exactly as Python does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairshelf.audits.checks import engine
from fairshelf.audits.columns.numbers import parse_number
from fairshelf.audits.columns.ranks import parse_rank
from fairshelf.audits.columns.units import scaled

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

HARD = [
    *(
        "1.2万",
        "20万+",
        "1.2亿",
        "3千",
        "1.5w",
        "12k",
        "97.5%",
        "￥3,210.50",
        "１２３",
        "-",
        "--",
        "—",
    ),
    *(
        "N/A",
        "null",
        "暂无",
        "",
        " ",
        "\u00a012",
        "1 234",
        "1,234,567",
        "12,34,567",
        "1,5",
        "1.699,15 €",
    ),
    *(
        "1_000",
        "inf",
        "nan",
        "-inf",
        "1e999",
        "1e5",
        "1E+5",
        "1e5万",
        "5%万",
        ".5",
        "5.",
        ".",
        "+",
        "+.",
    ),
    *(
        "0x1F",
        "(5)",
        "$-5",
        "-$5",
        "€ 1.250",
        "CNY 12",
        "12RMB",
        "12人付款",
        "1,23",
        "--5",
        "x1",
        "1|2",
    ),
    *('="10059"', '="1,2"', '=""', '="', '="5', '5"', '＝"5"', "4.7分", "=5"),
    *("'123", "'1,234", "' 5", "’7", "'t", "''5", "'5'", "'", "约200", "已售1.2万+", "券后¥29"),
    *("月销：1000+", "到手价:39.9元", "约", "39.9元/斤"),
    *("1'000", "1’000", "第3", "3\n", "\t4", "百万", "2百万", "2千万", "1e", "|", "1|万", "12e-2%"),
]


RANKS = [
    *("第1名", "第 3 位", "第9", "3位", "10名", "TOP4", "top 4", "No.5", "NO 5", "№7", "#6", "⑥"),
    *(
        "第１２名",
        "ＴＯＰ４",
        "Ｎｏ．５",
        "＃６",
        "第一位",
        "第十名",
        "第十一",
        "第二十位",
        "九十九",
        "3、",
        "'4",
    ),
    *(
        "第1页第3位",
        "1-3",
        "第",
        "名",
        "十",
        "十十",
        "一二",
        "TOP",
        "x十",
        "1十",
        "第3名店",
        '="第2名"',
    ),
]


def _in_engine(
    con: BaseBackend, cells: list[str], decimal: str, *, ranks: bool = False
) -> list[float | None]:
    table = con.create_table(
        ibis.util.gen_name("n"),
        pa.table({"n": list(range(len(cells))), "cell": pa.array(cells, pa.string())}),
        temp=True,
    )
    values = table.select("n", value=engine.number(table.cell, decimal, ranks=ranks)).order_by("n")
    found: list[float | None] = values.to_pyarrow()["value"].to_pylist()
    return found


@pytest.mark.parametrize("decimal", [".", ","])
def test_hard_numbers_agree(con: BaseBackend, decimal: str) -> None:
    """Each odd way to write a number means the same to both."""
    assert _in_engine(con, HARD, decimal) == [parse_number(cell, decimal) for cell in HARD]


@pytest.mark.parametrize("decimal", [".", ","])
def test_ranks_in_words_agree(con: BaseBackend, decimal: str) -> None:
    """Each way to write a rank, and all that is no rank, means the same to both."""
    cells = [*HARD, *RANKS]
    assert _in_engine(con, cells, decimal, ranks=True) == [parse_rank(c, decimal) for c in cells]


@given(
    cells=st.lists(
        st.text(alphabet='0123第名位十一二TOPtopNno.# ="', max_size=6), min_size=1, max_size=40
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_rank_means_the_same_to_both(con: BaseBackend, cells: list[str]) -> None:
    """Python and the engine give the same rank, or none, for any text."""
    assert _in_engine(con, cells, ".", ranks=True) == [parse_rank(cell) for cell in cells]


@given(
    cells=st.lists(
        st.text(alphabet="0123456789.,-+eE%万千亿kKwmM¥$元 '_|x=\"", max_size=9),
        min_size=1,
        max_size=40,
    ),
    decimal=st.sampled_from([".", ","]),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_means_the_same_to_both(con: BaseBackend, cells: list[str], decimal: str) -> None:
    """Python and the engine give the same float, or none, for any text."""
    assert _in_engine(con, cells, decimal) == [parse_number(cell, decimal) for cell in cells]


def test_numbers_that_no_column_can_hold_are_none() -> None:
    """What is too large for int64 is null, not an error of the engine; halves go up."""
    con = ibis.duckdb.connect()
    values = [1.5, 7.0, 1e300, -1e300, 2.0**63, float("inf"), float("nan"), None]
    table = ibis.memtable({"x": values}, schema={"x": "float64"})
    shown = con.to_pyarrow(
        table.select(whole=engine.whole(table.x), millionths=engine.parts(table.x))
    ).to_pydict()
    assert shown["whole"] == [None, 7, *[None] * 6]
    assert shown["millionths"] == [1_500_000, 7_000_000, *[None] * 6]
    text = con.to_pyarrow(table.select(text=engine.text_of(table.x))).to_pydict()["text"]
    assert text[:3] == ["1.5", "7", "1e+300"]


@pytest.mark.parametrize("whole", [True, False])
def test_units_of_headings_agree(con: BaseBackend, whole: bool) -> None:  # noqa: FBT001
    """A cell in 万 is the same number to both, to the last digit, once or never multiplied."""
    cells = [f"{one / 100}" for one in range(0, 1200, 7)]
    cells += ["1.2万", "3千", "１．２ 万", "1.5k", "RMB 3", "", "-", "x", "0.00005", "-3.2", "5%"]
    table = con.create_table(
        ibis.util.gen_name("u"), pa.table({"n": range(len(cells)), "cell": cells}), temp=True
    )
    value = engine.scaled(engine.number(table.cell, "."), table.cell, 10_000, whole=whole)
    found = table.select("n", value=value).order_by("n").to_pyarrow()["value"].to_pylist()
    assert found == [scaled(parse_number(cell), cell, 10_000, whole=whole) for cell in cells]


def test_numbers_of_a_typed_file_are_multiplied_too(con: BaseBackend) -> None:
    """0.57 in 万 is 5,700, not 5,699.999999999999."""
    table = con.create_table(ibis.util.gen_name("u"), pa.table({"x": [0.57, 3.0, None]}), temp=True)
    found = table.select(
        whole=engine.scaled(engine.number(table.x, "."), table.x, 10_000, whole=True),
        money=engine.scaled(engine.number(table.x, "."), table.x, 10_000, whole=False),
    ).to_pyarrow()
    assert found.to_pydict() == {"whole": [5700, 30_000, None], "money": [5700.0, 30_000.0, None]}

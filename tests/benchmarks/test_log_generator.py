"""A generated log has the sizes that were asked for, and nothing else changes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from benchmarks.log_generator import write
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def made(place: Path, shape: Shape, seed: int = 0) -> pd.DataFrame:
    """Write a log and read it."""
    write(place / "log.parquet", shape, seed)
    frame: pd.DataFrame = pq.read_table(place / "log.parquet").to_pandas()
    return frame


def test_a_request_shows_one_page_of_a_list(tmp_path: Path) -> None:
    """Pages of 5 out of lists of 20: 200 requests of 5 successive places, all 20 places in use."""
    frame = made(tmp_path, Shape(1_000, sellers=50, positions=20, shown=5))
    by_request = frame.groupby("request")["position"]
    assert by_request.ngroups == 200
    assert ((by_request.max() - by_request.min()) == 4).all()
    assert sorted(frame["position"].unique()) == list(range(1, 21))


def test_sizes_change_alone(tmp_path: Path) -> None:
    """Pages of another length leave rows, sellers and places; more groups leave the requests."""
    long, short, many = (
        made(tmp_path, shape)
        for shape in (
            Shape(2_000, sellers=50, positions=20, shown=20),
            Shape(2_000, sellers=50, positions=20, shown=4),
            Shape(2_000, sellers=50, positions=20, shown=20, groups=8),
        )
    )
    assert len(long) == len(short) == len(many) == 2_000
    assert long["position"].nunique() == short["position"].nunique() == 20
    assert long["request"].nunique() * 5 == short["request"].nunique() == 500
    assert many["request"].equals(long["request"])
    assert (long["locality"].nunique(), many["locality"].nunique()) == (2, 8)


def test_a_seller_has_one_locality(tmp_path: Path) -> None:
    """Locality is a property of the seller, and a listing's seller never changes."""
    frame = made(tmp_path, Shape(5_000, sellers=200, groups=3))
    for one, has in (("seller", "locality"), ("listing", "seller")):
        assert len(frame[[one, has]].drop_duplicates()) == frame[one].nunique()


def test_ids_are_words_or_the_numbers_in_them(tmp_path: Path) -> None:
    """``shop-00017`` is 17 with ``numbers``, and nothing else is different."""
    words, numbers = (made(tmp_path, Shape(1_000, sellers=50, numbers=kind)) for kind in (0, 1))
    for column in ("request", "listing", "seller"):
        assert words[column].str.split("-").str[1].astype(int).equals(numbers[column])
    rest = ["position", "locality", "clicks"]
    assert words[rest].equals(numbers[rest])


def test_exposure_is_skewed(tmp_path: Path) -> None:
    """A tenth of the sellers has more than half of the impressions."""
    counts = made(tmp_path, Shape(20_000, sellers=1_000))["seller"].value_counts()
    assert counts.head(100).sum() > 10_000


def test_a_seed_gives_the_same_log(tmp_path: Path) -> None:
    """Twice the same seed is the same log, another seed another."""
    shape = Shape(1_000, sellers=50)
    first, again, other = (made(tmp_path, shape, seed) for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    """The two formats of one seed have the same rows, in several chunks."""
    import pandas as pd

    shape = Shape(1_000_020, sellers=50)
    frame = made(tmp_path, shape)
    write(tmp_path / "log.csv", shape)
    assert pq.ParquetFile(tmp_path / "log.parquet").num_row_groups == 2
    assert pd.read_csv(tmp_path / "log.csv", dtype={"listing": "str"}).equals(frame)


@pytest.mark.parametrize("shape", [Shape(100, positions=20, shown=3), Shape(100, sellers=1)])
def test_a_shape_that_cannot_be_is_refused(tmp_path: Path, shape: Shape) -> None:
    """Pages that do not fill a list, and fewer sellers than groups, are refused."""
    with pytest.raises(ValueError, match="Shape"):
        write(tmp_path / "log.parquet", shape)

"""The committed sample: made by its generator, clean where it says so, true to what was planted."""

from __future__ import annotations

import csv
import math
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fairshelf import sample_data
from fairshelf.sample_data import generate

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    *(
        f"{table}.{language}.csv"
        for table in ("log", "sellers", "catalogue")
        for language in ("zh", "en")
    ),
    "truth.toml",
)
RURAL_CODES = ("210", "220")


def rows(name: str) -> list[dict[str, str]]:
    """Read a table of the sample with the standard library alone."""
    with sample_data.path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    """Give what was planted."""
    return tomllib.loads(sample_data.path("truth.toml").read_text(encoding="utf-8"))


def exposure_ratio(group: set[str]) -> float:
    """Give exposure per catalogue listing of some sellers over everyone else's, the long way."""
    exposure: Counter[bool] = Counter()
    for row in rows("log.en.csv"):
        exposure[row["seller_id"] in group] += 1 / math.log2(1 + int(row["rank"]))  # type: ignore[assignment]  # Counter holds any number
    listings = Counter(row["seller_id"] in group for row in rows("catalogue.en.csv"))
    return (exposure[True] / listings[True]) / (exposure[False] / listings[False])


def rural_sellers() -> set[str]:
    """Give the sellers whose code ends in a rural class."""
    return {
        row["seller_id"] for row in rows("sellers.en.csv") if row["region_code"][-3:] in RURAL_CODES
    }


def minority_sellers() -> set[str]:
    """Give the sellers of ethnic-minority regions."""
    return {
        row["seller_id"] for row in rows("sellers.en.csv") if row["ethnic_minority_region"] == "yes"
    }


def test_generator_gives_the_committed_bytes(tmp_path: Path) -> None:
    """The generator with its defaults writes exactly the files of the folder."""
    generate.main([str(tmp_path)])
    assert sorted(place.name for place in tmp_path.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == sample_data.path(name).read_bytes(), name


def test_another_seed_gives_another_platform(tmp_path: Path) -> None:
    """The seed decides the platform."""
    generate.generate(tmp_path, seed=1, platforms=2)
    assert (tmp_path / "log.en.csv").read_bytes() != sample_data.path("log.en.csv").read_bytes()


def test_sample_is_small() -> None:
    """The files of the sample take less than a megabyte in all."""
    assert sum(sample_data.path(name).stat().st_size for name in FILES) < 1_000_000


def test_unknown_name_is_refused() -> None:
    """A file the sample does not have is not found, rather than a path to nothing."""
    with pytest.raises(FileNotFoundError):
        sample_data.path("log.fr.csv")


def test_planted_disparity_is_in_the_sample(truth: dict[str, Any]) -> None:
    """The sample's rural ratio, counted independently, lies within sampling error of the truth."""
    found, planted = exposure_ratio(rural_sellers()), truth["rural"]
    assert found == pytest.approx(planted["in_this_sample"], abs=5e-5)
    assert abs(math.log(found / planted["ratio"])) < 2 * planted["spread"]
    assert math.log(0.8 / planted["ratio"]) > 2 * planted["spread"]


def test_planted_null_is_in_the_sample(truth: dict[str, Any]) -> None:
    """The ethnic-minority ratio lies within sampling error of exactly 1."""
    found, planted = exposure_ratio(minority_sellers()), truth["minority"]
    assert planted["ratio"] == 1
    assert found == pytest.approx(planted["in_this_sample"], abs=5e-5)
    assert abs(math.log(found)) < 2 * planted["spread"]
    assert abs(planted["simulated_ratio"] - 1) < 3 * planted["simulated_error"]


def test_planted_is_what_the_truth_file_says(truth: dict[str, Any]) -> None:
    """What the command compares with is read from the truth file, label by label."""
    rural, minority = sample_data.planted()
    assert (rural.ratio, rural.spread) == (truth["rural"]["ratio"], truth["rural"]["spread"])
    assert (minority.ratio, minority.error) == (1, 0)
    for language in ("zh", "en"):
        heading = truth["minority"]["heading"][language]
        levels = {row[heading] for row in rows(f"sellers.{language}.csv")}
        assert levels == {minority.group[language], minority.reference[language]}


def test_minority_is_apart_from_rural() -> None:
    """Ethnic-minority regions are no more common among rural sellers than chance allows."""
    rural, minority = rural_sellers(), minority_sellers()
    both, total = len(rural & minority), 360
    expected = len(rural) * len(minority) / total
    variance = expected * (1 - len(rural) / total) * (1 - len(minority) / total)
    assert abs(both - expected) < 3 * math.sqrt(variance)


def test_counts_are_as_stated(truth: dict[str, Any]) -> None:
    """Sellers, listings, requests, positions and labels are as many as the truth says."""
    log, stated = rows("log.en.csv"), truth["platform"]
    assert len(log) == stated["requests"] * stated["positions"]
    assert len({row["search_id"] for row in log}) == stated["requests"]
    assert len(rows("catalogue.en.csv")) == stated["listings"]
    assert len(rows("sellers.en.csv")) == stated["sellers"]
    assert len(rural_sellers()) == truth["rural"]["sellers"]
    assert len(minority_sellers()) == truth["minority"]["sellers"]
    ads = {int(row["rank"]) for row in log if row["sponsored"] == "yes"}
    assert ads == set(stated["ad_positions"])


def test_every_page_is_whole() -> None:
    """Each request fills positions 1 to 20 with 20 different listings of the right sellers."""
    owner = {row["listing_id"]: row["seller_id"] for row in rows("catalogue.en.csv")}
    pages: dict[str, list[dict[str, str]]] = {}
    for row in rows("log.en.csv"):
        assert owner[row["listing_id"]] == row["seller_id"]
        pages.setdefault(row["search_id"], []).append(row)
    for page in pages.values():
        assert [int(row["rank"]) for row in page] == list(range(1, 21))
        assert len({row["listing_id"] for row in page}) == 20


def test_some_listings_were_never_shown() -> None:
    """The catalogue knows listings the log does not."""
    shown = {row["listing_id"] for row in rows("log.en.csv")}
    assert shown < {row["listing_id"] for row in rows("catalogue.en.csv")}


def test_dirt_is_as_stated(truth: dict[str, Any]) -> None:
    """The Chinese log is the English one and the dirt that the truth names, nothing else."""
    dirt, log = truth["dirt"], rows("log.zh.csv")
    lost = [row for row in log if row["排名"] == "-"]
    totals = [row for row in log if row["搜索ID"] == "合计"]
    keys = [tuple(row.values()) for row in log if row["排名"].isdigit()]
    assert len(lost) == dirt["unreadable_positions"]
    assert len(totals) == dirt["total_rows"]
    assert len(keys) - len(set(keys)) == dirt["duplicate_rows"]
    english = [(row["search_id"], row["rank"], row["listing_id"]) for row in rows("log.en.csv")]
    assert list(dict.fromkeys((key[0], key[2], key[3]) for key in keys)) == english
    places = [row["统计用城乡划分代码"][-3:] for row in rows("sellers.zh.csv")]
    assert sum(place in {"", "000"} for place in places) == dirt["sellers_with_unknown_place"]


def test_rural_and_large_is_nearly_empty(truth: dict[str, Any]) -> None:
    """By the limits of 2017 for retail and agriculture, at most two rural sellers are large."""
    sizes: Counter[tuple[bool, int]] = Counter()
    for row in rows("sellers.en.csv"):
        if row["employees"]:
            sizes[row["region_code"][-3:] in RURAL_CODES, size_2017(row)] += 1
    assert sizes[True, 3] <= 2
    assert sizes[True, 3] == truth["sizes"]["rural"][3]
    assert [sizes[False, size] for size in (1, 2, 3)] == truth["sizes"]["urban"][1:]


def size_2017(row: dict[str, str]) -> int:
    """Give 0 to 3, micro to large: the smaller of the classes by staff and by revenue."""
    by_revenue = (500e3, 5e6, 200e6) if row["sector"] == "agriculture" else (1e6, 5e6, 200e6)
    revenue = int(np.searchsorted(by_revenue, float(row["annual_revenue"]), side="right"))
    staff = int(np.searchsorted((10, 50, 300), int(row["employees"]), side="right"))
    return revenue if row["sector"] == "agriculture" else min(revenue, staff)

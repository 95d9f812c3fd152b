"""The golden rankings as arrays, and the golden records as parameters of tests."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fairshelf.audits.browsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

GOLDEN = Path(__file__).parents[2] / "golden"
RTOL, ATOL = 1e-9, 1e-12
PEER_RTOL = {"fair-trec/trec2022": 1e-6, "credo-ai": 1e-6, "hyperfair": 5e-3, "FairRankTune": 2e-5}


@dataclass(frozen=True)
class Rankings:
    """One golden case: a value for each impression, shape (n,), and its catalogue.

    Group 0 is the protected one, 1 the reference, save where a record gives another order.
    """

    lists: NDArray[np.int64]
    ranks: NDArray[np.int64]
    items: NDArray[np.int64]
    groups: NDArray[np.int64]
    relevance: NDArray[np.float64]
    clicked: NDArray[np.float64]
    queries: tuple[str, ...]
    names: tuple[str, str]
    catalogue: NDArray[np.int64]
    sellers: NDArray[np.int64]
    seller_groups: NDArray[np.int64]

    @property
    def target(self) -> NDArray[np.float64]:
        """Catalogue share by group."""
        return np.bincount(self.catalogue, minlength=2) / self.catalogue.size

    def order(self, record: dict[str, Any]) -> list[int]:
        """Give the codes of the groups in the order in which a record names them."""
        return [self.names.index(name) for name in record["parameters"]["groups"]]

    def weights(self, browsing: str) -> NDArray[np.float64]:
        """Give the attention of each impression."""
        weight = parse(browsing).weight
        assert weight is not None
        return weight(self.ranks)

    def by_list(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum amounts by list and group, shape (Q, 2)."""
        out = np.zeros((len(self.queries), 2))
        np.add.at(out, (self.lists, self.groups), amounts)
        return out

    def by_item(self, browsing: str = "dcg") -> NDArray[np.float64]:
        """Sum attention by catalogue listing, those never shown included."""
        weights = self.weights(browsing)
        return _sums(self.items, weights, self.catalogue.size)

    def by_seller(self, browsing: str = "dcg") -> NDArray[np.float64]:
        """Sum attention by seller, those never shown included."""
        return _sums(self.sellers, self.weights(browsing), self.seller_groups.size)

    def each(self) -> list[NDArray[np.int64]]:
        """Give the groups from the top of each list."""
        ordered = np.lexsort((self.ranks, self.lists))
        return np.split(self.groups[ordered], np.cumsum(np.bincount(self.lists))[:-1])

    def counts_at(self, depth: int) -> NDArray[np.float64]:
        """Count the impressions of each group at the first positions of all lists."""
        return np.bincount(self.groups[self.ranks <= depth], minlength=2).astype(np.float64)


def _sums(codes: NDArray[np.int64], amounts: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.bincount(codes, weights=amounts, minlength=size).astype(np.float64)


def _read(name: str, case: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(newline="") as source:
        return [row for row in csv.DictReader(source) if row.get("case", case) == case]


@cache
def _load(case: str) -> Rankings:
    large = case == "LOG2"
    rows = _read("log_2000.csv" if large else "tiny_rankings.csv", case)
    listed = _read("log_catalogue.csv" if large else "tiny_catalogue.csv", case)
    names, column = (("rural", "urban"), "area") if large else (("B", "A"), "group")
    queries = tuple(Counter(row["query_id"] for row in rows))
    items = {row["item_id"]: code for code, row in enumerate(listed)}
    shops = _read("log_sellers.csv", case) if large else []
    sellers = {row["seller_id"]: code for code, row in enumerate(shops)}
    return Rankings(
        lists=np.array([queries.index(row["query_id"]) for row in rows]),
        ranks=np.array([int(row["position"]) for row in rows]),
        items=np.array([items[row["item_id"]] for row in rows]),
        groups=np.array([names.index(row[column]) for row in rows]),
        relevance=np.array([float(row["relevance"]) for row in rows]),
        clicked=np.array([float(row.get("clicked", 0)) for row in rows]),
        queries=queries,
        names=names,
        catalogue=np.array([names.index(row[column]) for row in listed]),
        sellers=np.array([sellers[row["seller_id"]] for row in rows] if large else [], int),
        seller_groups=np.array([names.index(row[column]) for row in shops], int),
    )


@pytest.fixture(scope="session")
def rankings() -> Callable[[str], Rankings]:
    """Give the arrays of a golden case by its name."""
    return _load


@cache
def _records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((GOLDEN / "golden.json").read_text())["records"]
    return records


def _numbers(value: Any) -> NDArray[np.float64]:  # noqa: ANN401 - a number, a word or a list
    return np.array([float(one) for one in (value if isinstance(value, list) else [value])])


def _holds(record: dict[str, Any], got: Any) -> None:  # noqa: ANN401 - a number or an array
    ours, peer = np.atleast_1d(np.asarray(got, float)), _numbers(record["value"])
    wanted = _numbers(record.get("hand", record["value"]))
    np.testing.assert_allclose(ours, wanted, rtol=RTOL, atol=ATOL)
    if record.get("agrees_with_hand") is False:
        assert not np.allclose(ours, peer, rtol=1e-6, atol=1e-9), "the peer's error is reproduced"
    else:
        rtol = next((v for name, v in PEER_RTOL.items() if record["peer"].startswith(name)), RTOL)
        atol = rtol if rtol > RTOL else ATOL
        np.testing.assert_allclose(ours, peer, rtol=rtol, atol=atol)


@pytest.fixture(scope="session")
def holds() -> Callable[[dict[str, Any], Any], None]:
    """Assert the reference value of a record, and its peer's or, where that is wrong, not its."""
    return _holds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked ``golden`` once for each record of its metrics."""
    for mark in metafunc.definition.iter_markers("golden"):
        kept = [record for record in _records() if record["metric"] in mark.args]
        missing = set(mark.args) - {record["metric"] for record in kept}
        assert not missing, f"no golden record of {missing}"
        names = [f"{one['case']}-{one['metric'][:20]}-{one['peer'][:6]}" for one in kept]
        metafunc.parametrize("record", kept, ids=[f"{n}-{i}" for i, n in enumerate(names)])

"""Audits of logs in which a few sellers have to be hidden, each in another place."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit
from fairshelf.reports.disclosure import public

if TYPE_CHECKING:
    from fairshelf.audits.results import Results


@dataclass(frozen=True)
class Shape:
    """A log by its groups: sellers by locality and size, pages, and what the audit is told.

    ``few`` are the groups that must stay unknown; ``stay`` a comparison that must stay published.
    """

    sellers: tuple[tuple[str, str, int], ...]
    few: tuple[tuple[str, str], ...]
    stay: tuple[str, str, str] | None = None
    pages: int = 40
    places: int = 10
    attributes: tuple[str, ...] = ("locality",)
    more: dict[str, Any] = field(default_factory=dict)
    dominant: bool = False
    catalogue: bool = False


THREE = (("rural", "s", 30), ("urban", "s", 27), ("island", "s", 3))
CROSSED = (
    *(("rural", "micro", 40), ("rural", "small", 30), ("rural", "large", 3)),
    *(("urban", "micro", 35), ("urban", "small", 40), ("urban", "large", 25)),
)
BOTH = ("locality", "rural", "urban")
SHAPES: dict[str, Shape] = {
    "three": Shape(THREE, (("locality", "island"),), BOTH),
    "annex": Shape(THREE, (("locality", "island"),), BOTH, more={"annex": True}),
    "adjusted": Shape(THREE, (("locality", "island"),), BOTH, catalogue=True),
    "unlabelled": Shape(
        (("rural", "s", 40), ("urban", "s", 30), ("", "s", 6)), (("locality", "unknown"),), BOTH
    ),
    "reference": Shape(
        THREE, (("locality", "island"),), more={"reference": {"locality": "island"}}
    ),
    "five": Shape(
        (*THREE, ("coast", "s", 25), ("hills", "s", 15)), (("locality", "island"),), BOTH
    ),
    "crossed": Shape(
        CROSSED,
        (("locality*size", "rural × large"),),
        BOTH,
        attributes=("locality", "size", "locality*size"),
        more={"annex": True},
    ),
    "square": Shape(
        (
            ("rural", "small", 40),
            ("rural", "large", 4),
            ("urban", "small", 35),
            ("urban", "large", 30),
        ),
        (("locality*size", "rural × large"),),
        BOTH,
        attributes=("locality", "size", "locality*size"),
    ),
    "one_list": Shape(THREE, (("locality", "island"),), BOTH, pages=1, places=60),
    "dominated": Shape(
        (("rural", "s", 30), ("urban", "s", 25), ("island", "s", 12)),
        (("locality", "island"),),
        BOTH,
        dominant=True,
    ),
}


@cache
def audited(name: str) -> tuple[Results, Results]:
    """Audit a shape: the full results and the public ones."""
    shape = SHAPES[name]
    made = random.Random(3)  # noqa: S311 - a simulation
    who = [(place, size) for place, size, count in shape.sellers for _ in range(count)]
    first = next((n for n, (place, _) in enumerate(who) if place == "island"), 0)
    log = ["request,position,listing,seller"]
    for page in range(shape.pages):
        drawn = made.sample(range(len(who)), len(who))
        if shape.dominant:  # one island seller leads every page, the others are on the first only
            others = [n for n in drawn if page == 0 or who[n][0] != "island"]
            drawn = list(dict.fromkeys([first, *others]))
        shown = enumerate(drawn[: shape.places], 1)
        log += [f"r{page},{place},l{n}-{made.randint(0, 1)},s{n}" for place, n in shown]
    table = ["seller,locality,size", *(f"s{n},{a},{b}" for n, (a, b) in enumerate(who))]
    goods = ["listing,seller,price,relevance,category"]
    for n in range(len(who)):
        for one in (0, 1):
            price, merit = made.randint(5, 90), made.randint(1, 9)
            goods.append(f"l{n}-{one},s{n},{price},{merit},{'ab'[made.randint(0, 1)]}")
    settings = Settings(
        attributes=dict.fromkeys(shape.attributes), **{"permutations": 199, **shape.more}
    )
    with TemporaryDirectory() as folder:
        paths = []
        for kind, lines in (("log", log), ("sellers", table), ("catalogue", goods)):
            paths.append(f"{folder}/{kind}.csv")
            with open(paths[-1], "w", encoding="utf-8") as file:  # noqa: PTH123 - a line each
                file.write("\n".join(lines) + "\n")
        goods_path = paths[2] if shape.catalogue else None
        full = audit([paths[0]], paths[1], goods_path, settings).results
    return full, public(full)


@pytest.fixture(params=sorted(SHAPES))
def shape(request: pytest.FixtureRequest) -> tuple[Shape, Results, Results]:
    """Give every shape with its full and its public results."""
    return SHAPES[request.param], *audited(request.param)


@pytest.fixture
def one_list() -> tuple[Results, Results]:
    """Give the audit of a single list, whose intervals are exact."""
    return audited("one_list")


@pytest.fixture
def both() -> tuple[Results, Results]:
    """Give the audit of 30 rural, 27 urban and 3 island sellers, in full and as published."""
    return audited("annex")

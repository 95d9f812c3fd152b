"""How long the floors take on a million candidates: 50,000 requests of 20.

    python benchmarks/floors_million.py

Prints seconds for FA*IR, DetConstSort and the exposure floor, and in how many requests what each
asks is held, counted from its output.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.lists import Lists
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.det_const_sort import det_const_sort
from fairshelf.audits.remedies.rules.exposure_floor import exposure_floor
from fairshelf.audits.remedies.rules.fair_topk import fair_least, fair_topk
from fairshelf.audits.remedies.rules.prefixes import share_least

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rule = Callable[[], NDArray[np.int64]]
    Check = Callable[[NDArray[np.int64]], verify.Held]

REQUESTS, LENGTH, SELLERS = 50_000, 20, 2_000
SHARE, ALPHA, PARITY, SHORT = 0.3, 0.1, 0.9, 0.5


def made(seed: int = 0) -> Lists:
    """Make lists in which three in ten sellers are protected and score half a deviation less."""
    rng = np.random.default_rng(seed)
    seller = rng.integers(0, SELLERS, (REQUESTS, LENGTH))
    protected = seller % 10 < SHARE * 10
    score = rng.normal(size=seller.shape) - SHORT * protected
    order = np.argsort(-score, axis=1)
    return Lists(
        start=np.arange(REQUESTS + 1) * LENGTH,
        score=np.take_along_axis(score, order, axis=1).ravel(),
        worth=None,
        seller=np.take_along_axis(seller, order, axis=1).ravel(),
        protected=np.take_along_axis(protected, order, axis=1).ravel(),
    )


def main() -> None:
    """Print the times."""
    lists = made()
    attention = 1 / np.log2(np.arange(2, LENGTH + 2))
    least = fair_least(SHARE, ALPHA)
    rules: tuple[tuple[str, Rule, Check], ...] = (
        (
            "fair_topk",
            lambda: fair_topk(lists, SHARE, ALPHA),
            lambda rank: verify.prefixes(lists, rank, least),
        ),
        (
            "det_const_sort",
            lambda: det_const_sort(lists, SHARE),
            lambda rank: verify.prefixes(lists, rank, share_least(SHARE)),
        ),
        (
            "exposure_floor",
            lambda: exposure_floor(lists, attention, PARITY),
            lambda rank: verify.exposure(lists, rank, attention, PARITY),
        ),
    )
    print("| rule | seconds | checked | held | impossible | worst |\n|---|---|---|---|---|---|")
    for name, rule, check in rules:
        begun = time.perf_counter()
        rank = rule()
        seconds = time.perf_counter() - begun
        told = check(rank)
        cells = f"{told.checked} | {told.held} | {told.impossible} | {told.worst:g}"
        print(f"| {name} | {seconds:.2f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()

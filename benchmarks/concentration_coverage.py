"""How often the intervals of concentration hold the truth, and how often they are marked.

    python benchmarks/concentration_coverage.py [REPLICATES]

Sellers' exposure is drawn from laws whose figures are known in closed form: lognormal of log
spread s (Gini 2 Phi(s / sqrt 2) - 1, Theil s^2 / 2, Atkinson (1/2) 1 - exp(-s^2 / 4), share of the
top tenth Phi(s - z_0.9)), exponential, and Pareto of exponent a. Nominal 95%; each cell tells the
coverage, and in brackets how often the figure bears the note ``unequal_sellers``. The last rows sum
up: how often it stands where coverage is below 85, below 90, and 92% or more. A second table tells
what samples cover in which the largest seller holds a fifth or more, by the closed form alone and
by the jackknife that takes its place there, and the median width of both on the interval's scale.
The last law has a giant for every ``n`` sellers, 3 n times as large as the others' median.
"""

from __future__ import annotations

import sys
from math import log, pi
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.concentration import _table, covers_too_little
from fairshelf.audits.inference.dominated import jackknifed
from fairshelf.audits.inference.influence import (
    atkinson_influence,
    gini_influence,
    theil_influence,
    top_share_influence,
)
from fairshelf.audits.inference.linear import Influences, linear_interval, onto, rescaled
from fairshelf.audits.metrics import atkinson, gini, theil, top_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.inference.linear import LinearInterval, Scale

    Law = tuple[str, Callable[[np.random.Generator, int], np.ndarray], tuple[float, ...]]

SIZES = (20, 60, 200, 600)
NAMES = ("Gini", "Theil", "Atkinson", "top 10%")


def lognormal(spread: float) -> Law:
    """Give the law and its four figures."""
    normal = NormalDist()
    truths = (
        2 * normal.cdf(spread / 2**0.5) - 1,
        spread**2 / 2,
        1 - float(np.exp(-(spread**2) / 4)),
        normal.cdf(spread - normal.inv_cdf(0.9)),
    )
    return f"lognormal {spread:g}", lambda rng, n: np.exp(rng.normal(0, spread, n)), truths


def pareto(exponent: float) -> Law:
    """Give the law and its four figures."""
    a = exponent
    truths = (
        1 / (2 * a - 1),
        1 / (a - 1) + log((a - 1) / a),
        1 - a * (a - 1) / (a - 0.5) ** 2,
        0.1 ** ((a - 1) / a),
    )
    return f"Pareto {a:g}", lambda rng, n: 1 + rng.pareto(a, n), truths


def exponential() -> Law:
    """Give the law and its four figures."""
    truths = (0.5, 1 - float(np.euler_gamma), 1 - pi / 4, 0.1 * (1 + log(10)))
    return "exponential", lambda rng, n: rng.exponential(size=n), truths


LAWS = (
    *(lognormal(spread) for spread in (0.5, 1.0, 1.5, 2.0)),
    *(exponential(), pareto(3.0), pareto(1.8)),
)


FIGURES: tuple[Callable[[np.ndarray], float], ...] = (
    gini,
    theil,
    atkinson,
    lambda x: top_share(x, "10%"),
)
SCALES: tuple[Scale, ...] = ("logit", "log", "logit", "logit")


def influences(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Give the first-order influences on the four figures, shape (n,) each."""
    return (
        *(gini_influence(x), theil_influence(x), atkinson_influence(x)),
        top_share_influence(x, 0.1),
    )


def interval(x: np.ndarray, place: int, linear: np.ndarray, *, left_out: bool) -> LinearInterval:
    """Give a figure's interval, in closed form or with the largest sellers left out in turn."""
    figure, scale, size = FIGURES[place], SCALES[place], x.size
    value = figure(x)
    moved = rescaled(linear, value, scale)

    def change(seller: int) -> float:
        return onto(figure(np.delete(x, seller)), scale) - onto(value, scale)

    spread = (
        jackknifed(moved, x, np.ones(size, dtype=bool), change, _table()["large"])
        if left_out
        else moved * (size / (size - 1)) ** 0.5
    )
    return linear_interval(value, Influences(sellers=spread), df=size - 1, level=0.95, scale=scale)


def covered(law: Law, sellers: int, replicates: int) -> np.ndarray:
    """Give the coverage of each interval and how often it is marked, shape (2, 4)."""
    _, draw, truths = law
    rng = np.random.default_rng(sellers)
    held = np.zeros((2, len(NAMES)))
    for _ in range(replicates):
        x = draw(rng, sellers)
        dominated = bool(x.max() >= _table()["dominant"] * x.sum())
        for place, (truth, linear) in enumerate(zip(truths, influences(x), strict=True)):
            told = interval(x, place, linear, left_out=dominated)
            held[0, place] += told.low <= truth <= told.high
            held[1, place] += dominated or covers_too_little(linear)
    return held / replicates


def giants(sellers: int) -> Law:
    """Give a law with a giant for every so many sellers; its figures come from 3,000,000 draws."""

    def draw(rng: np.random.Generator, size: int) -> np.ndarray:
        others = np.exp(rng.normal(0, 0.5, size))
        return np.where(rng.random(size) < 1 / sellers, others * 3 * sellers, others)

    many = draw(np.random.default_rng(9), 3_000_000)
    truths = (gini(many), theil(many), atkinson(many), top_share(many, "10%"))
    return f"a giant of {sellers}", draw, truths


PARTS = (0.2, 0.3, 0.5, 0.7, 1.01)


def dominated(law: Law, sellers: int, replicates: int) -> list[tuple[int, np.ndarray]]:
    """Give, of each sample that a seller dominates, the part of PARTS and what held the truth.

    The array has shape (2, 2, 4): closed form and jackknife; whether it held, and half its width.
    """
    _, draw, truths = law
    rng = np.random.default_rng(sellers)
    told = []
    for _ in range(replicates):
        x = draw(rng, sellers)
        share = x.max() / x.sum()
        if share < PARTS[0]:
            continue
        cell = np.zeros((2, 2, len(NAMES)))
        for place, linear in enumerate(influences(x)):
            for way in (0, 1):
                found = interval(x, place, linear, left_out=bool(way))
                cell[way, :, place] = found.low <= truths[place] <= found.high, found.se
        told.append((int(np.searchsorted(PARTS, share, "right")) - 1, cell))
    return told


def print_dominated(replicates: int) -> None:
    """Print what intervals cover where one seller holds a fifth of all or more."""
    print(
        f"\n| law | largest seller | samples | {' | '.join(NAMES)} |\n|---|---|---|---|---|---|---|"
    )
    for name, laws in (
        ("lognormal 1.5 to 2.5", [lambda _, s=s: lognormal(s) for s in (1.5, 2.0, 2.5)]),
        ("Pareto 1.3 to 1.8", [lambda _, a=a: pareto(a) for a in (1.3, 1.8)]),
        ("a giant among equals", [giants]),
    ):
        told = [one for law in laws for n in SIZES[:-1] for one in dominated(law(n), n, replicates)]
        for part in range(len(PARTS) - 1):
            cells = np.array([cell for at, cell in told if at == part])
            if len(cells) >= LEAST:
                held = cells[:, :, 0].mean(axis=0)
                wider = np.median(cells[:, 1, 1] / cells[:, 0, 1], axis=0)
                row = " | ".join(
                    f"{one:.0%} / {two:.0%} ({by:.1f})"
                    for one, two, by in zip(*held, wider, strict=True)
                )
                edges = f"{PARTS[part]:.0%} to {min(PARTS[part + 1], 1):.0%}"
                print(f"| {name} | {edges} | {len(cells)} | {row} |", flush=True)


LEAST = 50
"""Samples from which on a coverage is told."""


def main() -> None:
    """Print the tables."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"| exposure | sellers | {' | '.join(NAMES)} |\n|---|---|---|---|---|---|")
    found = []
    for law in LAWS:
        for sellers in SIZES:
            told = covered(law, sellers, replicates)
            found.append(told)
            cells = " | ".join(f"{one:.0%} ({marked:.0%})" for one, marked in told.T)
            print(f"| {law[0]} | {sellers} | {cells} |", flush=True)
    coverage, marked = np.array(found).transpose(1, 2, 0)
    for name, low, high in (
        ("below 85%", 0, 0.85),
        ("below 90%", 0, 0.9),
        ("92% and more", 0.92, 2),
    ):
        rows = (coverage >= low) & (coverage < high)
        cells = " | ".join(f"{one[row].mean():.0%}" for one, row in zip(marked, rows, strict=True))
        print(f"| marked where coverage is {name} | | {cells} |")
    print_dominated(replicates)


if __name__ == "__main__":
    main()

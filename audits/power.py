"""How many pages and sellers an audit needs to see a gap of a given size, by simulation.

Platforms are drawn as in the calibration: each request ranks all sellers by appeal (lognormal over
the sellers) and luck (Plackett and Luce) and shows a page of them. The group's appeal is lowered
until its expected exposure ratio is the one asked for. Each is tested as an audit would: by the
inverted studentised label permutation, against parity and against the materiality bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.permutation import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LABELLINGS = 199
PILOT = 100
STEPS = (1.0, 0.7, 0.4)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Design:
    """A platform to collect: sellers of the group and of the reference, requests, page length.

    ``spread`` is the standard deviation of the sellers' log appeal; luck has about 1.3.
    """

    group: int
    reference: int
    requests: int
    length: int
    spread: float


@dataclass(frozen=True, slots=True)
class Power:
    """What was found over the simulated platforms of one design.

    ``found``: share with ``disparity`` or more on the right side; ``parity_shown``: share of
    platforms without any gap for which ``no_material_disparity`` was shown; ``error``: Monte Carlo
    standard error of ``found``.
    """

    design: Design
    gap: float
    found: float
    parity_shown: float
    error: float


def power(
    designs: Sequence[Design],
    gap: float,
    rng: np.random.Generator,
    *,
    bounds: tuple[float, float] = (0.8, 1.25),
    level: float = 0.95,
    replicates: int = 100,
) -> list[Power]:
    """Simulate every design with the gap and without one.

    Parameters
    ----------
    designs
        What might be collected.
    gap
        True exposure ratio per seller, group over reference; above 0, not 1.
    rng
        Source of randomness.
    bounds
        Materiality bounds, for showing parity.
    level
        Coverage of the intervals.
    replicates
        Platforms for each design, with and without the gap.

    Returns
    -------
    list of Power
        In the order of ``designs``.
    """
    told = []
    for design in designs:
        shift = _shift(design, gap, rng)
        with_gap = [_interval(design, shift, rng, level) for _ in range(replicates)]
        without = [_interval(design, 0.0, rng, level) for _ in range(replicates)]
        found = np.mean([(high < 1) if gap < 1 else (low > 1) for low, high in with_gap])
        parity = np.mean([bounds[0] <= low and high <= bounds[1] for low, high in without])
        error = float(np.sqrt(found * (1 - found) / replicates))
        told.append(Power(design, gap, float(found), float(parity), error))
    return told


def enough(powers: Sequence[Power], wanted: float) -> Power | None:
    """Give the design with the fewest requests times sellers that reaches the power wanted."""
    reached = [one for one in powers if one.found >= wanted]
    return min(
        reached,
        key=lambda one: one.design.requests * (one.design.group + one.design.reference),
        default=None,
    )


def _exposure(
    design: Design, shift: float, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.bool_]]:
    """Rank one platform's sellers: exposure of each under dcg, and whether it is of the group."""
    size = design.group + design.reference
    ours = np.arange(size) < design.group
    appeal = rng.normal(0, design.spread, size) + shift * ours
    length = min(design.length, size)
    weight = 1 / np.log2(np.arange(2, length + 2))
    exposure = np.zeros(size)
    for start in range(0, design.requests, CHUNK):
        count = min(CHUNK, design.requests - start)
        score = appeal + rng.gumbel(0, 1, (count, size))
        if length < size:
            top = np.argpartition(-score, length - 1, axis=1)[:, :length]
            order = np.argsort(-np.take_along_axis(score, top, axis=1), axis=1)
            shown = np.take_along_axis(top, order, axis=1)
        else:
            shown = np.argsort(-score, axis=1)
        exposure += np.bincount(shown.ravel(), weights=np.tile(weight, count), minlength=size)
    return exposure, ours


def _shift(design: Design, gap: float, rng: np.random.Generator) -> float:
    """Find the shift of log appeal whose expected exposure ratio is the gap (damped steps)."""
    shift = float(np.log(gap))
    small = replace(design, requests=min(design.requests, 50))
    for step in STEPS:
        sums = np.zeros(2)
        for _ in range(PILOT):
            exposure, ours = _exposure(small, shift, rng)
            sums += (exposure[ours].mean(), exposure[~ours].mean())
        shift += step * float(np.log(gap) - np.log(sums[0] / sums[1]))
    return shift


def _interval(
    design: Design, shift: float, rng: np.random.Generator, level: float
) -> tuple[float, float]:
    exposure, ours = _exposure(design, shift, rng)
    plan = draw(ours, None, LABELLINGS, rng)
    found = ratio_intervals([(exposure, np.ones(exposure.size))], plan, level=level)[0]
    low = 0.0 if found.low is None else found.low
    return low, np.inf if found.high is None else found.high

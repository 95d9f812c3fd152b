"""Edges of intervals, those of many pairs looked for in step.

Each lane is one side of one pair. All of them take their next trial in the same call, and a lane
that has found its place takes part no more: what one lane tries never depends on another.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Values = Callable[[Floats, Integers], Floats]

NARROW = 1e-7
"""How closely ln rho of an edge is known: its place has six digits."""


@dataclass(frozen=True, slots=True)
class Brackets:
    """Between which places each lane's function falls below zero, shape (L,) each.

    Attributes
    ----------
    inside, kept
        Argument and value where it is not below zero.
    outside, lost
        Argument and value where it is.
    """

    inside: Floats
    kept: Floats
    outside: Floats
    lost: Floats


def outermost(values: Values, ladders: list[Floats], centre: Floats) -> Floats:
    """Give the outermost place at which each lane's function is not below zero.

    Parameters
    ----------
    values
        The functions: from places, shape (n,), and the lanes they belong to, shape (n,), to values.
    ladders
        Steps that each lane tries from the last to the first, ascending and above zero.
    centre
        The value at place 0, taken to be kept, shape (L,).

    Returns
    -------
    ndarray
        Shape (L,); nan where the last step is kept, so that there is no end.
    """
    found = _stepped(values, ladders, centre)
    ends = np.array([ladder[-1] for ladder in ladders])
    told = np.full(ends.size, np.nan)
    ended = np.flatnonzero(found.inside != ends)
    told[ended] = crossings(
        lambda places, lanes: values(places, ended[lanes]),
        Brackets(found.inside[ended], found.kept[ended], found.outside[ended], found.lost[ended]),
    )
    return told


def _stepped(values: Values, ladders: list[Floats], centre: Floats) -> Brackets:
    """Step inwards until a place is kept."""
    counts = np.array([ladder.size for ladder in ladders])
    steps = np.zeros((counts.size, counts.max()))
    for lane, ladder in enumerate(ladders):
        steps[lane, : ladder.size] = ladder[::-1]
    inside, kept = np.zeros(counts.size), centre.copy()
    outside, lost = steps[:, 0].copy(), np.zeros(counts.size)
    looking = np.arange(counts.size)
    for turn in range(steps.shape[1]):
        looking = looking[turn < counts[looking]]
        if not looking.size:
            break
        places = steps[looking, turn]
        found = values(places, looking)
        held = found >= 0
        inside[looking[held]], kept[looking[held]] = places[held], found[held]
        looking, places, found = looking[~held], places[~held], found[~held]
        outside[looking], lost[looking] = places, found
    return Brackets(inside, kept, outside, lost)


def crossings(values: Values, brackets: Brackets) -> Floats:
    """Find where functions fall below zero, by interpolation that bisection keeps in bounds.

    The ITP method (Oliveira & Takahashi, ACM Trans. Math. Softw. 2021) with k1 = 0.2 / (b - a),
    k2 = 2 and n0 = 1: never more than one step worse than bisection, and far fewer where the
    function is smooth.

    Parameters
    ----------
    values
        The functions, as in :func:`outermost`.
    brackets
        Where each is kept and where it is not.

    Returns
    -------
    ndarray
        Arguments within ``NARROW`` of the crossings at which the functions are not below zero,
        shape (L,).
    """
    a, kept = brackets.inside.copy(), brackets.kept.copy()
    b, lost = brackets.outside.copy(), brackets.lost.copy()
    apart = np.abs(b - a)
    most = np.array(
        [ceil(log2(max(one / NARROW, 1.0))) + 1 for one in apart.tolist()], dtype=np.int64
    )
    pull = 0.2 / np.maximum(apart, NARROW)
    looking = np.arange(a.size)
    step = 0
    while True:
        wide = np.abs(b[looking] - a[looking]) > NARROW
        looking = looking[wide & (step < most[looking])]
        if not looking.size:
            return a
        now = Brackets(a[looking], kept[looking], b[looking], lost[looking])
        places = _between(now, pull[looking], most[looking] - step)
        found = values(places, looking)
        held = found >= 0
        a[looking[held]], kept[looking[held]] = places[held], found[held]
        b[looking[~held]], lost[looking[~held]] = places[~held], found[~held]
        step += 1


def _between(now: Brackets, pull: Floats, left: Integers) -> Floats:
    """Give the next places to try: interpolated, truncated, and projected (hence ITP)."""
    width = now.outside - now.inside
    middle = now.inside + width / 2
    with np.errstate(invalid="ignore"):
        line = (now.lost * now.inside - now.kept * now.outside) / (now.lost - now.kept)
        guess = np.where(np.isfinite(now.kept - now.lost), line, middle)
    sign = np.where(middle >= guess, 1.0, -1.0)
    truncated = guess + sign * np.minimum(pull * width * width, np.abs(middle - guess))
    radius = np.maximum(np.ldexp(NARROW / 2, left) - np.abs(width) / 2, 0.0)
    near = np.abs(truncated - middle) <= radius
    return np.asarray(np.where(near, truncated, middle - sign * radius))

"""A lottery over rankings: the best expected utility at which the groups' exposure is fair."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError
from fairshelf.audits.remedies.rules.blocks import placed, within
from fairshelf.audits.remedies.rules.fair_gap import units_of
from fairshelf.audits.remedies.rules.lottery import lottery, sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists
    from fairshelf.audits.remedies.rules.fair_gap import Constraint
    from fairshelf.audits.remedies.rules.lottery import Lottery

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WIDER = 1e-9
"""By how much the least attainable gap is widened, so that rounding leaves a solution."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Chances of every candidate at every place.

    Attributes
    ----------
    chance
        Candidate by place, shape (n, n); rows and columns sum to 1.
    utility
        Expected utility, ``u' P v``.
    gap
        Attention per unit of the protected group less that of the others, in units of the mean
        attention per unit; 0 is fair. NaN where there is nothing to compare.
    reached
        Whether the gap is within the tolerance; where it cannot be, it is the smallest there is.
    """

    chance: Floats
    utility: float
    gap: float
    reached: bool


def policy(
    utility: Floats,
    protected: Bools,
    attention: Floats,
    constraint: Constraint = "parity",
    tolerance: float = 0.0,
    merit: Floats | None = None,
) -> Policy:
    """Find the doubly stochastic matrix of the highest expected utility with fair exposure.

    Source: Singh and Joachims, KDD 2018: demographic parity and disparate treatment, as a linear
    programme over the n * n chances, solved by HiGHS. Parity can be had for any list; equal
    attention per unit of merit cannot where a group has nearly all the merit. A list without two
    groups, or with a group without merit, has no constraint.

    Cost, measured: 15 milliseconds with 20 candidates, a tenth of a second with 50, one with 100.

    Parameters
    ----------
    utility
        Of each candidate, shape (n,).
    protected
        shape (n,).
    attention
        Attention by place, never rising, shape (m,); 0 beyond.
    constraint
        ``parity`` or ``treatment``.
    tolerance
        Largest gap allowed, 0 or more, in units of the mean attention per unit.
    merit
        Merit of each candidate for ``treatment``, 0 or more; the utility where not given.

    Raises
    ------
    UsageError
        ``remedy_too_low``, ``remedy_attention_rises``.
    DataError
        ``remedy_no_solution``: the solver gave up, which figures of very different size can cause.
    """
    within("policy", "tolerance", tolerance, 0.0, np.inf)
    weight = placed(attention, utility.size)
    units = units_of(protected, utility if merit is None else merit, constraint)
    if units is None or weight.sum() <= 0:
        ideal = np.argsort(np.argsort(-utility, kind="stable"))
        chance = np.eye(utility.size)[ideal]
        return Policy(chance, float(utility @ chance @ weight), float("nan"), reached=True)
    least = units.least(protected, weight)
    bound = tolerance if least <= tolerance else least + WIDER
    scale = (units.ours + units.rest) / weight.sum()
    signed = np.where(protected, scale / units.ours, -scale / units.rest)
    chance = _solved(utility, weight, signed, bound)
    got = chance @ weight
    gap = units.gap(float(got[protected].sum()), float(got[~protected].sum()))
    return Policy(chance, float(utility @ got), gap, reached=least <= tolerance)


def _solved(utility: Floats, weight: Floats, signed: Floats, bound: float) -> Floats:
    """Solve the programme; ``signed`` is what attention of a candidate adds to the gap."""
    from scipy.optimize import linprog  # noqa: PLC0415 - a quarter of a second
    from scipy.sparse import eye_array, kron, vstack  # noqa: PLC0415 - as above

    count, one = utility.size, np.ones((1, utility.size))
    square = vstack([kron(eye_array(count), one), kron(one, eye_array(count))])
    largest = np.abs(signed).max()  # a row of ones and less keeps the solver's tolerance
    gap = np.outer(signed / largest, weight).ravel()
    found = linprog(
        -np.outer(utility, weight).ravel(),
        A_ub=np.vstack((gap, -gap)),
        b_ub=np.full(2, bound / largest),
        A_eq=square,
        b_eq=np.ones(2 * count),
        bounds=(0, None),
    )
    if found.x is None:
        raise DataError("remedy_no_solution", rule="stochastic", candidates=count)
    return np.asarray(found.x.reshape(count, count), dtype=np.float64)


def lotteries(
    lists: Lists, attention: Floats, constraint: Constraint = "parity", tolerance: float = 0.0
) -> tuple[Lottery, ...]:
    """Give every request's fair lottery, in order; requests without candidates have none.

    Parameters
    ----------
    lists
        The candidates; worth is both utility and merit.
    attention
        Attention by place, never rising, shape (m,).
    constraint, tolerance
        As in :func:`policy`.

    Raises
    ------
    UsageError
        ``remedy_too_low``, ``remedy_attention_rises``.
    DataError
        ``remedy_needs_worth``, ``remedy_no_solution``.
    """
    if lists.worth is None:
        raise DataError("remedy_needs_worth", rule="stochastic")
    told = []
    for begin, end in pairwise(lists.start.tolist()):
        if begin < end:
            utility, ours = lists.worth[begin:end], lists.protected[begin:end]
            told.append(lottery(policy(utility, ours, attention, constraint, tolerance).chance))
    return tuple(told)


def stochastic(
    lists: Lists,
    attention: Floats,
    rng: np.random.Generator,
    constraint: Constraint = "parity",
    tolerance: float = 0.0,
) -> Ints:
    """Draw a ranking of every request from its own fair lottery.

    Parameters
    ----------
    lists
        The candidates; worth is both utility and merit.
    attention
        Attention by place, never rising, shape (m,).
    rng
        Draws.
    constraint, tolerance
        As in :func:`policy`.

    Returns
    -------
    New ranks, shape (n,). Attention is fair in expectation, not in each list.

    Raises
    ------
    UsageError
        ``remedy_too_low``, ``remedy_attention_rises``.
    DataError
        ``remedy_needs_worth``, ``remedy_no_solution``.
    """
    drawn = lotteries(lists, attention, constraint, tolerance)
    ranks = [sample(one, rng) for one in drawn]
    return np.concatenate([np.empty(0, dtype=np.int64), *ranks])

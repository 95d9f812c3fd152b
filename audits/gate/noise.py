"""A metric held against a line that is itself an estimate: the noise of both.

The interval of a difference is made of the two intervals by the method of variance estimates
recovery (Zou and Donner, Statistics in Medicine 27 (2008), 1693-1702), which adds the squares of
the distances from each estimate to its limits. It takes the two as independent. A change of model
measured on the same sellers and requests moves them together, so that the true interval is shorter
and this one errs on the side of *inconclusive*. It would be too short only where the two moved
against each other, which the same measure of the same sellers does not do.
"""

from __future__ import annotations

from math import hypot, isclose
from typing import TYPE_CHECKING

from fairshelf.audits.gate.records import Difference

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate


_SAME = 1e-9


def difference(found: Estimate, base: Estimate, factor: float, offset: float) -> Difference:
    """Give ``found - (factor * base + offset)`` with the noise of both.

    Parameters
    ----------
    found, base
        Estimates with a value and an interval; an open side stays open.
    factor, offset
        The line; ``factor`` above 0.

    Returns
    -------
    Difference
        Without any width where the two estimates are the same to nine digits: the order did not
        change, so that there is no noise between them.
    """
    value, against = _value(found), factor * _value(base)
    if factor == 1 and _same(found, base):
        return Difference(-offset, -offset, -offset)
    gap = value - against - offset
    low = _reach(value, found.low, against, None if base.high is None else factor * base.high)
    high = _reach(value, found.high, against, None if base.low is None else factor * base.low)
    return Difference(
        gap,
        None if low is None else gap - low,
        None if high is None else gap + high,
    )


def _same(found: Estimate, base: Estimate) -> bool:
    """Tell whether nothing moved; the last digits of a sum of floats are nobody's change."""
    pairs = ((found.value, base.value), (found.low, base.low), (found.high, base.high))
    return all(
        one is other
        or (one is not None and other is not None and isclose(one, other, rel_tol=_SAME))
        for one, other in pairs
    )


def _value(estimate: Estimate) -> float:
    if estimate.value is None:
        message = "an estimate without a value has no difference"
        raise ValueError(message)
    return estimate.value


def _reach(value: float, limit: float | None, against: float, other: float | None) -> float | None:
    if limit is None or other is None:
        return None
    return hypot(value - limit, against - other)

"""How far two groups' expected attention is from fair, and how near a list can come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

Constraint = Literal["parity", "treatment"]
"""Attention per candidate alike in both groups, or attention per unit of merit."""


@dataclass(frozen=True, slots=True)
class Units:
    """What attention is divided by in a request: ``ours`` of the protected group, ``rest``."""

    ours: float
    rest: float

    def gap(self, ours: float, rest: float) -> float:
        """Give attention per unit, the group's less the others', in units of the mean per unit.

        Parameters
        ----------
        ours, rest
            Expected attention of the protected group and of the others, together above 0.
        """
        mean = (ours + rest) / (self.ours + self.rest)
        return (ours / self.ours - rest / self.rest) / mean

    def least(self, protected: Bools, weight: Floats) -> float:
        """Give the smallest absolute gap that any lottery over rankings has.

        The gap rises with the group's attention, which can be anything between the group at the
        bottom and the group on top.

        Parameters
        ----------
        protected
            shape (n,).
        weight
            Attention by place, never rising, shape (n,), with a sum above 0.
        """
        total, have = float(weight.sum()), int(protected.sum())
        most = float(weight[:have].sum())
        fewest = float(weight[weight.size - have :].sum())
        low, high = self.gap(fewest, total - fewest), self.gap(most, total - most)
        return max(low, -high, 0.0)


def units_of(protected: Bools, merit: Floats, constraint: Constraint) -> Units | None:
    """Give a request's units; None where a group has none, so that nothing can be compared.

    Parameters
    ----------
    protected
        shape (n,).
    merit
        0 or more, shape (n,); counts for ``treatment`` only.
    constraint
        ``parity``: units are candidates; ``treatment``: units are merit.
    """
    if constraint == "parity":
        ours, rest = float(protected.sum()), float((~protected).sum())
    else:
        ours, rest = float(merit[protected].sum()), float(merit[~protected].sum())
    return Units(ours, rest) if min(ours, rest) > 0 else None

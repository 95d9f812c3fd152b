"""Whether the groups' listings are alike enough for one to be held against the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.adjustment.irls import fitted, irls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

STILL = 1e-8
"""A deviance that moves by no more ends the search for the propensity."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One covariate in the two groups.

    ``difference`` is the standardised mean difference ``(m_g - m_r) / sqrt((v_g + v_r) / 2)``
    (Rosenbaum and Rubin 1985); for a word it is that of its share.
    """

    covariate: str
    word: str | None
    group_mean: float
    reference_mean: float
    difference: float | None


def balance(
    group: Bools, numbers: Mapping[str, Floats], words: Mapping[str, NDArray[np.object_]]
) -> tuple[Balance, ...]:
    """Compare the covariates of two groups of listings.

    Parameters
    ----------
    group
        Whether each listing is of the group (else of the reference), shape (n,).
    numbers, words
        Covariates, shape (n,) each; missing ones are passed over.
    """
    told = [_compared(name, None, values, group) for name, values in numbers.items()]
    for name, values in words.items():
        known = np.unique(values[values != ""].astype(str))
        told += [
            _compared(name, str(word), np.where(values == "", np.nan, values == word), group)
            for word in known[:20]
        ]
    return tuple(told)


def _compared(name: str, word: str | None, values: NDArray[np.generic], group: Bools) -> Balance:
    held = values.astype(np.float64)
    sides = [held[side & np.isfinite(held)] for side in (group, ~group)]
    if min(side.size for side in sides) < 2:  # noqa: PLR2004 - a variance needs two
        means = [float(side.mean()) if side.size else float("nan") for side in sides]
        return Balance(name, word, means[0], means[1], None)
    spread = (sum(float(side.var(ddof=1)) for side in sides) / 2) ** 0.5
    means = [float(side.mean()) for side in sides]
    apart = means[0] - means[1]
    difference = apart / spread if spread > 0 else (0.0 if apart == 0 else None)
    return Balance(name, word, means[0], means[1], difference)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Whether listings of the group have like ones in the reference.

    ``inside`` is the share of the group's listings whose probability of being of the group, given
    the covariates, lies within the range of the reference's; ``auc`` how well the covariates tell
    the groups apart (.5 not at all, 1 wholly: then nothing can be compared).
    """

    inside: float
    auc: float


def overlap(columns: Design) -> Overlap | None:
    """Estimate overlap by a logistic propensity of the group.

    Parameters
    ----------
    columns
        The design of the adjusted model.

    Returns
    -------
    None without covariates or without a group.
    """
    names = columns.columns
    kept = [place for place, name in enumerate(names) if name not in ("", "group")]
    if not kept or "group" not in names:
        return None
    group = columns.matrix[:, names.index("group")] > 0
    others = np.delete(columns.matrix, names.index("group"), axis=1)
    found = irls(others, group.astype(np.float64), "binomial", STILL)
    if found is None:
        return None
    chance = fitted(others @ found, "binomial")
    low, high = chance[~group].min(), chance[~group].max()
    inside = float(((chance[group] >= low) & (chance[group] <= high)).mean())
    return Overlap(inside, _auc(chance[group], chance[~group]))


def _auc(ours: Floats, theirs: Floats) -> float:
    """Give the share of pairs in which the first is larger, ties counting half."""
    ordered = np.sort(theirs)
    below = np.searchsorted(ordered, ours, side="left")
    until = np.searchsorted(ordered, ours, side="right")
    return float((below + until).sum() / 2 / (ours.size * theirs.size))

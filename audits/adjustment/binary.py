"""A gap in a yes-or-no outcome: rates, and odds ratios alone and with covariates held equal."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Words = NDArray[np.object_]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often the outcome is yes in one group, with Wilson's interval (JASA 1927)."""

    group: str
    rows: int
    yes: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """The odds of one group over those of the reference.

    ``log_value`` is the coefficient of the logistic regression and ``se`` its error; ``rows`` are
    those in the model.
    """

    group: str
    value: float
    low: float
    high: float
    log_value: float
    se: float
    p_value: float
    rows: int


@dataclass(frozen=True, slots=True)
class BinaryGap:
    """Rates of all groups, odds ratios against the reference, alone and adjusted.

    ``alone`` has no covariates and all rows; ``adjusted`` is empty without covariates, and where
    the model does not settle (``trouble``: a group or a covariate tells the outcome wholly).
    """

    rates: tuple[Rate, ...]
    alone: tuple[OddsRatio, ...]
    adjusted: tuple[OddsRatio, ...]
    trouble: str | None = None


def binary_gap(
    outcome: Bools,
    group: Words,
    reference: str,
    covariates: tuple[Mapping[str, Floats], Mapping[str, Words]],
    cluster: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> BinaryGap:
    """Compare a yes-or-no outcome between groups by logistic regression.

    All groups are in one model, each as a dummy against the reference; intervals are Wald's.

    Parameters
    ----------
    outcome, group
        Of each row, shape (n,); every group known.
    reference
        The group the others are held against.
    covariates
        Numbers (NaN where missing) and words (``""`` where missing) by name; rows that miss one
        leave the adjusted model.
    cluster
        Rows of the same cluster are not independent (a seller, an area): errors allow for it.
        None to take rows as independent.
    level
        Coverage.
    """
    names = [reference, *sorted(set(group.tolist()) - {reference})]
    reach = float(ndtri(0.5 + level / 2))
    rates = tuple(_rate(name, outcome[group == name], reach) for name in names)
    dummies = np.stack([group == name for name in names[1:]], axis=1).astype(np.float64)
    alone = _odds(outcome, dummies, names[1:], cluster, reach)
    numbers, words = covariates
    if not numbers and not words:
        return BinaryGap(rates, alone or (), (), None if alone else "separation")
    kept = np.ones(outcome.size, dtype=bool)
    for values in numbers.values():
        kept &= np.isfinite(values)
    for told in words.values():
        kept &= told != ""
    columns = [dummies[kept], *(_scaled(values[kept])[:, None] for values in numbers.values())]
    columns += [_dummies(told[kept]) for told in words.values()]
    held = cluster[kept] if cluster is not None else None
    adjusted = _odds(outcome[kept], np.column_stack(columns), names[1:], held, reach)
    whole = alone is not None and adjusted is not None
    return BinaryGap(rates, alone or (), adjusted or (), None if whole else "separation")


def _rate(name: str, outcome: Bools, reach: float) -> Rate:
    rows, yes = outcome.size, int(outcome.sum())
    share, square = yes / rows, reach**2
    centre = (share + square / (2 * rows)) / (1 + square / rows)
    half = (
        reach * (share * (1 - share) / rows + square / (4 * rows**2)) ** 0.5 / (1 + square / rows)
    )
    return Rate(name, rows, yes, share, max(0.0, centre - half), min(1.0, centre + half))


def _scaled(values: Floats) -> Floats:
    spread = float(values.std()) if values.size else 0.0
    return np.asarray((values - values.mean()) / spread if spread > 0 else values * 0.0)


def _dummies(told: Words) -> Floats:
    names = sorted(set(told.tolist()))
    return np.stack([told == name for name in names[1:]], axis=1).astype(np.float64)


def _odds(
    outcome: Bools,
    columns: Floats,
    names: list[str],
    cluster: NDArray[np.int64] | None,
    reach: float,
) -> tuple[OddsRatio, ...] | None:
    """Fit; None where the outcome is told wholly by the columns, so that odds have no end."""
    import statsmodels.api as sm  # noqa: PLC0415 - slow, only where a model is asked

    kept = [place for place in range(columns.shape[1]) if np.ptp(columns[:, place]) > 0]
    if not set(range(len(names))) <= set(kept):
        return None
    matrix = sm.add_constant(columns[:, kept], has_constant="add")
    how = {} if cluster is None else {"cov_type": "cluster", "cov_kwds": {"groups": cluster}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = sm.Logit(outcome.astype(np.float64), matrix).fit(disp=0, maxiter=200, **how)
        except (np.linalg.LinAlgError, ValueError):
            return None
    params, errors = np.asarray(fit.params), np.asarray(fit.bse)
    shown = slice(1, 1 + len(names))
    if not fit.mle_retvals["converged"] or not np.isfinite(errors[shown]).all():
        return None
    if float(np.abs(params[shown]).max()) > _ENDLESS:
        return None
    return tuple(
        OddsRatio(
            name,
            float(np.exp(log)),
            float(np.exp(log - reach * error)),
            float(np.exp(log + reach * error)),
            float(log),
            float(error),
            float(p_value),
            int(outcome.size),
        )
        for name, log, error, p_value in zip(
            names, params[shown], errors[shown], np.asarray(fit.pvalues)[shown], strict=True
        )
    )


_ENDLESS = 15.0
"""A log odds ratio beyond this is one without end."""

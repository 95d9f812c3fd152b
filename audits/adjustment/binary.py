"""A gap in a yes-or-no outcome: rates, and odds ratios alone and with covariates held equal."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit, ndtri, stdtr, stdtrit

from fairshelf.audits.adjustment.logit_clusters import (
    INDICATIVE,
    Held,
    freedom,
    held,
    jackknife_errors,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Words = NDArray[np.object_]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often the outcome is yes in one group, with Wilson's interval (JASA 1927).

    Where rows belong to clusters the interval is Student's t on the logit instead, with errors that
    leave a cluster out and as many degrees of freedom as the effective number of ``clusters`` less
    one; None with fewer than five clusters, or where all rows say the same.
    """

    group: str
    rows: int
    yes: int
    value: float
    low: float | None
    high: float | None
    clusters: int | None = None


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """The odds of one group over those of the reference.

    ``log_value`` is the coefficient of the logistic regression and ``se`` its error; ``rows`` are
    those in the model. With clusters, ``clusters`` counts those of the group and of the reference
    and ``df`` are the degrees of freedom of Student's t; there is no interval with fewer than five
    in either, or where one cluster alone tells the odds, and it is ``indicative`` with fewer than
    ten.
    """

    group: str
    value: float
    low: float | None
    high: float | None
    log_value: float
    se: float | None
    p_value: float | None
    rows: int
    clusters: tuple[int, int] | None = None
    df: float | None = None
    indicative: bool = False


@dataclass(frozen=True, slots=True)
class BinaryGap:
    """Rates of all groups, odds ratios against the reference, alone and adjusted.

    ``alone`` has no covariates and all rows; ``adjusted`` is empty without covariates, and where
    the model does not settle (``trouble`` is ``separation``: the reference or a covariate tells the
    outcome wholly). A group all of whose rows say the same has no odds and stands in neither
    (``one_sided``); those of the others do not depend on it.
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

    All groups are in one model, each as a dummy against the reference. Intervals are Wald's; with
    clusters their errors are those of
    :func:`fairshelf.audits.adjustment.logit_clusters.jackknife_errors` and their quantiles
    Student's.

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
        The cluster of each row, shape (n,): rows of the same one are not independent (a seller, an
        area), and errors allow for it. None to take rows as independent.
    level
        Coverage.
    """
    names = [reference, *sorted(set(group.tolist()) - {reference})]
    rates = tuple(
        _rate(name, outcome[here], level)
        if cluster is None
        else _clustered_rate(name, outcome[here], cluster[here], level)
        for name, here in ((name, group == name) for name in names)
    )
    dummies = np.stack([group == name for name in names[1:]], axis=1).astype(np.float64)
    alone = _odds(outcome, dummies, names[1:], cluster, level)
    numbers, words = covariates
    if not numbers and not words:
        return BinaryGap(rates, alone or (), (), _trouble(names, alone))
    kept = np.ones(outcome.size, dtype=bool)
    for values in numbers.values():
        kept &= np.isfinite(values)
    for told in words.values():
        kept &= told != ""
    columns = [dummies[kept], *(_scaled(values[kept])[:, None] for values in numbers.values())]
    columns += [_dummies(told[kept]) for told in words.values()]
    of = cluster[kept] if cluster is not None else None
    adjusted = _odds(outcome[kept], np.column_stack(columns), names[1:], of, level)
    return BinaryGap(rates, alone or (), adjusted or (), _trouble(names, alone, adjusted))


def _trouble(names: list[str], *models: tuple[OddsRatio, ...] | None) -> str | None:
    """Say why odds of some group, or of all, are not there."""
    if any(found is None for found in models):
        return "separation"
    return "one_sided" if any(len(found or ()) < len(names) - 1 for found in models) else None


def _rate(name: str, outcome: Bools, level: float) -> Rate:
    reach = float(ndtri(0.5 + level / 2))
    rows, yes = outcome.size, int(outcome.sum())
    share, square = yes / rows, reach**2
    centre = (share + square / (2 * rows)) / (1 + square / rows)
    half = (
        reach * (share * (1 - share) / rows + square / (4 * rows**2)) ** 0.5 / (1 + square / rows)
    )
    return Rate(name, rows, yes, share, max(0.0, centre - half), min(1.0, centre + half))


def _clustered_rate(name: str, outcome: Bools, cluster: NDArray[np.int64], level: float) -> Rate:
    rows, yes, found = outcome.size, int(outcome.sum()), held(cluster)
    share, df = yes / rows, freedom(found, found)
    if df is None or not 0 < share < 1:
        return Rate(name, rows, yes, share, None, None, found.number)
    centre = float(logit(share))
    errors = jackknife_errors(np.ones((rows, 1)), outcome, np.array([centre]), cluster)
    half = float(stdtrit(df, 0.5 + level / 2) * errors[0])
    ends = (float(expit(centre - half)), float(expit(centre + half)))
    return Rate(name, rows, yes, share, *ends, found.number)


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
    level: float,
) -> tuple[OddsRatio, ...] | None:
    """Fit; None where the outcome is told wholly by the columns, so that odds have no end.

    Groups whose rows all say the same are left out: at the end that their odds do not have, they
    bear nothing on the likelihood of the others.
    """
    endless = [
        place
        for place in range(len(names))
        if np.unique(outcome[columns[:, place] > 0]).size < 2  # noqa: PLR2004 - yes and no
    ]
    if endless:
        rest = [place for place in range(len(names)) if place not in endless]
        if not rest:
            return None
        rows = ~np.any(columns[:, endless] > 0, axis=1)
        others = np.delete(columns[rows], endless, axis=1)
        own = None if cluster is None else cluster[rows]
        return _odds(outcome[rows], others, [names[place] for place in rest], own, level)
    import statsmodels.api as sm  # noqa: PLC0415 - slow, only where a model is asked

    kept = [place for place in range(columns.shape[1]) if np.ptp(columns[:, place]) > 0]
    if not set(range(len(names))) <= set(kept):
        return None
    matrix = sm.add_constant(columns[:, kept], has_constant="add")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = sm.Logit(outcome.astype(np.float64), matrix).fit(disp=0, maxiter=200)
        except (np.linalg.LinAlgError, ValueError):
            return None
    params, errors = np.asarray(fit.params), np.asarray(fit.bse)
    shown = slice(1, 1 + len(names))
    if not fit.mle_retvals["converged"] or not np.isfinite(errors[shown]).all():
        return None
    if float(np.abs(params[shown]).max()) > _ENDLESS:
        return None
    if cluster is not None:
        found = jackknife_errors(matrix, outcome, params, cluster)
        sides = [held(cluster[columns[:, place] > 0]) for place in range(len(names))]
        base = held(cluster[(columns[:, : len(names)] == 0).all(axis=1)])
        each = zip(names, params[shown], found[shown], sides, strict=True)
        return tuple(
            _by_clusters(name, float(log), float(error), (side, base), outcome.size, level)
            for name, log, error, side in each
        )
    reach = float(ndtri(0.5 + level / 2))
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


def _by_clusters(
    name: str, log: float, error: float, sides: tuple[Held, Held], rows: int, level: float
) -> OddsRatio:
    """Give the odds with Student's interval; NaN is the error of odds that one cluster tells."""
    clusters, df, value = (sides[0].number, sides[1].number), freedom(*sides), float(np.exp(log))
    if df is None or not error > 0:
        return OddsRatio(name, value, None, None, log, None, None, rows, clusters)
    reach = float(stdtrit(df, 0.5 + level / 2)) * error
    return OddsRatio(
        name,
        value,
        float(np.exp(log - reach)),
        float(np.exp(log + reach)),
        log,
        error,
        float(2 * stdtr(df, -abs(log) / error)),
        rows,
        clusters,
        df,
        min(clusters) < INDICATIVE,
    )


_ENDLESS = 15.0
"""A log odds ratio beyond this is one without end."""

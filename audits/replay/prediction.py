"""How well a model's score foretells clicks or orders, for the listings of each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.replay.clustered import Mean, clustered, ratio_of_sums
from fairshelf.audits.replay.proxies import auc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

FEWEST = 10
"""Candidates with and without an answer below which an AUC has no interval."""

ANSWERS = ("orders", "clicks")
"""Gains that are answers of users, which a score may be meant to foretell."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """One measure of one group, with its interval over sellers and requests."""

    metric: str
    group: str
    mean: Mean
    requests: int


def predictions(
    told: tuple[Floats, Floats],
    group: NDArray[Any],
    clusters: tuple[NDArray[Any], NDArray[Any]],
    level: float,
) -> tuple[Predicted, ...]:
    """Measure a score as a forecast of clicks or orders, group by group.

    ``answer_auc``: chance that a candidate with an answer has the higher score than one without.
    Where every score lies between 0 and 1, and so may be a probability, also ``calibration`` (sum
    of answers over sum of scores: above 1 the group earns more than the model foretells) and
    ``brier`` (mean squared error; Brier, Monthly Weather Review 78 (1950)). Point values by
    :class:`fairlearn.metrics.MetricFrame`; intervals over sellers and requests, those of the AUC
    from its placement values (Obuchowski, Biometrics 53 (1997), 567-578), on the logit.

    Parameters
    ----------
    told
        Score (NaN where there is none) and answers of each candidate, shape (n,) each.
    group
        Group of each candidate's seller, None where not known, shape (n,).
    clusters
        Seller and request of each candidate, shape (n,) each.
    level
        Coverage.

    Returns
    -------
    tuple of Predicted
        Empty where no score is known or nothing was answered.
    """
    from fairlearn.metrics import MetricFrame  # noqa: PLC0415 - a second and a half

    score, answers = told
    known = np.isfinite(score) & np.array([one is not None for one in group.tolist()], dtype=bool)
    answered = np.minimum(answers, 1.0)
    if not known.any() or not answered[known].any():
        return ()
    score, answered, group = score[known], answered[known], group[known].astype(str)
    sellers, requests = (np.unique(one[known], return_inverse=True)[1] for one in clusters)
    metrics = {"answer_auc": _auc}
    if score.min() >= 0 and score.max() <= 1:
        metrics |= {"calibration": _calibration, "brier": _brier}
    frame = MetricFrame(
        metrics=metrics, y_true=answered, y_pred=score, sensitive_features=group
    ).by_group
    result = []
    for name in sorted(set(group.tolist())):
        part = group == name
        codes = (sellers[part], requests[part])
        for metric in metrics:
            value = float(frame.loc[name, metric])
            if np.isfinite(value):
                mean = _spread(metric, value, (score[part], answered[part]), codes, level)
                result.append(Predicted(metric, name, mean, int(np.unique(codes[1]).size)))
    return tuple(result)


def _auc(answered: Any, score: Any) -> float:  # noqa: ANN401 - whatever MetricFrame hands over
    yes = np.asarray(answered, dtype=np.float64) > 0
    return auc(np.asarray(score, dtype=np.float64), yes, np.ones(yes.size))


def _calibration(answered: Any, score: Any) -> float:  # noqa: ANN401 - as above
    foretold = float(np.sum(score))
    return float(np.sum(answered)) / foretold if foretold > 0 else float("nan")


def _brier(answered: Any, score: Any) -> float:  # noqa: ANN401 - as above
    return float(np.mean(np.square(np.asarray(answered) - np.asarray(score))))


def _spread(
    metric: str,
    value: float,
    told: tuple[Floats, Floats],
    codes: tuple[NDArray[np.int64], NDArray[np.int64]],
    level: float,
) -> Mean:
    score, answered = told
    if metric == "calibration":
        return ratio_of_sums(answered, score, codes, level)
    if metric == "brier":
        return ratio_of_sums(np.square(answered - score), np.ones(score.size), codes, level)
    yes = answered > 0
    if min(int(yes.sum()), int((~yes).sum())) < FEWEST or not 0 < value < 1:
        return Mean(value, None, None, None, 0)
    influence = np.empty(score.size)
    for side, other in ((yes, ~yes), (~yes, yes)):
        held = np.sort(score[other])
        below = np.searchsorted(held, score[side])
        tied = np.searchsorted(held, score[side], side="right") - below
        share = (below + tied / 2) / held.size
        if side is not yes:
            share = 1 - share
        influence[side] = (share - value) / side.sum()
    logit = clustered(
        float(np.log(value / (1 - value))), influence / (value * (1 - value)), codes, level
    )
    low, high = (
        None if end is None else float(1 / (1 + np.exp(-end))) for end in (logit.low, logit.high)
    )
    se = None if logit.se is None else logit.se * value * (1 - value)
    return Mean(value, low, high, se, logit.clusters)

"""How good an order is for those who search: NDCG, Kendall's tau and pairs in the right order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from fairshelf.audits.replay.prediction import ANSWERS, predictions
from fairshelf.audits.replay.rank import SCORE
from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from fairshelf.audits.replay.clustered import Mean
    from fairshelf.audits.results import Cell

    Floats = NDArray[np.float64]
    Columns = dict[str, NDArray[Any]]

COLUMNS = ("metric", "cutoff", "attribute", "group", "value", "low", "high", "se", "requests")
GAINS = ("relevance", "orders", "clicks")
"""Columns that can say how good a candidate is, in the order in which they are looked for."""

SAMPLE = 2_000
"""Requests that the measures which compare every pair of candidates are worked out on."""


def gain_of(columns: Sequence[str]) -> str | None:
    """Name the column that says how good a candidate is; None where no column does."""
    return next((name for name in GAINS if name in columns), None)


def ndcg_by_request(ranked: ir.Table, gain: str, cutoff: int) -> ir.Table:
    """Give each request's normalised discounted cumulative gain at a cut-off.

    Linear gain and discount 1/log2(1 + rank), as scikit-learn's ``ndcg_score`` has it; requests
    in which no candidate has a gain have no NDCG. Source: Järvelin and Kekäläinen, ACM TOIS 20
    (2002), 422-446.

    Parameters
    ----------
    ranked
        ``request``, ``position`` and the gain, 0 or more.
    gain
        The column of the gain.
    cutoff
        Ranks that count.

    Returns
    -------
    ibis Table
        ``request``, ``ndcg``.
    """
    worth = ranked[gain].cast("float64").fill_null(0.0)
    rows = ranked.select("request", "position", worth=ibis.greatest(worth, ibis.literal(0.0)))
    window = ibis.window(group_by=rows.request, order_by=rows.worth.desc())
    rows = rows.mutate(ideal=ibis.row_number().over(window) + 1)
    within = rows.filter((rows.position <= cutoff) | (rows.ideal <= cutoff))
    zero = ibis.literal(0.0)
    sums = within.group_by("request").agg(
        got=ibis.ifelse(
            within.position <= cutoff, within.worth / (within.position + 1).log2(), zero
        ).sum(),
        best=ibis.ifelse(
            within.ideal <= cutoff, within.worth / (within.ideal + 1).log2(), zero
        ).sum(),
    )
    kept = sums.filter(sums.best > 0)
    return kept.select("request", ndcg=kept.got / kept.best)


def mean_with_interval(
    values: NDArray[np.float64], level: float
) -> tuple[float | None, float | None, float | None, float | None]:
    """Give a mean over requests with Student's t interval and standard error.

    Requests are the unit: this speaks of other requests to the same model, not of other sellers.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - a quarter of a second

    count = values.size
    if count == 0:
        return None, None, None, None
    mean = float(values.mean())
    if count == 1:
        return mean, None, None, None
    se = float(values.std(ddof=1) / np.sqrt(count))
    reach = float(stdtrit(count - 1, 0.5 + level / 2)) * se
    return mean, mean - reach, mean + reach, se


def pairs_in_order(position: NDArray[np.int64], gain: NDArray[np.float64]) -> tuple[float, float]:
    """Give the share of pairs in the right order, and Kendall's tau-b, of one request.

    A pair counts where the two gains differ; it is in the right order where the better candidate
    stands higher. Positions have no ties, so tau-b = (right - wrong) / sqrt(pairs that differ *
    all pairs). Source: Kendall, Biometrika 33 (1945), 239-251; Beutel et al., KDD 2019.

    Parameters
    ----------
    position, gain
        Shape (n,).

    Returns
    -------
    accuracy, tau
        NaN where no two gains differ.
    """
    order = np.argsort(position, kind="stable")
    worth = gain[order]
    levels, code = np.unique(worth, return_inverse=True)
    counts = np.bincount(code, minlength=levels.size)
    n = worth.size
    differing = (n * (n - 1) - int((counts * (counts - 1)).sum())) / 2
    if differing == 0:
        return float("nan"), float("nan")
    right = _later_and_less(code)
    wrong = differing - right
    return right / differing, (right - wrong) / float(np.sqrt(differing * n * (n - 1) / 2))


def _later_and_less(code: NDArray[np.int64]) -> int:
    """Count pairs in which the one that comes first has the higher level."""
    if code.size <= 2_048:  # noqa: PLR2004 - four million truth values
        return int(np.triu(code[:, None] > code[None, :], 1).sum())
    middle = code.size // 2
    first, second = code[:middle], code[middle:]
    across = np.searchsorted(np.sort(second), first, side="left").sum()
    return _later_and_less(first) + _later_and_less(second) + int(across)


def quality(
    ranked: ir.Table,
    gain: str,
    cutoffs: Sequence[int],
    level: float,
    seed: int,
    labels: Mapping[str, Mapping[str, str]],
    *,
    earned: bool = False,
) -> Table | None:
    """Measure how good an order is, over all candidates and within each group of sellers.

    Parameters
    ----------
    ranked
        ``request``, ``listing``, ``seller``, ``position`` and the gain.
    gain
        The column of the gain (:func:`gain_of`).
    cutoffs
        Ranks at which NDCG is cut.
    level
        Coverage of the intervals.
    seed
        Of the sample of requests where there are more than :data:`SAMPLE`.
    labels
        Attribute -> seller -> group. A group's figures are of the order its own listings have
        among themselves.
    earned
        Whether the gain are clicks or orders of an order that was shown. Candidates were seen by
        their places then: listings all alike, clicked by place alone, give the order that was
        shown twice the NDCG of its reverse. Of such a gain only the forecasts are measured.

    Returns
    -------
    Table or None
        None where nothing can be measured. Columns :data:`COLUMNS`; ``attribute`` and ``group``
        are None for all candidates together.
        ``requests`` counts those in which the figure exists. Where the gain is clicks or orders,
        :func:`fairshelf.audits.replay.prediction.predictions` by group stand here too.
    """
    rows: list[tuple[Cell, ...]] = []
    sample = _sample(ranked, gain, seed)
    if not earned:
        for cutoff in cutoffs:
            values = ndcg_by_request(ranked, gain, cutoff).order_by("request").to_pyarrow()["ndcg"]
            rows.append(("ndcg", cutoff, None, None, *_of(values.to_numpy(), level)))
        rows += _of_pairs(sample, None, None, level)
    for attribute, levels in labels.items():
        group = np.array([levels.get(str(one)) for one in sample["seller"].tolist()], dtype=object)
        if not earned:
            rows += _of_groups(sample, attribute, group, cutoffs, level)
        if gain in ANSWERS:
            rows += [
                (one.metric, None, attribute, one.group, *_four(one.mean), one.requests)
                for one in predictions(
                    (sample["score"], sample["worth"]),
                    group,
                    (sample["seller"], sample["request"]),
                    level,
                )
            ]
    return Table(COLUMNS, tuple(rows)) if rows else None


def _of_groups(
    sample: Columns,
    attribute: str,
    group: NDArray[Any],
    cutoffs: Sequence[int],
    level: float,
) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for name in sorted({one for one in group.tolist() if one is not None}):
        part = {column: values[group == name] for column, values in sample.items()}
        rows += _of_pairs(part, attribute, name, level)
        rows += [
            ("ndcg", cutoff, attribute, name, *_of(_ndcg(part, cutoff), level))
            for cutoff in cutoffs
        ]
    return rows


def _of(values: Floats, level: float) -> tuple[Cell, ...]:
    known = values[np.isfinite(values)]
    return (*mean_with_interval(known, level), int(known.size))


def _four(mean: Mean) -> tuple[Cell, ...]:
    return mean.value, mean.low, mean.high, mean.se


def _sample(ranked: ir.Table, gain: str, seed: int) -> Columns:
    """Fetch whole requests by request and place: request, seller, position, score, worth."""
    requests = ranked.select("request").distinct()
    digest = ibis.literal(f"{seed}\u0001").concat(requests.request).hexdigest("md5")
    chosen = requests.mutate(_d=digest).order_by("_d").limit(SAMPLE).drop("_d")
    rows = ranked.semi_join(chosen, "request")
    worth = ibis.greatest(rows[gain].cast("float64").fill_null(0.0), ibis.literal(0.0))
    score = rows[SCORE] if SCORE in rows.columns else ibis.null("float64")
    told = rows.select("request", "seller", "position", score=score, worth=worth)
    table = told.order_by(["request", "position"]).to_pyarrow()
    return {
        name: table[name].to_numpy(zero_copy_only=False)
        if name in {"position", "worth", "score"}
        else np.array(table[name].to_pylist(), dtype=object)
        for name in table.column_names
    }


def _by_request(rows: Columns) -> list[slice]:
    request = rows["request"]
    edges = np.flatnonzero(request[1:] != request[:-1]) + 1
    starts = [0, *edges.tolist(), request.size] if request.size else [0]
    return [slice(*pair) for pair in pairwise(starts)]


def _of_pairs(
    rows: Columns, attribute: str | None, group: str | None, level: float
) -> list[tuple[Cell, ...]]:
    found = [pairs_in_order(rows["position"][one], rows["worth"][one]) for one in _by_request(rows)]
    told = np.array(found).reshape(-1, 2)
    return [
        ("pairwise_accuracy", None, attribute, group, *_of(told[:, 0], level)),
        ("kendall_tau", None, attribute, group, *_of(told[:, 1], level)),
    ]


def _ndcg(rows: Columns, cutoff: int) -> Floats:
    told = []
    for one in _by_request(rows):
        worth = rows["worth"][one]
        discount = 1 / np.log2(np.arange(2, min(cutoff, worth.size) + 2))
        best = float((np.sort(worth)[::-1][:cutoff] * discount).sum())
        told.append(float((worth[:cutoff] * discount).sum()) / best if best > 0 else np.nan)
    return np.array(told)

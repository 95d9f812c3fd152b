"""The composition of lists against a target, and tests on single lists, from a data frame.

A *list* is a request, in the order of its positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits import metrics as arrays
from fairshelf.metrics.frames import DEFAULT, attention, codes, grouped, ranks, target, units

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from fairshelf.audits.metrics import FairTest
    from fairshelf.audits.metrics.distance import Legacy
    from fairshelf.metrics.frames import Columns, Grouped, Target

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ListTests:
    """A test of every list: ``share`` of the lists that pass (NaN where there is none).

    ``by_request``: for FA*IR whether each list passes, for its hypergeometric form the p-value of
    each list.
    """

    share: float
    by_request: pd.Series[float]


def _lists(
    frame: pd.DataFrame, members: Integers, k: int | None, columns: Columns
) -> dict[object, Integers]:
    """Give the group codes of each request from the top, cut at position k."""
    places = ranks(frame, columns)
    lists = codes(frame, columns.request)
    kept = np.ones(places.size, bool) if k is None else places <= k
    order = np.lexsort((places, lists))
    order = order[kept[order]]
    names = frame[columns.request].to_numpy()
    parts = np.split(order, np.flatnonzero(np.diff(lists[order])) + 1) if order.size else []
    return {names[rows[0]]: members[rows] for rows in parts}


def _by_list(
    frame: pd.DataFrame, found: Grouped, amounts: Floats, columns: Columns
) -> tuple[Integers, Floats]:
    lists = codes(frame, columns.request)
    out = np.zeros((int(lists.max(initial=-1)) + 1, len(found.names)))
    np.add.at(out, (lists, found.rows), amounts)
    return lists, out


def awrf(
    frame: pd.DataFrame,
    group: str,
    wanted: Target | None = None,
    *,
    browsing: str = "dcg",
    pooled: bool = True,
    columns: Columns = DEFAULT,
) -> float:
    """Give attention-weighted rank fairness, 1 minus the base-2 divergence: **1 is fair**.

    Sapiezynski et al. (2019) in the form of TREC 2021/22, which takes natural logarithms. The
    level has no meaning of its own: leaving a group of 29% out altogether still gives .84.

    Parameters
    ----------
    frame, group, browsing, columns
        As in :func:`~fairshelf.metrics.exposure_share`.
    wanted
        Target by group: a mapping or Series, scaled to sum to 1; a catalogue, whose listings are
        counted; None for the same share to every group of the log, in which a group that was
        never shown is not missed.
    pooled
        Whether to pool attention over all lists; otherwise the mean over the requests.

    Returns
    -------
    In [0, 1]; NaN without attention.

    Raises
    ------
    ValueError
        A group of the log without a target; what :func:`~fairshelf.metrics.exposure_share` raises.
    """
    found, goal = target(frame, group, wanted, columns)
    amounts = attention(frame, browsing, columns)
    if pooled:
        return arrays.awrf(found.by_group(amounts), goal)
    _, exposure = _by_list(frame, found, amounts, columns)
    return float(arrays.awrf_per_list(exposure, goal).mean()) if len(exposure) else float("nan")


def skew(
    frame: pd.DataFrame,
    group: str,
    wanted: Target | None = None,
    *,
    k: int = 10,
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give each group's skew among the first k, ``ln(share / target)`` (Geyik et al., KDD 2019).

    MinSkew@k and MaxSkew@k are its ``min()`` and ``max()``.

    Parameters
    ----------
    frame, group, wanted, columns
        As in :func:`awrf`.
    k
        How many positions.

    Returns
    -------
    By group, natural logarithm, shape (G,): 0 on target, below 0 short, ``-inf`` absent; NaN for a
    group whose target is 0.

    Raises
    ------
    ValueError
        As in :func:`awrf`.
    """
    found, goal = target(frame, group, wanted, columns)
    counts = found.by_group((ranks(frame, columns) <= k).astype(np.float64))
    return found.series(arrays.skew(counts, goal), "skew")


def ndkl(
    frame: pd.DataFrame, group: str, wanted: Target | None = None, *, columns: Columns = DEFAULT
) -> float:
    """Give the mean over requests of the discounted divergence of all prefixes from the target.

    Geyik et al. (KDD 2019), natural logarithms. Not 0 even for a perfectly mixed list, and not
    comparable between lengths or targets.

    Parameters
    ----------
    frame, group, wanted, columns
        As in :func:`awrf`.

    Returns
    -------
    At least 0, infinite where a group is listed whose target is 0; NaN without a request.

    Raises
    ------
    ValueError
        As in :func:`awrf`.
    """
    found, goal = target(frame, group, wanted, columns)
    each = [arrays.ndkl(one, goal) for one in _lists(frame, found.rows, None, columns).values()]
    return float(np.mean(each)) if each else float("nan")


def prefix_distance(
    frame: pd.DataFrame,
    group: str,
    protected: str,
    kind: Legacy = "rnd",
    *,
    cut: int = 10,
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give rND, rKL or rRD of each request, its prefixes against its own composition.

    Yang and Stoyanovich (SSDBM 2017), in the form of
    :func:`fairshelf.audits.metrics.prefix_distance`. For comparison with older work.

    Parameters
    ----------
    frame, group, columns
        As in :func:`~fairshelf.metrics.exposure_share`.
    protected
        The group asked about, against all others.
    kind, cut
        Which of the three, and every how many positions to look.

    Returns
    -------
    By request, shape (Q,); NaN for a list of one group or shorter than ``cut``.

    Raises
    ------
    ValueError
        No such group or column.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    found = grouped(frame, group, None, columns)
    code = found.code(protected)
    lists = _lists(frame, found.rows, None, columns)
    told = {name: arrays.prefix_distance(one == code, kind, cut) for name, one in lists.items()}
    return pd.Series(told, name=kind, dtype=np.float64)


def fa_ir(
    frame: pd.DataFrame,
    group: str,
    protected: str,
    share: float,
    *,
    alpha: float = 0.1,
    k: int | None = None,
    columns: Columns = DEFAULT,
) -> ListTests:
    """Give the share of lists that pass FA*IR at the exactly adjusted level.

    Zehlike et al. (CIKM 2017): every prefix needs as many protected items as chance leaves. A
    fair list fails with a probability of at most ``alpha`` over **all** prefixes.

    Parameters
    ----------
    frame, group, columns
        As in :func:`~fairshelf.metrics.exposure_share`.
    protected, share
        The group asked about, and its target share in (0, 1). A group that was never shown is
        named all the same: all its lists are without it.
    alpha
        Share of fair lists that may fail.
    k
        Positions to test; None for whole lists.

    Raises
    ------
    ValueError
        No such column; a share outside (0, 1).
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    if not 0 < share < 1:
        message = "the target share of the protected group must lie between 0 and 1"
        raise ValueError(message)
    found = grouped(frame, group, None, columns)
    code = found.names.index(protected) if protected in found.names else -1

    @cache
    def test(depth: int) -> FairTest:
        return arrays.fair_adjusted(depth, share, alpha)

    lists = _lists(frame, found.rows, k, columns)
    told = {
        name: arrays.fair_passes(one == code, test(one.size).table) for name, one in lists.items()
    }
    passed = pd.Series(told, name="fa_ir", dtype=bool)
    return ListTests(float(passed.mean()) if len(passed) else float("nan"), passed)


def hyper_fa_ir(
    frame: pd.DataFrame,
    group: str,
    protected: str,
    *,
    catalogue: pd.DataFrame | None = None,
    alpha: float = 0.1,
    k: int | None = None,
    columns: Columns = DEFAULT,
) -> ListTests:
    """Give the share of lists that pass the hypergeometric test over all prefixes.

    Cartier van Dissel et al. (FAccT 2025): lists drawn in random order from a finite pool.

    Parameters
    ----------
    frame, group, protected, alpha, k, columns
        As in :func:`fa_ir`; a list passes where its p-value is at least ``alpha``.
    catalogue
        The pool from which every list is drawn: the candidates. None takes each whole list as its
        own pool, so that only the order is tested.

    Raises
    ------
    ValueError
        No such group or column; what :func:`~fairshelf.metrics.exposure_share` raises.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    found = grouped(frame, group, catalogue, columns)
    code = found.code(protected)
    whole = _lists(frame, found.rows, None, columns)
    pool: Floats | None = None
    if catalogue is not None:
        pool = units(frame, found, catalogue, "catalogue", columns)
    told = {}
    for name, one in _lists(frame, found.rows, k, columns).items():
        inside, size = int((whole[name] == code).sum()), whole[name].size
        if pool is not None:
            inside, size = int(pool[code]), int(pool.sum())
        told[name] = arrays.hypergeometric_sequential(one == code, inside, size)
    values = pd.Series(told, name="hyper_fa_ir", dtype=np.float64)
    return ListTests(float((values >= alpha).mean()) if told else float("nan"), values)

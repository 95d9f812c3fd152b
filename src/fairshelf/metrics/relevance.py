"""Attention against relevance: expected exposure, amortized inequity, pairs, from a data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits import metrics as arrays
from fairshelf.audits.browsing import parse
from fairshelf.metrics.frames import DEFAULT, attention, codes, grouped, ranks, values

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from fairshelf.audits.metrics import (
        AmortizedInequity,
        ExpectedExposure,
        Pairs,
        PairwiseAccuracy,
    )
    from fairshelf.metrics.frames import Columns

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


def expected_exposure(
    frame: pd.DataFrame,
    group: str | None = None,
    *,
    browsing: str = "rbp:0.85",
    columns: Columns = DEFAULT,
) -> ExpectedExposure:
    """Give EE-D, EE-R and EE-L, the mean over queries (Diaz et al., CIKM 2020).

    Parameters
    ----------
    frame, columns
        The log with ``query``, ``request`` (one of the rankings of a query), ``position``,
        ``listing`` and ``relevance``, which must be one number for a listing in a query. The
        candidates of a query are the listings shown in any of its rankings.
    group
        Column of the label: attention is summed by group first. None: by listing.
    browsing
        Browsing model by position; the target comes from the same model.

    Returns
    -------
    ``disparity`` (EE-D), ``relevance`` (EE-R) and ``loss`` (EE-L, 0 is fair), without unit; values
    scale with the length of the lists. A query that was ranked only once has a large EE-D by
    construction. NaN without a query.

    Raises
    ------
    ValueError
        A missing column or value; two relevances of one listing in one query; the browsing model
        ``given``, which has no target.
    """
    model = parse(browsing)
    if model.weight is None:
        message = "expected exposure needs a browsing model by position"
        raise ValueError(message)
    members = None if group is None else grouped(frame, group, None, columns).rows
    queries, requests = codes(frame, columns.query), codes(frame, columns.request)
    items, places = codes(frame, columns.listing), ranks(frame, columns)
    relevance = values(frame, columns.relevance)
    each = []
    for query in range(int(queries.max(initial=-1)) + 1):
        rows = queries == query
        names, item = np.unique(items[rows], return_inverse=True)
        rankings, ranking = np.unique(requests[rows], return_inverse=True)
        shown = np.zeros((rankings.size, names.size))
        np.add.at(shown, (ranking, item), model.weight(places[rows]))
        earned = np.zeros(names.size)
        depth = int(places[rows].max())
        weights = model.weight(np.arange(1, max(depth, names.size) + 1))
        weights[depth:] = 0.0
        merit = _one_each(item, relevance[rows])
        earned = arrays.target_exposure(merit, weights[: names.size])
        each.append(_expected(shown, earned, None if members is None else (members[rows], item)))
    if not each:
        return arrays.ExpectedExposure(np.nan, np.nan, np.nan)
    mean = np.mean([[one.disparity, one.relevance, one.loss] for one in each], axis=0)
    return arrays.ExpectedExposure(*(float(one) for one in mean))


def _expected(
    shown: Floats, earned: Floats, labelled: tuple[Integers, Integers] | None
) -> ExpectedExposure:
    if labelled is None:
        return arrays.expected_exposure(shown, earned)
    members, item = labelled
    groups = _one_each(item, members.astype(np.float64)).astype(np.int64)
    return arrays.expected_group_exposure(shown, earned, groups, int(groups.max()) + 1)


def _one_each(item: Integers, told: Floats) -> Floats:
    """Give the one value of each item; ``ValueError`` where it has two."""
    out = np.empty(int(item.max()) + 1)
    out[item] = told
    if (out[item] != told).any():
        message = "a listing has two relevances, or two groups, in one query"
        raise ValueError(message)
    return out


def iaa(
    frame: pd.DataFrame, *, browsing: str = "dcg", columns: Columns = DEFAULT
) -> AmortizedInequity:
    """Give the inequity of amortized attention (Biega, Gummadi and Weikum, SIGIR 2018).

    Parameters
    ----------
    frame, browsing, columns
        The log with ``request``, ``listing``, ``position`` and ``relevance``.

    Returns
    -------
    ``total`` in [0, 2 Q] and ``per_list`` in [0, 2], 0 is fair; ``left_out`` counts the requests
    without relevance, which have no target.

    Raises
    ------
    ValueError
        A missing column or value.
    """
    lists, items = codes(frame, columns.request), codes(frame, columns.listing)
    given = attention(frame, browsing, columns)
    return arrays.iaa(lists, items, given, values(frame, columns.relevance))


def pairwise_accuracy(
    frame: pd.DataFrame,
    group: str,
    protected: str,
    *,
    label: str | None = None,
    columns: Columns = DEFAULT,
) -> PairwiseAccuracy:
    """Give how often a group's better items stand above worse ones (Beutel et al., KDD 2019).

    Parameters
    ----------
    frame, group, columns
        The log with ``request``, ``position`` and the label of the group.
    protected
        The group whose items are the better ones of the pairs.
    label
        Column that says what is better; None is ``clicks``. Labels made from clicks reward the
        order there is.

    Returns
    -------
    ``overall``, ``intra`` (within the group) and ``inter`` (against the others), each with
    ``share`` in [0, 1], NaN without a pair; .5 is a random order.

    Raises
    ------
    ValueError
        No such group or column; a missing value.
    """
    found = grouped(frame, group, None, columns)
    return arrays.pairwise_accuracy(
        codes(frame, columns.request),
        ranks(frame, columns),
        values(frame, label or columns.clicks),
        found.rows == found.code(protected),
    )


def mixed_pairs_won(
    frame: pd.DataFrame, group: str, protected: str, *, columns: Columns = DEFAULT
) -> Pairs:
    """Give the share of mixed pairs of one list in which the group's item is above.

    Rank parity of Kuhlman et al. (WWW 2019): the Mann-Whitney U of each list, pooled.

    Parameters
    ----------
    frame, group, protected, columns
        As in :func:`pairwise_accuracy`, without a label.

    Returns
    -------
    ``share`` in [0, 1], .5 is parity, NaN where no list has both; ``right`` of ``pairs``.

    Raises
    ------
    ValueError
        No such group or column; a missing value.
    """
    found = grouped(frame, group, None, columns)
    members = found.rows == found.code(protected)
    return arrays.mixed_pairs_won(codes(frame, columns.request), ranks(frame, columns), members)

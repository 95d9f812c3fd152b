"""Attention by group: shares, averages, ratios, and the funnel that says where a gap arises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits import metrics as arrays
from fairshelf.metrics.frames import (
    DEFAULT,
    attention,
    codes,
    grouped,
    ranks,
    require,
    units,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from fairshelf.audits.metrics import Funnel
    from fairshelf.metrics.frames import Baseline, Columns


def exposure(
    frame: pd.DataFrame, browsing: str = "dcg", *, columns: Columns = DEFAULT
) -> pd.Series[float]:
    """Give the attention of each impression.

    Parameters
    ----------
    frame
        The log, one row per impression, n rows.
    browsing
        Browsing model: ``dcg`` (1/log2(1 + r)), ``logclip``, ``reciprocal``, ``uniform``,
        ``rbp:P``, ``geom:S``, ``top:K``, or ``given`` for the column ``attention``.
    columns
        What the columns are called.

    Returns
    -------
    Attention, without unit, in the rows of ``frame``, shape (n,); 1 is the first position of most
    models.

    Raises
    ------
    ValueError
        No such column; a position that is missing, broken or below 1.
    UsageError
        A browsing model there is not.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    return pd.Series(attention(frame, browsing, columns), index=frame.index, name="exposure")


def cascade_exposure(
    frame: pd.DataFrame,
    patience: float = 1.0,
    satisfaction: float = 0.5,
    *,
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give the attention of each impression where readers stop at what they find.

    ``p ** (r - 1) * prod_{j < r} (1 - u rel_j)`` within each request, in the order of positions
    (Chapelle et al., CIKM 2009; Diaz et al., CIKM 2020). Put it into the column ``attention`` and
    use the browsing model ``given``.

    Parameters
    ----------
    frame, columns
        The log, with ``request``, ``position`` and ``relevance`` in [0, 1], n rows.
    patience, satisfaction
        Probability p of reading on, and u of stopping at a fully relevant item.

    Returns
    -------
    In the rows of ``frame``, shape (n,), in [0, 1].

    Raises
    ------
    ValueError
        A missing column or position; relevance that is missing or outside [0, 1].
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    lists, places = codes(frame, columns.request), ranks(frame, columns)
    relevance = values(frame, columns.relevance)
    if (relevance > 1).any():
        message = "a cascade needs relevance in [0, 1]"
        raise ValueError(message)
    out = np.empty(len(frame))
    order = np.lexsort((places, lists))
    for rows in np.split(order, np.flatnonzero(np.diff(lists[order])) + 1):
        out[rows] = arrays.cascade_weights(relevance[rows], patience, satisfaction)
    return pd.Series(out, index=frame.index, name="attention")


def exposure_by(
    frame: pd.DataFrame,
    unit: str,
    everyone: Iterable[object] | None = None,
    *,
    browsing: str = "dcg",
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give the attention of each listing or seller, those never shown included.

    Parameters
    ----------
    frame, browsing, columns
        As in :func:`exposure`.
    unit
        Column of the log that names the unit, such as ``"listing"`` or ``"seller"``.
    everyone
        All units there are, such as a column of the catalogue; None leaves out those never shown,
        which hides inequality.

    Returns
    -------
    Indexed by unit, shape (units,); 0 for a unit that was never shown.

    Raises
    ------
    ValueError
        A unit of the log that is missing, or is not among ``everyone``; what :func:`exposure`
        raises.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    codes(frame, unit)
    told = exposure(frame, browsing, columns=columns).groupby(frame[unit]).sum()
    if everyone is None:
        return told
    known = pd.Index(pd.unique(pd.Series(list(everyone))), name=unit)
    strange = told.index.difference(known)
    if len(strange):
        message = f"{len(strange)} of {unit!r} in the log are not among all, such as {strange[0]!r}"
        raise ValueError(message)
    return told.reindex(known, fill_value=0.0)


def impression_share(
    frame: pd.DataFrame,
    group: str,
    *,
    catalogue: pd.DataFrame | None = None,
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give each group's share of the impressions: its exposure share were all positions alike.

    Parameters
    ----------
    frame, group, catalogue, columns
        As in :func:`exposure_share`.

    Returns
    -------
    By group, in [0, 1], shape (G,), summing to 1; NaN where nothing was shown.
    """
    return exposure_share(
        frame, group, catalogue=catalogue, browsing="uniform", columns=columns
    ).rename("impression_share")


def exposure_share(
    frame: pd.DataFrame,
    group: str,
    *,
    catalogue: pd.DataFrame | None = None,
    browsing: str = "dcg",
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give each group's share of all attention (Singh and Joachims, KDD 2018).

    Parameters
    ----------
    frame
        The log, one row per impression.
    group
        Column of the label, in the log or the catalogue; a missing label is ``unknown``.
    catalogue
        One row per listing. Groups that were never shown appear, with 0, only if it is given.
    browsing, columns
        As in :func:`exposure`.

    Returns
    -------
    By group, in [0, 1], shape (G,), summing to 1; NaN where nothing was shown.

    Raises
    ------
    ValueError
        What :func:`exposure` raises; a listing the catalogue does not have, or has twice, or has
        in another group.
    """
    found = grouped(frame, group, catalogue, columns)
    amount = found.by_group(attention(frame, browsing, columns))
    return found.series(arrays.share(amount), "exposure_share")


def attention_per_impression(
    frame: pd.DataFrame,
    group: str,
    *,
    catalogue: pd.DataFrame | None = None,
    browsing: str = "dcg",
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give each group's mean attention per impression: how high it stands **once shown**.

    Equals fairlearn's ``MetricFrame`` of :func:`~fairshelf.metrics.mean_attention`, which knows
    nothing of listings that were never shown.

    Parameters
    ----------
    frame, group, catalogue, browsing, columns
        As in :func:`exposure_share`.

    Returns
    -------
    By group, shape (G,); NaN for a group of the catalogue without an impression.
    """
    found = grouped(frame, group, catalogue, columns)
    amount = found.by_group(attention(frame, browsing, columns))
    shown = found.by_group(np.ones(len(frame)))
    return found.series(arrays.per_unit(amount, shown), "attention_per_impression")


def representation_ratio(
    frame: pd.DataFrame,
    group: str,
    *,
    catalogue: pd.DataFrame | None = None,
    baseline: Baseline | None = None,
    browsing: str = "dcg",
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give each group's exposure share over its share of the units: 1 is proportional.

    Parameters
    ----------
    frame, group, catalogue, browsing, columns
        As in :func:`exposure_share`.
    baseline
        As in :func:`exposure_ratio`.

    Returns
    -------
    By group, shape (G,), at least 0; NaN for a group without units.
    """
    found = grouped(frame, group, catalogue, columns)
    amount = found.by_group(attention(frame, browsing, columns))
    over = units(frame, found, catalogue, baseline, columns)
    return found.series(arrays.representation_ratio(amount, over), "representation_ratio")


def exposure_ratio(
    frame: pd.DataFrame,
    group: str,
    contrast: tuple[str, str],
    *,
    catalogue: pd.DataFrame | None = None,
    baseline: Baseline | None = None,
    browsing: str = "dcg",
    columns: Columns = DEFAULT,
) -> float:
    """Give attention per unit of a group over that of its reference: below 1 it gets less.

    Per listing the demographic parity ratio, per relevance the disparate treatment ratio of Singh
    and Joachims (KDD 2018). An estimate without its uncertainty: ``audit run`` gives intervals.

    Parameters
    ----------
    frame, group, browsing, columns
        As in :func:`exposure_share`.
    contrast
        The group asked about and its reference, such as ``("rural", "urban")``.
    catalogue
        One row per listing with ``listing`` and the label; what was never shown belongs in it.
    baseline
        What attention is divided by: ``catalogue`` (listings, the default where there is one),
        ``sellers``, ``merit`` (summed relevance) or ``shown`` (the default without a catalogue;
        it answers another question: those left out do not count).

    Returns
    -------
    0 for a group with units and no attention; NaN where either has no units or the reference no
    attention.

    Raises
    ------
    ValueError
        A group there is not; a baseline without its table; what :func:`exposure_share` raises.
    """
    found = grouped(frame, group, catalogue, columns)
    one, two = found.pair(contrast)
    amount = found.by_group(attention(frame, browsing, columns))
    over = units(frame, found, catalogue, baseline, columns)
    return arrays.exposure_ratio(amount[one], over[one], amount[two], over[two])


def impact_ratio(
    frame: pd.DataFrame,
    group: str,
    contrast: tuple[str, str],
    *,
    catalogue: pd.DataFrame | None = None,
    columns: Columns = DEFAULT,
) -> float:
    """Give clicks per unit of relevance, group over reference.

    The disparate impact ratio of Singh and Joachims (KDD 2018), the realised utility ratio of Raj
    and Ekstrand (SIGIR 2022).

    Parameters
    ----------
    frame, group, contrast, columns
        As in :func:`exposure_ratio`, with a column ``clicks``.
    catalogue
        With a column ``relevance``, summed over all listings. Without a catalogue the relevance of
        the impressions is summed, which hides what was never shown.

    Returns
    -------
    NaN where either has no relevance or the reference no click.

    Raises
    ------
    ValueError
        What :func:`exposure_ratio` raises.
    """
    require(frame, columns.clicks)
    found = grouped(frame, group, catalogue, columns)
    one, two = found.pair(contrast)
    amount = found.by_group(values(frame, columns.clicks))
    over = units(frame, found, catalogue, "merit", columns)
    return arrays.exposure_ratio(amount[one], over[one], amount[two], over[two])


def exposure_funnel(
    frame: pd.DataFrame,
    group: str,
    contrast: tuple[str, str],
    *,
    catalogue: pd.DataFrame,
    browsing: str = "dcg",
    columns: Columns = DEFAULT,
) -> Funnel:
    """Split the exposure ratio per listing into not shown, shown rarely, and shown low.

    Parameters
    ----------
    frame, group, contrast, catalogue, browsing, columns
        As in :func:`exposure_ratio`; the catalogue is needed.

    Returns
    -------
    ``reach``, ``frequency`` and ``placement``, whose product is the ratio, exactly; NaN in a step
    whose reference is empty.

    Raises
    ------
    ValueError
        What :func:`exposure_ratio` raises.
    """
    found = grouped(frame, group, catalogue, columns)
    steps = (
        units(frame, found, catalogue, "catalogue", columns),
        units(frame, found, catalogue, "shown", columns),
        found.by_group(np.ones(len(frame))),
        found.by_group(attention(frame, browsing, columns)),
    )
    one, two = (
        arrays.FunnelCounts(*(float(step[code]) for step in steps)) for code in found.pair(contrast)
    )
    return arrays.exposure_funnel(one, two)

"""Who is among the first k, from a data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits import metrics as arrays
from fairshelf.metrics.exposure import exposure_share
from fairshelf.metrics.frames import DEFAULT, grouped, ranks, units

if TYPE_CHECKING:
    import pandas as pd

    from fairshelf.metrics.frames import Columns


def topk_share(
    frame: pd.DataFrame,
    group: str,
    k: int = 10,
    *,
    catalogue: pd.DataFrame | None = None,
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give each group's share of the impressions at the first k positions.

    Parameters
    ----------
    frame, group, catalogue, columns
        As in :func:`~fairshelf.metrics.exposure_share`.
    k
        How many positions, at least 1.

    Returns
    -------
    By group, in [0, 1], shape (G,), summing to 1; NaN where nothing stood there.
    """
    return exposure_share(
        frame, group, catalogue=catalogue, browsing=f"top:{k}", columns=columns
    ).rename("topk_share")


def topk_selection_rate(
    frame: pd.DataFrame,
    group: str,
    k: int = 10,
    *,
    catalogue: pd.DataFrame | None = None,
    columns: Columns = DEFAULT,
) -> pd.Series[float]:
    """Give the share of each group's listings that stood among the first k at least once.

    It grows with the length of the log: compare groups within one log only.

    Parameters
    ----------
    frame, group, k, columns
        As in :func:`topk_share`.
    catalogue
        One row per listing. Without it the rate is over the listings that were shown at all.

    Returns
    -------
    By group, in [0, 1], shape (G,); NaN for a group without a listing.

    Raises
    ------
    ValueError
        What :func:`~fairshelf.metrics.exposure_ratio` raises.
    """
    found = grouped(frame, group, catalogue, columns)
    over = units(frame, found, catalogue, None, columns)
    kept = ranks(frame, columns) <= k
    inside = type(found)(found.names, found.rows[kept], None)
    selected = units(frame[kept], inside, None, "shown", columns)
    return found.series(arrays.topk_selection_rate(selected, over), "topk_selection_rate")


def topk_impact_ratio(
    frame: pd.DataFrame,
    group: str,
    contrast: tuple[str, str],
    k: int = 10,
    *,
    catalogue: pd.DataFrame | None = None,
    columns: Columns = DEFAULT,
) -> float:
    """Give a group's top-k selection rate over that of its reference.

    Below .8 is a threshold for a closer look, taken from 29 CFR 1607.4(D), an employment rule; it
    is no verdict and no law of platforms.

    Parameters
    ----------
    frame, group, k, catalogue, columns
        As in :func:`topk_selection_rate`.
    contrast
        The group asked about and its reference.

    Returns
    -------
    NaN where the reference rate is 0 or either is undefined.

    Raises
    ------
    ValueError
        What :func:`~fairshelf.metrics.exposure_ratio` raises.
    """
    grouped(frame, group, catalogue, columns).pair(contrast)
    rates = topk_selection_rate(frame, group, k, catalogue=catalogue, columns=columns)
    return arrays.topk_impact_ratio(float(rates[contrast[0]]), float(rates[contrast[1]]))

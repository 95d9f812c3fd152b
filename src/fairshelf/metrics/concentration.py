"""How unevenly attention is spread over units, from a Series, an array or a data frame.

The values are attention per listing or seller with those never shown as 0:
``exposure_by(log, "listing", catalogue["listing"])``. All figures grow with the number of units
per impression: compare them only at equal lengths of log and catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits import metrics as arrays
from fairshelf.metrics.exposure import exposure_by
from fairshelf.metrics.frames import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from fairshelf.audits.metrics import TheilSplit
    from fairshelf.metrics.frames import Columns

    Floats = NDArray[np.float64]


def _amounts(values: ArrayLike) -> Floats:
    got = np.asarray(values, dtype=np.float64)
    if got.ndim != 1 or not np.isfinite(got).all() or (got < 0).any():
        message = "attention per unit must be one finite number of at least 0 for each unit"
        raise ValueError(message)
    return got


def coverage(
    frame: pd.DataFrame, unit: str, everyone: Iterable[object], *, columns: Columns = DEFAULT
) -> float:
    """Give the share of units that were shown at least once.

    Parameters
    ----------
    frame, unit, everyone, columns
        As in :func:`~fairshelf.metrics.exposure_by`.

    Returns
    -------
    In [0, 1]; NaN where there is no unit.

    Raises
    ------
    ValueError
        A unit of the log that is not among ``everyone``.
    """
    counts = exposure_by(frame, unit, everyone, browsing="uniform", columns=columns)
    return arrays.coverage(int((counts > 0).sum()), len(counts))


def gini(values: ArrayLike) -> float:
    """Give the Gini coefficient, normalised by n as in PySAL and LensKit: 0 is equality.

    Parameters
    ----------
    values
        Attention per unit, not negative, shape (n,).

    Returns
    -------
    In [0, (n - 1) / n]; NaN where nothing was shown.

    Raises
    ------
    ValueError
        A value that is missing, infinite or below 0.
    """
    return arrays.gini(_amounts(values))


def top_share(values: ArrayLike, top: str = "10%") -> float:
    """Give the share of all attention that the best-placed units hold.

    Parameters
    ----------
    values
        As in :func:`gini`.
    top
        A number of units (``"5"``) or a percentage of them (``"10%"``).

    Returns
    -------
    In [0, 1]; NaN where nothing was shown.
    """
    return arrays.top_share(_amounts(values), top)


def hhi(values: ArrayLike) -> float:
    """Give the Herfindahl-Hirschman index of attention (Hirschman 1945; Herfindahl 1950).

    Parameters
    ----------
    values
        As in :func:`gini`.

    Returns
    -------
    In [1/n, 1], not times 10,000; NaN where nothing was shown.
    """
    return arrays.hhi(_amounts(values))


def theil(values: ArrayLike) -> float:
    """Give Theil's T (Theil 1967), in natural logarithms.

    Parameters
    ----------
    values
        As in :func:`gini`.

    Returns
    -------
    In [0, ln n], 0 is equality; NaN where nothing was shown.
    """
    return arrays.theil(_amounts(values))


def theil_split(values: ArrayLike, groups: ArrayLike) -> TheilSplit:
    """Split Theil's T between and within groups, exactly (Shorrocks 1980).

    Parameters
    ----------
    values
        As in :func:`gini`.
    groups
        Label of each unit, shape (n,); a missing one is a group of its own, ``unknown``.

    Returns
    -------
    ``total``, ``between``, ``within`` and ``between_share``. A small share between groups is no
    proof of parity: a gap of 2 to 1 can be 7% of a wide spread.

    Raises
    ------
    ValueError
        As in :func:`gini`; labels that are not one for each unit.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, needed here only

    amounts, told = _amounts(values), pd.Series(np.asarray(groups, dtype=object))
    if len(told) != amounts.size:
        message = f"{amounts.size} units and {len(told)} labels"
        raise ValueError(message)
    return arrays.theil_split(amounts, pd.factorize(told.fillna("unknown"))[0].astype(np.int64))


def atkinson(values: ArrayLike, aversion: float = 0.5) -> float:
    """Give Atkinson's index (Atkinson, JET 1970): 0 is equality.

    Parameters
    ----------
    values
        As in :func:`gini`.
    aversion
        Aversion to inequality e, above 0; from 1 on, one unit never shown makes the index 1.

    Returns
    -------
    In [0, 1]; NaN where nothing was shown.
    """
    return arrays.atkinson(_amounts(values), aversion)

"""Reading a data frame: which columns, which groups, which units; and what is refused.

A *log* has one row per impression, a *catalogue* one row per listing, those never shown included.
Nothing is dropped in silence: a missing label is the group ``unknown``, a listing of the catalogue
without an impression counts as 0, and what cannot be read raises ``ValueError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.browsing import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Target = Mapping[str, float] | pd.Series[float] | pd.DataFrame

UNKNOWN = "unknown"
SHOWN_AT_MOST = 5  # how many names an error lists

Baseline = Literal["catalogue", "sellers", "shown", "merit"]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a log and of a catalogue are called; the defaults are fairshelf's names.

    ``request`` is one answered query, ``query`` what was asked (it may be answered many times),
    ``position`` counts from 1 at the top, over all pages. ``attention`` is read with the browsing
    model ``given`` only.
    """

    request: str = "request"
    position: str = "position"
    listing: str = "listing"
    seller: str = "seller"
    query: str = "query"
    relevance: str = "relevance"
    clicks: str = "clicks"
    attention: str = "attention"


DEFAULT = Columns()


def require(frame: pd.DataFrame, *names: str) -> None:
    """Raise ``ValueError`` where a column is missing, saying which there are."""
    missing = [name for name in names if name not in frame.columns]
    if missing:
        message = f"no column {missing} in the frame; it has {list(map(str, frame.columns))}"
        raise ValueError(message)


def values(frame: pd.DataFrame, name: str) -> Floats:
    """Give a column of numbers, shape (n,); ``ValueError`` where one is missing or below 0."""
    require(frame, name)
    got = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(got).all() or (got < 0).any():
        message = f"column {name!r} must hold finite numbers of at least 0 in every row"
        raise ValueError(message)
    return np.asarray(got)


def whole_ranks(positions: Floats, name: str = "position") -> Integers:
    """Give positions as whole numbers from 1, shape (n,); ``ValueError`` where one is not."""
    if not np.isfinite(positions).all() or (positions < 1).any() or (positions % 1 != 0).any():
        message = f"{name!r} must hold whole numbers from 1 in every row, none missing"
        raise ValueError(message)
    return positions.astype(np.int64)


def ranks(frame: pd.DataFrame, columns: Columns) -> Integers:
    """Give the position of each impression, shape (n,)."""
    require(frame, columns.position)
    found = frame[columns.position].to_numpy(dtype=np.float64, na_value=np.nan)
    return whole_ranks(np.asarray(found), columns.position)


def attention(frame: pd.DataFrame, browsing: str, columns: Columns) -> Floats:
    """Give the attention of each impression under a browsing model, shape (n,)."""
    model = parse(browsing)
    if model.weight is None:
        return values(frame, columns.attention)
    return model.weight(ranks(frame, columns))


def codes(frame: pd.DataFrame, name: str) -> Integers:
    """Give the values of a column as numbers from 0; ``ValueError`` where one is missing."""
    require(frame, name)
    if frame[name].isna().any():
        message = f"column {name!r} is missing in {int(frame[name].isna().sum())} rows"
        raise ValueError(message)
    return np.asarray(frame[name].factorize()[0], dtype=np.int64)


def labels(frame: pd.DataFrame, group: str) -> pd.Series[str]:
    """Give the group of each row; a missing one is ``unknown``."""
    require(frame, group)
    column = frame[group]
    return column.astype(object).where(column.notna(), UNKNOWN).astype(str)


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of a log and its catalogue.

    ``names``: of all groups in either, sorted. ``rows``: group code of each impression, shape
    (n,). ``listed``: of each listing of the catalogue, shape (m,), None without one.
    """

    names: tuple[str, ...]
    rows: Integers
    listed: Integers | None

    def by_group(self, amounts: Floats) -> Floats:
        """Sum an amount of the impressions by group, shape (G,)."""
        return _summed(self.rows, amounts, len(self.names))

    def series(self, by_group: Floats, name: str) -> pd.Series[float]:
        """Name a value per group."""
        import pandas as pd  # noqa: PLC0415 - only where a frame is at hand

        return pd.Series(by_group, index=pd.Index(self.names, name="group"), name=name)

    def pair(self, contrast: tuple[str, str]) -> tuple[int, int]:
        """Give the codes of a protected group and its reference."""
        return self.code(contrast[0]), self.code(contrast[1])

    def code(self, name: str) -> int:
        """Give the code of a group; ``ValueError`` where there is none of that name."""
        if name not in self.names:
            message = f"no group {name!r}; there are {list(self.names)}"
            raise ValueError(message)
        return self.names.index(name)


def grouped(
    frame: pd.DataFrame, group: str, catalogue: pd.DataFrame | None, columns: Columns
) -> Grouped:
    """Read the groups of a log, and of the catalogue where there is one.

    The label stands in both tables, or in the catalogue alone.

    Raises
    ------
    ValueError
        A listing that is twice in the catalogue, in the log only, or labelled in two ways.
    """
    if catalogue is None:
        told = labels(frame, group)
        names = tuple(sorted(set(told)))
        return Grouped(names, _coded(told, names), None)
    require(catalogue, columns.listing)
    require(frame, columns.listing)
    listed = labels(catalogue, group)
    where = listed.set_axis(catalogue[columns.listing])
    _refuse(where.index[where.index.duplicated()], "twice in the catalogue")
    shown = frame[columns.listing]
    _refuse(shown[~shown.isin(where.index)], "in the log and not in the catalogue")
    told = shown.map(where)
    if group in frame.columns:
        _refuse(shown[labels(frame, group) != told], "of another group in the log")
    names = tuple(sorted(set(listed)))
    return Grouped(names, _coded(told, names), _coded(listed, names))


def units(
    frame: pd.DataFrame,
    found: Grouped,
    catalogue: pd.DataFrame | None,
    baseline: Baseline | None,
    columns: Columns,
) -> Floats:
    """Give what attention is spread over, by group, shape (G,).

    ``catalogue``: its listings; ``sellers``: the distinct sellers of the catalogue; ``merit``: its
    summed relevance; ``shown``: the distinct listings of the log. Without a catalogue ``sellers``
    and ``merit`` are taken from the log, where whoever was never shown does not count. None is
    ``catalogue`` where there is one and ``shown`` otherwise.
    """
    baseline = baseline or ("shown" if catalogue is None else "catalogue")
    size = len(found.names)
    if baseline == "shown":
        return _distinct(codes(frame, columns.listing), found.rows, size)
    table, members = frame, found.rows
    if catalogue is not None and found.listed is not None:
        table, members = catalogue, found.listed
    if baseline == "merit":
        return _summed(members, values(table, columns.relevance), size)
    if baseline == "sellers":
        return _distinct(codes(table, columns.seller), members, size)
    if baseline == "catalogue" and found.listed is not None:
        return _summed(found.listed, np.ones(found.listed.size), size)
    message = f"baseline {baseline!r} needs a catalogue"
    raise ValueError(message)


def target(
    frame: pd.DataFrame, group: str, wanted: Target | None, columns: Columns
) -> tuple[Grouped, Floats]:
    """Give the groups of a log and the target share of each, shape (G,).

    ``wanted`` is a mapping or Series by group, a catalogue, whose listings are counted, or None:
    the same for every group of the log.

    Raises
    ------
    ValueError
        A group of the log without a target (say 0 where none is meant).
    """
    import pandas as pd  # noqa: PLC0415 - only where a frame is at hand

    if isinstance(wanted, pd.DataFrame):
        found = grouped(frame, group, wanted, columns)
        return found, units(frame, found, wanted, "catalogue", columns)
    told = labels(frame, group)
    if wanted is None:
        names = tuple(sorted(set(told)))
        return Grouped(names, _coded(told, names), None), np.ones(len(names))
    given = {str(name): float(value) for name, value in wanted.items()}
    without = sorted(set(told) - set(given))
    if without:
        message = f"no target for {without}; 0 would mean that none is wanted"
        raise ValueError(message)
    names = tuple(sorted(given))
    return Grouped(names, _coded(told, names), None), np.array([given[name] for name in names])


def _coded(told: pd.Series[str], names: tuple[str, ...]) -> Integers:
    place = {name: code for code, name in enumerate(names)}
    return np.array([place[name] for name in told], dtype=np.int64)


def _summed(members: Integers, amounts: Floats, size: int) -> Floats:
    return np.bincount(members, weights=amounts, minlength=size).astype(np.float64)


def _distinct(things: Integers, members: Integers, size: int) -> Floats:
    pairs = np.unique(np.stack([things, members]), axis=1)
    if np.unique(pairs[0]).size < pairs.shape[1]:
        message = "a listing or seller stands in two groups"
        raise ValueError(message)
    return np.bincount(pairs[1], minlength=size).astype(np.float64)


def _refuse(found: pd.Series[str] | pd.Index[str], what: str) -> None:
    names = list(dict.fromkeys(map(str, found)))
    if names:
        message = f"{len(names)} listings are {what}, such as {names[:SHOWN_AT_MOST]}"
        raise ValueError(message)

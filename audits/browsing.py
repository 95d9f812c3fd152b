"""How much attention a position gets: the position-weight models of the literature.

Each model is a function of the 1-based rank alone, except ``given``, whose attention stands in the
log. Weights are not normalised: ratios and shares do not depend on their scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Weight = Callable[[NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class BrowsingModel:
    """A browsing model by its name, such as ``dcg`` or ``rbp:0.85``.

    ``weight`` maps ranks (1-based, shape (n,)) to attention (shape (n,)); None for ``given``,
    where the log's own ``attention`` column is summed.
    """

    name: str
    weight: Weight | None

    @property
    def given(self) -> bool:
        """Whether attention comes with the log."""
        return self.weight is None


def _dcg(rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 / log2(1 + r): 1, .631, .5 ... (Burges et al. 2005; Singh and Joachims, KDD 2018)."""
    return np.asarray(1.0 / np.log2(1.0 + rank), dtype=np.float64)


def _logclip(rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 / log2(max(r, 2)): 1, 1, .631 ... (Jarvelin and Kekalainen, TOIS 2002; TREC 2021)."""
    return np.asarray(1.0 / np.log2(np.maximum(rank, 2)), dtype=np.float64)


def _reciprocal(rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 / r (Morik et al., SIGIR 2020)."""
    return np.asarray(1.0 / rank, dtype=np.float64)


def _uniform(rank: NDArray[np.int64]) -> NDArray[np.float64]:
    """Every shown position the same: exposure is the count of impressions."""
    return np.ones(rank.shape, dtype=np.float64)


def _rbp(patience: float) -> Weight:
    """P ** (r - 1): the reader goes on with probability p (Moffat and Zobel, TOIS 2008)."""
    return lambda rank: np.asarray(patience ** (rank - 1.0), dtype=np.float64)


def _geometric(stop: float) -> Weight:
    """S (1 - s) ** (r - 1): the reader stops with probability s (Sapiezynski et al., 2019)."""
    return lambda rank: np.asarray(stop * (1.0 - stop) ** (rank - 1.0), dtype=np.float64)


def _top(depth: float) -> Weight:
    """1 for the first k positions, nothing below."""
    return lambda rank: np.asarray(rank <= depth, dtype=np.float64)


_PLAIN: dict[str, Weight] = {
    "dcg": _dcg,
    "logclip": _logclip,
    "reciprocal": _reciprocal,
    "uniform": _uniform,
}
_WITH_NUMBER: dict[str, tuple[Callable[[float], Weight], str]] = {
    "rbp": (_rbp, "share"),
    "geom": (_geometric, "share"),
    "top": (_top, "depth"),
}
KNOWN: tuple[str, ...] = (*_PLAIN, "rbp:0.85", "geom:0.2", "top:10", "given")


def parse(name: str) -> BrowsingModel:
    """Read a browsing model from its name.

    Parameters
    ----------
    name
        ``dcg``, ``logclip``, ``reciprocal``, ``uniform``, ``given``, ``rbp:P`` and ``geom:S`` with
        0 < P, S < 1, or ``top:K`` with a whole K >= 1.

    Raises
    ------
    UsageError
        ``unknown_browsing`` with the names there are; ``bad_browsing`` for a number out of range.
    """
    family, _, number = name.strip().partition(":")
    if not number and family == "given":
        return BrowsingModel("given", None)
    if not number and family in _PLAIN:
        return BrowsingModel(family, _PLAIN[family])
    if family not in _WITH_NUMBER:
        raise UsageError("unknown_browsing", name=name, known=list(KNOWN))
    make, kind = _WITH_NUMBER[family]
    try:
        value = float(number)
    except ValueError as error:
        raise UsageError("bad_browsing", name=name, known=list(KNOWN)) from error
    in_range = 0 < value < 1 if kind == "share" else value >= 1 and value.is_integer()
    if not in_range:
        raise UsageError("bad_browsing", name=name, known=list(KNOWN))
    return BrowsingModel(f"{family}:{value:g}", make(value))

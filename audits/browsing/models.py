"""How much attention a position gets: the position-weight models of the literature.

Each model is a function of the 1-based rank alone, except ``given``, whose attention stands in the
log, and ``cascade``, whose attention hangs on what stands above: both are summed with the rows.
``empirical`` is a function of rank that is estimated from the log's clicks first. Weights are not
normalised: ratios and shares do not depend on their scale.
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

    ``weight`` maps ranks (1-based, shape (n,)) to attention (shape (n,)); None for ``given`` and
    ``cascade``, whose ``column`` of the log is summed, and for ``empirical`` until it is estimated.
    """

    name: str
    weight: Weight | None
    column: str | None = None

    @property
    def given(self) -> bool:
        """Whether attention comes with the log."""
        return self.name == "given"

    @property
    def cascade(self) -> tuple[float, float] | None:
        """Patience and satisfaction of a cascade; None for any other model."""
        if not self.name.startswith("cascade:"):
            return None
        patience, satisfaction = self.name.partition(":")[2].split(",")
        return float(patience), float(satisfaction)


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
CASCADE = "0.9,0.5"
"""Patience and satisfaction of a cascade that names none."""

KNOWN: tuple[str, ...] = (
    *_PLAIN,
    "rbp:0.85",
    "geom:0.2",
    "top:10",
    f"cascade:{CASCADE}",
    "empirical",
    "given",
)


def parse(name: str) -> BrowsingModel:
    """Read a browsing model from its name.

    Parameters
    ----------
    name
        ``dcg``, ``logclip``, ``reciprocal``, ``uniform``, ``given``, ``empirical``, ``rbp:P`` and
        ``geom:S`` with 0 < P, S < 1, ``top:K`` with a whole K >= 1, or ``cascade:P,U`` with
        0 < P <= 1 and 0 < U <= 1 (``cascade`` alone is ``cascade:0.9,0.5``).

    Raises
    ------
    UsageError
        ``unknown_browsing`` with the names there are; ``bad_browsing`` for a number out of range.
    """
    family, _, number = name.strip().partition(":")
    if not number and family == "given":
        return BrowsingModel("given", None, "attention")
    if not number and family == "empirical":
        return BrowsingModel("empirical", None)
    if family == "cascade":
        return _cascade(name, number or CASCADE)
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


def _cascade(name: str, numbers: str) -> BrowsingModel:
    try:
        patience, satisfaction = (float(part) for part in numbers.split(","))
    except ValueError as error:
        raise UsageError("bad_browsing", name=name, known=list(KNOWN)) from error
    if not (0 < patience <= 1 and 0 < satisfaction <= 1):
        raise UsageError("bad_browsing", name=name, known=list(KNOWN))
    full = f"cascade:{patience:g},{satisfaction:g}"
    return BrowsingModel(full, None, full)

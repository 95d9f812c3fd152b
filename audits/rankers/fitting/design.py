"""What a surrogate looks at: factors as columns, learnt on some rows and used on others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.rankers.fitting.limits import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Words = NDArray[np.object_]

Kind = Literal["number", "yes_no", "level", "rest", "missing"]
MOST_LEVELS = 12
"""Words of one factor with a column of their own, the commonest; the others share one."""

ALIKE = 1e-6
"""What is left of a column beside the others, of its length, below which it says nothing new."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What is known of each row, by factor.

    Attributes
    ----------
    numbers
        float64 with NaN where missing, shape (n,) each.
    words
        Text with ``""`` where missing, shape (n,) each.
    groups
        Those of ``words`` that are attributes of sellers, and the level each is held against (None
        for the commonest).
    """

    numbers: Mapping[str, Floats]
    words: Mapping[str, Words]
    groups: Mapping[str, str | None] = field(default_factory=dict)

    def at(self, rows: Integers) -> Features:
        """Give some rows, in an order."""
        return Features(
            {name: values[rows] for name, values in self.numbers.items()},
            {name: values[rows] for name, values in self.words.items()},
            self.groups,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The factors: numbers, words, groups."""
        plain = [name for name in self.words if name not in self.groups]
        return (*self.numbers, *plain, *self.groups)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the design.

    ``label`` is the level of a ``level`` column. A number enters as ``(t(x) - mean) / scale`` with
    t log(1 + x) where ``log1p``, and ``fill`` (on that scale) where it is missing; ``scale`` is
    its standard deviation. All other columns are 0 or 1. ``df`` are degrees of freedom: sellers
    less one, of the rarer side where the column is 0 or 1.
    """

    factor: str
    kind: Kind
    label: str = ""
    log1p: bool = False
    fill: float = 0.0
    mean: float = 0.0
    scale: float = 1.0
    sellers: int = 0
    df: float = 0.0


@dataclass(frozen=True, slots=True)
class Design:
    """Columns in order, each factor's reference level, and what was left out and why.

    ``dropped`` holds (factor, why): ``constant`` (the same for all listings of every request) or
    ``collinear`` (it follows from the others). ``levels``: the words of each factor with a column.
    """

    columns: tuple[Column, ...]
    reference: Mapping[str, str]
    dropped: tuple[tuple[str, str], ...]
    missing: Mapping[str, int]

    def matrix(self, features: Features) -> Floats:
        """Give the columns for some rows, shape (n, d)."""
        told = [_column(one, features, self._named(one.factor)) for one in self.columns]
        size = next(iter((*features.numbers.values(), *features.words.values()))).size
        return np.stack(told, axis=1) if told else np.empty((size, 0))

    def _named(self, factor: str) -> frozenset[str]:
        own = {one.label for one in self.columns if one.factor == factor and one.kind == "level"}
        return frozenset(own | {self.reference.get(factor, ""), ""})

    def of(self, factor: str) -> tuple[int, ...]:
        """Give the places of a factor's columns."""
        return tuple(n for n, one in enumerate(self.columns) if one.factor == factor)


def _column(one: Column, features: Features, named: frozenset[str]) -> Floats:
    if one.factor in features.words:
        told = features.words[one.factor]
        if one.kind == "missing":
            return np.asarray(told == "", dtype=np.float64)
        if one.kind == "level":
            return np.asarray(told == one.label, dtype=np.float64)
        return np.array([word not in named for word in told], dtype=np.float64)
    values = features.numbers[one.factor]
    if one.kind == "missing":
        return np.isnan(values).astype(np.float64)
    moved = np.log1p(np.maximum(values, 0.0)) if one.log1p else values
    return np.asarray((np.where(np.isnan(moved), one.fill, moved) - one.mean) / one.scale)


def learn(features: Features, number: Integers, seller: Integers) -> Design:
    """Decide on the columns from the rows that the model is fitted to.

    Parameters
    ----------
    features
        Of the rows fitted to, in the order of the lists.
    number
        The list of each row, shape (n,).
    seller
        The seller of each row, shape (n,).
    """
    told: list[Column] = []
    reference: dict[str, str] = {}
    for name in features.names:
        if name in features.numbers:
            told += _of_number(name, features.numbers[name], seller)
        else:
            first, columns = _of_words(name, features, seller)
            reference[name] = first
            told += columns
    missing = {name: int(np.isnan(values).sum()) for name, values in features.numbers.items()}
    missing |= {name: int((values == "").sum()) for name, values in features.words.items()}
    everything = Design(tuple(told), reference, (), missing)
    kept, dropped = _independent(everything, features, number)
    flat = [(name, "constant") for name in features.names if not everything.of(name)]
    return Design(kept, reference, (*flat, *dropped), missing)


def _of_number(name: str, values: Floats, seller: Integers) -> list[Column]:
    known = values[np.isfinite(values)]
    if known.size == 0 or np.ptp(known) == 0:
        return _missing(name, np.isnan(values), seller) if known.size else []
    sellers = int(np.unique(seller[np.isfinite(values)]).size)
    distinct = np.unique(known)
    if distinct.size == 2:  # noqa: PLR2004 - a yes-or-no in numbers
        low, high = distinct.tolist()
        fill = low if np.mean(known == low) >= 1 / 2 else high
        fewer = _fewer(values == high, seller)
        one = Column(
            name, "yes_no", fill=fill, mean=low, scale=high - low, sellers=fewer, df=fewer - 1.0
        )
        return [one, *_missing(name, np.isnan(values), seller)]
    log = bool(known.min() >= 0 and _skewness(known) > limits().skewness)
    known = np.log1p(known) if log else known
    one = Column(
        name,
        "number",
        log1p=log,
        fill=float(np.median(known)),
        mean=float(known.mean()),
        scale=float(known.std()),
        sellers=sellers,
        df=sellers - 1.0,
    )
    return [one, *_missing(name, np.isnan(values), seller)]


def _missing(name: str, empty: NDArray[np.bool_], seller: Integers) -> list[Column]:
    """Give the column that says that a value is missing, where that is so for enough sellers."""
    fewer = _fewer(empty, seller)
    return [Column(name, "missing", sellers=fewer, df=fewer - 1.0)] if _enough(fewer) else []


def _of_words(name: str, features: Features, seller: Integers) -> tuple[str, list[Column]]:
    told = features.words[name]
    words, counts = np.unique(told[told != ""].astype(str), return_counts=True)
    order = [str(words[place]) for place in np.argsort(-counts, kind="stable")]
    if not order:
        return "", []
    asked = features.groups.get(name)
    first = asked if asked in order else order[0]
    own = [word for word in order if word != first and _enough(_fewer(told == word, seller))]
    own = own[:MOST_LEVELS]
    columns = []
    for word in own:
        fewer = _fewer(told == word, seller)
        columns.append(Column(name, "level", word, sellers=fewer, df=fewer - 1.0))
    rest = ~np.isin(told.astype(str), [first, *own, ""])
    fewer = _fewer(rest, seller)
    if _enough(fewer):
        columns.append(Column(name, "rest", sellers=fewer, df=fewer - 1.0))
    return first, [*columns, *_missing(name, told == "", seller)]


def _fewer(has: NDArray[np.bool_], seller: Integers) -> int:
    """Count the sellers with a property, or those without, whichever are fewer."""
    return int(min(np.unique(seller[has]).size, np.unique(seller[~has]).size))


def _enough(sellers: int) -> bool:
    return sellers >= limits().fewest_sellers


def _skewness(values: Floats) -> float:
    spread = values.std()
    return float(np.mean(((values - values.mean()) / spread) ** 3)) if spread > 0 else 0.0


def _independent(
    design: Design, features: Features, number: Integers
) -> tuple[tuple[Column, ...], list[tuple[str, str]]]:
    """Take columns in order, leaving out those that tell no listing of a request from another."""
    matrix = design.matrix(features)
    lengths = np.bincount(number)
    kept: list[Column] = []
    base: list[Floats] = []
    dropped: list[tuple[str, str]] = []
    for one, column in zip(design.columns, matrix.T, strict=True):
        within = column - (np.bincount(number, weights=column) / lengths)[number]
        left = within.copy()
        for other in base:
            left -= (other @ left) * other
        before, size = float(np.linalg.norm(within)), float(np.linalg.norm(left))
        if before < ALIKE * max(1.0, float(np.linalg.norm(column))):
            dropped.append((one.factor, "constant"))
        elif size < ALIKE * before:
            dropped.append((one.factor, "collinear"))
        else:
            base.append(left / size)
            kept.append(one)
    return tuple(kept), [pair for pair in dropped if not any(k.factor == pair[0] for k in kept)]


def spikes(numbers: Mapping[str, Floats]) -> tuple[tuple[str, float, float], ...]:
    """Find values at the end of a feature that may stand for "none": name, value, share of rows."""
    told = []
    for name, values in numbers.items():
        known = values[np.isfinite(values)]
        distinct, counts = np.unique(known, return_counts=True)
        if distinct.size < 4:  # noqa: PLR2004 - a handful of grades has no spikes
            continue
        for end, next_ in ((0, 1), (-1, -2)):
            share = float(counts[end] / known.size)
            rest = known[known != distinct[end]]
            quarter = float(np.subtract(*np.quantile(rest, [0.75, 0.25])))
            gap = abs(float(distinct[end] - distinct[next_]))
            far = gap >= limits().spike_gap * quarter if quarter else gap > np.ptp(rest) / 2
            if share >= limits().spike_share and far:
                told.append((name, float(distinct[end]), share))
    return tuple(told)


def without(
    numbers: Mapping[str, Floats], missing: Sequence[tuple[str, float]]
) -> dict[str, Floats]:
    """Take values that stand for "none" as missing."""
    told = dict(numbers)
    for name, value in missing:
        told[name] = np.where(told[name] == value, np.nan, told[name])
    return told

"""The small tables an audit rests on: counts by seller, by cell and by listing, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel


@dataclass(frozen=True, slots=True)
class Counts:
    """Impressions and sums by one key and position, sorted by key and position.

    Attributes
    ----------
    key, position
        int64, shape (n,): the seller, listing, cell or pair, and the 1-based position.
    impressions
        int64, shape (n,).
    sums
        Sums of ``attention``, ``relevance``, ``clicks`` ... where the log has them, in their own
        units, shape (n,) each. They come from whole millionths and are exact to that.
    """

    key: NDArray[np.int64]
    position: NDArray[np.int64]
    impressions: NDArray[np.int64]
    sums: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def attention(self, model: BrowsingModel) -> NDArray[np.float64]:
        """Give the attention each row stands for under a browsing model, shape (n,)."""
        if model.weight is None:
            return self.sums[str(model.column)]
        return np.asarray(self.impressions * model.weight(self.position), dtype=np.float64)

    def total(self, values: NDArray[np.generic], size: int) -> NDArray[np.float64]:
        """Sum values (shape (n,)) by key into an array of shape (size,)."""
        held = values.astype(np.float64)
        return np.asarray(np.bincount(self.key, weights=held, minlength=size), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Cells:
    """Impressions by request shard, label and position, with the shard and label of each row.

    ``counts.key`` numbers the (shard, label) pairs; ``shard`` and ``label`` (shape (keys,)) say
    which they are.
    """

    counts: Counts
    shard: NDArray[np.int64]
    label: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Impressions by request shard, seller and position; the term two-way clustering subtracts."""

    counts: Counts
    shard: NDArray[np.int64]
    seller: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Margin:
    """Impressions by seller, position and the values of one further dimension, never crossed.

    Attributes
    ----------
    name
        ``sponsored``, ``category``, ``period`` (days as ``2026-03-01``), ``surface`` or ``arm``.
    values
        The values of the dimension, sorted; ``""`` where a row has none.
    counts
        ``counts.key`` numbers the (seller, value) pairs.
    seller, value
        int64, shape (keys,): the seller of each pair, and its place in ``values``.
    """

    name: str
    values: tuple[str, ...]
    counts: Counts
    seller: NDArray[np.int64]
    value: NDArray[np.int64]

    def by_seller(self, amounts: NDArray[np.float64], sellers: int) -> NDArray[np.float64]:
        """Sum amounts of the rows of ``counts`` by value and seller, shape (values, sellers)."""
        place = self.value[self.counts.key] * sellers + self.seller[self.counts.key]
        held = np.bincount(place, weights=amounts, minlength=len(self.values) * sellers)
        return np.asarray(held, dtype=np.float64).reshape(len(self.values), sellers)


@dataclass(frozen=True, slots=True)
class Rankings:
    """Whole requests row by row, for what needs the order of a list: the log, or a sample of it.

    Rows are sorted by request and position. Requests in which two rows share a position are no
    ranking; they are left out and counted.

    Attributes
    ----------
    request
        int64, shape (n,): the list each row belongs to, 0 .. ``lists`` - 1.
    position, seller, listing
        int64, shape (n,). ``listing`` numbers as in :class:`Listings`; None where the log names
        none.
    query
        int64, shape (lists,): equal numbers are the same query, -1 is a list of which the log tells
        no query; None where the log names none.
    sums
        ``relevance``, ``clicks`` ... of each row where the log has them, shape (n,) each;
        ``relevance`` is NaN where a row tells none.
    lists
        Requests held here.
    whole
        Whether these are all rankings of the log.
    not_ranked
        Requests of the log that are no ranking.
    """

    request: NDArray[np.int64]
    position: NDArray[np.int64]
    seller: NDArray[np.int64]
    listing: NDArray[np.int64] | None
    query: NDArray[np.int64] | None
    sums: dict[str, NDArray[np.float64]]
    lists: int
    whole: bool
    not_ranked: int


@dataclass(frozen=True, slots=True)
class Listings:
    """Every listing that was shown or stands in the catalogue, numbered in order of its name.

    Attributes
    ----------
    seller
        int64, shape (m,): the number of its seller.
    counts
        By listing and position; listings never shown have no row.
    first_position
        int64, shape (m,): the best position it ever held; 0 where it was never shown.
    in_catalogue
        bool, shape (m,): all true where there is no catalogue and every listing was shown.
    merit
        float64, shape (m,): relevance or quality in the catalogue; NaN where unknown.
    numbers
        Covariates that are numbers (``price``, ``rating`` ...), float64, shape (m,) each; NaN
        where unknown. From the catalogue, else the mean of the log's rows.
    words
        Covariates that are words (``category`` ...), object arrays of str, shape (m,) each; ``""``
        where unknown.
    """

    seller: NDArray[np.int64]
    counts: Counts
    first_position: NDArray[np.int64]
    in_catalogue: NDArray[np.bool_]
    merit: NDArray[np.float64]
    numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    words: dict[str, NDArray[np.object_]] = field(default_factory=dict)

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Whether each listing was shown at all, shape (m,)."""
        return self.first_position > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything the metrics may ask of a log.

    Attributes
    ----------
    sellers
        Number of sellers, those never shown included.
    label
        int64, shape (sellers,): the ``label_id`` of each, a number for each distinct combination
        of all labels in play.
    labels
        int64, shape (label ids, attributes): the level of each attribute a label id stands for.
    requests
        Number of requests; None where the log does not tell them apart.
    shards
        Number of request shards: the requests themselves up to ``MAX_SHARDS``.
    listings, pairs
        None where the log names no listings; where pairs would cost more than they give.
    in_table
        bool, shape (sellers,): whether a seller stands in the seller table; all true without one.
    margins
        Further dimensions by name, each by itself.
    rankings
        Whole lists, where something that needs them was asked for; else None.
    unrated
        Share of the rows that tell no ``relevance``: sums take them for 0. None where every row
        tells one, or the log has no such column.
    unweighed
        The same of ``attention``.
    """

    sellers: int
    label: NDArray[np.int64]
    labels: NDArray[np.int64]
    requests: int | None
    shards: int
    by_seller: Counts
    cells: Cells
    listings: Listings | None
    pairs: Pairs | None
    in_table: NDArray[np.bool_]
    has_catalogue: bool
    has_seller_table: bool
    margins: dict[str, Margin] = field(default_factory=dict)
    rankings: Rankings | None = None
    unrated: float | None = None
    unweighed: float | None = None

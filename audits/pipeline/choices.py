"""Candidate sets in memory, in a model's order or the observed one: what what-ifs start from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import ibis
import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.groups.county_of import county_of
from fairshelf.audits.pipeline.candidates import PREFIX, open_files, plain, read_lists
from fairshelf.audits.pipeline.contrasts import contrasts
from fairshelf.audits.pipeline.describe import headed
from fairshelf.audits.pipeline.files import about_rows, open_side
from fairshelf.audits.pipeline.forecasts import foretold, read_by
from fairshelf.audits.pipeline.replay import opened_model
from fairshelf.audits.pipeline.sides import join_sides
from fairshelf.audits.replay.effects import Sets
from fairshelf.audits.replay.rank import SCORE, How, Ranked, rank, with_gaps
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from numpy.typing import NDArray

    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.groups import Labels
    from fairshelf.audits.groups.county_of import Counties
    from fairshelf.audits.pipeline.candidates import Candidates
    from fairshelf.audits.pipeline.contrasts import Contrast
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.pipeline.sides import Sides
    from fairshelf.audits.rankers.records import Ranker

RELEVANCE = "relevance"
"""What a candidate is worth. Clicks and orders are none: they were earned at the places that the
candidates had, and a rule judged by them would be judged by hindsight."""

MOST_ROWS = 2_000_000
"""Candidates held in memory; of more, whole requests are drawn by a digest of the seed."""

PLACE = ("region_code", "address")
"""Columns that say in which county a seller is."""

PLAIN = ("sponsored", "price", "revenue", "orders", "clicks", "rating", "reviews")
"""Columns that some remedies ask for, where the candidates have them."""


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Candidate sets in the present order.

    Attributes
    ----------
    sets
        Request, seller, worth and appearances (:class:`fairshelf.audits.replay.effects.Sets`); rows
        stand by request and, within it, in the present order.
    listings
        Distinct listings of each seller, shape (S,).
    slot
        Where an observed order has gaps (places of others, or of nobody known): the position at
        which each row stands, shape (n,); those positions are what a rule can deal out. None where
        they are 1, 2, 3 ...
    start
        Offsets of the requests, shape (Q + 1,).
    place
        Present place of each row, from 1, shape (n,).
    score
        The model's score (NaN where it gave none), or minus the place where only an order was
        observed, shape (n,).
    listing
        Code of each row's listing, shape (n,).
    features
        What the model reads, n rows in this order; None where there is no model.
    ranker
        The model, or None.
    sellers
        Identity of each seller, shape (S,).
    labels
        Declared attributes of the sellers.
    contrasts
        Groups with sellers in the candidates, each against its reference.
    extra
        Columns of :data:`PLAIN` the candidates have, float64, shape (n,) each.
    gain
        The column ``worth`` comes from; None where there is none, or a model foretells it.
    forecast
        The model that foretells ``worth``; None where a column says it, or nothing does.
    shown
        How many of each request are shown; None for all.
    drawn
        Rows there were before requests were drawn; None where all are here.
    cutoff
        Depth of the first page.
    found, ranked, sides, beside
        What was read: the candidates, the ranking, the sellers, the sellers' file.
    counties
        The county of each seller, shape (S,); None where it was not asked for.
    """

    sets: Sets
    listings: Ints
    slot: Ints | None
    start: Ints
    place: Ints
    score: Floats
    listing: Ints
    features: pa.Table | None
    ranker: Ranker | None
    sellers: NDArray[np.object_]
    labels: tuple[Labels, ...]
    contrasts: tuple[Contrast, ...]
    extra: dict[str, Floats]
    gain: str | None
    shown: int | None
    drawn: int | None
    cutoff: int
    found: Candidates
    ranked: Ranked | None
    sides: Sides
    beside: tuple[RawTable, Detection] | None = None
    counties: Counties | None = None
    forecast: Ranker | None = None

    def attention(self, browsing: str, place: Ints) -> Floats:
        """Give each row's attention at a place, 0 where it is not shown, shape (n,).

        Raises
        ------
        UsageError
            ``browsing_not_by_place``: a browsing model that needs more than the place.
        """
        model = parse(browsing)
        if model.weight is None:
            raise UsageError("browsing_not_by_place", name=browsing)
        held = place if self.slot is None else self.slot[self.start[self.sets.request] + place - 1]
        weight = model.weight(held)
        return weight if self.shown is None else np.where(place <= self.shown, weight, 0.0)

    def by_place(self, browsing: str) -> Floats:
        """Give attention by place from 1, shape (longest list,), as rules are given it.

        Where the places that can be dealt out differ from request to request, their mean, cut so
        that it never rises.
        """
        longest = int(np.diff(self.start).max())
        if self.slot is None:
            model = parse(browsing)
            if model.weight is None:
                raise UsageError("browsing_not_by_place", name=browsing)
            place = np.arange(1, longest + 1)
            weight = model.weight(place)
            return weight if self.shown is None else np.where(place <= self.shown, weight, 0.0)
        sums = np.bincount(self.place, weights=self.attention(browsing, self.place))[1:]
        return np.minimum.accumulate(sums / np.bincount(self.place)[1:])

    def named(self, name: str) -> str:
        """Give the feature that is meant: its own name, or the heading of its column."""
        if self.features is None or name in self.features.column_names:
            return name
        for found in self.found.files.detections:
            for column, heading, _ in found.features:
                if heading == name:
                    return column.removeprefix(PREFIX)
        return name

    def canonical(self, feature: str) -> str:
        """Give the canonical name of a feature's column; the feature's own where it has none."""
        for found in self.found.files.detections:
            for match in found.matches:
                if feature in (match.heading, match.canonical):
                    return match.canonical
        return feature

    def scored(self, features: pa.Table) -> Floats:
        """Give the model's scores of other features, NaN where it gives none, shape (n,)."""
        if self.ranker is None:
            raise UsageError("whatif_needs_model")
        told = np.asarray(self.ranker.score(with_gaps(features, features.column_names)))
        return np.where(np.isfinite(told), told.astype(np.float64), np.nan)

    def ranked_by(self, score: Floats) -> Ints:
        """Give each row's place by another score; equal ones keep their present order."""
        key = np.where(np.isnan(score), np.inf, -score)
        order = np.lexsort((self.place, key, self.sets.request))
        place = np.empty(order.size, dtype=np.int64)
        place[order] = np.arange(order.size) - self.start[self.sets.request] + 1
        return place


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is wanted beyond the order: each seller's county, a forecast of clicks or orders."""

    counties: bool = False
    forecast: ModelAsk | None = None


@contextmanager
def choices(
    ask: ModelAsk | None,
    candidates: Sequence[str],
    sellers: str | None,
    settings: Settings,
    stage: Stages = QUIET,
    beyond: Beyond | None = None,
) -> Iterator[Choices]:
    """Read candidate sets, put them in order, and hold them while they are worked on.

    Parameters
    ----------
    ask
        The model; None where the order that was observed is the one to start from.
    candidates, sellers
        The files.
    settings
        How they are read, attributes and references.
    stage
        Told the stages as they begin, and how far they are.
    beyond
        What else is wanted; nothing where not given.

    Raises
    ------
    UsageError, DataError
        As ``load_ranker``, ``read_lists``, ``join_sides``, ``foretold``; ``no_order``: there is
        neither a model nor an observed order; ``no_contrast``: no two groups of sellers to hold
        against each other.
    """
    ranker = None if ask is None else opened_model(ask)
    with FREE.working(stage) as (con, work):
        wanted = beyond or Beyond()
        forecast = None if wanted.forecast is None else opened_model(wanted.forecast)
        files = (candidates, sellers, PLACE if wanted.counties else ())
        yield _read(con, (ask, ranker, forecast), files, settings, work, stage)


def _read(
    con: Backend,
    model: tuple[ModelAsk | None, Ranker | None, Ranker | None],
    files: tuple[Sequence[str], str | None, tuple[str, ...]],
    settings: Settings,
    work: Path,
    stage: Stages,
) -> Choices:
    ask, ranker, forecast = model
    stage("read")
    opened = open_files(con, files[0], settings, work)
    if ranker is None and not opened[1]:
        raise DataError("no_order", file=opened[0].raws[0].name)
    stage("check")
    stage.going_over(about_rows(opened[0]), about=True)
    found = read_lists(con, opened, *read_by(ranker, forecast), settings)
    table = open_side(con, files[1], "sellers", settings, work)
    sides = join_sides(con, found.clean, table[0] if table else None, None, settings, files[2])
    files_of = [*found.files.detections, *([table[2]] if table else [])]
    told_of = [replace(one, notices=headed(one.notices, files_of)) for one in sides.labels]
    sides = replace(sides, labels=tuple(told_of))
    stage.going_over(found.clean.used)
    ranked = None
    rows = plain(sides.log)
    if ranker is not None:
        stage("score")
        ranked = rank(
            con,
            rows,
            _features(ranker, found),
            ranker,
            work,
            How(
                settings.seed,
                keep=True,
                told=partial(stage.count, unit="candidates"),
            ),
        )
        rows = ranked.table
    told, drawn = _fetched(rows, found, settings.seed)
    done = _choices(told, drawn, (ask, ranker, ranked), found, sides, settings)
    if forecast is not None:
        worth = np.nan_to_num(foretold(forecast, told, found.features))
        done = replace(done, sets=replace(done.sets, worth=worth), gain=None, forecast=forecast)
    placed = files[2] and {*PLACE} & {*sides.known.column_names}
    where = county_of(sides.known) if placed else None
    return replace(done, beside=table[1:] if table else None, counties=where)


def _features(ranker: Ranker, found: Candidates) -> dict[str, str]:
    """Give what a model reads -> its column, in the model's order."""
    return {name: found.features[name] for name in ranker.features or ()}


def _fetched(rows: ir.Table, found: Candidates, seed: int) -> tuple[pa.Table, int | None]:
    count = int(rows.count().to_pyarrow().as_py())
    drawn = None
    if count > MOST_ROWS:
        digest = ibis.literal(f"{seed}\u0001").concat(rows.request).hexdigest("md5")
        each = rows.group_by("request").agg(n=rows.count(), d=digest.min()).order_by("d")
        window = ibis.cumulative_window(order_by=each.d)
        each = each.mutate(so_far=each.n.sum().over(window))
        rows = rows.semi_join(each.filter(each.so_far <= MOST_ROWS), "request")
        drawn = count
    kept = ["request", "listing", "seller", "position"]
    if "listing" not in rows.columns:
        rows = rows.mutate(listing=rows.seller)
    kept += [name for name in (SCORE, "relevance", *PLAIN) if name in rows.columns]
    kept += list(found.features.values())
    asked = rows.select(*kept).drop_null("seller")
    return asked.order_by(["request", "position", "listing", "seller"]).to_pyarrow(), drawn


def _choices(
    told: pa.Table,
    drawn: int | None,
    model: tuple[ModelAsk | None, Ranker | None, Ranked | None],
    found: Candidates,
    sides: Sides,
    settings: Settings,
) -> Choices:
    ask, ranker, ranked = model
    request = _codes(told["request"])
    start = np.searchsorted(request, np.arange(int(request[-1]) + 2))
    place = np.arange(request.size) - start[request] + 1
    position = told["position"].to_numpy().astype(np.int64)
    slot = position if ranker is None and (position != place).any() else None
    ids = np.array(sides.tables.seller.to_pylist(), dtype=object)
    at = {name: n for n, name in enumerate(ids)}
    seller = np.array([at[name] for name in told["seller"].to_pylist()], dtype=np.int64)
    listing = _codes(told["listing"])
    pairs = np.unique(np.stack([seller, listing], axis=1), axis=0)
    listings = np.bincount(pairs[:, 0], minlength=ids.size)
    appearances = np.bincount(seller, minlength=ids.size)
    gain = RELEVANCE if RELEVANCE in told.column_names else None
    worth = None
    if gain is not None:
        worth = np.maximum(np.nan_to_num(_numbers(told[gain])), 0.0)
    features = None
    if ranker is not None:
        read = _features(ranker, found)
        names = list(read)
        features = told.select(list(read.values())).rename_columns(names)
        features = with_gaps(features.combine_chunks(), names)
    score = _numbers(told[SCORE]) if ranker is not None else -place.astype(np.float64)
    labels = tuple(one for one in sides.labels if one.declared)
    return Choices(
        sets=Sets(request, seller, appearances, worth),
        listings=listings,
        slot=slot,
        start=start,
        place=place,
        score=score,
        listing=listing,
        features=features,
        ranker=ranker,
        sellers=ids,
        labels=labels,
        contrasts=contrasts(labels, listings > 0, settings),
        extra={name: _numbers(told[name]) for name in PLAIN if name in told.column_names},
        gain=gain,
        shown=None if ask is None else ask.shown,
        drawn=drawn,
        cutoff=settings.cutoffs[0] if settings.cutoffs else 10,
        found=found,
        ranked=ranked,
        sides=sides,
    )


def _codes(column: pa.ChunkedArray) -> Ints:
    """Give each word of a sorted or unsorted column a number from 0 in the order it comes."""
    coded = column.combine_chunks().dictionary_encode()
    told: Ints = coded.indices.fill_null(len(coded.dictionary)).to_numpy().astype(np.int64)
    return told


def _numbers(column: pa.ChunkedArray) -> Floats:
    values = column.cast("float64").to_numpy().astype(np.float64)
    return np.asarray(np.where(np.isfinite(values), values, np.nan), dtype=np.float64)

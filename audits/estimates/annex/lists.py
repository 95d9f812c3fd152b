"""Whole lists seen from one attribute, and what the annex's estimates share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.closed import beside, with_interval
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.inference.influence import summed_by
from fairshelf.audits.inference.linear import Influences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate
    from fairshelf.audits.tally import Rankings

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """Whole lists seen from one attribute.

    ``group``: level of each row, shape (n,); ``rank``: place within its list from 1, shape (n,);
    ``length``: shape (lists,); ``target``: share of the units by level, shape (levels,).
    """

    rows: Rankings
    group: Codes
    rank: Codes
    length: Codes
    target: Floats
    weight: Floats


def lists_of(ctx: Context, grouping: Grouping, rows: Rankings) -> Lists:
    """See whole lists from one attribute, with the primary baseline's units as target."""
    starts = np.flatnonzero(np.diff(rows.request, prepend=-1))
    length = np.diff(np.append(starts, rows.request.size))
    units = grouping.sums(ctx.units[ctx.primary])
    model = ctx.models[0] if ctx.models[0].weight is not None else parse("dcg")
    assert model.weight is not None  # noqa: S101 - dcg has one
    return Lists(
        rows,
        grouping.code[rows.seller],
        np.arange(rows.request.size) - starts[rows.request] + 1,
        length,
        units / units.sum(),
        model.weight(rows.position),
    )


def begin(ctx: Context, grouping: Grouping, metric: str, **more: object) -> Estimate:
    """Start an estimate over the lists at hand."""
    rows = ctx.tally.rankings
    assert rows is not None  # noqa: S101 - the caller looked
    fixed = {
        "attribute": grouping.name,
        "baseline": ctx.primary,
        "sellers": ctx.arrays.sellers,
        "requests": rows.lists,
        "impressions": int(rows.request.size),
        "note": notes_on_lists(ctx),
    }
    return bare(metric, **{**fixed, **more})


def notes_on_lists(ctx: Context, *before: str) -> str | None:
    """Say what whole lists leave out of the log, behind other notes; None where there are none.

    ``from_sample``: they are a sample. ``pages_once``: rows count more than one impression each,
    and a list counts once, however often it was shown. ``ties_left_out``: lists in which two
    listings share a place have no order and are left out.
    """
    rows = ctx.tally.rankings
    assert rows is not None  # noqa: S101 - the caller looked
    told = [*before]
    if not rows.whole:
        told.append("from_sample")
    elif not rows.not_ranked and ctx.arrays.impressions.sum() > rows.request.size:
        told.append("pages_once")
    if rows.not_ranked:
        told.append("ties_left_out")
    return ";".join(told) or None


def notes_on_relevance(rows: Rankings) -> tuple[str, ...]:
    """Say that rows without relevance are left out, where there are any."""
    relevance = rows.sums.get("relevance")
    missing = relevance is not None and bool(np.isnan(relevance).any())
    return ("relevance_missing",) if missing else ()


def notes_on_clicks(rows: Rankings) -> tuple[str, ...]:
    """Say that labels are made from clicks, and that rows without any told are left out."""
    missing = bool(np.isnan(rows.sums["clicks"]).any())
    return ("labels_from_clicks", "clicks_missing") if missing else ("labels_from_clicks",)


def begin_whole(ctx: Context, grouping: Grouping, metric: str, **more: object) -> Estimate:
    """Start an estimate over the whole log, of which every impression counts."""
    counted = {
        "requests": ctx.tally.requests,
        "impressions": int(ctx.arrays.impressions.sum()),
        "note": None,
    }
    return begin(ctx, grouping, metric, **{**counted, **more})


def fewest_sellers(ctx: Context, grouping: Grouping) -> int:
    """Count the sellers of the smallest group that is there at all."""
    counts = grouping.sums(np.ones(ctx.arrays.sellers))
    return int(counts[counts > 0].min())


def mean_of_lists(
    ctx: Context, grouping: Grouping, start: Estimate, values: Floats, change: Floats, scale: str
) -> Estimate:
    """Give a mean over lists its interval: each seller left out in turn, and the lists' spread.

    Parameters
    ----------
    ctx, grouping, start
        What is estimated.
    values
        The figure of each list, shape (lists,).
    change
        By how much its list's figure moves without each row, shape (n,).
    scale
        ``logit`` or ``log``.
    """
    rows = ctx.tally.rankings
    assert rows is not None  # noqa: S101 - the caller looked
    known = np.isfinite(values)
    if not known.all():
        note = beside(start.note, "undefined_in_some_lists")
        return replace(start, value=float(values.mean()), note=note)
    mean = float(values.mean())
    moved = summed_by(change / rows.lists, rows.seller, ctx.arrays.sellers)
    fewer = (1 - 1 / ctx.arrays.sellers) ** 0.5
    spread = Influences((moved.mean() - moved) * fewer, (values - mean) / rows.lists)
    estimate = replace(start, value=mean)
    fewest = fewest_sellers(ctx, grouping)
    if scale == "logit":
        return steady(with_interval(ctx, estimate, spread, fewest, "logit"))
    return with_interval(ctx, estimate, spread, fewest, "log")


def summed_by_list(by_row: Floats, lists: Lists) -> Floats:
    """Sum a figure of every row by its list, shape (lists,)."""
    summed = np.bincount(lists.rows.request, weights=by_row, minlength=lists.rows.lists)
    return summed.astype(np.float64)


EDGE = 1.5
"""Standard error of the log odds from which on a share is at the edge of its range."""


def steady(found: Estimate) -> Estimate:
    """Take away the interval of a share so near 0 or 1 that its log odds have no normal spread."""
    value, error = found.value, found.se
    if value is None or error is None or found.low is None or not 0 < value < 1:
        return found
    if error / (value * (1 - value)) <= EDGE:
        return found
    return replace(
        found,
        low=None,
        high=None,
        level=None,
        method=None,
        df=None,
        question=None,
        note=beside(found.note, "at_its_edge"),
    )


def from_below(term: Floats, lists: Lists) -> Floats:
    """Sum a term over the places from each row down to the end of its list."""
    running = np.cumsum(term)
    ends = running[np.cumsum(lists.length) - 1][lists.rows.request]
    return np.asarray(ends - running + term)

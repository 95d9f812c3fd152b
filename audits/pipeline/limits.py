"""What an audit of this log cannot show, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.estimates.context import Context


def limits(
    ctx: Context,
    log: CleanLog,
    columns: frozenset[str],
    unlabelled: dict[str, int],
    *,
    adjusted: bool = False,
) -> tuple[Message, ...]:
    """List what the reader must not conclude, the gravest first.

    ``columns``: the canonical columns of the log's files; ``unlabelled``: rows without a known
    group, by declared attribute; ``adjusted``: whether covariates were held equal.
    """
    told = [Message("limit_adjusted" if adjusted else "limit_not_adjusted")]
    if ctx.primary == "shown":
        told.append(Message("limit_shown_only"))
    elif not ctx.tally.has_catalogue:
        told.append(Message("limit_no_catalogue"))
    told += _about_catalogue(ctx)
    if log.seller_is == "listing":
        told.append(Message("limit_listings_as_sellers"))
    if log.seller_is == "none":
        told.append(Message("limit_no_sellers"))
    told += _about_requests(ctx, log)
    for name, rows in unlabelled.items():
        told.append(Message("limit_unlabelled", {"attribute": name, "rows": rows}))
    for column, code in (("sponsored", "limit_sponsored"), ("arm", "limit_arms")):
        if column in columns:
            told.append(Message(code))
    told += _about_merit(ctx)
    if ctx.tally.unweighed and any(model.given for model in ctx.models):
        told.append(Message("limit_attention_missing", {"share": ctx.tally.unweighed}))
    if ctx.has_sellers:
        told.append(Message("limit_competition"))
    return (*told, Message("limit_no_intent"))


def _about_catalogue(ctx: Context) -> list[Message]:
    listings = ctx.tally.listings
    if listings is None or not ctx.tally.has_catalogue:
        return []
    told = []
    missing = int((listings.shown & ~listings.in_catalogue).sum())
    if missing:
        told.append(Message("limit_catalogue_incomplete", {"listings": missing}))
    unrated = int((listings.in_catalogue & np.isnan(listings.merit)).sum())
    if "merit" in ctx.units and unrated:
        told.append(Message("limit_merit_missing", {"listings": unrated}))
    return told


def _about_merit(ctx: Context) -> list[Message]:
    """Say what the log's own relevance leaves open, where merit is that of what was shown."""
    told = [Message("limit_merit_shown")] if "merit" in ctx.baseline_note else []
    if ctx.tally.unrated and "merit" not in ctx.units:
        told.append(Message("limit_relevance_left_out", {"share": ctx.tally.unrated}))
    elif ctx.tally.unrated and told:
        told.append(Message("limit_relevance_missing", {"share": ctx.tally.unrated}))
    return told


def _about_requests(ctx: Context, log: CleanLog) -> list[Message]:
    if log.request_is == "row":
        return [Message("limit_requests_unknown")]
    if ctx.tally.requests == 1:
        return [Message("limit_one_list")]
    if ctx.has_sellers and ctx.tally.pairs is None:
        return [Message("limit_pairs_left_out")]
    return []

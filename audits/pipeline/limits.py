"""What an audit of this log cannot show, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import AttributeRecord, Rows


def limits(
    ctx: Context, log: CleanLog, attributes: tuple[AttributeRecord, ...], rows: Rows
) -> tuple[Message, ...]:
    """List what the reader must not conclude, the gravest first."""
    told = [Message("limit_not_adjusted")]
    if ctx.primary == "shown":
        told.append(Message("limit_shown_only"))
    elif not ctx.tally.has_catalogue:
        told.append(Message("limit_no_catalogue"))
    if log.seller_is == "listing":
        told.append(Message("limit_listings_as_sellers"))
    if log.seller_is == "none":
        told.append(Message("limit_no_sellers"))
    told += _about_requests(ctx, log)
    if rows.unlabelled:
        name = next((record.name for record in attributes if record.declared), "")
        told.append(Message("limit_unlabelled", {"attribute": name, "rows": rows.unlabelled}))
    if "sponsored" in log.columns:
        told.append(Message("limit_sponsored"))
    if "arm" in log.columns:
        told.append(Message("limit_arms"))
    if "merit" in ctx.baseline_note:
        told.append(Message("limit_merit_shown"))
    if ctx.has_sellers:
        told.append(Message("limit_competition"))
    return (*told, Message("limit_no_intent"))


def _about_requests(ctx: Context, log: CleanLog) -> list[Message]:
    if log.request_is == "row":
        return [Message("limit_requests_unknown")]
    if ctx.tally.requests == 1:
        return [Message("limit_one_list")]
    if ctx.has_sellers and ctx.tally.pairs is None:
        return [Message("limit_pairs_left_out")]
    return []

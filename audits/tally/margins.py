"""One further dimension at a time beside the seller: sponsored places, categories, days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.checks.short import grouped
from fairshelf.audits.engines.own import groups
from fairshelf.audits.tally.fetch import counts_of, whole_numbers
from fairshelf.audits.tally.records import Counts, Margin

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fairshelf.audits.tally.records import Listings

_DATE = r"^\D*((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})"
_RUN_TOGETHER = r"^\D*((?:19|20)\d{2})([01]\d)([0-3]\d)(\D|\d{4,6}$|$)"
_PADDED = r"^(\d{4})-0?(\d{2})-0?(\d{2})$"
_DAY = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"
PERIOD = "period"


def period_of(time: ir.StringValue) -> ir.StringValue:
    """Give the day of a moment as ``2026-03-01``: null where no date can be read.

    Reads ``2026-03-01T10:00``, ``2026/3/1``, ``2026年3月1日`` and ``20260301``. Days are those
    written in the log, in its own time zone.
    """
    # each step holds the one before it once or twice: what is cut out of the text, written as
    # 2026-03-01, and kept where it is a day
    parted = time.re_extract(_DATE, 0).re_replace(_DATE, groups(time, "{1}-0{2}-0{3}"))
    parted = parted.re_replace(_PADDED, groups(time, "{1}-{2}-{3}"))
    together = time.re_extract(_RUN_TOGETHER, 0)
    together = together.re_replace(_RUN_TOGETHER, groups(time, "{1}-{2}-{3}"))
    day = ibis.ifelse(time.re_search(_DATE), parted, together)
    return ibis.ifelse(day.re_search(_DAY), day, ibis.null("string"))


def margin(rows: ir.Table, name: str) -> Margin:
    """Count by seller, one dimension and position.

    Parameters
    ----------
    rows
        Log rows with ``seller_id``, ``position``, ``impressions`` and the sums of the log.
    name
        The dimension: a column of the rows, or ``period``, the day of ``time``.

    Returns
    -------
    Margin
        Rows without a value of the dimension stand under ``""``.
    """
    value = period_of(rows.time) if name == PERIOD else rows[name].cast("string")
    marked = rows.mutate(value=value.fill_null(""))
    order = ["seller_id", "value", "position"]
    found = grouped(marked, order).order_by(order).to_pyarrow()
    said = found.column("value")
    values = tuple(sorted(pc.unique(said).to_pylist()))
    number = pc.index_in(said, value_set=pa.array(values, said.type))
    numbered = found.set_column(found.column_names.index("value"), "value_id", number)
    counts, keys = counts_of(whole_numbers(numbered), ("seller_id", "value_id"))
    return Margin(name, values, counts, keys["seller_id"], keys["value_id"])


def margin_of_listings(listings: Listings, name: str) -> Margin:
    """Count by seller and a word that describes listings, such as the catalogue's ``category``.

    Parameters
    ----------
    listings
        Listings with ``words[name]``.
    name
        The covariate.
    """
    values, code = np.unique(listings.words[name].astype(str), return_inverse=True)
    counts = listings.counts
    owned = listings.seller[counts.key] >= 0
    key = counts.key[owned]
    pair = listings.seller[key] * values.size + code.reshape(-1)[key]
    distinct, number = np.unique(pair, return_inverse=True)
    return Margin(
        name,
        tuple(values.tolist()),
        Counts(
            number.reshape(-1).astype(np.int64),
            counts.position[owned],
            counts.impressions[owned],
            {column: held[owned] for column, held in counts.sums.items()},
        ),
        distinct // values.size,
        distinct % values.size,
    )

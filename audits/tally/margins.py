"""One further dimension at a time beside the seller: sponsored places, categories, days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from fairshelf.audits.tally.fetch import counts_by
from fairshelf.audits.tally.records import Counts, Margin

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fairshelf.audits.tally.records import Listings

_DATE = r"^\D*((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})"
_RUN_TOGETHER = r"^\D*((?:19|20)\d{2})([01]\d)([0-3]\d)(\D|\d{4,6}$|$)"
PERIOD = "period"


def period_of(time: ir.StringValue) -> ir.StringValue:
    """Give the day of a moment as ``2026-03-01``: null where no date can be read.

    Reads ``2026-03-01T10:00``, ``2026/3/1``, ``2026年3月1日`` and ``20260301``. Days are those
    written in the log, in its own time zone.
    """
    parted = time.re_search(_DATE)
    told = [
        ibis.ifelse(
            parted, time.re_extract(_DATE, group), time.re_extract(_RUN_TOGETHER, group)
        ).lpad(2, "0")
        for group in (1, 2, 3)
    ]
    found = parted | time.re_search(_RUN_TOGETHER)
    day = told[0] + "-" + told[1] + "-" + told[2]
    possible = (told[1] >= "01") & (told[1] <= "12") & (told[2] >= "01") & (told[2] <= "31")
    return ibis.ifelse(found & possible, day, ibis.null("string"))


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
    names = marked.select("value").distinct().order_by("value").to_pyarrow()
    values = tuple(str(one) for one in names.column("value").to_pylist())
    ids = np.arange(len(values), dtype=np.int32)
    # of a dictionary ibis makes a pandas frame first
    numbers = ibis.memtable(pa.table({"value": pa.array(values, pa.string()), "value_id": ids}))
    numbered = marked.inner_join(numbers, "value").drop("value")
    counts, keys = counts_by(numbered, ("seller_id", "value_id"))
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

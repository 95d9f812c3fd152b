"""The waist of an audit: before it every row may be touched, after it only small tables."""

from fairshelf.audits.tally.cascade import with_cascades
from fairshelf.audits.tally.clicks import empirical_bias
from fairshelf.audits.tally.count import Also, SideTables, tally
from fairshelf.audits.tally.records import Cells, Counts, Listings, Margin, Pairs, Rankings, Tally

__all__ = [
    "Also",
    "Cells",
    "Counts",
    "Listings",
    "Margin",
    "Pairs",
    "Rankings",
    "SideTables",
    "Tally",
    "empirical_bias",
    "tally",
    "with_cascades",
]

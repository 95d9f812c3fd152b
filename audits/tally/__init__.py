"""The waist of an audit: before it every row may be touched, after it only small tables."""

from fairshelf.audits.tally.count import SideTables, tally
from fairshelf.audits.tally.records import Cells, Counts, Listings, Margin, Pairs, Rankings, Tally

__all__ = [
    "Cells",
    "Counts",
    "Listings",
    "Margin",
    "Pairs",
    "Rankings",
    "SideTables",
    "Tally",
    "tally",
]

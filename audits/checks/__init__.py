"""What can be counted and what is set aside: every row read is accounted for."""

from fairshelf.audits.checks.clean import clean_log
from fairshelf.audits.checks.glance import Glance, glance
from fairshelf.audits.checks.records import CleanLog, CleanSide
from fairshelf.audits.checks.side import clean_side, sellers_from_log

__all__ = [
    "CleanLog",
    "CleanSide",
    "Glance",
    "clean_log",
    "clean_side",
    "glance",
    "sellers_from_log",
]

"""Ranking again: candidate sets put in the order a model gives them, and how good that order is."""

from fairshelf.audits.replay.quality import quality
from fairshelf.audits.replay.rank import Ranked, rank

__all__ = ["Ranked", "quality", "rank"]

"""Ranking models opened safely: by their content, and without running what is in them."""

from fairshelf.audits.rankers.loading.load import load_ranker

__all__ = ["load_ranker"]

"""Disclosure control: what of the results is public.

Everything public (pages, PDF, ``results.public.json``, ``estimates.public.csv``, the public half of
a bundle) is made from :func:`public`, never from the working files.
"""

from fairshelf.reports.disclosure.public import is_public, public
from fairshelf.reports.disclosure.rules import Rules, rules

__all__ = ["Rules", "is_public", "public", "rules"]

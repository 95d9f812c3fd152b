"""Text from outside made fit for every format: visible, of one line, of bounded length."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import Place

LONGEST = 600
"""Characters of a rule, a name or a sentence that are shown."""

_NO_CHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
"""Code points that are no characters; XML has no way to hold some of them."""


def clean(text: str) -> str:
    """Show foreign text in one line, without what cannot be seen or written."""
    return _NO_CHARACTERS.sub("\ufffd", visible(text, LONGEST))


def clean_place(place: Place) -> Place:
    """Clean the name of the file a rule stands in."""
    return place if place.file is None else replace(place, file=clean(place.file))

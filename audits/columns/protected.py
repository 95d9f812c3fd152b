"""Cells that a spreadsheet was to leave as they are: ``="007"`` and ``'007`` hold ``007``.

Shops export ids this way, so that Excel does not take them for numbers. The pattern means the same
in Python's ``re`` and in the engines'.
"""

from __future__ import annotations

import re
from typing import Final

OPENING: Final = '="'
"""What a protected cell begins with."""

APOSTROPHE: Final = "'"
"""What a cell begins with whose digits a spreadsheet takes for text; no part of a name."""

PROTECTED: Final = '^ *(?:="([^"]*)"|\'([0-9][^\']*)) *$'
"""A protected cell; group 1 or 2 is what it holds."""

_COMPILED = re.compile(PROTECTED)


def unwrapped(text: str) -> str:
    """Give what a protected cell holds; any other cell as it stands.

    Examples
    --------
    >>> unwrapped('="007"'), unwrapped("'007"), unwrapped("007"), unwrapped("'t Hof")
    ('007', '007', '007', "'t Hof")
    """
    found = _COMPILED.match(text)
    return text if found is None else "".join(part or "" for part in found.groups())

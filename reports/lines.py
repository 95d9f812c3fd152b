"""Break text into lines for a terminal, Chinese between characters and English between words.

Rich breaks at blanks only, so that a Chinese clause, which has none, jumps to the next line whole
and leaves half a line empty before it.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells
from rich.text import Text

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_OPENING = "“‘（《〈「『【〔"
_CLOSING = "”’）》〉」』】〕，。；：、？！…"
_ENDING = _CLOSING + ".,;:!?)"
_PLAIN = f"[^\\s{_HAN}{_OPENING}{_CLOSING}]+"
_PIECES = re.compile(
    f"[{_OPENING}]*(?:[{_HAN}][{_ENDING}]*|{_PLAIN}(?:[{_CLOSING}][{_ENDING}]*)?)"
    f"|\\s+|[{_OPENING}{_CLOSING}]+"
)


def broken(text: str, width: int) -> list[str]:
    """Break text into lines no wider than so many columns.

    Parameters
    ----------
    text
        One paragraph.
    width
        Columns of the terminal; a Chinese character takes two.

    Returns
    -------
    list[str]
        Lines without blanks at their ends. Closing marks never begin a line and opening marks
        never end one; only what is wider than a line by itself is cut.
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        if cell_len((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
            continue
        cut = chop_cells(piece.strip(), width) or [""]
        lines += cut if lines[-1].strip() else [lines.pop() + cut[0], *cut[1:]]
    return [line.strip() for line in lines]


def whole(*parts: str | tuple[str, str]) -> Text:
    """Put a line together that is never broken: a path or a digest in it can be copied.

    Parameters
    ----------
    parts
        Texts, or texts with their style.
    """
    return Text.assemble(*parts, no_wrap=True, overflow="ignore")

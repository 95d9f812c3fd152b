"""Break text into lines for a terminal, Chinese between characters and English between words.

Rich breaks at blanks only, so that a Chinese clause, which has none, jumps to the next line whole
and leaves half a line empty before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_OPENING = "“‘（《〈「『【〔"
_CLOSING = "”’）》〉」』】〕，。；：、？！…"
_ENDING = _CLOSING + ".,;:!?)"
_PLAIN = f"[^\\s{_HAN}{_OPENING}{_CLOSING}]+"
_ANY = (
    f"[{_OPENING}]*(?:[{_HAN}][{_ENDING}]*|{_PLAIN}(?:[{_CLOSING}][{_ENDING}]*)?)"
    f"|\\s+|[{_OPENING}{_CLOSING}]+"
)
_PIECES = re.compile(_ANY)
_COMMAND = "`[^`]*`"


def broken(text: str, width: int, kept: Sequence[str] | None = None) -> list[str]:
    """Break text into lines no wider than so many columns.

    Parameters
    ----------
    text
        One paragraph.
    width
        Columns of the terminal; a Chinese character takes two.
    kept
        Names within the text, such as paths, that are copied: neither they nor a command in
        backticks nor a word are broken, though they be wider than a line. None lets what is
        wider be cut.

    Returns
    -------
    list[str]
        Lines without blanks at their ends. Closing marks never begin a line and opening marks
        never end one; only what is wider than a line by itself is cut.
    """
    lines = [""]
    for piece in (_PIECES if kept is None else _keeping(kept)).findall(text):
        if cell_len((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
            continue
        bare = piece.strip()
        cut = [bare] if kept is not None else chop_cells(bare, width) or [""]
        lines += cut if lines[-1].strip() else [lines.pop() + cut[0], *cut[1:]]
    return [line.strip() for line in lines]


def _keeping(kept: Sequence[str]) -> re.Pattern[str]:
    """Take names that could be broken (by a blank, or between Chinese characters) as one piece."""
    names = sorted({name for name in kept if _PIECES.fullmatch(name) is None}, key=len)
    wholes = [*(re.escape(name) for name in reversed(names) if name.strip()), _COMMAND]
    return re.compile(f"[{_OPENING}]*(?:{'|'.join(wholes)})(?!\\w)[{_ENDING}]*|{_ANY}")


def whole(*parts: str | tuple[str, str]) -> Text:
    """Put a line together that is never broken: a path or a digest in it can be copied.

    Parameters
    ----------
    parts
        Texts, or texts with their style.
    """
    return Text.assemble(*parts, no_wrap=True, overflow="ignore")

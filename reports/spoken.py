"""Mark the language of words within a page that are not in the page's own language.

A screen reader set to English cannot read 县域; told that it is Chinese it can. Names from the data
may be in any script, so the script of the text itself decides.
"""

from __future__ import annotations

import re
from html import escape

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007"
_CHINESE = re.compile(f"[{_HAN}](?:[{_HAN}\u3001-\u3011\uff01-\uff5e·]*[{_HAN}])?")
_WORDS = re.compile(r"[A-Za-z][A-Za-z'’.-]*(?:[ ,]+[A-Za-z][A-Za-z'’.-]*)*")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc][\u0590-\u08ff\\s\ufb1d-\ufefc]*"
)
_FOREIGN = {"en": (_CHINESE, "zh-Hans"), "zh": (_WORDS, "en")}


def spoken(text: str, lang: str, element: str = "span") -> str:
    """Give escaped markup in which words of the other language carry a ``lang`` attribute.

    Parameters
    ----------
    text
        Plain text.
    lang
        The page's language: in ``en`` runs of Chinese are marked, in ``zh`` runs of Latin words.
    element
        The element to mark with: ``span``, or ``tspan`` within SVG.
    """
    pattern, other = _FOREIGN[lang]
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        parts.append(_isolated(text[end : found.start()], element))
        parts.append(f'<{element} lang="{other}">{escape(found[0])}</{element}>')
        end = found.end()
    parts.append(_isolated(text[end:], element))
    return "".join(parts)


def _isolated(text: str, element: str) -> str:
    """Keep right-to-left names from reordering what stands around them."""
    if element != "span":
        return escape(text)
    parts: list[str] = []
    end = 0
    for found in _RIGHT_TO_LEFT.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(f"<bdi>{escape(found[0])}</bdi>")
        end = found.end()
    parts.append(escape(text[end:]))
    return "".join(parts)

"""Set a page again from the results and hold it against the one in the bundle.

By this version the page must be the same bytes. What another version would write cannot be known
here: the numbers and the words that carry a conclusion must then stand in the same order, and that
the rest was not checked is told. A bundle may claim any version, so that this never counts as
verified.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from itertools import zip_longest
from typing import TYPE_CHECKING

from fairshelf import __version__
from fairshelf.reports.bundle.problems import Checked, unchecked, wrong
from fairshelf.reports.html import render
from fairshelf.reports.wording import catalogue

if TYPE_CHECKING:
    from fairshelf.audits.results import Results

NUMBER = r"[-+−]?\d+(?:[.,]\d+)*%?"
CONCLUDING = re.compile(
    r"(outcome|size|certainty|direction|inconclusive|"
    r"(exposure|topk|reach|parity|degree)\..+)\.[a-z_]+"
)
"""Names of the words that carry a conclusion; of a sentence, what stands between its facts."""

FACT = re.compile(r"\{[^}]*\}|[（()）]")
LEAST = {"en": 3, "zh": 1}
"""Letters from which a piece of a sentence is one."""

ACTIVE = frozenset(("script", "iframe", "frame", "object", "embed", "base", "form", "link"))
"""Elements no page of ours has, since they run or fetch something."""

FETCHING = frozenset(("src", "srcset", "poster", "background"))
HIDDEN = frozenset(("style", "head"))
SHOWN = 120


def check(results: Results, name: str, there: bytes) -> Checked:
    """Check one page.

    Parameters
    ----------
    results
        The public results of the bundle.
    name
        ``report.en.html`` or ``report.zh.html``.
    there
        The page in the bundle.
    """
    lang = name.split(".")[1]
    try:
        again = render(results, lang).encode()
    except Exception as error:  # noqa: BLE001 - results of an enemy can break a page in any way
        return wrong("not_settable", f"data/{name}", f"{type(error).__name__}: {error}")
    if again == there:
        return Checked()
    ours, theirs = lines(again), lines(there)
    count, first = difference(theirs, ours)
    if results.tool.version == __version__:
        return wrong("page_differs", f"data/{name}", first)
    if is_active(there) or marks(theirs, lang) != marks(ours, lang):
        return wrong("page_differs", f"data/{name}", first)
    return unchecked("page", f"data/{name}", f"{count}: {first}" if count else "0")


class _Seen(HTMLParser):
    """What a reader sees, line by line, and whether anything in it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.active = False
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active |= tag in ACTIVE or any(_runs(key, told or "") for key, told in attrs)
        if tag in HIDDEN:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        line = " ".join(data.split())
        if line and not self._within:
            self.lines.append(line)


def _runs(key: str, told: str) -> bool:
    """Say whether an attribute runs or fetches something; only our own policy may be set."""
    if key == "http-equiv":
        return told.casefold() != "content-security-policy"
    if key in FETCHING:
        return not told.startswith("data:")
    return key.startswith("on") or told.strip().casefold().startswith("javascript:")


def _seen(page: bytes) -> _Seen | None:
    parser = _Seen()
    try:
        parser.feed(page.decode("utf-8"))
        parser.close()
    except (ValueError, AssertionError):  # what the parser raises for markup that is none
        return None
    return parser


def lines(page: bytes) -> list[str]:
    """Give the visible text of a page, line by line; nothing where it is no page."""
    parser = _seen(page)
    return parser.lines if parser else []


def is_active(page: bytes) -> bool:
    """Say whether a page runs or fetches something, or is no page at all."""
    parser = _seen(page)
    return parser is None or parser.active


def difference(theirs: list[str], ours: list[str]) -> tuple[int, str]:
    """Count the lines that differ, and give the first as ``theirs / ours``."""
    pairs = [(one, two) for one, two in zip_longest(theirs, ours, fillvalue="") if one != two]
    if not pairs:
        return 0, ""
    one, two = pairs[0]
    return len(pairs), f"{one[:SHOWN]} / {two[:SHOWN]}"


def marks(text: list[str], lang: str) -> list[str]:
    """Give the numbers and the concluding words of a text in their order."""
    return _pattern(lang).findall("\n".join(text).casefold())


@lru_cache(maxsize=2)
def _pattern(lang: str) -> re.Pattern[str]:
    told = (text for name, text in catalogue(lang).items() if CONCLUDING.fullmatch(name))
    pieces = {one.strip(" .,;:，；。：").casefold() for text in told for one in FACT.split(text)}
    long = sorted((one for one in pieces if len(one) >= LEAST[lang]), key=len, reverse=True)
    bound = r"\b" if lang == "en" else ""
    return re.compile(f"{NUMBER}|{bound}(?:{'|'.join(map(re.escape, long))}){bound}")

"""Draw with matplotlib's object API and give SVG that can stand inside a page.

Text stays text. What matplotlib draws carries only ASCII stand-ins (``@x@``), so that no font needs
to hold Chinese and one drawing serves every language: :func:`inline` puts the words in.
"""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import contextmanager, suppress
from html import escape
from typing import TYPE_CHECKING, Any

from fairshelf.reports.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from matplotlib.figure import Figure

SIZE = (4.8, 3.2)
"""Inches; narrow enough that 9-point text stays legible on a phone."""

OKABE_ITO = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#666666",
)
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fairshelf",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "hatch.linewidth": 0.7,
    "path.simplify": True,
}
_FONTS = "system-ui,'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
_BACKEND = "MPLBACKEND"


@contextmanager
def style() -> Iterator[None]:
    """Draw in the style of the house, whatever the user's own ``matplotlibrc`` says.

    matplotlib reads a file of that name in the folder where a command is typed, too.
    """
    mpl = _matplotlib()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def _matplotlib() -> ModuleType:
    """Load matplotlib also where ``MPLBACKEND`` names nothing it knows: no window is opened here.

    A name that it knows holds for the figures of others, as before.
    """
    named = None if "matplotlib" in sys.modules else os.environ.pop(_BACKEND, None)
    try:
        import matplotlib as mpl  # noqa: PLC0415 - slow import
    finally:
        if named is not None:
            os.environ[_BACKEND] = named
    if named:
        with suppress(ValueError):
            mpl.rcParams["backend"] = named
    return mpl


def drawn(figure: Figure) -> str:
    """Give a figure as SVG text without prolog, metadata, fixed size or unused ids.

    The bytes depend on the drawing alone: no date, no random ids. Coordinates are cut to tenths;
    what is written at a tick stays whole.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - slow import

    out = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(out, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"font-family: '?DejaVu Sans'?; ", "", text)
    text = re.sub(r" transform=\"rotate\(-?0 [^)]*\)\"", "", text)
    text = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d\.\d)\d+", r"\1", tag[0]), text)
    text = re.sub(r'<style type="text/css">.*?</style>', "", text, flags=re.DOTALL)
    text = text.replace("; stroke-linejoin: miter", "")
    text = re.sub(r' d="([MLz\d .\n-]+)"', lambda found: f' d="{_shorter(found[1])}"', text)
    used = set(re.findall(r'(?:url\(#|xlink:href="#)([^)"]+)', text))
    return re.sub(
        r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", text
    ).strip()


def _shorter(path: str) -> str:
    """Write a path of straight lines with H and V where only one coordinate changes."""
    told: list[str] = []
    here: tuple[str, str] = ("", "")
    for letter, x, y in re.findall(r"([MLz])\s*(-?[\d.]*)\s*(-?[\d.]*)", path):
        if letter == "z":
            told.append("z")
            continue
        if letter == "L" and y == here[1]:
            told.append(f"H{x}")
        elif letter == "L" and x == here[0]:
            told.append(f"V{y}")
        else:
            told.append(f"{letter}{x} {y}")
        here = (x, y)
    return "".join(told)


def inline(svg: str, ident: str, title: str, desc: str, texts: Mapping[str, str], lang: str) -> str:
    """Make a drawing part of a page: its own ids, a title, a description, the language's words.

    Parameters
    ----------
    svg
        From :func:`drawn`.
    ident
        Prefix of every id, unique in the page.
    title, desc
        What a screen reader says.
    texts
        Words by the stand-in they replace, such as ``@x@``.
    lang
        The page's language: words of another one are marked.
    """
    svg = re.sub(r'id="([^"]+)"', rf'id="{ident}-\1"', svg)
    svg = re.sub(r"url\(#", f"url(#{ident}-", svg)
    svg = re.sub(r'xlink:href="#', f'href="#{ident}-', svg)
    head = (
        f'<svg class="chart" role="img" aria-labelledby="{ident}-title {ident}-desc" '
        f'style="font-family:{_FONTS}" viewBox="\\1">'
        f'<title id="{ident}-title">{escape(title)}</title>'
        f'<desc id="{ident}-desc">{escape(desc)}</desc>'
    )
    for stand_in, words in texts.items():
        svg = svg.replace(stand_in, spoken(words, lang, element="tspan"))
    svg = svg.replace("\n", " ")
    view = re.search(r'viewBox="([^"]+)"', svg)
    start = svg.index(">") + 1
    return head.replace("\\1", view[1] if view else "") + re.sub(r"\s{2,}", " ", svg[start:])

"""One self-contained page: no script, no network, nothing but its own bytes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fairshelf.reports.audiences import PARTS
from fairshelf.reports.community import community
from fairshelf.reports.disclosure import public
from fairshelf.reports.document import build
from fairshelf.reports.figures.download import as_link
from fairshelf.reports.spoken import spoken
from fairshelf.reports.views import narrow
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.community import Page
    from fairshelf.reports.document import Document


def render(
    results: Results, lang: str, *, audience: str = "regulator", strict: bool = False
) -> str:
    """Give the report as one HTML page.

    Parameters
    ----------
    results
        What an audit found; what is printed has been through disclosure control.
    lang
        ``en`` or ``zh``.
    audience
        ``regulator``, ``community`` or ``platform``.
    strict
        Raise ``KeyError`` where a sentence is missing instead of printing its name; for tests.

    Returns
    -------
    str
        HTML that needs no network and no JavaScript. Text from the data is escaped, its control
        and direction characters are made visible. The same results give the same text.
    """
    words = Words(lang, strict=strict, hyphens=True)
    results = public(results)
    doc: Document | Page = build(results, words)
    name = "report.html"
    if audience == "community":
        doc, name = community(results, words), "community.html"
    page = environment().get_template(name)
    return page.render(
        doc=doc,
        parts=PARTS.get(audience, ()),
        t=words.text,
        joined=words.joined,
        narrow=narrow,
        as_link=as_link,
        html_lang=words.html_lang,
        say=lambda text: Markup(spoken(text, lang)),  # noqa: S704 - spoken() escapes
        drawing=Markup,  # only for the SVG that figures and forest make, which escape their text
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Give what fills the templates."""
    made = Environment(
        loader=PackageLoader("fairshelf.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["breadth"] = breadth
    return made


def breadth(text: str) -> int:
    """Count a text's letters, a Chinese character for two: it is as wide as two figures."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)

"""A fit as one self-contained page: no script, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from fairshelf.reports.figures.download import as_link
from fairshelf.reports.fitting.document import page
from fairshelf.reports.fitting.public import public
from fairshelf.reports.html import environment
from fairshelf.reports.spoken import spoken
from fairshelf.reports.views import narrow
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.fit import Fit


def render(record: Fit, lang: str, *, strict: bool = False) -> str:
    """Give a fit as one HTML page.

    Parameters
    ----------
    record
        What ``fit.json`` holds; what is printed has been through disclosure control.
    lang
        ``en`` or ``zh``.
    strict
        Raise ``KeyError`` where a sentence is missing; for tests.
    """
    words = Words(lang, strict=strict, hyphens=True)
    return (
        environment()
        .get_template("fit.html")
        .render(
            doc=page(public(record), words),
            t=words.text,
            joined=words.joined,
            narrow=narrow,
            as_link=as_link,
            html_lang=words.html_lang,
            say=lambda text: Markup(spoken(text, lang)),  # noqa: S704 - spoken() escapes
            drawing=Markup,  # only for the SVG made here, which escapes its text
        )
    )

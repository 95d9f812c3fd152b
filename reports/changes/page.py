"""A page of sections, before any markup, and its setting as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from fairshelf.reports.figures.download import as_link
from fairshelf.reports.html import environment
from fairshelf.reports.spoken import spoken
from fairshelf.reports.views import narrow

if TYPE_CHECKING:
    from fairshelf.reports.views import FigureView, TableView
    from fairshelf.reports.wording import Words


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its heading, sentences, tables and figures, and what stands below them."""

    ident: str
    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[TableView, ...] = ()
    figures: tuple[FigureView, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page: kind, title, what it comes to, sections, limits, data, and who made it.

    ``reading`` are those of the notices that whoever sees only the terminal must learn of.
    """

    kind: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...]
    data: tuple[str, ...]
    notices: tuple[str, ...]
    again: str
    tool: str
    reading: tuple[str, ...] = ()


def render(page: Page, words: Words) -> str:
    """Give a page as HTML that needs no network and no script.

    Text from the data is escaped, its control and direction characters are made visible; the same
    page gives the same text.
    """
    return (
        environment()
        .get_template("changes.html")
        .render(
            doc=page,
            t=words.text,
            joined=words.joined,
            narrow=narrow,
            as_link=as_link,
            html_lang=words.html_lang,
            say=lambda text: Markup(spoken(text, words.lang)),  # noqa: S704 - spoken() escapes
            drawing=Markup,  # only for the SVG made here, which escapes its text
        )
    )

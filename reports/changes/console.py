"""A page on what would change, for a terminal: what it comes to, and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.lines import broken, whole
from fairshelf.reports.remarks import listed

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from fairshelf.reports.changes.page import Page
    from fairshelf.reports.views import TableView
    from fairshelf.reports.wording import Words

WIDTH = 80


def summary(page: Page, words: Words, out: Path | str = "") -> Group:
    """Give what a page comes to, its tables, and its limits.

    Parameters
    ----------
    page
        The page.
    words
        The words of its language.
    out
        Where the page lies; left out where empty.
    """
    said = listed(page.reading, words, WIDTH)
    parts: list[RenderableType] = [] if said is None else [said]
    parts += [_text(one) for one in page.lead]
    for section in page.sections:
        parts += [Text(""), Text(section.title, style="bold")]
        if not section.tables:
            parts += [_text(one) for one in section.sentences]
        for view in section.tables:
            parts += [_text(view.caption), _table(view)]
    parts += [Text(""), *(_text(one) for one in page.limits)]
    if out:
        parts.append(whole(words.text("changes.written", out=str(out))))
    return Group(*parts)


def _table(view: TableView) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading, right in view.columns:
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in view.rows:
        table.add_row(*(f"{one.text}\n{one.sub}" if one.sub else one.text for one in row))
    return table


def _text(sentence: str) -> Text:
    return Text("\n".join(broken(sentence, WIDTH)))

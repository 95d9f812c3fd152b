"""A process that makes a report's pages: ``python -m fairshelf.reports.press LANG...``.

What draws and fills a page takes longer to load than most logs take to count, so a command starts
this beside its other work and hands the results over at the end. What is asked comes on standard
input, once; its end without anything asked is the end of this process.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, BinaryIO

from fairshelf.reports import exports, html
from fairshelf.reports.both_ends import from_both_ends
from fairshelf.reports.figures.forms import dots
from fairshelf.reports.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence


def pages(asked: bytes) -> bytes:
    """Make the pages asked for.

    Parameters
    ----------
    asked
        A list in JSON: the text of ``results.json``, the languages, the audience.

    Returns
    -------
    A list of HTML texts in JSON, in the order of the languages.
    """
    text, languages, audience = json.loads(asked)
    results = exports.load_results(text.encode())

    def page(lang: str) -> str:
        return html.render(results, lang, audience=audience)

    with from_both_ends(lambda: page(languages[0])):
        return json.dumps([page(lang) for lang in languages]).encode()


def answer(source: BinaryIO, to: BinaryIO, languages: Sequence[str]) -> None:
    """Make ready what pages in some languages need, wait for what is asked, and answer it."""
    dots(((1.0, 0.9, 1.1),), (0.8, 1.25))
    exports.reader()
    templates = html.environment()
    for name in templates.list_templates(("html",)):
        templates.get_template(name)
    for lang in languages:
        catalogue(lang)
    asked = source.read()
    if asked:
        to.write(pages(asked))


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1:])

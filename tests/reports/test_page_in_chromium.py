"""The page in a real browser: silent, accessible, narrow enough, and whole on paper."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdf
import pytest

from fairshelf.reports.html import render
from fairshelf.reports.wording import LANGUAGES

from .conftest import rich_results

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from fairshelf.audits.results import Results

pytestmark = pytest.mark.chromium

WIDTHS = (360, 390, 600, 736, 768, 1280)


PAGES = [
    *((lang, kind) for lang in LANGUAGES for kind in ("regulator", "community", "platform")),
    ("zh", "ten"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder where each page is written once for all tests of this file."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(params=PAGES, ids="-".join)
def address(request: pytest.FixtureRequest, ten_groups: Results, folder: Path) -> str:
    """Give the address of a report with ten groups, or of a full audit for each audience."""
    lang, kind = request.param
    place = folder / f"report.{lang}.{kind}.html"
    if place.exists():
        return place.as_uri()
    if kind == "ten":
        page = render(ten_groups, lang)
    else:
        page = render(rich_results(lang), lang, audience=kind)
    place.write_text(page, encoding="utf-8")
    return place.as_uri()


def _opened(browser: Browser, address: str, width: int = 1280, *, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script
    )
    page = context.new_page()
    page.goto(address)
    return page


def test_it_asks_for_nothing_and_complains_of_nothing(browser: Browser, address: str) -> None:
    """Opening the page makes one request, its own file, and no console message."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address, wait_until="networkidle")
    context.close()
    assert asked == [address]
    assert said == []


def test_axe_finds_no_violation(browser: Browser, address: str) -> None:
    """Axe-core, all rules, finds nothing, at phone and desk width.

    Contrast, which takes most of its time, is asked once: colours are the same at any width.
    """
    from axe_playwright_python.sync_playwright import Axe

    page = _opened(browser, address)
    for width, contrast in ((390, True), (1280, False)):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options={"rules": {"color-contrast": {"enabled": contrast}}})
        told = [
            (v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found.response["violations"]
        ]
        assert told == []
    page.context.close()


def test_nothing_reaches_beyond_the_screen(browser: Browser, address: str) -> None:
    """No sideways scrolling, and no table, drawing or command is wider than the page."""
    page = _opened(browser, address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('table, svg, pre, figure, p, h1, h2, td, th')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"""
        )
        assert beyond == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_it_reads_without_javascript(browser: Browser, address: str) -> None:
    """With JavaScript off all text is there."""
    with_script = _opened(browser, address)
    without = _opened(browser, address, script=False)
    texts = [page.locator("main").inner_text() for page in (with_script, without)]
    for page in (with_script, without):
        page.context.close()
    assert texts[0] == texts[1]
    assert len(texts[0]) > 200


def test_paper_cuts_nothing(browser: Browser, address: str) -> None:
    """Printed on A4, nothing is wider than the paper and every table of a figure is shown."""
    page = _opened(browser, address, 680)  # the width of A4 less its margins, in CSS pixels
    page.emulate_media(media="print")
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest('svg'))
        .map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"""
    )
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('details table')]
        .filter(e => e.getBoundingClientRect().height < 20).length"""
    )
    figures = page.evaluate("document.querySelectorAll('figure').length")
    printed = page.evaluate("document.querySelectorAll('details table').length")
    texts = page.locator("p.lead").all_inner_texts()
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    page.context.close()
    assert beyond == []
    assert printed >= figures
    assert hidden == 0
    awaited = [_plain(sentence)[:12] for sentence in texts]
    assert awaited
    printed_text = ""
    for sheet in pypdf.PdfReader(io.BytesIO(paper)).pages:  # reading is slow: as far as is needed
        printed_text += _plain(sheet.extract_text())
        if all(sentence in printed_text for sentence in awaited):
            break
    for sentence in awaited:
        assert sentence in printed_text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notes_in_every_column_stay_on_the_paper(
    browser: Browser, ten_groups: Results, tmp_path: Path, lang: str
) -> None:
    """Where no figure has an interval, the notes in its place break instead of widening tables."""
    empty = tuple(
        replace(one, value=0.0, low=None, high=None, note="no_spread")
        for one in ten_groups.estimates
    )
    place = tmp_path / "notes.html"
    place.write_text(render(replace(ten_groups, estimates=empty), lang), encoding="utf-8")
    page = _opened(browser, place.as_uri(), 680)
    page.emulate_media(media="print")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()
    assert width <= 680


def _plain(text: str) -> str:
    """Take blanks away and write radicals as characters: a PDF may map a glyph to either."""
    plain = unicodedata.normalize("NFKC", "".join(text.split()))
    return plain.translate(str.maketrans("⺠⻅⻚⻓⻔⻋⻢⻉⻛⻜⻥⻦", "民见页长门车马贝风飞鱼鸟"))


def test_the_community_page_is_one_sheet(browser: Browser, address: str) -> None:
    """For shop owners: printed by the browser, one sheet of A4."""
    page = _opened(browser, address)
    plain = page.evaluate("document.body.className === 'plain'")
    sheets = len(
        pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    )
    page.context.close()
    assert (sheets == 1) is plain

"""The rendered pages of every audience: whole, in their own language, without a missing string."""

from __future__ import annotations

import re

import pytest

from fairshelf.reports.audiences import AUDIENCES
from fairshelf.reports.html import render
from fairshelf.reports.wording import LANGUAGES, catalogue

from .conftest import rich_results
from .test_html import HAN, Page

APART = {"code", "title", "desc", "style"}
"""Elements whose text is typed, or is spoken of a drawing that names its language itself."""

BOTH = [(lang, audience) for lang in LANGUAGES for audience in AUDIENCES]


@pytest.mark.parametrize(("lang", "audience"), BOTH)
def test_no_string_is_missing(lang: str, audience: str) -> None:
    """Strict rendering raises for a sentence that is not there; no name of one is printed."""
    page = render(rich_results(lang), lang, audience=audience, strict=True)
    text = re.sub(r"<style>.*?</style>|<code[^>]*>.*?</code>|<[^>]+>", " ", page, flags=re.DOTALL)
    words = {word.strip(".,;:()") for word in text.split()}
    names = {name for name in catalogue(lang) if "." in name and "_" in name}
    assert not words & names


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_chinese_pages_are_chinese(audience: str) -> None:
    """Every word in Latin letters is marked as English or stands in code."""
    page = Page(render(rich_results("zh"), "zh", audience=audience, strict=True))
    for text, lang, around in page.texts:
        if not APART & set(around):
            assert lang == "en" or not re.search(r"[A-Za-z]{2}", text), text


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_english_pages_are_english(audience: str) -> None:
    """Every Chinese character is marked as Chinese: a name in the law, or of the data."""
    page = Page(render(rich_results("en"), "en", audience=audience, strict=True))
    for text, lang, around in page.texts:
        if not APART & set(around):
            assert lang.startswith("zh") or not HAN.search(text), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_audit_renders_alike_twice(lang: str) -> None:
    """The same results give the same bytes for every audience."""
    for audience in AUDIENCES:
        first, second = (render(rich_results(lang), lang, audience=audience) for _ in "ab")
        assert first == second

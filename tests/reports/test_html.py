"""The page: complete, self-contained, inert, marked up for machines that read it aloud."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from fairshelf.audits.results import (
    AttributeRecord,
    ColumnMatch,
    InputFile,
    Level,
    LevelRule,
    Message,
    Results,
    Table,
)
from fairshelf.reports.disclosure import public
from fairshelf.reports.html import render
from fairshelf.reports.reproduce import command
from fairshelf.reports.wording import LANGUAGES, Words

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`javascript:alert(1)\u202e\x00{{7*7}}"
)
VOID = frozenset(("meta", "br", "img", "link", "input", "hr"))
HAN = re.compile("[\u3400-\u9fff]")


class Page(HTMLParser):
    """A reading of a page: its tags with attributes, its ids, its text by language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str, list[str]]] = []
        self.open: list[tuple[str, str]] = []
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and the language that holds within it."""
        facts = dict(attrs)
        self.tags.append((tag, facts))
        inherited = self.open[-1][1] if self.open else ""
        if tag not in VOID:
            self.open.append((tag, facts.get("lang") or inherited))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, which must be the one last opened."""
        if not self.open or self.open.pop()[0] != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        """Note text with its language and the tags around it."""
        if data.strip() and self.open:
            self.texts.append((data, self.open[-1][1], [tag for tag, _ in self.open]))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of every tag of a name."""
        return [facts for name, facts in self.tags if name == tag]

    @property
    def words(self) -> str:
        """All text of the page."""
        return " ".join(text for text, _, around in self.texts if "style" not in around)


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    """Give each language in turn."""
    return str(request.param)


def _page(results: Results, lang: str) -> Page:
    return Page(render(results, lang, strict=True))


def test_every_word_is_there(results: Results, lang: str) -> None:
    """The report is rendered without one missing sentence or fact."""
    assert _page(results, lang).all("h1")


def test_nothing_can_be_loaded_or_run(results: Results, lang: str) -> None:
    """No script, no link to anything outside, no event handler; a policy forbids all of it."""
    text = render(results, lang, strict=True)
    page = Page(text)
    names = {name for name, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "img", "form", "base"}
    for _, facts in page.tags:
        assert not [name for name in facts if name.startswith("on")]
        for name in ("href", "src", "xlink:href"):
            target = facts.get(name) or "#"
            saved = "download" in facts and target.startswith("data:text/csv;")
            assert saved or target.startswith("#")
    policies = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert policies[0] is not None
    assert policies[0].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert "@import" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


def test_tags_are_balanced_and_ids_unique(results: Results, lang: str) -> None:
    """Every tag is closed in order, no id occurs twice, every reference has its target."""
    text = render(results, lang, strict=True)
    page = Page(text)
    assert not page.unbalanced
    ids = Counter(facts["id"] for _, facts in page.tags if facts.get("id"))
    assert not [name for name, count in ids.items() if count > 1]
    wanted = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text))
    assert {first or second for first, second in wanted} <= set(ids)
    for _, facts in page.tags:
        for name in (facts.get("aria-labelledby") or "").split():
            assert name in ids


def test_every_drawing_is_named_or_hidden(results: Results, lang: str) -> None:
    """Each SVG has a role, a title and a description, or is hidden from screen readers."""
    text = render(results, lang, strict=True)
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) > 6
    for drawing in drawings:
        if 'aria-hidden="true"' not in drawing:
            assert 'role="img"' in drawing
            assert re.search(r"<title id=[^>]+>[^<]+</title>", drawing)
            assert re.search(r"<desc id=[^>]+>[^<]+</desc>", drawing)


def test_the_language_is_marked_at_every_switch(results: Results) -> None:
    """In the English page every Chinese character stands in an element marked as Chinese."""
    page = _page(results, "en")
    for text, lang, around in page.texts:
        if HAN.search(text) and not {"code", "title", "desc", "style"} & set(around):
            assert lang == "zh-Hans", text


def test_the_chinese_page_is_chinese(results: Results) -> None:
    """In the Chinese page every English word is marked as English or stands in code."""
    page = _page(results, "zh")
    assert page.all("html")[0]["lang"] == "zh-Hans"
    for text, lang, around in page.texts:
        if not {"code", "title", "desc", "style", "text"} & set(around):
            assert lang == "en" or not re.search(r"[A-Za-z]{2}", text), text


def test_all_estimates_are_printed(results: Results, lang: str) -> None:
    """No estimate of results.json is left out of the page but those that are not public."""
    chosen = [
        replace(e, value=1000.0 + n, low=None, high=None) for n, e in enumerate(results.estimates)
    ]
    words = _page(replace(results, estimates=tuple(chosen)), lang).words.replace(",", "")
    shown = public(replace(results, estimates=tuple(chosen))).estimates
    assert {one.metric for one in shown if one.suppressed} == {"top_share"}  # held by a few
    for number, estimate in enumerate(shown):
        if estimate.suppressed:
            continue
        share = f"{(1000 + number) * 100}.0%"
        assert f"{1000 + number}" in words or share in words, estimate.key


def test_the_sections_stand_in_their_order(results: Results, lang: str) -> None:
    """Question and findings, then case, data, groups, results, methods, how to reproduce."""
    ids = [facts.get("id") for facts in _page(results, lang).all("section")]
    assert ids[:5] == ["summary", "front", "case", "data", "groups"]
    assert ids[-9:] == [
        *("concentration", "robustness", "limits", "reply", "advice", "law", "methods"),
        *("checklist", "reproduce"),
    ]


def test_at_most_three_findings_on_the_first_page(results: Results, lang: str) -> None:
    """With more findings the first page holds three, and says how many follow."""
    many = replace(results, findings=results.findings * 3)
    text = render(many, lang, strict=True)
    first = text[text.index('id="summary"') : text.index("<nav")]
    assert first.count('<li class="finding') == 3
    assert "6" in first


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reasons_stand_beneath_the_first_finding(results: Results, lang: str) -> None:
    """What lowered the certainty is on the first page, before the second finding."""
    reasons = (Message("certainty_shown_only"), Message("certainty_not_adjusted"))
    first, second = (replace(one, reasons=reasons) for one in results.findings[:2])
    page = render(replace(results, findings=(first, second)), lang, strict=True)
    summary = page[: page.index('id="forest-h"')]
    (why,) = re.findall(r'<p class="why">(.*?)</p>', summary, flags=re.DOTALL)
    words = Words(lang, strict=True)
    assert all(words.message(one) in unescape(re.sub("<[^>]+>", "", why)) for one in reasons)
    assert summary.index(why) < summary.rindex("<li class=")


def test_no_favourable_finding_comes_before_a_worse_one(results: Results) -> None:
    """The page keeps the order of the findings: the exclusion of 县域 leads."""
    first = render(results, "en", strict=True).split('class="lead"')[1]
    assert "holds none of the first 49 places" in first.split("</p>")[0]


def test_what_was_not_given_is_said(results: Results) -> None:
    """Every item of the case that is missing is printed as not reported."""
    assert _page(results, "en").words.count("not reported") >= 15
    assert _page(results, "zh").words.count("未提供") >= 15


def test_no_file_name_is_printed(results: Results, lang: str) -> None:
    """Files are named by role and digest only."""
    text = render(results, lang, strict=True)
    assert "tujia_chengdu" not in text
    salted = public(results).inputs[0].sha256
    assert f"sha256:{salted[:12]}" in text
    assert "3f3f3f3f" not in text


def test_hostile_text_is_inert(results: Results, lang: str) -> None:
    """Markup, templates, overrides and NULs in names, headings and messages do nothing."""
    record = AttributeRecord(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        declared=True,
        reference=HOSTILE,
        levels=(Level(HOSTILE, 9, 9, 9, 9, 9), Level("b", 9, 9, 9, 9, 9)),
        mapping=(LevelRule(HOSTILE, HOSTILE + "x", HOSTILE, 3),),
    )
    file = replace(
        results.inputs[0],
        format=HOSTILE,
        columns=(ColumnMatch(HOSTILE, HOSTILE, "given", 1.0),),
        unused=(HOSTILE,),
    )
    told = replace(
        results,
        groups=(record,),
        inputs=(file,),
        case={HOSTILE: HOSTILE, "platform": HOSTILE, "question": HOSTILE},
        settings={**results.settings, "map": {HOSTILE: HOSTILE}, HOSTILE: HOSTILE},
        provenance={HOSTILE: HOSTILE},
        estimates=tuple(replace(e, attribute=HOSTILE, group=HOSTILE) for e in results.estimates),
        findings=tuple(
            replace(f, attribute=HOSTILE, group=HOSTILE, reference=HOSTILE)
            for f in results.findings
        ),
        tables={
            name: Table(
                table.columns,
                tuple(
                    tuple(HOSTILE if isinstance(c, str) and c in _NAMES else c for c in row)
                    for row in table.rows
                ),
            )
            for name, table in results.tables.items()
        },
        notices=(Message("limit_unlabelled", {"attribute": HOSTILE, "rows": 3}),),
    )
    text = render(told, lang, strict=True)
    page = Page(text)
    assert not page.unbalanced
    assert not {name for name, _ in page.tags} & {"script", "img"}
    assert not [name for _, facts in page.tags for name in facts if name.startswith("on")]
    assert "\x00" not in text
    assert "\u202e" not in text
    assert "49}}" not in text
    assert "{{7*7}}" in text


_NAMES = frozenset(("locality", "中心城区", "县域", "远郊区", "外地"))


def test_endless_names_are_cut(results: Results) -> None:
    """A name of 10,000 characters takes up no more room than a long name."""
    long = "长" * 10_000
    record = replace(results.groups[0], levels=(Level(long, 9, 9, 9, 9, 9),), reference=long)
    text = render(replace(results, groups=(record,)), "zh", strict=True)
    assert "长" * 200 not in text


def test_the_same_results_give_the_same_page(results: Results, lang: str) -> None:
    """Rendering twice gives the same text."""
    assert render(results, lang) == render(results, lang)


def test_ten_groups_fit_the_budget(ten_groups: Results, lang: str) -> None:
    """With ten groups, four models and two intervals each the page is at most 300 KB."""
    assert len(render(ten_groups, lang, strict=True).encode()) <= 300_000


def test_results_with_nothing_in_them_make_a_page(results: Results, lang: str) -> None:
    """One seller, no estimates, no findings, no tables: still a page that says so."""
    empty = replace(
        results, estimates=(), findings=(), tables={}, groups=(), limits=(), notices=(), inputs=()
    )
    text = render(empty, lang, strict=True)
    assert "svg class" not in text


def test_an_account_that_does_not_balance_is_told(results: Results) -> None:
    """If the rows do not add up the page says so instead of printing a false sum."""
    wrong = replace(results, rows=replace(results.rows, used=1))
    assert "does not balance" in _page(wrong, "en").words
    words = _page(results, "en").words
    assert "Read = used + rejected + duplicates" in words
    assert "2,499" not in words


def test_the_command_names_roles_not_files(results: Results) -> None:
    """The command to repeat the audit is complete, quoted for a shell, and free of file names."""
    told = replace(results, settings={**results.settings, "attributes": {"locality": "a b; rm"}})
    said = re.search(r"<pre[^>]*><code>(.*?)</code>", render(told, "en"), re.DOTALL)
    assert said
    assert "audit run LOG" in said[1]
    assert "--attribute &#39;locality=a b; rm&#39;" in said[1]
    assert "--seed 0" in said[1]
    assert "--out OUT" in said[1]


def test_a_replay_is_repeated_by_a_replay(results: Results) -> None:
    """Results of a model's order name the command that ranks again, with what it takes."""
    first, *rest = results.inputs
    files = (replace(first, role="candidates"), InputFile("model", "m", "0" * 64, 0, 0, "linear"))
    again = replace(results, inputs=(*files, *rest), provenance={"shown": 20})
    told = command(again)
    assert told.startswith("audit replay MODEL CANDIDATES ")
    assert "--shown 20" in told
    assert "--baseline" not in told


def test_a_column_that_begins_a_chinese_sentence_keeps_its_name(results: Results) -> None:
    """``district`` stays ``district``; an English sentence begins with a capital."""
    note = Message("replay_words_unknown", {"feature": "district", "count": 7, "words": ["远郊"]})
    told = replace(results, notices=(note,))
    page = render(told, "zh", strict=True)
    assert "District 列" not in page
    assert "district 列的这些文字模型不认得" in " ".join(re.sub(r"<[^>]+>", "", page).split())

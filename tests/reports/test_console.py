"""The summary in a terminal fits 80 columns in both languages and says the worst first."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console

from fairshelf.audits.results import Message
from fairshelf.reports.console import summary, truth
from fairshelf.reports.wording import LANGUAGES, Words
from fairshelf.sample_data import Planted

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.audits.results import Results


def _printed(renderable: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=80, color_system=None).print(renderable)
    return out.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_eighty_columns(ten_groups: Results, lang: str) -> None:
    """No line is wider than 80 columns, double-width characters counted twice."""
    long = replace(ten_groups.findings[0], group="很长的群体名称" * 20)
    results = replace(ten_groups, findings=(long, *ten_groups.findings))
    text = _printed(summary(results, lang, "out/" + "x" * 100, strict=True))
    assert max(cell_len(line) for line in text.splitlines()) <= 80


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_accounts_for_the_rows(results: Results, lang: str) -> None:
    """Rows read, used, rejected and repeated stand in the first line."""
    first = _printed(summary(results, lang, strict=True)).splitlines()[0]
    assert all(count in first for count in ("2,499", "2,490", "7", "2"))


def test_the_worst_finding_comes_first(results: Results) -> None:
    """The exclusion from the first page is told before any ratio."""
    text = " ".join(_printed(summary(results, "en", strict=True)).split())
    assert text.index("holds none of the first 49 places") < text.index("receives 0.87 times")


def test_it_says_where_the_report_is(results: Results) -> None:
    """The place of the report is printed when there is one, and only then."""
    assert "out/folder" in _printed(summary(results, "en", "out/folder", strict=True))
    assert "Report" not in _printed(summary(results, "en", strict=True))


def test_the_place_of_the_report_is_never_broken(results: Results) -> None:
    """A path longer than the terminal is one line, whole."""
    path = "out/" + "很长的名字" * 20 + "/report.zh.html"
    out = io.StringIO()
    Console(file=out, width=80, color_system=None).print(
        summary(results, "zh", path, strict=True), crop=False
    )
    assert any(line.endswith(path) for line in out.getvalue().splitlines())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_found_is_said(results: Results, lang: str) -> None:
    """Without findings the summary says that no comparison could be made."""
    assert len(_printed(summary(replace(results, findings=()), lang, strict=True))) > 40


def test_hostile_names_do_not_style_the_terminal(results: Results) -> None:
    """Rich markup and escape sequences in a group's name are printed as text."""
    hostile = replace(results.findings[0], group="[red]x[/red]\x1b[31m")
    text = _printed(summary(replace(results, findings=(hostile,)), "en", strict=True))
    assert "[red]x[/red]" in text
    assert "\x1b" not in text


PLANTED = Planted(
    attribute="locality",
    group={"en": "县域", "zh": "县域"},
    reference={"en": "中心城区", "zh": "中心城区"},
    ratio=0.87,
    error=0.0,
    spread=0.05,
    in_this_sample=0.88,
)


@pytest.mark.parametrize(("lang", "yes", "no"), [("en", "yes", "no"), ("zh", "是", "否")])
def test_truth_is_held_against_the_interval(results: Results, lang: str, yes: str, no: str) -> None:
    """A planted ratio within the interval is called held, one outside it is not."""

    def verdict(ratio: float) -> str:
        told = truth(results, (replace(PLANTED, ratio=ratio),), lang, strict=True)
        line = next(row for row in _printed(told).splitlines() if f"{ratio:.2f}" in row)
        return line.split()[-1]

    assert verdict(0.87) == yes
    assert verdict(0.60) == no


def test_a_truth_that_was_not_estimated_is_said(results: Results) -> None:
    """Where the audit has no estimate of what was planted the table says so."""
    told = truth(results, (replace(PLANTED, attribute="size"),), "en", strict=True)
    assert "not estimated" in _printed(told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_finding_says_why_its_certainty_is_not_higher(
    results: Results, lang: str
) -> None:
    """The reasons follow the grade, once for findings that share them."""
    words = Words(lang, strict=True)
    alike = [
        replace(one, reasons=(Message("certainty_shown_only"), Message("certainty_not_adjusted")))
        for one in results.findings
    ]
    text = "".join(
        _printed(summary(replace(results, findings=tuple(alike)), lang, strict=True)).split()
    )
    reasons = [words.message(one) for one in alike[0].reasons]
    told = "".join(words.joined([words.text("finding.why"), words.joined(reasons)]).split())
    assert text.count(told) == 1
    other = replace(alike[1], reasons=(Message("certainty_one_list"),))
    apart = replace(results, findings=(alike[0], other))
    text = "".join(_printed(summary(apart, lang, strict=True)).split())
    assert "".join(words.text("notice.certainty_one_list").split()) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_left_out_is_said_before_any_finding(results: Results, lang: str) -> None:
    """Sheets and columns that were not read are told once each; how requests were made is not."""
    sheets = Message("sheets_unread", {"file": "a.xlsx", "sheet": "九月", "others": ["十月"]})
    again = Message("time_no_year", {"heading": "日期"})
    told = replace(results, notices=(sheets, again, again, Message("request_is_row")))
    words = Words(lang, strict=True)
    text = "".join(_printed(summary(told, lang, strict=True)).split())
    for notice in (sheets, again):
        assert text.count("".join(words.message(notice).split()).replace("·", "")) == 1
    assert text.index("十月") < text.index("".join(words.text("console.findings").split()))
    assert words.message(Message("request_is_row")).split()[0] not in text
    heading = "".join(words.text("console.left_out").split())
    quiet = "".join(_printed(summary(replace(results, notices=()), lang, strict=True)).split())
    assert heading in text
    assert heading not in quiet


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_that_the_page_will_not_print_a_small_group(results: Results, lang: str) -> None:
    """With nine sellers on a side the terminal tells where figures are; with ten it is still."""
    finding = results.findings[0]

    def sized(sellers: int) -> str:
        groups = tuple(
            replace(one, levels=tuple(replace(level, sellers=sellers) for level in one.levels))
            for one in results.groups
        )
        changed = replace(results, findings=(finding,), groups=groups)
        return _printed(summary(changed, lang, "out", strict=True))

    assert "estimates.csv" in sized(9)
    assert "estimates.csv" not in sized(10)


def test_the_change_at_a_date_is_told_where_it_was_asked_for(results: Results) -> None:
    """Who types a date hears how the ratio changed then, not only where the page may print it."""
    finding = results.findings[0]
    lead = next(one for one in results.estimates if one.metric == "exposure_ratio")
    change = replace(
        lead,
        attribute=finding.attribute,
        group=finding.group,
        reference=finding.reference,
        period="change:2026-09-25",
        value=0.9,
        low=0.86,
        high=0.95,
    )
    settings = {**results.settings, "change_at": "2026-09-25"}
    told = replace(results, estimates=(*results.estimates, change), settings=settings)
    text = " ".join(_printed(summary(told, "en", strict=True)).split())
    assert "Before and after 2026-09-25" in text
    assert "0.90 times" in text
    plain = replace(told, settings={**settings, "change_at": None})
    assert "Before and after" not in _printed(summary(plain, "en", strict=True))

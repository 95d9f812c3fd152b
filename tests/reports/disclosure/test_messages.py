"""Notices and reasons that are public quote nothing of the data and read whole all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.results import Fact, Finding, Message
from fairshelf.reports.disclosure import rules
from fairshelf.reports.disclosure.cells import Withheld
from fairshelf.reports.disclosure.messages import ON_COUNTS, ON_UNKNOWN, UNQUOTED, Telling
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from fairshelf.audits.results import Fact

BOUNDS = (1.0, 0.8, 1.25)
NOTHING = Withheld(frozenset(), frozenset())
ISLAND = Withheld(
    frozenset({("place", "island")}),
    frozenset(),
    beside=frozenset({("place", "rural"), ("place", "urban")}),
)
FACTS: dict[str, Fact] = {
    "attribute": "size",
    "column": "address",
    "standard": "CN-NBS-URC",
    "standards": ["CN-NBS-URC"],
    "file": "my-shop.csv",
    "mark": ".",
    "sellers": 12,
    "rows": 40,
    "width": 7,
    "count": 2,
}
QUOTES: dict[str, Fact] = {
    "value": "zz1",
    "values": ["zz1"],
    "example": "zz1",
    "row": 7,
    "words": ["zz1", "zz2"],
}


def _telling(closed: Withheld) -> Telling:
    return Telling({"my-shop.csv": "log"}, frozenset({"town"}), BOUNDS, closed, rules())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(UNQUOTED))
def test_a_notice_without_its_example_is_a_whole_sentence(code: str, lang: str) -> None:
    """Nothing is quoted and no dots stand where a quotation was; no fact is missing."""
    public = _telling(NOTHING).notice(Message(code, {**FACTS, **QUOTES}))
    said = Words(lang, strict=True).message(public)
    assert "…" not in said
    assert "zz" not in said
    assert "my-shop" not in said
    assert not {"example", "例如", "如 "} & set(said.split("，"))


def test_words_that_stand_in_the_report_are_named() -> None:
    """A word that is a published group, or a value of enough sellers, is told; others are not."""
    told = _telling(NOTHING).notice(Message("words_unmapped", {**FACTS, "words": ["town", "zz1"]}))
    assert (told.code, told.facts["words"]) == ("words_unmapped", ["town"])


def _finding(*reasons: Message) -> Finding:
    return Finding(
        *("EXPOSURE", "place", "rural", "urban"),
        outcome="inconclusive",
        direction="none",
        size="none",
        certainty="low",
        keys=(),
        reasons=reasons,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(ON_COUNTS | ON_UNKNOWN))
def test_reasons_stay_without_what_they_would_give_away(code: str, lang: str) -> None:
    """Beside a withheld group a reason is told without its numbers, else with them, rounded."""
    facts = {"sellers": 27, "of": 57, "share": 0.0625125, "low": 0.912345, "high": 1.112345}
    finding = _finding(Message(code, {**facts}))
    (hidden,) = _telling(ISLAND).finding(finding).reasons
    assert not hidden.facts
    assert not any(
        one.isdigit() for one in Words(lang, strict=True).message(hidden).replace("1 ", "")
    )
    (open_,) = _telling(NOTHING).finding(finding).reasons
    assert open_.code == code
    assert open_.facts["share"] == 0.06251
    assert Words(lang, strict=True).message(open_)


def test_a_finding_that_would_give_a_group_away_is_told_as_withheld() -> None:
    """A comparison of large groups is withheld where a small group follows from its ratio."""
    apart = Withheld(
        ISLAND.small, frozenset(), ISLAND.beside, frozenset({("place", "rural", "urban")})
    )
    finding = _finding(Message("certainty_few_sellers", {"sellers": 27}))
    told = _telling(apart).finding(finding)
    assert told.withheld
    assert (told.outcome, told.reasons, told.keys) == ("not_estimable", (), ())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets_are_counted_and_not_named(lang: str) -> None:
    """Of a workbook it is public how many sheets were left, by no name; the file has its role."""
    telling = Telling({"shop.xlsx [王家]": "log"}, frozenset(), BOUNDS, NOTHING, rules())
    facts: dict[str, Fact] = {"file": "shop.xlsx", "sheet": "王家", "others": ["李家", "张家"]}
    public = telling.notice(Message("sheets_unread", facts))
    assert public == Message("sheets_unread_unnamed", {"file": "log", "count": 2})
    said = Words(lang, strict=True).message(public)
    assert {"en": "one sheet was read; 2 more", "zh": "读取了 1 张工作表，另有 2 张"}[lang] in said


def test_the_row_of_the_headings_is_no_quotation() -> None:
    """In which row the headings stand is printed with the file anyway."""
    told = _telling(NOTHING).notice(Message("preamble_skipped", {"file": "my-shop.csv", "row": 3}))
    assert told.facts == {"file": "log", "row": 3}


def test_sheets_and_printed_words_are_counted_as_they_are() -> None:
    """Where counts are multiples of ten, one sheet is one, and two words that are printed two."""
    telling = Telling(
        {"shop.xlsx": "log"}, frozenset("是否"), BOUNDS, NOTHING, replace(rules(), step=10)
    )
    facts: dict[str, Fact] = {"file": "shop.xlsx", "sheet": "9月", "others": ["10月"]}
    assert telling.notice(Message("sheets_unread", facts)).facts["count"] == 1
    words: dict[str, Fact] = {"attribute": "locality:rural_urban", "sellers": 20, "count": 2}
    told = telling.notice(Message("words_unmapped", {**words, "words": ["否", "是"]}))
    assert (told.facts["count"], told.facts["words"]) == (2, ["否", "是"])
    told = telling.notice(Message("words_unmapped", {**words, "words": ["否", "王家村"]}))
    assert told.facts["count"] == 10

"""Chinese numerals and articles, against numbers that are written out."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from fairshelf.reports.articles import article, numeral


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((1, "一"), (9, "九"), (10, "十"), (11, "十一"), (19, "十九"), (20, "二十")),
        *((21, "二十一"), (99, "九十九"), (100, "一百"), (105, "一百零五"), (110, "一百一十")),
        *((115, "一百一十五"), (230, "二百三十"), (999, "九百九十九")),
    ],
)
def test_numbers_are_written_as_laws_write_them(number: int, said: str) -> None:
    """Ten alone leaves its one out; after a hundred it keeps it; a gap is 零."""
    assert numeral(number) == said


def test_each_number_has_a_numeral_of_its_own() -> None:
    """No two numbers up to 999 are written alike, and others are refused."""
    assert len({numeral(number) for number in range(1, 1000)}) == 999
    for number in (0, 1000):
        with pytest.raises(ValueError, match="no numeral"):
            numeral(number)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("40", "第四十条"),
        ("19, 21(3)", "第十九条、第二十一条第三款"),
        ("22(1)(6), 22(2)", "第二十二条第一款第六项、第二十二条第二款"),
        ("13(1)(5)(6)", "第十三条第一款第五项、第六项"),
        ("4(item 5), 7", "第四条第五项、第七条"),
        ("24-26", "第二十四条至第二十六条"),
        ("流量规则", "（流量规则）"),
    ],
)
def test_articles_paragraphs_and_items(written: str, said: str) -> None:
    """The first bracket is the paragraph, the next ones its items; what is no number is kept."""
    assert article(written) == said


def test_the_principles_of_cooperatives_are_items_of_one_paragraph() -> None:
    """Article 4 of the co-operative law is one paragraph of five items: the fifth is a 项."""
    folder = files("fairshelf.audits").joinpath("standards")
    rows = csv.DictReader(folder.joinpath("legal_instruments.csv").read_text("utf-8").splitlines())
    written = next(row["article"] for row in rows if row["id"] == "CN-COOP-4")
    assert article(written) == "第四条第五项、第七条"

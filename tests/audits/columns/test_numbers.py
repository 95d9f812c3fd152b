"""How numbers are written, and what they mean."""

from __future__ import annotations

import pytest

from fairshelf.audits.columns.numbers import is_missing, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2万", 12000.0),
        ("20万+", 200000.0),
        ("1.2亿", 120000000.0),
        ("3千", 3000.0),
        ("1.5w", 15000.0),
        ("12k", 12000.0),
        ("97.5%", 0.975),
        ("￥3,210.50", 3210.5),
        ("１２３", 123.0),
        ("4.35万", 43500.0),
        ("12,34,567", 1234567.0),
        ("-$5", -5.0),
        ("1234人付款", 1234.0),
        ("¥56.25起", 56.25),
        ("9.9元起", 9.9),
        ("'123", 123.0),
        ("’1,234", 1234.0),
        ("已售1.2万+", 12000.0),
        ("券后¥29.9", 29.9),
        ("月销：1000+", 1000.0),
        ("39.9元/斤", None),
        ("1,5", None),
        ("(5)", None),
        ("1e5万", None),
        ("inf", None),
        ("abc", None),
        ("-", None),
        (None, None),
    ],
)
def test_numbers_with_a_decimal_point(text: str | None, value: float | None) -> None:
    """Exports of Chinese and English programs are read to the last digit."""
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.699,15 €", 1699.15), ("1.250", 1250.0), ("97,5 %", 0.975), ("1,25", 1.25), ("1.25", None)],
)
def test_numbers_with_a_decimal_comma(text: str, value: float | None) -> None:
    """In a file with decimal commas a point only groups thousands."""
    assert parse_number(text, ",") == value


@pytest.mark.parametrize("text", ["", " ", "-", "—", "N/A", "null", "暂无", "\u00a0", None])
def test_what_says_that_nothing_is_known(text: str | None) -> None:
    """Missing is told from wrong."""
    assert is_missing(text)
    assert not is_missing("abc")

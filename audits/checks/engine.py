"""Cells turned into values inside the engine: words, ids, numbers, flags.

Every function takes an Ibis column and gives an Ibis expression. Numbers mean exactly what
:func:`fairshelf.audits.columns.numbers.parse_number` says they mean; the plain form ``12.5`` is
tried first, so that ten million clean cells cost nearly nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import ibis

from fairshelf.audits.checks.records import MICRO
from fairshelf.audits.columns.moments import EPOCH, SERIAL
from fairshelf.audits.columns.numbers import MISSING, NARROW, NO_WORD, POWERS, WIDE, grammar
from fairshelf.audits.columns.protected import APOSTROPHE, OPENING, PROTECTED
from fairshelf.audits.columns.ranks import (
    DIGITS,
    NUMERALS,
    RANK_NARROW,
    RANK_WIDE,
    TEN,
    rank_grammar,
)
from fairshelf.audits.columns.units import OWN
from fairshelf.audits.engines.own import groups, read_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOTALS: Final = (
    *("合计", "总计", "小计", "共计", "累计", "汇总", "全部合计", "合计:", "合计："),
    *("总计:", "总计：", "合計", "総計", "總計", "小計", "합계"),
    *("Total", "total", "TOTAL", "Totals"),
    *("totals", "Subtotal", "subtotal", "Gesamt", "GESAMT", "gesamt", "Gesamtzeile"),
    *("Gesamtsumme", "Summe", "Zwischensumme", "Suma", "Итого", "итого"),
    *("Totale", "Grand total", "Grand Total", "grand total", "GRAND TOTAL", "Sub total"),
    *("合 计", "总 计"),
)
"""What stands in the first cell of a row of sums."""

YES: Final = (
    *("1", "true", "t", "yes", "y", "是", "有", "真", "广告", "推广", "赞助", "付费"),
    *("直通车", "竞价", "廣告", "推廣", "贊助", "付費"),
    *("ad", "ads", "sponsored", "promoted", "paid", "ja", "si", "sí"),
    *("oui", "はい", "広告", "да"),
)
NO: Final = (
    *("0", "false", "f", "no", "n", "否", "无", "假", "非广告", "自然", "免费", "不是"),
    *("非推广", "非廣告", "無", "免費"),
    *("organic", "natural", "free", "unpaid", "nein", "non", "いいえ", "нет"),
)

ALWAYS = ibis.literal(True)  # noqa: FBT003 - a literal, no option
"""The expression that is always true."""

NEVER = ibis.literal(False)  # noqa: FBT003 - a literal, no option
"""The expression that is never true."""

SCIENTIFIC: Final = "^([0-9])(?:[.]([0-9]+))?[eE][+]([0-9]{1,2})$"
EXACT: Final = 2**53
_LARGEST: Final = 2.0**62
_LONGEST_MARK: Final = max(map(len, NO_WORD))


def text_of(column: ir.Value) -> ir.StringValue:
    """Give the cell as text; a whole float from a typed file as the whole number it is."""
    kind = column.type()
    if kind.is_string():
        return column
    if kind.is_floating():
        written = ibis.coalesce(whole(column).cast("string"), column.cast("string"))
        return ibis.ifelse(column.isnan(), ibis.null("string"), written)
    return column.cast("string")


def word(column: ir.Value) -> ir.StringValue:
    """Give the cell without the spaces around it; null where it is empty or says nothing."""
    text = text_of(column)
    if not column.type().is_string():
        return text
    text = ibis.ifelse(is_untidy(text), _unwrapped(text.strip()), text)
    says_nothing = ibis.ifelse(text.length() <= _LONGEST_MARK, text.isin(sorted(NO_WORD)), NEVER)
    return ibis.ifelse(says_nothing, ibis.null("string"), text)


def is_untidy(text: ir.StringValue) -> ir.BooleanValue:
    """Say whether the text has spaces around it or is ``="..."``, ``'1``; cheaper than mending."""
    ends = [text.endswith(space) for space in (" ", "\t", "\n", "\r")]
    return ibis.or_(text < "!", text.startswith(OPENING), text.startswith(APOSTROPHE), *ends)


def _unwrapped(text: ir.StringValue) -> ir.StringValue:
    """Take text out of what a spreadsheet protects it with: ``="007"`` or ``'007`` is ``007``."""
    return text.re_replace(PROTECTED, groups(text, "{1}{2}"))


def looks_scientific(column: ir.Value) -> ir.BooleanValue:
    """Say whether a spreadsheet has turned this id into ``5.6E+11``."""
    if not column.type().is_string():
        return NEVER
    return ibis.ifelse(column.contains("+"), column.strip().re_search(SCIENTIFIC), NEVER).fill_null(
        NEVER
    )


def identifier(column: ir.Value) -> ir.StringValue:
    """Give an id as text; ``5.64940950728E+11`` as the digits it stands for.

    Null where the cell says nothing, and where the digits are lost (see :func:`is_damaged`).
    """
    if not column.type().is_string():
        return word(column)
    text = column.strip()
    digits = text.re_extract(SCIENTIFIC, 1).concat(text.re_extract(SCIENTIFIC, 2))
    restored = ibis.ifelse(_digits_kept(text), digits, ibis.null("string"))
    return ibis.ifelse(looks_scientific(column), restored, word(column))


def is_damaged(column: ir.Value) -> ir.BooleanValue:
    """Say whether an id has lost digits: the mantissa has fewer than the exponent needs."""
    lost = ~_digits_kept(column.strip()) if column.type().is_string() else NEVER
    return ibis.ifelse(looks_scientific(column), lost, NEVER)


def _digits_kept(text: ir.StringValue) -> ir.BooleanValue:
    power = text.re_extract(SCIENTIFIC, 3).try_cast("int64")
    return text.re_extract(SCIENTIFIC, 2).length() == power


def number(column: ir.Value, decimal: str, *, ranks: bool = False) -> ir.NumericValue:
    """Give the number of a cell, null where it holds none or is no number.

    It is a float64; an int64 where the column holds whole numbers that fit into one. With
    ``ranks``, a rank in words (``第3名``) is its number too.
    """
    kind = column.type()
    if kind.is_string():
        return _from_text(column, decimal, ranks=ranks)
    if kind.is_floating():
        odd = column.isnan() | column.isinf()
        return ibis.ifelse(odd, ibis.null("float64"), column.cast("float64"))
    if kind.is_integer() and not kind.is_uint64():
        return column.cast("int64")
    if kind.is_boolean():
        return one_or_zero(column)
    if kind.is_numeric():
        return column.cast("float64")
    return _from_text(column.cast("string"), decimal)


def _from_text(column: ir.StringValue, decimal: str, *, ranks: bool = False) -> ir.FloatingValue:
    read = _lenient(column, decimal)
    if ranks:
        read = ibis.coalesce(read, _rank(column))
    if decimal == ".":
        plain = ibis.ifelse(column.contains("_"), ibis.null("float64"), read_number(column))
        read = ibis.coalesce(plain, read)
    # not nullif(): DuckDB writes its argument out twice, and three of them eight times. It and
    # the others hold that what is no number is greater than infinity.
    return ibis.ifelse(read.abs() < float("inf"), read, ibis.null("float64"))


def _lenient(column: ir.StringValue, decimal: str) -> ir.FloatingValue:
    """Rewrite a number of the grammar as ``-1.2e4`` and cast it.

    Each step holds the one before it only once, so that the expression stays short. What is not of
    the grammar keeps its leading ``x``, which no number has.
    """
    pattern = "^x" + grammar(decimal).removeprefix("^")
    text = ibis.literal("x").concat(_unwrapped(column.translate(WIDE, NARROW)))
    text = text.re_replace(pattern, groups(column, "{1}{2}{3}|{4}{5}{6}"))
    text = text.re_replace("[, ']" if decimal == "." else "[. ']", "")
    if decimal == ",":
        text = text.replace(",", ".")
    for name in sorted(POWERS, key=len, reverse=True):
        text = text.replace(f"|{name}", f"e{POWERS[name]}")
    text = text.replace("|%", "e-2").replace("|e", "e").replace("|E", "e")
    return read_number(text.re_replace("[|]$", ""))


def _rank(column: ir.StringValue) -> ir.FloatingValue:
    """Read a rank as :func:`fairshelf.audits.columns.ranks.parse_rank` does, plain numbers apart.

    What is no rank keeps its leading ``x``, which no number has.
    """
    plain = _unwrapped(column.translate(RANK_WIDE, RANK_NARROW))
    text = ibis.literal("x").concat(plain)
    text = text.re_replace("^x" + rank_grammar().removeprefix("^"), groups(column, "{1}"))
    text = text.translate(NUMERALS, DIGITS)
    text = text.re_replace(f"^{TEN}", f"1{TEN}").re_replace(f"{TEN}$", "0").replace(TEN, "")
    return read_number(text)


_NOTHING = f"^(?:{'|'.join(re.escape(word) for word in sorted(MISSING))})$"


def says_number_missing(column: ir.Value) -> ir.BooleanValue:
    """Say whether a cell of numbers is empty or states that there is none."""
    kind = column.type()
    if kind.is_string():
        # a pattern, not a list: DuckDB makes a join of a long list, over every row
        text = column.translate(WIDE, NARROW).strip()
        return column.isnull() | text.re_search(_NOTHING)
    if kind.is_floating():
        return column.isnull() | column.isnan()
    return column.isnull()


def whole(value: ir.NumericValue) -> ir.IntegerValue:
    """Give a number as int64 where it is whole and exact, else null."""
    if value.type().is_integer():
        return ibis.ifelse(value.between(-EXACT, EXACT), value, ibis.null("int64"))
    # not floor() or round(): ibis casts those to int64, which fails for what does not fit
    fits = ibis.ifelse(value.abs() <= EXACT, value, ibis.null("float64"))
    number = fits.cast("int64")
    return ibis.ifelse(number.cast("float64") == value, number, ibis.null("int64"))


def parts(value: ir.NumericValue, scale: int = MICRO) -> ir.IntegerValue:
    """Give a number as whole millionths, or parts of another size (int64); null if too large."""
    scaled = value.cast("float64") * scale
    return ibis.ifelse(scaled.abs() < _LARGEST, scaled, ibis.null("float64")).round()


def scaled(value: ir.NumericValue, cell: ir.Value, factor: int, *, whole: bool) -> ir.NumericValue:
    """Multiply numbers by their heading's unit: :func:`fairshelf.audits.columns.units.scaled`.

    Each number is written once, so that the expression stays short; one that is too large for
    exact sums is null.
    """
    if factor == 1:
        return value
    times: ir.NumericValue = ibis.literal(float(factor))
    if cell.type().is_string():
        times = ibis.ifelse(cell.re_search(OWN), 1.0, float(factor))
    product = value.cast("float64") * times
    fits = ibis.ifelse(product.abs() < _LARGEST / MICRO, product, ibis.null("float64"))
    return (fits + 0.5).floor() if whole else (fits * MICRO).round().cast("float64") / MICRO


_FIVE_DIGITS = r"^[^0-9０-９]{0,4}[0-9０-９]{2},?[0-9０-９]{3}(?:[^0-9０-９]|$)"
"""What may be a serial day: a date begins with four digits or eight."""


def serial_day(column: ir.Value, decimal: str) -> ir.StringValue:
    """Give a spreadsheet's serial day as ``2026-03-01``; with the cell behind it inside a day."""
    value = number(column, decimal)
    low, high = SERIAL
    days = ibis.ifelse(value.between(low, high), value, ibis.null("float64")).floor()
    start = ibis.literal(EPOCH)
    day = (start + days.cast("int32").as_interval("D")).cast("date").strftime("%Y-%m-%d")
    inside = text_of(column).re_search("[.,][0-9]*[1-9]")
    return ibis.ifelse(inside, day.concat(" ", text_of(column)), day)


def day_or_word(column: ir.Value, decimal: str) -> ir.StringValue:
    """Give a spreadsheet's serial day as :func:`serial_day`, and every other cell as it stands."""
    day = serial_day(column, decimal)
    told = text_of(column)
    return ibis.ifelse(told.re_search(_FIVE_DIGITS), ibis.coalesce(day, word(column)), word(column))


def flag(column: ir.Value) -> ir.IntegerValue:
    """Give a flag as 1 or 0 (int64); null where the word is neither a yes nor a no."""
    if column.type().is_boolean():
        return one_or_zero(column)
    said = word(column).lower()
    return ibis.cases((said.isin(YES), 1), (said.isin(NO), 0), else_=None).cast("int64")


def one_or_zero(truth: ir.BooleanValue) -> ir.IntegerValue:
    """Give a truth value as 1 or 0 (int64): PostgreSQL casts it to no wide integer."""
    return ibis.cases((truth, 1), (~truth, 0), else_=None).cast("int64")


def refusals() -> tuple[type[Exception], ...]:
    """Give what the engine raises when a file turns out not to be what its first rows were."""
    import duckdb  # noqa: PLC0415 - known to be there once the engine is

    return (duckdb.Error,)

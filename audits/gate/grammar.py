r"""The words a rule is written in, read with the place of every mistake.

::

    rule      = metric [ "[" key "=" value { "," key "=" value } "]" ] demand
    demand    = ( ">=" | ">" | "<=" | "<" ) line | "no_worse_than_baseline"
    line      = number | "baseline" [ ( "+" | "-" | "*" ) number ]
    key       = a text column of estimates.csv: attribute, group, browsing ...
    value     = "anything, with \" and \\" or a bare word such as 10 or rural

``≥`` and ``≤`` are read as ``>=`` and ``<=``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Literal

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.gate.records import Statement
from fairshelf.audits.metrics.catalogue import BY_NAME, CATALOGUE

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import Operator

KEYS = (
    *("attribute", "group", "reference", "browsing", "baseline", "cutoff", "scope"),
    *("definition", "period", "method", "ads", "adjusted", "question"),
)
"""Columns of ``estimates.csv`` that a rule may name."""

QUALITY = ("ndcg", "kendall_tau", "pairwise_accuracy")
"""Measures of an order's quality, which stand in a table of their own."""

TYPED = "--rule"
"""Where a rule stands that no file holds."""

LONGEST = 2_000
"""Characters of a rule."""

_WORSE: Literal["no_worse_than_baseline"] = "no_worse_than_baseline"
_OPERATORS: dict[str, Operator] = {">=": ">=", "<=": "<=", ">": ">", "<": "<", "≥": ">=", "≤": "<="}
_TOKENS = re.compile(
    r"""\s*(?:
        (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w:.%]))
      | (?P<word>[^\W\d][\w.:%]*|\d[\w.:%-]*)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<sign>>=|<=|[<>≥≤\[\]=,+*-])
      | (?P<end>$)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Statement:
    """Read a rule.

    Raises
    ------
    UsageError
        ``rule_syntax``: what was found where, and what could stand there. ``rule_unknown_metric``,
        ``rule_unknown_key``, ``rule_key_twice``: with the nearest known names.
    """
    return _Reader(text).statement()


def canonical(statement: Statement) -> str:
    """Write a statement in one spelling: the same for all that mean the same."""
    told = ", ".join(f"{name}={_quoted(value)}" for name, value in statement.keys)
    head = f"{statement.metric}[{told}]" if told else statement.metric
    return f"{head} {demand(statement)}"


def demand(statement: Statement) -> str:
    """Write what a statement demands: ``>= 0.8``, ``>= baseline - 0.005``."""
    if statement.operator == _WORSE:
        return _WORSE
    if not statement.on_baseline:
        return f"{statement.operator} {_short(statement.offset)}"
    line = "baseline" if statement.factor == 1 else f"baseline * {_short(statement.factor)}"
    if statement.offset:
        line += f" {'-' if statement.offset < 0 else '+'} {_short(abs(statement.offset))}"
    return f"{statement.operator} {line}"


def _short(number: float) -> str:
    return repr(number).removesuffix(".0")


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    """Goes through the tokens of one rule."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        if len(text) > LONGEST:
            raise self._wrong(LONGEST, "", [str(LONGEST)])

    def statement(self) -> Statement:
        metric = self._metric()
        keys = self._keys() if self._ahead().text == "[" else {}
        operator, factor, offset = self._demand()
        rest = self._ahead()
        if rest.kind != "end":
            raise UsageError(
                "rule_trailing", rule=self.text, found=self.text[rest.at :], place=TYPED
            )
        ordered = tuple((name, keys[name]) for name in KEYS if name in keys)
        return Statement(metric, ordered, operator, factor, offset)

    def _metric(self) -> str:
        token = self._next()
        if token.kind != "word":
            raise self._wrong(token.at, token.text, ["exposure_ratio", "gini", "ndcg"])
        by_code = {metric.code: metric.name for metric in CATALOGUE}
        name = by_code.get(token.text.upper(), token.text)
        known = [*BY_NAME, *(one for one in QUALITY if one not in BY_NAME)]
        if name not in known:
            raise UsageError(
                "rule_unknown_metric",
                rule=self.text,
                typed=name,
                suggestions=nearest(name, known) or known[:5],
                place=TYPED,
            )
        return name

    def _keys(self) -> dict[str, str]:
        self._next()
        told: dict[str, str] = {}
        while self._ahead().text != "]":
            token = self._next()
            if token.kind != "word":
                raise self._wrong(token.at, token.text, list(KEYS[:6]))
            if token.text not in KEYS:
                raise UsageError(
                    "rule_unknown_key",
                    rule=self.text,
                    typed=token.text,
                    suggestions=nearest(token.text, KEYS) or list(KEYS),
                    place=TYPED,
                )
            if token.text in told:
                raise UsageError("rule_key_twice", rule=self.text, typed=token.text, place=TYPED)
            self._take("=")
            told[token.text] = self._value()
            if self._ahead().text != "]":
                self._take(",", "]")
        self._take("]")
        return told

    def _value(self) -> str:
        token = self._next()
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        if token.kind not in {"word", "number"}:
            raise self._wrong(token.at, token.text, ['"..."'])
        return token.text

    def _demand(self) -> tuple[Operator, float, float]:
        token = self._next()
        if token.text == _WORSE:
            return _WORSE, 1.0, 0.0
        if token.text not in _OPERATORS:
            raise self._wrong(token.at, token.text, ["[", ">=", "<=", ">", "<", _WORSE])
        operator = _OPERATORS[token.text]
        if self._ahead().text != "baseline":
            return operator, 0.0, self._number(["0.8", "baseline"])
        self._next()
        return (operator, *self._margin())

    def _margin(self) -> tuple[float, float]:
        """Read what follows ``baseline``; ``baseline -0.005`` has the sign on its number."""
        token = self._ahead()
        if token.kind == "number" and token.text[0] in "+-":
            return 1.0, self._number([])
        if token.text in {"+", "-", "*"}:
            self._next()
            number = self._number(["0.005"])
            if token.text == "*":
                if number <= 0:
                    raise self._wrong(token.at, f"* {number:g}", ["* 0.95"])
                return number, 0.0
            return 1.0, number if token.text == "+" else -number
        return 1.0, 0.0

    def _number(self, expected: list[str]) -> float:
        token = self._next()
        if token.kind != "number" or not isfinite(float(token.text)):
            raise self._wrong(token.at, token.text, expected)
        return float(token.text)

    def _take(self, sign: str, *also: str) -> None:
        token = self._next()
        if token.text != sign or token.kind == "text":
            raise self._wrong(token.at, token.text, [sign, *also])

    def _ahead(self) -> _Token:
        found = _TOKENS.match(self.text, self.at)
        if found is None or found.lastgroup is None:
            rest = self.text[self.at :]
            start = self.at + len(rest) - len(rest.lstrip())
            raise self._wrong(start, self.text[start : start + 10], ['"..."'])
        return _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))

    def _next(self) -> _Token:
        token = self._ahead()
        self.at = token.at + len(token.text)
        return token

    def _wrong(self, at: int, found: str, expected: list[str]) -> UsageError:
        return UsageError(
            "rule_syntax",
            rule=self.text[:LONGEST],
            character=at + 1,
            found=found or "",
            before=self.text[max(0, at - 20) : at],
            expected=expected,
            place=TYPED,
        )

"""The words of the report and the console: gettext catalogues by symbolic names, and numbers.

Every sentence stands in ``locales/{en,zh}/*.po`` under a symbolic name (``exposure.lower.high``),
so that neither language is the translation of the other. Placeholders are ``{fact}``; whole
numbers, fractions and lists are set as the language sets them. ``{fact:percent}``,
``{fact:ratio}``, ``{fact:id}``, ``{fact:p}`` and ``{fact:date}`` ask for a form.
"""

from __future__ import annotations

import math
import re
import string
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairshelf.audits.errors import FairshelfError
    from fairshelf.audits.results import Message

Language = Literal["en", "zh"]
LANGUAGES: tuple[str, ...] = get_args(Language)

HTML_LANG: dict[str, str] = {"en": "en", "zh": "zh-Hans"}
_LOCALE: dict[str, str] = {"en": "en", "zh": "zh_Hans_CN"}

_SMALLEST_P = 0.001
_SMALL_SHARE = 0.001
_LARGEST = 10**15
_LARGEST_RATIO = 10_000
_SMALLEST_RATIO = 0.0001
_BLANK = re.compile(r"(?<=[^\s\d%]) (?=略[高低]于)")
"""The blank that Chinese leaves before a number, where words stand in its place."""
_SOFT_HYPHEN = "\u00ad"
_EDGE = "\ue000"
"""Stands at both ends of a fact until its sentence is whole; a private character, never shown."""
_STOPS = "\u201c\u201d\u3001-\u3003\u3008-\u3011\uff01-\uff0f\uff1a-\uff1f"
_HAN = f"\u4e00-\u9fff{_STOPS}"
_SET = re.compile(f"(?:(?<=[{_HAN}])( ))?{_EDGE}([^{_EDGE}]*){_EDGE}(?:( )(?=[{_HAN}]))?")
_ALL_HAN, _OPENS, _CLOSES = (
    re.compile(form) for form in (f"[{_HAN}]+", f"[{_STOPS}].*", f".*[{_STOPS}]")
)
_MOST_PLACES = 4
"""Places up to which a ratio is told from a mark by its digits."""
_SAME = 6
"""Places beyond which two ratios are the same number."""
_LIST_LIMIT = 12
_COLUMN_FACTS = frozenset(("column", "columns", "key"))
"""Facts of messages that may name canonical columns."""


@lru_cache(maxsize=4)
def catalogue(lang: str) -> Mapping[str, str]:
    """Read all catalogues of a language.

    Returns
    -------
    Mapping[str, str]
        Symbolic name to sentence; names without a sentence are left out.

    Raises
    ------
    UsageError
        ``report_language``.
    """
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only when something is said

    if lang not in LANGUAGES:
        raise UsageError("report_language", language=lang, known=list(LANGUAGES))
    found: dict[str, str] = {}
    folder = files("fairshelf.reports") / "locales" / lang
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            with file.open("rb") as stream:
                entries = read_po(stream, locale=_LOCALE[lang])
            found.update({str(e.id): str(e.string) for e in entries if e.id and e.string})
    return found


class Words:
    """The words of one language.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    strict
        Raise ``KeyError`` for a name without a sentence or a placeholder without a fact, as tests
        do. Otherwise the name (or the placeholder) is shown: a reader is better served by a bare
        code than by a traceback.
    hyphens
        Keep the places where a page may divide a word (soft hyphens): a browser shows them only
        at the end of a line, a terminal or a file may show each one or count it as a column.
    """

    def __init__(self, lang: str, *, strict: bool = False, hyphens: bool = False) -> None:
        self.lang = lang
        self.strict = strict
        self.hyphens = hyphens
        self._sentences = catalogue(lang)
        self._formatter = _FactFormatter(self)

    @property
    def html_lang(self) -> str:
        """The value of HTML's ``lang`` attribute."""
        return HTML_LANG[self.lang]

    def has(self, msgid: str) -> bool:
        """Say whether a sentence of this name exists."""
        return msgid in self._sentences

    def text(self, msgid: str, /, **facts: object) -> str:
        """Give a sentence with its facts set in.

        Raises
        ------
        KeyError
            The name is unknown or a fact is missing, and ``strict`` is set.
        """
        sentence = self._sentences.get(msgid)
        if sentence is None:
            if self.strict:
                message = f"no sentence {msgid!r} in {self.lang}"
                raise KeyError(message)
            told = ", ".join(f"{name}={value}" for name, value in facts.items())
            return f"{msgid} ({told})" if told else msgid
        if not self.hyphens:
            sentence = sentence.replace(_SOFT_HYPHEN, "")
        told = self._formatter.vformat(sentence, (), facts)
        if self.lang == "zh":
            told = _BLANK.sub("", _SET.sub(_joined, told))
        return told.replace(_EDGE, "")

    def error(self, error: FairshelfError) -> tuple[str, str, str]:
        """Say what happened, where, and what to do; the last two may be empty."""
        parts = ("what", "where", "do")
        names = [f"{error.code}.{part}" for part in parts]
        if not self.has(names[0]) and not self.strict:
            return (str(error), "", "")
        facts = self._named(error.facts)
        if str(facts.get("why")).startswith("fault."):
            facts["why"] = self.text(facts["why"], **facts)
        what = self.text(names[0], **facts)
        where, do = (self.text(name, **facts) if self.has(name) else "" for name in names[1:])
        if facts.get("file") == "":  # typed, not read
            where = ""
        return (what, where, do)

    def message(self, message: Message) -> str:
        """Say a notice or a limit; of parts that each have a count, those that are not 0."""
        msgid, facts = f"notice.{message.code}", self._named(message.facts)
        counted = [f"{msgid}.{name}" for name, count in message.facts.items() if count]
        parts = [self.text(one, **facts) for one in counted if self.has(one)]
        return self.text(msgid, **facts, **({"parts": parts} if parts else {}))

    def column(self, canonical: str) -> str:
        """Name a canonical column in the language, with the name that is typed behind it."""
        msgid = f"column.{canonical}"
        if not self.has(msgid):
            return canonical
        name = self.text(msgid).partition("（")[0].partition(" (")[0]
        if name.replace(" ", "_") == canonical:
            return canonical
        return self.text("inspect.taken.known", name=name, code=canonical)

    def _named(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Name the canonical columns among the facts of a message, and why a row was refused."""
        named = dict(facts)
        reason = facts.get("reason")
        if isinstance(reason, str) and self.has(f"reason.{reason}"):
            named["reason"] = self.text(f"reason.{reason}")
        for key in _COLUMN_FACTS & facts.keys():
            given = facts[key]
            if isinstance(given, str):
                named[key] = self.column(given)
            elif isinstance(given, list | tuple):
                named[key] = [self.column(one) if isinstance(one, str) else one for one in given]
        return named

    def label(self, kind: str, code: str | None) -> str:
        """Name a code of a family, such as ``metric`` ``exposure_ratio``.

        A parameter is kept: ``rbp:0.85`` is looked up as ``rbp`` with ``parameter`` 0.85. Codes
        without a name are shown as they are.
        """
        if code is None:
            return self.text("none")
        head, _, parameter = code.partition(":")
        msgid = f"{kind}.{head}"
        if parameter == "1" and self.has(f"{msgid}.one"):
            return self.text(f"{msgid}.one", parameter=parameter)
        return self.text(msgid, parameter=parameter) if self.has(msgid) else code

    def integer(self, value: float | None) -> str:
        """Set a whole number with the language's grouping."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - only when something is said

        if value is None:
            return self.text("none")
        if abs(value) > _LARGEST:
            return self._beyond(value)
        return str(format_decimal(round(value), locale=_LOCALE[self.lang]))

    def number(self, value: float | None, digits: int = 4) -> str:
        """Set a number with a given count of significant digits."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - only when something is said

        if value is None or not math.isfinite(value):
            return self.text("none")
        if abs(value) > _LARGEST:
            return self._beyond(value)
        if value in (0, round(value)):
            return str(format_decimal(value, locale=_LOCALE[self.lang]))
        if 0 < value < _SMALLEST_RATIO:
            return self._below(_SMALLEST_RATIO)
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        shown = round(value, places)
        pattern = "#,##0." + "0" * places if places else "#,##0"
        return str(format_decimal(shown, pattern, locale=_LOCALE[self.lang]))

    def percent(self, value: float | None, places: int = 1) -> str:
        """Set a share as a percentage; below 0.1% with two places, below 0.01% as such."""
        from babel.numbers import format_percent  # noqa: PLC0415 - only when something is said

        if value is None or not math.isfinite(value):
            return self.text("none")
        if abs(value) > _LARGEST:
            return self._beyond(value)
        places = 0 if value == 0 else places
        if 0 < abs(value) < _SMALL_SHARE and places:
            places = 2
        least = 10.0 ** -(places + 2)
        sign = "< " if 0 < value < least / 2 else ""
        pattern = f"#,##0.{'0' * places}%" if places else "#,##0%"
        shown = least if sign else value
        return sign + str(format_percent(shown, pattern, locale=_LOCALE[self.lang]))

    def ratio(self, value: float | None, marks: Sequence[float] = (1.0,)) -> str:
        """Set a ratio so that rounding never carries it onto a mark it does not stand on.

        Parameters
        ----------
        value
            The ratio.
        marks
            Values that mean something: 1 and the bounds. 0.7996 beside the bound 0.8 is printed
            as 0.7996, not 0.80. What four places do not tell from a mark is printed as just above
            or just below it: 1.00001 beside an interval would look far more exact than it is.
        """
        from babel.numbers import format_decimal  # noqa: PLC0415 - only when something is said

        if value is None or not math.isfinite(value):
            return self.text("none")
        if value == 0:
            return "0"
        if 0 < value < _SMALLEST_RATIO:
            return self._below(_SMALLEST_RATIO)
        if value < -_LARGEST:
            return self._beyond(value)
        if value > _LARGEST_RATIO:
            largest = format_decimal(_LARGEST_RATIO, "#,##0", locale=_LOCALE[self.lang])
            return f"> {largest}"
        places = 2
        if abs(value) < 0.1:  # noqa: PLR2004 - two significant digits for small ratios
            places = min(6, 1 - math.floor(math.log10(abs(value))))
        while (mark := _met(value, places, marks)) is not None and places < _MOST_PLACES:
            places += 1
        if mark is not None:
            side = "above" if value > mark else "below"
            told = format_decimal(mark, "#,##0.######", locale=_LOCALE[self.lang])
            return self.text(f"ratio.just_{side}", mark=told)
        pattern = "#,##0." + "0" * places
        return str(format_decimal(round(value, places), pattern, locale=_LOCALE[self.lang]))

    def p_value(self, value: float | None) -> str:
        """Set a p-value: three places, ``< 0.001`` below."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - only when something is said

        if value is None or not math.isfinite(value):
            return self.text("none")
        if value < _SMALLEST_P:
            return self._below(_SMALLEST_P)
        return str(format_decimal(value, "0.000", locale=_LOCALE[self.lang]))

    def _beyond(self, value: float) -> str:
        from babel.numbers import format_decimal  # noqa: PLC0415 - only when something is said

        sign, limit = (">", _LARGEST) if value > 0 else ("<", -_LARGEST)
        return f"{sign} {format_decimal(limit, locale=_LOCALE[self.lang])}"

    def _below(self, limit: float) -> str:
        from babel.numbers import format_decimal  # noqa: PLC0415 - only when something is said

        return f"< {format_decimal(limit, '0.####', locale=_LOCALE[self.lang])}"

    def date(self, text: str) -> str:
        """Set an ISO date in the language's long form; anything else stays as it is."""
        import datetime as dt  # noqa: PLC0415 - only for case files

        from babel.dates import format_date  # noqa: PLC0415 - only for case files

        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            return text
        return str(format_date(day, "long", locale=_LOCALE[self.lang]))

    def joined(self, sentences: Sequence[str]) -> str:
        """Put sentences one behind the other, as the language does: Chinese leaves no blank."""
        return (" " if self.lang == "en" else "").join(sentences)

    def listing(self, items: Sequence[object]) -> str:
        """Join items as the language joins them; long lists are cut and counted."""
        if not items:
            return self.text("none")
        shown = [self.fact(item) for item in items[:_LIST_LIMIT]]
        joined = self.text("list.separator").join(shown)
        rest = len(items) - len(shown)
        return joined + self.text("list.more", count=rest) if rest > 0 else joined

    def fact(self, value: object, form: str = "") -> str:
        """Set one fact of a sentence."""
        forms: dict[str, Any] = {
            "percent": self.percent,
            "ratio": self.ratio,
            "p": self.p_value,
            "id": str,
            "date": lambda given: self.date(str(given)),
        }
        if form:
            return str(forms[form](value))
        if value is None:
            return self.text("none")
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        if isinstance(value, int):
            return self.integer(value)
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, list | tuple):
            return self.listing(value)
        return self._to_fill(str(value))

    def _to_fill(self, text: str) -> str:
        """Say in an option to type what the reader has to fill in."""
        if not text.startswith("--"):
            return text
        heading, name = f"={self.text('fill.heading')}", f" {self.text('fill.name')}="
        text = text.removesuffix("...") + heading[1:] if text.endswith("=...") else text
        return text.replace("=COLUMN", heading).replace(" NAME=", name)


def _joined(found: re.Match[str]) -> str:
    """Take away the blank that stands for a foreign word, beside a fact that is Chinese itself."""
    before, fact, after = (part or "" for part in found.groups())
    if _ALL_HAN.fullmatch(fact):
        return fact
    if _OPENS.fullmatch(fact):
        before = ""
    return before + fact + ("" if _CLOSES.fullmatch(fact) else after)


def _met(value: float, places: int, marks: Sequence[float]) -> float | None:
    """Give the mark that rounding would carry a number onto, which does not stand on it."""
    return next(
        (
            mark
            for mark in marks
            if round(value, places) == round(mark, _SAME) != round(value, _SAME)
        ),
        None,
    )


class _FactFormatter(string.Formatter):
    """Sets facts into ``{placeholders}`` in the words' language; looks at plain names only."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def get_field(
        self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[Any, str]:
        del args
        if field_name in kwargs:
            return kwargs[field_name], field_name
        if self._words.strict:
            message = f"no fact {field_name!r}"
            raise KeyError(message)
        return "{" + field_name + "}", field_name

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - any fact
        plain = isinstance(value, str) and format_spec in {"percent", "ratio", "p"}
        told = value if plain else self._words.fact(value, format_spec)
        return f"{_EDGE}{told}{_EDGE}"

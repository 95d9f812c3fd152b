"""What a heading is called elsewhere: the table of known headings and how it is asked.

The table stands in ``audits/standards/headings.csv``. It holds headings of back-office exports,
crawls, logs and business registers in several languages, each with the canonical column it names.
Names that are no canonical column (``title``, ``ctr`` ...) are in it too, so that a heading can be
recognised and left alone.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fairshelf.audits.columns.traditional import simplified
from fairshelf.audits.columns.units import without_unit

_BRACKETED = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|「[^「」]*」|<[^<>]*>|{[^{}]*}"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Known:
    """One thing a heading may mean.

    Attributes
    ----------
    canonical
        A canonical column, or the field's name of a column that is recognised and unused.
    heading
        The heading as it stands in the table.
    language
        ISO 639-1 code of the heading's language.
    rank
        1 for the usual heading of that column; higher where another heading beside it is to be
        preferred (an id before a name, an id before a link).
    exact
        True if the heading stands in the table letter by letter, False if it does once case,
        width, spaces and brackets are folded.
    """

    canonical: str
    heading: str
    language: str
    rank: int
    exact: bool


def lookup(heading: str) -> tuple[Known, ...]:
    """Say what a heading may mean: exact entries, else those of the folded heading.

    Parameters
    ----------
    heading
        The heading as it stands in the file.

    Returns
    -------
    tuple of Known
        Best rank first, one entry per canonical name; empty where the heading is unknown.
    """
    exact, folded = _table()
    entries = exact.get(heading.strip(), ())
    if entries:
        return _one_each(entries, exact=True)
    for form in forms(heading):
        entries = folded.get(form, ())
        if entries:
            return _one_each(entries, exact=False)
    return ()


def forms(heading: str) -> tuple[str, ...]:
    """Fold a heading for comparison: whole, without what stands in brackets, without its unit.

    Width (NFKC), case, spaces, punctuation and traditional characters are folded away;
    ``商品价格(单位：元)`` gives ``商品价格单位元`` and ``商品价格``, ``展示量/千`` gives
    ``展示量千`` and ``展示量``.
    """
    plain = unicodedata.normalize("NFKC", heading).strip()
    whole = _letters(plain)
    bare = _letters(_BRACKETED.sub(" ", plain))
    counted = _letters(without_unit(plain))
    return tuple(dict.fromkeys(form for form in (whole, bare, counted) if form))


def words(heading: str) -> str:
    """Give a heading as lower-case words with single spaces, for comparing by similarity."""
    plain = _CAMEL.sub(" ", unicodedata.normalize("NFKC", heading))
    kept = "".join(letter if letter.isalnum() else " " for letter in plain.casefold())
    return " ".join(kept.split())


def known_headings() -> tuple[tuple[str, str], ...]:
    """Give every (canonical name, heading) of the table, in file order."""
    return tuple((entry.canonical, entry.heading) for entry in _entries())


def _letters(text: str) -> str:
    return simplified("".join(letter for letter in text.casefold() if letter.isalnum()))


def _one_each(entries: tuple[Known, ...], *, exact: bool) -> tuple[Known, ...]:
    best: dict[str, Known] = {}
    for entry in sorted(entries, key=lambda known: known.rank):
        best.setdefault(entry.canonical, entry)
    return tuple(
        Known(entry.canonical, entry.heading, entry.language, entry.rank, exact)
        for entry in best.values()
    )


@cache
def _entries() -> tuple[Known, ...]:
    path = files("fairshelf.audits") / "standards" / "headings.csv"
    with path.open(encoding="utf-8") as lines:
        return tuple(
            Known(row["canonical"], row["heading"], row["language"], int(row["rank"]), exact=True)
            for row in csv.DictReader(lines)
        )


@cache
def _table() -> tuple[dict[str, tuple[Known, ...]], dict[str, tuple[Known, ...]]]:
    exact: dict[str, tuple[Known, ...]] = {}
    folded: dict[str, tuple[Known, ...]] = {}
    for entry in _entries():
        exact[entry.heading] = (*exact.get(entry.heading, ()), entry)
        form = forms(entry.heading)[0]
        folded[form] = (*folded.get(form, ()), entry)
    return exact, folded

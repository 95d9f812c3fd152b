"""Which rules speak of what was measured: cited with caution, apart from the findings.

Only from ``audits/standards/legal_instruments.csv``, by default only what was checked against its
primary text, for the jurisdictions asked for and the measures the audit has made.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fairshelf.reports.articles import article
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.wording import Words

CHECKED = "2026-11-22"
"""When the table was last checked; statutes on public mirrors, which are no official gazettes."""

ALWAYS = ("privacy", "evidence", "complaint")
UNSURE = ("from memory", "derived")


@dataclass(frozen=True, slots=True)
class Citation:
    """One instrument as it may be cited: both languages are (English, Chinese).

    ``sure`` tells whether the date since when it is in force was looked up.
    """

    ident: str
    jurisdiction: str
    name: tuple[str, str]
    article: str
    since: str
    sure: bool
    duty: tuple[str, str]
    caution: tuple[str, str]
    verified: bool


@cache
def _tables() -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
    folder = files("fairshelf.audits").joinpath("standards")
    rows = csv.DictReader(io.StringIO(folder.joinpath("legal_instruments.csv").read_text("utf-8")))
    chosen = tomllib.loads(folder.joinpath("citations.toml").read_text("utf-8"))
    return {row["id"]: row for row in rows}, chosen


def known() -> tuple[str, ...]:
    """Give the jurisdictions of the table."""
    rows, _ = _tables()
    return tuple(sorted({row["jurisdiction"].partition("-")[0] for row in rows.values()}))


def measured(results: Results) -> tuple[str, ...]:
    """Name what an audit measured, as the sections of ``citations.toml``."""
    estimates = results.estimates
    metrics = {estimate.metric for estimate in estimates}
    declared = {record.name.partition(":")[0] for record in results.groups if record.declared}
    curve = results.tables.get("specification_curve")
    ads = curve.columns.index("ads") if curve else 0
    found = {
        "gap": "exposure_ratio" in metrics,
        "adjusted": any(e.adjusted and e.value is not None for e in estimates),
        "rural": "locality" in declared,
        "size": "size" in declared,
        "concentration": "top_share" in metrics,
        "advertising": any(row[ads] != "all" for row in (curve.rows if curve else ())),
        "change": any((e.period or "").startswith("change:") for e in estimates),
        "first_page": "topk_selection_rate" in metrics,
    }
    return (*(name for name, there in found.items() if there), *ALWAYS)


def citations(
    measures: tuple[str, ...], jurisdictions: tuple[str, ...], *, unverified: bool = False
) -> tuple[Citation, ...]:
    """Choose what may be cited.

    Parameters
    ----------
    measures
        What was measured, or ``request``.
    jurisdictions
        ``CN``, ``EU`` ...; none cites nothing.
    unverified
        Whether instruments not checked against their primary text are cited as well.
    """
    rows, chosen = _tables()
    wanted = dict.fromkeys(one for name in measures for one in chosen[name]["ids"])
    told = []
    for ident in wanted:
        row = rows[ident]
        verified = row["verification"].startswith("primary")
        if row["jurisdiction"].partition("-")[0] in jurisdictions and (verified or unverified):
            told.append(_citation(row, chosen, verified=verified))
    return tuple(told)


def _citation(row: dict[str, str], chosen: dict[str, Any], *, verified: bool) -> Citation:
    ident = row["id"]
    names = chosen["names"]
    key = max((name for name in names if ident.startswith(name)), key=len)
    since = row["in_force_date"].split(" ")[0]
    sure = not any(mark in row["in_force_date"] for mark in UNSURE)
    caution = chosen["cautions"].get(ident, ("", ""))
    return Citation(
        ident,
        row["jurisdiction"],
        tuple(names[key]),
        row["article"],
        since if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since) else "",
        sure,
        (row["obligation_en"], _fullwidth(row["obligation_zh"])),
        tuple(caution),
        verified,
    )


def _fullwidth(text: str) -> str:
    return text.translate(str.maketrans(",;:", "，；："))


def law_table(results: Results, words: Words) -> TableView | None:
    """Lay out what the settings let cite; None where no jurisdiction was asked for."""
    asked = results.settings.get("jurisdiction")
    jurisdictions = tuple(str(one) for one in asked) if isinstance(asked, list | tuple) else ()
    if not jurisdictions:
        return None
    found = citations(
        measured(results),
        jurisdictions,
        unverified=bool(results.settings.get("cite_unverified")),
    )
    side = 0 if words.lang == "en" else 1
    rows = tuple(
        (
            Cell(
                named(one, words),
                _since(one, words),
            ),
            Cell(one.duty[side], "" if one.verified else words.text("law.unverified")),
            Cell(one.caution[side]),
        )
        for one in found
    )
    columns = (
        (words.text("law.instrument"), False),
        (words.text("law.duty"), False),
        (words.text("law.caution"), False),
    )
    return TableView(words.text("section.law"), columns, rows, words.text("law.note", date=CHECKED))


def _since(one: Citation, words: Words) -> str:
    if not one.since:
        return ""
    return words.text("law.since" if one.sure else "law.since.unsure", date=one.since)


def named(one: Citation, words: Words) -> str:
    """Name the article or articles, counted as the language counts them."""
    side = 0 if words.lang == "en" else 1
    if one.jurisdiction == "CN" and words.lang == "zh":
        return one.name[side] + article(one.article)
    articles = one.article.split(", ")
    msgid = "law.articles" if len(articles) > 1 else "law.article"
    told = words.text("law.article.separator").join(articles)
    return words.text(msgid, name=one.name[side], article=told)

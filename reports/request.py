"""The letter that asks a platform or an authority for the log an audit needs.

Blanks are marked with ``____`` where the case file gives nothing. Law is cited only where it was
checked against its primary text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.law import CHECKED, citations, named
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

BLANK = "____"

COLUMNS = (
    *("request", "position", "listing", "seller", "time", "query", "sponsored"),
    *("impressions", "clicks"),
)
SELLER_COLUMNS = ("seller", "region_code", "locality", "employees", "annual_revenue", "cooperative")
CATALOGUE_COLUMNS = ("listing", "seller", "category", "price", "rating", "relevance")
SAFEGUARDS = ("pseudonyms", "no_users", "purpose", "small", "deletion")


def letter(
    addressee: str, case: Mapping[str, object], jurisdictions: tuple[str, ...], lang: str
) -> str:
    """Write the letter as Markdown.

    Parameters
    ----------
    addressee
        ``platform`` or ``authority``.
    case
        The case file's fields.
    jurisdictions
        Whose law may be cited as the ground of the request.
    lang
        ``en`` or ``zh``.
    """
    words = Words(lang)
    given = {name: visible(str(case[name]), 300) if case.get(name) else BLANK for name in NAMED}
    lines = [f"# {words.text(f'letter.{addressee}.title', **given)}", ""]
    lines += [words.text(f"letter.{addressee}.to", **given), ""]
    lines += [words.text(f"letter.{addressee}.opening", **given), ""]
    lines += _grounds(addressee, jurisdictions, words)
    lines += [f"## {words.text('letter.columns')}", "", words.text("letter.period", **given), ""]
    for name, columns in (
        ("log", COLUMNS),
        ("sellers", SELLER_COLUMNS),
        ("catalogue", CATALOGUE_COLUMNS),
    ):
        lines += [f"### {words.text(f'letter.{name}')}", "", *_table(columns, words), ""]
    lines += [words.text("letter.format"), "", f"## {words.text('letter.safeguards')}", ""]
    lines += [f"- {words.text(f'letter.safeguard.{one}')}" for one in SAFEGUARDS]
    lines += ["", words.text(f"letter.{addressee}.closing", **given), ""]
    lines += [words.text("letter.salute"), "", words.text("letter.signature", **given), ""]
    return "\n".join(lines)


NAMED = ("platform", "addressee", "commissioned_by", "audited_by", "period", "case_id", "title")


def _table(columns: tuple[str, ...], words: Words) -> list[str]:
    head = (words.text("letter.column"), words.text("letter.meaning"))
    rows = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    rows += [f"| `{name}` | {words.text(f'letter.meaning.{name}')} |" for name in columns]
    return rows


def _grounds(addressee: str, jurisdictions: tuple[str, ...], words: Words) -> list[str]:
    if addressee != "authority":
        return []
    found = citations(("request",), jurisdictions)
    if not found:
        return []
    side = 0 if words.lang == "en" else 1
    told = [f"## {words.text('letter.grounds')}", ""]
    for one in found:
        name = named(one, words)
        told.append(f"- {name}{words.text('letter.colon')}{one.duty[side]}")
    return [*told, "", words.text("letter.checked", date=CHECKED), ""]

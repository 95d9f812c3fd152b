"""``audit request``: the letter that asks for the log an audit needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal


def request(
    to: Annotated[str, typer.Option(help="platform or authority.")] = "platform",
    case: Annotated[Path | None, typer.Option(help="case.toml, for names and period.")] = None,
    jurisdiction: Annotated[str | None, typer.Option(help="Whose law to cite, as CN,EU.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Markdown file to write.")] = Path(
        "request.md"
    ),
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Write the letter that asks a platform or an authority for a log."""
    from rich.text import Text

    from fairshelf.audits.case import load_case
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import options, output
    from fairshelf.reports.request import letter
    from fairshelf.reports.wording import Words

    options.languages(lang)
    tongue = terminal.language(lang)
    if to not in ("platform", "authority"):
        raise UsageError("unknown_addressee", typed=to)
    told = load_case(case) if case else {}
    text = letter(to, told, options.jurisdictions(jurisdiction), tongue)
    output.write_new(out, text)
    terminal.say(Text(Words(tongue).text("request.written", out=str(out))))

"""``audit init``: a commented audit.toml for a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal


def init(
    log: Annotated[str, typer.Argument(help="The log the settings are for.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("audit.toml"),
    lang: Annotated[str | None, typer.Option(help="Language of the comments.")] = None,
) -> None:
    """Write an audit.toml with every setting, its default and what it does."""
    from fairshelf.audits.config import Settings
    from fairshelf.audits.errors import UsageError
    from fairshelf.audits.pipeline.inspect import inspect as look
    from fairshelf.cli import options, output
    from fairshelf.reports.settings import settings_file

    options.languages(lang)
    if out.exists() or out.is_symlink():
        raise UsageError("out_exists", out=str(out))
    tongue = terminal.language(lang)
    text = settings_file(look([log], Settings()), tongue)
    output.write_new(out, text)
    from rich.text import Text

    from fairshelf.reports.wording import Words

    terminal.say(Text(Words(tongue).text("init.written", out=str(out))))

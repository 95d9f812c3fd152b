"""``audit pseudonymise``: a file with keyed pseudonyms in the place of identifiers."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed

Many = list[str] | None


def pseudonymise(
    files: Annotated[list[str], typer.Argument(help="Files of one kind, as audit run takes them.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="CSV file to write.")],
    key: Annotated[
        Path, typer.Option(help="The case's key; made where there is none yet. Keep it apart.")
    ],
    role: Annotated[str, typer.Option(help="log, sellers or catalogue.")] = "log",
    map_: Annotated[Many, typer.Option("--map", help="canonical=heading.")] = None,
    keep: Annotated[Many, typer.Option(help="A heading to keep as it is.")] = None,
    sheet: typed.Sheet = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Replace identifiers by keyed pseudonyms and leave out titles and the like."""
    from rich.text import Text

    from fairshelf.audits.errors import UsageError
    from fairshelf.audits.pipeline.pseudonymise import new_key, read_key
    from fairshelf.audits.pipeline.pseudonymise import pseudonymise as replaced
    from fairshelf.cli import given, options, output
    from fairshelf.reports.exports import table_csv
    from fairshelf.reports.wording import Words

    options.languages(lang)
    if role not in ("log", "sellers", "catalogue"):
        raise UsageError("unknown_role", typed=role)
    if out.exists() or out.is_symlink():
        raise UsageError("out_exists", out=str(out))
    if key.absolute().parent == out.absolute().parent and key.name == out.name:
        raise UsageError("out_exists", out=str(key))
    settings = given.settings(None, map=map_, sheet=sheet, encoding=encoding)
    fresh = not key.exists()
    text = new_key() if fresh else ""
    secret = bytes.fromhex(text) if fresh else read_key(key)
    with terminal.progress(quiet=False, lang=lang) as stage:
        made = replaced(files, role, settings, secret, tuple(keep or ()), stage)  # type: ignore[arg-type]  # one of three words
    with output.secret_for(key, text and text + "\n"):
        output.write_new_bytes(out, table_csv(made.table))
    words = Words(terminal.language(lang))
    said = words.text("pseudonymised.done", out=str(out), key=str(key), rows=made.table.num_rows)
    if made.left_out:
        said = words.joined(
            [said, words.text("pseudonymised.left_out", headings=list(made.left_out))]
        )
    terminal.say(Text(said))

"""``audit bundle``, ``audit verify`` and ``audit keygen``: evidence that can be checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal

Many = list[Path] | None

WRONG = 1
PARTLY = 4
"""Nothing is wrong with what could be checked, but not everything could."""


def bundle(
    folder: Annotated[Path, typer.Argument(help="The folder an audit wrote.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to make; FOLDER.bundle if left out.")
    ] = None,
    raw: Annotated[
        Many, typer.Option(help="An input file for the sealed part; once for each.")
    ] = None,
    secret: Annotated[
        Path | None, typer.Option(help="The pseudonyms' key, sealed as well.")
    ] = None,
    sign: Annotated[Path | None, typer.Option(help="Private key to sign with.")] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Bundle an audit as evidence: a zip for everyone, a sealed one for the authority."""
    from fairshelf.cli import options
    from fairshelf.reports.bundle import Sources, make
    from fairshelf.reports.bundle.view import made_view

    options.languages(lang)
    place = out or folder.with_name(folder.name + ".bundle")
    sources = Sources(folder, tuple(raw or ()), secret, sign)
    with terminal.progress(quiet=False, lang=lang) as stage:
        made = make(sources, place, ["audit", *sys.argv[1:]], stage)
    terminal.say(made_view(made, terminal.language(lang)))


def verify(
    bundle: Annotated[Path, typer.Argument(help="A bundle: its folder or its zip.")],
    key: Annotated[Path | None, typer.Option(help="Public key that must have signed it.")] = None,
    sealed: Annotated[Path | None, typer.Option(help="The sealed zip, to hold against it.")] = None,
    rerun: Annotated[
        list[str] | None, typer.Option(help="Log to compute everything again from.")
    ] = None,
    sellers: Annotated[str | None, typer.Option(help="Its table of sellers.")] = None,
    catalogue: Annotated[str | None, typer.Option(help="Its catalogue.")] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="With --rerun: settings to take, not the bundle's."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="With --rerun: the frozen plan it was held against.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Check a bundle: nothing changed, added or missing; pages say what the results say."""
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import options
    from fairshelf.reports.bundle import Checked
    from fairshelf.reports.bundle import verify as check
    from fairshelf.reports.bundle.rerun import Again
    from fairshelf.reports.bundle.rerun import rerun as again
    from fairshelf.reports.bundle.view import Computed, verified_view

    options.languages(lang)
    if not rerun and (sellers or catalogue or config or plan):
        raise UsageError("verify_no_rerun")
    with terminal.progress(quiet=False, lang=lang) as stage:
        found = check(bundle, key, sealed, stage)
    told = Checked(found.problems, found.unchecked)
    if rerun and found.results is not None and not told.wrong:
        with terminal.progress(quiet=False, lang=lang) as stage:
            told += again(found, Again(tuple(rerun), sellers, catalogue, config, plan), stage)
    computed: Computed = ("own" if config else "told") if rerun else "no"
    terminal.say(verified_view(found, told, terminal.language(lang), computed))
    if told.wrong:
        terminal.leave(WRONG)
    if told.unchecked:
        terminal.leave(PARTLY)


def keygen(
    key: Annotated[Path, typer.Argument(help="Private key to write; the public one is KEY.pub.")],
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Make a key pair to sign bundles with."""
    from rich.text import Text

    from fairshelf.cli import options
    from fairshelf.reports.bundle import keygen as made
    from fairshelf.reports.wording import Words

    options.languages(lang)
    public, fingerprint = made(key)
    words = Words(terminal.language(lang))
    terminal.say(Text(words.text("keygen.written", public=str(public), fingerprint=fingerprint)))

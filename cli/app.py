"""The command ``audit``: its subcommands, each in a file that is read when it is asked for."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import Annotated, Any

import typer

from fairshelf import __version__
from fairshelf.cli import signals, terminal
from fairshelf.cli.usage import Group, language_of

app = typer.Typer(
    name="audit",
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Measure how an e-commerce platform's ranking hands out attention between rural and "
    "urban, small and large sellers. 公平货架：用数字说明平台排序如何在卖家之间分配曝光。",
)


def _version(asked: bool) -> None:
    if asked:
        terminal.say_plain(f"fairshelf {__version__}\n")
        terminal.leave(0)


@app.callback()
def common(
    _asked: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take the options that come before a subcommand."""


def command(lang: str) -> Any:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Build the command with its help in a language; English is what the functions say."""
    built: Any = typer.main.get_command(app)
    if lang == "zh":
        built.speak_chinese()
    return built


def main() -> None:
    """Run the command."""
    signals.heed()
    atexit.register(gc.freeze)  # a third of a second of collecting what the system takes back
    try:
        command(language_of(sys.argv[1:]))()
    except OSError as error:  # of help and version; commands end in sentences of their own
        terminal.refused(error)
    except KeyboardInterrupt:
        terminal.end(signals.status())

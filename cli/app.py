"""The command ``audit``: its subcommands, each in a file of its own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fairshelf import __version__
from fairshelf.cli import terminal
from fairshelf.cli.bundle import bundle, keygen, verify
from fairshelf.cli.check import check
from fairshelf.cli.compare import compare
from fairshelf.cli.demo import demo
from fairshelf.cli.explain import explain
from fairshelf.cli.fit import fit
from fairshelf.cli.gap import gap
from fairshelf.cli.help import speak_chinese
from fairshelf.cli.init import init
from fairshelf.cli.inspect import inspect
from fairshelf.cli.merge import merge
from fairshelf.cli.offpolicy import offpolicy
from fairshelf.cli.plan import plan
from fairshelf.cli.pseudonymise import pseudonymise
from fairshelf.cli.remedy import remedy
from fairshelf.cli.replay import replay
from fairshelf.cli.report import report
from fairshelf.cli.request import request
from fairshelf.cli.run import run
from fairshelf.cli.schema import schema
from fairshelf.cli.scorecard import scorecard
from fairshelf.cli.usage import Group
from fairshelf.cli.whatif import whatif

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


for _command in (
    *(
        run,
        merge,
        replay,
        check,
        compare,
        whatif,
        remedy,
        scorecard,
        offpolicy,
        report,
        bundle,
        verify,
        keygen,
        pseudonymise,
        plan,
        request,
    ),
    *(fit, gap, inspect, init, explain, demo, schema),
):
    app.command()(terminal.guarded(_command))


def command(lang: str) -> Any:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Build the command with its help in a language; English is what the functions say."""
    built = typer.main.get_command(app)
    if lang == "zh":
        speak_chinese(built)
    return built


def main() -> None:
    """Run the command."""
    command(terminal.language(None))()

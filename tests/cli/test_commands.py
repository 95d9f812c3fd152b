"""A subcommand is imported when it is asked for, and looks as if it always had been there."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer
from typer.core import TyperGroup

from fairshelf.cli.app import command as build
from fairshelf.cli.commands import LISTED, Commands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

_FIRST = re.compile(r".*?\.(?=\s|$)", re.DOTALL)


@pytest.mark.parametrize(("name", "module", "line"), LISTED, ids=[row[0] for row in LISTED])
def test_a_line_is_the_first_sentence_of_its_command(name: str, module: str, line: str) -> None:
    """What the help lists is how the docstring of the function begins."""
    function = getattr(importlib.import_module(f"fairshelf.cli.{module}"), name)
    first = _FIRST.match(inspect.getdoc(function) or "")
    assert first is not None
    assert line == " ".join(first.group().split())


def test_the_table_names_every_command_once(root: Path) -> None:
    """Each function of ``cli/`` that typer could run is listed, and its file is read for it."""
    names = [name for name, _, _ in LISTED]
    assert len(set(names)) == len(names)
    taking = re.compile(r"^def ([a-z]+)\((?:\n.*?)*?typer\.(?:Option|Argument)\(", re.MULTILINE)
    found = {
        (name, path.stem)
        for path in (root / "cli").glob("*.py")
        for name in taking.findall(path.read_text("utf-8"))
        if path.stem not in {"app", "typed"}
    }
    assert {(name, module) for name, module, _ in LISTED} >= found
    assert len(found) >= len(LISTED) - 2, "the pattern has lost sight of the commands"


def test_help_lists_them_as_typer_would(command: Callable[..., Ended]) -> None:
    """The list in the help is that of a typer group that holds the built commands."""
    whole = TyperGroup(name="audit", commands=list(build("en").commands.values()))
    context = typer.Context(whole, terminal_width=80)
    formatter = context.make_formatter()
    whole.format_commands(context, formatter)
    assert formatter.getvalue() in command("--help").stdout


@pytest.mark.parametrize("lang", ["C.UTF-8", "zh_CN.UTF-8"])
@pytest.mark.parametrize(
    ("arguments", "imported"),
    [(["--help"], []), (["--version"], []), (["explain", "--help"], ["explain"])],
    ids=["help", "version", "explain"],
)
def test_only_the_command_that_is_asked_for_is_imported(
    arguments: list[str], imported: list[str], lang: str
) -> None:
    """The help of the whole imports no command's module, in either language."""
    script = (
        "import json, sys\n"
        "from fairshelf.cli.app import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "LC_ALL": lang, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(json.loads(run.stderr.splitlines()[-1]))
    commands = {module for _, module, _ in LISTED}
    assert sorted(m for m in commands if f"fairshelf.cli.{m}" in modules) == imported


def test_names_and_lines_build_nothing() -> None:
    """Names, their number and their lines are told without a command; taking one builds it once."""
    commands = Commands()
    assert list(commands) == [name for name, _, _ in LISTED]
    assert len(commands) == len(LISTED)
    assert "remedy" in commands
    assert "remdy" not in commands
    assert len(commands.lines()) == len(LISTED)
    assert commands._built == {}
    assert commands.get("remdy") is None
    assert commands["explain"] is commands["explain"]
    assert list(commands._built) == ["explain"]


def test_a_wrong_name_imports_no_command(command: Callable[..., Ended]) -> None:
    """A slip ends in 2 and is met with the near names, all of which are known unread."""
    ended = command("verfy")
    assert ended.exit_code == 2
    assert "verify" in ended.stderr

"""The help speaks the reader's language."""

from __future__ import annotations

import locale
import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from tests.cli.conftest import outside
from typer.testing import CliRunner

from fairshelf.cli import terminal
from fairshelf.cli.app import command
from fairshelf.cli.help import chinese, framed

if TYPE_CHECKING:
    from pathlib import Path


def test_every_option_is_explained_in_chinese() -> None:
    """Each command and each of its parameters has a Chinese line, and none is left over."""
    told = chinese()
    built = command("en")
    parts = {"audit": built, **built.commands}
    assert set(told) == set(parts)
    for name, part in parts.items():
        wanted = {parameter.name for parameter in part.params if parameter.name != "help"}
        assert set(told[name]) == {"about", *wanted}, name
        assert all(re.search("[\u4e00-\u9fff]", line) for line in told[name].values())


def test_chinese_help_replaces_the_english() -> None:
    """Under a Chinese locale the help of a command shows the Chinese lines."""
    from typer.main import get_command

    from fairshelf.cli.app import app

    assert "A table of sellers." in CliRunner().invoke(app, ["run", "--help"]).stdout
    built = command("zh")
    context = built.commands["run"].make_context("run", ["x"], resilient_parsing=True)
    text = built.commands["run"].get_help(context)
    assert "卖家表。" in text
    assert "A table of sellers." not in text
    assert "A table of sellers." in str(
        [parameter.help for parameter in get_command(app).commands["run"].params]  # type: ignore[attr-defined]
    )


def test_ranges_are_said_in_chinese() -> None:
    """``1 至 1024`` and not ``1<=x<=1024``, in the help of every command."""
    assert framed("[default: 20; 1<=x<=200]") == "[默认：20；1 至 200]"
    assert framed("[x>=0.5]") == "[不小于 0.5]"
    told = {}
    for name, part in command("zh").commands.items():
        context = part.make_context(name, ["x"], resilient_parsing=True)
        told[name] = part.get_help(context)
    assert not [name for name, text in told.items() if re.search(r"x\s*[<>]=|<=\s*x", text)]
    assert "1 至 1024" in told["run"]


def test_no_word_of_the_frame_is_left_in_english() -> None:
    """Usage, headings, ``required`` and defaults are Chinese in the help of every command."""
    built = command("zh")
    parts = {"audit": built, **built.commands}
    shown = {
        name: part.get_help(part.make_context(name, ["x"], resilient_parsing=True))
        for name, part in parts.items()
    }
    whole = "\n".join(shown.values())
    assert all(
        ours in whole for ours in ("用法：", "[选项]", "参数：", "选项：", "命令：", "[必填]")
    )
    assert all(text.startswith("用法：") for text in shown.values())
    left = re.compile(r"Usage|OPTIONS|Arguments|Options|Commands|required|default:|Show this")
    assert left.findall(whole) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_values_are_called_by_a_word_not_by_a_type(lang: str) -> None:
    """FILE, N or NAME=VALUE stands behind every option that takes a value; none behind a flag."""
    built = command(lang)
    for name, part in built.commands.items():
        for parameter in part.params:
            if parameter.param_type_name == "option":
                assert (parameter.metavar is None) == parameter.is_flag, (name, parameter.name)
        text = part.get_help(part.make_context(name, ["x"], resilient_parsing=True))
        assert not re.search(r"<(str|path|int|float|list)|INTEGER|TEXT", text), name


def test_no_word_for_values_is_left_over() -> None:
    """Every option that ``values.toml`` names is there, and is named once."""
    built = command("en")
    there = {
        key
        for name, part in built.commands.items()
        for parameter in part.params
        for key in (parameter.name, f"{name}.{parameter.name}")
    }
    text = files("fairshelf.cli").joinpath("values.toml").read_text("utf-8")
    named = [option for word in tomllib.loads(text).values() for option in word["of"]]
    assert sorted(named) == sorted(set(named))
    assert set(named) <= there


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_chinese_help_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """No line is wider than the terminal or 80 columns, and what options mean begins in one."""
    monkeypatch.setenv("COLUMNS", str(columns))
    built = command("zh")
    for name, part in {"audit": built, **built.commands}.items():
        text = part.get_help(part.make_context(name, ["x"], resilient_parsing=True))
        assert max(map(cell_len, text.splitlines())) <= min(columns, 80), name
        options = text.partition("选项：")[2]
        begun = re.findall(r"^  -.*?  +(?=[\u4e00-\u9fff])", options, re.MULTILINE)
        assert len({cell_len(one) for one in begun}) == 1, name


@pytest.mark.parametrize(
    "typed",
    [("run", "--lang", "zh", "--help"), ("--help", "--lang=zh"), ("--lang", "zh", "--help")],
)
def test_the_help_speaks_the_language_that_is_typed(tmp_path: Path, typed: tuple[str, ...]) -> None:
    """``--lang zh`` beside ``--help`` makes it Chinese on an English system."""
    ended = outside(tmp_path, *typed)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("用法：")


@pytest.mark.parametrize(
    ("system", "variables", "spoken"),
    [
        ("Chinese (Simplified)_China", {}, "zh"),
        ("zh_CN", {}, "zh"),
        ("English_United States", {}, "en"),
        (None, {}, "en"),
        ("zh_CN", {"LANG": "C.UTF-8"}, "en"),
        ("en_US", {"LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_without_variables_the_system_tells_the_language(
    monkeypatch: pytest.MonkeyPatch, system: str | None, variables: dict[str, str], spoken: str
) -> None:
    """Windows sets no variable for its language; where one is set it decides."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(locale, "getlocale", lambda _: (system, None))
    assert terminal.language(None) == spoken

"""The help speaks the reader's language."""

from __future__ import annotations

import re

from typer.testing import CliRunner

from fairshelf.cli.app import command
from fairshelf.cli.help import chinese


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

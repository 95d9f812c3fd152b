"""The help of the command in Chinese: ``help.zh.toml`` laid over what the functions say."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def chinese() -> dict[str, dict[str, str]]:
    """Read the Chinese help: by command (``audit`` for the whole), then by parameter."""
    text = files("fairshelf.cli").joinpath("help.zh.toml").read_text("utf-8")
    return tomllib.loads(text)


def speak_chinese(command: Any) -> None:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Put the Chinese help onto a built command and its subcommands."""
    told = chinese()
    for name, part in (("audit", command), *command.commands.items()):
        texts = told[name]
        part.help = part.short_help = texts["about"]
        for parameter in part.params:
            parameter.help = texts.get(parameter.name, parameter.help)

"""The help of the command in Chinese: ``help.zh.toml`` laid over what the functions say."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def chinese() -> dict[str, dict[str, str]]:
    """Read the Chinese help: by command (``audit`` for the whole), then by parameter."""
    import tomllib
    from importlib.resources import files

    text = files("fairshelf.cli").joinpath("help.zh.toml").read_text("utf-8")
    return tomllib.loads(text)


def speak_chinese(name: str, command: Any) -> None:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Put the Chinese help onto a built command: ``audit`` itself, or a subcommand."""
    texts = chinese()[name]
    command.help = command.short_help = texts["about"]
    for parameter in command.params:
        parameter.help = texts.get(parameter.name, parameter.help)

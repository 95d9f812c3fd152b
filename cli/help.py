"""The help of the command in Chinese: ``help.zh.toml`` laid over what the functions say."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _written() -> dict[str, dict[str, str]]:
    import tomllib
    from importlib.resources import files

    text = files("fairshelf.cli").joinpath("help.zh.toml").read_text("utf-8")
    return tomllib.loads(text)


def chinese() -> dict[str, dict[str, str]]:
    """Give the Chinese help: by command (``audit`` for the whole), then by parameter."""
    return {name: told for name, told in _written().items() if name != "frame"}


def framed(text: str) -> str:
    """Put Chinese words in the place of typer's own: ``Usage``, ``Options``, ``required`` ..."""
    for typers, ours in _written()["frame"].items():
        text = text.replace(typers, ours)
    return text


def speak_chinese(name: str, command: Any) -> None:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Put the Chinese help onto a built command: ``audit`` itself, or a subcommand."""
    texts = chinese()[name]
    command.help = command.short_help = texts["about"]
    for parameter in command.params:
        parameter.help = texts.get(parameter.name, parameter.help)
    english = command.get_help
    command.get_help = lambda context: framed(english(context))

"""The help of a command: what its values are called, and all of it in Chinese."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from fairshelf.cli.layout import page

_RANGES = (
    (re.compile(r"(-?[\d.]+)<=x<=(-?[\d.]+)"), r"\1 至 \2"),
    (re.compile(r"x>=(-?[\d.]+)"), r"不小于 \1"),
    (re.compile(r"x<=(-?[\d.]+)"), r"不大于 \1"),
    (re.compile(r"(\[默认：[^\]]*); (?=[-\d不])"), r"\1；"),
)
"""How typer writes the ends of a number, and what stands before them; and the same in Chinese."""


@cache
def _written(name: str) -> dict[str, dict[str, Any]]:
    import tomllib
    from importlib.resources import files

    text = files("fairshelf.cli").joinpath(name).read_text("utf-8")
    return tomllib.loads(text)


def chinese() -> dict[str, dict[str, str]]:
    """Give the Chinese help: by command (``audit`` for the whole), then by parameter."""
    return {name: told for name, told in _written("help.zh.toml").items() if name != "frame"}


def framed(text: str) -> str:
    """Put Chinese words in the place of typer's own: ``Usage``, ``required``, ``1<=x<=9`` ..."""
    for typers, ours in _written("help.zh.toml")["frame"].items():
        text = text.replace(typers, ours)
    for pattern, ours in _RANGES:
        text = pattern.sub(ours, text)
    return text


@cache
def _words(lang: str) -> dict[str, str]:
    """Give what each value is called: by the name of its option, or ``COMMAND.NAME``."""
    told = _written("values.toml")
    return {
        option: word if lang == "en" else about["zh"]
        for word, about in told.items()
        for option in about["of"]
    }


def name_values(name: str, command: Any, lang: str) -> None:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Put what values are called onto a built command, in place of the types they are held in."""
    words = _words(lang)
    for parameter in command.params:
        if parameter.param_type_name == "argument":  # its own name says what it is
            parameter.display_type = lambda _: ""
            continue
        word = words.get(f"{name}.{parameter.name}", words.get(parameter.name))
        if word is not None and not parameter.is_flag:
            parameter.metavar = word


def speak_chinese(name: str, command: Any) -> None:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Put the Chinese help onto a built command: ``audit`` itself, or a subcommand."""
    texts = chinese()[name]
    command.help = command.short_help = texts["about"]
    for parameter in command.params:
        parameter.help = texts.get(parameter.name, parameter.help)
    command.get_help = lambda context: page(command, context, framed)

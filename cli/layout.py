"""The help of a command set for readers of Chinese: typer counts a character as one column."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WIDEST, COLUMN, GAP, INDENT = 80, 32, 2, 2


def page(command: Any, context: Any, framed: Callable[[str], str]) -> str:  # noqa: ANN401 - typer keeps its commands' type to itself
    """Set the help of a command as typer does, in columns that a terminal shows.

    Parameters
    ----------
    command, context
        A built command, and its context.
    framed
        Puts Chinese words in the place of typer's.

    Returns
    -------
    str
        Usage, what it is for, arguments and options; no line is wider than the terminal or 80
        columns, a Chinese character taking two, unless a name in it is.
    """
    width = min(shutil.get_terminal_size().columns, WIDEST)
    told: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            told[parameter.param_type_name].append((record[0].strip(), framed(record[1])))
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [framed(f"Usage: {usage}"), *_indented(command.help, width)]
    within = command.commands.lines() if hasattr(command, "commands") else []
    blocks = (("Arguments:", told["argument"]), ("Options:", told["option"]), ("Commands:", within))
    for heading, rows in blocks:
        if rows:
            parts.append("\n".join([framed(heading), *_columns(rows, width)]))
    return "\n\n".join(parts)


def _indented(text: str, width: int) -> list[str]:
    from fairshelf.reports.lines import broken

    paragraphs = text.split("\n\n")
    return [
        "\n".join(" " * INDENT + line for line in broken(one, width - INDENT, ()))
        for one in paragraphs
    ]


def _columns(rows: list[tuple[str, str]], width: int) -> list[str]:
    """Set names and what they mean side by side; a long name stands in a line of its own."""
    from rich.cells import cell_len

    from fairshelf.reports.lines import broken

    first = min(max(cell_len(name) for name, _ in rows), COLUMN) + GAP
    lines = []
    for name, meaning in rows:
        said = broken(meaning, width - first - INDENT, ())
        room = first - cell_len(name)
        beside = " " * room + said.pop(0) if room >= GAP else ""
        lines.append(" " * INDENT + name + beside)
        lines += [" " * (first + INDENT) + line for line in said]
    return [line.rstrip() for line in lines]

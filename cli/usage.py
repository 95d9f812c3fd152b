"""What typer itself refuses (an option that is none, no number), in our sentences."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from fairshelf.cli import terminal
from fairshelf.cli.commands import Commands
from fairshelf.cli.help import speak_chinese

if TYPE_CHECKING:
    from fairshelf.audits.errors import FairshelfError

_Refused: Any = next(one for one in typer.BadParameter.__mro__ if one.__name__ == "ClickException")
"""The root of typer's errors, which it keeps under names that change with its version."""

_QUOTED = re.compile(r"'(.*?)'")
_EXTRA = re.compile(r"\(([^()]*)\)$")
_AT_LEAST = re.compile(r"(?:equal to|x>=)\s*(-?[\d.]+)")
_WITHIN = re.compile(r"equal to|x<=")


def language_of(arguments: list[str]) -> str:
    """Choose the language of errors and help: what was typed for ``--lang``, else the console's."""
    for place, text in enumerate(arguments):
        if text.startswith("--lang="):
            return terminal.language(text.partition("=")[2])
        if text == "--lang" and place + 1 < len(arguments):
            return terminal.language(arguments[place + 1])
    return terminal.language(None)


def _only_help(arguments: list[str]) -> list[str]:
    """Give ``--help`` alone where beside it there is nothing but the language to give it in."""
    rest = [text for text in arguments if not text.startswith("--lang=")]
    if "--lang" in rest:
        at = rest.index("--lang")
        del rest[at : at + 2]
    return rest if rest == ["--help"] else arguments


class Group(TyperGroup):
    """The command, ending in a sentence of ours where typer cannot read what was typed.

    Its subcommands are :class:`fairshelf.cli.commands.Commands`, and no others.
    """

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 - typer's own signature
        """Build the command as typer does, its subcommands to come when they are asked for."""
        super().__init__(**how)
        self.commands: Any = Commands()

    def speak_chinese(self) -> None:
        """Put the Chinese help onto the command and its subcommands."""
        speak_chinese("audit", self)
        self.commands = Commands("zh")

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - as above
        """Give the names of the subcommands, which imports none of them."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """List the subcommands as typer does, by their lines alone."""
        lines = [TyperCommand(name, help=line) for name, line in self.commands.lines()]
        TyperGroup(commands=lines).format_commands(ctx, formatter)

    def _in_order(self, arguments: list[str]) -> list[str]:
        """Put a ``--lang`` typed before the subcommand behind it, where there is none already."""
        said = _before(arguments)
        front, rest = arguments[:said], arguments[said:]
        if not rest or rest[0] in {"--help", "--version"}:
            return arguments if rest == ["--help"] else rest
        again = any(text == "--lang" or text.startswith("--lang=") for text in rest)
        named = rest[0] in self.commands
        deaf = named and all("--lang" not in one.opts for one in self.commands[rest[0]].params)
        return rest if not front or again or deaf else [rest[0], *front, *rest[1:]]

    def main(self, args: Any = None, *_: Any, **how: Any) -> Any:  # noqa: ANN401 - typer's own signature
        """Run as typer does; nothing but its errors is told otherwise."""
        if not how.get("standalone_mode", True):
            return super().main(args, **how)
        typed = self._in_order(list(sys.argv[1:] if args is None else args))
        try:
            status = super().main(_only_help(typed), **{**how, "standalone_mode": False})
        except _Refused as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                error.show()
            else:
                terminal.show(meant(error, typed), language_of(typed))
            status = error.exit_code
        except typer.Abort:
            status = 1
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 0
        return terminal.end(status if isinstance(status, int) else 0)


def _before(arguments: list[str]) -> int:
    """Count the arguments at the beginning that only name the language."""
    if arguments[:1] == ["--lang"]:
        return min(2, len(arguments))
    return 1 if arguments and arguments[0].startswith("--lang=") else 0


def meant(error: Any, arguments: list[str]) -> FairshelfError:  # noqa: ANN401 - typer keeps the types of its errors to itself
    """Give the error of ours that says what typer's says.

    Parameters
    ----------
    error
        Typer's.
    arguments
        What was typed after the command's name.
    """
    from fairshelf.audits.errors import UsageError

    context, kind, said = error.ctx, type(error).__name__, str(error.message or "")
    inside = f" {arguments[0]}" if arguments and not arguments[0].startswith("-") else ""
    help_ = f"{context.command_path if context else 'audit' + inside} --help"
    if kind == "NoSuchOption":
        known = [name for one in context.command.params for name in one.opts] if context else []
        long = [name for name in known if name.startswith("--")]
        return _unknown("cli_no_option", error.option_name, long, help_)
    if kind == "MissingParameter":
        return UsageError("cli_missing", option=_name(error), help=help_)
    if kind == "BadOptionUsage":
        return UsageError("cli_option_empty", option=error.option_name, help=help_)
    if kind == "BadParameter":
        return _bad_value(error, said, arguments, help_)
    if said.startswith("No such command"):
        quoted, known = _QUOTED.search(said), list(context.command.commands) if context else []
        return _unknown("cli_no_command", quoted.group(1) if quoted else "", known, help_)
    extra = _EXTRA.search(said)
    if extra:
        return UsageError("cli_extra", typed=extra.group(1), help=help_)
    return UsageError("cli_other", why=error.format_message(), help=help_)


def _unknown(code: str, typed: str, known: list[str], help_: str) -> FairshelfError:
    from fairshelf.audits.errors import UsageError, nearest

    near = nearest(typed, known)
    if near:
        return UsageError(f"{code}_near", typed=typed, suggestions=near, help=help_)
    return UsageError(code, typed=typed, help=help_)


def _name(error: Any) -> str:  # noqa: ANN401 - as above
    """Give the option as it is typed, or the argument as the help names it."""
    if error.param is None:
        return str(error.param_hint or "")
    long = [name for name in error.param.opts if name.startswith("--")]
    return str(long[0]) if long else str(error.param.name)


def _bad_value(
    error: Any,  # noqa: ANN401 - as above
    said: str,
    arguments: list[str],
    help_: str,
) -> FairshelfError:
    """Tell a number that is none, too small or too large, by the words of typer's message."""
    from fairshelf.audits.errors import UsageError

    option = _name(error)
    facts = {"option": option, "typed": _typed(error, arguments), "help": help_}
    low, high = _end(error.param, "min"), _end(error.param, "max")
    if low is not None and high is not None and _WITHIN.search(said):
        return UsageError("cli_out_of_range", low=str(low), high=str(high), **facts)
    least = _AT_LEAST.search(said)
    if least:
        return UsageError("cli_too_small", low=least.group(1), **facts)
    if "integer" in said:
        return UsageError("cli_no_integer", **facts)
    if "number" in said or "float" in said:
        return UsageError("cli_no_number", **facts)
    return UsageError("cli_other", why=error.format_message(), help=help_)


def _end(param: Any, name: str) -> float | None:  # noqa: ANN401 - as above
    """Give the least or the largest value an option takes, wherever this typer keeps it."""
    kind = getattr(param, "type", None)
    end: float | None = getattr(param, name, getattr(kind, name, None))
    return end


def _typed(error: Any, arguments: list[str]) -> str:  # noqa: ANN401 - as above
    """Find what was typed for an option."""
    names = error.param.opts if error.param is not None else []
    for text, after in zip(arguments, [*arguments[1:], ""], strict=True):
        name, sign, value = text.partition("=")
        if name in names:
            return value if sign else after
    return ""

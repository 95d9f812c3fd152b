"""The only place that prints and exits: results on stdout, everything else on stderr."""

from __future__ import annotations

import functools
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

    from fairshelf.audits.errors import FairshelfError

FAULT = 70
INTERRUPTED = 130


def language(asked: str | None) -> str:
    """Choose the console's language: what was asked for, else the locale's, else English."""
    if asked in ("en", "zh"):
        return asked
    named = next(
        (os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), ""
    )
    return "zh" if named.lower().startswith("zh") else "en"


def say(renderable: RenderableType) -> None:
    """Print a result on stdout."""
    _console(stderr=False).print(renderable)


def say_plain(text: str) -> None:
    """Write text on stdout exactly as it is: for files and pipes."""
    sys.stdout.write(text)


def remark(renderable: RenderableType) -> None:
    """Print a remark on stderr."""
    _console(stderr=True).print(renderable)


def leave(status: int) -> NoReturn:
    """End the command with an exit status."""
    raise typer.Exit(status)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    piped = not (sys.stderr if stderr else sys.stdout).isatty()
    width = 80 if piped and "COLUMNS" not in os.environ else None
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show on stderr which stage a command is at; nothing when quiet or not at a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage: None  # noqa: ARG005 - the quiet form of the same call
        return
    with _console(stderr=True).status("") as status:
        yield status.update


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command end in a sentence and its exit status, never in a traceback.

    ``FAIRSHELF_TRACEBACK=1`` lets a fault of ours through, for those who mend it.
    """

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the command takes
        from fairshelf.audits.errors import FairshelfError

        lang = language(kwargs.get("lang"))
        try:
            command(*args, **kwargs)
        except FairshelfError as error:
            _show(error, lang)
            leave(error.exit_status)
        except KeyboardInterrupt:
            leave(INTERRUPTED)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            leave(0)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if os.environ.get("FAIRSHELF_TRACEBACK"):
                raise
            _show(FairshelfError("fault", kind=type(error).__name__, why=str(error)[:300]), lang)
            leave(FAULT)

    return run


def _show(error: FairshelfError, lang: str) -> None:
    from rich.text import Text

    from fairshelf.reports.lines import broken
    from fairshelf.reports.wording import Words

    what, where, do = Words(lang).error(error)
    console = _console(stderr=True)
    for line, style in ((what, "bold red"), (where, ""), (do, "")):
        if line:
            console.print(Text("\n".join(broken(line, console.width)), style=style))

"""The only place that prints and exits: results on stdout, everything else on stderr."""

from __future__ import annotations

import errno
import functools
import io
import locale
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import typer

from fairshelf.cli import signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

    from fairshelf.audits.errors import FairshelfError
    from fairshelf.audits.stages import Stages

FAULT = 70
LONGEST = 1_000
"""Characters of one line of an error: headings and names of files can be of any length."""

_SYSTEM = frozenset(
    (
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ELOOP,
        errno.EMFILE,
        errno.ENAMETOOLONG,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
    )
)
"""What the system may refuse through no fault of ours: room, rights, names it cannot take."""
_ENGINE_SYSTEM = frozenset(("OutOfMemoryException", "IOException"))
_ENGINE_INTERRUPTED = ("InterruptException", "Query interrupted")
"""The engine's own names for Ctrl-C: the kind of its error, or all that its error says."""


def language(asked: str | None) -> str:
    """Choose the console's language: what was asked for, else the locale's, else English.

    Windows names its language in no variable: there the locale of the process tells it
    (``Chinese (Simplified)_China``).
    """
    if asked in ("en", "zh"):
        return asked
    named = next(
        (os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), None
    )
    if named is None:
        named = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def say(renderable: RenderableType) -> None:
    """Print a result on stdout; into a file or a pipe, one sentence is one line.

    Tables keep to 80 columns there; what holds a path or a digest is never broken, for it is
    copied, nor cut off. Where nobody reads it any more, that is no fault.
    """
    from rich.console import Group
    from rich.text import Text

    parts = renderable.renderables if isinstance(renderable, Group) else [renderable]
    sentences = all(isinstance(part, Text) for part in parts)
    console = _console(stderr=False)
    whole = sentences and not console.is_terminal
    shown = renderable if whole else Group(*(_broken(part, console.width) for part in parts))
    with _unread():
        _put(console, shown, soft_wrap=whole)


def _put(console: Console, shown: RenderableType, *, soft_wrap: bool) -> None:
    """Print; in a file or a pipe, which may be a build server's log, as no command of its own."""
    from fairshelf.reports.hostile import no_command

    if console.is_terminal:
        console.print(shown, crop=False, soft_wrap=soft_wrap)
        return
    with console.capture() as told:
        console.print(shown, crop=False, soft_wrap=soft_wrap)
    console.file.write(no_command(told.get()))
    console.file.flush()


def _broken(part: RenderableType, width: int) -> RenderableType:
    """Break a plain sentence where its language breaks; Rich would leave half a Chinese line empty.

    What is styled within, indented or never to be broken stays as it is.
    """
    from rich.text import Text

    from fairshelf.reports.lines import broken

    if not isinstance(part, Text) or part.spans or part.no_wrap:
        return part
    lines = part.plain.split("\n")
    if any(line.startswith(" ") for line in lines):
        return part
    told = [piece for line in lines for piece in broken(line, width, ())]
    return Text("\n".join(told), style=part.style)


def say_plain(text: str) -> None:
    """Write text on stdout exactly as it is: for files and pipes; see :func:`say`."""
    with _unread():
        stream = _stream(stderr=False)
        stream.write(text)
        stream.flush()


@contextmanager
def _unread() -> Iterator[None]:
    """Go on where a pipe was closed at its other end: the exit status is what was found.

    rich ends the program with a status of its own there.
    """
    try:
        yield
    except SystemExit:
        return  # rich has let go of stdout
    except BrokenPipeError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def end(status: int) -> NoReturn:
    """End the program with an exit status, outside any command."""
    sys.exit(status)


def leave(status: int) -> NoReturn:
    """End the command with an exit status."""
    raise typer.Exit(status)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = _stream(stderr=stderr)
    width = 80 if not stream.isatty() and "COLUMNS" not in os.environ else None
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def _stream(*, stderr: bool) -> TextIO:
    """Give the stream, where there is one, so that no character can stop it."""
    stream = sys.stderr if stderr else sys.stdout
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


@contextmanager
def progress(*, quiet: bool, lang: str | None = None) -> Iterator[Stages]:
    """Show on stderr how far a command is; nothing when quiet or not at a terminal."""
    if quiet or not _stream(stderr=True).isatty():
        from fairshelf.audits.stages import QUIET

        yield QUIET
        return
    from fairshelf.cli.progress import shown

    with shown(_console(stderr=True), language(lang)) as stages:
        yield stages


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
            show(error, lang)
            leave(error.exit_status)
        except KeyboardInterrupt:
            leave(signals.status())
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            leave(0)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if os.environ.get("FAIRSHELF_TRACEBACK"):
                raise
            if _is_interruption(error):
                leave(signals.status())
            said = _by_the_system(error) or FairshelfError(
                "fault", kind=type(error).__name__, why=str(error)[:300]
            )
            show(said, lang)
            leave(said.exit_status)

    return run


def refused(error: OSError) -> NoReturn:
    """End the program in the sentence for what the system refused, outside any command."""
    from fairshelf.audits.errors import UsageError

    why = error.strerror or str(error)
    said = UsageError("system_refused", file=error.filename or "", why=why)
    with suppress(OSError):
        show(said, language(None))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    end(said.exit_status)


def _is_interruption(error: Exception) -> bool:
    return type(error).__name__ in _ENGINE_INTERRUPTED or str(error) in _ENGINE_INTERRUPTED


def _by_the_system(error: Exception) -> FairshelfError | None:
    """Give the message for what the system refused: no room, no right, too long a name."""
    from fairshelf.audits.errors import UsageError

    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return UsageError("system_refused", file=error.filename or "", why=error.strerror)
    if isinstance(error, MemoryError):
        return UsageError("system_refused", file="", why="out of memory")
    if type(error).__name__ in _ENGINE_SYSTEM:
        return UsageError("system_refused", file="", why=str(error)[:300])
    return None


def show(error: FairshelfError, lang: str) -> None:
    """Print an error in a language: what is wrong, where, and what to do.

    In a file or a pipe each of the three is one line; at a terminal no name is broken, so that
    a path can be copied and found again.
    """
    from rich.text import Text

    from fairshelf.reports.hostile import visible
    from fairshelf.reports.lines import broken
    from fairshelf.reports.wording import Words

    what, where, do = (visible(line, LONGEST) for line in Words(lang).error(error))
    console = _console(stderr=True)
    kept = [visible(name, LONGEST) for name in _names(error)]
    for line, style in ((what, "bold red"), (where, ""), (do, "")):
        if line:
            lines = broken(line, console.width, kept) if console.is_terminal else [line]
            _put(console, Text("\n".join(lines), style=style), soft_wrap=True)


def _names(error: FairshelfError) -> list[str]:
    """Give what an error names: files, options, headings; ``why`` is a sentence of another's."""
    names: list[str] = []
    for fact, told in error.facts.items():
        many = told if isinstance(told, list | tuple) else [told]
        names += [one for one in many if isinstance(one, str) and fact != "why"]
    return names

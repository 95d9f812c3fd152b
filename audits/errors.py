"""What can go wrong, as codes and facts; the sentences stand in the report's wording.

::

    FairshelfError          70  a fault of ours
    |-- UsageError           2  the command or its settings
    `-- DataError            3  the data cannot be used

An error carries a ``code`` and the facts that make up its sentence. The code has a text in
``reports/locales/*/errors.po`` in every language: what happened, where, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LIKE = 60
"""Likeness out of 100 from which a name is offered for a mistyped one."""


class FairshelfError(Exception):
    """A fault with a code, the facts of its sentence and the exit status it ends in.

    Parameters
    ----------
    code
        The name of the sentence, such as ``no_position``.
    **facts
        What the sentence says: names, counts, lists of names. Plain values only.
    """

    exit_status = 70

    def __init__(self, code: str, **facts: Any) -> None:  # noqa: ANN401 - facts are whatever the sentence holds
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the trip between processes."""
        return (_rebuild, (type(self), self.code, self.facts))

    def __str__(self) -> str:
        """Give the code and its facts, for those who call the library."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code


def _rebuild(kind: type[FairshelfError], code: str, facts: dict[str, Any]) -> FairshelfError:
    return kind(code, **facts)


class UsageError(FairshelfError):
    """The command line or the configuration cannot be followed."""

    exit_status = 2


class DataError(FairshelfError):
    """The data cannot be used for what was asked."""

    exit_status = 3


def nearest(
    name: str, known: Sequence[str], folded: Callable[[str], str] = str, count: int = 3
) -> list[str]:
    """Give the known names most like a mistyped one, best first; empty where none is like it.

    Parameters
    ----------
    name, known
        What was typed, and what could have been meant.
    folded
        Brings names into the form in which they are compared.
    count
        How many names to give at most.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only when something is mistyped

    found = process.extract(
        folded(name),
        [folded(choice) for choice in known],
        scorer=fuzz.WRatio,
        limit=count,
        score_cutoff=_LIKE,
    )
    return [known[place] for _, _, place in found]

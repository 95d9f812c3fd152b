"""Drawings, each made once: what a figure draws holds no words, so languages share it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    Key = tuple[str, tuple[Hashable, ...]]
    """What makes a drawing, by its name, and of what."""

    Made = tuple[Key, str]
    """A drawing's key and its SVG text."""

Draws = TypeVar("Draws", bound="Callable[..., str]")

MOST = 128
"""Drawings kept; beyond, the oldest is made anew when it is asked for."""

EMPTY = '<svg viewBox="0 0 1 1"></svg>'

_kept: dict[Key, str] = {}
_lists: list[dict[Key, Callable[[], str]]] = []
_others: list[Callable[[], Iterable[Made]]] = []


def drawing(make: Draws) -> Draws:
    """Keep what a function draws, by what it is drawn of; for use as a decorator.

    Parameters
    ----------
    make
        Gives SVG text without words from hashable arguments, given by position.
    """
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def asked(*args: Any) -> str:  # noqa: ANN401 - those of what it wraps
        key = (name, args)
        for others in _others:
            keep(others())
        if key in _kept:
            return _kept[key]
        if _lists:
            _lists[-1][key] = lambda: make(*args)
            return EMPTY
        svg = make(*args)
        keep([(key, svg)])
        return svg

    return cast("Draws", asked)


def keep(made: Iterable[Made]) -> None:
    """Keep drawings, wherever they were made."""
    for key, svg in made:
        if len(_kept) >= MOST:
            del _kept[next(iter(_kept))]
        _kept[key] = svg


@contextmanager
def listed() -> Iterator[dict[Key, Callable[[], str]]]:
    """Draw nothing meanwhile: what is asked for and not kept is listed, in order."""
    found: dict[Key, Callable[[], str]] = {}
    _lists.append(found)
    try:
        yield found
    finally:
        _lists.remove(found)


@contextmanager
def made_elsewhere(others: Callable[[], Iterable[Made]]) -> Iterator[None]:
    """Ask for drawings made elsewhere, before any is made here."""
    _others.append(others)
    try:
        yield
    finally:
        _others.remove(others)

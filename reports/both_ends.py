"""Two processes draw the figures of one page, from both ends.

A figure takes a tenth of a second, whatever it shows, and a page holds many. The second process is
a copy of this one: it looks what the page will ask for, and draws the last first, while this one
draws the first first. Where it cannot be had, or is lost, all is drawn here.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fairshelf.reports.drawings import listed, made_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from fairshelf.reports.drawings import Made


def processors() -> int:
    """Count the processors that this process may use; one where no copy of it can be made."""
    if sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


@contextmanager
def from_both_ends(fill: Callable[[], object]) -> Iterator[None]:
    """Have a second process draw, from the last, what is asked for here meanwhile.

    Parameters
    ----------
    fill
        Asks for every drawing, in the order in which it is asked for here.
    """
    if processors() == 1:
        yield
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    second = context.Process(target=_draw, args=(fill, there), daemon=True)
    second.start()
    there.close()
    try:
        with made_elsewhere(lambda: _come(here)):
            yield
    finally:
        second.kill()
        second.join()
        here.close()


def _draw(fill: Callable[[], object], to: Connection) -> None:
    """Draw what is asked for, the last first, and send each as it is done."""
    with listed() as wanted:
        fill()
    for key in reversed(wanted):
        to.send((key, wanted[key]()))


def _come(here: Connection) -> Iterator[Made]:
    """Give the drawings that have come."""
    try:
        while here.poll():
            yield here.recv()
    except (EOFError, OSError):
        return

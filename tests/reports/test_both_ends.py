"""A second process draws from the other end: the same drawings, and it is never missed."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fairshelf.reports import both_ends, drawings
from fairshelf.reports.both_ends import from_both_ends
from fairshelf.reports.drawings import drawing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no second process elsewhere")

SIZES = 6
SECONDS = 30


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept from before, and there are two processors."""
    monkeypatch.setattr(drawings, "_kept", {})
    monkeypatch.setattr(both_ends, "processors", lambda: 2)


def _appear(file: Path) -> None:
    for _ in range(SECONDS * 100):
        if file.exists():
            return
        time.sleep(0.01)
    raise TimeoutError(file)


def _page(folder: Path, *, lost_at: int = -1) -> Callable[[], list[str]]:
    """Give what asks for six drawings; the first waits until the last two have been begun.

    The second process waits with the others until the first has been begun here, and ends without
    a word where it comes to the drawing ``lost_at``.
    """
    here = os.getpid()

    @drawing
    def square(size: int) -> str:
        (folder / str(size)).touch()
        if size == lost_at and os.getpid() != here:
            (folder / "lost").touch()
            os._exit(1)
        if size < SIZES - 2 and os.getpid() != here:
            _appear(folder / "0")
        if size == 0 and os.getpid() == here:
            _appear(folder / ("lost" if lost_at >= 0 else str(SIZES - 2)))
        return f"{size} {'here' if os.getpid() == here else 'there'}"

    return lambda: [square(size) for size in range(SIZES)]


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_the_last_is_drawn_there_and_the_first_here(tmp_path: Path) -> None:
    """What the second process has drawn is not drawn here again, and it is gone afterwards."""
    page = _page(tmp_path)
    with from_both_ends(page):
        made = page()
    assert made[0] == "0 here"
    assert made[-1] == f"{SIZES - 1} there"
    assert [one.split()[0] for one in made] == [str(size) for size in range(SIZES)]
    assert not multiprocessing.active_children()


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("lost_at", [SIZES - 1, SIZES - 2])
def test_where_it_is_lost_the_rest_is_drawn_here(tmp_path: Path, lost_at: int) -> None:
    """A second process that ends at once, or after one drawing, leaves the others to this one."""
    page = _page(tmp_path, lost_at=lost_at)
    with from_both_ends(page):
        made = page()
    there = [one for one in made if one.endswith("there")]
    assert there == [f"{size} there" for size in range(lost_at + 1, SIZES)]
    assert [one.split()[0] for one in made] == [str(size) for size in range(SIZES)]


def test_with_one_processor_there_is_no_second_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is drawn here."""
    monkeypatch.setattr(both_ends, "processors", lambda: 1)
    (tmp_path / str(SIZES - 2)).touch()
    page = _page(tmp_path)
    with from_both_ends(page):
        assert not multiprocessing.active_children()
        assert page() == [f"{size} here" for size in range(SIZES)]


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_an_error_comes_out_and_leaves_no_process() -> None:
    """What is raised while a page is filled is raised, and the second process is ended."""

    def failing() -> None:
        with from_both_ends(lambda: time.sleep(SECONDS)):
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert not multiprocessing.active_children()

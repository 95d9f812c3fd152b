"""A drawing is made once for all languages, and can be asked for without being made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.reports import drawings
from fairshelf.reports.drawings import EMPTY, drawing, keep, listed, made_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note what is drawn, with nothing kept from before."""
    monkeypatch.setattr(drawings, "_kept", {})
    return []


def _draws(drawn: list[int]) -> Callable[[int], str]:
    @drawing
    def square(size: int) -> str:
        """Draw a square."""
        drawn.append(size)
        return f"<svg>{size}</svg>"

    return square


def test_the_same_drawing_is_made_once(drawn: list[int]) -> None:
    """Asked for twice, it is drawn once; another size is another drawing."""
    square = _draws(drawn)
    assert [square(1), square(2), square(1)] == ["<svg>1</svg>", "<svg>2</svg>", "<svg>1</svg>"]
    assert drawn == [1, 2]
    assert square.__doc__ == "Draw a square."


def test_the_oldest_is_dropped_where_too_many_are_kept(drawn: list[int]) -> None:
    """Memory does not grow with the pages made; what was dropped is drawn again."""
    square = _draws(drawn)
    for size in range(drawings.MOST + 1):
        square(size)
    assert len(drawings._kept) == drawings.MOST
    square(drawings.MOST)
    square(0)
    assert drawn == [*range(drawings.MOST + 1), 0]


def test_a_list_draws_nothing_and_says_what_was_asked_for(drawn: list[int]) -> None:
    """In order, each once, without what is kept; each can be drawn from the list."""
    square = _draws(drawn)
    square(3)
    with listed() as wanted:
        assert [square(2), square(3), square(1), square(2)] == [
            *(EMPTY, "<svg>3</svg>", EMPTY, EMPTY)
        ]
    assert drawn == [3]
    assert [args for _, args in wanted] == [(2,), (1,)]
    assert [make() for make in wanted.values()] == ["<svg>2</svg>", "<svg>1</svg>"]
    assert square(2) == "<svg>2</svg>"  # the list is over


def test_what_was_made_elsewhere_is_not_drawn_here(drawn: list[int]) -> None:
    """It is asked for before each drawing, for as long as it is offered."""
    square = _draws(drawn)
    with listed() as wanted:
        square(1)
        square(2)
    one, two = wanted
    offered = [(one, "<svg>from afar</svg>")]
    with made_elsewhere(lambda: offered):
        assert square(1) == "<svg>from afar</svg>"
        offered = [(two, "<svg>too</svg>")]
        assert square(2) == "<svg>too</svg>"
    offered = [(one, "<svg>later</svg>")]
    assert square(1) == "<svg>from afar</svg>"
    assert not drawn
    keep(offered)
    assert square(1) == "<svg>later</svg>"

"""A bundle that names another version of the tool never counts as verified word for word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.reports.bundle import verify
from fairshelf.reports.bundle.pages import difference, is_active, lines, marks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reports.bundle.conftest import Forge, Reseal

    Change = Callable[[str], str]


def _older(told: dict[str, Any]) -> None:
    told["tool"]["version"] = "0.0.9"


@pytest.fixture
def older(bag: Path, forge: Forge) -> Path:
    """Give a bundle that names version 0.0.9, with all that follows from that."""
    forge(bag, _older)
    return bag


def _rewritten(bag: Path, reseal: Reseal, change: Change) -> tuple[set[str], set[str]]:
    page = bag / "data" / "report.en.html"
    before = page.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    page.write_text(after, encoding="utf-8")
    reseal(bag)
    found = verify(bag)
    return {one.code for one in found.problems}, {one.code for one in found.unchecked}


def test_the_same_words_are_the_same_words(older: Path) -> None:
    """Where every byte is what this version writes, the page is checked, whatever is named."""
    found = verify(older)
    assert not found.problems
    assert not found.unchecked


def _swapped(page: str) -> str:
    """Swap two numbers in the text, so that the page holds the same numbers as before."""
    return page.replace("0.60", "\0").replace("0.80", "0.60").replace("\0", "0.80")


def _outcome(page: str) -> str:
    one, other = "No material disparity", "Material disparity"
    if other in page:
        return page.replace(other, one)
    return page.replace("Disparity", one, 1)


@pytest.mark.parametrize(
    "change",
    [
        _swapped,
        _outcome,
        lambda page: page.replace("the estimate is 0.60 times", "it is 0.60 times"),
        lambda page: re.sub(r">\s*low\s*<", ">high<", page),
        lambda page: page.replace("</main>", "<script>document.title=1</script></main>"),
        lambda page: page.replace("<main", "<main onload='x()'", 1),
        lambda page: page.replace("</main>", "<iframe src='http://127.0.0.1'></iframe></main>"),
        lambda page: page.replace("</main>", "<img src='http://127.0.0.1/x'></main>"),
        lambda page: page.replace("Content-Security-Policy", "refresh"),
        lambda page: page.replace("</main>", "<p>99.9%</p></main>"),
        lambda _: "",
    ],
    ids=[
        "swapped",
        "outcome",
        "sentence",
        "certainty",
        "script",
        "handler",
        "frame",
        "image",
        "refresh",
        "number",
        "empty",
    ],
)
def test_another_version_is_no_licence(older: Path, reseal: Reseal, change: Change) -> None:
    """Numbers in another order, another conclusion, a page that runs something: refused."""
    wrong, told = _rewritten(older, reseal, change)
    assert wrong == {"page_differs"}
    assert told == {"other_version"}


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.replace("</main>", "<p>An honest ranking.</p></main>"),
        lambda page: page.replace("</main>", "<hr></main>"),
    ],
    ids=["words", "markup"],
)
def test_what_was_not_compared_is_told(older: Path, reseal: Reseal, change: Change) -> None:
    """Other words between the same numbers are not refused, and not passed over either."""
    wrong, told = _rewritten(older, reseal, change)
    assert not wrong
    assert told == {"page", "other_version"}


def test_the_first_line_that_differs_is_told(older: Path, reseal: Reseal) -> None:
    """The reader sees how many lines differ and what the first one says."""
    _rewritten(older, reseal, lambda page: page.replace("</main>", "<p>Honest.</p></main>"))
    page = next(one for one in verify(older).unchecked if one.code == "page")
    assert "Honest." in page.detail


def test_this_version_compares_every_byte(bag: Path, reseal: Reseal) -> None:
    """One blank more in the markup of a page of this version is refused."""
    wrong, told = _rewritten(bag, reseal, lambda page: page.replace("</main>", " </main>"))
    assert wrong == {"page_differs"}
    assert not told


def test_a_readme_of_another_version_is_told(older: Path, reseal: Reseal) -> None:
    """Its words are not compared, and that is said."""
    (older / "data" / "README.txt").write_text("Read me.\n", encoding="utf-8")
    reseal(older)
    assert {one.code for one in verify(older).unchecked} == {"readme", "other_version"}


def test_what_counts_as_text() -> None:
    """Styles are no text; numbers and concluding words are taken in their order, longest first."""
    page = b"<style>p{margin:9px}</style><p>No material disparity: 0.60 (0.50 to\n0.72)</p>"
    assert lines(page) == ["No material disparity: 0.60 (0.50 to 0.72)"]
    assert marks(lines(page), "en") == ["no material disparity", "0.60", "0.50", "0.72"]
    assert marks(["没有实质性差距 0.60"], "zh") == ["没有实质性差距", "0.60"]
    assert not is_active(page)
    assert is_active(b"\xff")
    assert difference(["a", "b"], ["a"]) == (1, "b / ")
    assert difference(["a"], ["a"]) == (0, "")

"""What the terminal says of a running query."""

from __future__ import annotations

import pytest

from fairshelf.reports.progress import details, name_of, remaining
from fairshelf.reports.wording import Words


def test_rows_rate_and_time_left() -> None:
    """A quarter of 8 million rows in 4 seconds: 500,000 a second, and 12 seconds to go."""
    said = details(Words("en", strict=True), 0.25, (8_000_000, False), 4.0)
    assert said == "2,000,000 of 8,000,000 rows, 500,000 a second, 12 s left"
    said = details(Words("zh", strict=True), 0.25, (8_000_000, False), 4.0)
    assert said == "2,000,000/8,000,000 行，每秒 500,000 行，还需 12 秒"


def test_an_estimate_is_round_and_says_so() -> None:
    """Two digits of a number of rows that was told from the bytes of a file."""
    said = details(Words("en", strict=True), 0.5, (1_234_567, True), 2.0)
    assert said == "about 620,000 of 1,200,000 rows, 310,000 a second, 2 s left"


@pytest.mark.parametrize(("far", "seconds"), [(None, 3.0), (0.0, 3.0), (0.5, 0.0)])
def test_nothing_is_made_up(far: float | None, seconds: float) -> None:
    """Where the engine cannot tell, nothing is said."""
    assert details(Words("en"), far, (10, False), seconds) == ""


def test_a_share_where_rows_are_unknown() -> None:
    """A saved tally has no rows; 40% in 2 seconds leaves 3."""
    assert details(Words("en", strict=True), 0.4, None, 2.0) == "40%, 3 s left"


def test_long_times_are_in_minutes() -> None:
    """The last second of a wait is one second, a longer wait has minutes."""
    words = Words("en", strict=True)
    assert [remaining(words, s) for s in (0.2, 59.4, 59.6, 605)] == [
        "1 s",
        "59 s",
        "1 min 00 s",
        "10 min 05 s",
    ]


def test_stages_have_names() -> None:
    """A stage without a name in the catalogue goes by what the pipeline calls it."""
    words = Words("en")
    assert (name_of("check", words), name_of("whatif rural", words)) == (
        "Checking the rows",
        "whatif rural",
    )

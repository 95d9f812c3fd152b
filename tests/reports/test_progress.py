"""What the terminal says of a running query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.stages import Over
from fairshelf.reports.progress import details, name_of, remaining
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_rate_and_time_left() -> None:
    """A quarter of 8 million rows in 4 seconds: 500,000 a second, and 12 seconds to go."""
    said = details(Words("en", strict=True), 0.25, Over(8_000_000), 4.0)
    assert said == "2,000,000 of 8,000,000 rows, 500,000 a second, 12 s left"
    said = details(Words("zh", strict=True), 0.25, Over(8_000_000), 4.0)
    assert said == "2,000,000/8,000,000 行，每秒 500,000 行，还需 12 秒"


def test_an_estimate_is_round_and_says_so() -> None:
    """Two digits of a number of rows that was told from the bytes of a file."""
    said = details(Words("en", strict=True), 0.5, Over(1_234_567, about=True), 2.0)
    assert said == "about 620,000 of 1,200,000 rows, 310,000 a second, 2 s left"


@pytest.mark.parametrize(("far", "seconds"), [(None, 3.0), (0.0, 3.0), (0.5, 0.0)])
def test_nothing_is_made_up(far: float | None, seconds: float) -> None:
    """Where the engine cannot tell, nothing is said."""
    assert details(Words("en"), far, Over(10), seconds) == ""


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
    """By the catalogue; one that it does not know goes by what the pipeline calls it."""
    words = Words("en", strict=True)
    assert name_of("check", words) == "Checking the rows"
    assert name_of("whatif rural", words) == "Asking the model otherwise: rural"
    assert name_of("remedy floor", words) == "Trying remedies: exposure floor"
    assert name_of("unheard of", words) == "unheard of"
    assert name_of("remedy floor", Words("zh", strict=True)) == "试算补救办法：曝光下限"


def test_every_stage_and_unit_of_the_pipelines_is_known(root: Path) -> None:
    """What pipelines call their stages and what they count has words in both languages."""
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("audits", "cli", "reports")
        for path in (root / folder).rglob("*.py")
    )
    stages = set(re.findall(r"""\bstage\(f?"([a-z]+)""", code))
    units = set(re.findall(r"""unit="([a-z]+)"|stage\.(?:count|each)\([^"]*?"([a-z]+)"\)""", code))
    named = {one or other for one, other in units}
    assert {"read", "score", "remedy", "pages"} <= stages
    assert {"candidates", "strengths", "values", "languages"} <= named
    for lang in ("en", "zh"):
        words = Words(lang, strict=True)
        assert [one for one in stages if not words.has(f"progress.stage.{one}")] == []
        assert [one for one in named if not words.has(f"progress.unit.{one}")] == []


def test_other_things_than_rows_are_counted_by_their_name() -> None:
    """Three of twelve strengths in a minute and a half: two a minute, four and a half to go."""
    over = Over(12, "strengths")
    said = details(Words("en", strict=True), 0.25, over, 90.0)
    assert said == "3 of 12 strengths, 2 a minute, 4 min 30 s left"
    said = details(Words("zh", strict=True), 0.25, over, 90.0)
    assert said == "3/12 档力度，每分钟 2，还需 4 分 30 秒"
    said = details(Words("en", strict=True), 0.5, Over(1_000_000, "candidates"), 10.0)
    assert said == "500,000 of 1,000,000 candidates, 50,000 a second, 10 s left"

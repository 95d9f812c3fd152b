"""A value that cannot be used is refused with a reason in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.errors import UsageError
from fairshelf.audits.refused import KINDS, OWN, shown
from fairshelf.reports.wording import LANGUAGES, Words, catalogue

if TYPE_CHECKING:
    from pathlib import Path

REFUSED: list[tuple[dict[str, Any], str, object]] = [
    ({"cutoffs": (0,)}, "at_least", 1),
    ({"seed": -1}, "at_least", 0),
    ({"page_size": 10_000_000}, "at_most", 1_000_000),
    ({"seed": "x"}, "whole", ""),
    ({"seed": 1.5}, "whole", ""),
    ({"level": "high"}, "number", ""),
    ({"level": 1.0}, "level", ""),
    ({"annex": "perhaps"}, "truth", ""),
    ({"sheet": 3}, "text", ""),
    ({"baseline": "equal"}, "one_of", ["auto", "sellers", "catalogue", "shown", "merit"]),
    ({"browsing": ()}, "too_few", 1),
    ({"bounds": (0.8, 1.25, 2)}, "too_many", 2),
    ({"bounds": (0.8,)}, "missing", ""),
    ({"bounds": (1.25, 0.8)}, "bounds", ""),
    ({"metrics": 5}, "list", ""),
    ({"reference": "urban"}, "table", ""),
    ({"reshape": "wide"}, "table", ""),
    ({"permutations": 3}, "permutations", ""),
    ({"top_share": ("some",)}, "top_share", ""),
    ({"attributes": {"_x": None}}, "column_name", ""),
]


@pytest.mark.parametrize(("typed", "code", "limit"), REFUSED)
def test_a_value_is_refused_with_its_reason(
    typed: dict[str, Any], code: str, limit: object
) -> None:
    """The reason and what the value is held against are facts, and no sentence in English."""
    with pytest.raises(UsageError) as caught:
        load(None, typed)
    facts = caught.value.facts
    assert (caught.value.code, facts["why"], facts["limit"]) == (
        "config_bad_value",
        f"fault.{code}",
        limit,
    )
    for lang in LANGUAGES:
        words = Words(lang, strict=True)
        what, where, do = words.error(caught.value)
        given = [str(limit)] if isinstance(limit, int) else limit or []
        assert "fault." not in what
        assert where == ""
        assert do
        assert all(one in what.replace(",", "") for one in given)  # type: ignore[attr-defined]
        assert ("Input" in what) is False


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_its_words(lang: str) -> None:
    """No kind of fault is without a sentence."""
    codes = {*KINDS.values(), *OWN, "other"}
    assert {f"fault.{code}" for code in codes} <= set(catalogue(lang))


def test_a_value_in_the_file_is_told_with_the_file(tmp_path: Path) -> None:
    """What stands in the file has it as its place; what was typed over it has none."""
    file = tmp_path / "audit.toml"
    file.write_text("seed = -1\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(file, {})
    assert Words("en", strict=True).error(caught.value)[1] == f"In {file}."
    file.write_text("seed = 1\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(file, {"seed": -1})
    assert Words("zh", strict=True).error(caught.value)[1] == ""


def test_a_value_that_is_too_deep_is_not_spelt() -> None:
    """Tables within tables by the thousand; another value is cut to a length."""
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"a": deep}
    assert shown(deep) == "[[[…]]]"
    assert shown([1, 2, 3], 4) == "[1, "

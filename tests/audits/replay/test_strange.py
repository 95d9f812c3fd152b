"""Words that a rule was not taught."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pytest

from fairshelf.audits.errors import DataError
from fairshelf.audits.rankers.loading import load_ranker
from fairshelf.audits.replay.strange import Strange, strange_words
from fairshelf.audits.replay.whatif import equalised

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from fairshelf.audits.rankers.records import Ranker

FEATURES = {"place": "feature place"}


def _rule(folder: Path, more: str = "") -> Ranker:
    text = f'[levels.place]\n"rural" = -1.0\n"urban" = 0.0\n{more}'
    (folder / "rule.toml").write_text(text, encoding="utf-8")
    return load_ranker(str(folder / "rule.toml"))


def _rows(*words: str | None) -> ir.Table:
    return ibis.memtable({"feature place": list(words)}, schema={"feature place": "string"})


def test_a_model_that_knows_no_word_of_the_candidates_is_refused(tmp_path: Path) -> None:
    """Districts for a model taught rural and urban, and empty cells: one error with both lists."""
    for words, said in (
        (("昆山市", "昆山市", "姑苏区"), ["昆山市", "姑苏区"]),
        ((None, ""), ["-"]),
    ):
        with pytest.raises(DataError) as found:
            strange_words(_rows(*words), FEATURES, _rule(tmp_path))
        assert found.value.code == "model_words_unknown"
        assert found.value.facts["words"] == said
        assert found.value.facts["known"] == ["rural", "urban"]


def test_some_strange_words_are_counted(tmp_path: Path) -> None:
    """Two of five candidates say suburb, which adds nothing; an empty cell is no word."""
    told = strange_words(
        _rows("rural", "suburb", "suburb", "urban", None), FEATURES, _rule(tmp_path)
    )
    assert told == (Strange("place", 2, ("suburb",)),)


def test_a_rule_for_all_other_words_knows_them(tmp_path: Path) -> None:
    """With a weight for ``*`` every word has one."""
    rule = _rule(tmp_path, '"*" = 0.5\n')
    assert strange_words(_rows("rural", "suburb"), FEATURES, rule) == ()


def test_a_feature_shown_the_same_is_not_looked_at(tmp_path: Path) -> None:
    """Where the model sees one value on every candidate, by a page's word, theirs do not matter."""
    rule = equalised(_rule(tmp_path), {"place": "农村"})
    rows = _rows("昆山市")
    assert strange_words(rows, FEATURES, rule) == ()
    assert list(rule.score(rows.rename(place="feature place").to_pyarrow())) == [-1.0]

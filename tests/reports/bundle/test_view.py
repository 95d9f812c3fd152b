"""Every problem, and everything that was not checked, has words in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fairshelf.reports.bundle.problems import Problem
from fairshelf.reports.bundle.view import not_checked, reason
from fairshelf.reports.wording import LANGUAGES, Words, catalogue

if TYPE_CHECKING:
    from pathlib import Path

CODE = re.compile(r"(Problem|wrong|unchecked)\(\s*\"([a-z_]+)\"")


def _programs(root: Path) -> str:
    files = sorted((root / "reports" / "bundle").glob("*.py"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_has_a_code(root: Path, lang: str) -> None:
    """No sentence stands in the catalogue that the program cannot say."""
    text, words = _programs(root), Words(lang, strict=True)
    for entry in catalogue(lang):
        head, _, code = entry.rpartition(".")
        if head in ("verify.problem", "verify.unchecked"):
            assert f'"{code}"' in text, entry
            told = reason if head == "verify.problem" else not_checked
            assert told(Problem(code, "f", "d"), words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_sentence(root: Path, lang: str) -> None:
    """What the program may find wrong or leave unchecked is a sentence, not a bare code."""
    words, found = Words(lang, strict=True), CODE.findall(_programs(root))
    assert len(found) > 40
    for kind, code in found:
        told = not_checked if kind == "unchecked" else reason
        assert told(Problem(code, "f", "d"), words)

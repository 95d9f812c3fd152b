"""Every code that is raised or noted has its sentences, and every sentence its facts."""

from __future__ import annotations

import ast
import string
from typing import TYPE_CHECKING

import pytest

from fairshelf.reports.wording import LANGUAGES, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ERRORS = {"UsageError", "DataError", "FairshelfError"}
PARTS = ("what", "where", "do")


def _calls(root: Path) -> Iterator[tuple[str, str, set[str] | None, str]]:
    """Give kind, code, facts (None where they are not written out) and place of every call."""
    for room in ("audits", "cli", "reports"):
        for path in sorted((root / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                code = node.args[0] if node.args else None
                if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
                    continue
                place = f"{path.relative_to(root)}:{node.lineno}"
                if node.func.id in ERRORS:
                    names = [keyword.arg for keyword in node.keywords]
                    facts = None if None in names else {name for name in names if name}
                    yield "error", code.value, facts, place
                elif node.func.id == "Message":
                    yield "notice", code.value, _written(node), place


def _written(node: ast.Call) -> set[str] | None:
    if len(node.args) == 1 and not node.keywords:
        return set()
    facts = node.args[1] if len(node.args) > 1 else None
    if isinstance(facts, ast.Dict) and all(isinstance(key, ast.Constant) for key in facts.keys):
        return {str(key.value) for key in facts.keys if isinstance(key, ast.Constant)}
    return None


def _placeholders(sentence: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_sentences(root: Path, lang: str) -> None:
    """Errors say what and what to do, notices have one sentence, in both languages."""
    known = catalogue(lang)
    missing = []
    for kind, code, _, place in _calls(root):
        wanted = [f"{code}.what", f"{code}.do"] if kind == "error" else [f"notice.{code}"]
        missing += [f"{place} {name}" for name in wanted if name not in known]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_has_its_facts(root: Path, lang: str) -> None:
    """No sentence asks for a fact that the place which raises it does not give."""
    known = catalogue(lang)
    short = []
    for kind, code, facts, place in _calls(root):
        if facts is None:
            continue
        names = [f"{code}.{part}" for part in PARTS] if kind == "error" else [f"notice.{code}"]
        for name in names:
            lacking = _placeholders(known.get(name, "")) - facts
            if lacking:
                short.append(f"{place} {name}: {sorted(lacking)}")
    assert not short, "\n".join(short)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_method_and_note_of_an_estimate_has_its_words(root: Path, lang: str) -> None:
    """How an interval was made has a label and an explanation, what is noted of it a label."""
    known = catalogue(lang)
    missing = []
    for room in ("adjustment", "estimates", "pipeline"):
        for path in sorted((root / "audits" / room).rglob("*.py")):
            for name, code, line in _of_estimates(path):
                ends = ("", ".explain") if name == "method" else ("",)
                wanted = [f"{name}.{code}{end}" for end in ends]
                missing += [f"{path}:{line} {one}" for one in wanted if one not in known]
    assert not missing, "\n".join(missing)


def _of_estimates(path: Path) -> Iterator[tuple[str, str, int]]:
    """Give the methods and notes that are written out where they are set."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg in {"method", "note"}:
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield node.arg, value.value, value.lineno

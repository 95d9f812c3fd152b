"""What the commands of bundles print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from fairshelf.reports.hostile import visible
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from fairshelf.reports.bundle.make import Made
    from fairshelf.reports.bundle.problems import Problem
    from fairshelf.reports.bundle.verify import Verified


def made_view(made: Made, lang: str) -> RenderableType:
    """Say where the public part and the sealed part are, and who signed."""
    words = Words(lang)
    lines = [
        words.text("bundle.made", bag=str(made.bag), archive=str(made.archive)),
        words.text("bundle.sealed", sealed=str(made.sealed)),
    ]
    if made.fingerprint:
        lines.append(words.text("bundle.signed", fingerprint=made.fingerprint))
    return Group(*(Text(line) for line in lines))


def verified_view(
    found: Verified, problems: Sequence[Problem], lang: str, *, rerun: bool
) -> RenderableType:
    """Say that a bundle verifies and by what, or every reason why it does not."""
    words = Words(lang)
    if problems:
        lines = [words.text("verify.wrong", count=len(problems))]
        lines += [f"- {reason(one, words)}" for one in problems]
        return Group(*(Text(line) for line in lines))
    lines = [words.text("verify.whole" if found.unchecked else "verify.good", files=found.files)]
    lines += [f"- {_open(one, words)}" for one in found.unchecked]
    signed = "verify.signed" if found.fingerprint else "verify.unsigned"
    lines.append(words.text(signed, fingerprint=found.fingerprint or ""))
    if rerun:
        lines.append(words.text("verify.rerun"))
    return Group(*(Text(line) for line in lines))


def _open(problem: Problem, words: Words) -> str:
    return words.text(
        f"verify.unchecked.{problem.code}",
        file=visible(problem.file, 200),
        detail=visible(problem.detail, 80),
    )


def reason(problem: Problem, words: Words) -> str:
    """Put a problem into words."""
    return words.text(
        f"verify.problem.{problem.code}",
        file=visible(problem.file, 200),
        detail=visible(problem.detail, 300),
    )

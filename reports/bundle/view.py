"""What the commands of bundles print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.console import Group
from rich.text import Text

from fairshelf.reports.hostile import visible
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.reports.bundle.make import Made
    from fairshelf.reports.bundle.problems import Checked, Problem
    from fairshelf.reports.bundle.verify import Verified

Computed = Literal["no", "told", "own"]


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
    found: Verified, checked: Checked, lang: str, computed: Computed = "no"
) -> RenderableType:
    """Say what was checked and by what, every reason against it, and what was not checked.

    Parameters
    ----------
    found
        What checking the bundle found.
    checked
        All problems and all that was not checked, those of a rerun among them.
    lang
        ``en`` or ``zh``.
    computed
        Whether everything was computed again, with the settings the bundle tells or one's own.
    """
    words = Words(lang)
    if checked.wrong:
        lines = [words.text("verify.wrong", count=len(checked.wrong))]
        lines += [f"- {reason(one, words)}" for one in checked.wrong]
    else:
        head = "verify.partly" if checked.unchecked else "verify.good"
        lines = [words.text(head, files=found.files, count=len(checked.unchecked))]
    lines += [f"- {not_checked(one, words)}" for one in checked.unchecked]
    if not checked.wrong:
        lines += _standing(found, words, computed)
    return Group(*(Text(line) for line in lines))


def _standing(found: Verified, words: Words, computed: Computed) -> list[str]:
    """Say what the check shows, and what it does not."""
    signed = "verify.signed_by_key" if found.wanted else "verify.signed"
    return [
        words.text(
            signed if found.fingerprint else "verify.unsigned",
            fingerprint=found.fingerprint or "",
        ),
        words.text("verify.digest", digest=found.digest),
        words.text(f"verify.rerun.{computed}"),
    ]


def reason(problem: Problem, words: Words) -> str:
    """Put a problem into words."""
    return _told(f"verify.problem.{problem.code}", problem, words)


def not_checked(problem: Problem, words: Words) -> str:
    """Put into words what could not be checked."""
    return _told(f"verify.unchecked.{problem.code}", problem, words)


def _told(name: str, problem: Problem, words: Words) -> str:
    return words.text(name, file=visible(problem.file, 200), detail=visible(problem.detail, 300))

"""The questions of a report: those of its case, or one for each attribute that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names

_LONGEST = 2_000


def questions(results: Results, names: Names, said: str = "question") -> tuple[str, ...]:
    """Give the question of the case file, or one for each attribute that was asked for.

    Parameters
    ----------
    results, names
        Results, and the names of groups in a language.
    said
        ``question``, or ``community.question`` for words without terms of art.
    """
    words = names.words
    asked = results.case.get("question")
    if isinstance(asked, str) and asked.strip():
        return (visible(asked, _LONGEST),)
    told = []
    for record in results.groups:
        if record.declared and record.reference is not None:
            groups = [
                names.mention(record.name, level.level)
                for level in record.levels
                if level.level not in (record.reference, "unknown")
            ]
            reference = names.mention(record.name, record.reference)
            told.append(words.text(f"{said}.one", groups=groups, reference=reference))
    return tuple(told) or (words.text(f"{said}.none"),)

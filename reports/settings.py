"""A commented ``audit.toml``: every setting with its default, in the language of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import tomlkit

from fairshelf.audits.case import Case, EvidenceType
from fairshelf.audits.config import Settings
from fairshelf.reports.hostile import visible
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.pipeline.inspect import Inspection

_TABLES = ("map", "attributes", "reference", "standard")


def settings_file(found: Sequence[Inspection], lang: str, *, strict: bool = False) -> str:
    """Write the settings for some files.

    Parameters
    ----------
    found
        The files as inspected: their columns are written under ``[audit.map]``, sure ones as
        settings and the rest as comments.
    lang
        ``en`` or ``zh``.
    strict
        Raise where a sentence is missing; for tests.

    Returns
    -------
    str
        TOML that :func:`fairshelf.audits.config.load` reads; what has no value is commented out.
    """
    words = Words(lang, strict=strict)
    document = tomlkit.document()
    names = [visible(one.file.name) for one in found]
    for line in words.text("init.intro", files=names).splitlines():
        document.add(tomlkit.comment(line))
    section = tomlkit.table()
    defaults = Settings().model_dump(mode="json")
    for name, value in defaults.items():
        if name not in _TABLES:
            _add(section, name, value, words)
    columns = {match.canonical: match.heading for one in found for match in one.file.columns}
    for name in _TABLES:
        table = tomlkit.table()
        table.add(tomlkit.comment(words.text(f"setting.{name}")))
        for key, heading in columns.items() if name == "map" else ():
            table.add(key, heading)
        section.add(tomlkit.nl())
        section.add(name, table)
    document.add("audit", section)
    document.add(tomlkit.nl())
    document.add("case", _case(words))
    return tomlkit.dumps(document)


def _case(words: Words) -> Any:  # noqa: ANN401 - tomlkit's table
    """Give every field of a case, each named and commented out: what is not told is printed so."""
    table = tomlkit.table()
    table.add(tomlkit.comment(words.text("setting.case")))
    for name in Case.model_fields:
        table.add(tomlkit.comment(words.text(f"case.{name}")))
        if name == "evidence_type":
            for kind in get_args(EvidenceType):
                table.add(tomlkit.comment(f"  {kind}: {words.text(f'evidence.{kind}')}"))
        table.add(tomlkit.comment(f'{name} = ""'))
    return table


def _add(section: Any, name: str, value: object, words: Words) -> None:  # noqa: ANN401 - tomlkit's table
    section.add(tomlkit.comment(words.text(f"setting.{name}")))
    if value is None or isinstance(value, dict):
        section.add(tomlkit.comment(f"{name} = "))
    else:
        section.add(name, value)

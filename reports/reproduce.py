"""How to make the same report again: the command by roles, the settings, the digests."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.results import Results
    from fairshelf.reports.wording import Words

_PLACES = {"log": "LOG", "sellers": "SELLERS", "catalogue": "CATALOGUE"}
_PLAIN = ("baseline", "question", "level", "permutations", "seed")
_NOT_OF_REPLAY = ("baseline", "question")
"""Settings that ``audit replay`` takes from a settings file only."""
_LONGEST = 300


def command(results: Results) -> str:
    """Give the command that repeats the audit, with roles in the place of file names.

    Returns
    -------
    str
        One line for the shell; settings that the command line cannot state stand in the table of
        settings beside it.
    """
    settings = results.settings
    roles = [file.role for file in results.inputs]
    replayed = "candidates" in roles
    read, place = ("candidates", "CANDIDATES") if replayed else ("log", "LOG")
    logs = sum(role == read for role in roles)
    parts = ["audit", "replay", "MODEL"] if replayed else ["audit", "run"]
    parts += [f"{place}{number + 1}" for number in range(logs)] if logs > 1 else [place]
    for role in ("sellers", "catalogue"):
        if role in roles:
            parts += [f"--{role}", _PLACES[role]]
    parts += _pairs("--attribute", settings.get("attributes"))
    for option in ("standard", "reference", "map"):
        parts += _pairs(f"--{option}", settings.get(option))
    for option, key in (("--browsing", "browsing"), ("--cutoff", "cutoffs")):
        values = settings.get(key)
        for value in values if isinstance(values, list | tuple) else ():
            parts += [option, _safe(value)]
    bounds = settings.get("bounds")
    if isinstance(bounds, list | tuple):
        parts += ["--bounds", ",".join(_safe(bound) for bound in bounds)]
    parts += _plain({**settings, "shown": results.provenance.get("shown")}, replayed=replayed)
    return " ".join([*parts, "--out", "OUT"])


def _plain(settings: Mapping[str, object], *, replayed: bool) -> list[str]:
    """State the settings of one value; a replay takes some from its settings file only."""
    keys = ("shown", *_PLAIN) if replayed else _PLAIN
    told: list[str] = []
    for key in keys:
        if settings.get(key) is not None and not (replayed and key in _NOT_OF_REPLAY):
            told += [f"--{key}", _safe(settings[key])]
    return told


def _pairs(option: str, pairs: object) -> list[str]:
    if not isinstance(pairs, dict):
        return []
    told = []
    for name, value in pairs.items():
        told += [option, _safe(name if value is None else f"{name}={value}")]
    return told


def _safe(value: object) -> str:
    return shlex.quote(visible(str(value), _LONGEST))


def settings_table(results: Results, words: Words) -> TableView:
    """List every setting as it stood."""
    rows = tuple(
        (Cell(visible(name), code=True), Cell(_value(value, words), code=True))
        for name, value in results.settings.items()
    )
    columns = ((words.text("reproduce.setting"), False), (words.text("reproduce.value"), False))
    return TableView(words.text("reproduce.settings"), columns, rows)


def origin_table(results: Results, words: Words) -> TableView:
    """Say which versions, seeds and digests the numbers come from."""
    plan = "reproduce.plan.given" if results.plan else "reproduce.plan.none"
    told = [
        (words.text("reproduce.tool"), f"{results.tool.name} {results.tool.version}"),
        (words.text("reproduce.schema"), results.schema_version),
        (words.text("reproduce.plan"), words.text(plan)),
    ]
    rows = [(Cell(name), Cell(visible(text))) for name, text in told]
    rows += [_origin(name, value, words) for name, value in _flat(results.provenance).items()]
    columns = ((words.text("data.what"), False), (words.text("reproduce.value"), False))
    return TableView(words.text("reproduce.versions"), columns, tuple(rows))


def _origin(name: str, value: object, words: Words) -> tuple[Cell, Cell]:
    msgid = f"provenance.{name}"
    if name == "model.kind":
        return Cell(words.text(msgid)), Cell(words.label("model.kind", str(value)))
    label = Cell(words.text(msgid)) if words.has(msgid) else Cell(visible(name), code=True)
    if name == "permutations" and not isinstance(value, int):
        return label, Cell(words.text("provenance.by_number"))
    return label, Cell(_value(value, words), code=True)


def _flat(tree: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    told: dict[str, object] = {}
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            told |= _flat(value, f"{prefix}{name}.")
        else:
            told[f"{prefix}{name}"] = value
    return told


def _value(value: object, words: Words) -> str:
    if value is None or value in ([], {}, ()):
        return words.text("none")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return visible(text, _LONGEST)

"""What every what-if says first: which files, which model, how many candidates, what to mind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf import __version__
from fairshelf.audits.pipeline.candidates import matches_of
from fairshelf.audits.pipeline.describe import input_file, once
from fairshelf.audits.pipeline.feature_notices import feature_notices
from fairshelf.audits.results import InputFile, Message, Rows, Tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.choices import Choices
    from fairshelf.audits.results import Fact

VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a what-if's record.

    ``command`` is ``whatif``, ``remedy`` ...; ``model`` the kind and name of the model, None where
    the observed order was the one to start from; ``appearances`` (attribute, group, sellers,
    times): how often a listing of each group stands for choice; ``drawn`` the candidates there were
    before whole requests were drawn, None where all were used. ``forecast`` is the model that
    foretells what a candidate is worth, where it is no column (``gain``) that says it.
    """

    schema_version: str
    tool: Tool
    command: str
    settings: dict[str, Any]
    inputs: tuple[InputFile, ...]
    rows: Rows
    model: dict[str, str | None] | None
    candidates: int
    requests: int
    sellers: int
    appearances: tuple[tuple[str, str, int, float], ...]
    shown: int | None
    gain: str | None
    drawn: int | None
    notices: tuple[Message, ...]
    limits: tuple[Message, ...]
    forecast: str | None = None


def head(
    given: Choices,
    command: str,
    asked: dict[str, Any],
    settings: Settings,
    said: tuple[Sequence[Message], Sequence[Message]],
) -> Head:
    """Write the beginning of a what-if's record.

    Parameters
    ----------
    given
        What was read.
    command
        The command.
    asked
        What was asked beyond the settings.
    settings
        The settings.
    said
        Further notices and further limits.
    """
    clean, ranker = given.found.clean, given.ranker
    return Head(
        schema_version=VERSION,
        tool=Tool("fairshelf", __version__),
        command=command,
        settings={
            **asked,
            "attributes": dict(settings.attributes),
            "standard": dict(settings.standard),
            "reference": dict(settings.reference),
            "map": dict(settings.map),
            "browsing": list(settings.browsing),
            "bounds": list(settings.bounds),
            "cutoff": given.cutoff,
            "level": settings.level,
            "seed": settings.seed,
        },
        inputs=_inputs(given),
        rows=Rows(clean.read, clean.used, clean.rejected, clean.duplicate, None),
        model=None
        if ranker is None
        else {"kind": ranker.kind, "name": ranker.name, "sha256": ranker.sha256},
        candidates=int(given.place.size),
        requests=given.sets.requests,
        sellers=int((given.sets.appearances > 0).sum()),
        appearances=_appearances(given),
        shown=given.shown,
        gain=given.gain,
        drawn=given.drawn,
        notices=once([*_notices(given), *said[0]]),
        limits=(
            Message("order_not_users", {}) if ranker is None else Message("replay_not_users", {}),
            *said[1],
        ),
        forecast=None if given.forecast is None else given.forecast.name,
    )


def _appearances(given: Choices) -> tuple[tuple[str, str, int, float], ...]:
    """Give how often a listing of each compared group stands for choice, on average."""
    told: dict[tuple[str, str], tuple[int, float]] = {}
    for one in given.contrasts:
        for name, side in ((one.group, one.sides[0]), (one.reference, one.sides[1])):
            seen, held = given.sets.appearances[side].sum(), given.listings[side].sum()
            times = float(seen / held) if held else 0.0
            told[one.attribute, name] = (int(side.sum()), times)
    return tuple((*whose, *figures) for whose, figures in told.items())


def _inputs(given: Choices) -> tuple[InputFile, ...]:
    told = []
    files = given.found.files.of("log")
    for raw, detection in files:
        alone = len(files) == 1
        count = given.found.clean.read if alone else int(raw.table.count().to_pyarrow().as_py())
        one = input_file(raw, detection, count)
        told.append(replace(one, role="candidates", columns=matches_of(given.found)))
    if given.beside is not None:
        raw, detection = given.beside
        told.append(input_file(raw, detection, int(raw.table.count().to_pyarrow().as_py())))
    told += [
        InputFile("model", one.name, one.sha256, 0, 0, one.kind)
        for one in (given.ranker, given.forecast)
        if one is not None and one.sha256 is not None
    ]
    return tuple(told)


def _notices(given: Choices) -> list[Message]:
    said: list[Message] = []
    if given.ranker is not None:
        said += given.ranker.notices
    for raw, detection in given.found.files.of("log"):
        said += [*raw.notices, *detection.notices]
    said += [*given.found.clean.notices, *feature_notices(given.found), *given.sides.notices]
    for label in given.labels:
        said += label.notices
    ranked = given.ranked
    if ranked is not None and ranked.tied:
        share = round(ranked.tied / ranked.candidates, 4)
        said.append(Message("replay_ties", {"tied": ranked.tied, "share": share}))
    if ranked is not None and ranked.unscored:
        said.append(Message("replay_unscored", {"count": ranked.unscored}))
    for one in () if ranked is None else ranked.strange:
        facts: dict[str, Fact] = {"feature": one.feature, "count": one.count, "words": [*one.words]}
        said.append(Message("replay_words_unknown", facts))
    if given.drawn is not None:
        share = given.place.size / given.drawn
        said.append(Message("whatif_drawn", {"count": given.drawn, "share": round(share, 4)}))
    if given.extra.get("sponsored") is not None and given.ranker is None:
        ads = int(np.nansum(given.extra["sponsored"]))
        if ads:
            said.append(Message("whatif_ads", {"count": ads}))
    return said

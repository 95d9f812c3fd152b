"""Audit the data again with a bundle's settings, and hold every number against the bundle's."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from fairshelf.reports.bundle.problems import Problem
from fairshelf.reports.disclosure import public

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.results import Results

MOST = 20
PARTS = (
    *("schema_version", "tool", "settings", "inputs", "rows", "joins", "groups"),
    *("notices", "limits", "provenance"),
)
"""What else must be the same. The case and the plan are told by people, not computed."""

CLOSE = 1e-9


def rerun(
    results: Results, log: Sequence[str], sellers: str | None, catalogue: str | None
) -> list[Problem]:
    """Recompute everything and compare with public results.

    Parameters
    ----------
    results
        The bundle's public results.
    log, sellers, catalogue
        The data it says it was made from.

    Returns
    -------
    What differs, at most twenty; empty where every number is the same.

    Raises
    ------
    UsageError, DataError
        Those of an audit.
    """
    from fairshelf.audits.config import load  # noqa: PLC0415 - an audit is heavy
    from fairshelf.audits.pipeline import audit  # noqa: PLC0415 - the same

    settings = load(None, _settings(results.settings))
    again = public(audit(list(log), sellers, catalogue, settings, case=results.case).results)
    wrong = []
    if tuple(one.sha256 for one in again.inputs) != tuple(one.sha256 for one in results.inputs):
        wrong.append(Problem("rerun_inputs"))
    ours = {one.key: one for one in again.estimates}
    theirs = {one.key: one for one in results.estimates}
    wrong += [Problem("rerun_missing", key) for key in theirs if key not in ours]
    wrong += [Problem("rerun_more", key) for key in ours if key not in theirs]
    for key, told in theirs.items():
        if key in ours:
            wrong += _differences(told, ours[key], key)
    if again.findings != results.findings:
        wrong.append(Problem("rerun_findings"))
    if not wrong and again.tables != results.tables:
        wrong.append(Problem("rerun_tables"))
    wrong += [
        Problem("rerun_part", name)
        for name in PARTS
        if getattr(again, name) != getattr(results, name)
    ]
    return wrong[:MOST]


def _settings(told: dict[str, object]) -> dict[str, Any]:
    """Leave out what was decided in the first run, so that it is decided again the same way."""
    return {name: value for name, value in told.items() if value is not None}


def _differences(theirs: object, ours: object, key: str) -> list[Problem]:
    wrong = []
    for field in dataclasses.fields(theirs):  # type: ignore[arg-type]  # both are records of one kind
        one, two = getattr(theirs, field.name), getattr(ours, field.name)
        same = one == two
        if isinstance(one, float) and isinstance(two, float):
            same = math.isclose(one, two, rel_tol=CLOSE, abs_tol=CLOSE)
        if not same:
            wrong.append(Problem("rerun_differs", key, f"{field.name}: {one} / {two}"))
    return wrong

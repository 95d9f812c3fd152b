"""Audit the data again with a bundle's settings, and hold every field against the bundle's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import UsageError
from fairshelf.audits.stages import QUIET
from fairshelf.reports import exports
from fairshelf.reports.bundle import records
from fairshelf.reports.bundle.differences import differences
from fairshelf.reports.bundle.problems import Checked, Problem, unchecked, wrong
from fairshelf.reports.disclosure import public

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages
    from fairshelf.reports.bundle.verify import Verified

MOST = 20
TAKEN = ("case", "plan")
"""Fields of the results that no data can confirm: the case is taken from the bundle, and the plan
is held against the one given, if one is given. Everything else must be the same, the version apart,
which is told."""

LEFT_OPEN: dict[str, object] = {"cutoffs": [], "baseline": "auto"}
"""Settings that a plan may leave to the data; the results tell what was then found."""


@dataclass(frozen=True, slots=True)
class Again:
    """What to compute again from.

    ``log``, ``sellers``, ``catalogue``: the data; ``config``: a settings file to take instead of
    the settings the bundle tells; ``plan``: the frozen plan it says it was held against.
    """

    log: tuple[str, ...]
    sellers: str | None = None
    catalogue: str | None = None
    config: Path | None = None
    plan: Path | None = None


def rerun(found: Verified, source: Again, stage: Stages = QUIET) -> Checked:
    """Recompute everything and compare with the public results of a bundle.

    Parameters
    ----------
    found
        A bundle that was checked: its results and records.
    source
        The data, and what else is not to be taken from the bundle.
    stage
        Told the stages as they begin, and how far they are.

    Returns
    -------
    What differs, at most twenty fields by name; and what could not be checked.

    Raises
    ------
    UsageError, DataError
        Those of an audit; ``rerun_without``: a table the first audit read is not given.
    """
    from fairshelf.audits.config import load  # noqa: PLC0415 - an audit is heavy
    from fairshelf.audits.pipeline import audit  # noqa: PLC0415 - the same
    from fairshelf.audits.plan import load_plan  # noqa: PLC0415 - the same

    results, planned = found.results, source.plan is not None
    if results is None:
        return Checked()
    _all_given(results, source)
    plan = load_plan(source.plan) if source.plan else None
    settings = load(source.config, {} if source.config else _settings(results, plan))
    log, beside = list(source.log), (source.sellers, source.catalogue)
    done = audit(log, *beside, settings, stage, case=results.case, plan=plan)
    again = public(done.results)
    told = Checked()
    if [one.sha256 for one in again.inputs] != [one.sha256 for one in results.inputs]:
        told += wrong("rerun_inputs")
    theirs, ours = (_compared(one, planned=planned) for one in (results, again))
    theirs["rejected.json"] = found.told.get("rejected.json")
    ours["rejected.json"] = records.rejected(exports.rejected_csv(done.rejects))
    told += _differing(theirs, ours)
    return told + _unchecked(results, again, planned=planned)


def _all_given(results: Results, source: Again) -> None:
    """Refuse to compute from less than the first audit had: nothing could come out the same."""
    read = {one.role for one in results.inputs}
    for role, given in (("sellers", source.sellers), ("catalogue", source.catalogue)):
        if role in read and given is None:
            raise UsageError("rerun_without", option=f"--{role}")


def _settings(results: Results, plan: dict[str, Any] | None) -> dict[str, Any]:
    """Leave out what was decided in the first run, so that it is decided again the same way.

    What the plan left to the data is found again too, unless the results say that the run did
    otherwise: else a run that followed its plan would differ from it by what the data said.
    """
    planned = {} if plan is None else plan["settings"]
    told = (results.plan or {}).get("differences")  # whatever the bundle's maker wrote there
    listed = told if isinstance(told, list) else []
    otherwise = {str(one.get("setting")) for one in listed if isinstance(one, dict)}
    return {
        name: value
        for name, value in results.settings.items()
        if value is not None
        and not (
            name in LEFT_OPEN and planned.get(name) == LEFT_OPEN[name] and name not in otherwise
        )
    }


def _compared(results: Results, *, planned: bool) -> dict[str, Any]:
    """Give what must be the same, as JSON."""
    told: dict[str, Any] = json.loads(exports.results_json(results))
    told["tool"].pop("version")
    for name in TAKEN:
        if not (planned and name == "plan"):
            told.pop(name)
    return told


def _differing(theirs: dict[str, Any], ours: dict[str, Any]) -> Checked:
    """Name each field that differs; those beyond the first twenty are counted."""
    found = differences(theirs, ours)
    told = [Problem("rerun_differs", place, detail) for place, detail in islice(found, MOST)]
    more = sum(1 for _ in found)
    return Checked((*told, *([Problem("rerun_more", "", str(more))] if more else [])))


def _unchecked(results: Results, again: Results, *, planned: bool) -> Checked:
    told = Checked()
    if results.tool.version != again.tool.version:
        told += unchecked("rerun_version", "", f"{results.tool.version} / {again.tool.version}")
    if results.plan and not planned:
        told += unchecked("rerun_plan")
    return told

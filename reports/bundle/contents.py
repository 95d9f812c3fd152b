"""Check that every file of a payload says what the results in it say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fairshelf import __version__
from fairshelf.audits.browsing import parse
from fairshelf.audits.config import load
from fairshelf.audits.errors import DataError, FairshelfError
from fairshelf.audits.stages import QUIET
from fairshelf.reports import exports
from fairshelf.reports.bundle import pages, pdfs, records
from fairshelf.reports.bundle.forms import form_problem
from fairshelf.reports.bundle.names import CRATE, ESTIMATES, NEEDED, OPTIONAL, PAGES, PDFS, RESULTS
from fairshelf.reports.bundle.problems import Checked, Problem, unchecked, wrong
from fairshelf.reports.bundle.strict import read_json
from fairshelf.reports.disclosure import is_public

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages

TIMED = ("sealed", "bundled")
"""Steps of the custody log whose time only the log itself knows."""


def read(data: Path, names: set[str]) -> tuple[dict[str, Any], list[Problem]]:
    """Read every JSON file of a payload.

    Parameters
    ----------
    data
        The payload's folder.
    names
        The files in it.

    Returns
    -------
    The values by name, and which files are no strict JSON or not of their record's form.
    """
    told: dict[str, Any] = {}
    odd: list[Problem] = []
    for name in (one for one in (*NEEDED, *OPTIONAL) if one.endswith(".json") and one in names):
        value, problem = read_json((data / name).read_bytes(), f"data/{name}")
        problem = problem or form_problem(name, value)
        if problem:
            odd.append(problem)
        told[name] = value
    return told, odd


def check(
    data: Path, names: set[str], told: Mapping[str, Any], stage: Stages = QUIET
) -> tuple[Results | None, Checked]:
    """Hold everything in a payload against its results.

    Parameters
    ----------
    data, names
        The payload's folder and the files in it.
    told
        What :func:`read` read, without problems.
    stage
        Told how many pages are checked.

    Returns
    -------
    The results, where they are results, and what was found.
    """
    place, content = f"data/{RESULTS}", (data / RESULTS).read_bytes()
    try:
        results = exports.load_results(content)
        again = exports.results_json(results)
    except DataError as error:
        field = str(error.facts.get("field", ""))
        return None, wrong("results_form", place, f"{error.code} {field}".strip())
    if not is_public(results):
        return results, wrong("not_public", place)
    if again != content:
        return results, wrong("results_form", place, "canonical form") + _version(results)
    files = {name: (data / name).read_bytes() for name in (*PAGES, *PDFS) if name in names}
    files |= {RESULTS: content, ESTIMATES: (data / ESTIMATES).read_bytes()}
    found = _settings(results, (data / "settings.json").read_bytes())
    if exports.estimates_csv(results) != files[ESTIMATES]:
        found += wrong("estimates_differ", f"data/{ESTIMATES}")
    found += _copies(results, data, told) + _custody(results, files, told["custody.json"])
    found += _described(names, told[CRATE])
    found += _readme(results, (data / "README.txt").read_bytes(), names)
    for name in stage.each([one for one in (*PAGES, *PDFS) if one in names], "pages"):
        if name in PAGES:
            found += pages.check(results, name, files[name])
        else:
            found += pdfs.check(results, name, files)
    return results, found + (_version(results) if found.wrong or found.unchecked else Checked())


def _version(results: Results) -> Checked:
    """Tell that another version, if the results name one, may have written the bundle otherwise."""
    if results.tool.version == __version__:
        return Checked()
    return unchecked("other_version", "", results.tool.version)


def _settings(results: Results, there: bytes) -> Checked:
    """Check that ``settings.json`` is a copy, and holds settings that there are."""
    if there != records.as_json(results.settings):
        return wrong("settings_differ", "data/settings.json")
    values = {name: value for name, value in results.settings.items() if value is not None}
    try:
        for model in load(None, values).browsing:
            parse(model)
    except FairshelfError as error:
        named = error.facts.get("key") or error.facts.get("name") or error.code
        return wrong("settings_form", "data/settings.json", str(named))
    return Checked()


def _copies(results: Results, data: Path, told: Mapping[str, Any]) -> Checked:
    """Check that the plan, the case and the environment are those of the results."""
    found = Checked()
    for name, value in (("plan.json", results.plan), ("case.json", results.case)):
        if value and name not in told:
            found += wrong("missing", f"data/{name}")
        elif name in told and (data / name).read_bytes() != records.as_json(value):
            found += wrong("record_differs", f"data/{name}")
    made = told["environment.json"]
    tool = {"name": results.tool.name, "version": results.tool.version}
    if made["tool"] != tool or repr(made["seed"]) != repr(results.settings.get("seed")):
        found += wrong("record_differs", "data/environment.json")
    return found


def _custody(results: Results, files: Mapping[str, bytes], told: list[dict[str, Any]]) -> Checked:
    """Write the custody log again; times, and the digest of what is sealed, are its own word."""
    audited = next((one for one in told if one["step"] == "audited"), None)
    if audited is None or not audited.get("after"):
        return wrong("custody_form", "data/custody.json", "audited")
    after = audited["after"]
    found = Checked()
    for name in sorted({*after, *files}):
        if name not in files or records.digest(files[name]) != after.get(name):
            found += wrong("custody_differs", f"data/{name}", "custody.json")
    if found.wrong:
        return found
    sealed = next((one.get("sha256") for one in told if one["step"] == "sealed"), None)
    actor = str(results.case.get("audited_by") or "not reported")
    expected = json.loads(records.as_json(records.custody(results, actor, dict(files), sealed)))
    for number, (one, other) in enumerate(zip(expected, told, strict=False)):
        if _timeless(one) != _timeless(other):
            found += wrong("custody_step", "data/custody.json", f"{number}: {one['step']}")
    if len(told) != len(expected):
        found += wrong("custody_step", "data/custody.json", f"{len(told)} / {len(expected)}")
    return found


def _timeless(step: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in step.items() if k != "time" or step.get("step") not in TIMED}


def _described(names: set[str], told: Mapping[str, Any]) -> Checked:
    """Check that the RO-Crate describes every file of the payload, and no other."""
    graph = told["@graph"]
    there = {one["@id"] for one in graph}
    listed = {one["@id"] for one in graph if one["@type"] == "File"}
    listed |= {part["@id"] for one in graph for part in one.get("hasPart", ())}
    odd = [Problem("not_described", f"data/{one}", CRATE) for one in sorted(names - there)]
    odd += [Problem("listed_missing", f"data/{one}", CRATE) for one in sorted(listed - names)]
    return Checked(tuple(odd))


def _readme(results: Results, there: bytes, names: set[str]) -> Checked:
    if there == records.readme(names):
        return Checked()
    if results.tool.version == __version__:
        return wrong("readme_differs", "data/README.txt")
    return unchecked("readme", "data/README.txt")

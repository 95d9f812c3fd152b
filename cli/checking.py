"""What ``audit check`` looks at: results, a log, or a model's order of candidates."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate import Gate, GateTable, Rule
    from fairshelf.audits.gate.records import FailOn
    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages

_SETTINGS = ("audit.toml", "pyproject.toml")
_TOPS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables in which build servers name the top of the checkout."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The options of ``audit check``, as they were typed."""

    data: tuple[str, ...] = ()
    sellers: str | None = None
    catalogue: str | None = None
    config: Path | None = None
    baseline: Path | None = None
    rules: tuple[str, ...] = ()
    fail_on: tuple[str, ...] = ()
    model: str | None = None
    features: tuple[str, ...] = ()
    shown: int | None = None
    trust: tuple[str, ...] = ()
    trust_code: bool = False
    save: Path | None = None
    today: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


def gate(typed: Typed, stage: Stages) -> Gate:
    """Hold what was typed against the rules.

    Raises
    ------
    UsageError
        ``gate_no_rules``, ``gate_nothing_to_check``, ``gate_file_missing``, ``bad_fail_on``,
        ``bad_today``; those of the settings and of the rules.
    DataError
        What is to be checked cannot be read.
    """
    from fairshelf.audits.gate import judge, load_gate, rules_of, typed_rules

    config = typed.config or _found_here()
    told = load_gate(config)
    rules = (*rules_of(told, config, _shown(config)), *typed_rules(typed.rules))
    if not rules:
        raise UsageError("gate_no_rules", files=[str(config)] if config else list(_SETTINGS))
    fail_on = _fail_on(typed.fail_on) or told.fail_on
    today = _today(typed.today)
    base = _baseline(typed, told, config)
    results = _measured(typed, told, config, rules, stage)
    return judge(rules, results, base, today, fail_on, told.missing)


def _found_here() -> Path | None:
    """Find the settings in the folder the command runs in: the first file with a gate."""
    from fairshelf.audits.config import section

    for name in _SETTINGS:
        path = Path(name)
        if path.is_file() and section(path, "gate"):
            return path
    return None


def _shown(config: Path | None) -> str | None:
    """Name the settings as a build server names files: from the top of the checkout."""
    if config is None:
        return None
    full = config.absolute()
    for variable in _TOPS:
        top = os.environ.get(variable)
        if top and full.is_relative_to(top):
            return full.relative_to(top).as_posix()
    here = Path.cwd()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else config.as_posix()


def _fail_on(typed: Sequence[str]) -> tuple[FailOn, ...]:
    from fairshelf.audits.gate.records import FailOn

    for one in typed:
        if one not in get_args(FailOn):
            raise UsageError("bad_fail_on", typed=one)
    return tuple(cast("FailOn", one) for one in typed)


def _today(typed: str | None) -> dt.date:
    if typed is None:
        return dt.datetime.now(tz=dt.UTC).date()
    try:
        return dt.date.fromisoformat(typed)
    except ValueError as error:
        raise UsageError("bad_today", typed=typed) from error


def _baseline(typed: Typed, told: GateTable, config: Path | None) -> Results | None:
    """Read the baseline; that of the settings may be missing where ``--save`` makes the first."""
    path = typed.baseline
    if path is None and told.baseline is not None:
        path = _beside(config, told.baseline)
        if typed.save is not None and not path.exists():
            return None
    return None if path is None else _results(path)


def _beside(config: Path | None, name: str) -> Path:
    """Give a path of the settings: relative to their file."""
    return (config.parent if config else Path()) / name


def _results(path: Path) -> Results:
    from fairshelf.reports.exports import load_results

    try:
        return load_results(path.read_bytes())
    except OSError as error:
        raise UsageError("gate_file_missing", typed=str(path)) from error


def _measured(
    typed: Typed,
    told: GateTable,
    config: Path | None,
    rules: Sequence[Rule],
    stage: Stages,
) -> Results:
    """Read results, or make them from a log or a model under the settings of the file."""
    data = typed.data or tuple(str(_beside(config, one)) for one in told.log)
    if not data:
        raise UsageError("gate_nothing_to_check")
    model = typed.model or _model_of(told, config)
    if model and not typed.model and model.startswith("command:") and not typed.trust_code:
        raise UsageError("model_command_untrusted", model=model, file=str(config or ""))
    if typed.model is None and len(data) == 1 and is_results(Path(data[0])):
        return _results(Path(data[0]))
    sides = [
        one or (str(_beside(config, also)) if also else None)
        for one, also in ((typed.sellers, told.sellers), (typed.catalogue, told.catalogue))
    ]
    from fairshelf.audits.config import load
    from fairshelf.audits.gate import widened

    settings = widened(load(config, typed.settings), rules)
    if model is None:
        from fairshelf.audits.pipeline import audit

        done = audit(data, sides[0], sides[1], settings, stage)
    else:
        from fairshelf.audits.pipeline.replay import ModelAsk, replay

        ask = ModelAsk(
            model,
            typed.features or told.features,
            typed.trust,
            typed.trust_code,
            told.output,
            typed.shown or told.shown,
        )
        done = replay(ask, data, sides[0], sides[1], settings, stage)
    if typed.save is not None:
        from fairshelf.cli.check_outputs import put
        from fairshelf.reports.exports import results_json

        put(typed.save, results_json(done.results))
    return done.results


def _model_of(told: GateTable, config: Path | None) -> str | None:
    """Give the model of the settings: a file beside them, or what names none (``column:score``)."""
    if told.model is None:
        return None
    path = _beside(config, told.model)
    return str(path) if path.exists() else told.model


def is_results(path: Path) -> bool:
    """Tell results from a log, by their content."""
    if path.suffix.casefold() != ".json":
        return False
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError("gate_file_missing", typed=str(path)) from error
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "schema_version" in document

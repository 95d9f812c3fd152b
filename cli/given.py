"""The settings that typed options mean: every command reads the same option in the same way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fairshelf.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.config import Settings

_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "attribute": options.attributes,
    "standard": partial(options.pairs, "--standard"),
    "reference": partial(options.pairs, "--reference"),
    "map": partial(options.pairs, "--map"),
    "browsing": tuple,
    "cutoff": lambda typed: tuple(typed) if isinstance(typed, list) else (typed,),
    "metric": tuple,
    "strata": tuple,
    "bounds": options.bounds,
    "adjust": options.covariates,
    "jurisdiction": options.jurisdictions,
    "sheet": options.one_sheet,
}
"""How what was typed is read, where it is not the setting itself."""

_NAMED: Final = {"attribute": "attributes", "cutoff": "cutoffs", "metric": "metrics"}
"""Options that are typed one at a time, and the setting that holds them all."""


def given(**typed: Any) -> dict[str, Any]:  # noqa: ANN401 - options of any kind
    """Give the settings that were typed, by their names; what was not typed is not there.

    Parameters
    ----------
    **typed
        Options by their names, as typer gives them: None, False or empty where not typed.

    Raises
    ------
    UsageError
        Those of the functions of :mod:`fairshelf.cli.options` that read them.
    """
    read = {
        _NAMED.get(name, name): _READ[name](value) if name in _READ else value
        for name, value in typed.items()
        if value is not None and value is not False
    }
    return {name: value for name, value in read.items() if value not in (None, {}, (), [])}


def settings(config: Path | None, **typed: Any) -> Settings:  # noqa: ANN401 - options of any kind
    """Read the settings' file, with the options that were typed over it.

    Parameters
    ----------
    config
        The file; None for the defaults.
    **typed
        As in :func:`given`.

    Raises
    ------
    UsageError
        Those of :func:`given` and of :func:`fairshelf.audits.config.load`.
    """
    from fairshelf.audits.config import load

    return load(config, given(**typed))

"""Libraries that only some models need: imported when one of those is opened."""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import Any

from fairshelf.audits.errors import UsageError


def need(module: str, kind: str) -> Any:  # noqa: ANN401 - a module has no type of its own
    """Import what a kind of model needs.

    Raises
    ------
    UsageError
        ``model_needs_extra``: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UsageError(
            "model_needs_extra", kind=kind, library=module.partition(".")[0]
        ) from error


def version(*packages: str) -> str:
    """Give the version of the first of some packages that is installed."""
    for package in packages:
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""

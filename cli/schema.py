"""``audit schema``: the contracts of the JSON that is written."""

from __future__ import annotations

from typing import Annotated

import typer

from fairshelf.cli import terminal

OF = ("results", "check")


def schema(
    of: Annotated[str, typer.Argument(help="results or check.")] = "results",
) -> None:
    """Print the JSON Schema of results.json, or of what audit check --format json writes."""
    import json

    from fairshelf.audits.errors import UsageError

    if of not in OF:
        raise UsageError("unknown_schema", typed=of, known=list(OF))
    if of == "results":
        from fairshelf.reports.exports import json_schema as made
    else:
        from fairshelf.reports.verdicts import gate_schema as made
    terminal.say_plain(json.dumps(made(), indent=2, ensure_ascii=False) + "\n")

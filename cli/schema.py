"""``audit schema``: the contract of results.json."""

from __future__ import annotations

from fairshelf.cli import terminal


def schema() -> None:
    """Print the JSON Schema of results.json."""
    import json

    from fairshelf.reports.exports import json_schema

    terminal.say_plain(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")

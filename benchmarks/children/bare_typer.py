"""The floor of a command's help: a typer application with one command that does nothing.

``python -m benchmarks.children.bare_typer --help``
"""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def nothing() -> None:
    """Do nothing."""


if __name__ == "__main__":
    app()

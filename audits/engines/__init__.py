"""Where the rows of a log are counted: DuckDB here, or an engine that holds them already."""

from fairshelf.audits.engines.address import HERE, Engine, engine
from fairshelf.audits.engines.opening import for_tables, opened

__all__ = ["HERE", "Engine", "engine", "for_tables", "opened"]

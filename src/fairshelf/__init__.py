"""Measure how a platform's ranking hands out attention between groups of sellers."""

__version__ = "0.1.0"

__all__ = ["__version__"]

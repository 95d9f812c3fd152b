"""The figures, each with a message title, a legend, its numbers as a table, source and n."""

from fairshelf.reports.figures.checks import (
    adjusted_figure,
    curve_figure,
    decomposition_figure,
    funnel_figure,
    series_figure,
)
from fairshelf.reports.figures.heat import heat_table
from fairshelf.reports.figures.lorenz import lorenz_figure
from fairshelf.reports.figures.positions import position_figure

__all__ = [
    "adjusted_figure",
    "curve_figure",
    "decomposition_figure",
    "funnel_figure",
    "heat_table",
    "lorenz_figure",
    "position_figure",
    "series_figure",
]

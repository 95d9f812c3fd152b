"""How much attention a position gets."""

from fairshelf.audits.browsing.empirical import PositionBias, position_bias
from fairshelf.audits.browsing.models import KNOWN, BrowsingModel, parse

__all__ = ["KNOWN", "BrowsingModel", "PositionBias", "parse", "position_bias"]

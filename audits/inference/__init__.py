"""Intervals and tests that treat the seller as the unit that carries the label."""

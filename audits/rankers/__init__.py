"""Ranking models: those that are loaded and asked, and those that are fitted to observed orders."""

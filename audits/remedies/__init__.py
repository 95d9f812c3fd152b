"""Remedies: candidate lists ranked otherwise, what would change, for whom, at what price."""

"""Remedies: candidate lists ranked otherwise, and what that would change, for whom, at what price."""

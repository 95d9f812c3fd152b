"""The verdicts of a gate in the forms that people and build servers read."""

from fairshelf.reports.verdicts.forms import FORMS, render

__all__ = ["FORMS", "render"]

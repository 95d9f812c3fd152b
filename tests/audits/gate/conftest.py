"""Results that hold nothing yet."""

from __future__ import annotations

import pytest

from fairshelf.audits.results import Joins, Results, Rows, Tool


@pytest.fixture
def bare() -> Results:
    """Give results without estimates and tables."""
    return Results(
        schema_version="1.0",
        tool=Tool("fairshelf", "0"),
        settings={},
        plan=None,
        case={},
        inputs=(),
        rows=Rows(0, 0, 0, 0, 0),
        joins=Joins("seller", 0, 0),
        groups=(),
        estimates=(),
        findings=(),
        tables={},
        notices=(),
        limits=(),
        provenance={},
    )

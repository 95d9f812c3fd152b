"""What pytest finds when fairshelf is installed: the fixture ``exposure_audit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.results import Results


@pytest.fixture
def exposure_audit() -> Callable[..., Results]:
    """Give :func:`fairshelf.testing.audit_frame`, which audits a ranking held as a data frame."""
    from fairshelf.testing import audit_frame  # noqa: PLC0415 - only where a test asks for it

    return audit_frame

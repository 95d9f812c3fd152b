"""What the lists of a fit belong to together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fairshelf.audits.pipeline.fit_data import _units


def test_requests_that_tell_no_query_are_not_one_query() -> None:
    """Two requests of one query are a unit; two with a blank one are a unit each."""
    query = pa.chunked_array([["tea", "tea", "", "", None, None]])
    told = _units(query, np.array([0, 1, 2, 2, 3, 3]))
    assert told[0] == told[1]
    assert told[2] == told[3]
    assert told[4] == told[5]
    assert len({told[0], told[2], told[4]}) == 3

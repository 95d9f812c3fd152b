"""Rural or urban from a Chinese address: a last resort, and its rules kept in sight.

``address_rules.csv`` is read from top to bottom: ``replace`` rows take out what only looks like
a village, township or district (新乡市, 中关村, 经济技术开发区), then the first ``decide`` row that
matches gives the class. Patterns are RE2 and run on whole columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.groups.labels import UNKNOWN, Case
from fairshelf.audits.groups.standards import read_standard_table
from fairshelf.audits.groups.values import MISSING, folded

if TYPE_CHECKING:
    from numpy.typing import NDArray


def address_cases(
    column: pa.ChunkedArray | pa.Array,
) -> tuple[tuple[Case, ...], NDArray[np.int64]]:
    """Give the case of each address and its index per row; house numbers play no part.

    The value of a case is the sign that decided (村, 街道 ...), not the address, which may be
    somebody's home.

    Returns
    -------
    cases, case_of
        Every rule as a case, ``missing`` the last; index into it, int64, shape (rows,).
    """
    rows = read_standard_table("address_rules.csv")
    decisions = [row for row in rows if row["step"] == "decide"]
    cases = [Case(row["marker"], row["class"], f"address:{row['rule']}") for row in decisions]
    short = pc.replace_substring_regex(folded(column), pattern=r"\d+", replacement="1")
    encoded = short.dictionary_encode()
    texts = encoded.dictionary
    of_text = np.full(len(texts), len(decisions) - 1, dtype=np.int64)
    cleaned = _cleaned(texts)
    undecided = np.arange(len(texts))
    for index, row in enumerate(decisions[:-1]):
        hit = pc.match_substring_regex(cleaned, pattern=row["pattern"])
        hits = hit.to_numpy(zero_copy_only=False)
        of_text[undecided[hits]] = index
        undecided = undecided[~hits]
        cleaned = cleaned.filter(pc.invert(hit))
    lower = pc.utf8_lower(texts)
    empty = pc.is_in(lower, value_set=pa.array(sorted(MISSING))).to_numpy(zero_copy_only=False)
    of_text[empty] = len(decisions)
    indices = pc.fill_null(encoded.indices, len(texts)).to_numpy(zero_copy_only=False)
    lookup = np.append(of_text, len(decisions))
    return (*cases, Case("", UNKNOWN, "missing")), lookup[indices]


def _cleaned(texts: pa.Array) -> pa.Array:
    """Take out what only looks like a village, a township, a town or a district."""
    cleaned = pc.replace_substring_regex(texts, pattern=r"\s+", replacement="")
    for row in read_standard_table("address_rules.csv"):
        if row["step"] == "replace":
            cleaned = pc.replace_substring_regex(
                cleaned, pattern=row["pattern"], replacement=row["replacement"]
            )
    return cleaned

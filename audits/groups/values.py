"""The distinct values of a column, as they are compared: width folded, trimmed, gaps told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

MISSING = frozenset(
    {
        *("", "-", "--", "—", "——", "/", "\\", ".", "?", "*", "#n/a", "n/a", "na", "nan", "nat"),
        *("none", "null", "nil", "unknown", "undefined", "not available", "<na>", "(blank)"),
        *("未知", "不详", "不明", "无", "空", "暂无", "未填", "未填写", "缺失", "未分类", "待定"),
    }
)
"""Texts (case folded) by which an export says that it does not know."""

_INVISIBLE = "[\u200b\u200c\u200d\u2060\ufeff\u00ad]"


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A column by its distinct values.

    Attributes
    ----------
    values
        The distinct texts, sorted; a missing value is none of them.
    codes
        Index into ``values`` for each row, -1 where the value is missing, int32, shape (rows,).
    """

    values: tuple[str, ...]
    codes: NDArray[np.int32]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Give the number of rows of each value, shape (values,)."""
        known = self.codes[self.codes >= 0]
        return np.bincount(known, minlength=len(self.values)).astype(np.int64)


def folded(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Give a column as text in Unicode form NFKC, without invisible signs and outer blanks."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    text = pc.cast(array, pa.string())
    text = pc.utf8_normalize(text, form="NFKC")
    text = pc.replace_substring_regex(text, pattern=_INVISIBLE, replacement="")
    return pc.utf8_trim_whitespace(text)


def distinct_texts(column: pa.ChunkedArray | pa.Array) -> Texts:
    """Give the distinct values of a column; texts such as ``-`` or ``未知`` count as missing.

    Parameters
    ----------
    column
        Text, or numbers and flags, which are written out (``5.0`` as ``5``).
    """
    encoded = folded(column).dictionary_encode()
    raw: list[str] = encoded.dictionary.to_pylist()
    values = sorted(value for value in raw if value.casefold() not in MISSING)
    place = {value: index for index, value in enumerate(values)}
    lookup = np.array([place.get(value, -1) for value in raw] + [-1], dtype=np.int32)
    indices = pc.fill_null(encoded.indices, len(raw)).to_numpy(zero_copy_only=False)
    return Texts(tuple(values), lookup[indices])

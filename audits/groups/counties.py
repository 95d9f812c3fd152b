"""What the name of a Chinese county-level unit says, which its code's digits do not always."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.groups.labels import Case
from fairshelf.audits.groups.values import folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMED_BY_COUNTY = frozenset({"CN-ADM-CNTY"})
"""Standards in which the name of the county is tested before its code."""

SUFFIXES = ("区", "县", "旗", "市")
_LEVELS = {"区": "urban", "县": "rural", "旗": "rural", "市": "rural"}
_NOT_A_COUNTY = r"(自治区|地区|开发区|园区|高新区|新区|社区|小区|特别行政区)$"
_ALONE = r"^\p{Han}{1,12}(?P<suffix>[县旗区市])$"
_IN_ADDRESS = (
    r"(?:\p{Han}市|自治州|州|地区|盟)[^县市区旗路街号 ]{1,8}?(?P<before>[^园发社小新高县市区旗])"
    r"(?P<suffix>[县旗区市])"
)


def county_suffixes(sellers: pa.Table) -> NDArray[np.int8]:
    """Give the last sign of each seller's county name, from ``locality``, else ``address``.

    Returns
    -------
    Index into :data:`SUFFIXES`, -1 where no name is found; int8, shape (sellers,).

    Notes
    -----
    ``locality`` counts when it is a bare name (郫都区, 都匀市). A prefecture-level city standing
    alone looks the same as a county-level one; that is harmless, since only sellers with a
    county code are asked.
    """
    found = np.full(sellers.num_rows, -1, dtype=np.int8)
    if "locality" in sellers.column_names:
        names = folded(sellers["locality"])
        names = pc.if_else(pc.match_substring_regex(names, pattern=_NOT_A_COUNTY), None, names)
        found = _index(names, _ALONE)
    if "address" in sellers.column_names:
        other = _index(folded(sellers["address"]), _IN_ADDRESS)
        found = np.where(found < 0, other, found)
    return found


def name_case(suffix: int, standard: str) -> Case:
    """Give the case of a county-level unit named 区, 县, 旗 or 市."""
    sign = SUFFIXES[suffix]
    return Case(sign, _LEVELS[sign], f"{standard}:name")


def _index(texts: pa.Array, pattern: str) -> NDArray[np.int8]:
    signs = pc.struct_field(pc.extract_regex(texts, pattern=pattern), "suffix")
    found = pc.fill_null(pc.index_in(signs, value_set=pa.array(SUFFIXES)), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int8)

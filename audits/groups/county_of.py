"""Which county each seller is in: by its region code, else by its address."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.groups.values import folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOWHERE = -1
"""Code of a seller whose county is not known."""

DIGITS = 6
"""Digits of a region code that name the county (GB/T 2260)."""

WITHOUT_COUNTIES = frozenset(("441900", "442000", "460300", "460400", "620200"))
"""Prefecture-level cities that have no counties (Dongguan, Zhongshan, Sansha, Danzhou, Jiayuguan);
every other code that ends in 00 names a prefecture or a province, and no county."""

_PROVINCES = (
    *("河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西"),
    *("山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏"),
    *("陕西", "甘肃", "青海", "宁夏", "新疆", "台湾"),
)
_PREFECTURE = r"\p{Han}{2,9}?(?:自治州|地区|盟|市)"
_COUNTY = (
    rf"^(?:中国)?(?:(?:{'|'.join(_PROVINCES)})(?:省|壮族自治区|回族自治区|维吾尔自治区|自治区)?)?"
    rf"(?P<county>(?:{_PREFECTURE})?[^县市区旗路街号镇村\d]{{1,9}}?(?:县|旗|区|市))"
)
"""Prefecture and county at the beginning of an address: 四川省成都市郫都区 gives 成都市郫都区."""

_LONG = r".{2,}?(?:自治州|地区|盟|市).+(?:县|旗|区|市)$"
"""A county with its prefecture before it."""

_NO_COUNTY = ("高新区", "园区", "开发区", "社区", "小区", "景区", "技术区")
"""Ends of what looks like a district and is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Counties:
    """The county of each seller.

    Attributes
    ----------
    names
        Each county as addresses call it (``成都市郫都区``), else its six-digit code.
    codes
        Index into ``names``, -1 where the county is not known, int64, shape (S,).
    """

    names: tuple[str, ...]
    codes: NDArray[np.int64]


def county_of(sellers: pa.Table) -> Counties:
    """Tell each seller's county.

    The region code decides; its name is the one most of its sellers' addresses have. A seller
    without a code is put where its address says, into a coded county of that name where there is
    one.

    Parameters
    ----------
    sellers
        One row per seller; ``region_code`` and ``address``, texts, are read where they are there.

    Returns
    -------
    Counties
        In the order of their codes, those without a code last, by name.
    """
    code = [_county_code(text) for text in _texts(sellers, "region_code")]
    name = _in_full(_names(sellers))
    called = _called(code, name)
    by_name = {told: one for one, told in called.items()}
    where = [one or by_name.get(told, told) for one, told in zip(code, name, strict=True)]
    every = sorted({one for one in where if one}, key=lambda one: (not one[:1].isdigit(), one))
    at = {one: n for n, one in enumerate(every)}
    return Counties(
        names=tuple(called.get(one, one) for one in every),
        codes=np.array([at.get(one, NOWHERE) for one in where], dtype=np.int64),
    )


def _texts(sellers: pa.Table, column: str) -> list[str]:
    if column not in sellers.column_names:
        return [""] * sellers.num_rows
    return [str(value or "").strip() for value in sellers[column].to_pylist()]


def _county_code(text: str) -> str:
    code = text[:DIGITS]
    whole = code.isdigit() and len(code) == DIGITS and code.endswith("00")
    return "" if whole and code not in WITHOUT_COUNTIES else code


def _names(sellers: pa.Table) -> list[str]:
    if "address" not in sellers.column_names:
        return [""] * sellers.num_rows
    bare = pc.replace_substring_regex(folded(sellers["address"]), pattern=r"\s+", replacement="")
    found = pc.struct_field(pc.extract_regex(bare, pattern=_COUNTY), "county")
    told = [value or "" for value in found.to_pylist()]
    return ["" if value.endswith(_NO_COUNTY) else value for value in told]


def _in_full(names: list[str]) -> list[str]:
    """Put the prefecture before a bare county where one other address has it.

    A city that stands alone may be a prefecture: no county where no address says otherwise.
    """
    full = {one for one in names if re.match(_LONG, one)}
    told = {}
    for one in set(names) - full:
        longer = [other for other in full if one and other.endswith(one)]
        alone = "" if one.endswith("市") else one
        told[one] = longer[0] if len(longer) == 1 else alone
    return [told.get(one, one) for one in names]


def _called(code: list[str], name: list[str]) -> dict[str, str]:
    """Give each coded county the name that most of its addresses have; no name serves two."""
    counts: dict[str, Counter[str]] = {}
    for one, told in zip(code, name, strict=True):
        if one and told:
            counts.setdefault(one, Counter())[told] += 1
    most = {one: max(sorted(told), key=lambda n: told[n]) for one, told in counts.items()}
    times = Counter(most.values())
    return {one: told for one, told in most.items() if times[told] == 1}

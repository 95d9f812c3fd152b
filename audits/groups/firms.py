"""What is known of each seller as a firm: numbers, sector, and whether its money can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from fairshelf.audits.groups.notices import notice
from fairshelf.audits.groups.sectors import sector_of
from fairshelf.audits.groups.standards import read_standard_table
from fairshelf.audits.groups.values import distinct_texts

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from fairshelf.audits.groups.ceilings import Scheme
    from fairshelf.audits.groups.standards import Chosen
    from fairshelf.audits.results import Fact, Message

SIZE_NUMBERS = ("employees", "annual_revenue", "assets", "balance_sheet", "investment")
"""Seller columns a size standard can work from."""

_MONEY = frozenset(SIZE_NUMBERS) - {"employees"}
_SHOWN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Firms:
    """The sellers as a size scheme sees them.

    Attributes
    ----------
    numbers
        Values by seller column, NaN where missing or unusable, each of shape (sellers,).
    sector
        Index into the scheme's sectors, -1 where not known, int64, shape (sellers,).
    foreign
        Whose money is in another currency than the scheme's, bool, shape (sellers,).
    notices
        What the reader must be told about them.
    """

    numbers: dict[str, NDArray[np.float64]]
    sector: NDArray[np.int64]
    foreign: NDArray[np.bool_]
    notices: tuple[Message, ...]


def read_firms(
    sellers: pa.Table, columns: list[str], scheme: Scheme, chosen: Chosen, name: str
) -> Firms:
    """Read the numbers, the sector and the currency of each seller.

    Negative and infinite numbers count as missing, and so does money in another currency.

    Parameters
    ----------
    sellers
        One row per seller.
    columns
        The number columns that are there.
    scheme, chosen
        The scheme, and the standard with its choice of a sector for all.
    name
        The attribute, for what is told.
    """
    numbers, odd = _numbers(sellers, columns, name)
    foreign, currency = _foreign(sellers, scheme, name, columns)
    for column in _MONEY.intersection(columns):
        numbers[column][foreign] = np.nan
    sector, lost = _sectors(sellers, chosen, scheme, name)
    return Firms(numbers, sector, foreign, (*odd, *currency, *lost))


def _numbers(
    sellers: pa.Table, columns: list[str], name: str
) -> tuple[dict[str, NDArray[np.float64]], list[Message]]:
    numbers, notices = {}, []
    for column in columns:
        values = pc.cast(sellers[column], "float64").fill_null(np.nan)
        array = np.array(values.to_numpy(), dtype=np.float64)
        impossible = (array < 0) | np.isinf(array)
        array[impossible] = np.nan
        numbers[column] = array
        if impossible.any():
            count = int(impossible.sum())
            told = notice("numbers_impossible", attribute=name, column=column, sellers=count)
            notices.append(told)
    return numbers, notices


def _foreign(
    sellers: pa.Table, scheme: Scheme, name: str, columns: list[str]
) -> tuple[NDArray[np.bool_], list[Message]]:
    """Say whose money is in another currency than the scheme's, or in one that is not known."""
    none = np.zeros(sellers.num_rows, dtype=np.bool_)
    if not _MONEY.intersection(columns):
        return none, []
    facts: dict[str, Fact] = {"attribute": name, "currency": scheme.currency}
    if "currency" not in sellers.column_names:
        return none, [notice("currency_assumed", **facts, sellers=sellers.num_rows)]
    texts = distinct_texts(sellers["currency"])
    codes = {row["word"]: row["code"] for row in read_standard_table("currency_words.csv")}
    strange = [codes.get(value.casefold()) != scheme.currency for value in texts.values]
    foreign = np.array([*strange, False])[texts.codes]
    notices = []
    if foreign.any():
        found = [value for value, odd in zip(texts.values, strange, strict=True) if odd]
        count = int(foreign.sum())
        notices.append(notice("currency_mismatch", **facts, found=found[:_SHOWN], sellers=count))
    unsaid = int((texts.codes < 0).sum())
    if unsaid:
        notices.append(notice("currency_assumed", **facts, sellers=unsaid))
    return foreign, notices


def _sectors(
    sellers: pa.Table, chosen: Chosen, scheme: Scheme, name: str
) -> tuple[NDArray[np.int64], list[Message]]:
    """Give each seller's sector as an index into the scheme's sectors, -1 where not known."""
    count = sellers.num_rows
    if not scheme.by_sector:
        return np.zeros(count, dtype=np.int64), []
    place = {sector: index for index, sector in enumerate(scheme.sectors)}
    if chosen.option:
        return np.full(count, place[chosen.option], dtype=np.int64), []
    facts: dict[str, Fact] = {"attribute": name, "standard": chosen.standard.id}
    if "sector" not in sellers.column_names:
        return np.full(count, -1, dtype=np.int64), [notice("sector_missing", **facts)]
    texts = distinct_texts(sellers["sector"])
    found = [place.get(sector_of(value, chosen.standard) or "", -1) for value in texts.values]
    sector = np.array([*found, -1], dtype=np.int64)[texts.codes]
    lost = [value for value, index in zip(texts.values, found, strict=True) if index < 0]
    unknown = int((sector < 0).sum())
    if not unknown:
        return sector, []
    return sector, [notice("sector_unknown", **facts, sectors=lost[:_SHOWN], sellers=unknown)]

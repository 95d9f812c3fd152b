"""The sample's tables as rows of text, in one language each; the Chinese log gets its dirt here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.sample_data import vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.sample_data.market import Platform
    from fairshelf.sample_data.ranking import Pages

Row = tuple[str, ...]

UNKNOWN_PLACES = 6
UNREADABLE_POSITIONS = 3
TOTAL_ROWS = 1
DUPLICATE_ROWS = 1

FIRST_COUNTY = 20
"""Last two digits of a county's code lie above it, of a city district's below."""

_FIRST_REQUEST = datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001 - an export states local time, no zone
_FIRST_SHOP = date(2020, 1, 1)
_URBAN_TOWNSHIP = {111: 1, 112: 3, 121: 101, 122: 102, 210: 201}


@dataclass(frozen=True, slots=True)
class Draws:
    """What is drawn for the log beside its ranking.

    Attributes
    ----------
    minute
        Minutes from the first day's opening to each request, ascending, shape (requests,).
    clicked
        Whether each impression was clicked, shape (requests, 20).
    """

    minute: NDArray[np.int64]
    clicked: NDArray[np.bool_]


def draw(pages: Pages, platform: Platform, rng: np.random.Generator) -> Draws:
    """Draw when each request came, within two weeks, and what was clicked."""
    requests, places = pages.listing.shape
    attention = 1 / np.log2(2 + np.arange(places))
    taste = platform.listings.quality[pages.listing] / 400
    return Draws(
        minute=np.sort(rng.integers(0, 14 * 24 * 60, requests)),
        clicked=rng.random((requests, places)) < attention * taste,
    )


def log(language: vocabulary.Language, pages: Pages, platform: Platform, draws: Draws) -> list[Row]:
    """Give the impressions, one row each, heading first."""
    words, yes_no = vocabulary.QUERIES[language], vocabulary.YES_NO[language]
    rows: list[Row] = [vocabulary.LOG_HEADINGS[language]]
    for request, shown in enumerate(pages.listing):
        query = words[pages.category[request]][pages.term[request]]
        time = (_FIRST_REQUEST + timedelta(minutes=int(draws.minute[request]))).isoformat(
            " ", "minutes"
        )
        for place, listing in enumerate(shown):
            rows.append(
                (
                    _request(request),
                    query,
                    str(place + 1),
                    _listing(listing),
                    _seller(platform.listings.seller[listing]),
                    time,
                    yes_no[int(pages.sponsored[place])],
                    str(int(draws.clicked[request, place])),
                )
            )
    return rows


def soil(rows: list[Row]) -> list[Row]:
    """Give the log as a back office exports it: with a total, lost positions and a row twice.

    Added are a total row at the end, three impressions whose position reads ``-``, and one exact
    duplicate; none of the given rows is changed.
    """
    dirty = list(rows)
    for at in (1_201, 3_001, 5_001):
        lost = rows[at]
        dirty.insert(at, (*lost[:2], "-", *lost[3:-1], "0"))
    dirty.insert(4_444, dirty[4_443])
    clicks = sum(int(row[-1]) for row in rows[1:])
    dirty.append(("合计", "", "", "", "", "", "", str(clicks)))
    return dirty


def sellers(language: vocabulary.Language, platform: Platform) -> list[Row]:
    """Give the seller table, one row each, heading first."""
    sector, yes_no = vocabulary.SECTORS[language], vocabulary.YES_NO[language]
    who = platform.sellers
    rows: list[Row] = [vocabulary.SELLER_HEADINGS[language]]
    rows.extend(
        (
            _seller(number),
            vocabulary.SHOP_NAME[language].format(number=number + 1),
            _region_code(number, int(who.location_class[number])),
            _count(who.employees[number]),
            _count(who.revenue[number]),
            sector[int(who.agriculture[number])],
            yes_no[int(who.minority[number])],
            yes_no[int(who.cooperative[number])],
            (_FIRST_SHOP + timedelta(days=int(who.joined[number]))).isoformat(),
        )
        for number in range(who.rural.size)
    )
    return rows


def forget_places(rows: list[Row]) -> list[Row]:
    """Give the seller table with six places unknown: three left empty, three without a class."""
    changed = list(rows)
    for turn in range(UNKNOWN_PLACES):
        at = 30 + 60 * turn
        row = rows[at]
        code = "" if turn % 2 else row[2][:9] + "00000000"
        changed[at] = (*row[:2], code, *row[3:])
    return changed


def catalogue(language: vocabulary.Language, platform: Platform) -> list[Row]:
    """Give everything that could be shown, one row per listing, heading first."""
    names, goods = vocabulary.CATEGORIES[language], platform.listings
    rows: list[Row] = [vocabulary.CATALOGUE_HEADINGS[language]]
    rows.extend(
        (
            _listing(number),
            _seller(goods.seller[number]),
            names[goods.category[number]],
            f"{goods.price[number]:.1f}",
            f"{goods.rating[number]:.1f}",
            str(goods.quality[number]),
        )
        for number in range(goods.seller.size)
    )
    return rows


def _region_code(number: int, place: int) -> str:
    """Give a 17-digit code of an area that does not exist: no province has the number 99."""
    county = FIRST_COUNTY + 1 + number % 8 if place > 112 else 1 + number % 4  # noqa: PLR2004 - 111 and 112 lie in city districts
    township = _URBAN_TOWNSHIP.get(place, (100, 200)[number % 2] + 3 + number % 5)
    return f"9901{county:02d}{township:03d}{200 + number % 30:03d}00{place}"


def _request(number: int) -> str:
    return f"Q{number + 1:04d}"


def _listing(number: int) -> str:
    return f"L{number + 1:04d}"


def _seller(number: int) -> str:
    return f"S{number + 1:03d}"


def _count(number: int) -> str:
    return "" if number < 0 else str(number)

"""The micro rural sellers of each county in one storefront, small enough to follow by hand."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.pipeline.remedies.ask import RemedyAsk
from fairshelf.audits.pipeline.remedies.run import remedies
from fairshelf.audits.pipeline.replay import ModelAsk

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.pipeline.remedies.ask import Cooperatives, Remedies

REVIEWS = {"a1": 3, "a2": 4, "b1": 1, "b2": 1, "c1": 2, "u1": 6, "u2": 5, "n1": 0}
"""Of each seller's one listing; the model's score. ``c1`` is rural and small, ``u`` urban, ``n1``
rural and micro in a place nobody knows."""

PLACES = {"a1": "东禾县", "a2": "东禾县", "c1": "东禾县", "b1": "西禾县", "b2": "西禾县"}
CODES = {"东禾县": "990121", "西禾县": "990122"}
MICRO_RURAL = "rural × micro"


def _write(folder: Path, *, wide: bool = False, addresses: bool = False) -> None:
    def about(seller: str) -> str:
        place = PLACES.get(seller, "")
        where = f"样例市{place}" if place and addresses else CODES.get(place, "")
        size = "small" if seller == "c1" else "micro"
        return f"{'urban' if seller[0] == 'u' else 'rural'},{size},{where}"

    head = f"locality,size,{'address' if addresses else 'region_code'}"
    rows = [
        f"q1,l-{seller},{seller},{count}" + (f",{about(seller)}" if wide else "")
        for seller, count in REVIEWS.items()
    ]
    first = "request,listing,seller,reviews" + (f",{head}" if wide else "")
    (folder / "c.csv").write_text("\n".join([first, *rows]), encoding="utf-8")
    sellers = [f"{seller},{about(seller)}" for seller in REVIEWS]
    (folder / "s.csv").write_text("\n".join([f"seller,{head}", *sellers]), encoding="utf-8")
    (folder / "m.toml").write_text("[weights]\nreviews = 1.0\n", encoding="utf-8")


def _remedies(folder: Path, sellers: str | None, reference: dict[str, str]) -> Remedies:
    return remedies(
        ModelAsk(str(folder / "m.toml")),
        RemedyAsk(what=("floor",), group=MICRO_RURAL, coop="county", patronage=1.0),
        [str(folder / "c.csv")],
        sellers,
        load(None, {"attributes": {"locality*size": None}, "reference": reference}),
    )


def _pooled(folder: Path, sellers: str | None) -> Cooperatives:
    told = _remedies(folder, sellers, {"locality*size": "urban × micro"}).coop
    assert told is not None
    return told


def _attention(*places: int) -> float:
    return sum(1 / log2(1 + place) for place in places)


@pytest.mark.parametrize(
    ("wide", "addresses"), [(False, False), (False, True), (True, False), (True, True)]
)
def test_each_county_s_micro_rural_sellers_pool(
    tmp_path: Path, *, wide: bool, addresses: bool
) -> None:
    """Reviews 3 + 4 overtake 6 and 5; 1 + 1 ties with the 2 of c1, who is small and no member."""
    _write(tmp_path, wide=wide, addresses=addresses)
    told = _pooled(tmp_path, None if wide else str(tmp_path / "s.csv"))
    names = [f"样例市{one}" for one in CODES] if addresses else list(CODES.values())
    assert list(told.names) == names
    assert (told.members, told.storefronts, told.unplaced) == (4, 2, 1)
    east, west = told.pooling.storefronts
    assert (east.sellers, west.sellers) == (2, 2)
    assert east.before == pytest.approx(_attention(3, 4))
    assert east.after == pytest.approx(_attention(1, 2))
    assert west.before == pytest.approx(_attention(6, 7))
    assert west.after == pytest.approx(_attention(6, 7))
    inside, outside = told.pooling.inside, told.pooling.outside
    assert (inside.gain, inside.lose, inside.steady) == (2, 0, 2)
    assert (outside.gain, outside.lose, outside.steady) == (0, 2, 2), "u1, u2 lose; c1, n1 do not"
    assert told.split is not None
    split = told.split.storefronts[0]
    assert split.after == pytest.approx(_attention(1, 2))
    assert split.largest == pytest.approx((_attention(3) / _attention(3, 4), 1.0)), "halves after"


def test_the_group_may_be_the_largest_of_all(tmp_path: Path) -> None:
    """Five of eight sellers are micro and rural: with no reference asked for, they are the group.

    One that was asked to be the reference stays it, and asking for both is an error.
    """
    _write(tmp_path)
    told = _remedies(tmp_path, str(tmp_path / "s.csv"), {})
    assert (told.group, told.reference) == (MICRO_RURAL, "urban × micro")
    assert told.sellers == (5, 2)
    with pytest.raises(UsageError) as error:
        _remedies(tmp_path, str(tmp_path / "s.csv"), {"locality*size": MICRO_RURAL})
    assert error.value.code == "group_is_reference"


def test_without_places_there_are_no_counties(tmp_path: Path) -> None:
    """A group of which no member has a code or an address is an error that says what to give."""
    _write(tmp_path)
    text = (tmp_path / "s.csv").read_text(encoding="utf-8")
    for code in CODES.values():
        text = text.replace(code, "")
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        _pooled(tmp_path, str(tmp_path / "s.csv"))
    assert error.value.code == "remedy_no_regions"


def test_a_column_of_words_taken_for_addresses_is_named_by_its_heading(tmp_path: Path) -> None:
    """所在地 with 市区 and 县域 gives no two groups as addresses; the error says to group by it."""
    words = {"a1": "县域", "a2": "县域", "u1": "市区", "u2": "市区"}
    rows = [f"q1,{n},l{n},{one},{word}" for n, (one, word) in enumerate(words.items(), start=1)]
    (tmp_path / "log.csv").write_text(
        "\n".join(["request,position,listing,seller,所在地", *rows]), encoding="utf-8"
    )
    with pytest.raises(DataError) as error:
        remedies(None, RemedyAsk(), [str(tmp_path / "log.csv")], None, load(None, {}))
    assert error.value.code == "no_contrast_but"
    assert error.value.facts["column"] == "所在地"

"""Rural and urban by published codes, named or beyond doubt."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.groups import Labels, label_sellers


def _label(standard: str, codes: list[str | None], **more: list[str | None]) -> Labels:
    sellers = pa.table(
        {"seller": [str(row) for row in range(len(codes))], "region_code": codes, **more}
    )
    return label_sellers(sellers, {"locality": None}, {"locality": standard})[0]


def _levels(labels: Labels) -> list[str]:
    return [labels.levels[code] for code in labels.codes]


@pytest.mark.parametrize(
    ("standard", "code", "level"),
    [
        *(("CN-NBS-URC", code, "urban") for code in ("111", "112", "121", "122", "123")),
        *(("CN-NBS-URC", code, "rural") for code in ("210", "220", "51011710020100220")),
        ("CN-NBS-URC", "51011710020100111", "urban"),
        ("CN-NBS-URC", "村庄", "rural"),
        *(
            ("CN-NBS-URC", code, "unknown")
            for code in ("211", "2200", "510117", "5101171002010022")
        ),
        ("CN-ADM-TWN", "510104001", "urban"),
        ("CN-ADM-TWN", "510104099000", "urban"),
        ("CN-ADM-TWN", "510117100201", "unknown"),
        ("CN-ADM-TWN", "510117200201", "rural"),
        ("CN-ADM-TWN", "51011739920100220", "rural"),
        ("CN-ADM-TWN", "510117400201", "unknown"),
        ("CN-ADM-TWN", "510117000000", "unknown"),
        ("CN-ADM-TWN", "510117", "unknown"),
        ("CN-ADM-TWN@rural", "510117100201", "rural"),
        ("CN-ADM-TWN@urban", "510117100201", "urban"),
        ("CN-ADM-CNTY", "510104", "urban"),
        ("CN-ADM-CNTY", "510120", "urban"),
        ("CN-ADM-CNTY", "510121", "rural"),
        ("CN-ADM-CNTY", "510180", "rural"),
        ("CN-ADM-CNTY", "510181", "rural"),
        ("CN-ADM-CNTY", "522701", "rural"),
        ("CN-ADM-CNTY", "429004", "rural"),
        ("CN-ADM-CNTY", "510100", "unknown"),
        ("CN-ADM-CNTY", "510104.0", "urban"),
        *(("US-RUCC-2023", code, "urban") for code in "123"),
        *(("US-RUCC-2023", code, "rural") for code in "456789"),
        *(("US-RUCC-2023", code, "unknown") for code in ("0", "10", "3.5")),
        ("US-RUCC-2023", "4.0", "rural"),
        *(("US-RUCA-2020", code, "urban") for code in ("1", "1.1", "3")),
        *(("US-RUCA-2020", code, "unknown") for code in ("4", "6", "99", "11")),
        *(("US-RUCA-2020", code, "rural") for code in ("7", "10", "10.3")),
        *(("US-RUCA-2020@4", code, "rural") for code in ("4", "5", "6", "7")),
        *(("US-RUCA-2020@7", code, "urban") for code in ("4", "5", "6.1")),
        ("US-RUCA-2020@5", "4", "urban"),
        ("US-RUCA-2020@5", "5", "rural"),
        ("UK-SCT-UR8", "5", "unknown"),
        ("UK-SCT-UR8@6", "5", "urban"),
        *(("DEGURBA-L1", code, "urban") for code in "12"),
        ("DEGURBA-L1", "3", "rural"),
        ("DEGURBA-L2", "13", "rural"),
        ("DEGURBA-L2", "21", "urban"),
        *(("UK-RUC-2021", code, "urban") for code in ("UN1", "uf1")),
        *(("UK-RUC-2021", code, "rural") for code in ("RLN1", "RLF1", "RSN1", "RSF1")),
        ("UK-RUC-2021", "Larger rural: nearer", "rural"),
        ("UK-RUC-2011", "D1", "rural"),
        ("UK-RUC-2011", "C2", "urban"),
    ],
)
def test_a_code_means_what_its_standard_says(standard: str, code: str, level: str) -> None:
    """Every class of every standard, its length and form, and what it leaves open."""
    assert _levels(_label(standard, [code])) == [level]


@pytest.mark.parametrize(
    ("code", "locality", "address", "level"),
    [
        ("522701", "都匀市", None, "rural"),
        ("510104", "锦江区", None, "urban"),
        ("510121", "某某区", None, "urban"),
        ("510104", "某某县", None, "rural"),
        ("150121", "土默特左旗", None, "rural"),
        ("510121", "高新技术开发区", None, "rural"),
        ("510121", None, "四川省成都市郫都区唐昌镇", "urban"),
        ("510104", None, "四川省成都市金堂县三溪镇", "rural"),
        ("310115", None, "上海市浦东新区张江镇", "urban"),
    ],
)
def test_the_name_of_the_county_comes_before_its_digits(
    code: str, locality: str | None, address: str | None, level: str
) -> None:
    """About 8% of county codes carry a name of another kind than their digits say."""
    sellers = pa.table(
        {"seller": ["a"], "region_code": [code], "locality": [locality], "address": [address]}
    )
    derived = label_sellers(sellers, {"locality:CN-ADM-CNTY": None}, {})[0]
    assert _levels(derived) == [level]


@pytest.mark.parametrize(
    ("codes", "standard"),
    [
        (["51011710020100220", "51011710020100111"], "CN-NBS-URC"),
        (["220", "111", None], "CN-NBS-URC"),
        (["510117200201", "510104001002"], "CN-ADM-TWN"),
        (["UN1", "RSF1"], "UK-RUC-2021"),
    ],
)
def test_a_form_beyond_doubt_is_taken_and_said(codes: list[str | None], standard: str) -> None:
    """Without a named standard the form of every value decides, and a notice says so."""
    sellers = pa.table({"seller": [str(c) for c in codes], "region_code": codes})
    labels = label_sellers(sellers, {}, {})[0]
    assert labels.name == "locality:rural_urban"
    assert labels.standard == standard
    assert labels.declared
    assert labels.notices[0].code == "standard_inferred"


@pytest.mark.parametrize("codes", [["1", "3"], ["4", "9"], ["510104", "610000"], ["220", "999"]])
def test_a_form_that_fits_several_standards_is_never_guessed(codes: list[str]) -> None:
    """Digits that could be several standards, or postcodes, end in a clear refusal."""
    sellers = pa.table({"seller": ["a", "b"], "region_code": codes})
    with pytest.raises(DataError) as caught:
        label_sellers(sellers, {}, {})
    assert caught.value.code == "no_attribute"


def test_the_refusal_names_the_standards_that_would_fit() -> None:
    """Codes 4 and 9 fit the American continuum, and the error says what to type."""
    sellers = pa.table({"seller": ["a", "b"], "region_code": ["4", "9"]})
    with pytest.raises(DataError) as caught:
        label_sellers(sellers, {}, {})
    assert "--standard locality=US-RUCC-2023" in caught.value.facts["options"]


def test_codes_in_the_locality_column_come_first_and_region_codes_fill() -> None:
    """Either column may carry the codes; the attribute's own wins where both do."""
    sellers = pa.table(
        {
            "seller": ["a", "b", "c", "d"],
            "locality": ["220", None, "天府", None],
            "region_code": ["111", "111", "111", None],
        }
    )
    labels = label_sellers(sellers, {"locality:CN-NBS-URC": None}, {})[0]
    assert _levels(labels) == ["rural", "urban", "urban", "unknown"]
    assert labels.column == "locality+region_code"


def test_codes_that_are_not_in_the_standard_are_unknown_and_told() -> None:
    """A code of another scheme is not dropped and not guessed."""
    labels = _label("CN-NBS-URC", ["220", "999", "999", None])
    assert labels.sellers.tolist() == [1, 0, 3]
    told = next(notice for notice in labels.notices if notice.code == "codes_unmatched")
    assert told.facts["sellers"] == 2
    assert told.facts["values"] == ["999"]


def test_an_open_choice_says_what_to_type() -> None:
    """Micropolitan codes are unknown until the user draws the line."""
    labels = _label("US-RUCA-2020", ["1", "5", "10"])
    told = next(notice for notice in labels.notices if notice.code == "standard_choice")
    assert told.facts["options"] == [f"US-RUCA-2020@{cut}" for cut in (4, 5, 6, 7)]
    with pytest.raises(UsageError) as caught:
        _label("US-RUCA-2020@9", ["1"])
    assert caught.value.code == "standard_bad_option"


def test_proxies_and_unchecked_numbers_are_called_so() -> None:
    """A county code is a proxy; code letters from memory are unverified."""
    assert "standard_proxy" in [n.code for n in _label("CN-ADM-TWN", ["510104001"]).notices]
    assert "standard_unverified" in [n.code for n in _label("UK-RUC-2011", ["D1"]).notices]
    assert _label("CN-NBS-URC", ["111", "220"]).notices == ()

"""The machine-readable files say what the results say, safely and always in the same bytes."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from fairshelf.audits.checks.account import SCHEMA
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import Estimate, Message, Results
from fairshelf.reports.exports import (
    ESTIMATE_COLUMNS,
    WHY,
    estimates_csv,
    json_schema,
    load_results,
    rejected_csv,
    results_json,
    table_csv,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTRACT = (
    "key, metric, attribute, group, reference, browsing, baseline, cutoff, scope, definition, "
    "period, ads, adjusted, value, low, high, level, method, question, df, se, p_value, "
    "p_adjusted, direction, sellers, listings, requests, impressions, suppressed, note"
)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_results_survive_the_trip(results: Results) -> None:
    """Reading results.json gives back the very records that were written."""
    assert results == load_results(results_json(results))


def test_the_same_results_give_the_same_bytes(results: Results) -> None:
    """Writing twice, or writing what was read, gives identical bytes."""
    once = results_json(results)
    assert once == results_json(load_results(once))


def test_an_estimate_stands_on_one_line(results: Results) -> None:
    """Two files can be compared line by line: each estimate has a line of its own."""
    lines = results_json(results).decode().splitlines()
    assert len(results.estimates) == sum('"key": ' in line for line in lines)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_no_nan_in_json(results: Results, odd: float) -> None:
    """NaN and infinities, which JSON does not know, become null."""
    estimate = replace(results.estimates[0], value=odd)
    content = results_json(replace(results, estimates=(estimate,)))
    document = json.loads(content, parse_constant=pytest.fail)
    assert document["estimates"][0]["value"] is None


def test_floats_are_exact(results: Results) -> None:
    """A float is written in the shortest form that reads back to the same number."""
    value = 0.1 + 0.2
    content = results_json(
        replace(results, estimates=(replace(results.estimates[0], value=value),))
    )
    assert value == load_results(content).estimates[0].value
    assert b"0.30000000000000004" in content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not json", "results_not_json"),
        (b'{"schema_version": "1.0", "schema_version": "1.0"}', "results_not_json"),
        (b"\xff\xfe\x00", "results_not_json"),
        (b"[]", "results_foreign"),
        (b'{"estimates": []}', "results_foreign"),
        (b'{"schema_version": 1, "estimates": []}', "results_foreign"),
        (b'{"schema_version": "2.0", "estimates": []}', "results_newer"),
        (b'{"schema_version": "1.7", "estimates": []}', "results_broken"),
    ],
)
def test_foreign_json_is_refused(content: bytes, code: str) -> None:
    """A file that is not our results is refused with a code, not a traceback."""
    with pytest.raises(DataError) as caught:
        load_results(content)
    assert code == caught.value.code


def test_a_damaged_field_is_named(results: Results) -> None:
    """The error for a field of the wrong type says which field."""
    document = json.loads(results_json(results))
    document["rows"]["read"] = "many"
    with pytest.raises(DataError) as caught:
        load_results(json.dumps(document).encode())
    assert caught.value.facts["field"] == "rows.read"


def test_unknown_fields_of_a_later_minor_version_are_passed_over(results: Results) -> None:
    """Additions to the schema do not stop an older reader."""
    document = json.loads(results_json(results))
    document["added_later"] = 1
    document["estimates"][0]["added_later"] = 1
    document["schema_version"] = "1.9"
    assert results.estimates == load_results(json.dumps(document).encode()).estimates


def test_estimates_csv_has_the_columns_of_the_contract(results: Results) -> None:
    """The columns are those DESIGN fixes, in that order, one row per estimate."""
    content = estimates_csv(results)
    header = content.decode("utf-8-sig").splitlines()[0]
    assert CONTRACT.replace(" ", "") == header
    assert len(results.estimates) == len(_rows(content))
    assert tuple(field.name for field in fields(Estimate)) == ESTIMATE_COLUMNS


def test_csv_opens_in_excel_on_a_chinese_windows(results: Results) -> None:
    """The file starts with a byte order mark, without which Excel reads it as GBK."""
    assert estimates_csv(results).startswith(b"\xef\xbb\xbf")


def test_csv_numbers_equal_the_results(results: Results) -> None:
    """Every number in the CSV is exactly the number in the results; missing ones are empty."""
    for row, estimate in zip(_rows(estimates_csv(results)), results.estimates, strict=True):
        for name in ("value", "low", "high", "p_value"):
            number = getattr(estimate, name)
            assert (row[name] == "") if number is None else (float(row[name]) == number)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(results: Results, text: str) -> None:
    """Text that a spreadsheet would run starts with an apostrophe; numbers are left alone."""
    estimate = replace(results.estimates[0], group=text, value=-0.5)
    row = _rows(estimates_csv(replace(results, estimates=(estimate,))))[0]
    assert row["group"].startswith("'")
    assert row["value"] == "-0.5"


@pytest.mark.parametrize("text", FORMULAS)
def test_rejected_values_are_inert(text: str) -> None:
    """The values of rejected rows, which anybody may have written, are no formulas either."""
    table = pa.table({"file": ["log.csv"], "row": [7], "value": [text], "reason": ["missing"]})
    row = _rows(rejected_csv(table))[0]
    assert row["value"].startswith("'")
    assert row["row"] == "7"


def test_hidden_characters_do_not_reach_a_csv() -> None:
    """NULs and other control characters are made visible; commas and quotes survive."""
    table = pa.table({"value": ["a\x00b\x1b", 'x,"y"\nz', None]})
    values = [row["value"] for row in _rows(table_csv(table))]
    assert values == ["a\ufffdb\ufffd", 'x,"y"\nz', ""]


def test_an_empty_rejects_table_has_its_header() -> None:
    """With nothing rejected the file still names its columns."""
    told = rejected_csv(SCHEMA.empty_table()).decode("utf-8-sig")
    assert told == "file,row,column,value,reason,why,原因\r\n"


def test_reasons_are_told_in_words_of_both_languages() -> None:
    """A row's reason stands as the code that programs read and in English and Chinese words."""
    table = pa.table({"row": [7, 9], "reason": ["not_a_number", "total_row"]})
    first, second = _rows(rejected_csv(table))
    assert first == {
        "row": "7",
        "reason": "not_a_number",
        "why": "not a number",
        "原因": "不是数字",
    }
    assert (second["why"], second["原因"]) == ("a row of sums", "合计行")


def test_the_schema_describes_what_is_written(results: Results) -> None:
    """The JSON Schema requires and describes every top-level field of results.json."""
    schema = json_schema()
    document = json.loads(results_json(results))
    assert set(document) == set(schema["properties"]) == set(schema["required"])
    estimate = schema["$defs"]["Estimate"]["properties"]
    assert list(ESTIMATE_COLUMNS) == list(estimate)


@pytest.mark.parametrize("make", [lambda m: replace(m, facts={"rows": 3, "names": ["a", "b"]})])
def test_facts_keep_their_types(results: Results, make: Callable[[Message], Message]) -> None:
    """Numbers, lists and flags among the facts of a message come back as they were."""
    told = make(Message("limit_one_list"))
    back = load_results(results_json(replace(results, notices=(told,)))).notices[0]
    assert told == back
    assert type(back.facts["rows"]) is int


@pytest.mark.parametrize("page", ["evidence.md", "evidence.zh.md"])
def test_every_column_of_the_estimates_is_explained(root: Path, page: str) -> None:
    """Who opens the CSV in Excel finds each of its headings in the manual, in either language."""
    told = (root / "docs" / page).read_text("utf-8")
    assert not [name for name in (*ESTIMATE_COLUMNS, *WHY.values()) if f"`{name}`" not in told]

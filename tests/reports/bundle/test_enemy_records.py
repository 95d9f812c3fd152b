"""Records of an enemy: whatever stands in a JSON file is refused or taken, never a fault."""

from __future__ import annotations

import copy
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairshelf.audits.errors import DataError
from fairshelf.reports import exports
from fairshelf.reports.bundle import records, verify
from fairshelf.reports.bundle.strict import read_json
from fairshelf.reports.bundle.view import reason
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reports.bundle.conftest import Reseal

RECORDS = (
    *("custody.json", "environment.json", "rejected.json", "settings.json", "case.json"),
    *("ro-crate-metadata.json", "results.public.json"),
)
FORMS = {"custody_form", "record_form", "settings_differ", "record_differs", "results_form"}
ODD = {"json_twice", "json_number", "json_deep", "not_json"}

WHOLE = ["5", "null", '"x"', "[5]", "[[]]", "[null]", "[{}]", "true", "1e3"]
"""Values that no record as a whole is."""

BROKEN = {
    "nan": ('{"x": NaN}', "json_number"),
    "infinity": ('{"x": -Infinity}', "json_number"),
    "an infinite power": ('{"x": 1e999}', "json_number"),
    "a huge integer": ('{"x": 1' + "0" * 40 + "}", "json_number"),
    "a longer integer": ('{"x": 1' + "0" * 9999 + "}", "json_number"),
    "two of one key": ('{"x": 1, "y": {"z": 1, "z": 2}}', "json_twice"),
    "nested lists": ("[" * 99 + "]" * 99, "json_deep"),
    "nested tables": ('{"x":' * 99 + "1" + "}" * 99, "json_deep"),
    "endless lists": ("[" * 99_999, "json_deep"),
    "half a character": ('{"x": "\\ud800"}', "not_json"),
    "cut short": ('{"x": ', "not_json"),
    "nothing": ("", "not_json"),
    "another language": ("x: 1", "not_json"),
}

PLACES: list[tuple[str, str, str]] = [
    ("ro-crate-metadata.json", '{"@graph": 5}', "record_form"),
    ("ro-crate-metadata.json", '{"@context": "x", "@graph": 5}', "record_form"),
    ("ro-crate-metadata.json", '{"@context": "x", "@graph": []}', "record_form"),
    ("ro-crate-metadata.json", '{"@context": "x", "@graph": [5]}', "record_form"),
    ("ro-crate-metadata.json", '{"@context": "x", "@graph": [{"@id": ["x"]}]}', "record_form"),
    ("custody.json", '[{"step": "sealed", "sha256": [1]}]', "custody_form"),
    ("custody.json", '[{"step": ["audited"]}]', "custody_form"),
    ("custody.json", '[{"step": "audited", "after": {"x": 5}}]', "custody_form"),
    ("custody.json", '[{"step": "audited", "after": []}]', "custody_form"),
    ("custody.json", '[{"step": "audited", "after": {}}]', "custody_form"),
    ("custody.json", "[]", "custody_form"),
    ("environment.json", '{"tool": "fairshelf"}', "record_form"),
    ("rejected.json", '{"x": -1}', "record_form"),
    ("rejected.json", '{"x": 1.5}', "record_form"),
    ("rejected.json", '{"x": true}', "record_form"),
]


def _codes(bag: Path) -> set[str]:
    """Check a bundle; every problem must have words."""
    problems = verify(bag).problems
    for lang in LANGUAGES:
        assert all(reason(one, Words(lang, strict=True)) for one in problems)
    return {one.code for one in problems}


def _put(bag: Path, reseal: Reseal, name: str, text: str) -> set[str]:
    """Put a text in a record's place, list it anew, and check."""
    (bag / "data" / name).write_text(text, encoding="utf-8")
    reseal(bag, log=name != "custody.json")
    return _codes(bag)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_is_something_else(bag: Path, reseal: Reseal, name: str) -> None:
    """A number, a text, a list of something: no record as a whole is any of these."""
    for text in WHOLE:
        codes = _put(bag, reseal, name, text)
        assert codes & FORMS, (name, text)


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("kind", BROKEN)
def test_json_that_readers_take_differently(
    bag: Path, reseal: Reseal, name: str, kind: str
) -> None:
    """NaN, huge numbers, two of one key, endless nesting, halves of characters: by name."""
    text, code = BROKEN[kind]
    assert _put(bag, reseal, name, text) == {code}


@pytest.mark.parametrize(("name", "text", "code"), PLACES)
def test_a_wrong_kind_is_told(bag: Path, reseal: Reseal, name: str, text: str, code: str) -> None:
    """A wrong kind deep inside is refused by the form of its record."""
    assert _put(bag, reseal, name, text) == {code}


@pytest.mark.parametrize("text", ["5", "[]", "{}", '{"x": NaN}', '{"x": 1, "x": 2}', "[" * 9999])
def test_a_signature_file_that_is_none(bag: Path, text: str) -> None:
    """The signature is read as strictly as the records."""
    (bag / "signature.json").write_text(text, encoding="utf-8")
    assert _codes(bag) <= {"signature_form", *ODD}
    assert _codes(bag)


def test_text_in_another_encoding(bag: Path, reseal: Reseal) -> None:
    """UTF-16, a byte order mark, bytes that are no text: not JSON of ours."""
    for content in ("{}".encode("utf-16"), b"\xef\xbb\xbf{}", b"\xff\xfe\xff"):
        (bag / "data" / "rejected.json").write_bytes(content)
        reseal(bag)
        assert _codes(bag) == {"not_json"}


def _nodes(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Walk through JSON; of a list only the first two and the last, which stand for the others."""
    yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _nodes(inner, (*place, key))
    elif isinstance(value, list):
        for at in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            yield from _nodes(value[at], (*place, at))


def _with(value: Any, place: tuple[str | int, ...], new: object) -> Any:  # noqa: ANN401 - JSON
    if not place:
        return new
    told = copy.deepcopy(value)
    inner = told
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = new
    return told


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_any_value_anywhere_is_refused_or_taken(
    made: Path, tmp_path: Path, reseal: Reseal, data: st.DataObject
) -> None:
    """Whatever stands in place of any value of any record, checking ends, and with words.

    Results are written in their canonical form where they are results at all, so that what is of
    the right form and of the wrong kind gets as far as the pages.
    """
    bag = tmp_path / "evidence"
    shutil.rmtree(bag, ignore_errors=True)
    shutil.copytree(made / "evidence", bag)
    name = data.draw(st.sampled_from([*RECORDS, "signature.json"]))
    file = bag / name if name == "signature.json" else bag / "data" / name
    value = json.loads(file.read_text(encoding="utf-8"))
    place = data.draw(st.sampled_from(list(_nodes(value))))
    changed = _with(value, place, data.draw(ANYTHING))
    file.write_text(json.dumps(changed), encoding="utf-8")
    if name == "results.public.json":
        _follow(bag, file)
    if name != "signature.json":
        reseal(bag, log=name != "custody.json")
    _codes(bag)


def _follow(bag: Path, file: Path) -> None:
    """Write what follows from changed results, where anything does."""
    told, problem = read_json(file.read_bytes(), file.name)
    try:
        results = exports.load_results(json.dumps(told).encode())
    except DataError:
        return
    if problem is None:
        file.write_bytes(exports.results_json(results))
        (bag / "data" / "estimates.public.csv").write_bytes(exports.estimates_csv(results))
        (bag / "data" / "settings.json").write_bytes(records.as_json(results.settings))

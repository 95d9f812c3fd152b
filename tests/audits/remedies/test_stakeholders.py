"""Files of parties: what is read, and what is refused with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.audits.remedies.stakeholders import load_stakeholders
from fairshelf.reports.wording import catalogue

if TYPE_CHECKING:
    from pathlib import Path

REMEDIES = ("floor", "exploration", "proportional")

GOOD = """
[[parties]]
id = "growers"
name = { zh = "果农合作社", en = "Growers' co-operative" }
kind = "coop"
baselines = ["catalogue", "sellers"]
bounds = [0.8, 1.25]
max_utility_loss = 0.02
losing = { more_than = 0.05, at_most = 0.2 }
remedies = ["floor"]

[[parties]]
id = "platform"
name = "平台"
kind = "platform"
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "stakeholders.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def test_a_full_file_is_read(tmp_path: Path) -> None:
    """Every term is taken over, a plain name serves both languages, what is left out is None."""
    growers, platform = load_stakeholders(_file(tmp_path, GOOD), REMEDIES)
    assert (growers.name.zh, growers.name.en) == ("果农合作社", "Growers' co-operative")
    assert growers.baselines == ("catalogue", "sellers")
    assert growers.bounds == (0.8, 1.25)
    assert growers.losing is not None
    assert (growers.losing.more_than, growers.losing.at_most) == (0.05, 0.2)
    assert growers.remedies == ("floor",)
    assert (platform.name.zh, platform.name.en) == ("平台", "平台")
    assert (platform.baselines, platform.bounds, platform.losing) == (None, None, None)
    assert (platform.max_utility_loss, platform.remedies) == (None, None)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    """A file saved by Notepad is read like any other."""
    assert len(load_stakeholders(_file(tmp_path, "\ufeff" + GOOD), REMEDIES)) == 2


def test_no_remedy_and_any_remedy_are_two_things(tmp_path: Path) -> None:
    """An empty list accepts nothing; one that is left out accepts everything."""
    text = GOOD.replace('remedies = ["floor"]', "remedies = []")
    growers, platform = load_stakeholders(_file(tmp_path, text), REMEDIES)
    assert growers.remedies == ()
    assert platform.remedies is None


CASES = [
    ('kind = "coop"', 'kind = "co-op"', "bad_value", "parties.1.kind"),
    ("max_utility_loss", "max_utility_los", "unknown_key", "parties.1.max_utility_los"),
    ("at_most = 0.2", "at_most = 0.2, at_moist = 1", "unknown_key", "parties.1.losing.at_moist"),
    ("[0.8, 1.25]", "[1.25, 0.8]", "bad_value", "parties.1.bounds"),
    ("[0.8, 1.25]", "[0.8]", "key_missing", "parties.1.bounds.2"),
    ("[0.8, 1.25]", "[0.8, 1.25, 2]", "bad_value", "parties.1.bounds"),
    ("[0.8, 1.25]", "[nan, 1.25]", "bad_value", "parties.1.bounds.1"),
    ("[0.8, 1.25]", "[0.8, inf]", "bad_value", "parties.1.bounds.2"),
    ("[0.8, 1.25]", "[0, 1.25]", "bad_value", "parties.1.bounds"),
    ("[0.8, 1.25]", '["0.8", "1.25"]', "bad_value", "parties.1.bounds.1"),
    ("[0.8, 1.25]", "0.8", "bad_value", "parties.1.bounds"),
    ("= 0.02", "= 2", "bad_value", "parties.1.max_utility_loss"),
    ("= 0.02", "= -0.1", "bad_value", "parties.1.max_utility_loss"),
    ("= 0.02", "= true", "bad_value", "parties.1.max_utility_loss"),
    ("= 0.02", '= "2%"', "bad_value", "parties.1.max_utility_loss"),
    ("at_most = 0.2", "at_most = 20", "bad_value", "parties.1.losing.at_most"),
    (", at_most = 0.2", "", "key_missing", "parties.1.losing.at_most"),
    ('["catalogue", "sellers"]', "[]", "bad_value", "parties.1.baselines"),
    ('["catalogue", "sellers"]', '["equal"]', "bad_value", "parties.1.baselines.1"),
    ('["catalogue", "sellers"]', '"catalogue"', "bad_value", "parties.1.baselines"),
    ('["floor"]', '["flor"]', "unknown_remedy", "parties.1.remedies"),
    ('["floor"]', '["floor", 3]', "bad_value", "parties.1.remedies.2"),
    ('id = "growers"', 'id = ""', "bad_value", "parties.1.id"),
    ('id = "growers"', 'id = "a b"', "bad_value", "parties.1.id"),
    ('id = "growers"', "", "key_missing", "parties.1.id"),
    ('name = "平台"', "", "key_missing", "parties.2.name"),
    ('name = "平台"', 'name = "  "', "bad_value", "parties.2.name.zh"),
    ('name = "平台"', 'name = "a\\u001b[31mb"', "bad_value", "parties.2.name.zh"),
    ('name = "平台"', "name = 7", "bad_value", "parties.2.name"),
    ('name = "平台"', f'name = "{"长" * 201}"', "bad_value", "parties.2.name.zh"),
    ('name = "平台"', 'name = { zh = "平台" }', "key_missing", "parties.2.name.en"),
    (
        'name = "平台"',
        'name = { zh = "平", en = "p", fr = "p" }',
        "unknown_key",
        "parties.2.name.fr",
    ),
    ('id = "platform"', 'id = "growers"', "twice", None),
]


@pytest.mark.parametrize(("old", "new", "code", "key"), CASES)
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, code: str, key: str | None
) -> None:
    """Each fault has its code and key, the file, and a sentence that can be filled in."""
    assert GOOD.count(old) == 1
    path = _file(tmp_path, GOOD.replace(old, new))
    with pytest.raises(UsageError) as caught:
        load_stakeholders(path, REMEDIES)
    assert caught.value.code == f"stakeholders_{code}"
    assert caught.value.facts.get("key") == key
    assert caught.value.facts["file"] == str(path)
    for lang in ("en", "zh"):
        for part in ("what", "where", "do"):
            sentence = catalogue(lang)[f"{caught.value.code}.{part}"]
            told = sentence.format(**caught.value.facts)
            assert (told != sentence) is ("{" in sentence)


def test_a_mistyped_name_is_met_with_the_nearest(tmp_path: Path) -> None:
    """An unknown key or remedy comes with what may have been meant."""
    for old, new, wanted in (
        ("max_utility_loss", "max_utility_los", "max_utility_loss"),
        ('["floor"]', '["flor"]', "floor"),
        ("[[parties]]", "[[party]]", "parties"),
    ):
        with pytest.raises(UsageError) as caught:
            load_stakeholders(_file(tmp_path, GOOD.replace(old, new)), REMEDIES)
        told = caught.value
        if told.code == "stakeholders_key_missing":
            assert told.facts["key"] == "parties"
        else:
            assert told.facts["suggestions"][0] == wanted


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("", "key_missing", "parties"),
        ("parties = []", "bad_value", "parties"),
        ("parties = 3", "bad_value", "parties"),
        ("parties = [1, 2]", "bad_value", "parties.1"),
        (GOOD.split('[[parties]]\nid = "platform"', maxsplit=1)[0], "bad_value", "parties"),
        ("parties = [", "not_toml", None),
        ("[[parties]]\nid = 1\nid = 2", "not_toml", None),
        ("a = " + "[" * 5000, "not_toml", None),
        ("\udcff\udcfe", "not_toml", None),
        ("a = " + "9" * 5000, "not_toml", None),
        (GOOD.replace("= 0.02", "= " + "9" * 400), "bad_value", "parties.1.max_utility_loss"),
        (
            GOOD.replace("[0.8, 1.25]", "[0.8, 1" + "0" * 400 + "]"),
            "bad_value",
            "parties.1.bounds.2",
        ),
        (GOOD.replace("[0.8, 1.25]", "1979-05-27"), "bad_value", "parties.1.bounds"),
        (GOOD.replace('kind = "coop"', "kind = { }"), "bad_value", "parties.1.kind"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, code: str, key: str | None) -> None:
    """Empty, broken, absurdly nested and binary files are refused, never half read."""
    with pytest.raises(UsageError) as caught:
        load_stakeholders(_file(tmp_path, text), REMEDIES)
    assert (caught.value.code, caught.value.facts.get("key")) == (f"stakeholders_{code}", key)


def test_a_missing_file_or_a_folder(tmp_path: Path) -> None:
    """What is not there, or is a folder, cannot be read."""
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(UsageError) as caught:
            load_stakeholders(path, REMEDIES)
        assert caught.value.code == "stakeholders_missing"

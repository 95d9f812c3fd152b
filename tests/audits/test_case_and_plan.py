"""Case files are checked field by field; a frozen plan cannot be changed unseen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.case import ITEMS, load_case
from fairshelf.audits.config import Settings, case_in, load
from fairshelf.audits.errors import UsageError
from fairshelf.audits.plan import FROZEN, compared, frozen, load_plan

if TYPE_CHECKING:
    from pathlib import Path


def _file(tmp_path: Path, text: str, name: str = "case.toml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_case_keeps_what_was_given(tmp_path: Path) -> None:
    """Fields at the top or in [case], dates as text, nothing that was left empty."""
    told: dict[str, object] = {}
    for head in ("", "[case]\n"):
        text = head + 'case_id = "7"\nplatform_asked = 2026-03-01\nfunding = ""\n'
        told = load_case(_file(tmp_path, text))
        assert told == {"case_id": "7", "platform_asked": "2026-03-01"}
    assert set(told) <= set(ITEMS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("case_id = ", "case_not_toml"),
        (f"case_id = {'9' * 5_000}", "case_not_toml"),
        ('case_idd = "7"', "case_unknown_key"),
        ('evidence_type = "rumour"', "case_bad_value"),
        ("funding = 7", "case_bad_value"),
        ("case = 7", "case_bad_value"),
        (f'notes = "{"x" * 6000}"', "case_bad_value"),
    ],
)
def test_a_wrong_case_is_one_error(tmp_path: Path, text: str, code: str) -> None:
    """Each slip has its own code."""
    with pytest.raises(UsageError) as caught:
        load_case(_file(tmp_path, text))
    assert caught.value.code == code


def test_a_slip_in_a_field_offers_the_nearest(tmp_path: Path) -> None:
    """case_idd is near case_id."""
    with pytest.raises(UsageError) as caught:
        load_case(_file(tmp_path, 'case_idd = "7"'))
    suggestions = caught.value.facts["suggestions"]
    assert isinstance(suggestions, list)
    assert "case_id" in suggestions


def test_a_case_may_stand_in_the_settings(tmp_path: Path) -> None:
    """audit.toml with [case]: the settings are read without it, the case with it."""
    for text in ('seed = 3\n[case]\ncase_id = "7"\n', '[audit]\nseed = 3\n[case]\ncase_id = "7"\n'):
        file = _file(tmp_path, text, "audit.toml")
        assert load(file, {}).seed == 3
        assert case_in(file)
        assert load_case(file) == {"case_id": "7"}


def test_a_plan_is_the_same_for_the_same_settings(tmp_path: Path) -> None:
    """The digest is that of canonical JSON: it does not hang on order or writing."""
    plan = frozen(Settings(seed=3))
    assert plan == frozen(Settings(seed=3))
    assert plan["sha256"] != frozen(Settings(seed=4))["sha256"]
    turned = dict(reversed(list(plan.items())))
    file = _file(tmp_path, json.dumps(turned, indent=7), "plan.json")
    assert load_plan(file)["sha256"] == plan["sha256"]


def test_a_changed_plan_is_refused(tmp_path: Path) -> None:
    """A bound moved after freezing no longer fits the digest."""
    plan = frozen(Settings())
    plan["settings"]["bounds"] = [0.5, 2.0]
    with pytest.raises(UsageError, match="plan_changed"):
        load_plan(_file(tmp_path, json.dumps(plan), "plan.json"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other"}', '{"a":' * 2000])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    """Anything else than a plan of ours is one error."""
    with pytest.raises(UsageError, match="plan_broken"):
        load_plan(_file(tmp_path, text, "plan.json"))


def test_a_run_is_held_against_its_plan() -> None:
    """Followed to the letter, or every difference by name with both values."""
    plan = frozen(Settings(seed=3))
    assert compared(plan, Settings(seed=3))["followed"] is True
    assert compared(plan, Settings(seed=3, sheet="2"))["followed"] is True  # how a file is read
    told = compared(plan, Settings(seed=4, bounds=(0.7, 1.4)))
    assert told["followed"] is False
    differences = told["differences"]
    assert isinstance(differences, list)
    assert {one["setting"] for one in differences} == {"seed", "bounds"}


def test_every_setting_is_frozen_or_about_reading() -> None:
    """A setting added later has to be sorted: it decides what is found, or it does not."""
    reading = {
        *("map", "sheet", "encoding", "delimiter", "header_row", "decimal", "position_base"),
        *("page_size", "name_pattern", "reshape", "jurisdiction", "cite_unverified"),
    }
    assert set(FROZEN) | reading == set(Settings.model_fields)
    assert not set(FROZEN) & reading

"""What a signature shows: that nobody without one key changed a bundle, and not whose key it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from fairshelf.reports.bundle import Checked, verify
from fairshelf.reports.bundle.sign import sign
from fairshelf.reports.bundle.view import verified_view

if TYPE_CHECKING:
    from tests.reports.bundle.conftest import Forge


def _codes(bundle: Path, **more: Path) -> set[str]:
    return {
        problem.code for problem in verify(bundle, more.get("key"), more.get("sealed")).problems
    }


def _said(bundle: Path, key: Path | None = None) -> str:
    found = verify(bundle, key)
    console = Console(width=10_000)
    with console.capture() as held:
        console.print(verified_view(found, Checked(found.problems, found.unchecked), "en"))
    return held.get()


def test_who_signed(made: Path, bag: Path) -> None:
    """Another's key, a stripped signature, a new one by another: each is told."""
    assert _codes(bag, key=made / "other.pub") == {"signed_by_another"}
    (bag / "signature.json").unlink()
    assert not _codes(bag)
    assert _codes(bag, key=made / "key.pub") == {"unsigned"}
    sign(bag, made / "other")
    assert _codes(bag, key=made / "key.pub") == {"signed_by_another"}


def test_signed_again_with_another_key(made: Path, bag: Path, forge: Forge) -> None:
    """A forger's own signature is valid: without --key that is said, with --key it is refused."""
    forge(bag, lambda told: told["rows"].update(read=9990, used=9990))
    theirs = sign(bag, made / "other")
    found = verify(bag)
    assert not found.problems
    assert found.fingerprint == theirs != verify(made / "evidence").fingerprint
    said = _said(bag)
    assert theirs in said
    assert "Anyone can make a key" in said
    assert "by another way" in said
    assert _codes(bag, key=made / "key.pub") == {"signed_by_another"}


def test_the_signature_of_another_bundle(made: Path, bag: Path, forge: Forge) -> None:
    """A signature of the same key over another bundle is not one of this bundle."""
    held = (bag / "signature.json").read_bytes()
    forge(bag, lambda told: told["rows"].update(read=9990, used=9990))
    (bag / "signature.json").write_bytes(held)
    assert _codes(bag) == {"signature_wrong"}
    assert _codes(bag, key=made / "key.pub") == {"signature_wrong"}


def test_the_name_of_another_key(made: Path, bag: Path) -> None:
    """A signature file that names the auditor's fingerprint beside the forger's key is refused."""
    honest = json.loads((bag / "signature.json").read_text(encoding="utf-8"))
    sign(bag, made / "other")
    told = json.loads((bag / "signature.json").read_text(encoding="utf-8"))
    told["fingerprint"] = honest["fingerprint"]
    (bag / "signature.json").write_text(json.dumps(told), encoding="utf-8")
    assert _codes(bag) == {"signature_name"}


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "none"},
        {"note": "certified"},
        {"public_key": 5},
        {"public_key": "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----\n"},
        {"signature": []},
        {"signature": "é"},
        {"fingerprint": None},
    ],
)
def test_a_signature_of_another_form(bag: Path, change: dict[str, object]) -> None:
    """Fields more, fields of other kinds, keys of other algorithms: refused, never a fault."""
    told = json.loads((bag / "signature.json").read_text(encoding="utf-8"))
    (bag / "signature.json").write_text(json.dumps({**told, **change}), encoding="utf-8")
    assert _codes(bag) <= {"signature_form", "signature_wrong", "signature_name"}
    assert _codes(bag)


def test_what_is_said_of_a_signature(made: Path, bag: Path) -> None:
    """With the key, without it and unsigned: three sentences, and always the digest of all."""
    with_key, without = _said(bag, made / "key.pub"), _said(bag)
    assert "the key you gave" in with_key
    assert "the key you gave" not in without
    (bag / "signature.json").unlink()
    unsigned = _said(bag)
    assert "Anyone can build an unsigned bundle" in unsigned
    for said in (with_key, without, unsigned):
        assert verify(bag).digest in said


def test_a_copy_has_the_same_digest(bag: Path, tmp_path: Path, forge: Forge) -> None:
    """The digest stands for the whole: a copy has it, a forgery that agrees with itself has not."""
    copy = Path(shutil.copytree(bag, tmp_path / "copy" / "evidence"))
    assert verify(copy).digest == verify(bag).digest
    forge(copy, lambda told: told["rows"].update(read=9990, used=9990))
    assert not verify(copy).problems
    assert verify(copy).digest != verify(bag).digest

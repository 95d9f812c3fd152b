"""A good bundle verifies, wherever it is copied; every kind of tampering is refused by name."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.reports.bundle import verify
from fairshelf.reports.bundle.archive import zipped
from fairshelf.reports.bundle.view import reason
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tamper = Callable[[Path], None]


def relist(bag: Path) -> None:
    """Make both manifests anew, as somebody would who knows how bags are made."""
    payload = sorted(file for file in (bag / "data").rglob("*") if file.is_file())
    lines = [f"{_digest(file)}  {file.relative_to(bag).as_posix()}\n" for file in payload]
    (bag / "manifest-sha256.txt").write_text("".join(lines), encoding="utf-8")
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{_digest(bag / name)}  {name}\n" for name in tags]
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines), encoding="utf-8")
    (bag / "signature.json").unlink(missing_ok=True)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def flip(name: str) -> Tamper:
    """Flip one bit in the middle of a file."""

    def run(bag: Path) -> None:
        content = bytearray((bag / name).read_bytes())
        content[len(content) // 2] ^= 1
        (bag / name).write_bytes(content)

    return run


def edited(name: str, old: str, new: str) -> Tamper:
    """Change the text of a file, and list it anew."""

    def run(bag: Path) -> None:
        file = bag / "data" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        relist(bag)

    return run


def changed_results(change: Callable[[dict[str, Any]], None]) -> Tamper:
    """Change the results as data, and list them anew."""

    def run(bag: Path) -> None:
        file = bag / "data" / "results.public.json"
        told = json.loads(file.read_text(encoding="utf-8"))
        change(told)
        file.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        relist(bag)

    return run


def _unlist(bag: Path) -> None:
    file = bag / "manifest-sha256.txt"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[1:]), encoding="utf-8")
    _tags(bag)


def _tags(bag: Path) -> None:
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{_digest(bag / name)}  {name}\n" for name in tags]
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines), encoding="utf-8")


def _manifest(line: str) -> Tamper:
    def run(bag: Path) -> None:
        with (bag / "manifest-sha256.txt").open("a", encoding="utf-8") as file:
            file.write(line)
        _tags(bag)

    return run


def _write(name: str, content: bytes = b"x") -> Tamper:
    def run(bag: Path) -> None:
        (bag / name).parent.mkdir(exist_ok=True)
        (bag / name).write_bytes(content)

    return run


def _write_listed(name: str, content: bytes = b"x") -> Tamper:
    def run(bag: Path) -> None:
        _write(name, content)(bag)
        relist(bag)

    return run


def _resign_with_stolen_key_name(bag: Path) -> None:
    told = json.loads((bag / "signature.json").read_text(encoding="utf-8"))
    told["signature"] = "AAAA" + told["signature"][4:]
    (bag / "signature.json").write_text(json.dumps(told), encoding="utf-8")


def _higher(told: dict[str, Any]) -> None:
    lead = next(one for one in told["estimates"] if one["value"] not in (None, 0))
    lead["value"] += 0.1


def _rename(bag: Path) -> None:
    (bag / "data" / "case.json").rename(bag / "data" / "plan.json")


def _link(bag: Path) -> None:
    (bag / "data" / "README.txt").unlink()
    (bag / "data" / "README.txt").symlink_to("/etc/hostname")


def _undescribed(bag: Path) -> None:
    file = bag / "data" / "ro-crate-metadata.json"
    text = file.read_text(encoding="utf-8").replace('"README.txt"', '"x"')
    file.write_text(text, encoding="utf-8")
    relist(bag)


def _custody_of_another_page(bag: Path) -> None:
    told = json.loads((bag / "data/custody.json").read_text(encoding="utf-8"))
    after = next(one["after"] for one in told if "after" in one)
    after["report.en.html"] = after["report.zh.html"]
    _write_listed("data/custody.json", json.dumps(told).encode())(bag)


def _custody_of_no_page(bag: Path) -> None:
    told = json.loads((bag / "data/custody.json").read_text(encoding="utf-8"))
    next(one["after"] for one in told if "after" in one).pop("report.en.html")
    _write_listed("data/custody.json", json.dumps(told).encode())(bag)


NAN = changed_results(lambda told: told["estimates"][0].update(value=float("nan")))

TAMPERED: list[tuple[str, Tamper, str]] = [
    ("flipped results", flip("data/results.public.json"), "changed"),
    ("flipped page", flip("data/report.zh.html"), "changed"),
    ("flipped table", flip("data/estimates.public.csv"), "changed"),
    ("flipped custody log", flip("data/custody.json"), "changed"),
    ("flipped readme", flip("data/README.txt"), "changed"),
    ("flipped crate", flip("data/ro-crate-metadata.json"), "changed"),
    ("flipped bag-info", flip("bag-info.txt"), "changed"),
    ("flipped manifest", _manifest("\n"), "signature_wrong"),
    ("file added", _write("data/more.txt"), "unknown_file"),
    ("file added and listed", _write_listed("data/more.txt"), "unknown_file"),
    ("folder added", _write("data/deep/more.txt"), "unknown_file"),
    ("tag file added", _write("note.txt"), "not_listed"),
    ("page missing", lambda bag: (bag / "data/report.en.html").unlink(), "listed_missing"),
    ("results missing", lambda bag: (bag / "data/results.public.json").unlink(), "missing"),
    ("manifest missing", lambda bag: (bag / "manifest-sha256.txt").unlink(), "missing"),
    ("declaration missing", lambda bag: (bag / "bagit.txt").unlink(), "missing"),
    ("renamed", _rename, "listed_missing"),
    ("not listed", _unlist, "not_listed"),
    (
        "listed twice",
        lambda bag: _manifest(
            (bag / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()[0] + "\n"
        )(bag),
        "name_twice",
    ),
    ("a line that is none", _manifest("deadbeef data/x\n"), "manifest_line"),
    ("a path outside", _manifest("0" * 64 + "  ../outside\n"), "manifest_line"),
    ("not UTF-8", _write("manifest-sha256.txt", b"\xff\xfe"), "not_utf8"),
    ("older BagIt", _write("bagit.txt", b"BagIt-Version: 0.97\n"), "bagit_txt"),
    ("md5 manifest", _write("manifest-md5.txt"), "manifest_kind"),
    ("fetches", _write("fetch.txt", b"http://127.0.0.1/x 1 data/x\n"), "fetch"),
    ("link", _link, "not_a_file"),
    ("pipe", lambda bag: os.mkfifo(bag / "data/pipe"), "not_a_file"),
    ("device name", _write("data/NUL.txt"), "name_device"),
    ("case collision", _write("data/readme.TXT"), "name_twice"),
    ("line break in a name", _write("data/a\nb.txt"), "name_control"),
    ("results changed, listed anew", changed_results(_higher), "results_form"),
    ("not a number", NAN, "json_number"),
    ("endless nesting", _write_listed("data/results.public.json", b"[" * 50_000), "json_deep"),
    (
        "a field of a wrong kind",
        changed_results(lambda told: told.update(rows="many")),
        "results_form",
    ),
    (
        "full results in a public bundle",
        changed_results(lambda told: told["provenance"].pop("disclosure")),
        "not_public",
    ),
    ("a number on the page", edited("report.en.html", "0.60", "0.90"), "page_differs"),
    ("a number in the table", edited("estimates.public.csv", "0.6", "0.9"), "estimates_differ"),
    ("a setting", edited("settings.json", '"level": 0.95', '"level": 0.5'), "settings_differ"),
    ("custody is no log", _write_listed("data/custody.json", b"{}"), "custody_form"),
    ("custody of another page", _custody_of_another_page, "custody_differs"),
    ("custody of no page", _custody_of_no_page, "custody_differs"),
    (
        "a readme that says more",
        edited("README.txt", "- README", "Certified!\n- README"),
        "readme_differs",
    ),
    ("a plan that was none", _write_listed("data/plan.json", b"{}"), "record_differs"),
    ("another case", edited("case.json", "a university", "an academy"), "record_differs"),
    ("another seed", edited("environment.json", '"seed": 0', '"seed": 1'), "record_differs"),
    ("another auditor", edited("custody.json", "a university", "an academy"), "custody_step"),
    ("a PDF for nobody", _write_listed("data/report.more.en.pdf"), "unknown_file"),
    ("a PDF that is none", _write_listed("data/report.en.pdf"), "custody_differs"),
    ("not described", _undescribed, "not_described"),
    ("signature of another bundle", _resign_with_stolen_key_name, "signature_wrong"),
    ("signature is no signature", _write("signature.json", b"{}"), "signature_form"),
]


def _codes(bundle: Path, **more: Path) -> set[str]:
    return {
        problem.code for problem in verify(bundle, more.get("key"), more.get("sealed")).problems
    }


def test_a_good_bundle_verifies_anywhere(made: Path, bag: Path) -> None:
    """The folder, its copy, its zip, and the zip of the copy; with key and sealed container."""
    zipped(bag, bag.with_suffix(".zip"))
    places = (made / "evidence", bag, made / "evidence.zip", bag.with_suffix(".zip"))
    for place in places:
        found = verify(place, made / "key.pub", made / "evidence.sealed.zip")
        assert not found.problems, place
        assert found.fingerprint


@pytest.mark.parametrize(
    ("tamper", "code"), [one[1:] for one in TAMPERED], ids=[one[0] for one in TAMPERED]
)
def test_tampering_is_refused_by_name(bag: Path, tamper: Tamper, code: str) -> None:
    """The reason is the one that fits, and it has words in both languages."""
    tamper(bag)
    problems = verify(bag).problems
    assert code in {problem.code for problem in problems}
    for lang in LANGUAGES:
        for problem in problems:
            assert reason(problem, Words(lang, strict=True))


def test_there_are_thirty_kinds() -> None:
    """The list does not shrink unseen."""
    assert len(TAMPERED) >= 30
    assert len({name for name, _, _ in TAMPERED}) == len(TAMPERED)


def test_every_bit_counts(bag: Path) -> None:
    """One flipped bit in any file of the bag is seen."""
    for file in sorted(bag.rglob("*")):
        if file.is_file():
            whole = file.read_bytes()
            for at in (0, len(whole) - 1):
                content = bytearray(whole)
                content[at] ^= 1
                file.write_bytes(content)
                assert verify(bag).problems, (file.name, at)
            file.write_bytes(whole)
    assert not verify(bag).problems


def test_another_sealed_container_is_told(made: Path, bag: Path, tmp_path: Path) -> None:
    """The sealed container must be the one in the custody log."""
    other = tmp_path / "sealed.zip"
    other.write_bytes((made / "evidence.sealed.zip").read_bytes() + b"\0")
    assert _codes(bag, sealed=other) == {"sealed_differs"}


def test_what_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    """A missing bundle or key is an error of use, not of the bundle."""
    with pytest.raises(UsageError, match="bundle_missing"):
        verify(tmp_path / "nothing")
    (tmp_path / "key.pub").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="key_unreadable"):
        verify(tmp_path, tmp_path / "key.pub")

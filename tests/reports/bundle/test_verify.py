"""A good bundle verifies, wherever it is copied; every kind of tampering is refused by name."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from fairshelf.audits.errors import UsageError
from fairshelf.reports.bundle import verify
from fairshelf.reports.bundle.archive import zipped
from fairshelf.reports.bundle.problems import Problem
from fairshelf.reports.bundle.sign import sign
from fairshelf.reports.bundle.view import reason, verified_view
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.reports.bundle.verify import Verified

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


CRATE = "data/ro-crate-metadata.json"
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
    ("not a number", NAN, "not_json"),
    ("endless nesting", _write_listed("data/results.public.json", b"[" * 50_000), "not_json"),
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
    (
        "custody of another page",
        edited("custody.json", '"report.en.html": "', '"report.en.html": "0'),
        "custody_differs",
    ),
    ("not described", _undescribed, "not_described"),
    ("a graph that is none", _write_listed(CRATE, b'{"@graph":5}'), "not_described"),
    ("ids that are none", _write_listed(CRATE, b'{"@graph":[{"@id":["x"]}]}'), "not_described"),
    ("a crate that is a list", _write_listed(CRATE, b"[[1]]"), "not_described"),
    ("custody of numbers", _write_listed("data/custody.json", b"[1,[2]]"), "custody_form"),
    (
        "custody of lists",
        _write_listed("data/custody.json", b'[{"step":["audited"],"after":[1]}]'),
        "custody_form",
    ),
    (
        "a digest that is a list",
        _write_listed("data/custody.json", b'[{"step":"audited","after":{"README.txt":[1]}}]'),
        "custody_differs",
    ),
    ("settings that are a list", _write_listed("data/settings.json", b"[]"), "settings_differ"),
    ("signature of another bundle", _resign_with_stolen_key_name, "signature_wrong"),
    ("signature is no signature", _write("signature.json", b"{}"), "signature_wrong"),
]


def _codes(bundle: Path, **more: Path) -> set[str]:
    return {problem.code for problem in verify(bundle, **more).problems}


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


def test_who_signed(made: Path, bag: Path) -> None:
    """Another's key, a stripped signature, a new one by another: each is told."""
    assert _codes(bag, key=made / "other.pub") == {"signed_by_another"}
    (bag / "signature.json").unlink()
    assert not _codes(bag)
    assert _codes(bag, key=made / "key.pub") == {"unsigned"}
    sign(bag, made / "other")
    assert _codes(bag, key=made / "key.pub") == {"signed_by_another"}


def test_another_version_is_not_taken_on_trust(bag: Path) -> None:
    """Who claims another version escapes the comparison of pages, and the answer says so."""
    changed_results(lambda told: told["tool"].update(version="0.0.9"))(bag)
    found = verify(bag)
    assert {one.code for one in found.unchecked} == {"page_by_another_version"}
    plain = _printed(found, "en")
    assert "not compared word for word" in plain
    assert "pages and tables say what" not in plain
    assert "没有与结果逐字比对" in _printed(found, "zh")


def test_a_list_for_a_digest_is_no_fault_of_ours(bag: Path, tmp_path: Path) -> None:
    """The sealed container is held against a custody log whose digests are lists."""
    steps = json.loads((bag / "data/custody.json").read_text(encoding="utf-8"))
    steps.append({"step": "sealed", "sha256": [1]})
    _write_listed("data/custody.json", json.dumps(steps).encode())(bag)
    (tmp_path / "x.zip").write_bytes(b"x")
    assert "sealed_differs" in _codes(bag, sealed=tmp_path / "x.zip")


def _printed(found: Verified, lang: str) -> str:
    console = Console(file=io.StringIO(), width=400)
    console.print(verified_view(found, [], lang, rerun=False))
    told = console.file
    assert isinstance(told, io.StringIO)
    return told.getvalue()


def test_another_sealed_container_is_told(made: Path, bag: Path, tmp_path: Path) -> None:
    """The sealed container must be the one in the custody log."""
    other = tmp_path / "sealed.zip"
    other.write_bytes((made / "evidence.sealed.zip").read_bytes() + b"\0")
    assert _codes(bag, sealed=other) == {"sealed_differs"}


def _zip(bag: Path, out: Path, add: Callable[[zipfile.ZipFile], None]) -> Path:
    zipped(bag, out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        add(archive)
    return out


def _entry(name: str, mode: int = 0, content: bytes = b"x") -> Callable[[zipfile.ZipFile], None]:
    def run(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)

    return run


ZIPS = [
    ("evidence/../../outside.txt", 0, b"x", "name_traversal"),
    ("../outside.txt", 0, b"x", "name_traversal"),
    ("/etc/outside.txt", 0, b"x", "name_absolute"),
    ("C:/outside.txt", 0, b"x", "name_absolute"),
    ("evidence\\..\\outside.txt", 0, b"x", "name_absolute"),
    ("evidence/data/con", 0, b"x", "name_device"),
    ("evidence/data/link", stat.S_IFLNK | 0o777, b"/etc/passwd", "not_a_file"),
    ("evidence/data/README.TXT", 0, b"x", "name_twice"),
    ("evidence/data/bomb.txt", 0, b"\0" * 30_000_000, "zip_bomb"),
    ("other/file.txt", 0, b"x", "not_one_folder"),
]


@pytest.mark.parametrize(
    ("name", "mode", "content", "code"), ZIPS, ids=[one[3] + str(n) for n, one in enumerate(ZIPS)]
)
def test_zips_of_an_enemy(
    bag: Path, tmp_path: Path, name: str, mode: int, content: bytes, code: str
) -> None:
    """Nothing is written outside, whatever the zip says; the reason is told."""
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    archive = _zip(bag, inside / "e.zip", _entry(name, mode, content))
    before = set(tmp_path.rglob("*"))
    assert code in _codes(archive)
    assert set(tmp_path.rglob("*")) == before


def test_zips_that_are_none(bag: Path, tmp_path: Path) -> None:
    """Cut short, another format, encrypted, of a thousand files, lying about its sizes."""
    whole = tmp_path / "whole.zip"
    zipped(bag, whole)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-2000])
    assert _codes(cut) == {"zip_broken"}
    text = tmp_path / "text.zip"
    text.write_bytes(b"not a zip")
    assert _codes(text) == {"zip_broken"}
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(1000):
            archive.writestr(f"evidence/data/{number}", b"")
    assert _codes(many) == {"too_many_files"}
    locked = bytearray(whole.read_bytes())
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    assert _codes(tmp_path / "locked.zip") == {"encrypted"}
    lying = bytearray(whole.read_bytes())
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")  # says ten bytes, holds more
    (tmp_path / "lying.zip").write_bytes(lying)
    assert _codes(tmp_path / "lying.zip") & {"zip_bomb", "zip_broken", "changed"}


def test_zipping_is_the_same_again(bag: Path, tmp_path: Path) -> None:
    """No clock, no owner, no order of the file system in the zip."""
    one, two = tmp_path / "1.zip", tmp_path / "2.zip"
    zipped(bag, one)
    copy = Path(shutil.copytree(bag, tmp_path / "again" / "evidence"))
    zipped(copy, two)
    assert one.read_bytes() == two.read_bytes()


def test_what_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    """A missing bundle or key is an error of use, not of the bundle."""
    with pytest.raises(UsageError, match="bundle_missing"):
        verify(tmp_path / "nothing")
    (tmp_path / "key.pub").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="key_unreadable"):
        verify(tmp_path, tmp_path / "key.pub")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words(root: Path, lang: str) -> None:
    """Each code in the program has a sentence, and each sentence a code."""
    words = Words(lang, strict=True)
    text = "".join(
        file.read_text(encoding="utf-8") for file in (root / "reports" / "bundle").glob("*.py")
    )
    for entry in (one for one in _sentences(lang) if one.startswith("verify.problem.")):
        code = entry.removeprefix("verify.problem.")
        assert f'"{code}"' in text, code
        assert reason(Problem(code, "f", "d"), words)


def _sentences(lang: str) -> list[str]:
    from fairshelf.reports.wording import catalogue

    return list(catalogue(lang))

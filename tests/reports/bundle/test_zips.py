"""Zips of an enemy: nothing is written outside, and no byte in them goes unseen."""

from __future__ import annotations

import io
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fairshelf.reports.bundle import verify
from fairshelf.reports.bundle.archive import zipped

if TYPE_CHECKING:
    from collections.abc import Callable


def _codes(bundle: Path) -> set[str]:
    return {problem.code for problem in verify(bundle).problems}


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


def test_a_member_that_stands_there_twice(bag: Path, tmp_path: Path) -> None:
    """The same name a second time, with other content: no unpacker would say which one it took."""
    page = (bag / "data" / "report.en.html").read_bytes()
    name = "evidence/data/report.en.html"
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive = _zip(bag, tmp_path / "e.zip", _entry(name, content=page + b"<p>more</p>"))
    assert _codes(archive) == {"name_twice"}


@pytest.mark.parametrize(
    "name",
    ["EVIDENCE/data/README.txt", "evidence/DATA/README.txt", "evidence/data/report.EN.html"],
)
def test_names_that_differ_by_case(bag: Path, tmp_path: Path, name: str) -> None:
    """On a disk that knows no case one would overwrite the other: refused."""
    archive = _zip(bag, tmp_path / "e.zip", _entry(name))
    assert _codes(archive) & {"name_twice", "not_one_folder"}


def _in_front(content: bytes) -> bytes:
    return b"MZ hidden" + content


def _behind(content: bytes) -> bytes:
    return content + b"hidden"


def _between(content: bytes) -> bytes:
    """Put bytes between the members and their list, and mend the place of the list."""
    end = content.rindex(b"PK\5\6")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    place = (start + 6).to_bytes(4, "little")
    return content[:start] + b"hidden" + content[start : end + 16] + place + content[end + 20 :]


def _comment(content: bytes) -> bytes:
    held = io.BytesIO(content)
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = b"hidden"
    return held.getvalue()


def _deleted(content: bytes) -> bytes:
    """Leave the last member's bytes and take it out of the list."""
    held = io.BytesIO(content)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("evidence/data/more.txt", b"hidden")
        archive.filelist.pop()
        archive._didModify = True  # type: ignore[attr-defined]
    return held.getvalue()


@pytest.mark.parametrize("hide", [_in_front, _behind, _between, _comment, _deleted])
def test_hidden_bytes(bag: Path, tmp_path: Path, hide: Callable[[bytes], bytes]) -> None:
    """Bytes in front of the members, between, behind, in a comment or of a deleted one are told."""
    archive = tmp_path / "e.zip"
    zipped(bag, archive)
    archive.write_bytes(hide(archive.read_bytes()))
    assert _codes(archive) == {"zip_hidden"}


def test_a_zip_of_another_program(bag: Path, tmp_path: Path) -> None:
    """A bundle zipped again, with folders, times and sizes behind the members, verifies."""
    made = Path(shutil.make_archive(str(tmp_path / "again"), "zip", bag.parent, bag.name))
    assert not _codes(made)
    streamed = tmp_path / "streamed.zip"
    code = (
        "import pathlib, sys, zipfile\n"
        "with zipfile.ZipFile(sys.stdout.buffer, 'w', zipfile.ZIP_DEFLATED) as out:\n"
        "    for one in sorted(pathlib.Path('evidence').rglob('*')):\n"
        "        out.write(one)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code + "sys.stdout.flush()"],
        cwd=bag.parent,
        stdout=subprocess.PIPE,
        check=True,
    )
    streamed.write_bytes(ran.stdout)
    with zipfile.ZipFile(streamed) as archive:
        assert any(one.flag_bits & 0x8 for one in archive.infolist()), "nothing was streamed"
    assert not _codes(streamed)


def test_a_zip_broken_anywhere_is_refused_or_the_same(bag: Path, tmp_path: Path) -> None:
    """Bytes changed at random places of a zip never stop the command, and never add anything."""
    archive = tmp_path / "e.zip"
    zipped(bag, archive)
    digest = verify(bag).digest
    whole, rng = archive.read_bytes(), random.Random(7)  # noqa: S311 - places, not secrets
    ends = [*range(40), *range(len(whole) - 400, len(whole))]
    for at in rng.sample(ends, 60) + [rng.randrange(len(whole)) for _ in range(60)]:
        content = bytearray(whole)
        content[at] ^= 1 << rng.randrange(8)
        archive.write_bytes(content)
        found = verify(archive)
        assert found.problems or found.digest == digest, at


def test_a_method_of_compression_no_bundle_has(bag: Path, tmp_path: Path) -> None:
    """Only stored and deflated members are opened."""
    archive = tmp_path / "e.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as out:
        for file in sorted(one for one in bag.rglob("*") if one.is_file()):
            out.write(file, f"evidence/{file.relative_to(bag).as_posix()}")
    assert _codes(archive) == {"zip_method"}

"""A public page names no file, folder, archive member or sheet."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit
from fairshelf.audits.results import Message
from fairshelf.reports.html import render
from fairshelf.reports.unnamed import unnamed
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from pathlib import Path

SHOP = "王家铺子"


def _shops(folder: Path) -> str:
    """Zip two crawls and a note, all bearing the name of a shop."""
    path = folder / f"{SHOP}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for page in (1, 2):
            rows = ["排名,商品ID,地区类型"]
            rows += [f"{n},L{page}{n},{'农村' if n % 2 else '城镇'}" for n in range(1, 25)]
            archive.writestr(f"{SHOP}_{page}.csv", "\n".join(rows))
        archive.writestr(f"{SHOP}.pdf", b"%PDF-1.7\n%\xe2\xe3\n")
    return str(path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_file_name_reaches_the_page(tmp_path: Path, lang: str) -> None:
    """Notices about files and archives speak of roles; the working file keeps the names."""
    results = audit([_shops(tmp_path)], None, None, Settings(permutations=99)).results
    assert any(SHOP in str(notice.facts) for notice in results.notices)
    page = render(results, lang, strict=True)
    assert SHOP not in page
    assert ".zip" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "message",
    [
        Message("sheets_unread", {"file": SHOP, "sheet": SHOP, "others": [SHOP, SHOP]}),
        Message("folder_files_unread", {"folder": SHOP, "files": [SHOP]}),
        Message("file_is_copy", {"file": SHOP, "original": SHOP}),
    ],
    ids=lambda message: message.code,
)
def test_every_kind_of_name_is_left_out(message: Message, lang: str) -> None:
    """Sheets, folders and copies are told by number, not by name."""
    words = Words(lang, strict=True)
    assert SHOP not in words.message(unnamed(message, {}, words))

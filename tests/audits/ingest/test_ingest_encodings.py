"""Encodings are found, stated, and never guessed in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest.text import Decoded, in_utf8

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Decoder = Callable[..., Decoded]

SIMPLIFIED = "排名,商品名称,店铺\n1,临安山核桃礼盒装,农民专业合作社\n2,洛川苹果,县域电商服务中心\n"
TRADITIONAL = "排名,商品名稱,賣家\n1,臺灣高山茶葉禮盒,農民合作社\n2,蘋果與香蕉的家,個體商店\n"
GERMAN = "Rang,Artikel,Verkäufer\n1,Äpfel für Müller,Höfe\n2,Käse und Brötchen,Bäuerin\n"


@pytest.fixture
def decoder(tmp_path: Path) -> Decoder:
    """Give a function that brings bytes into UTF-8."""

    def act(data: bytes, encoding: str | None = None) -> Decoded:
        path = tmp_path / "log.csv"
        path.write_bytes(data)
        return in_utf8(path, "log.csv", Settings(encoding=encoding), tmp_path)

    return act


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (SIMPLIFIED, "utf-8", "UTF-8"),
        (SIMPLIFIED, "utf-8-sig", "UTF-8 BOM"),
        ("\ufeff" + SIMPLIFIED, "utf-16-le", "UTF-16-LE"),
        ("\ufeff" + SIMPLIFIED, "utf-16-be", "UTF-16-BE"),
        (SIMPLIFIED, "utf-16-le", "UTF-16-LE"),
        (SIMPLIFIED, "utf-16-be", "UTF-16-BE"),
        (SIMPLIFIED, "gbk", "GB18030"),
        (SIMPLIFIED + "3,𠮷野家,ㄅ\n", "gb18030", "GB18030"),
        (TRADITIONAL, "big5", "Big5"),
        (GERMAN, "cp1252", "Windows-1252"),
        (GERMAN, "latin-1", "Windows-1252"),
    ],
)
def test_an_encoding_is_found_and_stated(
    decoder: Decoder, text: str, codec: str, name: str
) -> None:
    """Each encoding is recognised by content, and the text comes out whole."""
    found = decoder(text.encode(codec))
    assert found.guess.name == name
    assert found.path.read_text(encoding="utf-8-sig") == text.removeprefix("\ufeff")


def test_a_chinese_file_raises_no_doubt(decoder: Decoder) -> None:
    """The common case is not cluttered with a warning."""
    assert decoder(SIMPLIFIED.encode("gbk")).notices == ()


def test_a_western_guess_is_said_aloud(decoder: Decoder) -> None:
    """An encoding that any bytes would fit is never taken in silence."""
    (notice,) = decoder(GERMAN.encode("cp1252")).notices
    assert notice.code == "encoding_guessed"


def test_gbk_far_behind_an_ascii_head_is_found(decoder: Decoder) -> None:
    """The head alone does not decide: bytes in the middle and the end count."""
    text = "a,b\n" * 100_000 + SIMPLIFIED * 20
    found = decoder(text.encode("gbk"))
    assert found.guess.name == "GB18030"
    assert found.path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_one_broken_character_is_counted_and_costs_no_delimiter(
    decoder: Decoder, codec: str
) -> None:
    """A half character in a large file is replaced, the comma behind it stays, and it is said."""
    data = (SIMPLIFIED * 200).encode(codec) + b"3,\xc9,x\n"
    found = decoder(data)
    assert [notice.code for notice in found.notices] == ["encoding_damaged"]
    assert found.notices[0].facts["damaged"] == 1
    assert found.path.read_text(encoding="utf-8").endswith("3,\ufffd,x\n")


def test_the_wrong_encoding_given_is_refused(decoder: Decoder) -> None:
    """What the user names is tried, not believed."""
    with pytest.raises(DataError) as caught:
        decoder(SIMPLIFIED.encode("gbk"), "utf-8")
    assert caught.value.code == "encoding_wrong"
    assert caught.value.facts["encoding"] == "utf-8"


def test_the_encoding_given_overrules(decoder: Decoder) -> None:
    """A short file that could be many things is what the user says."""
    found = decoder("é,1\n".encode("latin-1"), "latin-1")
    assert found.path.read_text(encoding="utf-8") == "é,1\n"


def test_characters_cut_by_the_buffer_survive(decoder: Decoder) -> None:
    """A character over the border of two buffers comes out whole."""
    text = "x" + SIMPLIFIED * 20_000
    assert decoder(text.encode("gb18030")).path.read_text(encoding="utf-8") == text

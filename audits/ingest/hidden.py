"""Rows that a workbook hides, by a filter or by hand: they are read like the others."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 20
_ATTRIBUTE = r'\b{}="([^"]*)"'
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]{0,400}\bhidden="(?:1|true)"')


def about_hidden(path: Path, name: str, sheet: str) -> tuple[Message, ...]:
    """Say how many rows of a sheet are hidden; nothing of formats other than xlsx.

    Parameters
    ----------
    path, name
        The workbook, and what messages call it.
    sheet
        The name of the sheet.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive, sheet)
            rows = _hidden(archive, member) if member else 0
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError):
        return ()  # what is broken is told by what reads the cells
    return (Message("rows_hidden", {"file": name, "sheet": sheet, "rows": rows}),) if rows else ()


def _member(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the file of a sheet in the archive of its workbook."""
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    targets = {_said(one, "Id"): _said(one, "Target") for one in _RELATION.findall(links)}
    for one in _SHEET.findall(book):
        if _said(one, "name") == sheet:
            target = targets.get(_said(one, r"\w+:id"), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _said(element: str, attribute: str) -> str:
    found = re.search(_ATTRIBUTE.format(attribute), element)
    return unescape(found[1]) if found else ""


def _hidden(archive: zipfile.ZipFile, member: str) -> int:
    count, left = 0, b""
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            text = left + piece
            end = text.rfind(b"<")
            text, left = (text[:end], text[end:]) if end > 0 else (text, b"")
            count += len(_ROW.findall(text))
    return count + len(_ROW.findall(left))

"""What a model file is, found by its content: never by its name, and never by opening it."""

from __future__ import annotations

import json
import pickletools
import tomllib
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.refused import once

if TYPE_CHECKING:
    from pathlib import Path

FITTED = "weights.toml"
"""The linear model in the folder of a fit."""

Format = Literal["onnx", "lightgbm", "xgboost", "skops", "linear"]

LARGEST = 2 * 1024**3
"""Bytes of the largest model file that is read."""

SUFFIXES: dict[Format, tuple[str, ...]] = {
    "onnx": (".onnx",),
    "lightgbm": (".txt", ".lgb", ".model", ".lightgbm"),
    "xgboost": (".json", ".ubj", ".model", ".xgb"),
    "skops": (".skops",),
    "linear": (".toml", ".json"),
}

_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd")
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MOST_MEMBERS = 100_000
_FREE, _RATIO = 2**26, 50
"""Bytes that a packed model may unfold to whatever its size, and times its size beyond that."""


def read_model(path: Path) -> bytes:
    """Read a model file whole.

    Raises
    ------
    UsageError
        ``model_missing``: no such file, or a folder; ``model_is_fit``: the folder of a fit.
    DataError
        ``model_too_large``; ``model_empty``.
    """
    try:
        if (path / FITTED).is_file():
            raise UsageError("model_is_fit", model=str(path), file=str(path / FITTED))
        if not path.is_file():
            raise UsageError("model_missing", model=str(path))
        size = path.stat().st_size
        if size > LARGEST:
            raise DataError("model_too_large", model=path.name, bytes=size, most=LARGEST)
        content = path.read_bytes()
    except OSError as error:
        raise UsageError("model_missing", model=str(path)) from error
    if not content.strip():
        raise DataError("model_empty", model=path.name)
    return content


def recognise(content: bytes, name: str) -> tuple[Format, Any]:
    """Tell the format of a model file, and give what was parsed on the way.

    Parameters
    ----------
    content
        The whole file.
    name
        What messages call it.

    Returns
    -------
    format, document
        ``document`` is the parsed table of a linear model, else None.

    Raises
    ------
    DataError
        ``model_pickle``: the file is a pickle (joblib, dill, torch ...), or packed so that it
        could be one: opening it would run what it says. ``model_unknown``: none of the formats.
    """
    if content.startswith((*_PACKED, *_ZLIB, b"\x93NUMPY")):
        raise DataError("model_pickle", model=name)
    if content.startswith(b"PK"):
        return _zip(content, name), None
    if is_pickle(content):
        raise DataError("model_pickle", model=name)
    if content.startswith(b"tree\n") and b"num_class" in content[:2_000]:
        return "lightgbm", None
    if content.startswith(b"{L") and b"learner" in content[:64]:
        return "xgboost", None
    if content.startswith(b"\x08") and b"\x00" in content:
        return "onnx", None
    return _text(content, name)


def is_pickle(content: bytes) -> bool:
    """Say whether a file is a pickle of any protocol, without doing what it says.

    Protocols 2 and up say so in their first byte; older ones are read as the list of opcodes that
    they are (:func:`pickletools.genops` takes them apart and runs none).
    """
    if content.startswith(b"\x80") and len(content) > 1 and content[1] <= 5:  # noqa: PLR2004 - the newest protocol
        return True
    try:
        for _ in pickletools.genops(content):
            pass
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it cannot be unpickled
        return False
    return True


def _zip(content: bytes, name: str) -> Format:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DataError("model_broken", model=name, kind="zip", why=str(error)) from error
    names = [member.filename for member in members]
    whole = sum(member.file_size for member in members)
    most = min(LARGEST, max(_FREE, _RATIO * len(content)))
    if whole > most or len(names) > _MOST_MEMBERS:
        raise DataError("model_too_large", model=name, bytes=whole, most=most)
    if "schema.json" in names:
        return "skops"
    if any(one.endswith((".pkl", ".pickle", ".joblib")) for one in names):
        raise DataError("model_pickle", model=name)
    raise DataError("model_unknown", model=name, holds=names[:5])


def _text(content: bytes, name: str) -> tuple[Format, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("model_unknown", model=name, holds=[]) from error
    if text.lstrip().startswith("{"):
        return _json(text, name)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
        raise DataError("model_unknown", model=name, holds=[]) from error
    if "weights" in document or "levels" in document:
        return "linear", document
    raise DataError("model_unknown", model=name, holds=list(document)[:5])


def _json(text: str, name: str) -> tuple[Format, Any]:
    try:
        document = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise DataError("model_broken", model=name, kind="JSON", why=str(error)[:200]) from error
    if "learner" in document:
        return "xgboost", None
    if "weights" in document or "levels" in document:
        return "linear", document
    raise DataError("model_unknown", model=name, holds=list(document)[:5])

"""A log, seller table or catalogue with keyed pseudonyms in the place of identifiers.

HMAC-SHA-256 (RFC 2104) with a random key for each case, a different domain for each kind of
identifier: shop numbers can be counted through, so that a plain digest of one is as good as the
number. Who holds the key can undo it, so the result is still personal information (PIPL article 73,
GDPR article 4(5)); destroying the key is the step towards anonymity. Titles, addresses and every
column that an audit does not know are left out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.columns.detect import detect, require_headings
from fairshelf.audits.engines.means import FREE
from fairshelf.audits.errors import UsageError
from fairshelf.audits.ingest import read
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable, Role
    from fairshelf.audits.config import Settings
    from fairshelf.audits.stages import Stages

IDENTIFIERS = ("request", "listing", "seller", "user", "query")
LEFT_OUT = frozenset(("address",))
KEY_BYTES = 32
SHOWN = 20
"""Hexadecimal digits of a pseudonym: any two of a billion are alike with a chance below 1e-5."""

AT_ONCE = 20_000
"""Values changed between two words on how far it is."""

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T ].*")


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """The table, as text under canonical names, and the headings that were left out."""

    table: pa.Table
    left_out: tuple[str, ...]


def new_key() -> str:
    """Draw a key: 32 random bytes in hexadecimal."""
    return secrets.token_hex(KEY_BYTES)


def read_key(path: Path) -> bytes:
    """Read a key that :func:`new_key` drew.

    Raises
    ------
    UsageError
        ``key_missing``, ``key_wrong``.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError("key_missing", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("key_wrong", file=str(path)) from error
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        raise UsageError("key_wrong", file=str(path))
    return bytes.fromhex(text)


def pseudonym(key: bytes, kind: str, value: str) -> str:
    """Give the pseudonym of one identifier of a kind: the same for the same key."""
    message = f"fairshelf|{kind}|{value}".encode()
    return f"{kind[0]}{hmac.new(key, message, hashlib.sha256).hexdigest()[:SHOWN]}"


def pseudonymise(
    paths: Sequence[str],
    role: Role,
    settings: Settings,
    key: bytes,
    keep: Sequence[str] = (),
    stage: Stages = QUIET,
) -> Pseudonymised:
    """Read files and replace their identifiers.

    Parameters
    ----------
    paths
        Files of one kind, as ``audit run`` takes them.
    role
        ``log``, ``sellers`` or ``catalogue``.
    settings
        ``map`` and how the files are read.
    key
        The case's key.
    keep
        Further headings to keep as they are, such as a column to group sellers by.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError, DataError
        Those of reading and of finding columns.
    """
    extras = {heading: heading for heading in keep}
    with FREE.working(stage) as (con, work):
        stage("read")
        raws = read(con, paths, role, settings, work)
        require_headings(raws, settings.map, extras)
        stage("pseudonymise")
        made = [_one(raw, settings, extras, key, stage) for raw in raws]
    tables, left_out = zip(*made, strict=True)
    table = pa.concat_tables(tables, promote_options="default")
    return Pseudonymised(table, tuple(dict.fromkeys(name for one in left_out for name in one)))


def _one(
    raw: RawTable, settings: Settings, extras: dict[str, str], key: bytes, stage: Stages
) -> tuple[pa.Table, tuple[str, ...]]:
    found = detect(raw, settings.map, extras)
    kept = {
        match.canonical: match.heading for match in found.matches if match.canonical not in LEFT_OUT
    }
    kept |= {name: heading for name, heading in found.extras if name not in kept}
    held = raw.table.select(*dict.fromkeys(kept.values())).to_pyarrow()
    columns = {}
    for name, heading in kept.items():
        text = pc.cast(held.column(heading), pa.string())
        if name in IDENTIFIERS:
            text = _replaced(text, name, key, stage)
        elif name == "time" and "request" in kept:
            text = _mapped(text, lambda value: DAY.sub(r"\1", value), stage)
        columns[name] = text
    for name, value in raw.constants.items():
        shown = pseudonym(key, name, value) if name in IDENTIFIERS else value
        columns[name] = pa.chunked_array([pa.array([shown] * held.num_rows)])
    used = set(kept.values())
    return pa.table(columns), tuple(one for one in raw.headings if one not in used)


def _replaced(text: pa.ChunkedArray, kind: str, key: bytes, stage: Stages) -> pa.ChunkedArray:
    return _mapped(
        text, lambda value: pseudonym(key, kind, value) if value.strip() else value, stage
    )


def _mapped(text: pa.ChunkedArray, change: Callable[[str], str], stage: Stages) -> pa.ChunkedArray:
    """Change each distinct value once."""
    coded = text.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    known = coded.dictionary.to_pylist()
    told: list[str] = []
    for start in range(0, len(known), AT_ONCE):
        stage.count(start, len(known), "values")
        told += [change(str(value)) for value in known[start : start + AT_ONCE]]
    stage.count(len(known), len(known), "values")
    return pa.chunked_array([pa.array(told, pa.string()).take(coded.indices)])

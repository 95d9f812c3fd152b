"""Ed25519 signatures over a bundle's tag manifest (RFC 8032), which holds every other digest."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.reports.bundle.names import SIGNATURE
from fairshelf.reports.bundle.problems import Problem
from fairshelf.reports.bundle.strict import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

ALGORITHM = "Ed25519 over tagmanifest-sha256.txt"
FIELDS = {"algorithm", "public_key", "fingerprint", "signature"}


def keygen(private: Path) -> tuple[Path, str]:
    """Make a key pair: the private key at a path (mode 0600), the public one beside it.

    Returns
    -------
    The public key's path and fingerprint.

    Raises
    ------
    UsageError
        ``out_exists``: neither file is ever overwritten.
    """
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - only to sign
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - the same
        Ed25519PrivateKey,
    )

    public = private.with_name(private.name + ".pub")
    for file in (private, public):
        if file.exists() or file.is_symlink():
            raise UsageError("out_exists", out=str(file))
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    try:
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as held:
            held.write(secret)
        public.write_bytes(_pem(key.public_key()))
    except OSError as error:
        raise UsageError("out_not_writable", out=str(private), why=str(error.strerror)) from error
    return public, fingerprint(key.public_key())


def _pem(key: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - only to sign

    return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """Give the SHA-256 of a public key's raw bytes, in groups of four."""
    digest = hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def load_private(path: Path) -> Ed25519PrivateKey:
    """Read a private key.

    Raises
    ------
    UsageError
        ``key_unreadable``.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - only to sign
        Ed25519PrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - the same
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError("key_unreadable", file=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError("key_unreadable", file=str(path))
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """Read a public key.

    Raises
    ------
    UsageError
        ``key_unreadable``.
    """
    try:
        return _public(path.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise UsageError("key_unreadable", file=str(path)) from error


def _public(pem: bytes) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - only to sign
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - the same
        load_pem_public_key,
    )

    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        message = "not an Ed25519 key"
        raise TypeError(message)
    return key


def sign(bag: Path, private: Path) -> str:
    """Sign a bag's tag manifest.

    Returns
    -------
    The fingerprint of the public key.
    """
    key = load_private(private)
    content = (bag / "tagmanifest-sha256.txt").read_bytes()
    told = {
        "algorithm": ALGORITHM,
        "public_key": _pem(key.public_key()).decode(),
        "fingerprint": fingerprint(key.public_key()),
        "signature": base64.b64encode(key.sign(content)).decode(),
    }
    (bag / SIGNATURE).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return str(told["fingerprint"])


def check(bag: Path, wanted: Path | None) -> tuple[str | None, list[Problem]]:
    """Check a bag's signature.

    Parameters
    ----------
    bag
        The bag's folder.
    wanted
        The public key that must have signed; None takes any signature, or none.

    Returns
    -------
    The fingerprint of who signed, or None, and what is wrong.
    """
    from cryptography.exceptions import (  # noqa: PLC0415 - only to sign
        InvalidSignature,
        UnsupportedAlgorithm,
    )

    file = bag / SIGNATURE
    if not file.is_file():
        return None, [Problem("unsigned")] if wanted else []
    told, problem = read_json(file.read_bytes(), SIGNATURE)
    if problem:
        return None, [problem]
    if not isinstance(told, dict) or set(told) != FIELDS or told["algorithm"] != ALGORITHM:
        return None, [Problem("signature_form", SIGNATURE)]
    try:
        key = _public(str(told["public_key"]).encode())
        key.verify(
            base64.b64decode(str(told["signature"]), validate=True),
            (bag / "tagmanifest-sha256.txt").read_bytes(),
        )
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return None, [Problem("signature_wrong", SIGNATURE)]
    if told["fingerprint"] != fingerprint(key):
        return None, [Problem("signature_name", SIGNATURE, fingerprint(key))]
    if wanted and load_public(wanted).public_bytes_raw() != key.public_bytes_raw():
        return None, [Problem("signed_by_another", SIGNATURE, fingerprint(key))]
    return fingerprint(key), []

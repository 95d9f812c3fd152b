"""Make a bundle from the folder an audit wrote."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.audits.stages import QUIET
from fairshelf.reports import exports
from fairshelf.reports.bundle import records
from fairshelf.reports.bundle.archive import zipped
from fairshelf.reports.bundle.names import BAGIT, CRATE, ESTIMATES, PAGES, PDFS, RESULTS, SEALED
from fairshelf.reports.bundle.sign import load_private, sign
from fairshelf.reports.disclosure import public
from fairshelf.reports.html import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages

WORKING = ("results.json", "estimates.csv", "rejected.csv")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a bundle is made from.

    ``folder``: what an audit wrote; ``raw``: input files for the sealed part; ``secret``: the
    pseudonyms' key, sealed as well; ``key``: the private key to sign with.
    """

    folder: Path
    raw: tuple[Path, ...] = ()
    secret: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Where the parts are, and who signed."""

    bag: Path
    archive: Path
    sealed: Path
    fingerprint: str | None


def make(sources: Sources, out: Path, arguments: Sequence[str], stage: Stages = QUIET) -> Made:
    """Make the bag ``out``, ``out.zip`` and ``out.sealed.zip``, all or none.

    Parameters
    ----------
    sources
        What goes in.
    out
        The folder to make; neither it nor its zips may exist.
    arguments
        The command line, for the record.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError
        ``out_exists``, ``bundle_no_audit`` (the folder holds no results), ``bundle_no_raw`` (an
        input for the sealed part is missing), ``key_unreadable``, ``out_not_writable``.
    DataError
        Those of :func:`fairshelf.reports.exports.load_results`.
    """
    places = Made(out, _beside(out, ".zip"), _beside(out, ".sealed.zip"), None)
    for place in (places.bag, places.archive, places.sealed):
        if place.exists() or place.is_symlink():
            raise UsageError("out_exists", out=str(place))
    if not out.absolute().parent.is_dir():
        raise UsageError("out_no_parent", out=str(out))
    if sources.key is not None:
        load_private(sources.key)
    results = _results(sources.folder)
    try:
        held = Path(tempfile.mkdtemp(prefix=".fairshelf-", dir=out.absolute().parent))
    except OSError as error:
        raise UsageError("out_not_writable", out=str(out), why=str(error.strerror)) from error
    try:
        stage("seal")
        sealed = _sealed(sources, held / f"{out.name}.sealed")
        shown = records.digest(sealed.read_bytes())
        bag = held / out.name
        stage("report")
        payload = _payload(sources, results, arguments, shown, stage)
        stage("bundle")
        _fill(bag, payload)
        who = sign(bag, sources.key) if sources.key else None
        zipped(bag, held / "public.zip")
        for made, place in (
            (bag, places.bag),
            (held / "public.zip", places.archive),
            (sealed, places.sealed),
        ):
            made.rename(place)
    except OSError as error:
        raise UsageError("out_not_writable", out=str(out), why=str(error.strerror)) from error
    finally:
        shutil.rmtree(held, ignore_errors=True)
    return Made(places.bag, places.archive, places.sealed, who)


def _beside(out: Path, suffix: str) -> Path:
    return out.with_name(out.name + suffix)


def _results(folder: Path) -> Results:
    try:
        content = (folder / "results.json").read_bytes()
    except OSError as error:
        raise UsageError("bundle_no_audit", folder=str(folder)) from error
    return exports.load_results(content)


def _payload(
    sources: Sources, results: Results, arguments: Sequence[str], sealed: str, stage: Stages
) -> dict[str, bytes]:
    shown = public(results)
    files = {
        RESULTS: exports.results_json(shown),
        ESTIMATES: exports.estimates_csv(shown),
        **{
            name: render(shown, name.split(".")[1]).encode()
            for name in stage.each(PAGES, "languages")
        },
    }
    printed = (sources.folder / name for name in PDFS)
    files |= {file.name: file.read_bytes() for file in printed if file.is_file()}
    rows = sources.folder / "rejected.csv"
    actor = str(results.case.get("audited_by") or "not reported")
    told = records.custody(shown, actor, files, sealed)
    files |= {
        "settings.json": records.as_json(shown.settings),
        "environment.json": records.as_json(records.environment(results, arguments)),
        "custody.json": records.as_json(told),
        "rejected.json": records.as_json(
            records.rejected(rows.read_bytes()) if rows.is_file() else {}
        ),
    }
    if shown.plan:
        files["plan.json"] = records.as_json(shown.plan)
    if shown.case:
        files["case.json"] = records.as_json(shown.case)
    files["README.txt"] = records.readme([*files, "README.txt", CRATE])
    return files


def _fill(bag: Path, files: dict[str, bytes]) -> None:
    """Write the payload, describe it as an RO-Crate, and make a BagIt 1.0 bag of it (RFC 8493)."""
    import bagit  # noqa: PLC0415 - only for bundles

    bag.mkdir()
    for name, content in files.items():
        (bag / name).write_bytes(content)
    _crate(bag, sorted(files))
    logging.getLogger("bagit").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        bagit.make_bag(
            str(bag),
            {"Bagging-Date": records.now()[:10], "Bag-Software-Agent": "fairshelf with bagit.py"},
            processes=1,
            checksums=["sha256"],
        )
    # the library writes 0.97; what it makes is valid as 1.0 (RFC 8493, section 2.1.1)
    (bag / "bagit.txt").write_text(BAGIT, encoding="utf-8")
    tags = sorted(("bagit.txt", "bag-info.txt", "manifest-sha256.txt"))
    lines = [f"{records.digest((bag / name).read_bytes())}  {name}\n" for name in tags]
    (bag / "tagmanifest-sha256.txt").write_text("".join(lines), encoding="utf-8")


def _crate(folder: Path, names: list[str]) -> None:
    import json  # noqa: PLC0415 - only for bundles

    from rocrate.rocrate import ROCrate  # noqa: PLC0415 - the same

    crate = ROCrate()
    crate.name = "Evidence bundle of a fairshelf audit"
    crate.description = "Report, public results and records of an audit of a ranking."
    crate.datePublished = records.now()[:10]
    kinds = {".html": "text/html", ".json": "application/json", ".csv": "text/csv"}
    kinds |= {".pdf": "application/pdf", ".txt": "text/plain"}
    for name in names:
        told = {"encodingFormat": kinds[Path(name).suffix], "name": name}
        crate.add_file(str(folder / name), dest_path=name, properties=told)
    text = json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / CRATE).write_text(text + "\n", encoding="utf-8")


def _sealed(sources: Sources, folder: Path) -> Path:
    """Zip what is for the authority only, with a salt so that its digest tells nothing."""
    folder.mkdir()
    inside = folder / SEALED
    inside.mkdir()
    for name in WORKING:
        file = sources.folder / name
        if file.is_file():
            shutil.copyfile(file, inside / name)
    for number, file in enumerate(sources.raw, start=1):
        if not file.is_file():
            raise UsageError("bundle_no_raw", file=str(file))
        shutil.copyfile(file, inside / f"raw-{number}-{file.name}")
    if sources.secret is not None:
        if not sources.secret.is_file():
            raise UsageError("bundle_no_raw", file=str(sources.secret))
        shutil.copyfile(sources.secret, inside / "pseudonym.key")
    (inside / "salt.txt").write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
    listed = sorted(file for file in inside.iterdir() if file.is_file())
    lines = [f"{records.digest(file.read_bytes())}  {file.name}\n" for file in listed]
    (inside / "sha256.txt").write_text("".join(lines), encoding="utf-8")
    out = folder.with_name(folder.name + ".zip")
    zipped(inside, out)
    out.chmod(0o600)
    os.utime(out)
    return out

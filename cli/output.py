"""The folder an audit leaves behind: written beside its place, then put there in one move."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fairshelf.audits.pipeline import Audit
    from fairshelf.audits.results import Results
    from fairshelf.audits.stages import Stages
    from fairshelf.cli.press import Press

OURS = "results.json"
FIT = "fit.json"
_WRITTEN = (
    *(OURS, "estimates.csv", "rejected.csv", "report.*.html", "report.*.pdf"),
    *("results.public.json", "estimates.public.csv"),
    *("fit.json", "fit.*.html", "weights.toml", "boosted.skops", "lambdamart.txt"),
    *("whatif.json", "whatif.*.html", "remedy.json", "remedy.*.html", "priorities.csv"),
    *("scorecard.json", "scorecard.*.html"),
)
RECORDS = (OURS, FIT, "whatif.json", "remedy.json", "scorecard.json")
"""Files that say that a folder is ours to replace."""

_CLUTTER = (".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Form:
    """For whom a report is written, and whether as PDF beside the page."""

    audience: str = "regulator"
    pdf: bool = False

    def require(self, languages: tuple[str, ...]) -> None:
        """Make sure that the report can be written, before any work is done.

        Raises
        ------
        UsageError
            ``unknown_audience``; those of :func:`fairshelf.reports.pdf.require_pdf`.
        """
        from fairshelf.reports.audiences import AUDIENCES

        if self.audience not in AUDIENCES:
            raise UsageError("unknown_audience", typed=self.audience)
        if self.pdf:
            from fairshelf.reports.pdf import require_pdf

            for lang in languages:
                require_pdf(lang)


def pages(
    results: Results,
    languages: tuple[str, ...],
    form: Form,
    stage: Stages = QUIET,
    press: Press | None = None,
) -> dict[str, bytes]:
    """Make the report's pages, and the PDFs with the public results inside.

    Parameters
    ----------
    results
        What was found.
    languages
        ``en``, ``zh`` or both.
    form
        For whom the report is, and whether as PDF too.
    stage
        Told how many languages are written.
    press
        Where the pages are made, if that has been prepared; else here.

    Returns
    -------
    Contents by file name: ``report.zh.html``, ``report.community.en.pdf`` ...
    """
    from fairshelf.reports import exports
    from fairshelf.reports.disclosure import public

    shown = public(results)
    made = press and press.pages(exports.results_json(shown), languages, form.audience)
    head = "report" if form.audience == "regulator" else f"report.{form.audience}"
    files: dict[str, bytes] = {}
    for lang in stage.each(languages, "languages"):
        page = made[lang] if made else _page(shown, lang, form.audience)
        files[f"{head}.{lang}.html"] = page.encode()
        if form.pdf:
            from fairshelf.reports.pdf import render_pdf

            inside = {
                "results.public.json": exports.results_json(shown),
                "estimates.public.csv": exports.estimates_csv(shown),
            }
            files[f"{head}.{lang}.pdf"] = render_pdf(page, inside, lang)
    return files


def _page(shown: Results, lang: str, audience: str) -> str:
    from fairshelf.reports import html

    return html.render(shown, lang, audience=audience)


def refuse_existing(out: Path, *, force: bool) -> None:
    """Refuse a place that is taken, before any work is done.

    Raises
    ------
    UsageError
        ``out_exists`` without ``--force``; ``out_not_ours`` and ``out_holds_more`` where
        ``--force`` would delete something that no audit wrote; ``out_no_parent`` where its
        folder is missing.
    """
    if not out.absolute().parent.is_dir():
        raise UsageError("out_no_parent", out=str(out))
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise UsageError("out_exists", out=str(out))
    if not out.is_dir() or out.is_symlink():
        raise UsageError("out_not_ours", out=str(out))
    inside = sorted(file.name for file in out.iterdir())
    if inside and not any(_is_results(out / name) for name in RECORDS):
        raise UsageError("out_not_ours", out=str(out))
    others = [name for name in inside if not _is_written(out / name)]
    if others:
        raise UsageError("out_holds_more", out=str(out), files=others)


def _is_written(file: Path) -> bool:
    known = any(fnmatch(file.name, pattern) for pattern in (*_WRITTEN, *_CLUTTER))
    return known and file.is_file() and not file.is_symlink()


def _is_results(file: Path) -> bool:
    """Say whether a file holds the results of an audit."""
    try:
        told = json.loads(file.read_bytes())
        return bool(told.get("head", told)["tool"]["name"] == "fairshelf")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def write(
    done: Audit,
    out: Path,
    languages: tuple[str, ...],
    *,
    force: bool,
    form: Form | None = None,
    stage: Stages = QUIET,
    press: Press | None = None,
) -> None:
    """Write the reports and the working files of an audit.

    Parameters
    ----------
    done
        What the audit found and what it set aside.
    out
        The folder to make.
    languages
        ``en``, ``zh`` or both.
    force
        Whether an earlier audit's folder is replaced.
    form
        For whom the report is, and whether as PDF too.
    stage
        Told how many languages are written.
    press
        As :func:`pages` takes it.
    """
    from fairshelf.reports import exports
    from fairshelf.reports.disclosure import public

    shown = public(done.results)
    files = {
        OURS: exports.results_json(done.results),
        "estimates.csv": exports.estimates_csv(done.results),
        "rejected.csv": exports.rejected_csv(done.rejects),
        "results.public.json": exports.results_json(shown),
        "estimates.public.csv": exports.estimates_csv(shown),
    }
    files |= pages(shown, languages, form or Form(), stage, press)
    write_folder(files, out, force=force)


def write_folder(files: dict[str, bytes], out: Path, *, force: bool) -> None:
    """Make a folder of files in one move.

    Raises
    ------
    UsageError
        ``out_not_writable``, and those of :func:`refuse_existing`.
    """
    try:
        held = Path(tempfile.mkdtemp(prefix=".fairshelf-", dir=out.absolute().parent))
    except OSError as error:
        raise UsageError("out_not_writable", out=str(out), why=str(error.strerror)) from error
    try:
        _fill(held / "new", files)
        refuse_existing(out, force=force)
        _put(held / "new", out, held / "old")
    except OSError as error:
        raise UsageError("out_not_writable", out=str(out), why=str(error.strerror)) from error
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _fill(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    folder.chmod(0o777 & ~umask())


def _put(made: Path, out: Path, aside: Path) -> None:
    """Move a folder to its place; what stood there goes aside, and comes back if that fails."""
    earlier = out.exists()
    if earlier:
        out.rename(aside)
    try:
        made.rename(out)
    except BaseException:
        if earlier:
            aside.rename(out)
        raise


def refuse_bundle(out: Path, sign: Path | None) -> None:
    """Refuse a bundle that cannot be made, before any work is done.

    Raises
    ------
    UsageError
        ``out_exists``; ``key_unreadable``.
    """
    from fairshelf.reports.bundle.sign import load_private

    for suffix in ("", ".zip", ".sealed.zip"):
        place = out.with_name(f"{out.name}.bundle{suffix}")
        if place.exists() or place.is_symlink():
            raise UsageError("out_exists", out=str(place))
    if sign is not None:
        load_private(sign)


def bundle(out: Path, inputs: Sequence[str | None], sign: Path | None) -> None:
    """Bundle what an audit wrote, with those of its inputs that are files."""
    import sys

    from fairshelf.reports.bundle import Sources, make

    raw = tuple(Path(one) for one in inputs if one and Path(one).is_file())
    place = out.with_name(f"{out.name}.bundle")
    make(Sources(out, raw, None, sign), place, ["audit", *sys.argv[1:]])


def put_files(folder: Path, make: Callable[[], dict[str, bytes]], *, force: bool) -> list[Path]:
    """Put files into a folder, all or none, each in one move; none leaves no new folder behind.

    Raises
    ------
    UsageError
        ``out_no_parent``; ``out_exists`` without ``force``; ``out_not_writable``.
    """
    if not folder.absolute().parent.is_dir():
        raise UsageError("out_no_parent", out=str(folder))
    files = make()
    for name in files:
        if (folder / name).exists() and not force:
            raise UsageError("out_exists", out=str(folder / name))
    fresh = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fairshelf-", dir=folder) as held:
            for name, content in files.items():
                (Path(held) / name).write_bytes(content)
            for name in files:
                (Path(held) / name).replace(folder / name)
    except BaseException as error:
        if fresh:
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            why = str(error.strerror)
            raise UsageError("out_not_writable", out=str(folder), why=why) from error
        raise
    return [folder / name for name in files]


def write_secret(out: Path, text: str) -> None:
    """Write a new file that nobody else can read, whole or not at all.

    Raises
    ------
    UsageError
        ``out_exists``; ``out_not_writable``.
    """
    try:
        opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with _whole(out), os.fdopen(opened, "w") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError("out_exists", out=str(out)) from error
    except OSError as error:
        raise UsageError("out_not_writable", out=str(out), why=str(error.strerror)) from error


def write_new(out: Path, text: str) -> None:
    """Write a new text file whole or not at all; see :func:`write_new_bytes`."""
    write_new_bytes(out, text.encode("utf-8"))


def write_new_bytes(out: Path, content: bytes) -> None:
    """Write a new file whole or not at all.

    Raises
    ------
    UsageError
        ``out_exists``; ``out_not_writable`` with the system's reason.
    """
    try:
        with out.open("xb") as file, _whole(out):
            file.write(content)
            file.flush()
    except FileExistsError as error:
        raise UsageError("out_exists", out=str(out)) from error
    except OSError as error:
        raise UsageError("out_not_writable", out=str(out), why=str(error.strerror)) from error


@contextmanager
def secret_for(key: Path, text: str) -> Iterator[None]:
    """Write a new key for what is written next; it goes again where that fails.

    Parameters
    ----------
    key
        The file to make; nobody else can read it.
    text
        What it holds; nothing is written where it is empty.

    Raises
    ------
    UsageError
        As :func:`write_secret`.
    """
    if not text:
        yield
        return
    write_secret(key, text)
    with _whole(key):
        yield


@contextmanager
def _whole(out: Path) -> Iterator[None]:
    """Take a new file away again where what follows does not come to its end."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            out.unlink(missing_ok=True)
        raise


def umask() -> int:
    """Give the rights that new files are not to have."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

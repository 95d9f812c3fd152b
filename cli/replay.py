"""``audit replay``: the exposure a ranking model would give."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed

Many = list[str] | None


def replay(
    model: Annotated[
        str,
        typer.Argument(help="Model file, column:NAME, command:PROGRAM, http://127.0.0.1:PORT ..."),
    ],
    candidates: Annotated[list[str], typer.Argument(help="Candidate sets, with the features.")],
    sellers: Annotated[str | None, typer.Option(help="A table of sellers.")] = None,
    catalogue: Annotated[
        str | None, typer.Option(help="A table of what could have been shown.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="audit.toml, or a pyproject.toml.")
    ] = None,
    map_: Annotated[
        Many, typer.Option("--map", help="canonical=heading: which column is which.")
    ] = None,
    attribute: Annotated[
        Many, typer.Option(help="NAME or NAME=HEADING: how to group sellers; A*B for both.")
    ] = None,
    standard: Annotated[
        Many, typer.Option(help="NAME=ID: label by a standard, as locality=CN-NBS-URC.")
    ] = None,
    reference: Annotated[
        Many, typer.Option(help="NAME=GROUP: the group others are held against.")
    ] = None,
    browsing: Annotated[
        Many, typer.Option(help="dcg, rbp:0.85, reciprocal, top:10, cascade, empirical ...")
    ] = None,
    cutoff: Annotated[list[int] | None, typer.Option(help="Depth of the first page.")] = None,
    bounds: Annotated[
        str | None, typer.Option(help="L,U: the ratios beyond which a gap is material.")
    ] = None,
    feature: Annotated[
        Many, typer.Option(help="A column the model reads, in its order, where it names none.")
    ] = None,
    shown: Annotated[
        int | None, typer.Option(min=1, help="How many candidates of a request are shown.")
    ] = None,
    trust: Annotated[
        Many, typer.Option(help="A type in a skops file that may be built, too.")
    ] = None,
    trust_code: Annotated[
        bool, typer.Option("--trust-code", help="Let module:function run.")
    ] = False,
    output: Annotated[str | None, typer.Option(help="Output of an ONNX model to take.")] = None,
    save_log: Annotated[
        Path | None, typer.Option(help="Keep the ranked log here, as Parquet.")
    ] = None,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="Write the ranked log (--save-log) and no report.")
    ] = False,
    for_: Annotated[
        str, typer.Option("--for", help="regulator (all), community (a page) or platform.")
    ] = "regulator",
    level: Annotated[float | None, typer.Option(help="Coverage of intervals.")] = None,
    permutations: Annotated[int | None, typer.Option(help="0 chooses by size.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    memory_limit: typed.MemoryLimit = None,
    threads: typed.Threads = None,
    temp_dir: typed.TempDir = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("replay-report"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh; both when left out.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Rank candidate sets by a model and audit the exposure it would give."""
    from fairshelf.audits import config as settings_file
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import options
    from fairshelf.cli import output as folder

    languages = options.languages(lang)
    settings = settings_file.load(
        config,
        options.given(
            attributes=options.attributes(attribute or []),
            standard=options.pairs("--standard", standard or []),
            reference=options.pairs("--reference", reference or []),
            map=options.pairs("--map", map_ or []),
            browsing=tuple(browsing or ()),
            cutoffs=tuple(cutoff or ()),
            bounds=options.bounds(bounds) if bounds else None,
            level=level,
            permutations=permutations,
            seed=seed,
        ),
    )
    if log_only and save_log is None:
        raise UsageError("log_only_needs_log")
    if not log_only:
        folder.refuse_existing(out, force=force)
    if save_log is not None and save_log.exists():
        raise UsageError("out_exists", out=str(save_log))
    form = folder.Form(for_)
    form.require(languages)
    from fairshelf.audits.engines.means import Means
    from fairshelf.audits.pipeline.replay import ModelAsk, ranked_log
    from fairshelf.audits.pipeline.replay import replay as again

    means = Means(memory_limit, threads, temp_dir)
    ask = ModelAsk(model, tuple(feature or ()), tuple(trust or ()), trust_code, output, shown)
    if log_only and save_log is not None:
        with terminal.progress(quiet=quiet) as stage:
            ranked_log(ask, candidates, settings, save_log, stage, means)
        return
    with terminal.progress(quiet=quiet) as stage:
        done = again(
            ask, candidates, sellers, catalogue, settings, stage, log=save_log, means=means
        )
        stage("report")
        folder.write(done, out, languages, force=force, form=form)
    if not quiet:
        from fairshelf.reports.console import summary

        terminal.say(summary(done.results, terminal.language(lang), out))

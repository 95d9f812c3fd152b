"""``audit replay``: the exposure a ranking model would give."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def replay(
    model: Annotated[
        str,
        typer.Argument(help="Model file, column:NAME, command:PROGRAM, http://127.0.0.1:PORT ..."),
    ],
    candidates: Annotated[list[str], typer.Argument(help="Candidate sets, with the features.")],
    sellers: typed.Sellers = None,
    catalogue: Annotated[
        str | None, typer.Option(help="A table of what could have been shown.")
    ] = None,
    config: typed.Config = None,
    map_: typed.Map = None,
    attribute: typed.Attribute = None,
    standard: typed.Standard = None,
    reference: typed.Reference = None,
    browsing: Annotated[
        typed.Many, typer.Option(help="dcg, rbp:0.85, reciprocal, top:10, cascade, empirical ...")
    ] = None,
    cutoff: typed.Cutoffs = None,
    bounds: Annotated[
        str | None, typer.Option(help="L,U: the ratios beyond which a gap is material.")
    ] = None,
    feature: typed.Feature = None,
    shown: typed.Shown = None,
    trust: typed.Trust = None,
    trust_code: typed.TrustCode = False,
    output: typed.Output = None,
    save_log: Annotated[
        Path | None, typer.Option(help="Keep the ranked log here, as Parquet.")
    ] = None,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="Write the ranked log (--save-log) and no report.")
    ] = False,
    for_: Annotated[
        str, typer.Option("--for", help="regulator (all), community (a page) or platform.")
    ] = "regulator",
    level: typed.Level = None,
    permutations: Annotated[int | None, typer.Option(help="0 chooses by size.")] = None,
    seed: typed.Seed = None,
    memory_limit: typed.MemoryLimit = None,
    threads: typed.Threads = None,
    temp_dir: typed.TempDir = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("replay-report"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
    lang: typed.Lang = None,
    quiet: typed.Quiet = False,
) -> None:
    """Rank candidate sets by a model and audit the exposure it would give."""
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import given, options
    from fairshelf.cli import output as folder

    languages = options.languages(lang)
    settings = given.settings(
        config,
        attribute=attribute,
        standard=standard,
        reference=reference,
        map=map_,
        browsing=browsing,
        cutoff=cutoff,
        bounds=bounds,
        level=level,
        permutations=permutations,
        seed=seed,
    )
    if log_only and save_log is None:
        raise UsageError("log_only_needs_log")
    if not log_only:
        folder.refuse_existing(out, force=force)
    if save_log is not None and save_log.exists() and not force:
        raise UsageError("out_exists", out=str(save_log))
    form = folder.Form(for_)
    form.require(languages)
    from fairshelf.audits.engines.means import Means
    from fairshelf.audits.pipeline.replay import ModelAsk, ranked_log
    from fairshelf.audits.pipeline.replay import replay as again

    means = Means(memory_limit, threads, temp_dir)
    ask = ModelAsk(model, tuple(feature or ()), tuple(trust or ()), trust_code, output, shown)
    if log_only and save_log is not None:
        with terminal.progress(quiet=quiet, lang=lang) as stage:
            ranked_log(ask, candidates, settings, save_log, stage, means)
        return
    with terminal.progress(quiet=quiet, lang=lang) as stage:
        done = again(
            ask, candidates, sellers, catalogue, settings, stage, log=save_log, means=means
        )
        stage("report")
        folder.write(done, out, languages, force=force, form=form, stage=stage)
    if not quiet:
        from fairshelf.reports.console import summary

        terminal.say(summary(done.results, terminal.language(lang), out))

"""``audit run``: from a log to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def run(
    log: Annotated[
        typed.Many,
        typer.Argument(help="Log files, folders, globs or zip archives; none with --table."),
    ] = None,
    sellers: typed.Sellers = None,
    catalogue: Annotated[
        str | None,
        typer.Option(help="A table of what could have been shown."),
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
        str | None,
        typer.Option(help="L,U: the ratios beyond which a gap is material."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="auto, sellers, catalogue, shown or merit."),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option(help="sellers (sellers like these) or log (this log only)."),
    ] = None,
    annex: Annotated[
        bool, typer.Option("--annex", help="Estimate every metric of the catalogue.")
    ] = False,
    metric: Annotated[
        typed.Many, typer.Option(help="Estimate this one of the annex too, by name or code.")
    ] = None,
    adjust: Annotated[
        typed.Many,
        typer.Option(help="Covariates to hold equal: price, rating ..., legitimate, or none."),
    ] = None,
    flexible: Annotated[
        bool, typer.Option("--flexible", help="Also adjust by forests; needs the extra ml.")
    ] = False,
    strata: Annotated[
        typed.Many, typer.Option(help="Attributes within which sellers are also compared: size ...")
    ] = None,
    series: Annotated[
        str | None, typer.Option(help="Periods: auto, none, day, week or month.")
    ] = None,
    change_at: Annotated[
        str | None, typer.Option(help="2026-03-01: how did the ratio change then?")
    ] = None,
    case: Annotated[Path | None, typer.Option(help="case.toml: who asked, who looked ...")] = None,
    plan: Annotated[Path | None, typer.Option(help="A plan frozen by audit plan.")] = None,
    jurisdiction: Annotated[
        str | None, typer.Option(help="Whose law to cite: CN,EU,US,UK,IN,JP,KR.")
    ] = None,
    cite_unverified: Annotated[
        bool, typer.Option("--cite-unverified", help="Cite law not checked against its text, too.")
    ] = False,
    for_: Annotated[
        str, typer.Option("--for", help="regulator (all), community (a page) or platform.")
    ] = "regulator",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write PDFs too; needs the extra pdf.")
    ] = False,
    bundle: Annotated[
        bool, typer.Option("--bundle", help="Bundle the audit as evidence beside OUT.")
    ] = False,
    sign: Annotated[Path | None, typer.Option(help="Private key to sign the bundle with.")] = None,
    level: typed.Level = None,
    permutations: Annotated[int | None, typer.Option(help="0 chooses by size.")] = None,
    seed: typed.Seed = None,
    sheet: typed.Sheet = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None,
    header_row: Annotated[int | None, typer.Option(help="Row of the headings.")] = None,
    page_size: Annotated[int | None, typer.Option(help="Results on a page.")] = None,
    name_pattern: typed.NamePattern = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("audit-report"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
    engine: Annotated[
        str | None,
        typer.Option(help="What counts the log: duckdb, spark, spark://HOST:PORT, postgres://..."),
    ] = None,
    engine_option: Annotated[
        typed.Many, typer.Option(help="NAME=VALUE for the engine, as spark.executor.memory=8g.")
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="The engine's table that is the log, as schema.table.")
    ] = None,
    tally: Annotated[
        Path | None, typer.Option(help="A saved tally in place of the log; nothing is read again.")
    ] = None,
    save_tally: Annotated[
        Path | None,
        typer.Option("--save-tally", help="Folder to save the counted log in, for --tally later."),
    ] = None,
    memory_limit: typed.MemoryLimit = None,
    threads: typed.Threads = None,
    temp_dir: typed.TempDir = None,
    lang: Annotated[
        str | None,
        typer.Option(help="en or zh; both reports when left out."),
    ] = None,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Print the settings and stop.")
    ] = False,
    quiet: typed.Quiet = False,
) -> None:
    """Audit a log: who is shown, how high, and what equal treatment would be."""
    from fairshelf.cli import given, lean, options, output, press

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
        baseline=baseline,
        question=question,
        annex=annex,
        metric=metric,
        adjust=adjust,
        flexible=flexible,
        jurisdiction=jurisdiction,
        cite_unverified=cite_unverified,
        strata=strata,
        series=series,
        change_at=change_at,
        level=level,
        permutations=permutations,
        seed=seed,
        sheet=sheet,
        encoding=encoding,
        header_row=header_row,
        page_size=page_size,
        name_pattern=name_pattern,
    )
    if show_settings:
        terminal.say_plain(settings.model_dump_json(indent=2) + "\n")
        return
    output.refuse_existing(out, force=force)
    keep = options.kept(save_tally, tally, log or [], engine, table, out, force=force)
    form = output.Form(for_, pdf)
    form.require(languages)
    if bundle:
        output.refuse_bundle(out, sign)
    told = options.case_and_plan(case, plan, config)
    from fairshelf.audits.engines.means import Means

    where = options.engine(engine, engine_option or [], table)
    if where.kind == "here":  # another engine's client may go by way of pandas
        lean.without_pandas()
    with press.pressed(languages) as pages, terminal.progress(quiet=quiet, lang=lang) as stage:
        from fairshelf.audits.pipeline import audit

        done = audit(
            log or [],
            sellers,
            catalogue,
            settings,
            stage,
            case=told[0],
            plan=told[1],
            engine=where,
            means=Means(memory_limit, threads, temp_dir),
            tally_of=tally,
            keep=keep,
        )
        stage("report")
        output.write(done, out, languages, force=force, form=form, stage=stage, press=pages)
    if bundle:
        output.bundle(out, [*(log or []), sellers, catalogue], sign)
    if not quiet:
        from fairshelf.reports.console import summary

        terminal.say(summary(done.results, terminal.language(lang), out))
        if keep is not None:
            from fairshelf.reports.tallies import saved
            from fairshelf.reports.wording import Words

            terminal.say(saved(Words(terminal.language(lang)), keep.place))

"""Make the sample: ``python -m fairshelf.sample_data.generate OUT [--seed N] [--platforms N]``.

The same arguments give the same bytes. The defaults give the files of this folder.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fairshelf.sample_data import market, ranking, tables, truth, vocabulary

SEED = 20260302
REQUESTS = 320
PLATFORMS = 600

_COMMAND = "python -m fairshelf.sample_data.generate OUT --seed {seed} --platforms {platforms}"

_TRUTH = """\
# What was planted in this sample. Made by:
#   {command}
# Ratios are exposure per catalogue listing, shown or not, under 1/log2(1 + position), of the group
# over everyone else. They are ratios of expectations: exposure and listings are summed over
# {platforms} fresh platforms of {requests} requests each and then divided.
# error: Monte-Carlo standard error of the ratio.
# spread: standard deviation of ln(ratio) from one platform to the next; a single sample of this
# size lies within two spreads of the truth about nineteen times in twenty.

[platform]
seed = {seed}
sellers = {sellers}
listings = {listings}
requests = {requests}
positions = {positions}
ad_positions = {ads}

[rule]
# Weights in units of the score; there is none for the ethnic-minority region.
quality_per_15_points = {rule.quality}
own_category = {rule.own_category}
text_match_sd = {rule.text}
noise_sd = {rule.noise}
# How unequal sellers are (standing, numbers of listings) is an assumption, and a mild one: no
# measured concentration of a Chinese platform was found to copy.
seller_standing_sd = {standing}
rural = {rule.rural}

[rural]
# A listing is pushed down when its seller's place is coded 210 or 220.
attribute = "locality:CN-NBS-URC"
group = {{ zh = "rural", en = "rural" }}
reference = {{ zh = "urban", en = "urban" }}
heading = {{ zh = "统计用城乡划分代码", en = "region_code" }}
sellers = {rural_sellers}
{rural}
# Without the location term it would be near 1, not quite: rural sellers list more farm produce and
# handicraft, and demand follows the number of listings of each category only nearly.
without_location_term = {rural_blind.ratio:.4f}
without_location_term_error = {rural_blind.error:.4f}
organic_ratio = {rural_organic.ratio:.4f}
in_this_sample = {found_rural:.4f}

[minority]
# Drawn apart from everything the rule reads: the ratio is 1 by design, not by estimation.
attribute = "ethnic_minority_region"
group = {{ zh = "是", en = "yes" }}
reference = {{ zh = "否", en = "no" }}
heading = {{ zh = "民族地区", en = "ethnic_minority_region" }}
sellers = {minority_sellers}
ratio = 1.0
error = 0.0
spread = {minority.spread:.4f}
simulated_ratio = {minority.ratio:.4f}
simulated_error = {minority.error:.4f}
in_this_sample = {found_minority:.4f}

[sizes]
# Sellers by size, {sizes}; rural and large is nearly empty, as it is outside.
rural = {rural_sizes}
urban = {urban_sizes}

[dirt]
# In the Chinese files only; the English ones are clean.
unreadable_positions = {lost}
total_rows = {totals}
duplicate_rows = {duplicates}
sellers_with_unknown_place = {unknown}
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The one platform that is written down, and its pages."""

    platform: market.Platform
    pages: ranking.Pages


def generate(out: Path, seed: int = SEED, platforms: int = PLATFORMS) -> None:
    """Write the seven files of the sample.

    Parameters
    ----------
    out
        The folder to write into; made where it is missing.
    seed
        The seed of the platform and of the averaging, which draw from separate streams.
    platforms
        How many fresh platforms the truth is averaged over.
    """
    sample, planted, blind = (np.random.default_rng(part) for part in _streams(seed))
    rule = ranking.Rule()
    platform = market.draw(sample)
    pages = ranking.show(platform, rule, REQUESTS, sample)
    out.mkdir(parents=True, exist_ok=True)
    _write_tables(out, platform, pages, sample)
    averages = truth.average(rule, platforms, REQUESTS, planted)
    without = truth.average(rule.blind(), platforms, REQUESTS, blind)
    text = _truth(seed, platforms, Sample(platform, pages), averages, without)
    (out / "truth.toml").write_text(text, encoding="utf-8", newline="\n")


def _streams(seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(3)


def _write_tables(
    out: Path, platform: market.Platform, pages: ranking.Pages, rng: np.random.Generator
) -> None:
    draws = tables.draw(pages, platform, rng)
    for language in vocabulary.LANGUAGES:
        log = tables.log(language, pages, platform, draws)
        sellers = tables.sellers(language, platform)
        if language == "zh":
            log, sellers = tables.soil(log), tables.forget_places(sellers)
        _write(out / f"log.{language}.csv", log)
        _write(out / f"sellers.{language}.csv", sellers)
        _write(out / f"catalogue.{language}.csv", tables.catalogue(language, platform))


def _write(place: Path, rows: list[tables.Row]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _truth(
    seed: int,
    platforms: int,
    sample: Sample,
    planted: dict[str, truth.Averages],
    blind: dict[str, truth.Averages],
) -> str:
    found = truth.ratio(truth.tally(sample.platform, sample.pages))
    sizes = {place: _sizes(sample.platform, rural=place == "rural") for place in ("rural", "urban")}
    return _TRUTH.format(
        command=_COMMAND.format(seed=seed, platforms=platforms),
        platforms=platforms,
        requests=REQUESTS,
        seed=seed,
        sellers=market.SELLERS,
        listings=market.LISTINGS,
        positions=ranking.PAGE,
        ads=list(ranking.AD_POSITIONS),
        rule=ranking.Rule(),
        standing=market.STANDING,
        rural_sellers=market.RURAL_SELLERS,
        minority_sellers=market.MINORITY_SELLERS,
        rural=_lines(planted["rural"].everything),
        rural_organic=planted["rural"].organic,
        rural_blind=blind["rural"].everything,
        minority=planted["minority"].everything,
        found_rural=found[0],
        found_minority=found[1],
        sizes=", ".join(market.SIZES),
        rural_sizes=sizes["rural"],
        urban_sizes=sizes["urban"],
        lost=tables.UNREADABLE_POSITIONS,
        totals=tables.TOTAL_ROWS,
        duplicates=tables.DUPLICATE_ROWS,
        unknown=tables.UNKNOWN_PLACES,
    )


def _lines(planted: truth.Expected) -> str:
    return (
        f"ratio = {planted.ratio:.4f}\nerror = {planted.error:.4f}\nspread = {planted.spread:.4f}"
    )


def _sizes(platform: market.Platform, *, rural: bool) -> list[int]:
    chosen = platform.sellers.size[platform.sellers.rural == rural]
    return [int(count) for count in np.bincount(chosen, minlength=len(market.SIZES))]


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make the synthetic sample and its truth.")
    parser.add_argument("out", type=Path, help="the folder to write into")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--platforms", type=int, default=PLATFORMS, help="to average over")
    given = parser.parse_args(arguments)
    generate(given.out, given.seed, given.platforms)


if __name__ == "__main__":
    main()

"""``audit remedy`` and ``audit scorecard`` as they are typed."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.sample_data import candidates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

RULE = "[weights]\nquality = 1.0\nrating = 0.5\nreviews = 0.3\ncounty = -1.0\n[log1p]\n"
PARTIES = """
[[parties]]
id = "platform"
kind = "platform"
max_utility_loss = 0.02
[parties.name]
zh = "平台"
en = "The platform"

[[parties]]
id = "coop"
kind = "coop"
bounds = [0.9, 1.25]
[parties.name]
zh = "合作社"
en = "The co-operative"
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Write 60 requests of 12 candidates from 60 sellers in 4 villages, a rule and two parties."""
    rng = np.random.default_rng(3)
    quality, reviews = rng.normal(size=120), rng.poisson(8, 120)
    lines = ["request,listing,seller,quality,rating,reviews,county,relevance"]
    for request in range(60):
        for n in rng.choice(120, 12, replace=False):
            seller = int(n) % 60
            lines.append(
                f"q{request},l{n},s{seller},{quality[n]:.4f},{4 + seller % 10 / 10:.1f},"
                f"{reviews[n]},{int(seller < 24)},{max(quality[n] + 2, 0):.4f}"
            )
    (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    rows = ["seller,locality,village"]
    rows += [
        f"s{n},{'rural' if n < 24 else 'urban'},{f'v{n % 4}' if n < 24 else ''}" for n in range(60)
    ]
    (tmp_path / "sellers.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "rule.toml").write_text(RULE.replace("[log1p]\n", ""), encoding="utf-8")
    (tmp_path / "parties.toml").write_text(PARTIES, encoding="utf-8")
    return tmp_path


WORDS = ("--model", "rule.toml", "--sellers", "sellers.csv", "--reference", "locality=urban")


def test_everything_at_once(command: Callable[..., Ended], world: Path) -> None:
    """Rules, pooling by village, training, a levy, parties and a scenario in one folder."""
    ended = command(
        *("remedy", "c.csv", *WORDS, "--attribute", "locality", "--attribute", "village"),
        *("--neutral", "county=0", "--lift", "quality", "--coop", "village", "--patronage", "0.6"),
        *("--levy", "0.1", "--stakeholders", "parties.toml", "--horizon", "--out", "out"),
    )
    assert ended.exit_code == 0, ended.stderr
    told = json.loads((world / "out" / "remedy.json").read_text(encoding="utf-8"))
    assert (told["group"], told["reference"]) == ("rural", "urban")
    assert told["coop"]["storefronts"] == 4
    assert told["coop"]["pooling"]["after"]["gini"] is not None
    assert [one["id"] for one in told["parties"]] == ["platform", "coop"]
    assert told["horizon"]["kind"] == "scenario"
    assert told["deliberation"]["agreements"]
    with (world / "out" / "priorities.csv").open(encoding="utf-8-sig") as file:
        listed = list(csv.DictReader(file))
    assert {one["seller"] for one in listed} <= {f"s{n}" for n in range(24)}
    gains = [float(one["gain_per_lift"]) for one in listed]
    assert gains == sorted(gains, reverse=True)
    for lang, party in (("en", "The co-operative"), ("zh", "合作社")):
        page = (world / "out" / f"remedy.{lang}.html").read_text(encoding="utf-8")
        assert party in page
        body = page.split("</style>")[1]
        assert "{" not in body
        assert not any(f">s{n}<" in body for n in range(60)), "no page names a seller"
        for section in ("rules", "front-of-remedies", "coop", "training", "levy", "scenario"):
            assert f'id="{section}"' in body, section
    again = command("remedy", "c.csv", *WORDS, "--attribute", "locality", "--out", "out")
    assert again.exit_code == 2, "an earlier report is not written over"
    forced = command(
        *("remedy", "c.csv", *WORDS, "--attribute", "locality", "--what", "floor"),
        *("--out", "out", "--force", "-q"),
    )
    assert forced.exit_code == 0, forced.stderr


def test_a_small_group_is_not_printed(command: Callable[..., Ended], world: Path) -> None:
    """With six rural sellers the page says nothing of them; the working file does."""
    rows = [f"s{n},{'rural' if n < 6 else 'urban'}" for n in range(60)]
    (world / "sellers.csv").write_text("\n".join(["seller,locality", *rows]), encoding="utf-8")
    ended = command("remedy", "c.csv", *WORDS, "--attribute", "locality", "--out", "out")
    assert ended.exit_code == 0, ended.stderr
    page = (world / "out" / "remedy.en.html").read_text(encoding="utf-8")
    assert "not printed" in page
    assert 'id="rules"' not in page


@pytest.mark.parametrize(
    "words",
    [
        ("--levy", "2"),
        ("--quantile", "-1"),
        ("--levy-rule", "by_luck"),
        ("--strength", "floor=much"),
        ("--strength", "flor=0.5"),
        ("--fresh", "reviews"),
        ("--own", "quality=nan"),
        ("--stakeholders", "none.toml"),
        ("--group", "mountain"),
        ("--browsing", "cascade"),
    ],
)
def test_wrong_options_are_one_error(
    command: Callable[..., Ended], world: Path, words: tuple[str, str]
) -> None:
    """Status 2, a sentence, and nothing written."""
    ended = command("remedy", "c.csv", *WORDS, "--attribute", "locality", "--out", "out", *words)
    assert ended.exit_code == 2, ended.stdout
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr
    assert not (world / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--coop", "villag", "--attribute", "village"), "villag names no co-operatives"),
        (("--coop", "villag"), "Give an attribute of sellers, county or group: locality"),
        (("--what", "flor"), "There is no remedy flor"),
        (("--strength", "flor=1"), "There is no remedy flor"),
    ],
)
def test_a_wrong_name_is_refused_before_anything_is_read(
    command: Callable[..., Ended], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """There is no file of candidates, and the name is what is refused."""
    ended = command("remedy", "none.csv", "--out", "out", *words)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_seller_s_card(command: Callable[..., Ended], world: Path) -> None:
    """A rural shop sees its funnel, what holds it back, and what no seller can change."""
    ended = command(
        *("scorecard", "c.csv", *WORDS, "--attribute", "locality", "--seller", "s3"),
        *("--neutral", "county=0", "--out", "card"),
    )
    assert ended.exit_code == 0, ended.stderr
    told = json.loads((world / "card" / "scorecard.json").read_text(encoding="utf-8"))
    assert told["seller"] == "s3"
    assert told["location"] > 0
    names = [one["feature"] for one in told["card"]["features"]]
    assert names == ["quality", "rating", "reviews"], "county is not in its hands"
    assert all(one["gain"] >= 0 for one in told["card"]["features"])
    steps = {one["name"]: one["amount"] for one in told["card"]["steps"]}
    rows = (world / "c.csv").read_text(encoding="utf-8").splitlines()
    assert steps["candidates"] == sum(",s3," in row for row in rows)
    for lang in ("en", "zh"):
        assert "s3" in (world / "card" / f"scorecard.{lang}.html").read_text(encoding="utf-8")
    wrong = command(
        *("scorecard", "c.csv", *WORDS, "--attribute", "locality", "--seller", "s333"),
        *("--out", "other"),
    )
    assert wrong.exit_code == 2
    assert "s33" in wrong.stderr


def test_the_documented_county_co_operatives(command: Callable[..., Ended], tmp_path: Path) -> None:
    """Micro rural sellers of the sample's eight counties pool, each county named on the page."""
    candidates.write(tmp_path / "sample", requests=20)
    for typed in ("rural × micro", "rural*micro"):
        ended = command(
            *("remedy", "sample/candidates.csv", "--model", "sample/rule-history.toml"),
            *("--sellers", "sample/sellers.csv", "--attribute", "locality*size"),
            *("--standard", "size=CN-NBS-2017", "--group", typed, "--coop", "county"),
            *("--patronage", "0.6", "--what", "floor", "--out", "out", "--force", "-q"),
        )
        assert ended.exit_code == 0, ended.stderr
    told = json.loads((tmp_path / "out" / "remedy.json").read_text(encoding="utf-8"))["coop"]
    assert told["names"] == [f"样例市{sign}禾县" for sign in candidates.COUNTY_SIGNS]
    with (tmp_path / "sample" / "sellers.csv").open(encoding="utf-8") as file:
        rural = [one for one in csv.DictReader(file) if one["locality"] == "rural"]
    for name, store in zip(told["names"], told["pooling"]["storefronts"], strict=True):
        assert store["sellers"] <= sum(one["address"] == name for one in rural)
    page = (tmp_path / "out" / "remedy.zh.html").read_text(encoding="utf-8")
    assert "样例市东禾县" in page


def test_the_terminal_says_what_was_left_out(command: Callable[..., Ended], world: Path) -> None:
    """A candidate that stands twice with two values is said beside the figures."""
    rows = (world / "c.csv").read_text(encoding="utf-8").splitlines()
    first = rows[1].split(",")
    first[3] = "9.5"
    (world / "c.csv").write_text("\n".join([*rows, ",".join(first)]), encoding="utf-8")
    ended = command("remedy", "c.csv", *WORDS, "--attribute", "locality", "--what", "boost")
    assert ended.exit_code == 0, ended.stderr
    told = " ".join(ended.stdout.split())
    assert "do not say the same in quality (sets of such rows: 1)" in told

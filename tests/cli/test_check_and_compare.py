"""``audit replay``, ``check`` and ``compare`` as an engineer runs them: statuses and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from .conftest import audit_the_sample, inside, outside

if TYPE_CHECKING:
    from .conftest import Ended

SCHEMA = Path(__file__).parents[1] / "reports" / "verdicts" / "junit.xsd"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write candidates of 60 sellers, two rules of ranking and a gate."""
    place = tmp_path_factory.mktemp("ranker")
    rng = np.random.default_rng(6)
    rows = []
    for request in range(120):
        for n in rng.choice(120, 15, replace=False):
            seller = int(n) % 60
            rows.append(
                (
                    *(f"q{request}", f"l{n}", f"s{seller}"),
                    *("rural" if seller < 24 else "urban", float(seller < 24)),
                    *(float(rng.normal()), int(rng.integers(0, 3))),
                )
            )
    names = ["request", "listing", "seller", "locality", "is_rural", "fit", "relevance"]
    pd.DataFrame(rows, columns=names).to_csv(place / "candidates.csv", index=False)
    (place / "fair.toml").write_text("[weights]\nfit = 1.0\n", encoding="utf-8")
    (place / "unfair.toml").write_text("[weights]\nfit = 1.0\nis_rural = -2.0\n", encoding="utf-8")
    (place / "audit.toml").write_text(GATE, encoding="utf-8")
    return place


GATE = """
permutations = 199
[attributes]
locality = "locality"

[[gate.rules]]
id = "rural"
rule = 'exposure_ratio[group="rural"] >= 0.8'
"""
WAIVER = """
[[gate.waivers]]
rule = "rural"
reason = "trial"
owner = "ranking team"
expires = 2026-12-31
"""


def checking(model: str, *words: str) -> tuple[str, ...]:
    """Give the words that hold a model against the gate."""
    return ("check", "candidates.csv", "--model", model, "-c", "audit.toml", *words)


def check(project: Path, model: str, *words: str) -> Ended:
    """Hold a model against the gate."""
    return inside(project, *checking(model, *words))


def test_pass_and_breach(project: Path) -> None:
    """The fair rule passes with 0, the unfair one breaches with 1, and JUnit says so."""
    told = checking("fair.toml", "--format", "text", "--format", "junit=good.xml")
    good = outside(project, *told)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("Kept: rural")
    bad = outside(project, *checking("unfair.toml", "--format", "junit", "--lang", "en"))
    assert bad.returncode == 1
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for junit, failures in ((project / "good.xml").read_bytes(), "0"), (bad.stdout.encode(), "1"):
        root = etree.fromstring(junit)
        schema.assertValid(root)
        assert root.get("failures") == failures


def test_the_same_again(project: Path) -> None:
    """The same model and data give the same verdict to the last digit, in another process too."""
    told = checking("unfair.toml", "--format", "json")
    one, two = inside(project, *told).stdout, outside(project, *told).stdout
    assert one == two
    assert json.loads(one)["verdicts"][0]["outcome"] == "breach"


def test_inconclusive_is_its_own_status(project: Path) -> None:
    """A bound inside the interval is 0, and 4 where inconclusive is to fail."""
    found = json.loads(check(project, "fair.toml", "--format", "json").stdout)["verdicts"][0][
        "found"
    ]
    bound = round((found["low"] + found["high"]) / 2, 3)
    rule = f'exposure_ratio[group="rural"] >= {bound}'
    words = ("check", "candidates.csv", "--model", "fair.toml", "--attribute", "locality")
    assert inside(project, *words, "--rule", rule).exit_code == 0
    done = inside(project, *words, "--rule", rule, "--fail-on", "inconclusive")
    assert done.exit_code == 4
    assert done.stdout.startswith("Inconclusive")


@pytest.mark.parametrize(("today", "status"), [("2026-12-31", 0), ("2027-01-01", 1)])
def test_waivers(project: Path, tmp_path: Path, today: str, status: int) -> None:
    """A waiver holds until its day is over."""
    (tmp_path / "audit.toml").write_text(GATE + WAIVER, encoding="utf-8")
    done = check(project, "unfair.toml", "-c", str(tmp_path / "audit.toml"), "--today", today)
    assert done.exit_code == status
    assert ("Waived: rural" in done.stdout) == (status == 0)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--rule", "exposure_ratio == 1"), 2, "character 16"),
        (("--format", "yaml"), 2, "no format called yaml"),
        (("--fail-on", "never"), 2, "never"),
        (("--today", "tomorrow"), 2, "no date"),
        (("--baseline", "nothing.json"), 2, "nothing.json"),
        (("--format", "json", "--format", "github"), 2, "--output"),
        (("--output", "junit=x.xml"), 2, "--format"),
        (("--rule", "exposure_rato >= 0.1"), 2, "exposure_ratio"),
        (("--rule", 'exposure_ratio[group="rural"] >= baseline'), 3, ""),
    ],
)
def test_wrong_commands(project: Path, words: tuple[str, ...], status: int, said: str) -> None:
    """A wrong command ends in 2 with its reason; a rule without a figure is no pass."""
    done = check(project, "fair.toml", *words)
    assert done.exit_code == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_data_that_are_not_there(project: Path, tmp_path: Path) -> None:
    """Data without the model's feature end in 3, with the columns there are."""
    (tmp_path / "c.csv").write_text("request,listing,seller,locality\na,x,s,rural\n")
    done = inside(
        project, "check", str(tmp_path / "c.csv"), "--model", "fair.toml", "-c", "audit.toml"
    )
    assert done.exit_code == 3
    assert "fit" in done.stderr


def test_worsening(project: Path) -> None:
    """Results kept as a baseline: the same model is not worse, the unfair one is."""
    rule = 'exposure_ratio[group="rural"] >= baseline - 0.05'
    kept = check(project, "fair.toml", "--save", "before.json")
    assert kept.exit_code == 0
    words = ("--baseline", "before.json", "--rule", rule, "--format", "json")
    same = json.loads(check(project, "fair.toml", *words).stdout)["verdicts"][1]
    worse = json.loads(check(project, "unfair.toml", *words).stdout)["verdicts"][1]
    assert same["outcome"] == "pass"  # nothing moved: there is no noise between them
    assert worse["outcome"] == "breach"


def test_results_and_logs_can_be_checked(project: Path) -> None:
    """The gate takes results.json, and a ranked log, as well as a model."""
    words = ("-o", "out", "--save-log", "ranked.parquet", "-q", "--lang", "en")
    done = inside(project, "replay", "unfair.toml", "candidates.csv", "-c", "audit.toml", *words)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    page = (project / "out" / "report.en.html").read_text(encoding="utf-8")
    assert "The ranking model" in page
    once_more = ("--log-only", "--save-log", "ranked.parquet", "--map", "relevance=relevance")
    again = ("replay", "unfair.toml", "candidates.csv", "-c", "audit.toml", *once_more)
    assert inside(project, *again).exit_code == 2  # the log is there
    assert inside(project, *again, "--force").exit_code == 0
    for data in ("out/results.json", "ranked.parquet"):
        assert inside(project, "check", data, "-c", "audit.toml").exit_code == 1


def test_compare(project: Path) -> None:
    """Taking the location out of the rule gives rural sellers more, paired by request."""
    words = ("--candidates", "candidates.csv", "-c", "audit.toml")
    done = outside(project, "compare", "unfair.toml", "fair.toml", *words, "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["paired_by"] == "requests"
    (group,) = told["groups"]
    browsing, change = group["changes"][0]
    assert browsing == "dcg"
    assert change["interval"]["low"] > 1.2
    assert group["moved"]["gain"] == group["moved"]["sellers"] == 24
    same = json.loads(inside(project, "compare", "fair.toml", "fair.toml", *words, "--json").stdout)
    assert same["groups"][0]["changes"][0][1]["interval"]["low"] == 1.0
    assert same["quality"][2] == 0.0


def test_a_feature_made_equal(project: Path) -> None:
    """With is_rural the same for all, the unfair rule orders as the fair one does."""
    words = ("--candidates", "candidates.csv", "-c", "audit.toml", "--json")
    told = [
        json.loads(inside(project, "compare", "unfair.toml", model, *more, *words).stdout)
        for model, more in (("unfair.toml", ("--set", "is_rural=0")), ("fair.toml", ()))
    ]
    assert told[0]["groups"] == told[1]["groups"]
    done = inside(project, "compare", "fair.toml", "fair.toml", "--set", "is_rural=0", *words)
    assert (done.exit_code, "is_rural" in done.stderr) == (2, True)


def test_arms(project: Path, tmp_path: Path) -> None:
    """An A/B log is compared by its column arm; an arm that is not there is told."""
    parts = []
    for arm, model in (("a", "unfair.toml"), ("b", "fair.toml")):
        log = tmp_path / f"{arm}.parquet"
        words = ("-o", str(tmp_path / arm), "--save-log", str(log), "-q", "--lang", "en")
        ended = inside(project, "replay", model, "candidates.csv", "-c", "audit.toml", *words)
        assert ended.exit_code == 0
        rows = pd.read_parquet(log)
        parts.append(rows[rows["request"].str[1:].astype(int) % 2 == (arm == "b")].assign(arm=arm))
    pd.concat(parts).to_parquet(tmp_path / "ab.parquet", index=False)
    asked = ("--log", str(tmp_path / "ab.parquet"), "-c", "audit.toml", "--json")
    told = json.loads(inside(project, "compare", "a", "b", *asked).stdout)
    assert told["paired_by"] == "sellers"
    assert told["groups"][0]["changes"][0][1]["interval"]["low"] > 1.2
    done = inside(project, "compare", "a", "c", *asked)
    assert (done.exit_code, "arm c" in done.stderr) == (3, True)


def _log(place: Path, name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = ["搜索,名次,商品,店铺,所在地"]
    for request in range(60):
        order = np.argsort(rng.normal(size=60) + 0.6 * (np.arange(60) % 3 == 0))[:10]
        rows += [
            f"q{request},{n + 1},l{one},s{one},{'县域' if one % 3 == 0 else '市区'}"
            for n, one in enumerate(order.tolist())
        ]
    (place / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


HEADINGS = (
    *("--map", "request=搜索", "--map", "position=名次", "--map", "listing=商品"),
    *("--map", "seller=店铺", "--attribute", "locality=所在地", "--reference", "locality=市区"),
)


def test_logs_with_any_headings_are_compared(tmp_path: Path) -> None:
    """Two logs with Chinese headings: a log against itself changes nothing, another does."""
    _log(tmp_path, "a.csv", 1)
    _log(tmp_path, "b.csv", 2)
    same = inside(tmp_path, "compare", "a.csv", "a.csv", "--json", *HEADINGS)
    assert same.exit_code == 0, same.stderr
    (group,) = json.loads(same.stdout)["groups"]
    assert group["changes"][0][1]["interval"]["value"] == 1
    other = inside(tmp_path, "compare", "a.csv", "b.csv", "--json", *HEADINGS)
    (group,) = json.loads(other.stdout)["groups"]
    assert group["changes"][0][1]["interval"]["value"] != 1


def test_two_results_are_compared(tmp_path: Path) -> None:
    """Two results.json: the factor is the ratio of the ratios, and parity lies in its interval."""
    for name, seed in (("a", 1), ("b", 2)):
        _log(tmp_path, f"{name}.csv", seed)
        ended = inside(tmp_path, "run", f"{name}.csv", "--out", name, *HEADINGS)
        assert ended.exit_code == 0, ended.stderr
    ended = inside(tmp_path, "compare", "a/results.json", "b/results.json", "--json")
    assert ended.exit_code == 0, ended.stderr
    pairs = json.loads(ended.stdout)["pairs"]
    one = pairs[0]
    assert one["factor"]["value"] == pytest.approx(one["after"]["value"] / one["before"]["value"])
    assert one["factor"]["low"] < 1 < one["factor"]["high"]
    told = inside(tmp_path, "compare", "a/results.json", "b/results.json")
    assert "cannot be paired" in told.stdout
    bad = inside(tmp_path, "compare", "a/results.json", "none.json")
    assert bad.exit_code == 2


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Results without a common estimate are named by their folders where both have one name."""
    audit_the_sample(tmp_path)
    other = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    other["estimates"], other["findings"] = [], []
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "results.json").write_text(json.dumps(other), encoding="utf-8")
    ended = inside(tmp_path, "compare", "out/results.json", "b/results.json", "--lang", "zh")
    assert ended.exit_code == 3
    assert "out/results.json 与 b/results.json" in ended.stderr

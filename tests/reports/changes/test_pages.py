"""Pages on what would change: every word is there, in a real browser silent and narrow enough."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline.remedies.ask import RemedyAsk
from fairshelf.audits.pipeline.remedies.run import remedies
from fairshelf.audits.pipeline.replay import ModelAsk
from fairshelf.audits.pipeline.scorecard import seller_card
from fairshelf.audits.pipeline.whatif import WhatIfAsk, whatif
from fairshelf.reports.changes import remedy, scorecard
from fairshelf.reports.changes import whatif as whatif_page
from fairshelf.reports.changes.console import summary
from fairshelf.reports.changes.page import Page, render
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

PARTIES = """
[[parties]]
id = "platform"
kind = "platform"
max_utility_loss = 0.001
remedies = ["floor", "quota"]
name = { zh = "平台", en = "The platform" }
losing = { more_than = 0.05, at_most = 0.1 }

[[parties]]
id = "coop"
kind = "coop"
bounds = [0.95, 1.05]
baselines = ["catalogue", "sellers"]
name = { zh = "合作社", en = "The co-operative" }
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Callable[[Words], Page]]:
    """Give the pages of a what-if, of every remedy, and of a scorecard."""
    place = tmp_path_factory.mktemp("pages")
    rng = np.random.default_rng(4)
    quality = rng.normal(size=120)
    lines = [
        "request,listing,seller,locality,quality,rating,reviews,county,kind,relevance,sponsored"
    ]
    for request in range(50):
        for n in rng.choice(120, 12, replace=False):
            seller = int(n) % 60
            rural = seller < 24
            lines.append(
                f"q{request},l{n},s{seller},{'县域' if rural else '市区'},{quality[n]:.4f},"
                f"{4 + seller % 10 / 10:.1f},{n % 9},{int(rural)},{'abc'[n % 3]},"
                f"{max(quality[n] + 2, 0):.4f},{int(n % 11 == 0)}"
            )
    (place / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    (place / "parties.toml").write_text(PARTIES, encoding="utf-8")
    (place / "rule.toml").write_text(
        "[weights]\nquality = 1.0\nrating = 0.5\nreviews = 0.1\ncounty = -1.0\n"
        '[levels.kind]\na = 0.3\n"*" = 0.0\n',
        encoding="utf-8",
    )
    settings = load(None, {"attributes": {"locality": None}, "reference": {"locality": "市区"}})
    model, files = ModelAsk(str(place / "rule.toml"), shown=10), [str(place / "c.csv")]
    asked = WhatIfAsk(((("county", "0"),),), ((("kind", "b"), ("county", "1")),))
    told = whatif(model, asked, files, None, settings)
    ask = RemedyAsk(
        what=("floor", "quota", "fa_ir", "boost", "fairco", "explore", "ad_load", "own_boost",
              "neutral", "merit", "lottery"),
        strengths={"merit": (0.05,), "lottery": (1.0,)},
        target=0.9,
        neutral=(("county", "0"),),
        fresh=("reviews", 3.0),
        own=("county", 0.1),
        lift=("quality", "reviews"),
        coop="group",
        patronage=0.6,
        levy=0.2,
        levy_rule="by_coop",
        horizon=True,
        stakeholders=place / "parties.toml",
    )  # fmt: skip
    done = remedies(model, ask, files, None, settings)
    card = seller_card(model, "s3", (("county", "0"),), files, None, settings)
    return {
        "whatif": lambda words: whatif_page.page(told, words),
        "remedy": lambda words: remedy.page(done, words),
        "scorecard": lambda words: scorecard.page(card, words),
    }


NAMES = ("whatif", "remedy", "scorecard")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_there(
    pages: dict[str, Callable[[Words], Page]], name: str, lang: str
) -> None:
    """Page and summary are written without one missing sentence or fact, within 80 columns."""
    from rich.cells import cell_len
    from rich.console import Console

    words = Words(lang, strict=True)
    page = pages[name](words)
    text = render(page, words)
    assert text.count("<section") == len(page.sections) + 3
    assert "nan" not in text.split("</style>")[1].lower().replace("finance", "")
    out = io.StringIO()
    Console(width=80, file=out).print(summary(page, words, "out"))
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 80


@pytest.mark.chromium
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_and_the_width_of_a_phone(
    browser: Browser,
    pages: dict[str, Callable[[Words], Page]],
    name: str,
    lang: str,
    tmp_path: Path,
) -> None:
    """No accessibility fault, no request to anywhere, nothing wider than a phone."""
    from axe_playwright_python.sync_playwright import Axe

    words = Words(lang)
    file = tmp_path / "page.html"
    file.write_text(render(pages[name](words), words), encoding="utf-8")
    page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri(), wait_until="networkidle")
    assert asked == [file.as_uri()]
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


WRAPPED = """() => [...document.querySelectorAll('.n .sub')]
    .filter(e => / (至|to) /.test(e.textContent))
    .filter(e => e.offsetHeight > 1.6 * parseFloat(getComputedStyle(e).lineHeight))
    .map(e => e.textContent)"""


@pytest.mark.chromium
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_an_interval_stands_on_one_line(
    browser: Browser,
    pages: dict[str, Callable[[Words], Page]],
    name: str,
    lang: str,
    tmp_path: Path,
) -> None:
    """From 736 pixels on no interval is broken in two; at 360 nothing is wider than the screen."""
    words = Words(lang)
    file = tmp_path / "page.html"
    file.write_text(render(pages[name](words), words), encoding="utf-8")
    page = browser.new_context().new_page()
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (736, 900, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WRAPPED) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 360, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def test_groups_called_yes_and_no_are_named_by_their_attribute(tmp_path: Path) -> None:
    """Levels 是 and 否 of a where-column make a page; they are named with what they answer."""
    lines = ["request,listing,seller,本地,county,relevance"]
    for request in range(12):
        for n in range(24):
            local = "是" if n % 2 else "否"
            worth = (7 * n + request) % 5
            lines.append(f"q{request},l{n},s{n},{local},{n % 2},{worth}")
    (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "rule.toml").write_text("[weights]\nrelevance = 1.0\ncounty = -1.0\n", "utf-8")
    settings = load(None, {"attributes": {"locality": "本地"}, "reference": {"locality": "否"}})
    asked = WhatIfAsk(((("county", "0"),),), (), blind=False)
    told = whatif(
        ModelAsk(str(tmp_path / "rule.toml")), asked, [str(tmp_path / "c.csv")], None, settings
    )
    page = whatif_page.page(told, Words("zh", strict=True))
    assert "“地区类型：是”卖家" in page.lead[0]


@pytest.mark.parametrize(("lang", "end"), [("en", " to "), ("zh", " 至 ")])
def test_a_sentence_and_its_table_round_alike(
    pages: dict[str, Callable[[Words], Page]], lang: str, end: str
) -> None:
    """Places moved are rounded once: both ends in the sentence stand in the table, but for sign."""
    page = pages["whatif"](Words(lang, strict=True))
    cell = page.sections[0].tables[0].rows[0][1]
    places, ends = cell.text.strip("-"), [one.strip("-") for one in cell.sub.split(end)]
    assert all(one in page.lead[0] for one in (places, *ends))


def test_a_scorecard_without_a_model_says_what_it_takes(tmp_path: Path) -> None:
    """Of an observed order no feature is told to hold a shop back; how to ask a model is."""
    lines = ["request,position,listing,seller,locality"]
    for request in range(12):
        places = ("县域" if n % 2 else "市区" for n in range(24))
        lines += [f"q{request},{n + 1},l{n},s{n},{place}" for n, place in enumerate(places)]
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    settings = load(None, {"attributes": {"locality": None}, "reference": {"locality": "市区"}})
    told = seller_card(None, "s3", (), [str(tmp_path / "log.csv")], None, settings)
    page = scorecard.page(told, Words("zh", strict=True))
    assert any("audit fit" in one for section in page.sections for one in section.sentences)

"""The page of a fit in a real browser: silent, accessible, narrow enough."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import load
from fairshelf.audits.pipeline.fit import FitAsk, fit
from fairshelf.reports.fitting.console import summary
from fairshelf.reports.fitting.html import render

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from fairshelf.audits.pipeline.fit import Fit


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """Give a fit with numbers, words, a group and every kind of verdict."""
    rng = np.random.default_rng(0)
    lines = ["request,position,listing,seller,locality,price,rating,kind"]
    price, kind = np.exp(4 + rng.standard_normal(200)), rng.choice(list("abc"), 200)
    rating = np.where(rng.random(200) < 0.2, 0.0, rng.uniform(4, 5, 200))
    for request in range(60):
        chosen = rng.choice(200, 20, replace=False)
        score = 0.8 * np.log(price[chosen]) - (chosen % 3 == 0) + rng.gumbel(size=20)
        lines += [
            f"q{request},{place + 1},l{one},s{one},{'县域' if one % 3 == 0 else '城区'},"
            f"{price[one]:.1f},{rating[one]:.1f},{kind[one]}"
            for place, one in enumerate(chosen[np.argsort(-score)])
        ]
    log = tmp_path_factory.mktemp("fit") / "log.csv"
    log.write_text("\n".join(lines), encoding="utf-8")
    ask = FitAsk(
        features=dict.fromkeys(("price", "rating", "kind"), False), disclosed=("rating", "speed")
    )
    return fit([str(log)], None, None, ask, load(None, {"attributes": {"locality": None}})).record


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_is_there(record: Fit, lang: str) -> None:
    """Page and summary are written without one missing sentence or fact, within 80 columns."""
    from rich.cells import cell_len
    from rich.console import Console

    assert render(record, lang, strict=True).count("<section") == 6
    out = io.StringIO()
    Console(width=80, file=out).print(summary(record, lang, "out", strict=True))
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 80


@pytest.mark.chromium
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_and_the_width_of_a_phone(
    browser: Browser, record: Fit, lang: str, tmp_path: Path
) -> None:
    """Axe finds nothing, nothing is asked for, and nothing reaches beyond 390 pixels."""
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "fit.html"
    file.write_text(render(record, lang), encoding="utf-8")
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

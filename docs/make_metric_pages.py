"""Write docs/metrics/: one page a metric, from the glossary's words and the case worked by hand.

    python docs/make_metric_pages.py [FOLDER]

A test holds the pages against what this writes.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from fairshelf.audits.metrics import CATALOGUE
from fairshelf.reports.explain import told
from fairshelf.reports.wording import LANGUAGES, Words

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "cases" / "metrics"
TITLES = {"en": "In English", "zh": "中文"}


def pages() -> dict[str, str]:
    """Give every page by its file name, the list of metrics as ``README.md``."""
    written = {f"{metric.name}.md": page(metric.name) for metric in CATALOGUE}
    return {"README.md": _list(), **written}


def page(name: str) -> str:
    """Give the page of one metric, in English and Chinese."""
    metric = next(one for one in CATALOGUE if one.name == name)
    case = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))
    lines = [f"# {metric.code} `{name}`", ""]
    for lang in LANGUAGES:
        words = Words(lang)
        lines += [f"## {TITLES[lang]}: {_plain(words.label('metric', name))}", ""]
        for head, text in told(metric, words):
            lines.append(f"- **{head.strip()}** {_marked(text)}")
        lines.append("")
    lines += ["## A case worked by hand / 手算示例", "", case["what"], "", case["what_zh"], ""]
    lines += ["```text", case["working"].strip(), "```", ""]
    lines.append(f"From `tests/cases/metrics/{name}.toml`, which the tests recompute.")
    return "\n".join(lines) + "\n"


def _list() -> str:
    english, chinese = Words("en"), Words("zh")
    lines = [
        "# The metrics, a page each",
        "",
        "Written by `python docs/make_metric_pages.py` from the words of `audit explain`.",
        "",
        "| code | name | in English | 中文 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {metric.code} | [`{metric.name}`]({metric.name}.md) "
        f"| {_plain(english.label('metric', metric.name))} "
        f"| {_plain(chinese.label('metric', metric.name))} |"
        for metric in CATALOGUE
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.replace("\u00ad", "")


def _marked(text: str) -> str:
    """Keep Markdown from reading a formula as emphasis."""
    return f"`{text}`" if any(sign in text for sign in "_*|[") else text


def main() -> None:
    """Write the pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "metrics"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

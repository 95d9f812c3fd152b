"""What the papers tell the reader to type is understood by the command of today."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from fairshelf.cli.app import command

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAPERS = sorted(
    [
        *(ROOT / f"{name}.md" for name in ("README", "README.zh", "CONTRIBUTING")),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "examples").glob("*/*.md"),
        ROOT / "sample_data" / "README.md",
        *ROOT.glob("benchmarks/*.md"),
    ]
)
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"(?:^    .*\n?)+", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`(audit [^`]+)`(?!`)")
TYPED = re.compile(
    r"^\s*(?:(?:- |\$ |time |script: '|run: )+)?(?:[\w./]*/)?(audit .*)", re.MULTILINE
)
"""A command at the start of a line, after a prompt, or as a build server is told it."""
ENDS = re.compile(r"\s(?:&&|\||>|;)\s|\s#\s|'\)$|\s{3,}\S*[一-鿿A-Z(]")
"""Where a command ends on its line: a pipe, a file, a remark."""


def _commands(text: str) -> Iterator[str]:
    """Give every ``audit ...`` of blocks, indented lines and sentences, continued lines whole."""
    whole = text.replace("\\\n", " ")
    for place in (*BLOCK.findall(whole), *INDENTED.findall(BLOCK.sub("", whole))):
        for line in TYPED.findall(place):
            yield from (part for part in re.split(r"&&\s*", line) if part.startswith("audit"))
    yield from INLINE.findall(whole)


def _words(line: str) -> list[str] | None:
    """Split a command as a shell does; None where a sentence only names it."""
    told = ENDS.split(line, maxsplit=1)[0]
    words = shlex.split(told)[1:]
    return None if not words or "..." in words or "…" in words else words


def _problems(line: str, root: Any) -> list[str]:  # noqa: ANN401 - a command of typer has no public type
    """Name the command or the options that there are not."""
    words = _words(line)
    if words is None:
        return []
    with root.make_context("audit", ["explain"], resilient_parsing=True) as context:
        asked = root if words[0].startswith("-") else root.get_command(context, words[0])
        if asked is None:
            return [f"{words[0]}: {line}"]
        known = {name for one in asked.get_params(context) for name in one.opts}
    typed = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return [f"{word}: {line}" for word in typed if word not in known and ":" not in word]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_commands_and_options_are_there(paper: Path) -> None:
    """Each command that a paper tells to type is one of ``audit``, with options that it has."""
    root = command("en")
    lines = list(_commands(paper.read_text(encoding="utf-8")))
    assert [told for line in lines for told in _problems(line, root)] == []


def test_the_commands_of_the_papers_are_seen() -> None:
    """The first pages hold fifteen commands and more, in either language the same number."""
    told = [
        len([line for line in _commands((ROOT / name).read_text(encoding="utf-8")) if _words(line)])
        for name in ("README.md", "README.zh.md")
    ]
    assert min(told) > 15


def test_what_is_not_there_is_seen() -> None:
    """A command or option that does not exist is told, in a block, a line and a sentence."""
    text = "```console\n$ audit runn LOG\n```\n\n    audit run LOG --outt x\n\nas `audit run -z`\n"
    root = command("en")
    found = [told for line in _commands(text) for told in _problems(line, root)]
    assert [told.partition(":")[0] for told in found] == ["runn", "--outt", "-z"]


@pytest.mark.parametrize("page", ["ci.md", "ci.zh.md"])
def test_build_servers_are_told_what_is_there(page: str) -> None:
    """What the page gives to build servers names inputs, a hook and reports that there are."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    github, gitlab, hooks = (
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    )
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = [one for one in github if "fairshelf" in one.get("uses", "")]
    assert set(step["with"]) <= set(action["inputs"])
    assert "sarif" in action["outputs"]
    written = " ".join(gitlab["fairness"]["script"])
    assert all(name in written for name in gitlab["fairness"]["artifacts"]["reports"].values())
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hooks[0]["hooks"][0]["id"] in {one["id"] for one in offered}
    (jenkins,) = re.findall(r"```groovy\n(.*?)```", text, re.DOTALL)
    assert jenkins.count("gate.xml") == 2
    assert jenkins.count("{") == jenkins.count("}")
    assert "status == 4" in jenkins


@pytest.mark.parametrize("page", ["ci.md", "ci.zh.md"])
def test_the_python_of_the_page_runs(page: str) -> None:
    """The test and the scorer on the page run as they stand, on a ranking that is fair."""
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import GroupKFold, cross_validate

    from fairshelf.testing import audit_frame

    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    testing, scoring = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (group, reference) = re.findall(r'contrast=\("(\w+)", "(\w+)"\)', scoring)[0]
    rng = np.random.default_rng(4)
    drawn = np.concatenate([rng.permutation(60)[:20] for _ in range(100)])
    rows = pd.DataFrame(
        {
            "request": [f"q{n // 20}" for n in range(len(drawn))],
            "position": np.tile(np.arange(1, 21), 100),
            "listing": [f"l{n}" for n in drawn],
            "seller": [f"s{n}" for n in drawn],
        }
    )
    sellers = pd.DataFrame(
        {"seller": [f"s{n}" for n in range(60)], "locality": [reference, group] * 30}
    )
    told: dict[str, Any] = {"ranking": rows, "sellers": sellers}
    exec(testing, told)  # noqa: S102 - our own page
    told["test_rural_shops_are_seen"](audit_frame)
    context = rows.merge(sellers, on="seller")
    features = pd.DataFrame({"x": rng.normal(size=len(context))}, index=context.index)
    told = {"context": context, "X": features, "y": rng.normal(size=len(context))}
    told |= {"model": LinearRegression(), "GroupKFold": GroupKFold}
    scores = {}
    told["cross_validate"] = lambda *words, **more: scores.update(cross_validate(*words, **more))
    exec(scoring, told)  # noqa: S102 - our own page
    assert len(scores["test_exposure"]) == 5
    assert (scores["test_exposure"] > 0).all()

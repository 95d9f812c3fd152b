"""The subcommands of ``audit``: where each stands, its line in the help, and it when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

from fairshelf.cli import terminal
from fairshelf.cli.help import chinese, name_values, speak_chinese

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTED = (
    ("run", "run", "Audit a log: who is shown, how high, and what equal treatment would be."),
    ("merge", "merge", "Add up saved tallies of several days or shops into one."),
    ("replay", "replay", "Rank candidate sets by a model and audit the exposure it would give."),
    (
        "check",
        "check",
        "Hold results, a log or a model against rules; the exit status says whether they are kept.",
    ),
    (
        "compare",
        "compare",
        (
            "Compare two orders: the change of every exposure ratio, who gains, who loses, and "
            "quality."
        ),
    ),
    (
        "whatif",
        "whatif",
        "Ask a model what it would do with a feature set otherwise, or without the location.",
    ),
    (
        "remedy",
        "remedy",
        "Work out what remedies would change: rules, pooling, training, sharing, and their price.",
    ),
    (
        "scorecard",
        "scorecard",
        "Show one seller what becomes of its listings, and what holds them back.",
    ),
    (
        "offpolicy",
        "offpolicy",
        "Estimate what another policy would have earned, by inverse propensity weighting.",
    ),
    (
        "report",
        "report",
        "Write the report again, for other readers or in another language, without the data.",
    ),
    (
        "bundle",
        "bundle",
        "Bundle an audit as evidence: a zip for everyone, a sealed one for the authority.",
    ),
    (
        "verify",
        "bundle",
        "Check a bundle: nothing changed, added or missing; pages say what the results say.",
    ),
    ("keygen", "bundle", "Make a key pair to sign bundles with."),
    (
        "pseudonymise",
        "pseudonymise",
        "Replace identifiers by keyed pseudonyms and leave out titles and the like.",
    ),
    ("plan", "plan", "Freeze question, groups, metrics and bounds before the data are seen."),
    ("request", "request", "Write the letter that asks a platform or an authority for a log."),
    ("fit", "fit", "Fit a model to observed orders, to show what a ranking rewards."),
    (
        "gap",
        "gap",
        "Compare how often something happens between groups, with other things held equal.",
    ),
    (
        "inspect",
        "inspect",
        "Show how files are read, which column is which, and what audit they can support.",
    ),
    ("init", "init", "Write an audit.toml with every setting, its default and what it does."),
    (
        "explain",
        "explain",
        "Explain a metric: what it says, its formula, its range and its source.",
    ),
    ("demo", "demo", "Audit the sample platform and hold what is found against what was planted."),
    (
        "schema",
        "schema",
        "Print the JSON Schema of results.json, or of what audit check --format json writes.",
    ),
)
"""In the order of the help: name, module, and the first sentence of what the function says."""

_MODULES = {name: module for name, module, _ in LISTED}


class Commands(Mapping[str, Any]):
    """The subcommands by name, each imported and built when it is first taken.

    Going over ``items()`` or ``values()`` builds them all; names alone import nothing.

    Attributes
    ----------
    lang
        The language of the help, ``en`` or ``zh``.
    """

    def __init__(self, lang: str = "en") -> None:
        """Begin with none of them built."""
        self.lang = lang
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - typer keeps its commands' type to itself
        """Give a subcommand."""
        if name not in self._built:
            self._built[name] = _built(name, _MODULES[name], self.lang)
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a subcommand of this name."""
        return name in _MODULES

    def __iter__(self) -> Iterator[str]:
        """Go over the names."""
        return iter(_MODULES)

    def __len__(self) -> int:
        """Count them."""
        return len(_MODULES)

    def lines(self) -> list[tuple[str, str]]:
        """Give each name with its line in the help."""
        if self.lang == "zh":
            return [(name, chinese()[name]["about"]) for name in self]
        return [(name, about) for name, _, about in LISTED]


def _built(name: str, module: str, lang: str) -> Any:  # noqa: ANN401 - as above
    """Import one subcommand and build it as typer would, its help in a language."""
    function = getattr(import_module(f"fairshelf.cli.{module}"), name)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name)(terminal.guarded(function))
    built = typer.main.get_command(alone)
    name_values(name, built, lang)
    if lang == "zh":
        speak_chinese(name, built)
    return built

"""From what was typed to a model that gives scores."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError
from fairshelf.audits.rankers.loading import asked, linear
from fairshelf.audits.rankers.loading.content import SUFFIXES, read_model, recognise
from fairshelf.audits.rankers.loading.onnx import onnx
from fairshelf.audits.rankers.loading.outputs import features_of
from fairshelf.audits.rankers.loading.sklearn import skops
from fairshelf.audits.rankers.loading.trees import lightgbm, xgboost
from fairshelf.audits.rankers.records import Ranker
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def load_ranker(
    model: str,
    *,
    features: Sequence[str] | None = None,
    trust: Sequence[str] = (),
    trust_code: bool = False,
    output: str | None = None,
    at_once: bool = True,
) -> Ranker:
    """Open a ranking model.

    Parameters
    ----------
    model
        A file (ONNX, LightGBM text, XGBoost JSON or UBJSON, skops, a linear rule in TOML or
        JSON), ``column:NAME`` or ``-column:NAME``, ``command:PROGRAM ARGS``,
        ``http://127.0.0.1:PORT/PATH``, or ``module:function``.
    features
        The columns the model reads, where it does not name them itself.
    trust
        Types in a skops file that are allowed beyond scikit-learn's own.
    trust_code
        Whether ``module:function`` may run.
    output
        The output of an ONNX model that is the score, or the class of a scikit-learn one.
    at_once
        Whether a LightGBM model is waited for; else it is opened beside what is done meanwhile,
        and a damaged one is told with the first scores.

    Raises
    ------
    UsageError, DataError
        ``model_...``: what keeps the model from being asked. No code in a file is ever run:
        pickles are refused, and files of other kinds are data to the libraries that read them.
    """
    head, _, rest = model.partition(":")
    if head in ("column", "-column") and rest:
        return asked.column(rest, ascending=head.startswith("-"))
    if head == "command":
        return asked.command(rest, features)
    if head in ("http", "https") and rest.startswith("//"):
        return asked.address(model, features)
    path = Path(model)
    if _FUNCTION.fullmatch(model) and not path.exists():
        return asked.function(model, features, trusted=trust_code)
    return _file(path, features, tuple(trust), output, at_once=at_once)


def _file(
    path: Path,
    features: Sequence[str] | None,
    trust: Sequence[str],
    output: str | None,
    *,
    at_once: bool,
) -> Ranker:
    content = read_model(path)
    name, digest = path.name, hashlib.sha256(content).hexdigest()
    kind, document = recognise(content, name)
    if kind == "linear":
        rule = linear.parse(document, name)
        told = features_of(rule.features, None, features, name)
        made = Ranker(
            kind="linear",
            name=name,
            sha256=digest,
            features=told,
            width=len(rule.features),
            score=lambda table: linear.scores(rule, table),
            library="fairshelf",
            version="",
            text=frozenset(rule.levels),
            levels={feature: tuple(words) for feature, words in rule.levels.items()},
        )
    elif kind == "lightgbm":
        made = lightgbm(content, name, digest, features, at_once=at_once)
    elif kind == "xgboost":
        made = xgboost(content, name, digest, features)
    elif kind == "skops":
        made = skops(content, name, digest, features, trust, output)
    else:
        made = onnx(content, name, digest, features, output)
    if made.features is None:
        raise UsageError("model_features_unnamed", model=name)
    if path.suffix.lower() not in SUFFIXES[kind]:
        facts: dict[str, str | int | float | bool | list[str] | list[int] | None]
        facts = {"model": name, "suffix": path.suffix or "-", "kind": kind}
        made = replace(made, notices=(*made.notices, Message("model_suffix", facts)))
    return made

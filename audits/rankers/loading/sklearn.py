"""scikit-learn estimators and pipelines, kept by skops: only types that are trusted are built."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.rankers.loading.classes import chosen, of_class
from fairshelf.audits.rankers.loading.needs import need, version
from fairshelf.audits.rankers.loading.outputs import features_of, matrix, one_score, unanswered
from fairshelf.audits.rankers.records import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

DTYPE = "numpy.dtype"
"""What skops calls the type of NumPy's dtypes."""


def skops(
    content: bytes,
    name: str,
    digest: str,
    given: Sequence[str] | None,
    trust: Sequence[str],
    output: str | None = None,
) -> Ranker:
    """Open a scikit-learn model that skops wrote.

    The score is the probability of the positive class where there is one, else the decision
    function, else the prediction.

    Parameters
    ----------
    trust
        Types beyond scikit-learn's own that the user has looked at and allows.
    output
        The class to rank by, where the model tells classes apart.

    Raises
    ------
    UsageError
        ``model_untrusted``: the file holds other types; nothing of it was built.
        ``model_output_unknown``: it has no such class.
    DataError
        ``model_broken``; ``model_outputs``: the model gives no scores.
    """
    library = need("skops.io", "skops")
    try:
        found = set(library.get_untrusted_types(data=content))
        trusted = {*trust, *_harmless(content)}
    except Exception as error:
        raise _broken(name, error) from error
    unknown = sorted(found - trusted)
    if unknown:
        raise UsageError("model_untrusted", model=name, types=unknown, option=unknown[0])
    try:
        model = library.loads(content, trusted=sorted(found & trusted))
    except Exception as error:
        raise _broken(name, error) from error
    ask = next(
        (how for how in ("predict_proba", "decision_function", "predict") if hasattr(model, how)),
        None,
    )
    if ask is None:
        raise DataError("model_outputs", model=name, outputs=[type(model).__name__])
    named = getattr(model, "feature_names_in_", None)
    names = None if named is None else [str(one) for one in named]
    width = getattr(model, "n_features_in_", None)
    grades = list(getattr(model, "classes_", ()))
    place, said = chosen(grades, output, name)

    def score(table: pa.Table) -> NDArray[np.float64]:
        rows: Any = matrix(table) if names is None else table.to_pandas()
        try:
            told = getattr(model, ask)(rows)
        except Exception as error:
            raise unanswered(name, error) from error
        if place is not None and ask != "predict":
            told = of_class(told, place)
        return one_score(told, table.num_rows, name, grades)

    return Ranker(
        kind="skops",
        name=name,
        sha256=digest,
        features=features_of(names, width, given, name),
        width=None if width is None else int(width),
        score=score,
        library="scikit-learn",
        version=version("scikit-learn"),
        text=frozenset(_words(model)),
        notices=said,
        facts={"estimator": type(model).__name__},
    )


def _harmless(content: bytes) -> tuple[str, ...]:
    """Trust NumPy's dtype where a file holds it in no other way than skops writes one.

    Imputers and encoders keep the dtype they were fitted to. skops asks about the name and not
    about how it is used: as ``DTypeNode`` it is the dtype of an empty array, read without pickles;
    built in any other way it stays with the types that a user has to allow.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        left: list[Any] = [json.loads(archive.read("schema.json"))]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            named = (one.get("__module__"), one.get("__class__")) == ("numpy", "dtype")
            if named and one.get("__loader__") != "DTypeNode":
                return ()
            left += one.values()
        elif isinstance(one, list):
            left += one
    return (DTYPE,)


def _words(model: Any) -> list[str]:  # noqa: ANN401 - an estimator of any type
    """Name the columns that an encoder of the model has learnt words for."""
    told: list[str] = []
    for part in [model, *(step for _, step in getattr(model, "steps", ()))]:
        for _, encoder, columns in getattr(part, "transformers_", ()):
            for inner in [encoder, *(step for _, step in getattr(encoder, "steps", ()))]:
                known = getattr(inner, "categories_", ())
                told += [
                    str(column)
                    for column, values in zip(columns, known, strict=False)
                    if np.asarray(values).dtype.kind in "OUST"
                ]
    return told


def _broken(name: str, error: Exception) -> DataError:
    why = (str(error).splitlines() or [type(error).__name__])[0]
    return DataError("model_broken", model=name, kind="skops", why=why[:200])

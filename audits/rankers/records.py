"""What a loaded ranking model is to the rest of the engine: features in, scores out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from fairshelf.audits.results import Message

Kind = Literal[
    "onnx", "lightgbm", "xgboost", "skops", "linear", "column", "command", "http", "function"
]


@dataclass(frozen=True, slots=True)
class Ranker:
    """A model that scores listings: the higher the score, the higher the place.

    Attributes
    ----------
    kind
        What the model is, found by its content and not by its name.
    name
        The file's base name, or what was typed (``column:score``, ``module:function`` ...).
    sha256
        Digest of the model file; None where there is no file (a column, a command, an address).
    features
        Names of the columns the model reads, in its own order. None where the model only knows
        how many (``width``): the user must name them then.
    width
        Number of columns the model reads, where it says so.
    text
        Those of ``features`` that the model reads as text; all others are numbers (float64, NaN
        where a value is missing).
    score
        Takes a table with exactly the columns ``features``, in that order, n rows (numbers as
        float64, text as string); gives n scores as float64, NaN where the model gives none.
    library, version
        What computes the scores, for the record of how the numbers were made.
    levels
        Text feature -> the words the model has something to say about, where it tells.
    notices
        What must be said about the model (a suffix that lies, a class of several outputs ...).
    """

    kind: Kind
    name: str
    sha256: str | None
    features: tuple[str, ...] | None
    width: int | None
    score: Callable[[pa.Table], NDArray[np.float64]]
    library: str
    version: str
    text: frozenset[str] = frozenset()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()
    facts: dict[str, str | int | float] = field(default_factory=dict)

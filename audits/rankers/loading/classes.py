"""Which of the classes that a classifier tells apart is the one to rank by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import UsageError
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TWO = 2
_LATER = 1
"""Libraries sort their classes and take the later of two for the positive one."""


def better(classes: Sequence[Any]) -> int | None:
    """Say which of two classes is the better one, where that can be told.

    The greater of two numbers, written as words or not, and yes of a yes and a no. Two other words
    have no order: that one comes later in the alphabet says nothing.

    Parameters
    ----------
    classes
        Two classes as a library names them.

    Returns
    -------
    The place of the better one, 0 or 1; None where the two have no order.
    """
    from fairshelf.audits.checks.engine import NO, YES  # noqa: PLC0415 - loads an engine

    try:
        return int(np.argmax([float(one) for one in classes]))
    except (TypeError, ValueError):
        words = [str(one).strip().lower() for one in classes]
    for place in (0, 1):
        if words[place] in YES and words[1 - place] in NO:
            return place
    return None


def chosen(
    classes: Sequence[Any], asked: str | None, name: str
) -> tuple[int | None, tuple[Message, ...]]:
    """Choose the class whose probability is the score.

    Parameters
    ----------
    classes
        As the model names them; empty where it tells none apart.
    asked
        The class that the user named.
    name
        What messages call the model.

    Returns
    -------
    place, notices
        None where no single class is the score. ``model_class_taken`` where two words have no
        order and the later was taken.

    Raises
    ------
    UsageError
        ``model_output_unknown``: the model has no such class.
    """
    known = [str(one) for one in classes]
    if known and asked is not None:
        if asked not in known:
            raise UsageError("model_output_unknown", model=name, typed=asked, known=known)
        return known.index(asked), ()
    if len(known) != _TWO:
        return None, ()
    place = better(classes)
    if place is not None:
        return place, ()
    facts = {"model": name, "taken": known[_LATER], "other": known[1 - _LATER]}
    return _LATER, (Message("model_class_taken", {**facts}),)


def of_class(given: Any, place: int) -> NDArray[Any]:  # noqa: ANN401 - whatever a model gives
    """Give the column of a class; of one column for two classes, the side that it stands on.

    Parameters
    ----------
    given
        Shape (rows, classes), or (rows,) where a decision for two classes is one number.
    place
        The class.
    """
    array = np.asarray(given)
    if array.ndim == _TWO and array.shape[1] > 1:
        return np.asarray(array[:, place])
    return array if place == _LATER else -array

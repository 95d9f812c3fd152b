"""The process a tree model lives in: it opens the model, then gives scores for rows.

:class:`fairshelf.audits.rankers.loading.apart.Apart` starts it and speaks with it::

    python -P booster.py lightgbm

Nothing of ours is imported, so that the library is there as soon as can be. Every message is its
length (8 bytes) and its content. In: the model; then rows, as two whole numbers (rows, columns)
and the cells, column after column. Out: what the model says of itself, as JSON; then scores, as
``S``, two whole numbers (rows, outputs) and the scores, row after row; or ``E`` and why there are
none.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Predict = Callable[[NDArray[np.float64]], Any]

LENGTH = struct.Struct("<q")
SHAPE = struct.Struct("<qq")
ROWS = 64


def send(to: BinaryIO, *parts: Any) -> None:  # noqa: ANN401 - bytes, or a buffer of them
    """Write one message, put together from its parts."""
    views = [memoryview(part).cast("B") for part in parts]
    to.write(LENGTH.pack(sum(view.nbytes for view in views)))
    to.writelines(views)
    to.flush()


def receive(source: BinaryIO) -> bytes | None:
    """Read one message; None where the other side has ended."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    content = source.read(size)
    return content if len(content) == size else None


def opened(kind: str, content: bytes) -> tuple[dict[str, Any], Predict]:
    """Open a model: what it says of itself, and what gives its scores for rows."""
    return _lightgbm(content) if kind == "lightgbm" else _xgboost(content)


def _lightgbm(content: bytes) -> tuple[dict[str, Any], Predict]:
    import lightgbm  # noqa: PLC0415 - in this process only

    model = lightgbm.Booster(model_str=content.decode("utf-8"), params={"verbose": -1})
    names = list(model.feature_name())
    return {"features": names, "width": len(names), "trees": model.num_trees()}, model.predict


def _xgboost(content: bytes) -> tuple[dict[str, Any], Predict]:
    import numpy as np  # noqa: PLC0415 - in this process only
    import xgboost  # noqa: PLC0415 - as above

    model = xgboost.Booster()
    model.load_model(bytearray(content))
    told = {
        "features": model.feature_names or [],
        "width": int(model.num_features()),
        "trees": int(model.num_boosted_rounds()),
        "categories": _categories(model),
    }

    def predict(rows: NDArray[np.float64]) -> Any:  # noqa: ANN401 - whatever the library gives
        data = rows.astype(np.float32)
        return model.inplace_predict(data, validate_features=False, missing=np.nan)

    return told, predict


def _categories(model: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - the library's model
    """Give the values that codes were taken from, by feature; older libraries keep none.

    XGBoost 3.2 counts the letters of a word where it should count bytes, so that words beyond
    ASCII are cut and run into each other: a list that holds any is not given.
    """
    if not hasattr(model, "get_categories"):
        return {}
    held = model.get_categories(export_to_arrow=True)
    told = {}
    for name, values in [] if held.empty() else held.to_arrow():
        try:
            words = [] if values is None else values.to_pylist()
        except UnicodeDecodeError:
            continue
        if words and all(not isinstance(word, str) or word.isascii() for word in words):
            told[name] = words
    return told


def trial(width: int) -> NDArray[np.float64]:
    """Give rows of ordinary, missing and extreme values, shape (64, width)."""
    import numpy as np  # noqa: PLC0415 - in this process only

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(ROWS, width)) * 10.0 ** rng.integers(-3, 9, (ROWS, 1))
    rows[rng.random((ROWS, width)) < 0.1] = np.nan  # noqa: PLR2004 - a tenth is missing
    rows[0], rows[1], rows[2] = np.nan, 0.0, -rows[3]
    return rows


def answer(message: bytes, predict: Predict, to: BinaryIO) -> None:
    """Give the scores of the rows of one message, or why there are none."""
    import numpy as np  # noqa: PLC0415 - in this process only

    height, width = SHAPE.unpack_from(message)
    cells = np.frombuffer(message, dtype=np.float64, offset=SHAPE.size)
    try:
        given = np.asarray(predict(cells.reshape(height, width, order="F")))
    except Exception as error:  # noqa: BLE001 - whatever the library raises is told
        send(to, b"E", str(error).encode())
        return
    scores = np.ascontiguousarray(given.reshape(given.shape[0], -1), dtype=np.float64)
    send(to, b"S", SHAPE.pack(*scores.shape), scores)


def main() -> None:
    """Open the model that is sent, try it, and answer until nothing more is asked."""
    to = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not an answer
    source = sys.stdin.buffer
    content = receive(source)
    if content is None:
        return
    told, predict = opened(sys.argv[1], content)
    predict(trial(told["width"]))
    send(to, json.dumps(told).encode())
    while (message := receive(source)) is not None:
        answer(message, predict, to)


if __name__ == "__main__":
    main()

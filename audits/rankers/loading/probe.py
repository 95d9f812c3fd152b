"""Open a tree model in a process of its own first: a damaged one can bring its library down.

LightGBM and XGBoost trust their files: one that was cut off or altered can end the process that
reads it, without an error that could be caught. The process that is lost is then this one::

    python -m fairshelf.audits.rankers.loading.probe lightgbm FILE
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

SECONDS = 120
"""How long opening a model and scoring a few rows may take."""

ROWS = 64


@contextmanager
def surviving(content: bytes, kind: str, name: str) -> Iterator[None]:
    """Open a model and score a few rows in another process, beside what the block does.

    The block is where the library is imported here: both processes pay for that, at the same time.
    The model itself may be opened once the block is left.

    Parameters
    ----------
    content
        The model file.
    kind
        ``lightgbm`` or ``xgboost``.
    name
        What messages call the model.

    Raises
    ------
    DataError
        ``model_broken``: the process ended in an error, was brought down, or did not end.
    """
    with tempfile.TemporaryDirectory(prefix="fairshelf-") as folder:
        place = Path(folder) / "model"
        place.write_bytes(content)
        words = [sys.executable, "-m", __name__, kind, str(place)]
        other = subprocess.Popen(  # noqa: S603 - this very file, with a path of ours
            words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        with other:
            try:
                yield
                _, said = other.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired as error:
                why = f"no answer within {SECONDS} s"
                raise DataError("model_broken", model=name, kind=kind, why=why) from error
            finally:
                other.kill()
    if other.returncode:
        raise DataError("model_broken", model=name, kind=kind, why=_why(other.returncode, said))


def _why(status: int, said: bytes) -> str:
    if status < 0:
        return signal.Signals(-status).name
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else str(status)


def score_some(kind: str, file: str) -> None:
    """Open a model and score rows of ordinary, missing and extreme values."""
    import numpy as np  # noqa: PLC0415 - in the other process only

    if kind == "lightgbm":
        import lightgbm  # noqa: PLC0415 - in the other process only

        model = lightgbm.Booster(model_str=Path(file).read_text("utf-8"), params={"verbose": -1})
        model.predict(_rows(np.random.default_rng(0), model.num_feature()))
        return
    import xgboost  # noqa: PLC0415 - in the other process only

    booster = xgboost.Booster()
    booster.load_model(bytearray(Path(file).read_bytes()))
    rows = _rows(np.random.default_rng(0), booster.num_features()).astype(np.float32)
    booster.inplace_predict(rows, validate_features=False, missing=np.nan)


def _rows(rng: np.random.Generator, width: int) -> np.ndarray[Any, Any]:
    import numpy as np  # noqa: PLC0415 - in the other process only

    rows = rng.normal(size=(ROWS, width)) * 10.0 ** rng.integers(-3, 9, (ROWS, 1))
    rows[rng.random((ROWS, width)) < 0.1] = np.nan  # noqa: PLR2004 - a tenth is missing
    rows[0], rows[1], rows[2] = np.nan, 0.0, -rows[3]
    return rows


def main(words: Sequence[str]) -> None:
    """Run in the other process."""
    score_some(words[0], words[1])


if __name__ == "__main__":
    main(sys.argv[1:])

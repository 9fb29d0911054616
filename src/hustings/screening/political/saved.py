"""A model as a file: arrays of numbers and a header in JSON; reading it runs no code."""

__all__ = ["load", "save"]

import io
import json
import zipfile
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hustings.errors import BadInput, Problem
from hustings.screening.political.concepts import concepts
from hustings.screening.political.features import PLACES, names_of_dense
from hustings.screening.political.politics import LEAST_OF_PIECES, LEAST_OF_WORDS, Block, Curve, Politics
from hustings.writing import whole_file

FORM = "hustings political model"
VERSION = 2
ARRAYS = ("words_rarity", "words_weight", "pieces_rarity", "pieces_weight", "middle", "spread", "dense", "lexicon")
MOMENT = (1980, 1, 1, 0, 0, 0)  # the same model gives the same bytes


def save(model: Politics, place: Path) -> None:
    """Write the model; what stood there is replaced once all is written."""
    arrays = {
        "words_rarity": model.words.rarity, "words_weight": model.words.weight,
        "pieces_rarity": model.pieces.rarity, "pieces_weight": model.pieces.weight,
        "middle": model.middle, "spread": model.spread, "dense": model.dense, "lexicon": model.lexicon,
    }  # fmt: skip
    header = {
        "form": FORM, "version": VERSION, "lexicon": lexicon_digest(),
        "constant": model.constant, "lexicon_constant": model.lexicon_constant,
        "curves": {name: asdict(each) for name, each in model.curves.items()}, "facts": dict(model.facts),
    }  # fmt: skip
    with whole_file(place) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_entry("header.json"), json.dumps(header, ensure_ascii=False, sort_keys=True))
        for name, array in arrays.items():
            written = io.BytesIO()
            np.save(written, array.astype(np.float32 if len(array) == PLACES else np.float64), allow_pickle=False)
            packed.writestr(_entry(f"{name}.npy"), written.getvalue())


def load(place: Path) -> Politics:
    """Read a model. Raises BadInput where the file is damaged, of another form, or made with another lexicon."""
    try:
        with zipfile.ZipFile(place) as packed:
            header = json.loads(packed.read("header.json"))
            _expect(place, header)
            if "other" not in header["curves"]:
                raise KeyError("the curve of languages never learnt")
            arrays = {name: _array(packed, name) for name in ARRAYS}
        return Politics(
            words=Block(rarity=arrays["words_rarity"], weight=arrays["words_weight"], least=LEAST_OF_WORDS),
            pieces=Block(rarity=arrays["pieces_rarity"], weight=arrays["pieces_weight"], least=LEAST_OF_PIECES),
            middle=arrays["middle"], spread=arrays["spread"], dense=arrays["dense"], lexicon=arrays["lexicon"],
            constant=float(header["constant"]), lexicon_constant=float(header["lexicon_constant"]),
            curves={name: Curve(**{key: float(value) for key, value in each.items()}) for name, each in header["curves"].items()},
            facts=header["facts"],
        )  # fmt: skip
    except (
        OSError,
        zipfile.BadZipFile,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _refused(place, f"a file that cannot be read ({type(error).__name__}: {error})") from error


def lexicon_digest() -> str:
    """What the meaning of the numbers hangs on: lexicon, order of the dense numbers, number of places."""
    table = concepts()
    told = [PLACES, names_of_dense(), table.whole, table.beginning, table.inside]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _array(packed: zipfile.ZipFile, name: str) -> npt.NDArray[np.float64]:
    array = np.load(io.BytesIO(packed.read(f"{name}.npy")), allow_pickle=False)
    length = PLACES if name.startswith(("words", "pieces")) else len(names_of_dense())
    if array.shape != (length,) or not np.isfinite(array).all():
        raise ValueError(f"{name} holds {array.shape} numbers, {length} finite ones were expected")
    return array.astype(np.float64)


def _expect(place: Path, header: Any) -> None:
    if not isinstance(header, dict) or header.get("form") != FORM:
        raise _refused(place, "something else")
    if header.get("version") != VERSION or header.get("lexicon") != lexicon_digest():
        raise _refused(place, "a model of another version of Hustings")


def _refused(place: Path, found: str) -> BadInput:
    return BadInput(
        "The political model cannot be used.",
        [
            Problem(
                where=str(place),
                found=found,
                expected="a model written by this version",
                do="Make it again: hustings train political --seeds DIR --out FILE.",
            )
        ],
    )

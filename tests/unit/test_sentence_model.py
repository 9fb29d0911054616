"""The model of meaning, run in numpy: the published similarities, whatever stands beside a text, and no network."""

import importlib.util

import numpy as np
import pytest

from hustings.cli.main import main
from hustings.detection.signals.sentence_model import bundled_model
from hustings.errors import EnvironmentLacks

SENTENCES = ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]


def test_its_similarities_are_those_that_its_makers_publish():
    """The four sentences and three cosines of the model's own public page."""
    vectors = bundled_model().vectors(SENTENCES)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (vectors[1:] @ vectors[0]).tolist() == pytest.approx([0.695, 0.943, 0.257], abs=1e-3)


def test_a_text_means_the_same_beside_any_other():
    alone = bundled_model().vectors(SENTENCES[:1])
    long = bundled_model().vectors([*SENTENCES, "word " * 40])
    assert alone[0] == pytest.approx(long[0], abs=1e-5)


def test_without_the_package_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if "minilm" in name else found(name, *more)
    )
    bundled_model.cache_clear()
    with pytest.raises(EnvironmentLacks, match=r"hustings\[meaning\]"):
        bundled_model()
    posts, out = tmp_path / "posts.csv", tmp_path / "traces.parquet"
    posts.write_text("platform,actor,content,at,text\nx,a,1,2026-09-01," + "some words " * 9 + "\n")
    assert main(["signals", str(posts), "--out", str(out), "--with", "meaning"]) == 3
    assert "--with meaning" in capsys.readouterr().err
    assert not out.exists()

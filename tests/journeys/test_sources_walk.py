"""Each source the whole way: a season as it writes one, made posts, made traces, searched, scored."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from hustings.cli.main import main
from hustings.simulator import SeasonSettings, simulate
from hustings.simulator.files import write_season
from hustings.simulator.layouts import LAYOUTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """A fortnight with one campaign that posts its links seconds apart, in every layout."""
    place = tmp_path_factory.mktemp("season")
    made = simulate(SeasonSettings(actors=150, campaigns=1, days=14), np.random.default_rng(3))
    write_season(made, place, seed=3, layouts=list(LAYOUTS.values()))
    return place


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_planted_are_found_whatever_wrote_their_posts_down(name, season, tmp_path, capsys):
    files = [str(file) for file in sorted((season / name).iterdir()) if file.name != "labels.parquet"]
    posts, traces, found = (str(tmp_path / part) for part in ("posts.parquet", "traces.parquet", "found"))
    assert main(["posts", *files, "--as", name, "--out", posts]) == 0
    assert pq.read_metadata(posts).num_rows == pq.read_metadata(season / "posts.parquet").num_rows
    assert main(["signals", posts, "--out", traces]) == 0
    assert main(["detect", traces, "--out", found]) == 0
    capsys.readouterr()
    assert main(["score", found, "--labels", str(season / name / "labels.parquet"), "--json"]) == 0
    score = json.loads(capsys.readouterr().out)
    assert score["recall"]["share"] >= 0.9, score
    (campaign,) = score["campaigns"]
    assert campaign["precision"]["share"] >= 0.9, score

"""`hustings simulate` as people call it."""

import hashlib
import json

import pytest

from hustings.cli.main import main

FILES = {
    "traces.parquet", "posts.parquet", "labels.parquet", "ads.parquet", "ad_traces.parquet", "buyers.csv",
    "declared.csv", "schedule.csv", "settings.json",
}  # fmt: skip


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_it_writes_the_whole_folder_and_the_same_bytes_again(tmp_path, capsys):
    for name in ("one", "two"):
        assert main(["simulate", "--out", str(tmp_path / name), "--seed", "4", "--actors", "100"]) == 0
    assert set(digests(tmp_path / "one")) == FILES
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_settings_tell_how_to_get_it_again(tmp_path, capsys):
    assert main(["simulate", "--out", str(tmp_path / "out"), "--seed", "4", "--actors", "100", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    kept = json.loads((tmp_path / "out" / "settings.json").read_text())
    assert (kept["seed"], kept["actors"], kept["strength"]) == (4, 100, 1.0)
    assert said["rows"] == kept["rows"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--actors", "-5"],
        ["--campaigns", "-1"],
        ["--strength", "0"],
        ["--days", "0"],
        ["--seed", "-1"],
        ["--actors", "many"],
    ],
)
def test_bad_settings_end_with_2_a_message_and_no_folder(tmp_path, capsys, wrong):
    arguments = ["simulate", "--out", str(tmp_path / "out"), "--seed", "4", *wrong]
    assert main(arguments) == 2
    assert wrong[0].strip("-") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

"""The archives at hand, read by one command: every row in or named, and the totals that their descriptions state."""

import json
import subprocess
import sys

import pytest

from hustings.cli.main import main
from hustings.connectors.archive import read_archive
from hustings.screening.targeting_tree import leaves, sentence


@pytest.fixture(scope="module")
def read(real_data):
    """What the command prints as JSON, once for each folder."""
    kept = {}

    def command(folder):
        if folder not in kept:
            done = subprocess.run(
                [sys.executable, "-m", "hustings", "ads", real_data / folder, "--json"], check=True, capture_output=True
            )
            kept[folder] = json.loads(done.stdout)
        return kept[folder]

    return command


FOLDERS = {
    # folder -> files with rows, rows read, rows in, figures stated
    "ira-ads": (4, 7193, 3695, 30),
    "google-political-2019": (4, 12565, 12565, 6),
    "snap-political-2018": (1, 659, 659, 6),
    "meta-ad-library-api-2019": (3, 5174, 5174, 1),
    "meta-ad-library-report-2023": (59, 65418, 65418, 3),
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_is_in_or_named_and_each_stated_figure_comes_out(read, folder):
    document = read(folder)
    files = document["files"]
    for file in files:
        assert file["rows"] == file["rows_in"] + len(file["set_aside"]), file["file"]
        assert [one for one in file["stated"] if not one["same"]] == []
    rows, taken = sum(file["rows"] for file in files), sum(file["rows_in"] for file in files)
    assert (len(files), rows, taken, sum(len(file["stated"]) for file in files)) == FOLDERS[folder]
    assert document["problems"] == []
    reasons = {one["reason"].split(",")[0] for file in files for one in file["set_aside"]}
    assert reasons == ({"the same ad again"} if folder == "ira-ads" else set())


def test_no_column_of_the_archives_at_hand_is_unknown(read):
    unknown = {
        name: file["unknown_columns_kept"]
        for name in FOLDERS
        for file in read(name)["files"]
        if file["unknown_columns_kept"]
    }
    assert unknown == {}


def test_the_command_prints_the_totals_for_people(real_data, capsys):
    assert main(["ads", str(real_data / "snap-political-2018")]) == 0
    printed = capsys.readouterr().out
    assert "impressions: 272,048,601 (stated: 272,048,601, the same; description of Snap's file of 2018)" in printed
    assert printed.endswith("Sum: 1 files, 659 rows read, 659 in, 0 set aside with their reasons: 659 ads.\n")


def test_each_ad_that_states_an_aim_has_a_tree_with_all_of_it(real_data):
    for place in ("ira-ads/ads.parquet", "snap-political-2018"):
        for ad in read_archive(real_data / place).ads:
            assert sentence(ad.tree).startswith("could be seen by ")
            stated = {(one.value, one.excluded) for one in ad.targeting if one.category != "interest_expansion"}
            assert {(leaf.value, out) for leaf, out in leaves(ad.tree)} == stated


def test_what_the_release_lost_of_the_aims_is_stated(real_data):
    lost = {}
    for ad in read_archive(real_data / "ira-ads/ads.parquet").ads:
        for one in ad.tree_lost:
            lost[one] = lost.get(one, 0) + 1
    assert lost == {"must_also_match_flattened": 422, "interest_expansion": 51, "category_merged": 19}


def test_shares_are_joined_with_the_ads_of_meta(real_data):
    ads = read_archive(real_data / "meta-ad-library-api-2019").ads
    assert sum(len(ad.shares) for ad in ads) == 5_074
    assert all(ad.impressions_range is not None and ad.spend_ranges for ad in ads)

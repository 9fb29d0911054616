"""What a trial with planted campaigns says, in counts with intervals; and that a strong one is found and a faint one missed."""

import json
from fractions import Fraction

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as some
from made_season import season

from hustings.cli.main import main
from hustings.cli.red_team import named, red_team
from hustings.detection.detect import detect
from hustings.detection.live import live_search
from hustings.detection.settings import DetectSettings
from hustings.errors import BadInput, HustingsError
from hustings.policy.red_team import Alone, Found, Share, Trial, share_of
from hustings.policy.scenario import ready
from hustings.screening.missed import wilson
from hustings.simulator.trying import Searched, tried

FIGURES = {"seed": 1, "acts": 3, "posts": 9, "seconds": 1.0}


def test_the_interval_of_campaigns_found_whole_or_not_is_wilsons():
    for of in range(1, 21):
        for found in range(of + 1):
            share = share_of([1.0] * found + [0.0] * (of - found))
            other = wilson(found, of)
            assert share.mean == pytest.approx(found / of)
            assert (share.low, share.high) == pytest.approx((other.low, other.high), abs=1e-9)


@given(some.lists(some.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_holds_its_mean_and_is_as_wide_as_that_of_whole_campaigns(shares):
    share = share_of(shares)
    assert 0 <= share.low <= share.mean <= share.high <= 1
    assert share.campaigns == len(shares)
    assert share_of(shares * 2).high - share_of(shares * 2).low < share.high - share.low


def test_of_nothing_there_is_no_share():
    assert share_of([]) is None


@given(
    members=some.lists(some.tuples(some.integers(0, 3), some.sampled_from("abcdefxyz")), max_size=20),
    alone=some.lists(some.tuples(some.integers(0, 3), some.sampled_from("abcdef")), max_size=10),
)
def test_counts_are_those_of_a_plain_reading(members, alone):
    planted = {"x", "y", "z"}
    found = Found.of(members, alone, planted, **FIGURES)
    findings = {number: {actor for of, actor in members if of == number} for number, _ in members}
    with_planted = [held for held in findings.values() if held & planted]
    assert found.planted == 3
    assert found.found == len({actor for _, actor in members if actor in planted})
    assert found.findings == len(with_planted)
    assert found.others == len(findings) - len(with_planted)
    assert found.beside == len({actor for held in with_planted for actor in held if actor not in planted})
    assert found.beside_anew == len(
        {actor for held in with_planted for actor in held - planted if actor not in {who for _, who in alone}}
    )
    assert found.together == max([len(held & planted) for held in findings.values()], default=0)
    assert found.lost == len({who for _, who in alone} - {actor for _, actor in members})
    assert (found.precision is None) == (found.found == 0)
    if found.found:
        assert found.precision == float(Fraction(found.found, found.found + found.beside))


def trial(*recalls):
    tries = [
        Found.of([(0, name) for name in range(round(10 * recall))], [], range(10), **FIGURES | {"seed": seed})
        for seed, recall in enumerate(recalls)
    ]
    return Trial(
        scenario=ready()["whisper"], table={"sha256": "0" * 64, "rows": 9, "actors": 3}, searched={"version": "1", "settings": {}},
        platforms=("plaza",), kinds=("link",), days=3.0, alone=Alone(findings=0, members=0, seconds=1.0), tries=tuple(tries),
    )  # fmt: skip


def test_a_trial_is_kept_and_read_again_and_says_what_it_does_not_show():
    made = trial(1.0, 0.4)
    assert Trial.read(json.loads(json.dumps(made.as_json()))) == made
    told = made.told()
    assert told["campaigns_found"] == 1
    assert told["recall"]["mean"] == pytest.approx(0.7)
    assert len(told["limits"]) == 4
    assert "was found by more than half" in made.sentence


def test_a_campaign_of_which_nothing_is_found_is_said_to_be_missed():
    assert "missed" in trial(0.0, 0.0).sentence
    assert trial(0.0).precision is None
    assert trial(0.0, 0.0).recall == Share(mean=0, low=0, high=pytest.approx(0.6576, abs=1e-3), campaigns=2)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return season(tmp_path_factory.mktemp("table") / "season.parquet")


def searched_here(paths):
    """The live search, in this process."""
    settings = DetectSettings()
    found = detect(paths, settings)
    members = [(row["finding"], (row["platform"], row["actor"])) for row in found.members.to_pylist()]
    return Searched(members=members, version="here", settings=settings.as_dict(), seconds=0.0)


def test_what_is_trivially_strong_is_found_and_what_is_faint_is_told_as_missed(table, tmp_path):
    before = table.read_bytes()
    burst = ready()["link-burst"]
    strong = tried(table, burst.but(strength=6.0), [1, 2], searched_here, tmp_path)
    assert [(one.planted, one.found, one.together, one.beside) for one in strong.tries] == [(12, 12, 12, 0)] * 2
    assert strong.alone.findings == 1
    assert all(one.others == 1 for one in strong.tries)
    faint = tried(table, burst.but(strength=0.001), [1, 2], searched_here, tmp_path)
    assert [one.found for one in faint.tries] == [0, 0]
    assert all(one.planted >= 10 for one in faint.tries)
    assert "missed" in faint.sentence
    assert table.read_bytes() == before
    again = tried(table, burst.but(strength=6.0), [1, 2], searched_here, tmp_path)
    assert again == strong


def test_the_command_searches_as_a_live_sweep_and_names_nobody(table, tmp_path, monkeypatch):
    asked = []

    def run(command, **_):
        asked.append(command)
        tables = [one for one in command if one.endswith(".parquet")]
        out = command[command.index("--out") + 1]
        assert command[3:] == live_search(tables, out)
        assert main(command[3:]) == 0
        return type("Ended", (), {"returncode": 0, "stderr": ""})

    monkeypatch.setattr("hustings.cli.red_team.subprocess.run", run)
    ended = CliRunner().invoke(
        red_team, [str(table), "--scenario", "link-burst", "--seed", "4", "--json"], catch_exceptions=False
    )
    said = json.loads(ended.stdout.splitlines()[-1])
    assert len(asked) == 2
    assert [one["seed"] for one in said["tries"]] == [4]
    assert said["searched"]["settings"] == DetectSettings().as_dict()
    assert said["table"]["rows"] == pq.read_metadata(table).num_rows
    known = set(pq.read_table(table, columns=["actor"])["actor"].to_pylist())
    assert not any(f'"{actor}"' in ended.stdout for actor in known)


def test_why_a_search_failed_is_said_with_its_code(table, monkeypatch):
    from hustings.cli.red_team import searched

    monkeypatch.setattr(
        "hustings.cli.red_team.subprocess.run",
        lambda *_, **__: type("Ended", (), {"returncode": 3, "stderr": "hustings: too little memory\n"}),
    )
    with pytest.raises(HustingsError, match=r"^too little memory$") as error:
        searched([table], table.parent)
    assert error.value.exit_code == 3


def test_a_scenario_is_named_or_read_from_a_file(tmp_path):
    assert named("whisper") == ready()["whisper"]
    kept = tmp_path / "mine.json"
    kept.write_text(json.dumps(ready()["whisper"].but(size=7).as_json()))
    assert named(str(kept)).size == 7
    for content in ("[]", "{", '"whisper"'):
        kept.write_text(content)
        with pytest.raises(BadInput):
            named(str(kept))
    with pytest.raises(BadInput, match="no such scenario"):
        named("whispers")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (["--list"], 0),
        ([], 2),
        (["no-table.csv", "--scenario", "whisper"], 2),
        (["no-table.csv", "--scenario", "whisper", "--seeds", "21"], 2),
        (["no-table.csv", "--scenario", "whisper", "--size", "2"], 2),
    ],
)
def test_the_command_ends_with_the_code_of_what_went_wrong(asked, code):
    assert main(["red-team", *asked]) == code


def test_planted_rows_are_read_beside_a_csv(tmp_path):
    table = tmp_path / "traces.csv"
    draw = np.random.default_rng(2)
    rows = [
        f"plaza,p{draw.integers(40)},link,l{draw.integers(9)},c{number},2027-01-{1 + number % 20:02d}T{draw.integers(24):02d}:00:00"
        for number in range(600)
    ]
    table.write_text("\n".join(["platform,actor,kind,trace,content,at", *rows]) + "\n")
    made = tried(table, ready()["link-burst"], [1], searched_here, tmp_path)
    assert made.tries[0].found == 12

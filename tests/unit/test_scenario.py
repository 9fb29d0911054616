"""A planted campaign stands beside a table: the same for the same seed, within its time, under names of nobody."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hustings.errors import BadInput
from hustings.exchange.disarm import techniques
from hustings.policy.scenario import Scenario, Style, read_scenarios, ready
from hustings.simulator.scenario import plant

START = datetime(2027, 1, 4, tzinfo=UTC)  # a Monday
MICROSECONDS = pa.timestamp("us", "UTC")


def ground(
    seed=1, people=60, posts=1500, days=20, kinds=("link", "domain", "hashtag", "repost"), platforms=("plaza", "chirp")
):
    """Rows of people who share what twenty things they like, at any hour."""
    draw = np.random.default_rng(seed)
    at = np.sort(draw.integers(0, days * 86_400_000_000, posts)) + int(START.timestamp()) * 1_000_000
    kind = draw.integers(len(kinds), size=posts)
    who = draw.integers(people, size=posts)
    return pa.table({
        "platform": [platforms[person % len(platforms)] for person in who],
        "actor": [f"person {person}" for person in who],
        "kind": [kinds[each] for each in kind],
        "trace": [f"{kinds[each]} {thing}" for each, thing in zip(kind, draw.integers(20, size=posts), strict=True)],
        "content": [f"post {number}" for number in range(posts)],
        "at": pa.array(at, MICROSECONDS),
        "language": ["da"] * posts,
    })  # fmt: skip


GROUND = ground()


def scenario(style=Style.BURST, **changed):
    said = {
        "name": "made", "title": "Made", "about": "For a test.", "style": style, "size": 8, "strength": 2.0, "days": 10,
        "techniques": ("T0049",),
    }  # fmt: skip
    return Scenario(**said | changed)


scenarios = some.builds(
    scenario,
    style=some.sampled_from(list(Style)),
    size=some.integers(3, 20),
    strength=some.floats(0.01, 6),
    days=some.integers(1, 40),
    platforms=some.sampled_from([1, 2, 5, ("chirp",)]),
    kinds=some.sampled_from([1, 2, 5, ("hashtag",), ("link", "repost"), ("repost",)]),
    office=some.sampled_from([None, -6, 0, 3, 8]),
)


@given(scenario=scenarios, seed=some.integers(0, 2**31))
@settings(max_examples=120)
def test_a_plant_is_the_same_for_the_same_seed_and_stays_beside_the_table(scenario, seed):
    table = GROUND
    one, again = (plant(table, scenario, np.random.default_rng(seed)) for _ in range(2))
    assert one.rows.equals(again.rows)
    assert one.labels.equals(again.labels)
    assert table.equals(ground()), "the table itself is never touched"
    rows, labels = one.rows, one.labels
    assert rows.schema == table.schema
    assert rows["language"].null_count == len(rows)
    assert all(rows[name].null_count == 0 for name in ("platform", "actor", "kind", "trace", "content", "at"))

    # Within the table's time, and what of it the scenario may last.
    first, last = pc.min_max(table["at"]).as_py().values()
    began, ended = pc.min_max(rows["at"]).as_py().values()
    assert first <= began
    assert ended <= last
    assert one.days <= min(scenario.days, (last - first) / timedelta(days=1)) + 1e-9

    # Names of nobody, and labels of all who left something.
    known = set(table["actor"].to_pylist())
    planted = set(zip(rows["platform"].to_pylist(), rows["actor"].to_pylist(), strict=True))
    assert not known & {actor for _, actor in planted}
    assert not set(table["content"].to_pylist()) & set(rows["content"].to_pylist())
    assert planted == set(zip(labels["platform"].to_pylist(), labels["actor"].to_pylist(), strict=True))
    assert set(labels["style"].to_pylist()) == {scenario.style.value}
    assert 2 <= len(labels) <= scenario.size
    assert {platform for platform, _ in planted} <= set(one.platforms) <= set(table["platform"].to_pylist())
    assert set(rows["kind"].to_pylist()) <= set(table["kind"].to_pylist())


@given(scenario=scenarios, seed=some.integers(0, 2**31))
@settings(max_examples=60)
def test_only_what_a_crowd_shares_and_what_is_copied_is_known_already(scenario, seed):
    planted = plant(GROUND, scenario, np.random.default_rng(seed))
    known = set(zip(GROUND["kind"].to_pylist(), GROUND["trace"].to_pylist(), strict=True))
    left = set(zip(planted.rows["kind"].to_pylist(), planted.rows["trace"].to_pylist(), strict=True))
    if scenario.style is Style.PIGGYBACK:
        assert left <= known
    elif scenario.style is Style.CAMOUFLAGED:
        assert left & known
        assert left - known
    else:
        assert not left & known


def test_each_ready_scenario_is_planted_and_names_known_techniques():
    assert {one.style for one in ready().values()} == set(Style)
    for one in ready().values():
        assert set(one.techniques) <= set(techniques()), one.name
        assert len(plant(GROUND, one, np.random.default_rng(1)).rows), one.name


def test_how_close_the_members_act_is_the_styles():
    gaps = {}
    for style in (Style.BURST, Style.RELAY, Style.SLOW):
        rows = plant(GROUND, scenario(style, strength=8.0, kinds=("hashtag",)), np.random.default_rng(3)).rows
        spans = rows.group_by("trace").aggregate([("at", "min"), ("at", "max")])
        gaps[style] = np.median(
            [(late - early).total_seconds() for early, late in zip(spans["at_min"].to_pylist(), spans["at_max"].to_pylist(), strict=True)]
        )  # fmt: skip
    assert 1 < gaps[Style.BURST] < 30 < gaps[Style.RELAY] < 240
    assert 3_000 < gaps[Style.SLOW] < 40_000


def test_an_office_works_in_its_own_hours():
    table = ground(posts=6000)
    rows = plant(table, scenario(strength=20.0, days=20, office=6), np.random.default_rng(5)).rows
    hours = [((at + timedelta(hours=6)).hour, (at + timedelta(hours=6)).weekday()) for at in rows["at"].to_pylist()]
    working = sum(8 <= hour <= 19 for hour, _ in hours) / len(hours)
    weekend = sum(day >= 5 for _, day in hours) / len(hours)
    assert working == 1.0  # a quarter of an hour around the moment somebody else posted
    assert weekend < 0.1
    free = plant(table, scenario(strength=20.0, days=20), np.random.default_rng(5)).rows
    assert sum(8 <= at.hour <= 19 for at in free["at"].to_pylist()) / len(free) < 0.7


def test_strength_is_acts_a_day_and_one_act_is_planted_at_least():
    acts = [plant(GROUND, scenario(strength=2.5), np.random.default_rng(seed)).acts for seed in range(20)]
    assert acts == [25] * 20
    assert plant(GROUND, scenario(strength=0.001), np.random.default_rng(1)).acts == 1


def test_names_in_the_table_that_look_planted_are_not_met():
    table = GROUND.append_column(GROUND.schema.field("actor").with_name("was"), GROUND["actor"])
    table = table.set_column(1, "actor", pa.array(["x-planted", "y-planted-1"] * (len(table) // 2)))
    rows = plant(table, scenario(), np.random.default_rng(1)).rows
    assert all(actor.endswith("-planted-2") for actor in rows["actor"].to_pylist())


def test_a_table_as_search_reads_it_with_dictionaries_is_planted_in_too():
    table = GROUND.set_column(0, "platform", GROUND["platform"].dictionary_encode())
    rows = plant(table, scenario(), np.random.default_rng(1)).rows
    assert rows.schema == table.schema
    assert pa.concat_tables([table, rows]).num_rows == len(table) + len(rows)


def test_a_table_of_one_moment_holds_a_campaign_of_one_moment():
    table = GROUND.set_column(5, "at", pa.array([START] * len(GROUND), MICROSECONDS))
    planted = plant(table, scenario(), np.random.default_rng(1))
    assert set(planted.rows["at"].to_pylist()) == {START}
    assert (planted.acts, planted.days) == (1, 0)


@pytest.mark.parametrize(
    ("table", "changed", "where"),
    [
        (GROUND, {"platforms": ("plaza", "lumen")}, "platforms"),
        (GROUND, {"kinds": ("image",)}, "kinds"),
        (GROUND.slice(0, 30), {"style": Style.PIGGYBACK}, "table"),
        (GROUND.slice(0, 1), {}, "table"),
        (GROUND.drop_columns(["trace", "at"]), {}, "column 'trace'"),
        (GROUND.set_column(4, "content", pa.array(range(len(GROUND)))), {}, "column 'content'"),
    ],
)
def test_what_cannot_be_planted_is_told(table, changed, where):
    with pytest.raises(BadInput) as error:
        plant(table, scenario(**changed), np.random.default_rng(1))
    assert error.value.problems[0].where == where


def test_all_that_is_wrong_in_a_file_of_scenarios_is_told_at_once():
    said = """
[[scenario]]
name = "one"
title = "One"
about = "It is one."
style = "loud"
size = "many"
strength = 2
days = 3
techniques = ["T0049"]
colour = "red"

[[scenario]]
name = "two"
title = "Two"
about = "It is two."
style = "slow"
size = 1
strength = 500
days = 3
techniques = ["T9999"]

[[scenario]]
name = "three"
"""
    with pytest.raises(BadInput) as error:
        read_scenarios(said, "mine.toml")
    told = [problem.where for problem in error.value.problems]
    assert told == [
        "mine.toml, scenario 1, colour", "mine.toml, scenario 1, size", "mine.toml, scenario 1, style",
        "mine.toml, scenario 2, size", "mine.toml, scenario 2, strength", "technique",
        "mine.toml, scenario 3, about", "mine.toml, scenario 3, days", "mine.toml, scenario 3, size",
        "mine.toml, scenario 3, strength", "mine.toml, scenario 3, style", "mine.toml, scenario 3, techniques",
        "mine.toml, scenario 3, title",
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["", "scenario = 3", "[[scenario]", "[other]\na = 1"])
def test_a_file_without_scenarios_is_refused(said):
    with pytest.raises(BadInput, match="cannot be read"):
        read_scenarios(said, "mine.toml")


def test_a_name_is_said_once():
    one = "\n".join(f"{name} = {value!r}" for name, value in scenario().as_json().items() if value is not None)
    one = one.replace("<Style.BURST: 'burst'>", "'burst'")
    with pytest.raises(BadInput, match="more than once"):
        read_scenarios(f"[[scenario]]\n{one}\n[[scenario]]\n{one}", "mine.toml")


@given(scenario=scenarios)
def test_a_scenario_is_kept_and_read_again(scenario):
    assert Scenario.of(scenario.as_json()) == scenario


def test_another_strength_and_size_are_held_to_the_same_bounds():
    assert ready()["whisper"].but(strength=3.0, size=9).strength == 3.0
    with pytest.raises(BadInput) as error:
        ready()["whisper"].but(strength=0.0, size=2)
    assert [problem.where for problem in error.value.problems] == ["scenario, size", "scenario, strength"]

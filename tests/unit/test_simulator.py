"""The simulator: same seed, same season; what is labelled is what happened."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.detection.traces import COLUMNS
from hustings.errors import BadInput
from hustings.screening.ad import ADS_COLUMNS
from hustings.simulator import STYLES, Season, SeasonSettings, simulate

SECONDS = 1_000_000


@pytest.fixture(scope="module")
def season() -> Season:
    return simulate(SeasonSettings(actors=400), np.random.default_rng(5))


def members(season: Season, style: str) -> set[str]:
    rows = season.labels.filter(
        pc.and_(pc.equal(season.labels["role"], "covert"), pc.equal(season.labels["style"], style))
    )
    return set(rows["actor"].to_pylist())


def moments_by_trace(season: Season, actors: set[str]) -> dict[tuple[str, str], list[int]]:
    """When each of these actors' traces was first left by each of them."""
    rows = season.traces.filter(pc.is_in(season.traces["actor"], pa.array(sorted(actors))))
    first: dict[tuple[str, str, str], int] = {}
    for actor, kind, trace, at in zip(
        *(rows[name].to_pylist() for name in ("actor", "kind", "trace")),
        rows["at"].cast(pa.int64()).to_pylist(),
        strict=True,
    ):
        first.setdefault((kind, trace, actor), at)
    found: dict[tuple[str, str], list[int]] = {}
    for (kind, trace, _), at in first.items():
        if kind != "domain":
            found.setdefault((kind, trace), []).append(at)
    return {key: sorted(moments) for key, moments in found.items() if len(moments) > 1}


def acts_within(season: Season, style: str, seconds: float) -> int:
    """Traces that at least two members of the style's campaign left so close together."""
    every = moments_by_trace(season, members(season, style)).values()
    return sum(min(np.diff(moments)) <= seconds * SECONDS for moments in every)


def test_the_same_seed_gives_the_same_season():
    one, two = (simulate(SeasonSettings(actors=80, campaigns=7), np.random.default_rng(9)) for _ in range(2))
    assert one.traces.equals(two.traces)
    assert one.posts.equals(two.posts)
    assert one.labels.equals(two.labels)
    assert one.market.ads.equals(two.market.ads)
    assert one.market.buyers.equals(two.market.buyers)


def test_another_seed_gives_another_season():
    one, two = (simulate(SeasonSettings(actors=80), np.random.default_rng(seed)) for seed in (1, 2))
    assert not one.traces.equals(two.traces)


def test_traces_have_the_columns_of_the_trace_table(season):
    assert tuple(season.traces.column_names) == COLUMNS
    assert season.traces.schema.field("at").type == pa.timestamp("us", "UTC")
    assert sum(column.null_count for column in season.traces.columns) == 0


def test_every_trace_belongs_to_a_post_by_the_same_actor_at_the_same_time(season):
    posts = {
        content: (platform, actor, at)
        for platform, actor, content, at in zip(
            *(season.posts[name].to_pylist() for name in ("platform", "actor", "content", "at")), strict=True
        )
    }
    for row in season.traces.to_pylist():
        assert posts[row["content"]] == (row["platform"], row["actor"], row["at"])


def test_a_post_is_passed_on_only_after_it_was_written(season):
    at = dict(zip(season.posts["content"].to_pylist(), season.posts["at"].to_pylist(), strict=True))
    reposts = [row for row in season.posts.to_pylist() if row["repost_of"] is not None]
    assert reposts
    assert all(at[row["repost_of"]] <= row["at"] for row in reposts)


def test_nothing_happens_outside_the_season(season):
    at = season.traces["at"].cast(pa.int64())
    assert pc.min(at).as_py() >= season.settings.start
    assert pc.max(at).as_py() < season.settings.end


def test_every_style_is_planted_once_by_seven_campaigns(season):
    assert {campaign.style for campaign in season.campaigns} == set(STYLES)
    assert all(len(members(season, style)) >= 3 for style in STYLES)


@pytest.mark.parametrize("style", ["burst", "relay", "camouflaged", "piggyback", "mixed", "framing"])
def test_members_of_a_fast_campaign_act_within_a_minute_of_each_other(season, style):
    assert acts_within(season, style, 60) >= 6


def test_members_of_a_slow_campaign_share_rare_links_over_hours(season):
    every = moments_by_trace(season, members(season, "slow"))
    assert len(every) >= 6
    assert np.median([np.median(np.diff(moments)) for moments in every.values()]) > 300 * SECONDS


def test_who_copies_comes_after_whom_it_frames(season):
    framed = season.labels.filter(pc.equal(season.labels["role"], "framed"))
    assert len(framed) == 1
    innocent = framed["actor"][0].as_py()
    own = season.traces.filter(pc.equal(season.traces["actor"], innocent))
    copies = season.traces.filter(pc.is_in(season.traces["actor"], pa.array(sorted(members(season, "framing")))))
    at = {}
    for row in own.to_pylist():
        at.setdefault((row["kind"], row["trace"]), []).append(row["at"])
    behind = [
        min((row["at"] - one).total_seconds() for one in at[key] if one <= row["at"])
        for row in copies.to_pylist()
        if (key := (row["kind"], row["trace"])) in at and min(at[key]) <= row["at"]
    ]
    assert sum(delay < 60 for delay in behind) > 50


def test_party_offices_push_at_the_minutes_they_announced(season):
    offices = {row["actor"] for row in season.labels.to_pylist() if row["role"] == "party office"}
    announced = set(season.schedule["at"].to_pylist())
    for row in season.posts.to_pylist():
        if row["actor"] in offices:
            assert any(0 <= (row["at"] - slot).total_seconds() < 25 for slot in announced)


def test_every_overt_owner_is_declared_with_its_actors(season):
    declared = {(row["platform"], row["actor"]): row["owner"] for row in season.declared.to_pylist()}
    for row in season.labels.to_pylist():
        if row["owner"] is not None:
            assert declared[row["platform"], row["actor"]] == row["owner"]


def test_no_name_stands_for_two_actors_of_one_platform(season):
    roles: dict[tuple[str, str], set[str]] = {}
    for row in season.labels.to_pylist():
        roles.setdefault((row["platform"], row["actor"]), set()).add(row["role"])
    assert all(len(found) == 1 for found in roles.values())


def test_people_sleep_at_night_and_a_few_write_most(season):
    hours = np.bincount(pc.hour(season.posts["at"]).to_numpy(), minlength=24)
    assert hours[17:21].mean() > 3 * hours[0:4].mean()
    counts = np.sort(pc.value_counts(season.posts["actor"].combine_chunks()).field("counts").to_numpy())[::-1]
    assert counts[: len(counts) // 10].sum() > 0.3 * counts.sum()


def test_ads_are_the_ads_table(season):
    assert season.market.ads.schema.equals(ADS_COLUMNS)
    assert all(Decimal(spend) >= 0 for spend in season.market.ads["spend"].to_pylist())


def test_covert_buyers_share_cards_pay_from_afar_and_say_nothing(season):
    buyers = [row for row in season.market.buyers.to_pylist() if row["campaign"] is not None]
    assert {row["campaign"] for row in buyers} == {0, 2, 4, 6}
    assert not any(row["declared"] for row in buyers)
    assert {row["currency"] for row in buyers} >= {"XTS"}
    paid = {row["account"] for row in buyers}
    ads = [row for row in season.market.ads.to_pylist() if row["account"] in paid]
    assert ads
    assert all(row["payer"] is None for row in ads)


def test_pages_that_buy_for_a_campaign_are_its_members(season):
    covert = {
        (row["platform"], row["actor"]): row["campaign"] for row in season.labels.to_pylist() if row["role"] == "covert"
    }
    for row in season.market.buyers.to_pylist():
        if row["campaign"] is not None:
            pages = [tuple(page.split(":")) for page in row["pages"].split()]
            assert all(covert.get(page, row["campaign"]) == row["campaign"] for page in pages)


def test_strength_scales_how_often_campaigns_act():
    def acts(strength: float) -> int:
        made = simulate(SeasonSettings(actors=100, campaigns=1, strength=strength), np.random.default_rng(3))
        return acts_within(made, "burst", 60)

    assert acts(2.0) > acts(1.0) > acts(0.25) >= 1


def test_no_campaign_plants_nobody():
    made = simulate(SeasonSettings(actors=100, campaigns=0), np.random.default_rng(3))
    assert "covert" not in made.labels["role"].to_pylist()
    assert made.market.buyers["campaign"].null_count == len(made.market.buyers)


@pytest.mark.parametrize(
    "wrong",
    [
        {"actors": -1},
        {"actors": 0},
        {"actors": 10**9},
        {"campaigns": -1},
        {"strength": 0.0},
        {"strength": -1.0},
        {"strength": float("nan")},
        {"strength": float("inf")},
        {"days": 0},
        {"days": 10_000},
    ],
)
def test_a_season_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadInput) as error:
        SeasonSettings(**wrong)
    assert error.value.problems[0].where == next(iter(wrong))


def test_all_wrong_settings_are_named_at_once():
    with pytest.raises(BadInput) as error:
        SeasonSettings(actors=-1, campaigns=-1, strength=-1, days=-1)
    assert len(error.value.problems) == 4


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    actors=st.integers(60, 150),
    campaigns=st.integers(0, 15),
    strength=st.floats(0.05, 3.0),
    days=st.integers(7, 60),
    seed=st.integers(0, 2**32),
)
def test_any_allowed_setting_gives_a_whole_season(actors, campaigns, strength, days, seed):
    wanted = SeasonSettings(actors=actors, campaigns=campaigns, strength=strength, days=days)
    made = simulate(wanted, np.random.default_rng(seed))
    assert sum(column.null_count for column in made.traces.columns) == 0
    start, end = (datetime.fromtimestamp(moment / SECONDS, UTC) for moment in (wanted.start, wanted.end))
    assert all(start <= at < end for at in made.traces["at"].to_pylist())
    labelled = {row["campaign"] for row in made.labels.to_pylist() if row["role"] == "covert"}
    assert labelled == set(range(campaigns))
    assert made.posts["content"].null_count == 0
    assert len(pc.unique(made.posts["content"])) == len(made.posts)

"""The forecast of work: it finds what made the history, and its intervals hold what comes."""

from dataclasses import replace

import made_workload
import pytest

from hustings.errors import BadInput
from hustings.staffing.forecast import Coming, Counted, learn, week_of


def row(**more):
    said = {"election": "a", "country": "DE", "electorate_millions": 10.0, "day": -3, "kind": "k", "language": "de"}
    return Counted(**said | {"items": 100} | more)


def weekly(rows):
    told = {}
    for each in rows:
        key = week_of(each.day), each.kind, each.language
        told[key] = told.get(key, 0) + each.items
    return told


def test_weeks_are_counted_from_the_day_of_voting():
    assert [week_of(day) for day in (-14, -8, -7, -1, 0, 6, 7)] == [-2, -2, -1, -1, 0, 0, 1]


def test_equal_elections_forecast_their_like_and_twice_the_voters_twice_the_work():
    told = [row(election=name, day=day, items=700) for name in "abcd" for day in (-10, -3, 2)]
    forecast = learn(told).forecast(Coming(country="DE", electorate_millions=10.0))
    found = {each.week: each for each in forecast.rows if each.middle > 1}
    assert set(found) == {-2, -1, 0}
    assert [round(each.middle, -1) for each in found.values()] == [700, 700, 700]
    assert all(each.low > 600 and each.high < 800 for each in found.values())
    assert [max(each.parts) for each in found.values()] == pytest.approx([2803 / 2821] * 3)
    twice = learn(told).forecast(Coming(country="DE", electorate_millions=20.0))
    assert sum(each.middle for each in twice.rows) == pytest.approx(4200, rel=0.01)


def test_intervals_hold_the_work_of_held_out_seasons():
    inside = tried = 0
    for seed in range(12):
        model = learn(made_workload.history(seed))
        for number, (country, millions) in enumerate((("US", 40.0), ("FI", 4.0), ("DE", 20.0))):
            came = weekly(made_workload.election("held out", country, millions, (1000 + seed, number)))
            for each in model.forecast(Coming(country=country, electorate_millions=millions), level=0.8).rows:
                if each.middle >= 5:
                    tried += 1
                    inside += each.low <= came.get((each.week, each.kind, each.language), 0) <= each.high
    assert tried > 3000
    assert 0.74 < inside / tried < 0.88


def test_a_wider_level_is_wider_and_fewer_elections_are_less_sure():
    coming = Coming(country="US", electorate_millions=10.0)
    many = learn(made_workload.history(1, 12))
    narrow, wide = (many.forecast(coming, level=level).rows for level in (0.5, 0.95))
    assert all(b.low < a.low and a.high < b.high for a, b in zip(narrow, wide, strict=True))
    one = learn([each for each in made_workload.history(1, 12) if each.election == "US 0"]).forecast(coming)
    assert one.assumed_spread
    assert "1 earlier election, too few" in one.limits
    assert "one of their sort" in many.forecast(coming).limits


def test_languages_are_those_of_the_country_unless_others_are_named():
    model = learn(made_workload.history(2))
    parts = {"fi": 0.0, "sv": 0.0}
    for each in model.forecast(Coming(country="FI", electorate_millions=4.0)).rows:
        parts[each.language] += each.middle
    assert parts["sv"] / sum(parts.values()) == pytest.approx(0.1, abs=0.02)
    unseen = model.forecast(Coming(country="KE", electorate_millions=22.0)).rows
    assert {each.language for each in unseen} == {"en", "es", "de", "fi", "sv"}
    named = model.forecast(Coming(country="KE", electorate_millions=22.0, languages={"sw": 3, "en": 1})).rows
    assert {each.language for each in named} == {"sw", "en"}


def test_what_cannot_be_learnt_from_is_told():
    with pytest.raises(BadInput, match="nothing to learn from"):
        learn([])
    with pytest.raises(BadInput, match="found 11"):
        learn([row(), replace(row(), electorate_millions=11)])
    with pytest.raises(BadInput) as told:
        learn([row()]).forecast(Coming(country="DE", electorate_millions=0, languages={"de": 0}), level=1)
    assert [problem.where for problem in told.value.problems] == ["level", "electorate_millions", "languages"]

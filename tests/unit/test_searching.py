"""When a standing search is due, where nobody looked, and which languages a country speaks."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hustings.policy.searching import RHYTHM, TRIES, Looked, Outcome, What, coverage, due_days, due_now, settled_days
from hustings.screening.spoken import language_name, languages_of

ON = date(2017, 11, 19)
DAYS = st.integers(min_value=-250, max_value=60).map(lambda days: ON + timedelta(days=days))


def test_the_rhythm_quickens_towards_the_day_and_ends_after_it():
    days = [(day - ON).days for day in due_days(ON)]
    assert days[:5] == [-180, -150, -120, -90, -60]
    assert set(range(-7, 8)) <= set(days)
    assert days[-1] == 14
    assert RHYTHM[0][0] == days[0]


@given(DAYS)
def test_a_search_is_due_from_the_first_day_to_the_last_and_once(today):
    day = due_now(ON, today, [])
    if today < ON - timedelta(days=180) or today > ON + timedelta(days=15):
        assert day is None
        return
    assert day is not None
    assert day <= today
    assert not [one for one in due_days(ON) if day < one <= today]
    assert due_now(ON, today, [day]) is None


@given(st.lists(DAYS, max_size=12), st.lists(DAYS, min_size=1, max_size=40))
def test_whoever_looks_in_on_any_days_makes_each_search_once(done, looks):
    made = [day for day in done if day in due_days(ON)]
    for today in sorted(looks):
        day = due_now(ON, today, made)
        if day is not None:
            assert day not in made
            made.append(day)
    assert len(made) == len(set(made)) or len(set(done)) < len(done)


@given(st.lists(st.tuples(DAYS, st.sampled_from([*Outcome])), max_size=12))
def test_a_day_is_settled_by_any_end_but_a_failure_and_by_so_many_failures(made):
    settled = settled_days(made)
    assert settled == sorted(set(settled))
    for day in {day for day, _ in made}:
        ends = [outcome for one, outcome in made if one == day]
        assert (day in settled) == (set(ends) != {Outcome.FAILED} or len(ends) >= TRIES)


def test_without_a_day_nothing_is_due():
    assert due_now(None, ON, []) is None


def looked(what, platforms, languages, day, outcome, at=0):
    return Looked(
        what=what, platforms=platforms, languages=languages, on=date(2017, 11, day), outcome=outcome, looked_at=at
    )


def test_coverage_tells_where_somebody_looked_and_where_nobody_did():
    told = coverage(
        ["es", "arn"], [(What.POSTS, "facebook"), (What.ADS, "google")],
        [
            looked(What.POSTS, ["twitter"], ["es"], 1, Outcome.NOTHING, 900), looked(What.POSTS, ["twitter"], ["es"], 5, Outcome.FOUND, 1_000),
            looked(What.POSTS, ["twitter"], ["es"], 9, Outcome.FAILED), looked(What.ADS, ["google"], [], 3, Outcome.NOTHING, 12),
        ],
    )  # fmt: skip
    assert told.languages == ["es", "arn", ""]
    assert told.platforms == [(What.ADS, "google"), (What.POSTS, "facebook"), (What.POSTS, "twitter")]
    cell = told.cells["es", What.POSTS, "twitter"]
    assert (cell.last, cell.times, cell.found, cell.looked_at, cell.tried) == (date(2017, 11, 5), 2, 1, 1_000, 1)
    assert told.cells["", What.ADS, "google"].times == 1
    assert ("es", What.POSTS, "facebook") in told.blind
    assert ("arn", What.POSTS, "twitter") in told.blind
    assert ("es", What.POSTS, "twitter") not in told.blind
    assert len(told.blind) == 3 * 3 - 2


def test_a_language_as_one_country_speaks_it_is_searched_with_that_language():
    searches = [looked(What.POSTS, ["a"], ["es", "pt-BR"], 1, Outcome.NOTHING)]
    told = coverage(["es-CL", "es-419", "arn"], [(What.POSTS, "a")], searches)
    assert told.languages == ["es-CL", "es-419", "arn", "pt-BR"]
    assert told.blind == [("arn", What.POSTS, "a")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from(["es", "en", ""]),
            st.sampled_from(list(Outcome)),
            st.integers(1, 28),
        )
    )
)
def test_a_search_that_nobody_made_covers_nothing(rows):
    searches = [
        looked(What.POSTS, [platform], [language] if language else [], day, outcome)
        for platform, language, outcome, day in rows
    ]
    told = coverage(["es"], [(What.POSTS, "a")], searches)
    for language in told.languages:
        for what, platform in told.platforms:
            really = [
                s
                for s in searches
                if s.outcome.looked
                and platform in s.platforms
                and (language in s.languages or (not language and not s.languages))
            ]
            assert ((language, what, platform) in told.blind) == (not really)


def test_languages_come_with_their_share():
    assert [one.code for one in languages_of("CL")] == ["es", "en"]
    danish, *_ = languages_of("DK")
    assert (danish.code, danish.official, language_name("da")) == ("da", True, "Danish")
    assert "kl" in {one.code for one in languages_of("DK")}  # official, though few speak it
    assert languages_of("XV") == ()
    assert language_name("zz") == "zz"

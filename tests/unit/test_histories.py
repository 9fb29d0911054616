"""Over time: which finding is which group, and what became of its members."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hustings.detection.histories import CHANGES, History, Run, as_table, follow, summaries

WEEK = timedelta(days=7)
START = datetime(2026, 11, 1, tzinfo=UTC)


def actors(names):
    return frozenset(("x", name) for name in names)


def run(name, *findings, last=None, names=None, until=START):
    return Run(
        name=name, until=until, findings=dict(enumerate(map(actors, findings))),
        last={("x", actor): at for actor, at in (last or {}).items()},
        names={("x", actor): called for actor, called in (names or {}).items()},
    )  # fmt: skip


def told(*runs):
    history = History()
    for one in runs:
        history = follow(history, one, WEEK)
    return history


def said(history, change):
    return [(s.identity, s.run, s.actor[1] if s.actor else None, s.detail) for s in history.steps if s.change == change]


def test_a_group_that_changes_places_and_grows_threefold_stays_itself():
    history = told(run("1", "abc", "uvw"), run("2", "uvw", "abcdefghi"))
    assert [(one.number, one.finding, len(one.members)) for one in history.identities] == [(0, 1, 9), (1, 0, 3)]
    assert [actor for _, r, actor, _ in said(history, "joined") if r == "2"] == list("defghi")


def test_who_left_is_told_and_half_of_a_group_is_not_enough_to_be_it():
    history = told(run("1", "abcd"), run("2", "abc"), run("3", "axyz"))
    assert said(history, "left") == [(0, "2", "d", "")]
    assert [one.number for one in history.identities if one.found] == [1]
    assert said(history, "ended") == [(0, "3", None, "")]


def test_a_split_names_where_it_came_from_and_the_larger_part_goes_on():
    history = told(run("1", "abcdefg"), run("2", "ab", "cdefg"))
    assert {one.number: one.members for one in history.identities} == {0: actors("cdefg"), 1: actors("ab")}
    assert said(history, "split") == [(1, "2", None, "0")]


def test_a_merge_names_what_it_went_into_and_stays_there():
    history = told(run("1", "abcd", "efg"), run("2", "abcdefg"), run("3", "abcd", "efg"))
    assert said(history, "merged") == [(1, "2", None, "0")]
    assert history.identities[1].into == 0
    assert said(history, "split") == [(2, "3", None, "0")]


def test_an_ended_group_returns_as_itself():
    history = told(run("1", "abc"), run("2"), run("3", "abc"))
    assert len(history.identities) == 1
    assert [step.change for step in history.steps if step.actor is None] == ["appeared", "ended", "returned"]


def test_members_go_silent_are_heard_again_and_change_names():
    later = START + timedelta(days=10)
    history = told(
        run("1", "abc", last=dict.fromkeys("abc", START), names={"a": "Anna"}),
        run("2", "abc", last={"a": START, "b": later, "c": later}, names={"a": "Anja"}, until=later),
        run("3", "abc", last=dict.fromkeys("abc", later), until=later),
    )
    assert said(history, "silent") == [(0, "2", "a", START.isoformat())]
    assert said(history, "heard") == [(0, "3", "a", later.isoformat())]
    assert said(history, "renamed") == [(0, "2", "a", "Anna to Anja")]


GROUPS = st.lists(st.sets(st.sampled_from("abcdefghij"), min_size=3).map("".join), max_size=4)


@given(st.lists(GROUPS, max_size=6))
def test_every_finding_has_one_identity_and_the_changes_add_up_to_its_members(weeks):
    history = told(*(run(str(number), *groups) for number, groups in enumerate(weeks)))
    if weeks:
        found = sorted(one.finding for one in history.identities if one.found)
        assert found == list(range(len(weeks[-1])))
    for one in history.identities:
        members = set()
        for step in history.steps:
            if step.identity == one.number and step.change == "joined":
                members.add(step.actor)
            if step.identity == one.number and step.change == "left":
                members.remove(step.actor)
        assert members == one.members
    assert {step.change for step in history.steps} <= set(CHANGES)
    assert len(as_table(history.steps)) == len(history.steps)
    assert len(summaries(history)) == len(history.identities)


@given(GROUPS, st.permutations(range(4)))
def test_the_same_run_again_changes_nothing(groups, order):
    once = told(run("1", *groups))
    shuffled = Run(name="2", until=START, findings={n: actors(groups[n]) for n in order if n < len(groups)})
    again = follow(once, shuffled, WEEK)
    assert again.steps == once.steps

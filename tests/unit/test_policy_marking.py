"""The least marking that is as strict as several is a lattice, and lets nobody know who may not know each part."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.policy.condition import Condition
from hustings.policy.decide import Marked, may_read
from hustings.policy.level import Level
from hustings.policy.marking import Circle, Kind, Marking, Need, Tlp, least_upper_bound
from hustings.policy.reader import Reader
from hustings.policy.role import Role

NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)
ORGANISATIONS = ["meridian", "directorate", "lab"]


def subsets(values):
    return st.sets(st.sampled_from(values)).map(frozenset)


def markings():
    return st.builds(
        Marking,
        tlp=st.sampled_from(Tlp),
        owner=st.sampled_from(ORGANISATIONS),
        group=st.sampled_from([None, "partners", "others"]),
        permitted_organisations=st.none() | subsets(ORGANISATIONS),
        level=st.sampled_from([Level.UNCLASSIFIED, Level.UNCLASSIFIED, Level.SECRET]),
        compartments=subsets(["ALPHA", "BRAVO"]),
        releasable_to=st.none() | subsets(["US", "VA"]),
        permitted_kinds=st.none() | subsets(list(Kind)),
        need=st.sampled_from(Need),
        roles=st.none() | subsets([Role.ANALYST, Role.REVIEWER]),
        originator_consent=st.booleans(),
        kept_here=st.booleans(),
        unknown=st.just(frozenset()) | subsets(["X", "Y"]),
    ) | st.builds(Marking, tlp=st.sampled_from([Tlp.CLEAR, Tlp.GREEN]), owner=st.sampled_from(ORGANISATIONS))


def readers():
    level = st.sampled_from([-1, 2])
    return st.builds(
        Reader,
        appointment=st.just("a"),
        person=st.just("p"),
        organisation=st.sampled_from(ORGANISATIONS),
        kind=st.sampled_from(Kind),
        enabled=st.just(True),
        strong=st.just(True),
        in_position=st.just(True),
        takes_part=st.just(True),
        position=st.just(True),
        position_level=level,
        position_compartments=subsets(["ALPHA", "BRAVO"]),
        roles=subsets([Role.ANALYST, Role.REVIEWER]),
        access=level,
        eligibility=level,
        facility=level,
        safeguarding=level,
        nda=st.just(True),
        training=st.just(True),
        read_ins=subsets(["ALPHA", "BRAVO"]),
        citizenships=subsets(["US", "VA"]),
        groups=subsets(["partners", "others"]),
        needs=st.sampled_from([frozenset(), frozenset({"x"})]),
        recused_items=st.just(frozenset()),
        recused_organisations=subsets(["directorate"]),
    )


def bound(*given_):
    return least_upper_bound(given_)


@settings(max_examples=60, deadline=None)
@given(markings(), markings(), markings())
def test_the_bound_is_a_lattice(a, b, c):
    assert bound(a, a) == bound(a)
    assert bound(bound(a)) == bound(a)
    assert bound(a, b) == bound(b, a)
    assert bound(bound(a, b), c) == bound(a, bound(b, c)) == bound(c, b, a)
    assert bound(a, bound(a, b)) == bound(a, b)


def knows(reader, marking):
    return may_read(reader, Marked(id="x", marking=marking), NOW)


@settings(max_examples=60, deadline=None)
@given(st.none() | readers(), markings(), markings())
def test_who_may_know_the_bound_may_know_each_part(reader, a, b):
    if knows(reader, bound(a, b)).allowed:
        assert knows(reader, a).allowed
        assert knows(reader, b).allowed


@settings(max_examples=60, deadline=None)
@given(readers(), markings(), markings())
def test_the_bound_adds_nothing_that_no_part_asks_but_for_common_lists(reader, a, b):
    # Of roles, countries and kinds only those that all name are left: somebody with one of each may know no more.
    apart = set(knows(reader, a).failed) | set(knows(reader, b).failed)
    together = set(knows(reader, bound(a, b)).failed)
    extra = together - apart
    facilities = a.kept_here != b.kept_here and a.level != b.level
    assert extra <= {Condition.RELEASE, Condition.NEED} | ({Condition.FACILITY} if facilities else set())


@settings(max_examples=60, deadline=None)
@given(markings(), markings())
def test_parts_are_joined_as_their_kind_asks(a, b):
    joined = bound(a, b)
    parts = [part for part in (a, b) if not part.for_everybody] or [a, b]
    assert joined.tlp == max((part.tlp for part in parts), key=lambda tlp: tlp.rank)
    assert joined.level == max(part.level for part in parts)
    assert joined.compartments == frozenset().union(*(part.compartments for part in parts))
    assert joined.unknown == frozenset().union(*(part.unknown for part in parts))
    assert joined.need == max((part.need for part in parts), key=lambda need: need.rank)
    assert joined.circles == frozenset().union(*(part.circles for part in parts))
    assert joined.owners == frozenset().union(*(part.owners for part in parts))
    assert joined.originator_consent == any(part.originator_consent for part in parts)
    assert joined.kept_here == any(part.kept_here for part in [part for part in parts if part.level] or parts)
    for name in ("releasable_to", "permitted_kinds", "roles"):
        asked = [getattr(part, name) for part in parts if getattr(part, name) is not None]
        assert getattr(joined, name) == (frozenset.intersection(*asked) if asked else None)


def test_of_nothing_there_is_no_bound():
    with pytest.raises(ValueError, match="no marking is the least of none"):
        least_upper_bound([])


TIP = Marking(tlp=Tlp.AMBER, owner="directorate", group="partners", level=Level.SECRET, need=Need.NAMED)
FINDING = Marking(tlp=Tlp.AMBER_STRICT, owner="meridian")


def test_what_was_made_from_a_tip_stays_inside_both_circles():
    joined = bound(TIP, FINDING)
    assert joined.tlp is Tlp.AMBER_STRICT
    assert joined.owner == "meridian"
    assert joined.also == {Circle(tlp=Tlp.AMBER, owner="directorate", group="partners")}
    assert joined.level is Level.SECRET
    assert joined.named


def test_a_public_source_leaves_a_marking_as_it_is():
    assert bound(TIP, Marking(tlp=Tlp.CLEAR, owner="lab")) == TIP
    assert bound(replace(TIP, unknown=frozenset({"X"})), Marking(tlp=Tlp.CLEAR, owner="lab")).unknown == {"X"}


def test_what_a_pointer_and_unclassified_content_make_is_no_classified_content():
    pointer = replace(TIP, kept_here=False)
    assert not bound(pointer, FINDING).kept_here
    assert bound(TIP, FINDING).kept_here
    assert bound(FINDING, replace(FINDING, kept_here=False)).kept_here


def test_an_owner_is_among_those_it_names():
    circle = Circle(tlp=Tlp.GREEN, owner="meridian", organisations=frozenset({"lab"}))
    assert [circle.permits(name) for name in ("meridian", "lab", "directorate", None)] == [True, True, False, False]


def test_of_several_circles_the_strictest_is_shown_then_by_name_then_the_one_that_names_organisations():
    named = frozenset({"lab"})
    parts = [
        Marking(tlp=Tlp.AMBER, owner="meridian", group="partners", permitted_organisations=named),
        Marking(tlp=Tlp.AMBER, owner="meridian", group="others"),
        Marking(tlp=Tlp.AMBER, owner="meridian", group="others", permitted_organisations=named),
    ]
    assert bound(*parts[:2]).group == "others"
    assert (bound(*parts).group, bound(*parts).permitted_organisations) == ("others", named)


def test_tlp_and_need_are_ordered_and_say_whom_they_let_know():
    assert [tlp.rank for tlp in Tlp] == [0, 1, 2, 3, 4]
    assert [need.rank for need in Need] == [0, 1, 2]
    assert len({tlp.sentence for tlp in Tlp}) == 5

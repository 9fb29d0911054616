"""The twelve conditions of reading, each flipped alone; acts, second persons, and what is passed on."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.policy.act import ACTS, Act, act
from hustings.policy.condition import Condition
from hustings.policy.decide import POLICY_VERSION, Marked, may, may_pass_on, may_read
from hustings.policy.level import Level
from hustings.policy.marking import Circle, Kind, Marking, Need, Tlp
from hustings.policy.reader import Grant, History, Reader, Recused, Step, latest, reader_at
from hustings.policy.role import Role

NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

READER = Reader(
    appointment="anna at meridian",
    person="anna",
    organisation="meridian",
    kind=Kind.COMPANY,
    enabled=True,
    strong=True,
    in_position=True,
    takes_part=True,
    position=True,
    position_level=2,
    position_compartments=frozenset({"ALPHA", "BRAVO"}),
    roles=frozenset({Role.ANALYST}),
    access=2,
    eligibility=2,
    facility=2,
    safeguarding=2,
    nda=True,
    training=True,
    read_ins=frozenset({"ALPHA", "BRAVO"}),
    citizenships=frozenset({"US"}),
    groups=frozenset({"partners"}),
    needs=frozenset({"tip"}),
    recused_items=frozenset(),
    recused_organisations=frozenset(),
)
MARKING = Marking(
    tlp=Tlp.AMBER,
    owner="directorate",
    group="partners",
    level=Level.SECRET,
    compartments=frozenset({"ALPHA"}),
    releasable_to=frozenset({"US", "VA"}),
    permitted_kinds=frozenset({Kind.COMPANY, Kind.AGENCY}),
    permitted_organisations=frozenset({"meridian"}),
    need=Need.NAMED,
    roles=frozenset({Role.ANALYST}),
)
TIP = Marked(id="tip", marking=MARKING, case="case", made_by="kira at directorate")
PUBLIC = Marked(id="report", marking=Marking(tlp=Tlp.CLEAR, owner="meridian"))


def read(reader=READER, item=TIP, now=NOW):
    return [condition.value for condition in may_read(reader, item, now).failed]


def marked(**changed):
    return replace(TIP, marking=replace(MARKING, **changed))


def test_who_fulfils_every_condition_reads_and_the_answer_names_the_rule():
    decision = may_read(READER, TIP, NOW)
    assert decision.allowed
    assert decision.failed == ()
    assert decision.policy_version == POLICY_VERSION


READER_FLIPS = [
    ("identity", {"enabled": False}),
    ("identity", {"strong": False}),
    ("identity", {"in_position": False}),
    ("identity", {"takes_part": False}),
    ("identity", {"position": False}),
    ("access", {"access": 1}),
    ("access", {"access": -1}),
    ("eligibility", {"eligibility": 1}),
    ("eligibility", {"eligibility": -1}),
    ("position", {"position_level": 1}),
    ("facility", {"facility": 1}),
    ("facility", {"safeguarding": 1}),
    ("agreement", {"nda": False}),
    ("agreement", {"training": False}),
    ("compartment", {"read_ins": frozenset({"BRAVO"})}),
    ("compartment", {"position_compartments": frozenset({"BRAVO"})}),
    ("release", {"citizenships": frozenset({"RU"})}),
    ("release", {"citizenships": frozenset()}),
    ("release", {"kind": Kind.RESEARCH}),
    ("release", {"kind": None}),
    ("sharing", {"groups": frozenset({"others"})}),
    ("need to know", {"needs": frozenset({"another"})}),
    ("need to know", {"roles": frozenset({Role.REVIEWER})}),
    ("conflict", {"recused_items": frozenset({"tip"})}),
    ("conflict", {"recused_items": frozenset({"case"})}),
    ("conflict", {"recused_organisations": frozenset({"directorate"})}),
]
ITEM_FLIPS = [
    ("marking", marked(unknown=frozenset({"EYES OF NOBODY"}))),
    ("marking", replace(TIP, marking=None)),
    ("marking", replace(TIP, withdrawn_at=NOW)),
    ("marking", replace(TIP, withdrawn_at=NOW - MICROSECOND)),
    ("compartment", marked(compartments=frozenset({"ALPHA", "CHARLIE"}))),
    ("release", marked(releasable_to=frozenset({"VA"}))),
    ("release", marked(releasable_to=frozenset())),
    ("release", marked(permitted_kinds=frozenset({Kind.AGENCY}))),
    ("release", marked(permitted_kinds=frozenset())),
    ("release", marked(permitted_organisations=frozenset({"lab"}))),
    ("release", marked(also=frozenset({Circle(tlp=Tlp.GREEN, owner="lab", organisations=frozenset({"x"}))}))),
    ("sharing", marked(group="others")),
    ("sharing", marked(group=None)),
    ("sharing", marked(also=frozenset({Circle(tlp=Tlp.AMBER, owner="lab", group="others")}))),
    ("need to know", marked(roles=frozenset())),
    ("conflict", replace(TIP, embargo_until=NOW + MICROSECOND)),
]


@pytest.mark.parametrize(("code", "changed"), READER_FLIPS)
def test_each_condition_on_the_reader_flipped_alone_denies_with_its_code(code, changed):
    assert read(replace(READER, **changed)) == [code]


@pytest.mark.parametrize(("code", "item"), ITEM_FLIPS)
def test_each_condition_on_the_item_flipped_alone_denies_with_its_code(code, item):
    assert read(item=item) == [code]


def test_every_condition_of_reading_is_flipped_above():
    assert {code for code, _ in READER_FLIPS + ITEM_FLIPS} == {
        condition.value for condition in Condition if condition.number is not None
    }
    assert [condition.number for condition in Condition] == [*range(1, 13), None, None, None]


def test_a_level_above_any_of_the_five_names_each_of_the_five():
    assert read(item=marked(level=Level.TOP_SECRET)) == ["access", "eligibility", "position", "facility"]


def test_a_pointer_asks_for_no_safeguarding():
    assert read(replace(READER, safeguarding=-1), marked(kept_here=False)) == []


@pytest.mark.parametrize("level", [Level.CONFIDENTIAL, Level.SECRET])
def test_the_level_itself_is_enough(level):
    assert read(item=marked(level=level)) == []


def test_every_compartment_that_one_is_read_into_may_be_asked():
    assert read(item=marked(compartments=frozenset({"ALPHA", "BRAVO"}))) == []


def test_unclassified_asks_for_no_clearance():
    nothing = replace(READER, access=-1, eligibility=-1, position_level=-1, facility=-1, safeguarding=-1, nda=False)
    item = replace(TIP, marking=Marking(tlp=Tlp.AMBER, owner="directorate", group="partners"))
    assert read(replace(nothing, training=False, read_ins=frozenset()), item) == []


def test_a_visitor_reads_what_is_for_everybody_and_nothing_else():
    assert read(None, PUBLIC) == []
    assert "identity" in read(None, TIP)
    assert read(None) == [
        "identity",
        "access",
        "eligibility",
        "position",
        "facility",
        "agreement",
        "compartment",
        "release",
        "sharing",
        "need to know",
    ]


FOR_EVERYBODY = PUBLIC.marking


@pytest.mark.parametrize(
    "changed",
    [
        {"tlp": Tlp.GREEN},
        {"level": Level.CONFIDENTIAL},
        {"need": Need.ROLE},
        {"need": Need.NAMED},
        {"compartments": frozenset({"ALPHA"})},
        {"roles": frozenset({Role.ANALYST})},
        {"releasable_to": frozenset({"US"})},
        {"permitted_kinds": frozenset({Kind.COMPANY})},
        {"permitted_organisations": frozenset({"lab"})},
        {"unknown": frozenset({"X"})},
        {"also": frozenset({Circle(tlp=Tlp.GREEN, owner="lab")})},
    ],
)
def test_anything_asked_makes_it_not_for_everybody(changed):
    marking = replace(FOR_EVERYBODY, **changed)
    assert FOR_EVERYBODY.for_everybody
    assert not marking.for_everybody
    assert "identity" in read(None, Marked(id="x", marking=marking))


SHARING = [  # tlp, owner, group, named organisations -> (owner's people, member's, named one's, anybody's, visitor)
    (Tlp.CLEAR, None, (True, True, True, True, True)),
    (Tlp.GREEN, None, (True, True, True, True, False)),
    (Tlp.AMBER, None, (True, True, False, False, False)),
    (Tlp.AMBER_STRICT, None, (True, False, False, False, False)),
    (Tlp.AMBER_STRICT, {"named"}, (True, False, True, False, False)),
    (Tlp.RED, None, (True, True, False, False, False)),
]


@pytest.mark.parametrize(("tlp", "organisations", "expected"), SHARING)
def test_the_traffic_light_protocol_lets_know_whom_it_says(tlp, organisations, expected):
    circle = Circle(
        tlp=tlp, owner="owner", group="group", organisations=None if organisations is None else frozenset(organisations)
    )
    asked = [("owner", set()), ("member", {"group"}), ("named", set()), ("other", {"another"}), (None, set())]
    assert tuple(circle.shares_with(name, frozenset(groups)) for name, groups in asked) == expected


@pytest.mark.parametrize("changed", [{"tlp": Tlp.RED}, {"level": Level.CONFIDENTIAL}, {"need": Need.NAMED}])
def test_red_and_above_unclassified_ask_for_named_persons_whatever_the_marking_says(changed):
    marking = replace(Marking(tlp=Tlp.AMBER, owner="meridian"), **changed)
    unnamed = replace(READER, needs=frozenset())
    assert read(unnamed, Marked(id="x", marking=marking)) == ["need to know"]
    assert read(unnamed, Marked(id="x", marking=marking, made_by="anna at meridian")) == []
    assert read(replace(READER, needs=frozenset({"c"})), Marked(id="x", marking=marking, case="c")) == []


def test_red_of_one_owner_among_several_asks_for_named_persons():
    marking = Marking(tlp=Tlp.GREEN, owner="meridian", also=frozenset({Circle(tlp=Tlp.RED, owner="meridian")}))
    assert read(replace(READER, needs=frozenset()), Marked(id="x", marking=marking)) == ["need to know"]


def test_an_embargo_binds_all_but_the_only_owner_and_ends_at_its_instant():
    item = replace(PUBLIC, embargo_until=NOW + MICROSECOND)
    assert read(None, item) == ["conflict"]
    assert read(replace(READER, organisation="lab"), item) == ["conflict"]
    assert read(READER, item) == []
    assert read(None, item, NOW + MICROSECOND) == []
    shared = replace(item, marking=replace(item.marking, also=frozenset({Circle(tlp=Tlp.CLEAR, owner="lab")})))
    assert read(READER, shared) == ["conflict"]


def test_what_is_public_is_not_kept_from_who_keeps_out_of_it():
    assert read(replace(READER, recused_items=frozenset({"report"})), PUBLIC) == []


def test_a_withdrawn_marking_binds_until_its_instant():
    assert read(item=replace(TIP, withdrawn_at=NOW + MICROSECOND)) == []


# The states at a moment.


def change(state, at=NOW, number=1, **said):
    return Step(at=at, recorded_at=NOW + number * MICROSECOND, id=f"{number:04}", state=state, **said)


def history(**changed):
    told = {
        "appointments": (change("in force"),),
        "organisations": (change("in force"),),
        "positions": (change("in force", level=2, roles=("analyst", "jester"), compartments=("ALPHA",)),),
        "access": (change("active", level=2),),
        "eligibility": (change("favourable", level=2, vetting=True),),
        "facility": (change("granted", level=2, safeguarding=2),),
        "agreements": (change("signed", about="non-disclosure agreement"), change("signed", about="training")),
        "read_ins": (change("read in", about="ALPHA"),),
        "citizenships": (change("in force", about="US"),),
        "sharing": (change("in force", about="partners"),),
        "owned_groups": frozenset({"ours"}),
        "grants": (
            Grant(item="tip", by_person="kira", purpose="study", starts_at=NOW, ends_at=NOW + timedelta(days=1)),
        ),
        "recusals": (
            Recused(item="old", organisation=None, starts_at=NOW, ends_at=NOW + timedelta(days=1)),
            Recused(item=None, organisation="former", starts_at=NOW),
        ),
    }
    return History(
        appointment="anna at meridian",
        person="anna",
        organisation="meridian",
        kind="company",
        enabled=True,
        strong=True,
        **(told | changed),
    )


HOLDS = Reader(
    appointment="anna at meridian",
    person="anna",
    organisation="meridian",
    kind=Kind.COMPANY,
    enabled=True,
    strong=True,
    in_position=True,
    takes_part=True,
    position=True,
    position_level=2,
    position_compartments=frozenset({"ALPHA"}),
    roles=frozenset({Role.ANALYST}),
    access=2,
    eligibility=2,
    facility=2,
    safeguarding=2,
    nda=True,
    training=True,
    read_ins=frozenset({"ALPHA"}),
    citizenships=frozenset({"US"}),
    groups=frozenset({"partners", "ours"}),
    needs=frozenset({"tip"}),
    recused_items=frozenset({"old"}),
    recused_organisations=frozenset({"former"}),
)
BEFORE = replace(
    HOLDS,
    in_position=False,
    takes_part=False,
    position=False,
    position_level=-1,
    position_compartments=frozenset(),
    roles=frozenset(),
    access=-1,
    eligibility=-1,
    facility=-1,
    safeguarding=-1,
    nda=False,
    training=False,
    read_ins=frozenset(),
    citizenships=frozenset(),
    groups=frozenset({"ours"}),
    needs=frozenset(),
    recused_items=frozenset(),
    recused_organisations=frozenset(),
)


def test_what_holds_begins_at_its_instant_and_not_a_microsecond_before():
    assert reader_at(history(), NOW - MICROSECOND) == BEFORE
    assert reader_at(history(), NOW) == HOLDS
    assert reader_at(history(), NOW + MICROSECOND) == HOLDS


ENDS = {
    "appointments": ("in force", "ended", {"in_position": False}, {}),
    "organisations": ("in force", "ended", {"takes_part": False}, {}),
    "positions": (
        "in force",
        "ended",
        {"position": False, "position_level": -1, "position_compartments": frozenset(), "roles": frozenset()},
        {"level": 2, "roles": ("analyst",), "compartments": ("ALPHA",)},
    ),
    "access": ("active", "suspended", {"access": -1}, {"level": 2}),
    "eligibility": ("favourable", "suspended", {"eligibility": -1}, {"level": 2, "vetting": True}),
    "facility": ("granted", "invalidated", {"facility": -1, "safeguarding": -1}, {"level": 2, "safeguarding": 2}),
    "read_ins": ("read in", "debriefed", {"read_ins": frozenset()}, {"about": "ALPHA"}),
    "citizenships": ("in force", "ended", {"citizenships": frozenset()}, {"about": "US"}),
    "sharing": ("in force", "ended", {"groups": frozenset({"ours"})}, {"about": "partners"}),
}


@pytest.mark.parametrize("table", ENDS)
def test_what_holds_ends_at_the_instant_of_the_next_change(table):
    holds, over, lost, said = ENDS[table]
    ends = NOW + timedelta(hours=1)
    changed = history(**{table: (change(over, ends, 2, **said), change(holds, **said))})
    assert reader_at(changed, ends - MICROSECOND) == HOLDS
    assert reader_at(changed, ends) == replace(HOLDS, **lost)
    assert reader_at(changed, ends + MICROSECOND) == replace(HOLDS, **lost)


def test_of_two_changes_at_one_moment_the_one_recorded_last_holds():
    first, second = change("active", number=1), change("suspended", number=2)
    assert latest([second, first], NOW) == second
    assert latest([first, second], NOW) == second
    same = replace(second, recorded_at=first.recorded_at)
    assert latest([same, first], NOW) == same
    assert latest([], NOW) is None


@pytest.mark.parametrize(
    ("table", "changes", "lost"),
    [
        ("eligibility", (change("favourable", level=2, vetting=False),), {"eligibility": -1}),
        ("eligibility", (change("interim", level=2, vetting=True),), {"eligibility": -1}),
        ("eligibility", (change("favourable", level=7, vetting=True),), {"eligibility": -1}),
        ("access", (change("active", level=7),), {"access": -1}),
        ("access", (change("active"),), {"access": -1}),
        ("facility", (change("interim", level=2, safeguarding=2),), {"facility": -1, "safeguarding": -1}),
        ("facility", (change("granted", level=2),), {"safeguarding": -1}),
        ("agreements", (change("signed", about="training"),), {"nda": False}),
        ("agreements", (change("signed", about="non-disclosure agreement"),), {"training": False}),
        ("citizenships", (), {"citizenships": frozenset()}),
        ("owned_groups", frozenset(), {"groups": frozenset({"partners"})}),
    ],
)
def test_what_is_missing_or_not_understood_counts_as_nothing(table, changes, lost):
    assert reader_at(history(**{table: changes}), NOW) == replace(HOLDS, **lost)


def test_an_organisation_of_no_known_kind_has_none():
    assert reader_at(replace(history(), kind="club"), NOW) == replace(HOLDS, kind=None)


def test_training_counts_until_its_instant():
    changes = (
        change("signed", about="training", until=NOW + MICROSECOND),
        change("signed", about="non-disclosure agreement"),
    )
    assert reader_at(history(agreements=changes), NOW).training
    assert not reader_at(history(agreements=changes), NOW + MICROSECOND).training


GRANT = Grant(item="tip", by_person="kira", purpose="study", starts_at=NOW, ends_at=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("grant", "counts"),
    [
        (GRANT, True),
        (replace(GRANT, by_person="anna"), False),
        (replace(GRANT, purpose=""), False),
        (replace(GRANT, ends_at=None), False),
        (replace(GRANT, ends_at=NOW), False),
        (replace(GRANT, ends_at=NOW + MICROSECOND), True),
        (replace(GRANT, starts_at=NOW + MICROSECOND), False),
        (replace(GRANT, withdrawn_at=NOW), False),
        (replace(GRANT, withdrawn_at=NOW + MICROSECOND), True),
    ],
)
def test_a_need_is_granted_by_another_for_a_purpose_until_an_end(grant, counts):
    assert reader_at(history(grants=(grant,)), NOW).needs == (frozenset({"tip"}) if counts else frozenset())


@pytest.mark.parametrize(
    ("starts", "ends", "binds"),
    [(NOW, None, True), (NOW + MICROSECOND, None, False), (NOW, NOW, False), (NOW, NOW + MICROSECOND, True)],
)
def test_a_recusal_binds_from_its_start_to_before_its_end(starts, ends, binds):
    reader = reader_at(
        history(
            recusals=(
                Recused(item="x", organisation=None, starts_at=starts, ends_at=ends),
                Recused(item=None, organisation="y", starts_at=starts, ends_at=ends),
            )
        ),
        NOW,
    )
    assert reader.recused_items == (frozenset({"x"}) if binds else frozenset())
    assert reader.recused_organisations == (frozenset({"y"}) if binds else frozenset())


# Acts.


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_for_the_roles_of_the_table_and_no_other(name):
    asked = act(name)
    item = Marked(id="x", marking=Marking(tlp=Tlp.AMBER, owner="meridian"))
    said = {role: may(replace(READER, roles=frozenset({role})), asked, item, NOW, asked_by="ben") for role in Role}
    assert {role for role, decision in said.items() if decision.allowed} == asked.roles
    assert {role: decision.failed for role, decision in said.items()} == {
        role: () if role in asked.roles else (Condition.ROLE,) for role in Role
    }


def test_nobody_may_do_what_nobody_described():
    with pytest.raises(KeyError):
        act("burn")


ANYTHING = Act(name="x", roles=frozenset({Role.ANALYST}), sentence="Do it.")


def test_an_act_asks_for_a_seat_even_about_what_everybody_reads():
    assert may(READER, ANYTHING, PUBLIC, NOW).allowed
    assert may(READER, ANYTHING, None, NOW).allowed
    assert may(None, ANYTHING, PUBLIC, NOW).failed == (Condition.IDENTITY, Condition.ROLE)
    weak = replace(READER, strong=False)
    assert may(weak, ANYTHING, PUBLIC, NOW).failed == (Condition.IDENTITY,)
    assert may(weak, ANYTHING, None, NOW).failed == (Condition.IDENTITY,)
    assert may(weak, ANYTHING, TIP, NOW).failed == (Condition.IDENTITY,)


def test_an_act_on_an_item_asks_first_that_it_may_be_read():
    assert may(replace(READER, access=-1), ANYTHING, TIP, NOW).failed == (Condition.ACCESS,)


def test_an_owners_act_is_refused_to_everybody_else():
    owners = replace(ANYTHING, of_owner=True)
    assert may(READER, owners, TIP, NOW).failed == (Condition.ROLE,)
    assert may(READER, owners, None, NOW).failed == (Condition.ROLE,)
    assert may(READER, owners, replace(TIP, marking=None), NOW).failed == (Condition.MARKING, Condition.ROLE)
    assert may(READER, owners, PUBLIC, NOW).allowed


def test_a_second_person_is_another_person():
    second = replace(ANYTHING, second=True)
    assert may(READER, second, None, NOW, asked_by="ben").allowed
    assert may(READER, second, None, NOW, asked_by="anna").failed == (Condition.SECOND,)
    assert may(READER, second, None, NOW).failed == (Condition.SECOND,)
    assert Condition.SECOND in may(None, second, None, NOW, asked_by="ben").failed


# Passing on.

BEN = replace(READER, appointment="ben at lab", person="ben", organisation="lab")
SHARED = Marked(id="x", marking=Marking(tlp=Tlp.AMBER, owner="directorate", group="partners"))


def onward(item=SHARED, to=(BEN,), reader=READER, consents=frozenset()):
    return may_pass_on(reader, ANYTHING, item, to, NOW, consents=frozenset(consents)).failed


def test_what_is_passed_on_may_be_read_by_every_recipient():
    assert onward() == ()
    assert onward(to=(BEN, replace(BEN, groups=frozenset()))) == (Condition.ONWARD,)
    assert onward(to=()) == (Condition.ONWARD,)


def test_which_condition_a_recipient_fails_is_not_told():
    assert onward(item=TIP, to=(replace(READER, person="ben", access=-1, nda=False),)) == (Condition.ONWARD,)


def test_the_originator_consents_where_the_marking_asks():
    asks = replace(SHARED, marking=replace(SHARED.marking, originator_consent=True))
    assert onward(asks) == (Condition.ONWARD,)
    assert onward(asks, consents={"lab"}) == (Condition.ONWARD,)
    assert onward(asks, consents={"directorate"}) == ()
    assert onward(asks, reader=replace(READER, organisation="directorate"), to=(READER,)) == ()
    two = replace(
        asks, marking=replace(asks.marking, also=frozenset({Circle(tlp=Tlp.AMBER, owner="lab", group="partners")}))
    )
    assert onward(two, consents={"directorate"}) == (Condition.ONWARD,)
    assert onward(two, consents={"directorate", "lab"}) == ()


def test_who_may_not_read_it_passes_nothing_on():
    assert onward(reader=None) == (Condition.IDENTITY, Condition.SHARING, Condition.ROLE)
    asks = replace(SHARED, marking=replace(SHARED.marking, originator_consent=True))
    assert Condition.ONWARD in onward(asks, reader=None)
    assert onward(replace(SHARED, marking=None)) == (Condition.MARKING, Condition.ONWARD)


# Removing anything never allows more.

FEWER = {
    "enabled": st.just(False),
    "strong": st.just(False),
    "in_position": st.just(False),
    "takes_part": st.just(False),
    "position": st.just(False),
    "nda": st.just(False),
    "training": st.just(False),
    "kind": st.none(),
    **dict.fromkeys(
        ("position_level", "access", "eligibility", "facility", "safeguarding"), st.integers(min_value=-1, max_value=2)
    ),
    "position_compartments": st.sets(st.sampled_from(["ALPHA", "BRAVO"])).map(frozenset),
    "read_ins": st.sets(st.sampled_from(["ALPHA", "BRAVO"])).map(frozenset),
    "citizenships": st.just(frozenset()),
    "groups": st.just(frozenset()),
    "needs": st.just(frozenset()),
    "roles": st.just(frozenset()),
}


@st.composite
def weaker(draw):
    names = draw(st.sets(st.sampled_from(sorted(FEWER))))
    return {name: draw(FEWER[name]) for name in sorted(names)}


def markings():
    some = st.none() | st.sets(st.sampled_from(["meridian", "lab"])).map(frozenset)
    circle = {
        "tlp": st.sampled_from(Tlp),
        "owner": st.sampled_from(["meridian", "directorate"]),
        "group": st.sampled_from([None, "partners", "others"]),
    }
    return st.builds(
        Marking,
        **circle,
        permitted_organisations=some,
        level=st.sampled_from(Level),
        compartments=st.sets(st.sampled_from(["ALPHA", "BRAVO"])).map(frozenset),
        releasable_to=st.none() | st.sets(st.sampled_from(["US", "VA"])).map(frozenset),
        permitted_kinds=st.none() | st.sets(st.sampled_from(Kind)).map(frozenset),
        need=st.sampled_from(Need),
        roles=st.none() | st.sets(st.sampled_from([Role.ANALYST, Role.REVIEWER])).map(frozenset),
        also=st.sets(st.builds(Circle, **circle, organisations=some), max_size=1).map(frozenset),
        unknown=st.sampled_from([frozenset()] * 9 + [frozenset({"X"})]),
    )


@settings(max_examples=60, deadline=None)
@given(markings(), weaker(), weaker())
def test_removing_anything_never_allows_more(marking, first, second):
    item = Marked(id="tip", marking=marking, case="case", made_by="kira at directorate")
    before = replace(READER, **first)
    after = replace(
        before,
        **{
            name: min(value, getattr(before, name))
            if isinstance(value, int) and not isinstance(value, bool)
            else value & getattr(before, name)
            if isinstance(value, frozenset)
            else value
            for name, value in second.items()
        },
    )
    lost = set(may_read(before, item, NOW).failed) - set(may_read(after, item, NOW).failed)
    assert lost == set()
    # A visitor is a reader of whom everything is removed.
    assert may_read(before, item, NOW).allowed >= may_read(None, item, NOW).allowed
    assert {field.name for field in fields(Reader)} - set(FEWER) == {
        "appointment",
        "person",
        "organisation",
        "recused_items",
        "recused_organisations",
    }

"""Markings cross into STIX and back without becoming wider, and what is not understood hides the object."""

import copy
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stix_markings import GROUPS, ORGANISATIONS, OURS, THEIRS, markings, subsets

from hustings.exchange.stix.acs import ACS
from hustings.exchange.stix.limits import LIMITS, definition_of
from hustings.exchange.stix.marking import (
    Definitions,
    Earlier,
    Names,
    Reads,
    Untranslatable,
    read_marking,
    write_marking,
)
from hustings.exchange.stix.tlp import TLP, TLP_EXTENSION, TLP_FIRST, tlp_definition
from hustings.policy.decide import Marked, may_read
from hustings.policy.level import Level
from hustings.policy.marking import Circle, Kind, Marking, Need, Tlp
from hustings.policy.reader import Reader
from hustings.policy.role import Role

NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)


@st.composite
def readers(draw):
    level = st.sampled_from([-1, 2])
    organisation = draw(st.sampled_from(ORGANISATIONS))
    return Reader(
        appointment="a", person="p", organisation=organisation, kind=draw(st.sampled_from(Kind)), enabled=True, strong=True,
        in_position=True, takes_part=True, position=True, position_level=draw(level),
        position_compartments=draw(subsets(["ALPHA", "BRAVO"])), roles=draw(subsets([Role.ANALYST, Role.REVIEWER])),
        access=2, eligibility=2, facility=draw(level), safeguarding=draw(level), nda=True, training=True,
        read_ins=draw(subsets(["ALPHA", "BRAVO"])), citizenships=draw(subsets(["US", "VA"])),
        groups=frozenset(group for group, members in GROUPS.items() if organisation in members),
        needs=draw(st.sampled_from([frozenset(), frozenset({"x"})])), recused_items=frozenset(), recused_organisations=frozenset(),
    )  # fmt: skip


def across(marking, reads, theirs=THEIRS):
    """The marking as it stands after the receiver read what the sender wrote."""
    refs, granular, definitions = write_marking(marking, names=replace(OURS, reads=reads))
    assert granular == []
    said = {"type": "report", "created_by_ref": "identity--meridian", "object_marking_refs": refs}
    return read_marking(said, Definitions(definitions), names=theirs)


@settings(max_examples=120, deadline=None)
@given(markings(plain=False))
def test_between_two_of_ours_a_marking_stays_what_it_is(marking):
    assert across(marking, Reads.HUSTINGS) == marking


@pytest.mark.parametrize("group", [None, "both"])
@pytest.mark.parametrize("reads", [Reads.TLP, Reads.ACS])
@settings(max_examples=50, deadline=None)
@given(marking=markings(plain=True), reader=st.none() | readers())
def test_whom_a_translated_marking_lets_know_the_first_one_did(reads, group, marking, reader):
    # That the receiver may know at all is asked of policy before anything is written.
    of_lab = frozenset(name for name, members in GROUPS.items() if "lab" in members)
    assume(all(one.shares_with("lab", of_lab) and one.permits("lab") for one in marking.circles))
    try:
        there = across(marking, reads, replace(THEIRS, group=group))
    except Untranslatable:
        return
    item = Marked(id="x", marking=there)
    if may_read(reader, item, NOW).allowed:
        assert may_read(reader, replace(item, marking=marking), NOW).allowed
    assert there.originator_consent or not marking.originator_consent


@pytest.mark.parametrize("tlp", Tlp)
def test_the_five_lights_are_written_by_their_ids_and_read_back(tlp):
    refs, _, definitions = write_marking(Marking(tlp=tlp, owner="meridian", group="both"), names=OURS)
    strict = Tlp.AMBER_STRICT if tlp is Tlp.AMBER else tlp
    assert refs == [TLP[strict]]
    assert definitions == [tlp_definition(strict)]
    assert read_marking({"object_marking_refs": [TLP[tlp]]}, {}, names=THEIRS).tlp is tlp


def test_the_first_edition_is_read_and_never_written():
    found = {}
    for marking, (word, _) in TLP_FIRST.items():
        found[word] = read_marking({"object_marking_refs": [marking]}, {}, names=THEIRS).tlp
    assert found == {"white": Tlp.CLEAR, "green": Tlp.GREEN, "amber": Tlp.AMBER_STRICT, "red": Tlp.RED}


def test_amber_without_a_group_of_both_stays_with_the_receiver():
    alone = replace(THEIRS, group=None)
    found = read_marking({"object_marking_refs": [TLP[Tlp.AMBER]]}, {}, names=alone)
    assert found == Marking(tlp=Tlp.AMBER_STRICT, owner="meridian", permitted_organisations=frozenset({"lab"}))
    red = read_marking({"object_marking_refs": [TLP[Tlp.RED]]}, {}, names=alone)
    assert (red.tlp, red.group, red.need) == (Tlp.RED, None, Need.NAMED)


SAID = {"type": "report", "id": "report--1", "created_by_ref": "identity--meridian"}
STATEMENT = {"type": "marking-definition", "id": "marking-definition--s", "definition_type": "statement", "definition": {"statement": "CC BY-SA 4.0"}}  # fmt: skip
CONTROLS = {
    "extension_type": "property-extension", "identifier": "isa:guide.19001.ACS3-1", "create_date_time": "2026-01-01T00:00:00Z",
    "responsible_entity_custodian": "USA.MERIDIAN", "policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit",
    "control_set": {"classification": "U"},
}  # fmt: skip
SCOPE = {"permitted_nationalities": ["ALL"], "permitted_organizations": ["ALL"], "entity": ["ALL"], "shareability": ["ALL"]}  # fmt: skip


def acs(controls=(), **said):
    definition = {"type": "marking-definition", "id": "marking-definition--a", "extensions": {ACS: CONTROLS | said}}
    definition["extensions"][ACS] |= {"control_set": {"classification": "U"} | dict(controls)} if controls else {}
    return read_marking(SAID | {"object_marking_refs": [definition["id"]]}, Definitions([definition]), names=THEIRS)


def forged(definition, **said):
    return definition | said


LIGHT = tlp_definition(Tlp.CLEAR)
WRONG_EXTENSION = {"extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "clear"}}}


@pytest.mark.parametrize(
    ("marked", "definitions", "word"),
    [
        ({"object_marking_refs": ["marking-definition--x"]}, [], "dangling"),
        ({"object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ee"]}, [], "dangling"),
        ({"object_marking_refs": []}, [], "malformed: object_marking_refs"),
        ({"object_marking_refs": None}, [], "malformed: object_marking_refs"),
        ({"object_marking_refs": TLP[Tlp.CLEAR]}, [], "malformed: object_marking_refs"),
        ({"object_marking_refs": [7]}, [], "malformed: a marking"),
        ({"granular_markings": []}, [], "malformed: granular_markings"),
        ({"granular_markings": [{"selectors": ["name"]}]}, [], "malformed: granular_markings"),
        ({"granular_markings": [{"selectors": ["name"], "marking_ref": "marking-definition--x"}]}, [], "dangling"),
        ({"object_marking_refs": [TLP[Tlp.RED]]}, [LIGHT | {"id": TLP[Tlp.RED]}], "forged"),
        ({"object_marking_refs": [TLP[Tlp.CLEAR]]}, [LIGHT | {"name": "TLP:RED"}], "forged"),
        ({"object_marking_refs": [next(iter(TLP_FIRST))]}, [LIGHT | {"id": next(iter(TLP_FIRST))}], "forged"),
        ({"object_marking_refs": [LIGHT["id"]]}, [LIGHT, LIGHT | {"created": "2023-01-01T00:00:00.000Z"}], "forged"),
        ({"object_marking_refs": ["marking-definition--y"]}, [LIGHT | {"id": "marking-definition--y"}], "a TLP under another id"),
        ({"object_marking_refs": [STATEMENT["id"]]}, [STATEMENT | {"definition_type": "x-house-rule"}], "unknown"),
        ({"object_marking_refs": [STATEMENT["id"]]}, [STATEMENT | {"definition": {"statement": "Handle as TLP:RED"}}], "unknown"),
        ({"object_marking_refs": [STATEMENT["id"]]}, [STATEMENT | {"extensions": {"extension-definition--z": {}}}], "unknown"),
        ({"object_marking_refs": [STATEMENT["id"]]}, [STATEMENT | {"type": "report"}], "dangling"),
        ({"object_marking_refs": [STATEMENT["id"]]}, [STATEMENT | {"extensions": 7}], "unknown"),
    ],
)  # fmt: skip
def test_what_is_not_understood_hides_the_object(marked, definitions, word):
    found = read_marking(SAID | marked, Definitions(definitions), names=THEIRS)
    assert any(one.startswith(word) for one in found.unknown), found.unknown
    assert not any(may_read(reader, Marked(id="x", marking=found), NOW).allowed for reader in [None, *some_readers()])


def some_readers():
    for organisation in ORGANISATIONS:
        yield Reader(
            appointment="a", person="p", organisation=organisation, kind=Kind.AGENCY, enabled=True, strong=True, in_position=True,
            takes_part=True, position=True, position_level=3, position_compartments=frozenset(), roles=frozenset(Role), access=3,
            eligibility=3, facility=3, safeguarding=3, nda=True, training=True, read_ins=frozenset(), citizenships=frozenset({"US"}),
            groups=frozenset(GROUPS), needs=frozenset({"x"}), recused_items=frozenset(), recused_organisations=frozenset(),
        )  # fmt: skip


def limits(**changed):
    marking = Marking(tlp=Tlp.AMBER, owner="meridian", group="both", roles=frozenset({Role.ANALYST}))
    refs, _, definitions = write_marking(marking, names=replace(OURS, reads=Reads.HUSTINGS))
    definition = copy.deepcopy(definitions[1])
    definition["extensions"][LIMITS] |= changed
    return SAID | {"object_marking_refs": refs}, [definitions[0], definition]


def test_limits_of_ours_under_another_content_are_forged():
    said, definitions = limits()
    assert not read_marking(said, Definitions(definitions), names=THEIRS).unknown
    said, definitions = limits(roles=["administrator"])
    assert any(word.startswith("forged") for word in read_marking(said, Definitions(definitions), names=THEIRS).unknown)


@pytest.mark.parametrize("lost", ["identities", "groups"])
def test_limits_of_ours_that_name_whom_nobody_knows_here_hide(lost):
    said, definitions = limits()
    found = read_marking(said, Definitions(definitions), names=replace(THEIRS, **{lost: {}}))
    assert any("not known here" in word for word in found.unknown)


def test_a_stricter_light_beside_limits_of_ours_counts():
    said, definitions = limits()
    said = said | {"object_marking_refs": [*said["object_marking_refs"], TLP[Tlp.RED]]}
    assert read_marking(said, Definitions(definitions), names=THEIRS).tlp is Tlp.RED


def test_parts_count_for_the_whole():
    parts = [{"selectors": ["name"], "marking_ref": TLP[Tlp.RED]}, {"selectors": ["description"], "lang": "de"}]
    said = SAID | {"object_marking_refs": [TLP[Tlp.CLEAR]], "granular_markings": parts}
    assert read_marking(said, {}, names=THEIRS).tlp is Tlp.RED


def test_what_bears_no_marking_or_only_terms_of_use_is_for_the_receiver_as_the_agreement_says():
    here = Marking(tlp=Tlp.AMBER_STRICT, owner="meridian", permitted_organisations=frozenset({"lab"}))
    assert read_marking(SAID, {}, names=THEIRS) == here
    stated = SAID | {"object_marking_refs": [STATEMENT["id"]]}
    assert read_marking(stated, Definitions([STATEMENT]), names=THEIRS) == here
    assert read_marking(SAID, {}, names=replace(THEIRS, unmarked=Tlp.GREEN)).tlp is Tlp.GREEN
    assert read_marking(SAID, {}, names=replace(THEIRS, unmarked=None)).unknown == {"no marking"}


@pytest.mark.parametrize(
    ("sender", "marked", "hidden"),
    [
        ("directorate", {"object_marking_refs": [TLP[Tlp.CLEAR]]}, True),
        ("directorate", {}, True),
        ("directorate", {"object_marking_refs": [TLP[Tlp.RED], TLP[Tlp.CLEAR]]}, False),
        ("directorate", {"granular_markings": [{"selectors": ["name"], "marking_ref": TLP[Tlp.RED]}]}, False),
        ("meridian", {"object_marking_refs": [TLP[Tlp.CLEAR]]}, False),
        ("meridian", {"object_marking_refs": [TLP[Tlp.CLEAR]], "created_by_ref": "identity--lab"}, True),
    ],
)
def test_only_the_creator_takes_a_marking_away(sender, marked, hidden):
    before = Earlier(object=SAID | {"object_marking_refs": [TLP[Tlp.RED]]}, sender="meridian")
    found = read_marking(SAID | marked, {}, names=replace(THEIRS, sender=sender), earlier=before)
    assert bool(found.unknown) is hidden
    nameless = Earlier(object={"object_marking_refs": [TLP[Tlp.RED]]}, sender="meridian")
    found = read_marking({"object_marking_refs": [TLP[Tlp.CLEAR]]}, {}, names=replace(THEIRS, sender=sender), earlier=nameless)  # fmt: skip
    assert bool(found.unknown) is (sender != "meridian")


@pytest.mark.parametrize(
    ("controls", "said", "word"),
    [
        ({"classification": "R"}, {}, "acs:classification:R"),
        ({"classification": ["U"]}, {}, "acs:classification"),
        ({"sensitivity": ["LES"]}, {}, "acs:sensitivity:LES"),
        ({"caveat": ["FISA"]}, {}, "acs:caveat:FISA"),
        ({"formal_determination": ["FOUO"]}, {}, "acs:formal_determination:FOUO"),
        ({"entity": ["ALIEN"]}, {}, "acs:entity:ALIEN"),
        ({"entity": []}, {}, "acs:entity"),
        ({"shareability": ["NCC"]}, {}, "acs:shareability:NCC"),
        ({"new_control": ["A"]}, {}, "acs:new_control"),
        ({}, {"control_set": 7}, "acs:control_set"),
        ({}, {"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=deny&sharedefault=permit"}, "acs:privdefault=deny"),
        ({}, {"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit"}, "acs:policy_reference"),
        ({}, {"policy_reference": None}, "acs:policy_reference"),
        ({}, {"access_privilege": [{"privilege_action": "DSPLY", "privilege_scope": SCOPE, "rule_effect": "deny"}]}, "acs:access_privilege:deny"),
        ({}, {"access_privilege": [{"privilege_action": "DSPLY", "privilege_scope": SCOPE, "rule_effect": "perhaps"}]}, "acs:access_privilege"),
        ({}, {"something_new": 1}, "acs:something_new"),
    ],
)  # fmt: skip
def test_a_control_that_nobody_here_applies_hides(controls, said, word):
    assert any(one.startswith(word) for one in acs(controls, **said).unknown)


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.text(st.sampled_from("A\x00\ud800"), min_size=1, max_size=400),
    st.sampled_from([[], {}, [[]], [{}], {"A": []}, "permit", "DSPLY"]),
)  # fmt: skip


@st.composite
def bent(draw, said):
    """What was said with one part of it replaced, whatever depth it stands at."""
    if isinstance(said, dict) and said and draw(st.integers(0, 4)):
        key = draw(st.sampled_from([*said, "\x00", "\ud800", "A" * 300]))
        return said | {key: draw(bent(said.get(key)))}
    if isinstance(said, list) and said and draw(st.booleans()):
        return [draw(bent(said[0])), *said[1:]]
    return draw(ODD)


WRITTEN = Marking(
    tlp=Tlp.AMBER_STRICT, owner="meridian", permitted_organisations=frozenset({"lab"}), level=Level.SECRET, need=Need.NAMED,
    compartments=frozenset({"ALPHA"}), releasable_to=frozenset({"US"}),
)  # fmt: skip


@settings(max_examples=400)
@given(st.sampled_from([Reads.ACS, Reads.HUSTINGS]), st.data())
def test_whatever_a_marking_says_becomes_one_that_a_label_can_hold(reads, data):
    refs, _, (*_, definition) = write_marking(WRITTEN, names=replace(OURS, reads=reads))
    ((extension, said),) = definition["extensions"].items()
    twisted = data.draw(bent(said))
    with suppress(UnicodeEncodeError):  # then nobody can compute the id of what it says either
        if reads is Reads.HUSTINGS and isinstance(twisted, dict):
            definition = definition_of(extension, twisted, "bent")
    definition = definition | {"extensions": {extension: twisted}}
    marks = data.draw(st.one_of(st.just([definition["id"]]), st.lists(ODD), bent([*refs, "A" * 300, "\x00"])))
    found = read_marking({"type": "note", "object_marking_refs": marks}, Definitions([definition]), names=THEIRS)
    for words, longest in ((found.unknown, 200), (found.compartments, 60), (found.releasable_to or (), 2)):
        for word in words:
            word.encode()
            assert len(word) <= longest
            assert "\x00" not in word


def test_controls_that_can_be_applied_are_limits():
    found = acs(
        {
            "classification": "S", "permitted_nationalities": ["USA", "VAT"], "permitted_organizations": ["USA.LAB", "USA.ELSEWHERE"],
            "entity": ["GOV", "CTR"], "sci_controls": ["ALPHA"],
        },
        policy_reference="urn:isa:policy:acs:ns:v3.0?privdefault=deny&sharedefault=deny",
        access_privilege=[{"privilege_action": "DSPLY", "rule_effect": "permit", "privilege_scope": SCOPE | {"permitted_nationalities": ["USA"]}}],
    )  # fmt: skip
    assert not found.unknown
    assert (found.level, found.releasable_to, found.permitted_kinds) == (Level.SECRET, {"US"}, {Kind.AGENCY})
    assert (found.compartments, found.originator_consent, found.need) == ({"ALPHA"}, True, Need.NAMED)
    assert {circle.organisations for circle in found.circles} == {frozenset({"lab"})}


def test_only_a_release_makes_a_control_set_public():
    assert acs({"formal_determination": ["PUBREL"]}).tlp is Tlp.AMBER_STRICT
    assert acs({"formal_determination": ["PUBREL"]}, public_release={"released_by": "USA.MERIDIAN"}).for_everybody


FIRST = Marking(tlp=Tlp.GREEN, owner="meridian")


@pytest.mark.parametrize(
    ("limit", "tlp", "acs_too"),
    [
        ({"level": Level.SECRET}, False, True),
        ({"compartments": frozenset({"ALPHA"})}, False, True),
        ({"releasable_to": frozenset({"US"})}, False, True),
        ({"releasable_to": frozenset({"XX"})}, False, False),
        ({"releasable_to": frozenset()}, False, False),
        ({"permitted_kinds": frozenset({Kind.AGENCY})}, False, True),
        ({"permitted_kinds": frozenset({Kind.COMPANY})}, False, False),
        ({"permitted_organisations": frozenset({"lab"})}, False, True),
        ({"permitted_organisations": frozenset({"nobody knows"})}, False, False),
        ({"roles": frozenset({Role.ANALYST})}, False, False),
        ({"also": frozenset({Circle(tlp=Tlp.GREEN, owner="lab")})}, False, False),
        ({"originator_consent": True}, False, True),
        ({"unknown": frozenset({"a word"})}, False, False),
        ({"need": Need.NAMED}, True, True),
        ({"tlp": Tlp.AMBER, "group": "both"}, True, True),
        ({"kept_here": False}, True, True),
    ],
)  # fmt: skip
def test_a_limit_without_translation_is_refused_by_name(limit, tlp, acs_too):
    for reads, possible in ((Reads.TLP, tlp), (Reads.ACS, acs_too)):
        if possible:
            across(replace(FIRST, **limit), reads)
        else:
            with pytest.raises(Untranslatable) as error:
                across(replace(FIRST, **limit), reads)
            assert error.value.problems


def test_limits_that_name_whom_the_other_side_does_not_know_are_refused():
    with pytest.raises(Untranslatable, match="owner"):
        write_marking(FIRST, names=Names(here="meridian", reads=Reads.HUSTINGS))
    with pytest.raises(Untranslatable, match="sharing group"):
        write_marking(replace(FIRST, group="secret"), names=replace(OURS, reads=Reads.HUSTINGS))


def test_the_definitions_that_everybody_knows_are_for_everybody_and_others_are_not():
    assert read_marking(LIGHT, {}, names=THEIRS).for_everybody
    assert not read_marking(STATEMENT, {}, names=THEIRS).for_everybody
    assert not read_marking(LIGHT | {"name": "TLP:RED"}, {}, names=THEIRS).for_everybody

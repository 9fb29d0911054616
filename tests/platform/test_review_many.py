"""Decisions of one cause reopened together, and one decision about many works: previewed, agreed to, staged, rolled back."""

from copy import deepcopy
from datetime import timedelta
from uuid import uuid4

import pytest
from installation import clock_tells
from made_review import SNAPSHOT, Room, leaflets
from people_world import NOW

from hustings.apps.permission import NotKnown, Refused
from hustings.apps.review import actions, siblings
from hustings.apps.review.bulk import STAGES, agree, preview, propose, release, roll_back
from hustings.apps.review.models import BulkItem, Decision, Hold, State, Undo, Work
from hustings.errors import BadInput
from hustings.policy.reviewing import Risk

pytestmark = pytest.mark.django_db

REFUSE, FITS = ("refuse", "voting.wrong_date"), ("approve", "fits")
OTHER = SNAPSHOT | {"text": "The harbour festival begins on Sunday, with music."}


@pytest.fixture
def subjects():
    with leaflets(compared=False) as made:
        yield made


@pytest.fixture(scope="module")
def made(lasting):
    clock_tells(NOW)
    return Room()


@pytest.fixture
def room(made, subjects):
    return deepcopy(made)


def settled(room, by="rosa", decision=REFUSE, **asked):
    work = room.ask(**asked)
    claim = room.claim(by)
    assert claim.work == work.pk
    return room.decide(by, claim, *decision)


def overturned(room, decision, by="umar"):
    """The decision is appealed and decided otherwise."""
    person = room.person("olga")
    appeal = actions.appeal(decision.work.subject, "It is satire.", by_person=person)
    claim = room.claim(by)
    assert claim.work == appeal.pk
    room.decide(by, claim, *FITS)
    return Decision.objects.get(pk=decision.pk)


# Siblings


def test_an_overturn_tells_the_standing_decisions_of_the_same_cause(room):
    louder = SNAPSHOT | {"text": SNAPSHOT["text"].upper().replace(" ", "  ")}
    same, loud = settled(room), settled(room, snapshot=louder)
    for different in ({"snapshot": OTHER}, {"decision": ("refuse", "voting.discourages")}, {"decision": FITS}):
        settled(room, **different)
    wrong = settled(room)
    with room.as_("tara") as tara, pytest.raises(NotKnown):
        siblings.siblings(tara, wrong.pk)
    overturned(room, wrong)
    with room.as_("tara") as tara:
        assert [row.pk for row in siblings.waiting_for_siblings(tara)] == [wrong.pk]
        _, instead, found = siblings.siblings(tara, wrong.pk)
        assert {each.pk for each in found.listed} == {same.pk, loud.pk}
        assert (instead.outcome, found.more, found.own) == ("approve", 0, 0)


def test_what_belongs_together_is_of_one_cause_whatever_it_says(room):
    bundle = uuid4()
    together = settled(room, snapshot=OTHER, bundle=bundle)
    wrong = settled(room, bundle=bundle)
    overturned(room, wrong)
    with room.as_("tara") as tara:
        assert [each.pk for each in siblings.siblings(tara, wrong.pk)[2].listed] == [together.pk]


def test_siblings_are_reopened_for_people_who_decided_none_of_it(room, subjects):
    sibling, wrong = settled(room), settled(room)
    overturned(room, wrong)
    with room.as_("tara") as tara:
        assert siblings.reopen(wrong.pk, [sibling.pk], by=tara) == 1
    assert subjects.state[sibling.work.subject_id] == "waits"
    assert Undo.objects.get(decision=sibling).because_id == wrong.pk
    assert room.claim("rosa") is None
    assert room.claim("tara") is None
    assert room.claim("sven").work == sibling.work_id
    with room.as_("tara") as tara:
        assert siblings.waiting_for_siblings(tara) == []


def test_who_decided_a_sibling_leaves_it_to_another(room):
    sibling, wrong = settled(room), settled(room)
    overturned(room, wrong)
    with room.as_("rosa") as rosa:
        _, _, found = siblings.siblings(rosa, wrong.pk)
        assert (found.listed, found.own) == ([], 1)
        with pytest.raises(BadInput):
            siblings.reopen(wrong.pk, [sibling.pk], by=rosa)


def test_what_was_not_listed_is_not_reopened_and_nothing_with_it(room):
    sibling, stranger, wrong = settled(room), settled(room, snapshot=OTHER), settled(room)
    overturned(room, wrong)
    with room.as_("tara") as tara:
        for chosen in ([sibling.pk, stranger.pk], []):
            with pytest.raises(BadInput):
                siblings.reopen(wrong.pk, chosen, by=tara)
    assert not Undo.objects.exists()


def test_a_preview_is_bounded_and_says_how_many_more_there_are(room, monkeypatch):
    monkeypatch.setattr(siblings, "MOST", 2)
    for _ in range(5):
        settled(room)
    wrong = settled(room)
    overturned(room, wrong)
    with room.as_("tara") as tara:
        _, _, found = siblings.siblings(tara, wrong.pk)
        assert (len(found.listed), found.more) == (2, 3)


def test_decided_afresh_otherwise_it_is_overturned_too(room):
    sibling, wrong = settled(room), settled(room)
    with room.as_("tara") as tara:
        actions.undo(wrong.pk, by=tara, reason="the vote takes two days there")
    room.decide("sven", room.claim("sven"), *FITS)
    with room.as_("umar") as umar:
        assert [each.pk for each in siblings.siblings(umar, wrong.pk)[2].listed] == [sibling.pk]


# In bulk


def works(room, many=10, **more):
    return [room.ask(snapshot=SNAPSHOT | {"number": number}, **more) for number in range(many)]


def planned(room, asked, decision=REFUSE):
    with room.as_("rosa") as rosa:
        return propose(
            "door", [work.pk for work in asked], *decision, why="the same leaflet, seven times over", by=rosa
        )


def agreed(room, plan, by="sven"):
    with room.as_(by) as seat:
        return agree(plan.pk, plan.digest, by=seat, agrees=True)


def states():
    return list(Work.objects.order_by("turn_at", "id").values_list("state", flat=True))


def test_many_works_are_decided_in_stages_once_another_person_agreed(room, subjects):
    asked = works(room)
    plan = planned(room, asked)
    with room.as_("rosa") as rosa, pytest.raises(BadInput):
        release(plan.pk, by=rosa)
    agreed(room, plan)
    decided = []
    with room.as_("rosa") as rosa:
        for _ in STAGES:
            decided.append(release(plan.pk, by=rosa).decided)
        with pytest.raises(BadInput):
            release(plan.pk, by=rosa)
    assert decided == [1, 4, 5]
    plan.refresh_from_db()
    assert plan.state == "done"
    assert set(subjects.state.values()) == {"refuse"}
    assert Decision.objects.filter(settles=True).count() == 10


def test_nobody_agrees_to_what_they_proposed(room):
    plan = planned(room, works(room, 2))
    with room.as_("rosa") as rosa, pytest.raises(Refused):
        agree(plan.pk, plan.digest, by=rosa, agrees=True)


def test_agreed_is_what_was_previewed(room):
    plan = planned(room, works(room, 2))
    with room.as_("sven") as sven, pytest.raises(BadInput):
        agree(plan.pk, "0" * 64, by=sven, agrees=True)


def test_of_a_plan_that_is_refused_nothing_is_decided(room):
    plan = planned(room, works(room, 2))
    with room.as_("sven") as sven:
        agree(plan.pk, plan.digest, by=sven, agrees=False)
    with room.as_("rosa") as rosa, pytest.raises(BadInput):
        release(plan.pk, by=rosa)
    assert not Decision.objects.exists()


def test_what_is_held_decided_or_changed_meanwhile_is_left_out(room):
    asked = works(room, 4)
    plan = planned(room, asked)
    held = room.claim("tara")
    changed = next(work for work in asked if work.pk != held.work)
    room.ask(changed.subject_id, snapshot=SNAPSHOT | {"number": "newer"})
    agreed(room, plan)
    with room.as_("rosa") as rosa:
        for _ in STAGES:
            came = release(plan.pk, by=rosa)
    assert came.left_out == 2
    assert set(BulkItem.objects.exclude(left_out="").values_list("work", flat=True)) == {held.work, changed.pk}
    assert room.decide("tara", held).settles


def test_rolled_back_all_of_it_waits_again_for_people_one_by_one(room, subjects):
    plan = planned(room, works(room, 5))
    agreed(room, plan)
    with room.as_("rosa") as rosa:
        for _ in STAGES:
            release(plan.pk, by=rosa)
        with pytest.raises(Refused):
            roll_back(plan.pk, by=rosa, reason="it was satire")
    with room.as_("sven") as sven:
        with pytest.raises(BadInput):
            roll_back(plan.pk, by=sven, reason=" ")
        assert roll_back(plan.pk, by=sven, reason="it was satire") == 5
        with pytest.raises(BadInput):
            roll_back(plan.pk, by=sven, reason="it was satire")
    assert set(subjects.state.values()) == {"waits"}
    assert states() == [State.OPEN] * 5
    assert room.claim("rosa") is None
    assert room.claim("tara") is not None


def test_four_eyes_are_a_second_look(made):
    with leaflets(compared=False, risk=Risk.SPEECH):
        room = deepcopy(made)
        room.rules(second_speech=100)
        plan = planned(room, works(room, 2))
        agreed(room, plan)
        with room.as_("rosa") as rosa:
            for _ in STAGES:
                release(plan.pk, by=rosa)
        assert states() == [State.SETTLED] * 2


def test_what_two_have_to_look_at_is_in_no_plan(room):
    asked = works(room, 2, people=2)
    with room.as_("rosa") as rosa:
        assert preview(rosa, "door", "") == []
    with pytest.raises(BadInput):
        planned(room, asked)


def test_nobody_takes_by_a_plan_what_they_keep_out_of(room):
    work = room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.recuse(claim, by=rosa, reason="a relative works there")
        assert preview(rosa, "door", "") == []
    with pytest.raises(BadInput):
        planned(room, [work])


def test_who_agrees_leaves_out_what_they_keep_out_of(room):
    room.ask(hours=1)
    claim = room.claim("sven")
    with room.as_("sven") as sven:
        actions.recuse(claim, by=sven, reason="a relative works there")
    plan = planned(room, [Work.objects.get(), *works(room, 1)])
    agreed(room, plan)
    with room.as_("rosa") as rosa:
        for _ in STAGES:
            release(plan.pk, by=rosa)
    assert BulkItem.objects.filter(left_out="").count() == 1
    assert Decision.objects.count() == 1


def test_a_plan_names_all_that_is_wrong_with_it_at_once(room):
    with room.as_("rosa") as rosa, pytest.raises(BadInput) as wrong:
        propose("door", [], *REFUSE, why="spam", by=rosa)
    assert [problem.where for problem in wrong.value.problems] == ["works", "why"]
    asked = works(room, 1)
    with pytest.raises(BadInput):
        planned(room, asked, ("approve", "voting.wrong_date"))
    with pytest.raises(BadInput):
        planned(room, [*asked, Work(pk=uuid4())])


def test_a_preview_finds_words_in_any_script(room):
    room.ask(snapshot=SNAPSHOT | {"text": "Голосуйте 8 марта"})
    room.ask(snapshot=OTHER)
    with room.as_("rosa") as rosa:
        assert [work.snapshot["text"] for work in preview(rosa, "door", "Голосуйте")] == ["Голосуйте 8 марта"]
        assert len(preview(rosa, "door", "")) == 2


def test_another_organisation_sees_no_plan(room):
    plan = planned(room, works(room, 1))
    with room.as_("olga", "Other") as olga, pytest.raises(NotKnown):
        agree(plan.pk, plan.digest, by=olga, agrees=True)


def test_a_hold_is_shown_with_its_work_alone(room):
    room.ask()
    claim = room.claim("rosa")
    with room.as_("rosa") as rosa:
        actions.put_on_hold(claim, by=rosa, reason="asked around", until=NOW + timedelta(hours=1))
    with room.as_("petra"):
        assert Hold.objects.count() == 1
    with room.as_("olga", "Other"):
        assert not Hold.objects.exists()

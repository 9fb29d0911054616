"""Both machines of the door, move by move: every state, every move, every maker, against a table written by hand."""

import pytest
from django.db import transaction
from made_door import approve_disclaimer, made_door, running, submit
from made_people import person

from hustings.apps.ads.models import Ad, AdChange, Order, Screening, Sponsor, SponsorChange
from hustings.apps.ads.moving import CannotMoveAd, move_ad, move_sponsor
from hustings.policy.advertising import AD, SPONSOR, AdState, By, SponsorState

pytestmark = pytest.mark.django_db

# move: out of these states / to this one / by these; "!" after the move: it needs a reason.
AUTHORISATION = """
submit person: draft, rejected / person submitted / advertiser
confirm person: person submitted / person confirmed / verifier
submit organisation: person confirmed / organisation submitted / advertiser
authorise: organisation submitted / authorised / verifier
authorise person: person confirmed / authorised / verifier
reject!: person submitted, organisation submitted / rejected / verifier
call for renewal: authorised / renewal due / clock
renew: renewal due / authorised / verifier
lapse: renewal due / lapsed / clock
restore: lapsed / authorised / verifier
suspend!: authorised, renewal due, lapsed / suspended / verifier, reviewer
lift!: suspended / authorised / verifier, reviewer
revoke!: person submitted, person confirmed, organisation submitted, authorised, renewal due, lapsed, suspended / revoked / verifier
reinstate!: revoked / person submitted / verifier
reopen person!: person confirmed, authorised, rejected / person submitted / verifier
reopen organisation!: authorised, rejected / organisation submitted / verifier
reopen renewal!: authorised / renewal due / verifier
"""
OF_AN_AD = """
submit: draft, returned, rejected, found political / submitted / advertiser
edit: in review, approved, scheduled, delivering, paused / submitted / advertiser
screen: submitted / screened / machine
return!: screened / returned / machine
ask: screened / in review / machine
pass: screened / approved / machine
approve: in review / approved / reviewer
reject!: in review / rejected / reviewer
send back!: in review / returned / reviewer
take back: returned / in review / reviewer
reopen: rejected, removed, found political / in review / advertiser, reviewer
schedule: approved / scheduled / advertiser, machine
start: scheduled / delivering / clock
pause: scheduled, delivering / paused / advertiser, reviewer, clock, machine
resume: paused / delivering / advertiser, clock
hold!: approved, scheduled, delivering, paused / in review / machine, reviewer, clock
end: approved, scheduled, delivering, paused / ended / advertiser, clock
find political!: delivering, paused, ended, recorded / found political / reviewer
remove!: submitted, screened, returned, in review, approved, scheduled, delivering, paused, ended, found political, recorded / removed / reviewer
put back!: removed / ended / reviewer
record again: ended / recorded / machine
withdraw finding!: found political / ended / reviewer
"""


def read(table):
    """{move: (states it leads out of, state it leads to, who makes it, whether it needs a reason)}."""
    told = {}
    for line in table.strip().splitlines():
        name, _, rest = line.partition(": ")
        sources, target, makers = rest.split(" / ")
        told[name.rstrip("!")] = (set(sources.split(", ")), target, set(makers.split(", ")), name.endswith("!"))
    return told


class Undone(Exception):
    """Takes back what one try did."""


def tried(move, thing, code, who, reason):
    """The state that a move led to, or None where it was refused; everything is taken back."""
    state = None
    try:
        with transaction.atomic():
            move(thing, code, reason_code=reason, **who)
            state = type(thing).objects.get(pk=thing.pk).state
            raise Undone
    except CannotMoveAd:
        return None
    except Undone:
        return state


@pytest.fixture
def door():
    return made_door()


@pytest.fixture
def makers(door):
    ada = person("Ada")
    return {
        "advertiser": {"by_person": ada},
        "verifier": {"by": door.verifier},
        "reviewer": {"by": door.other},
        "clock": {"machine": By.CLOCK},
        "machine": {"machine": By.MACHINE},
    }


def every_try(machine, table, thing, move, makers):
    """Each state, move and maker, with a reason and without: what the table has is done, and nothing else."""
    told = read(table)
    assert {each.code for each in machine.moves} == set(told)
    assert set(makers) == {by.value for by in By}
    wrong, number, done = [], 0, 0
    for state in machine.states:
        type(thing).objects.filter(pk=thing.pk).update(state=state)
        for code, (sources, target, by, reason) in told.items():
            for maker, who in makers.items():
                may = state in sources and maker in by
                for given in ("a reason", "") if may else ("a reason",):
                    expected = target if may and (given or not reason) else None
                    number, done = number + 1, done + (expected is not None)
                    found = tried(move, thing, code, who, given)
                    if found != expected:
                        wrong.append((str(state), code, maker, given, found, expected))
    assert wrong == []
    return number, done


def test_a_sponsor_is_moved_as_the_table_says_and_in_no_other_way(door, makers):
    number, done = every_try(SPONSOR, AUTHORISATION, door.sponsor, move_sponsor, makers)
    assert number >= len(SponsorState) * 17 * 5
    assert done > 40


@pytest.mark.slow
def test_an_ad_is_moved_as_the_table_says_and_in_no_other_way(door, makers):
    ad = running(door)  # nothing blocks it, so that the guarded moves are made
    number, done = every_try(AD, OF_AN_AD, ad, move_ad, makers)
    assert number >= len(AdState) * 21 * 5
    assert done > 70


def test_each_move_leaves_one_change_and_one_entry_and_a_refused_one_nothing(door, makers):
    ad = submit(door).ad
    before = AdChange.objects.count()
    with pytest.raises(CannotMoveAd) as told:
        move_ad(ad, "approve", **makers["verifier"])
    assert "it is made by reviewer" in str(told.value)
    assert AdChange.objects.count() == before
    change = move_ad(ad, "reject", reason_code="fits", note="words", policy="p", **makers["reviewer"])
    assert (change.state, change.reason_code, change.note, change.by_id) == ("rejected", "fits", "words", door.other.id)
    assert AdChange.objects.count() == before + 1
    assert Ad.objects.get(pk=ad.pk).state == ad.state == "rejected"


@pytest.mark.parametrize("who", [{}, {"machine": By.CLOCK, "by_person": "Ada"}, {"machine": By.REVIEWER}])
def test_a_move_is_made_by_exactly_one_and_no_machine_is_a_person(door, who):
    named = {name: person("Ada") if value == "Ada" else value for name, value in who.items()}
    with pytest.raises(ValueError, match="by one of them"):
        move_ad(submit(door).ad, "approve", **named)


def test_what_blocks_is_told_whole_and_nothing_is_done(door):
    ad = submit(door).ad
    Ad.objects.filter(pk=ad.pk).update(state="approved")
    with pytest.raises(CannotMoveAd) as told:
        move_ad(ad, "schedule", machine=By.MACHINE)
    assert "no approved disclaimer" in [blocker.value for blocker in told.value.blocked]
    assert Ad.objects.get(pk=ad.pk).state == "approved"
    approve_disclaimer(ad, door.verifier)
    ad.changes.create(version=1, move="approve", state="approved", by=door.reviewer.appointment)
    move_ad(ad, "schedule", machine=By.MACHINE)
    assert ad.state == "scheduled"
    assert not Order.objects.exists()


def test_what_a_person_of_the_door_paused_runs_again_by_a_person_of_the_door_alone(door, makers):
    ad = running(door)
    move_ad(ad, "pause", note="a report is looked into", **makers["reviewer"])
    for who in ("advertiser", "clock"):
        with pytest.raises(CannotMoveAd, match="a person of the door paused it"):
            move_ad(ad, "resume", **makers[who])
    move_sponsor(door.sponsor, "suspend", by=door.verifier, reason_code="doubt")
    move_sponsor(door.sponsor, "lift", by=door.verifier, reason_code="doubt")
    assert Ad.objects.get(pk=ad.pk).state == "paused"
    move_ad(ad, "resume", **makers["reviewer"])
    assert ad.state == "delivering"
    move_ad(ad, "pause", **makers["advertiser"])
    with pytest.raises(CannotMoveAd, match="its advertiser"):
        move_ad(ad, "resume", **makers["reviewer"])
    move_ad(ad, "resume", **makers["advertiser"])
    assert ad.state == "delivering"


def test_an_edit_of_what_the_door_paused_is_read_by_a_person(door, makers, monkeypatch):
    ads = {number: running(door, number=number) for number in "12"}

    def no_hit(ad, submission, content):
        return Screening.objects.create(ad=ad, version=ad.version, rules="r", political=True, route="approve")

    monkeypatch.setattr("hustings.apps.ads.screened.read_by_rules", no_hit)
    move_ad(ads["1"], "pause", **makers["advertiser"])
    move_ad(ads["2"], "pause", **makers["reviewer"])
    states = [submit(door, number=number, text="More parks in each district.").ad.state for number in "12"]
    assert states[0] in {"approved", "scheduled"}
    assert states[1] == "in review"


def test_a_change_of_a_sponsor_keeps_what_was_given_and_leaves_the_rest(door):
    Sponsor.objects.filter(pk=door.sponsor.pk).update(state="organisation submitted")
    move_sponsor(door.sponsor, "authorise", by=door.verifier, sponsor_class="B")
    kept = Sponsor.objects.get(pk=door.sponsor.pk)
    assert (kept.state, kept.sponsor_class) == ("authorised", "B") == (door.sponsor.state, door.sponsor.sponsor_class)
    move_sponsor(door.sponsor, "call for renewal", machine=By.CLOCK)
    assert Sponsor.objects.get(pk=door.sponsor.pk).sponsor_class == "B"
    assert SponsorChange.objects.filter(sponsor=door.sponsor).last().move == "call for renewal"

"""Known actors: what was removed is found again by each kind of mark alone, and nobody else is."""

import hashlib
import hmac
import re
from datetime import timedelta
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction
from made_desk import Desk

from hustings.apps.ads.content import near_keys
from hustings.apps.ads.models import Ad, Administrator, Creative, Page, PageName, Payer, Sponsor
from hustings.apps.cases import find, known
from hustings.apps.cases.marks import LIMIT
from hustings.apps.cases.models import ActorPartHeld, Lead, Return, Signature
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.casework import ActorPart, Confidence, LeadSource, SignatureKind

TEXT = "Our river is sold to strangers and nobody in the council dares to say one word about the price of it"
AIM = {"all": [{"is": {"dimension": "interest", "value": f"interest {n}"}} for n in range(4)]}


class Town:
    """A door with one network that will be removed, and whoever else buys there."""

    def __init__(self):
        self.desk = Desk()
        self.door = self.desk.world.appointments["anna"][0].position.organisation
        self.today = moment()
        self.numbers = count(1)

    def buyer(self, name, *, days=0, phone="", text="", domain="", picture="", aim=None, instrument="", fingerprint="", page=None, state="recorded"):  # fmt: skip
        """A sponsor with a payer, a page and an ad, first there so many days from now; gives the page."""
        at, number = self.today + timedelta(days=days), next(self.numbers)
        sponsor = Sponsor.objects.create(held_by=self.door, registered_name=f"{name} society", phone=phone)
        Sponsor.objects.filter(pk=sponsor.pk).update(made_at=at)
        payer = Payer.objects.create(
            held_by=self.door, name=f"{name} treasurer", sponsor=sponsor, instrument=instrument
        )
        made = Page.objects.create(
            held_by=self.door, platform="meridian", number=page or str(number), name=name, sponsor=sponsor
        )
        PageName.objects.create(page=made, name=name, since=at)
        if fingerprint:
            Administrator.objects.create(page=made, fingerprint=fingerprint, since=at)
        creative = Creative.objects.create(
            held_by=self.door, digest=f"{number:0>64}", text=text, near=near_keys(text), landing_domain=domain,
            media=[{"perceptual": picture, "kind": "image"}] if picture else [],
        )  # fmt: skip
        Ad.objects.create(
            held_by=self.door, archive="made", number=str(number), page=made, sponsor=sponsor, payer=payer, creative=creative,
            targeting=aim, created=at, state=state,
        )  # fmt: skip
        return made

    def removed(self, page, days=-20):
        """The profile of an actor of whom this page was removed so many days from now."""
        with self.desk.as_("anna") as anna:
            actor = known.make_profile(by=anna, title="The river network", marking=own_marking(anna))
            part = known.add_part(
                actor, ActorPart.PAGE, page.number, by=anna, platform="meridian", source="the platform's report"
            )
            known.remove(part, by=anna, on=(self.today + timedelta(days=days)).date(), why="one hand behind many pages")
        return actor


@pytest.fixture
def town(db):
    return Town()


OLD = {
    "phone": "+1 512 555 0100", "text": TEXT, "domain": "river.example", "picture": "ff00ff00ff00ff00", "aim": AIM,
    "instrument": "card:9f31", "fingerprint": "admin:77",
}  # fmt: skip
ALONE = {
    SignatureKind.PHONE: ({"phone": "0512 555-0100"}, "buyer"),
    SignatureKind.TEXT: ({"text": TEXT}, "page"),
    SignatureKind.DOMAIN: ({"domain": "river.example"}, "page"),
    SignatureKind.PICTURE: ({"picture": "ff00ff00ff00ff00"}, "page"),
    SignatureKind.TARGETING: ({"aim": {"all": list(reversed(AIM["all"]))}}, "page"),
    SignatureKind.INSTRUMENT: ({"instrument": "card:9f31"}, "payer"),
    SignatureKind.ADMINISTRATOR: ({"fingerprint": "admin:77"}, "page"),
}


@pytest.mark.parametrize("kind", list(ALONE))
def test_a_return_is_found_by_one_kind_of_mark_alone_and_names_its_predecessor_once(town, kind):
    borne, what = ALONE[kind]
    actor = town.removed(town.buyer("Voices of the river", days=-90, **OLD))
    town.buyer("Something quite other", days=-8, **borne)
    (lead,) = known.look_for_returns()
    assert (lead.source, lead.score) == (LeadSource.RETURN, round(kind.weight, 3))
    assert kind.value in lead.item.text
    assert "12 days after the removal" in lead.item.text
    assert lead.about.get(what="predecessor").item == actor.item
    assert Return.objects.get().what == what
    assert known.look_for_returns() == []


def test_a_return_is_found_by_its_name_however_it_is_written(town):
    town.removed(town.buyer("Voices of the river", days=-90))
    town.buyer("VOICES-of_the RIVER", days=-8)
    leads = known.look_for_returns()
    assert sorted(Return.objects.values_list("what", "kinds")) == [
        ("buyer", ["name"]),
        ("page", ["name"]),
        ("payer", ["name"]),
    ]
    assert len(leads) == 3


@pytest.mark.parametrize(
    ("part", "platform", "name", "kind"),
    [
        (ActorPart.PAGE, "meridian", "rivervoices", SignatureKind.PAGE),
        (ActorPart.ACCOUNT, "made", "acct-5", SignatureKind.ACCOUNT),
        (ActorPart.ALIAS, "", "Late at nights", SignatureKind.NAME),
    ],
)
def test_what_was_never_here_is_found_when_it_comes(town, part, platform, name, kind):
    with town.desk.as_("anna") as anna:
        actor = known.make_profile(by=anna, title="From elsewhere", marking=own_marking(anna))
        held = known.add_part(actor, part, name, by=anna, platform=platform, source="a partner")
        known.remove(held, by=anna, on=(town.today - timedelta(days=30)).date(), why="as the partner says")
    assert list(Signature.objects.values_list("kind", flat=True)) == [kind.value]
    page = town.buyer("Late at nights" if kind is SignatureKind.NAME else "Neighbours", days=-3, page="rivervoices")
    Sponsor.objects.filter(pk=page.sponsor_id).update(archive="made", number="acct-5", registered_name="Neighbours")
    leads = known.look_for_returns()
    assert {tuple(one.kinds) for one in Return.objects.all()} == {(kind.value,)}
    assert len(leads) == 1


def test_none_of_many_unrelated_buyers_is_taken_for_a_return(town):
    """Fifty newcomers of their own words, cards, phones and aims; and agencies' marks that many share."""
    shared = {"phone": "+1 800 555 0199", "domain": "agency.example"}
    town.removed(town.buyer("Voices of the river", days=-90, **OLD | shared))
    for number in range(50):
        town.buyer(
            f"Club number {number} of gardens", days=-number % 15 - 1,
            phone=shared["phone"] if number % 2 else f"+1 512 777 {number:04}",
            domain=shared["domain"] if number % 3 else f"garden{number}.example",
            text=f"Come and plant {number} roses with the {number} neighbours of street {number} on the day {number}",
            aim={"all": [{"is": {"dimension": "interest", "value": f"garden {number} {n}"}} for n in range(4)]},
            picture=f"{number:016x}", instrument=f"card:garden{number}", fingerprint=f"admin:garden{number}",
        )  # fmt: skip
    assert known.look_for_returns() == []


def test_a_mark_speaks_until_more_buyers_share_it_than_the_limit(town):
    town.removed(town.buyer("Voices of the river", days=-90, phone="+1 512 555 0100"))
    for number in range(LIMIT - 1):
        town.buyer(f"Club {number} of gardens", days=-5, phone="+1 512 555 0100")
    with transaction.atomic():
        assert len(known.look_for_returns()) == LIMIT - 1
        transaction.set_rollback(True)
    town.buyer("Club too many of gardens", days=-5, phone="+1 512 555 0100")
    assert known.look_for_returns() == []


def test_what_was_there_before_the_removal_and_what_is_removed_itself_are_no_returns(town):
    old = town.buyer("Voices of the river", days=-90, **OLD)
    PageName.objects.filter(page=old).delete()
    town.buyer("Sister of the stream", days=-50, domain="river.example")
    town.removed(old)
    Ad.objects.filter(page=old).update(created=None, made_at=town.today)  # no row dates it any more
    assert known.look_for_returns() == []


def test_who_is_no_longer_watched_or_of_another_door_is_not_compared(town):
    actor = town.removed(town.buyer("Voices of the river", days=-90, **OLD))
    town.buyer("Something quite other", days=-8, phone=OLD["phone"])
    with town.desk.as_("anna") as anna:
        known.watch(actor, by=anna, watched=False)
    assert known.look_for_returns() == []
    with town.desk.as_("anna") as anna:
        known.watch(actor, by=anna, watched=True)
    (lead,) = known.look_for_returns()
    with town.desk.as_("ben") as ben:
        assert find.find_lead(ben, lead.pk) == lead
    with town.desk.as_("kira") as kira:
        assert Lead.objects.count() == Signature.objects.count() == Return.objects.count() == 0
        with pytest.raises(NotKnown):
            known.find_actor(kira, actor.pk)


def test_signatures_hold_no_name_and_no_role_reads_their_key(town):
    town.removed(town.buyer("Voices of the river", days=-90, **OLD))
    kinds = set(Signature.objects.values_list("kind", flat=True))
    assert kinds == {kind.value for kind in SignatureKind} - {"account name"}
    # Kinds, codes, days and keys: there is no column that could hold a name.
    columns = {field.column for field in Signature._meta.fields}
    assert columns == {"id", "actor_id", "of_part", "kind", "code", "removed_on", "at"}
    assert all(re.fullmatch("[0-9a-f]{64}", code) for code in Signature.objects.values_list("code", flat=True))
    for role in (WEB, WORKER):
        with pytest.raises(DatabaseError), transaction.atomic(), in_role(role), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM signature_key")
    with connection.cursor() as cursor:  # HMAC as RFC 2104 has it
        cursor.execute("SELECT secret, (SELECT code FROM signed('phone', ARRAY['125550100'])) FROM signature_key")
        secret, code = cursor.fetchone()
    assert hmac.new(bytes(secret), b"phone\x1f125550100", hashlib.sha256).hexdigest() == code


def test_figures_tell_the_days_to_return_and_what_was_found_before_its_first_ad_ran(town):
    actor = town.removed(town.buyer("Voices of the river", days=-90, **OLD))
    town.buyer("Something quite other", days=-10, fingerprint="admin:77")  # its ad ran ten days ago
    town.buyer("Another one again", days=-4, domain="river.example", state="submitted")  # none has run
    with town.desk.as_("anna") as anna:
        assert known.figures(known.actors(anna)).share is None
    known.look_for_returns()
    with town.desk.as_("anna") as anna:
        told = known.figures(known.actors(anna))
        assert (told.removed, told.returns, told.before, told.days, told.share) == (1, 2, 1, 13.0, 0.5)
        assert known.find_actor(anna, actor.pk).returns.count() == 2


def test_a_profile_keeps_dates_and_sources_and_is_changed_by_its_own_people_alone(town):
    with town.desk.as_("anna") as anna:
        actor = known.make_profile(by=anna, title="The river network", marking=own_marking(anna))
        today = anna.now.date()
        part = known.add_part(actor, ActorPart.ALIAS, "River Friends", by=anna, source="a paper", since=today)
        with pytest.raises(BadInput, match="already"):
            known.add_part(actor, ActorPart.ALIAS, "River Friends", by=anna, source="a paper")
        with pytest.raises(BadInput, match="contradict"):
            known.add_part(
                actor, ActorPart.ALIAS, "R", by=anna, source="a paper", since=today, until=today - timedelta(days=1)
            )
        known.add_habit(actor, "hours", "posts from 8 to 16 Moscow time", by=anna, source="the traces")
        known.add_claim(
            actor,
            by=anna,
            says="A ministry",
            said_on=today,
            claim="They are paid",
            source="its page",
            confidence=Confidence.LOW,
        )
        with pytest.raises(BadInput) as error:
            known.remove(part, by=anna, on=today + timedelta(days=1), why="soon")
        assert [problem.where for problem in error.value.problems] == ["on"]
        known.remove(part, by=anna, on=today, why="taken down")
        with pytest.raises(BadInput):
            known.remove(part, by=anna, on=today, why="again")
    with town.desk.as_("emil") as emil, pytest.raises((Refused, NotKnown)):
        known.make_profile(by=emil, title="Mine", marking=own_marking(emil))
    assert ActorPartHeld.objects.get().until == today

"""What we know is told to partners under its marking or not at all, and what partners sent becomes tips under theirs."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from made_desk import Desk
from made_people import Codes, appoint, organisation, person, sign_in

from hustings.apps.cases import campaigns, gatherings, known, working
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.indicators.models import Indicator, Telling
from hustings.apps.items.actions import make_item
from hustings.apps.items.facts import marking_of
from hustings.apps.joint.models import Remark
from hustings.apps.people.find import seats
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.said.publishing import look_at, publish_item
from hustings.apps.seed.second_factor import demo_secret
from hustings.apps.sweeps.actions import answer_tip, own_marking
from hustings.apps.sweeps.models import Tip
from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.models import Account, Collection, CollectionPermission, Entry, StixObject
from hustings.apps.taxii.reacting import react
from hustings.errors import BadInput
from hustings.exchange.stix.forms import read
from hustings.exchange.stix.marking import Reads
from hustings.exchange.stix.tlp import TLP
from hustings.exchange.stix.work import StudiedCampaign
from hustings.policy.casework import ActorPart, Confidence, MemberKind
from hustings.policy.marking import Marking, Tlp

DIRECTORATE = "Directorate for Election Security"


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Exchange()


class Exchange(Desk):
    """A desk whose organisation has a collection, which the directorate reads and writes by an account."""

    def __init__(self):
        super().__init__()
        self.host = self.world.appointments["farah"][0].position.organisation
        self.partner = self.world.organisations[DIRECTORATE]
        self.account = self.service(self.partner, "directorate-bot")
        self.collection = Collection.objects.create(title="Shared", owner=self.host, group=self.world.group)
        CollectionPermission.objects.create(
            collection=self.collection, organisation=self.partner, can_read=True, can_write=True
        )

    def service(self, where, name):
        who = person(name, second_factor=False)
        Account.objects.create(
            appointment=appoint(who, where, name, ("service account",)), name=name, kept_by=self.host
        )
        (seat,) = seats(who, strong=True)
        return seat

    def seen(self, seat):
        with in_role(WEB, seat.id, strong=True):
            rows = Entry.objects.select_related("object").order_by("date_added")
            return [json.loads(bytes(entry.object.raw)) for entry in rows]

    def shared(self):
        return Marking(tlp=Tlp.AMBER, owner=str(self.host.pk), group=str(self.world.group.pk))

    def campaign(self, marking=None):
        with self.as_("anna") as anna:
            case = working.open_case(
                by=anna, title="Pages", question="Do they act as one?", marking=marking or self.shared()
            )
            made = campaigns.open_campaign(
                case,
                by=anna,
                name="Harbour lights",
                aims_at=["VA"],
                narratives=["The vote is rigged"],
                tactics=["T0002"],
            )
            campaigns.propose_member(
                made,
                by=anna,
                kind=MemberKind.PAGE,
                platform="meridian",
                name="17",
                confidence=Confidence.HIGH,
                method="seen",
            )
        return made

    def actor(self, marking=None):
        with self.as_("anna") as anna:
            made = known.make_profile(
                by=anna, title="The bakery", marking=marking or self.shared(), text="Three pages."
            )
            known.add_part(made, ActorPart.PAGE, "17", by=anna, platform="meridian", source="the press")
            known.add_part(made, ActorPart.PHONE, "+100200", by=anna, source="the press")
        return made


def of_type(objects, kind):
    return [one for one in objects if one["type"] == kind]


@pytest.mark.parametrize("reads", [Reads.TLP, Reads.HUSTINGS])
def test_a_partner_reads_what_was_told_under_its_marking_and_nobody_else_does(desk, reads):
    campaign, stranger = desk.campaign(), desk.service(organisation("Fourth"), "fourth-bot")
    with desk.as_("farah") as farah:
        status = publish_item(campaign.item, desk.collection, by=farah, reads=reads)
        assert not status.failures
    told = desk.seen(desk.account)
    (said,) = of_type(told, "campaign")
    value = read(said)
    assert isinstance(value, StudiedCampaign)
    assert (value.name, value.aims_at, value.techniques) == ("Harbour lights", ("VA",), ("T0002",))
    assert value.members == ()  # proposed, not accepted
    assert {one["name"] for one in of_type(told, "narrative")} == {"The vote is rigged"}
    assert len(of_type(told, "relationship")) == 2
    marks = {one["id"] for one in of_type(told, "marking-definition")}
    assert set(said["object_marking_refs"]) <= marks
    assert TLP[Tlp.AMBER if reads is Reads.HUSTINGS else Tlp.AMBER_STRICT] in said["object_marking_refs"]
    assert desk.seen(stranger) == []
    published = StixObject.objects.get(type="campaign")
    assert marking_of(published.item.label) == desk.shared()


def test_told_again_is_a_newer_version_of_the_same_objects(desk):
    actor = desk.actor()
    for _ in range(2):
        with desk.as_("farah") as farah:
            publish_item(actor.item, desk.collection, by=farah, reads=Reads.TLP)
    versions = of_type(desk.seen(desk.account), "intrusion-set")
    assert len({one["id"] for one in versions}) == 1


def test_what_does_not_travel_is_named(desk):
    with desk.as_("farah") as farah:
        seen = look_at(desk.actor().item, desk.collection, by=farah, reads=Reads.TLP)
        assert not seen.refusals
        assert any("telephone" in loss for loss in seen.losses)
        assert "+100200" not in json.dumps(seen.objects)
        assert any("1 members" in loss for loss in look_at(desk.campaign().item, desk.collection, by=farah, reads=Reads.TLP).losses)  # fmt: skip


def test_a_limit_without_translation_and_a_reader_who_may_not_know_keep_all_of_it_here(desk):
    with desk.as_("anna") as anna:
        marking = own_marking(anna)
    actor = desk.actor(marking)
    with desk.as_("farah") as farah:
        with pytest.raises(BadInput) as error:
            publish_item(actor.item, desk.collection, by=farah, reads=Reads.TLP)
        assert {problem.where for problem in error.value.problems} == {"readers", "roles"}
    assert not StixObject.objects.exists()


def test_into_a_collection_that_nobody_reads_nothing_is_told(desk):
    actor, empty = desk.actor(), Collection.objects.create(title="Empty", owner=desk.host)
    with desk.as_("farah") as farah, pytest.raises(BadInput, match="none with an account"):
        publish_item(actor.item, empty, by=farah, reads=Reads.TLP)


def test_who_may_not_publish_and_who_may_not_know_tell_nothing(desk):
    actor, theirs = desk.actor(), Collection.objects.create(title="Theirs", owner=desk.partner)
    with desk.as_("anna") as anna, pytest.raises(Refused):
        publish_item(actor.item, desk.collection, by=anna, reads=Reads.TLP)
    with desk.as_("farah") as farah, pytest.raises(NotKnown):
        publish_item(actor.item, theirs, by=farah, reads=Reads.TLP)


def report(said="Three pages", **more):
    return {
        "type": "report", "spec_version": "2.1", "id": f"report--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z", "name": said, "description": "They act as one.", "confidence": 85,
        "published": "2026-01-01T00:00:00.000Z", "report_types": ["threat-report"], "object_refs": [f"identity--{uuid4()}"],
        "object_marking_refs": [TLP[Tlp.AMBER]], "created_by_ref": f"identity--{uuid4()}",
    } | more  # fmt: skip


def received(desk, *objects):
    add_objects(desk.collection, objects, by=desk.account)
    react()


def test_a_report_of_a_partner_becomes_a_tip_once_under_its_marking(desk):
    came = report()
    received(desk, came)
    received(desk, came)
    tip = Tip.objects.get()
    assert (tip.source, tip.reference) == (desk.partner, came["id"])
    assert marking_of(tip.item.label) == marking_of(StixObject.objects.get().item.label)
    assert "85 of 100" in tip.item.text
    assert came["created_by_ref"] in tip.item.text
    received(desk, came | {"modified": "2026-02-01T00:00:00.000Z", "object_marking_refs": [TLP[Tlp.RED]]})
    tip.refresh_from_db()
    assert Tip.objects.count() == 1
    assert marking_of(tip.item.label).tlp is Tlp.RED


def test_what_nobody_may_read_is_a_tip_for_nobody(desk):
    received(desk, report(object_marking_refs=[f"marking-definition--{uuid4()}"]))
    tip = Tip.objects.select_related("item__label").get()
    for key in ("farah", "anna"):
        with desk.as_(key) as seat, pytest.raises(NotKnown):
            look_at(tip.item, desk.collection, by=seat, reads=Reads.TLP)


def test_only_an_indicator_that_names_an_account_is_a_tip(desk):
    def indicator(pattern):
        return report(pattern=pattern, pattern_type="stix", valid_from="2026-01-01T00:00:00Z") | {
            "type": "indicator",
            "id": f"indicator--{uuid4()}",
        }

    received(
        desk,
        indicator("[domain-name:value = 'vote.example']"),
        indicator("[user-account:account_type = 'meridian' AND user_id = '17' OR user-account:user_id = '17']"),
    )
    (tip,) = Tip.objects.all()
    assert list(tip.starts.values_list("what", "platform", "name")) == [("actor", "meridian", "17")]


def test_what_we_make_of_a_tip_goes_back_as_an_opinion_about_its_object(desk):
    came = report()
    received(desk, came)
    with desk.as_("farah") as farah:
        answer = answer_tip(Tip.objects.get(), by=farah, opinion="positive", text="We see it too.")
        publish_item(answer.item, desk.collection, by=farah, reads=Reads.TLP)
    told = desk.seen(desk.account)
    (opinion,) = of_type(told, "opinion")
    assert (opinion["opinion"], opinion["labels"], opinion["object_refs"]) == ("agree", ["positive"], [came["id"]])
    assert of_type(told, "note")[0]["content"] == "We see it too."


def test_our_indicators_what_we_saw_and_what_we_hold_of_it_are_told_and_others_indicators_are_not(desk):
    def item(kind, title):
        with desk.as_("farah") as farah:
            return make_item(kind=kind, title=title, text=f"About {title}", marking=desk.shared(), by=farah)

    made = {
        giver: Indicator.objects.create(
            item=item("indicator", "vote.example"), held_by=desk.host, given_by=giver, stix_id=f"indicator--{uuid4()}",
            version=moment(), pattern="[domain-name:value = 'vote.example']", tree=["no"],
        )
        for giver in (desk.host, desk.partner)
    }  # fmt: skip
    by = desk.world.appointments["farah"][0]
    seen = Telling.objects.create(
        item=item("telling", "seen"), indicator=made[desk.partner], count=3, words="Thrice", by=by
    )
    remark = Remark.objects.create(
        item=item("remark", "true"), refs=["campaign--1"], kind="opinion", word="agree", by=by
    )
    with desk.as_("farah") as farah:
        for one in (made[desk.host].item, seen.item, remark.item):
            publish_item(one, desk.collection, by=farah, reads=Reads.TLP)
        with pytest.raises(BadInput):
            publish_item(made[desk.partner].item, desk.collection, by=farah, reads=Reads.TLP)
    told = desk.seen(desk.account)
    assert of_type(told, "indicator")[0]["pattern"] == "[domain-name:value = 'vote.example']"
    sighting = of_type(told, "sighting")[0]
    assert (sighting["sighting_of_ref"], sighting["count"]) == (made[desk.partner].stix_id, 3)
    assert of_type(told, "opinion")[0]["opinion"] == "agree"


def test_gatherings_of_a_campaign_go_along_with_their_ads(desk):
    campaign = desk.campaign()
    case = campaign.cases.get().case
    with desk.as_("anna") as anna:
        gathering = gatherings.add(
            case, by=anna, title="March", source="an ad", site="meridian", number="9", place="Square"
        )
        gatherings.link_ad(gathering, "ira", "1234", by=anna, buyer="The bakery")
    with desk.as_("farah") as farah:
        publish_item(campaign.item, desk.collection, by=farah, reads=Reads.TLP)
    told = desk.seen(desk.account)
    (event,), (ad,) = of_type(told, "gathering"), of_type(told, "political-ad")
    assert event["ad_refs"] == [ad["id"]]
    assert (ad["archive"], ad["number"], ad["paid_by"]) == ("ira", "1234", "The bakery")


class Browser(Exchange):
    """The same, by pages and the interface."""

    def client(self, key):
        client = Client()
        who, password = self.world.people[key], "a password of tests"
        sign_in(client, who, Codes(demo_secret(password, who.email)), password=password)
        return client


@pytest.fixture
def browser(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Browser()


def test_the_page_shows_what_would_go_and_publishes_it(browser):
    actor, hidden = browser.actor(), browser.actor(own(browser))
    farah = browser.client("farah")
    assert "The bakery" in farah.get("/told/").content.decode()
    at = f"/told/{actor.pk}/"
    asked = {"collection": str(browser.collection.pk), "reads": "tlp"}
    page = farah.get(at, asked).content.decode()
    assert "What stays here" in page
    assert "intrusion-set: The bakery" in page
    assert DIRECTORATE in page
    assert not StixObject.objects.exists()
    assert farah.post(at, asked).status_code == 302
    assert StixObject.objects.filter(type="intrusion-set").count() == 1
    refused = farah.post(f"/told/{hidden.pk}/", asked)
    assert refused.status_code == 400
    assert "It cannot go" in refused.content.decode()
    assert farah.get(f"/told/{uuid4()}/").status_code == 404
    assert browser.client("anna").get("/told/").status_code == 403
    assert Client().get("/told/").status_code == 302


def test_programs_look_first_and_publish(browser):
    actor = browser.actor()
    farah = browser.client("farah")
    body = {"collection": str(browser.collection.pk), "reads": "tlp"}

    def call(path, **changed):
        return farah.post(f"/api/told/{path}", body | changed, content_type="application/json", headers={"X-CSRFToken": "x"})  # fmt: skip

    seen = call(f"{actor.pk}/preview")
    assert seen.status_code == 200, seen.content
    assert seen.json()["readers"] == [DIRECTORATE]
    assert call(str(actor.pk)).json()["objects"] == len(seen.json()["objects"])
    assert call(str(uuid4())).status_code == 404
    assert call(str(actor.pk), collection=str(uuid4())).status_code == 404
    assert call(str(browser.actor(own(browser)).pk)).status_code in {400, 422}


def own(desk):
    with desk.as_("anna") as anna:
        return own_marking(anna)

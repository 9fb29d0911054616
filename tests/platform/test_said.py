"""What we know is told to partners under its marking or not at all, and what partners sent becomes tips under theirs."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from made_exchange import DIRECTORATE, Exchange, report
from made_people import Codes, marking_of_page, organisation, sign_in

from hustings.apps.cases import campaigns, gatherings
from hustings.apps.database import moment
from hustings.apps.indicators.models import Indicator, Telling
from hustings.apps.items.actions import make_item
from hustings.apps.items.facts import marking_of
from hustings.apps.items.models import Item
from hustings.apps.joint.models import Remark
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.said.publishing import look_at, offered, publish_item
from hustings.apps.said.relabelling import may_relabel
from hustings.apps.seed.second_factor import demo_secret
from hustings.apps.sharing import find, partners
from hustings.apps.sharing.models import RefusedTip
from hustings.apps.sweeps.actions import answer_tip, own_marking
from hustings.apps.sweeps.models import Tip
from hustings.apps.taxii.actions import add_objects, publish
from hustings.apps.taxii.models import Collection, CollectionPermission, StixObject
from hustings.apps.taxii.reacting import react
from hustings.errors import BadInput
from hustings.exchange.stix.forms import read
from hustings.exchange.stix.marking import Reads
from hustings.exchange.stix.tlp import TLP
from hustings.exchange.stix.work import StudiedCampaign
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.marking import Marking, Tlp


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Exchange()


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


def identity(key, **more):
    return {
        "type": "identity", "spec_version": "2.1", "id": key, "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z", "name": "Harbour Watch",
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ({}, True),
        ({"object_marking_refs": [TLP[Tlp.AMBER]]}, True),
        ({"object_marking_refs": [TLP[Tlp.RED]]}, False),
        ({"name": " "}, False),
    ],
)
def test_a_tip_says_by_name_who_created_it_where_the_name_came_and_is_no_more_restricted(desk, marks, told):
    came = report()
    received(desk, came, identity(came["created_by_ref"], **marks))
    assert ("Created by Harbour Watch." in Tip.objects.get().item.text) is told
    assert (came["created_by_ref"] in Tip.objects.get().item.text) is not told


def test_nobody_names_the_creator_of_what_another_handed_in_and_a_partner_has_its_name_here(desk):
    came, own, fourth = report(), report(created_by_ref=f"identity--{uuid4()}"), organisation("Fourth")
    other = desk.service(fourth, "fourth-bot")
    CollectionPermission.objects.create(collection=desk.collection, organisation=fourth, can_read=True, can_write=True)
    with desk.as_("farah") as farah:
        given = {"way": "taxii", "capacity": Capacity.RESEARCH, "document": "charter"}
        partners.keep_partner(fourth, by=farah, identity=own["created_by_ref"], **given)
    add_objects(desk.collection, [identity(came["created_by_ref"]), identity(own["created_by_ref"]), own], by=other)
    received(desk, came)
    assert "Harbour Watch" not in Tip.objects.get(reference=came["id"]).item.text
    assert "Created by Fourth." in Tip.objects.get(reference=own["id"]).item.text


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
    assert marking_of_page(farah.get(at)) == "TLP:AMBER", "its own, not the one of pages without"
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


def test_a_tip_about_lawful_speech_is_refused_at_the_door_kept_nowhere_and_counted(desk):
    speech = report(object_refs=[f"narrative--{uuid4()}"], description="They say the mayor is lazy.")
    status = add_objects(desk.collection, [speech, report()], by=desk.account)
    assert [each["id"] for each in status.failures] == [speech["id"]]
    assert (
        status.failures[0]["message"]
        == "refused on form: lawful domestic speech, no foreign or covert behaviour, no named content"
    )
    assert status.turned_away == 1
    react()
    assert StixObject.objects.filter(type="report").count() == Tip.objects.count() == 1
    assert not Item.objects.filter(text__contains="lazy").exists()
    row = RefusedTip.objects.get()
    assert (row.held_by, row.source, row.reasons) == (
        desk.host, desk.partner, ["lawful domestic speech", "no foreign or covert behaviour", "no named content"],
    )  # fmt: skip


def test_what_we_publish_ourselves_passes_no_door(desk):
    with desk.as_("farah") as farah:
        status = publish(desk.collection, [report(object_refs=[f"narrative--{uuid4()}"])], by=farah)
    assert not status.failures
    assert not RefusedTip.objects.exists()


def test_only_what_an_agreement_in_force_lets_pass_goes_and_the_rest_says_why(desk):
    told, secret = desk.campaign(), desk.actor()

    def tries(item):
        with desk.as_("farah") as farah:
            open_to, closed = offered(item, by=farah)
            try:
                publish_item(item, desk.collection, by=farah, reads=Reads.HUSTINGS)
            except BadInput as error:
                assert closed
                return [str(problem) for problem in error.problems]
            assert open_to == [desk.collection]
            return []

    assert tries(told.item) == tries(secret.item) == []
    with desk.as_("farah") as farah:
        partners.end_agreement(desk.agreed, by=farah, why="It was broken.")
    assert ["found none; expected an agreement in force" in why for why in tries(told.item)] == [True]
    known = partners_of(desk)
    with desk.as_("farah") as farah:
        today = farah.now.date()
        past = {"reference": "1", "starts_on": today - timedelta(days=90), "ends_on": today - timedelta(days=2)}
        agreed = {"sorts": [Sort.SHARE], "matters": [Matter.INDICATORS, Matter.ANALYSIS], "up_to": Tlp.AMBER}
        partners.agree(known, by=farah, title="Last year's", **past, **agreed)
    assert [f"found none since {past['ends_on']}" in why for why in tries(told.item)] == [True]
    now = {"reference": "2", "starts_on": today, "ends_on": today}
    for changed, lacks in (
        ({"sorts": [Sort.NOTICE]}, "says nothing of information share;"), ({"matters": [Matter.INDICATORS]}, "says nothing of analysis;"),
        ({"up_to": Tlp.GREEN}, "goes no further than TLP:green, and this is TLP:amber;"),
        ({"sorts": [Sort.NOTICE], "up_to": Tlp.GREEN}, "says nothing of information share and goes no further than TLP:green"),
    ):  # fmt: skip
        with desk.as_("farah") as farah:
            short = partners.agree(known, by=farah, title="Short", **now, **agreed | changed)
        assert [f"“Short”, which {lacks}" in why for why in tries(told.item)] == [True]
        with desk.as_("farah") as farah:
            partners.end_agreement(short, by=farah, why="A trial.")
    with desk.as_("farah") as farah:
        partners.agree(known, by=farah, title="Analysis", **now, **agreed)
    assert tries(told.item) == []
    assert ["named content" in why for why in tries(secret.item)] == [True], "an actor's accounts are named content"
    with desk.as_("farah") as farah:
        partners.change_capacity(known, Capacity.VENDOR, by=farah, since=farah.now, document="letter")
    assert tries(told.item) == []
    assert len(tries(secret.item)) == 2, "a vendor is not told it whatever was agreed"


def partners_of(desk):
    with desk.as_("farah") as farah:
        return find.partner_of(farah, desk.partner.pk)


def test_a_campaign_goes_without_the_names_of_its_members_where_a_reader_may_not_be_told_them(desk):
    made = desk.campaign()
    proposed = made.members.get()
    with desk.as_("ben") as ben:
        seen = make_item(kind="finding", title="What it posted", marking=desk.shared(), by=ben)
        campaigns.rest_on(proposed, seen, by=ben)
        campaigns.accept_member(proposed, by=ben, reason="The export shows it.")
    lab = organisation("Lab", "research")

    def said():
        with desk.as_("farah") as farah:
            return look_at(made.item, desk.collection, by=farah, reads=Reads.HUSTINGS)

    assert of_type(said().objects, "user-account")
    desk.agree(lab, Capacity.RESEARCH)
    CollectionPermission.objects.create(collection=desk.collection, organisation=lab, can_read=True)
    seen = said()
    assert not of_type(seen.objects, "user-account")
    assert "17" not in json.dumps(of_type(seen.objects, "campaign")[0]["extensions"])
    assert any("Members are not named" in loss for loss in seen.losses)


def test_an_item_of_ones_own_that_cannot_go_is_relabelled_from_its_page_with_a_reason_that_is_logged(browser):
    hidden = browser.actor(own(browser))
    farah, at = browser.client("farah"), f"/told/{hidden.pk}/"
    asked = {"collection": str(browser.collection.pk), "reads": "tlp"}
    assert "Give it another marking" in farah.get(at, asked).content.decode()
    assert farah.post(at, asked).status_code == 400
    wanted = {"tlp": "amber+strict", "organisations": [str(browser.partner.pk)], "reason": "They run into it too."}
    for lacks in ({"reason": ""}, {"organisations": []}, {"tlp": "amber"}):
        assert farah.post(f"{at}marking/", wanted | lacks).status_code == 400
    assert marking_of(Item.objects.get(pk=hidden.pk).label).permitted_organisations is None
    assert farah.post(f"{at}marking/", wanted).status_code == 302
    now = marking_of(Item.objects.select_related("label").get(pk=hidden.pk).label)
    assert (now.tlp, now.permitted_organisations) == (Tlp.AMBER_STRICT, frozenset({str(browser.partner.pk)}))
    assert farah.post(at, asked).status_code == 302, "now it goes"
    assert browser.client("anna").post(f"{at}marking/", wanted).status_code == 403
    theirs = Marking(tlp=Tlp.AMBER, owner=str(browser.partner.pk), group=str(browser.world.group.pk))
    with browser.as_("farah") as seat:
        of_partner = make_item(kind="known actor", title="Theirs", marking=theirs, by=seat)
        assert not may_relabel(of_partner, by=seat), "what is another's is not ours to relabel"


def test_programs_relabel_an_item_of_their_own_under_the_same_rules(browser):
    hidden, strange = browser.actor(own(browser)), organisation("Strange", "company")
    farah = browser.client("farah")

    def call(who, key=hidden.pk, **changed):
        body = {"tlp": "amber+strict", "organisations": [str(browser.partner.pk)], "reason": "They run into it too."}
        return who.post(f"/api/told/{key}/marking", body | changed, content_type="application/json")

    for where, lacks in (
        ("reason", {"reason": " "}), ("reason", {"reason": ""}), ("organisations", {"organisations": []}), ("group", {"tlp": "amber"}),
        ("tlp", {"tlp": "red"}), ("group", {"group": "x"}),
    ):  # fmt: skip
        refused = call(farah, **lacks).json()
        assert refused["code"] == "not_valid"
        assert [problem["where"].split(".")[-1] for problem in refused["problems"]] == [where]
    for unknown in ({"organisations": [str(strange.pk)]}, {"tlp": "amber", "group": str(uuid4())}, {"key": uuid4()}):
        assert call(farah, **unknown).json()["code"] == "not_known"
    assert call(browser.client("anna")).json()["code"] == "refused"
    assert marking_of(Item.objects.get(pk=hidden.pk).label).permitted_organisations is None
    told = call(farah)
    assert (told.status_code, told.json()) == (200, {"tlp": "amber+strict"})
    now = marking_of(Item.objects.select_related("label").get(pk=hidden.pk).label)
    assert (now.tlp, now.permitted_organisations) == (Tlp.AMBER_STRICT, frozenset({str(browser.partner.pk)}))
    grouped = call(farah, tlp="amber", organisations=[], group=str(browser.world.group.pk))
    assert grouped.json() == {"tlp": "amber"}


def test_the_page_of_what_a_partner_sent_makes_it_a_lead(browser):
    came = report()
    received(browser, came)
    held = StixObject.objects.get(stix_id=came["id"])
    anna, at = browser.client("anna"), f"/told/received/{held.pk}/"
    page = anna.get(at).content.decode()
    assert "In its capacity as law enforcement." in page
    assert anna.post(at, {"reason": ""}).status_code == 400
    answer = anna.post(at, {"reason": "It fits our question."})
    assert answer.status_code == 302
    assert "/leads/" in answer["Location"]
    assert anna.get(f"/told/received/{uuid4()}/").status_code == 404

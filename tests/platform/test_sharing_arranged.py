"""What is arranged with a partner: its name in control sets, mail of what is new, and what of it becomes a lead."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from made_exchange import Exchange, report
from made_people import organisation

from hustings.apps.cases.models import Lead
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.said.leading import find_received, lead_from, leads_of
from hustings.apps.sharing import arranging, find, mailing
from hustings.apps.sharing.mailing import mail_digests
from hustings.apps.sharing.models import ControlSetName, DigestSent, DigestWish, ItemOrigin, LeadRule
from hustings.apps.taxii.actions import add_objects, publish
from hustings.apps.taxii.marking import names_for
from hustings.apps.taxii.models import StixObject
from hustings.apps.taxii.reacting import react
from hustings.apps.tokens.actions import make_token
from hustings.apps.tokens.scope import Scope
from hustings.errors import BadInput
from hustings.exchange.stix.marking import Reads, Untranslatable, write_marking
from hustings.exchange.stix.tlp import TLP
from hustings.policy.capacity import Capacity
from hustings.policy.marking import Marking, Tlp


@pytest.fixture
def desk(db):
    return Exchange()


def partner_of(desk, other=None):
    with desk.as_("farah") as farah:
        return find.partner_of(farah, (other or desk.partner).pk)


# Names in control sets


def test_a_control_set_is_released_once_the_organisations_have_names_in_it(desk):
    from hustings.apps.said.naming import names_towards

    marking = Marking(
        tlp=Tlp.AMBER_STRICT,
        owner=str(desk.host.pk),
        permitted_organisations=frozenset({str(desk.partner.pk)}),
        releasable_to=frozenset({"US"}),
    )

    def written():
        with desk.as_("farah"):
            return write_marking(marking, names=names_towards(desk.host, Reads.ACS))

    with pytest.raises(Untranslatable, match="no name in control sets"):
        written()
    with desk.as_("farah") as farah:
        from hustings.apps.sharing import partners

        own = partners.keep_partner(desk.host, by=farah, way="here", capacity=Capacity.PLATFORM, document="charter")
        arranging.call_in_acs(own, name="USA.MERIDIAN", document="letter", by=farah)
        arranging.call_in_acs(partner_of(desk), name="USA.DES.WATCH", document="letter", by=farah)
    sets = [one for one in written().definitions if "Access control set" in one.get("name", "")]
    assert "USA.MERIDIAN" in json.dumps(sets)
    assert names_for(desk.collection, desk.partner).by_acs == {
        "USA.MERIDIAN": str(desk.host.pk),
        "USA.DES.WATCH": str(desk.partner.pk),
    }
    with desk.as_("farah") as farah:
        arranging.call_in_acs(own, name="", document="letter", by=farah)
    with pytest.raises(Untranslatable, match="no name in control sets"):
        written()


def test_a_name_is_of_one_organisation_alone_and_has_its_form_and_a_document(desk):
    known, other = partner_of(desk), organisation("Other", "agency")
    desk_other = desk.agree(other, Capacity.INTELLIGENCE).partner
    with desk.as_("farah") as farah:
        for given in ({"name": "dhs", "document": "letter"}, {"name": "USA.DES", "document": " "}):
            with pytest.raises(BadInput):
                arranging.call_in_acs(known, by=farah, **given)
        arranging.call_in_acs(known, name="USA.DES", document="letter", by=farah)
        with pytest.raises(BadInput, match="borne by another"):
            arranging.call_in_acs(desk_other, name="USA.DES", document="letter", by=farah)
        assert find.acs_names(desk.host.pk) == {str(desk.partner.pk): "USA.DES"}
    ControlSetName.objects.create(partner=desk_other, name="USA.DES", document="past the action")
    assert find.acs_names(desk.host.pk) == {}, "a name that two bear means neither"
    with desk.as_("anna") as anna, pytest.raises(Refused):
        arranging.call_in_acs(known, name="USA.DES", document="letter", by=anna)


# Mail


def wants(desk, *, days_ago=2, up_to=Tlp.GREEN, every="day"):
    with desk.as_("farah") as farah:
        made = arranging.send_digests(
            partner_of(desk), every=every, address="watch@example.org", up_to=up_to, document="mail of theirs", by=farah
        )
    if every:
        return DigestWish.objects.get(pk=made.pk)
    return made


@pytest.fixture
def later(monkeypatch):
    """Move what the worker takes for now."""
    now = mailing.moment

    def move(by):
        monkeypatch.setattr(mailing, "moment", lambda: now() + by)

    return move


def told(desk, *lights, hidden=False):
    with desk.as_("farah") as farah:
        publish(
            desk.collection,
            [report(f"Report {light.value}", object_marking_refs=[TLP[light]]) for light in lights],
            by=farah,
        )


def test_a_partner_who_asked_gets_what_is_new_and_its_account_may_read_up_to_the_light_it_asked_for(desk, later):
    wants(desk)
    told(desk, Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.RED)
    assert mail_digests() == 0, "a day has not passed"
    later(timedelta(days=1, minutes=1))
    assert mail_digests() == 1
    (letter,) = mail.outbox
    assert letter.to == ["watch@example.org"]
    assert letter.subject.startswith("[TLP:GREEN]")
    body = letter.body + "".join(str(part) for part in letter.alternatives)
    assert "Report clear" in body
    assert "Report green" in body
    assert "Report amber" not in body
    assert "Report red" not in body, "what its account may not read is not even counted"
    row = DigestSent.objects.get()
    assert (row.objects_told, row.held_back, row.problem) == (2, 1, "")
    assert mail_digests() == 0, "each time is told once"
    later(timedelta(days=2, minutes=2))
    assert mail_digests() == 0
    assert len(mail.outbox) == 1, "nothing new is no mail"


def test_what_keeps_a_mail_from_going_is_logged_by_its_code_and_its_time_is_told_by_the_next(desk, later, monkeypatch):
    wants(desk)
    told(desk, Tlp.GREEN)
    later(timedelta(days=1, minutes=1))

    def down(*_):
        raise OSError("550 Report green was refused")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        broken.setattr(mailing.EmailMultiAlternatives, "send", down)
        assert mail_digests() == 0
    assert [row.problem for row in DigestSent.objects.all()] == ["not sent"]
    assert mail_digests() == 1
    assert "Report green" in mail.outbox[0].body


def test_without_an_agreement_or_a_wish_or_somebody_in_office_no_mail_goes(desk, later):
    from hustings.apps.sharing import partners

    wants(desk)
    told(desk, Tlp.GREEN)
    later(timedelta(days=1, minutes=1))
    with desk.as_("farah") as farah:
        partners.end_agreement(desk.agreed, by=farah, why="It was broken.")
    assert mail_digests() == 0
    assert DigestSent.objects.get().problem == "no agreement in force"
    wants(desk, every="")
    assert mail_digests() == 0
    assert DigestSent.objects.count() == 1
    assert not mail.outbox
    with desk.as_("farah") as farah, pytest.raises(BadInput, match="amber at most"):
        arranging.send_digests(
            partner_of(desk),
            every="day",
            address="watch@example.org",
            up_to=Tlp.AMBER_STRICT,
            document="mail",
            by=farah,
        )


# Leads


def received(desk, *objects):
    add_objects(desk.collection, objects, by=desk.account)
    react()


def person_like(said="Three pages", kind="identity", **more):
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "name": said, "identity_class": "group", "object_marking_refs": [TLP[Tlp.AMBER]]} | more  # fmt: skip


@pytest.mark.parametrize("kind", ["identity", "indicator", "campaign", "report"])
def test_a_person_makes_a_lead_of_what_came_and_its_origin_and_marking_stay(desk, kind):
    more = (
        {"pattern": "[domain-name:value = 'a.example']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}
        if kind == "indicator"
        else {}
    )
    came = report(type="report") if kind == "report" else person_like(kind=kind, **more)
    received(desk, came)
    held = StixObject.objects.get(stix_id=came["id"])
    with desk.as_("anna") as anna:
        lead = lead_from(find_received(anna, held.pk), by=anna, reason="It fits our question.")
        assert leads_of(anna, held) == [lead]
        assert lead_from(held, by=anna, reason="Again.") == lead
    assert lead.item.label == held.item.label
    began = set(ItemOrigin.objects.filter(item=lead.pk).values_list("starter", "capacity"))
    assert ("government", "law enforcement") in began


def test_no_lead_is_made_of_what_nobody_may_know_or_without_a_reason_or_of_our_own(desk):
    received(desk, person_like(object_marking_refs=[f"marking-definition--{uuid4()}"]), person_like())
    hidden, seen = StixObject.objects.filter(type="identity").order_by("item__made_at", "pk")
    if hidden.item.title != seen.item.title:
        raise AssertionError
    with desk.as_("anna") as anna:
        known = [one for one in (hidden, seen) if anna and not missing(anna, one)]
        assert len(known) == 1
        with pytest.raises(BadInput, match="why somebody should look"):
            lead_from(known[0], by=anna, reason=" ")
    told(desk, Tlp.GREEN)
    ours = StixObject.objects.get(received_from=None, type="report")
    with desk.as_("anna") as anna, pytest.raises(NotKnown):
        find_received(anna, ours.pk)


def missing(seat, one):
    try:
        find_received(seat, one.pk)
    except NotKnown:
        return True
    return False


def test_a_rule_makes_leads_in_its_makers_name_once_the_partner_has_earned_it_and_no_longer(desk, monkeypatch):
    with desk.as_("farah") as farah:
        arranging.rule_for_leads(
            partner_of(desk), types=["identity"], held_up=2, refuted=0, reason="It was right before.", by=farah
        )
    received(desk, person_like())
    assert not Lead.objects.exists(), "nothing held up yet"
    trusted = [find.Trust(year=2026, sent=2, positive=2, seed=0, negative=0, acted=0, partly=0, declined=0, silent=0)]
    monkeypatch.setattr(find, "trust", lambda seat, partner: trusted)
    received(desk, person_like(), report())
    lead = Lead.objects.get()
    assert lead.item.made_by == desk.world.appointments["farah"][0]
    assert lead.item.title.startswith("identity")
    began = set(ItemOrigin.objects.filter(item=lead.pk).values_list("starter", "capacity"))
    assert ("government", "law enforcement") in began
    trusted[0] = find.Trust(year=2026, sent=3, positive=2, seed=0, negative=1, acted=0, partly=0, declined=0, silent=0)
    received(desk, person_like())
    assert Lead.objects.count() == 1, "one that did not hold up is one too many"
    trusted[0] = find.Trust(year=2026, sent=2, positive=2, seed=0, negative=0, acted=0, partly=0, declined=0, silent=0)
    received(desk, person_like(object_marking_refs=[f"marking-definition--{uuid4()}"]))
    assert Lead.objects.count() == 1, "what its maker may not know becomes no lead"
    with desk.as_("farah") as farah:
        arranging.rule_for_leads(
            partner_of(desk), types=[], held_up=1, refuted=0, reason="We look ourselves.", by=farah
        )
    received(desk, person_like())
    assert Lead.objects.count() == 1


# By programs


def program(desk, who, *scopes):
    """Calls about the partner, by a token of somebody."""
    with desk.as_(who) as seat:
        given = scopes or (Scope.READ_SHARING, Scope.WRITE_SHARING)
        secret = make_token(name="t", scopes=given, by=seat, good_for=timedelta(days=1))[1]
    client, at = Client(headers={"Authorization": f"Bearer {secret}"}), f"/api/partners/{partner_of(desk).pk}/"

    def call(what, body=None):
        if body is None:
            return client.get(f"{at}{what}")
        return client.post(f"{at}{what}", body, content_type="application/json")

    return call


ASKED = {
    "control-set-name": {"name": "USA.DES.WATCH", "document": "letter"},
    "digests": {"every": "week", "address": "watch@example.org", "up_to": "green", "document": "mail of theirs"},
    "lead-rule": {"types": ["indicator", "report"], "held_up": 3, "refuted": 1, "reason": "They were right"},
}


def test_programs_arrange_the_same_and_read_what_is_arranged(desk):
    farah = program(desk, "farah")
    told = {what: farah(what, body) for what, body in ASKED.items()}
    for what, answer in told.items():
        assert answer.status_code == 201, answer.content
        assert answer.json().items() >= ASKED[what].items()
    over = farah("lead-rule", ASKED["lead-rule"] | {"types": []}).json()
    assert farah("arranged").json() == {
        "control_set_names": [told["control-set-name"].json()], "digest_wishes": [told["digests"].json()], "digests_sent": [],
        "lead_rules": [over, told["lead-rule"].json()],
    }  # fmt: skip
    with desk.as_("farah"):
        assert find.acs_names(desk.host.pk) == {str(desk.partner.pk): "USA.DES.WATCH"}


def test_who_may_not_arrange_by_page_may_not_by_program(desk):
    anna, auditor, reads = program(desk, "anna"), program(desk, "george"), program(desk, "farah", Scope.READ_SHARING)
    for what, body in ASKED.items():
        assert anna(what, body).json()["code"] == "refused"
        assert auditor(what, body).json()["code"] == "refused"
        assert reads(what, body).json()["code"] == "scope"
    assert not any(kind.objects.exists() for kind in (ControlSetName, DigestWish, LeadRule))
    assert auditor("arranged").status_code == 200
    with desk.as_("george") as george:
        unscoped = make_token(name="t", scopes=(Scope.READ_ITEMS,), by=george, good_for=timedelta(days=1))[1]
    answer = Client(headers={"Authorization": f"Bearer {unscoped}"}).get(
        f"/api/partners/{partner_of(desk).pk}/arranged"
    )
    assert answer.json()["code"] == "scope"


@pytest.mark.parametrize(
    ("what", "where", "changed"),
    [
        ("control-set-name", "name", {"name": "dhs"}), ("control-set-name", "name", {"name": "USA.DES\n"}),
        ("control-set-name", "name", {"name": "USA" + ".A23456789012345678901234567890" * 4}), ("control-set-name", "document", {"document": " "}),
        ("digests", "address", {"address": "nobody"}), ("digests", "address", {"address": ""}), ("digests", "up_to", {"up_to": "red"}),
        ("digests", "every", {"every": "hour"}), ("digests", "document", {"document": ""}), ("lead-rule", "types", {"types": ["weather"]}),
        ("lead-rule", "held_up", {"held_up": 0}), ("lead-rule", "refuted", {"refuted": 40_000}), ("lead-rule", "reason", {"reason": " "}),
    ],
)  # fmt: skip
def test_what_a_program_may_not_arrange_is_refused_with_its_place(desk, what, where, changed):
    answer = program(desk, "farah")(what, ASKED[what] | changed)
    assert answer.json()["code"] == "not_valid"
    assert [problem["where"].split(".")[-1] for problem in answer.json()["problems"]] == [where]

"""A desk whose organisation shares a collection with an agency that reads and writes it, and reports to put into it."""

import json
from datetime import timedelta
from uuid import uuid4

from made_desk import Desk
from made_people import appoint, person

from hustings.apps.cases import campaigns, known, working
from hustings.apps.database import WEB, in_role
from hustings.apps.people.find import seats
from hustings.apps.sharing import partners
from hustings.apps.taxii.models import Account, Collection, CollectionPermission, Entry
from hustings.exchange.stix.tlp import TLP
from hustings.policy.capacity import CAPACITIES, Capacity, Sort
from hustings.policy.casework import ActorPart, Confidence, MemberKind
from hustings.policy.marking import Marking, Tlp

__all__ = ["DIRECTORATE", "Exchange", "report"]

DIRECTORATE = "Directorate for Election Security"


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
        self.agreed = self.agree(self.partner, Capacity.LAW_ENFORCEMENT)

    def agree(self, other, capacity, **changed):
        """Record a partner and what was agreed with it."""
        with self.as_("farah") as farah:
            partner = partners.keep_partner(other, by=farah, way="taxii", capacity=capacity, document="charter")
            today = farah.now.date()
            given = {
                "title": "Memorandum", "reference": "2026/7", "starts_on": today - timedelta(days=9), "ends_on": today + timedelta(days=90),
                "sorts": [Sort.SHARE], "matters": CAPACITIES[capacity].told, "up_to": Tlp.AMBER_STRICT,
            }  # fmt: skip
            return partners.agree(partner, by=farah, **given | changed)

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


def report(said="Three pages", **more):
    return {
        "type": "report", "spec_version": "2.1", "id": f"report--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z", "name": said, "description": "They act as one.", "confidence": 85,
        "published": "2026-01-01T00:00:00.000Z", "report_types": ["threat-report"], "object_refs": [f"identity--{uuid4()}"],
        "object_marking_refs": [TLP[Tlp.AMBER]], "created_by_ref": f"identity--{uuid4()}",
    } | more  # fmt: skip

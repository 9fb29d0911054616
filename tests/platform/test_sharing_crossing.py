"""Requests between installations: what goes out is read back as it was said, comes in once and in order, and nobody speaks for another."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from made_partners import LAW, PAGE, Partners
from made_people import organisation

from hustings.apps.sharing import crossing, find, partners, passing
from hustings.apps.sharing.models import ActionRequest, Outgone, Step
from hustings.apps.taxii import keeping
from hustings.apps.taxii.actions import add_objects
from hustings.apps.taxii.models import Account, Reaction, StixObject
from hustings.apps.taxii.reacting import react
from hustings.exchange.request import Answered, Asked
from hustings.exchange.stix.forms import read, write
from hustings.policy.capacity import Capacity, Matter, Sort

THEIRS = "identity--2d2c1f0e-58a0-4b0f-9d0a-3a1f6f9d7c11"


class Wired(Partners):
    """Meridian and a harbour office whose installation takes what passes over TAXII; the office's account here hands in what it says."""

    def __init__(self):
        super().__init__()
        self.harbour = organisation("Harbour Office", "authority")
        with self.as_("farah") as farah:
            partners.keep_partner(
                self.harbour,
                by=farah,
                way="taxii",
                capacity=Capacity.ELECTORAL_NATIONAL,
                document="charter",
                identity=THEIRS,
            )
            self.collection = keeping.make_collection("For the harbour office", by=farah)
            keeping.allow_organisation(self.collection, self.harbour, can_read=True, can_write=True, by=farah)
            self.account: Account = keeping.make_account(self.harbour, "harbour", by=farah)
        self.ours = f"identity--{self.company.pk}"

    def hands_in(self, *values):
        """The office's account hands in objects, and the worker reacts."""
        with self.seated(self.account.appointment) as seat:
            add_objects(self.collection, [json.dumps(write(value)).encode() for value in values], by=seat)
        react()

    def asked(self, **changed):
        with self.as_("farah") as farah:
            now = farah.now
        given = {
            "id": "7a1b3c1e-0a7e-4f0e-8d53-0c9b6d1f0a01", "created": now, "modified": now, "sender": THEIRS, "receiver": self.ours,
            "capacity": "national electoral office", "title": "Remove the page", "text": "It says Monday.", "ground": "Duty",
            "matters": ("named content",), "action": True, "legal_ground": LAW, "deadline": now + timedelta(days=2), "content": (PAGE,),
        }  # fmt: skip
        return Asked(**given | changed)


@pytest.fixture
def wired(db):
    return Wired()


def errors():
    return [row.error for row in Reaction.objects.order_by("made_at", "pk")]


def test_what_a_partners_installation_asks_stands_here_once_under_the_sender_who_handed_it_in(wired):
    wired.hands_in(wired.asked())
    wired.hands_in(wired.asked())
    assert errors() == [""]
    row = ActionRequest.objects.get()
    assert (row.sender, row.receiver, row.government, row.legal_ground) == (wired.harbour, wired.company, True, LAW)
    with wired.as_("farah") as farah:
        assert [one.pk for one in find.waiting(farah)] == [row.pk]
    with wired.as_("walter") as walter, pytest.raises(Exception, match="no such page"):
        find.find_passed(walter, row.pk)


def test_nobody_speaks_for_another_nor_in_another_capacity_nor_without_a_law(wired):
    for number, changed in enumerate((
        {"sender": f"identity--{wired.office.pk}"}, {"receiver": THEIRS}, {"capacity": "platform"}, {"legal_ground": ""},
        {"matters": ("records of users",)},
    )):  # fmt: skip
        wired.hands_in(wired.asked(id=f"7a1b3c1e-0a7e-4f0e-8d53-0c9b6d1f0b{number:02}", **changed))
    told = errors()
    assert len(told) == 5
    assert all(told), told
    assert not ActionRequest.objects.exists()


def test_ours_goes_out_in_order_and_is_read_back_as_it_was_said_and_the_answers_come_in_order(wired):
    with wired.as_("farah") as farah:
        sent = passing.send(
            passing.Sending(
                sort=Sort.INFORMATION, other=wired.harbour, title="Which day is right?", ground="Memorandum", matters=frozenset({Matter.ANALYSIS}),
                content=(PAGE,), deadline=farah.now + timedelta(days=3), exception="no agreement yet",
            ),
            by=farah,
        )  # fmt: skip
    assert crossing.publish_outgoing() == 1
    assert not Outgone.objects.exclude(problem="").exists()
    assert crossing.publish_outgoing() == 0
    with wired.seated(wired.account.appointment):
        assert StixObject.objects.filter(type="request-for-information").exists(), "their account carries it to them"
    raw = StixObject.objects.get(type="request-for-information", received_from=None)
    value = read(json.loads(bytes(raw.raw)))
    assert (value.title, value.receiver, value.content) == ("Which day is right?", THEIRS, (PAGE,))

    def step(number, code, state, reason=""):
        return Answered(
            id=f"7a1b3c1e-0a7e-4f0e-8d53-0c9b6d1f0c{number:02}", about=str(sent.pk), number=number, step=code, state=state, reason=reason,
            by=THEIRS, at=farah.now, opinion="positive" if reason else "",
        )  # fmt: skip

    wired.hands_in(step(3, "act", "acted", "The 8th."))
    assert not Step.objects.exists(), "what comes before has to come first"
    wired.hands_in(step(1, "receive", "received"), step(2, "review", "under review"))
    react()
    assert [(row.number, row.code) for row in Step.objects.order_by("number")] == [
        (1, "receive"),
        (2, "review"),
        (3, "act"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT opinion FROM sharing_opinion")
        assert cursor.fetchall() == [("positive",)]
    wired.steps(sent, ("farah", "close"))
    assert crossing.publish_outgoing() == 1
    assert StixObject.objects.filter(type="request-step", received_from=None).count() == 1


def test_what_waits_for_a_collection_that_is_not_there_says_so_on_its_page(wired):
    with wired.as_("farah") as farah:
        keeping.allow_organisation(wired.collection, wired.harbour, can_read=False, can_write=True, by=farah)
        sent = passing.send(
            passing.Sending(
                sort=Sort.INFORMATION, other=wired.harbour, title="Which day is right?", ground="Memorandum", matters=frozenset({Matter.ANALYSIS}),
                content=(PAGE,), deadline=farah.now + timedelta(days=3), exception="no agreement yet",
            ),
            by=farah,
        )  # fmt: skip
    browser = wired.browser("farah")

    def told():
        return " ".join(browser.get(f"/partners/exchanges/{sent.pk}/").content.decode().split())

    assert crossing.publish_outgoing() == 0
    assert "The request itself waits: there is no collection that Harbour Office alone reads." in told()
    with wired.as_("farah") as farah:
        keeping.allow_organisation(wired.collection, wired.harbour, can_read=True, can_write=True, by=farah)
    assert "waits to be put where Harbour Office fetches it" in told()
    assert crossing.publish_outgoing() == 1
    assert "Not there yet" not in told()

"""Protected names, what looks like them, and cyber incidents: who may what, nothing twice, nothing wider, no credential kept."""

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from made_people import appoint, leave, marking_of_page, organisation, person, sign_in

from hustings.apps.ads.models import Ad, Creative, Page
from hustings.apps.cases.models import Lead
from hustings.apps.database import OWNER, WEB, in_role
from hustings.apps.elections.models import Election
from hustings.apps.items.actions import relabel
from hustings.apps.lookalikes import deciding, find, incidents, protecting, searching
from hustings.apps.lookalikes.models import (
    Allowed,
    Cursor,
    CyberLeak,
    CyberStep,
    Hit,
    HitPlace,
    Protected,
    ProtectedDecision,
)
from hustings.apps.people.find import seat_for
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.sweeps.tables import register_table
from hustings.apps.taxii.models import Collection, Entry
from hustings.errors import BadInput
from hustings.exchange.lookalike.recogniser import Kind
from hustings.exchange.stix.marking import Untranslatable
from hustings.exchange.stix.names import Reads
from hustings.exchange.stix.objects import bundled
from hustings.policy.lookalike import AllowedGround, CyberKind, CyberState
from hustings.policy.marking import Marking, Need, Tlp
from hustings.policy.operations import Severity
from hustings.policy.role import Role

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2000, 1, 1), date(2999, 1, 1)
ASKED = {
    "asked_by": "Ada Reed, county clerk",
    "evidence": "Call back to the number in the county's register",
    "starts": FIRST,
    "ends": LAST,
}
SEEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


class Desk:
    """Meridian with an analyst, a reviewer and an auditor; Norvale's authority beside it."""

    def __init__(self):
        self.meridian, self.norvale = organisation("Meridian"), organisation("Norvale", "authority")
        self.appointments = {
            name: appoint(person(name), at, name, (role,))
            for name, at, role in (
                ("Anna", self.meridian, "analyst"), ("Ben", self.meridian, "reviewer"), ("Audrey", self.meridian, "auditor"),
                ("Nora", self.norvale, "liaison"),
            )
        }  # fmt: skip
        self.anna, self.ben, self.audrey, self.nora = (seat_for(one, strong=True) for one in self.appointments.values())
        self.election = Election.objects.create(
            name="County vote", country="XV", level="local", kind="election", on=date(2026, 11, 3)
        )

    def protect(self, value="lakeshire.gov", kind=Kind.DOMAIN, checked=True, **more):
        with in_role(WEB, self.anna.id, strong=True):
            made = protecting.protect(by=self.anna, kind=kind, value=value, **(ASKED | more))
        if checked:
            with in_role(WEB, self.ben.id, strong=True):
                protecting.check(made, by=self.ben)
        return made

    def ad(self, number, *, page="Garden Club", landing="", text="", held_by=None):
        held_by = held_by or self.meridian
        shown, _ = Page.objects.get_or_create(
            held_by=held_by, platform="birdsong", number=f"p{number}", defaults={"name": page}
        )
        creative = Creative.objects.create(
            held_by=held_by,
            digest=f"{number:064d}",
            text=text,
            landing_url=f"https://{landing}/" if landing else "",
            landing_domain=landing,
        )
        return Ad.objects.create(held_by=held_by, archive="birdsong", number=str(number), page=shown, creative=creative)

    def hits(self, seat=None):
        seat = seat or self.anna
        with in_role(WEB, seat.id, strong=True):
            return [(one.observed, one.relations[0], one.state) for one in find.hits(seat)]

    def hit(self):
        with in_role(WEB, self.anna.id, strong=True):
            return find.hits(self.anna)[0]


@pytest.fixture
def desk(db):
    return Desk()


def as_web(seat):
    return in_role(WEB, seat.id, strong=True)


def test_what_one_person_records_another_checks_before_anything_is_sought(desk):
    made = desk.protect(checked=False)
    desk.ad(1, landing="lakeshire.com")
    assert searching.look() == 0
    with as_web(desk.anna), pytest.raises(Refused):
        protecting.check(made, by=desk.anna)
    # The database says the same, whatever the code does.
    with pytest.raises(ProgrammingError), as_web(desk.anna), transaction.atomic():
        ProtectedDecision.objects.create(protected=made, step="checked", by=desk.anna.appointment)
    with as_web(desk.ben):
        protecting.check(made, by=desk.ben)
    assert searching.look() == 1


def test_ads_pages_and_links_in_words_are_looked_through_as_they_arrive_and_only_once(desk):
    desk.protect()
    desk.protect("Norvale Votes", Kind.ORGANISATION)
    desk.ad(1, landing="www.lakeshire.gov")
    desk.ad(2, landing="lakeshire-login.com")
    desk.ad(3, text="Register at https://1akeshire.gov/now today.")
    desk.ad(4, page="Norvale Votes Official")
    assert searching.look() == 3
    assert searching.look() == 0
    assert desk.hits() == [
        ("https://1akeshire.gov/now", "confusable", "open"), ("Norvale Votes Official", "affix", "open"), ("lakeshire-login.com", "affix", "open"),
    ]  # fmt: skip
    desk.ad(5, landing="lakeshire-login.com")
    assert searching.look() == 0  # the same look-alike: another place
    places = HitPlace.objects.filter(hit__observed="lakeshire-login.com").order_by("reference")
    assert [one.reference for one in places] == ["birdsong 2", "birdsong 5"]


def test_a_new_protected_name_is_held_against_what_came_before(desk):
    desk.protect()
    desk.ad(1, landing="norvale-vote.org")
    assert searching.look() == 0
    desk.protect("norvale-votes.org")
    assert searching.look() == 1


def test_a_worker_killed_between_portions_loses_nothing_and_does_nothing_twice(desk, monkeypatch):
    desk.protect()
    monkeypatch.setattr(searching, "PORTION", 2)
    for number in range(5):
        desk.ad(number, landing=f"lakeshire-vote{number}.com")
    keep, kept = searching.keep, []

    def killed(*given, **named):
        kept.append(1)
        if len(kept) == 4:
            raise KeyboardInterrupt
        return keep(*given, **named)

    monkeypatch.setattr(searching, "keep", killed)
    with pytest.raises(KeyboardInterrupt):
        searching.look()
    before = len(desk.hits())
    assert before < 5
    monkeypatch.setattr(searching, "keep", keep)
    assert searching.look() == 5 - before
    assert len(desk.hits()) == 5


def test_nobody_looks_in_the_name_of_who_has_left(desk):
    desk.protect()
    desk.ad(1, landing="lakeshire.com")
    leave(desk.appointments["Ben"])
    assert searching.look() == 0


def test_what_is_seen_in_a_table_is_as_restricted_as_the_table(desk, tmp_path, settings):
    settings.TABLES = tmp_path / "tables"
    desk.protect()
    desk.protect("@NorvaleVotes", Kind.ACCOUNT, platform="birdsong")
    rows = [
        ("birdsong", "norvale_votes", "link", "https://lakeshire.net/x", "c1"),
        ("birdsong", "norvalevotes", "link", "https://example.org/", "c2"),
    ]
    at = pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
    columns = dict(zip(("platform", "actor", "kind", "trace", "content"), zip(*rows, strict=True), strict=True))
    pq.write_table(
        pa.table({**{name: list(values) for name, values in columns.items()}, "at": at}), tmp_path / "t.parquet"
    )
    with as_web(desk.anna):
        marking = Marking(
            tlp=Tlp.AMBER_STRICT, owner=str(desk.meridian.pk), need=Need.ROLE, roles=frozenset({Role.REVIEWER})
        )
        table = register_table(
            tmp_path / "t.parquet",
            title="Links",
            collected="every link of the month",
            marking=own_marking(desk.anna),
            by=desk.anna,
        )
    assert searching.look() == 2
    assert desk.hits() == [
        ("norvale_votes", "hyphenation", "open"),
        ("lakeshire.net", "other top-level domain", "open"),
    ]
    with as_web(desk.ben):
        relabel(table.item, marking, by=desk.ben, reason="a source asked")
    assert desk.hits() == []  # Anna is no reviewer
    assert len(desk.hits(desk.ben)) == 2
    assert desk.hits(desk.nora) == []


def test_what_is_let_stand_is_told_nobody_again_until_it_is_taken_back(desk):
    desk.protect()
    desk.ad(1, landing="lakeshire.fun")
    searching.look()
    with as_web(desk.anna):
        with pytest.raises(BadInput, match="reason"):
            deciding.allow_hit(desk.hit(), AllowedGround.PARODY, by=desk.anna, reason=" ")
        deciding.allow_hit(desk.hit(), AllowedGround.PARODY, by=desk.anna, reason="It says satire in its head.")
        with pytest.raises(BadInput, match="state"):
            deciding.suspect(desk.hit(), by=desk.anna, reason="no")
    desk.ad(2, landing="news.lakeshire.fun")
    assert searching.look() == 0
    assert [state for _, _, state in desk.hits()] == ["allowed"]
    with as_web(desk.audrey), pytest.raises(Refused):
        deciding.take_back(Allowed.objects.get(), by=desk.audrey, reason="no")
    with as_web(desk.anna):
        deciding.take_back(Allowed.objects.get(), by=desk.anna, reason="It asks for passwords now.")
    assert [state for _, _, state in desk.hits()] == ["open"]
    assert searching.look() == 1  # the one beneath it


def test_a_suspicious_one_becomes_a_lead_as_restricted_as_itself(desk):
    desk.protect()
    desk.ad(1, landing="lakeshire-login.com")
    searching.look()
    with as_web(desk.anna):
        hit = deciding.suspect(desk.hit(), by=desk.anna, reason="It copies the sign-in page.")
        lead = Lead.objects.get(pk=hit.lead_id)
        assert lead.key == "look-alike host  lakeshire-login.com"
        assert lead.item.label_id == hit.item.label_id
    with as_web(desk.nora), pytest.raises(NotKnown):
        find.find_hit(desk.nora, hit.pk)


def test_no_other_organisation_sees_or_changes_anything(desk):
    made = desk.protect()
    desk.ad(1, landing="lakeshire.com")
    searching.look()
    with as_web(desk.nora):
        assert not Protected.objects.exists()
        assert not Hit.objects.exists()
        assert not Cursor.objects.exists()
        with pytest.raises(NotKnown):
            find.find_protected(desk.nora, made.pk)


@pytest.mark.parametrize("role", [WEB, OWNER])
def test_what_was_recorded_is_not_changed_by_anybody(desk, role):
    desk.protect()
    with pytest.raises(DatabaseError), in_role(role, desk.anna.id, strong=True), transaction.atomic():
        Protected.objects.update(value="x")
    assert Protected.objects.get().value == "lakeshire.gov"


LIST = "kind,value,platform,election,asked_by,evidence,starts,ends\n"


def test_a_list_goes_in_whole_or_not_at_all_and_comes_out_as_it_went_in(desk):
    bad = (
        LIST
        + "domain,not a domain,,,Ada,letter,2026-01-01,2026-02-01\nthing,x.org,,,,,yesterday,2026-02-01\naccount,@abc,,Nowhere,Ada,letter,2026-03-01,2026-02-01\n"
    )
    with as_web(desk.anna):
        with pytest.raises(BadInput) as told:
            protecting.load(bad, by=desk.anna)
        where = [problem.where for problem in told.value.problems]
        assert where == ["row 2, value", "row 3, starts", "row 3, kind", "row 4, platform", "row 4, ends"]
        assert not Protected.objects.exists()
        good = (
            LIST
            + "domain,lakeshire.gov,,County vote,Ada,letter,2026-01-01,2026-12-01\naccount,@LakeVotes,birdsong,,Ada,letter,2026-01-01,2026-12-01\n"
        )
        assert protecting.load(good, by=desk.anna) == (2, 0)
        assert protecting.load(good, by=desk.anna) == (0, 2)
        assert sorted(protecting.written(find.protected(desk.anna)).splitlines()) == sorted(good.splitlines())


def record_incident(desk, **more):
    given = {
        "kind": CyberKind.PHISHING, "title": "False sign-in page", "affected": "County clerk", "note": "Reported by the clerk.",
        "severity": Severity.SERIOUS, "seen_at": SEEN, "election": desk.election,
        "marking": Marking(tlp=Tlp.GREEN, owner=str(desk.meridian.pk)),
    } | more  # fmt: skip
    with as_web(desk.anna):
        return incidents.record_incident(by=desk.anna, **given)


def test_an_incident_moves_as_the_table_says_and_keeps_its_history(desk):
    made = record_incident(desk)
    with as_web(desk.anna):
        with pytest.raises(BadInput, match="after reported"):
            incidents.step(made, CyberState.CLOSED, Severity.LOCAL, by=desk.anna, note="Done.")
        incidents.step(made, CyberState.CONFIRMED, Severity.CRITICAL, by=desk.anna, note="Seen here as well.")
        made.refresh_from_db()
        assert (made.state, made.severity) == ("confirmed", 4)
        assert [one.note for one in made.steps.order_by("at", "pk")] == ["Reported by the clerk.", "Seen here as well."]
    with as_web(desk.audrey), pytest.raises(Refused):
        incidents.step(made, CyberState.CONTAINED, Severity.LOCAL, by=desk.audrey, note="No.")


LEAK = "ada@county.example:hunter2\nBEN@county.example\n"


def test_no_credential_is_kept_by_code_or_by_the_database(desk):
    with pytest.raises(BadInput, match="never kept"):
        record_incident(desk, note="Found ada@county.example:hunter2 in a dump")
    made = record_incident(desk, kind=CyberKind.LEAKED_CREDENTIALS)
    with as_web(desk.anna):
        with pytest.raises(BadInput) as told:
            incidents.add_leak(made, by=desk.anna, accounts="hunter2\n")
        assert "hunter2" not in str(told.value.problems)
        leak = incidents.add_leak(made, by=desk.anna, accounts=LEAK)
        assert (leak.accounts, leak.domain, len(leak.digests)) == (2, "county.example", 2)
        again = incidents.add_leak(made, by=desk.anna, accounts="ADA@county.example;other")
        assert set(again.digests) < set(leak.digests)
        for wrong in ({"digests": ["ada@county.example"]}, {"domain": "ada@county.example"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CyberLeak.objects.create(incident=made, accounts=1, by=desk.anna.appointment, **wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            CyberStep.objects.create(
                incident=made, state="reported", severity=1, note="x@y.org : secret", by=desk.anna.appointment
            )
    with in_role(OWNER), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(l::text, ' ') FROM cyber_incident_leak l")
        kept = cursor.fetchone()[0]
    assert "hunter2" not in kept
    assert "ada@" not in kept.lower()


def stix_of(desk, made, **named):
    with as_web(desk.anna):
        return incidents.objects_of(made, by=desk.anna, **named)


def test_an_incident_is_told_as_stix_that_the_validator_takes(desk):
    from stix2validator import ValidationOptions, validate_instance

    desk.protect()
    desk.ad(1, landing="lakeshire-login.com")
    searching.look()
    made = record_incident(desk)
    with as_web(desk.anna):
        incidents.add_indicator(made, by=desk.anna, domain="https://lakeshire.fun/x")
        incidents.add_leak(made, by=desk.anna, accounts=LEAK)
        with pytest.raises(BadInput, match="not there yet"):
            incidents.add_indicator(made, by=desk.anna, domain="lakeshire.fun")
    objects = stix_of(desk, made)
    text = json.dumps(bundled(objects))
    assert validate_instance(json.loads(text), ValidationOptions(version="2.1", strict=False)).is_valid
    kinds = [one["type"] for one in objects]
    assert {"incident", "indicator", "domain-name", "relationship", "note"} <= set(kinds)
    assert "ada@" not in text
    assert "bab4a63c-aed9-4cf5-a766-dfca5abac2bb" in text  # TLP:GREEN, by its right id
    assert objects == stix_of(desk, made)
    with as_web(desk.anna):
        incidents.add_indicator(made, by=desk.anna, item=desk.hit().item)
    # Made from a look-alike that our own people alone may know, it has no words in TLP any more.
    with pytest.raises(Untranslatable):
        stix_of(desk, made)
    assert any(one.get("value") == "lakeshire-login.com" for one in stix_of(desk, made, reads=Reads.HUSTINGS))


def test_an_incident_is_published_into_a_collection_of_ones_own_and_no_others(desk):
    made = record_incident(desk)
    ours = Collection.objects.create(title="Ours", owner=desk.meridian)
    theirs = Collection.objects.create(title="Theirs", owner=desk.norvale)
    seat = seat_for(appoint(person("Lia"), desk.meridian, "Liaison", ("liaison",)), strong=True)
    with as_web(seat):
        status = incidents.tell(made, ours, by=seat)
        assert not status.failures
        assert Entry.objects.filter(collection=ours, object__type="incident").count() == 1
    with as_web(seat), pytest.raises((NotKnown, Collection.DoesNotExist)):
        incidents.tell(made, theirs, by=seat)


def client_of(desk, name):
    client = Client()
    sign_in(client, desk.appointments[name].person)
    return client


def test_pages_carry_the_work_from_a_name_to_a_lead_and_an_incident(desk):
    anna, ben = client_of(desk, "Anna"), client_of(desk, "Ben")
    given = {
        "kind": "domain",
        "value": "lakeshire.gov",
        "election": str(desk.election.pk),
        "asked_by": "Ada",
        "evidence": "letter",
        "starts": "2000-01-01",
        "ends": "2999-01-01",
    }
    assert anna.post("/lookalikes/protected/", given | {"value": "no domain"}).status_code == 422
    assert anna.post("/lookalikes/protected/", given).status_code == 302
    one = Protected.objects.get()
    page = f"/lookalikes/protected/{one.pk}/"
    assert b"Checked: they may ask" not in anna.get(page).content
    assert b"Checked: they may ask" in ben.get(page).content
    assert anna.post(f"{page}check/").status_code == 403
    assert ben.post(f"{page}check/").status_code == 302
    desk.ad(1, landing="lakeshire-login.com")
    searching.look()
    queue = anna.get("/lookalikes/").content.decode()
    assert "lakeshire-login.com" in queue
    assert "Satire, parody, criticism" in queue
    hit = f"/lookalikes/hits/{Hit.objects.get().pk}/"
    assert anna.post(f"{hit}suspect/", {"reason": ""}).status_code == 422
    assert anna.post(f"{hit}suspect/", {"reason": "A copied sign-in page"}).status_code == 302
    assert b"The lead" in anna.get(hit).content
    assert b"a letter is left out" in anna.post("/lookalikes/try/", {"what": "host", "value": "lakeshre.gov"}).content
    new = {
        "kind": "phishing",
        "title": "False page",
        "election": str(desk.election.pk),
        "affected": "Clerk",
        "note": "Seen.",
        "severity": "3",
        "seen_at": "2026-01-02T03:04",
        "reach": "green",
    }
    answer = anna.post("/lookalikes/incidents/new/", new)
    assert answer.status_code == 302
    incident = answer["Location"]
    assert marking_of_page(anna.get(incident)) == marking_of_page(anna.get("/lookalikes/incidents/")) == "TLP:GREEN"
    assert anna.post(f"{incident}indicator/", {"domain": "lakeshire-login.com"}).status_code == 302
    assert anna.post(f"{incident}leak/", {"accounts": LEAK}).status_code == 302
    assert b"hunter2" not in anna.post(f"{incident}leak/", {"accounts": "hunter2"}, follow=True).content
    assert anna.post(f"{incident}step/", {"state": "confirmed", "severity": "3", "note": "Yes."}).status_code == 302
    assert json.loads(anna.get(f"{incident}stix.json").content)["type"] == "bundle"
    beside = anna.get(f"/elections/{desk.election.pk}/").content.decode()
    assert "False page" in beside
    assert "1 protected name<" in beside
    nora = client_of(desk, "Nora")
    for address in (page, hit):
        assert nora.get(address).status_code == 404
    assert nora.get("/lookalikes/").status_code == 200
    assert Client().get("/lookalikes/").status_code in {302, 404}
    assert b"False page" not in Client().get(f"/elections/{desk.election.pk}/").content
    for address in ("/lookalikes/protected/list.csv", "/lookalikes/allowed/", "/lookalikes/incidents/", incident):
        assert anna.get(address).status_code == 200

"""What ran comes into the library, every version of it, and nothing else."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import transaction
from django.db.models.expressions import RawSQL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from installation import ENVIRONMENT, copy_of
from killed_loading import ADS
from made_door import acting, approve_disclaimer, delivered, made_door, running, submit

from hustings.apps.ads.delivery import Fact
from hustings.apps.ads.found import find_political, put_back, remove
from hustings.apps.ads.models import Ad, AdChange, AdVersion, FoundLate, Page, Payer
from hustings.apps.ads.moving import CannotMoveAd, move_ad, move_sponsor
from hustings.apps.audit.models import Leaf
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.library.find import Asked, present, search, versions_of
from hustings.apps.library.models import Due, Key, Shown, Subject, Version
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.sealing import open_content, unwrap
from hustings.policy.advertising import By

SECRETS = {
    "instrument": "card-9f3e-secret", "issuing_country": "XQ", "administrators": (("admin-secret-1", "XQ"),),
    "payer_country": "XV",
}  # fmt: skip
HOMES = {"address": "1 Hidden Lane", "phone": "+15550100777", "mail": "hidden@example.org"}


@pytest.fixture
def door(db):
    return with_homes(made_door())


def with_homes(door):
    for name, value in HOMES.items():
        setattr(door.sponsor, name, value)
    door.sponsor.save()
    return door


def the_ad(ad):
    return Shown.objects.get(number=Subject.objects.get(source=ad.pk).number, until=None)


def opened(version):
    key = unwrap(bytes(Key.objects.get(pk=version.subject_id).wrapped), number=version.subject_id)
    return open_content(bytes(version.sealed), key, number=version.subject_id, version=version.version)


def test_an_ad_that_runs_is_published_with_its_page_payer_and_advertiser(door):
    running(door)
    publish_all()
    assert sorted(Shown.objects.values_list("kind", flat=True)) == ["ad", "advertiser", "page", "payer"]
    ad = search(Asked(words="parks"), kind="ad").get()
    assert ad.body["text"] == "More parks for every district. See our plan."
    assert ad.body["payer_name"] == ad.body["advertiser_name"] == "Citizens for Parks"
    assert list(Version.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4]


def test_what_was_handed_in_and_did_not_run_is_nobodys_to_read_nor_is_who_would_have_paid_for_it(door):
    ad = submit(door).ad
    publish_all()
    assert set(Subject.objects.values_list("kind", flat=True)) == {"advertiser"}  # authorised, so public
    remove(ad, by=door.reviewer, reason_code="policy")
    publish_all()
    assert set(Subject.objects.values_list("kind", flat=True)) == {"advertiser"}


def test_an_edit_that_did_not_run_is_not_shown_and_what_ran_stays(door):
    ad = running(door)  # not published yet
    changed = submit(door, text="A change that nobody has read.", page_name="Parks for all").ad
    assert changed.pk == ad.pk
    publish_all()
    shown = the_ad(ad)
    assert shown.body["text"] == "More parks for every district. See our plan."
    assert shown.state == "in review"
    assert shown.ends is not None
    remove(Ad.objects.get(pk=ad.pk), by=door.reviewer, reason_code="policy")
    publish_all()
    put_back(Ad.objects.get(pk=ad.pk), by=door.reviewer, reason_code="mistake")
    publish_all()
    assert the_ad(ad).body["text"] == "More parks for every district. See our plan."
    assert not any("nobody has read" in json.dumps(opened(one)) for one in Version.objects.all())


def test_a_removal_masks_the_creative_of_every_version_and_putting_back_shows_it_again(door):
    ad = running(door)
    publish_all()
    delivered(door, Fact(ad=ad.pk, day=date(2031, 1, 1), impressions=10, spend=Decimal("1.5"), currency="XVD"))
    publish_all()
    number = Subject.objects.get(source=ad.pk).number
    assert [one.hidden for one in versions_of(number)] == ["", ""]
    before = present()
    remove(Ad.objects.get(pk=ad.pk), by=door.reviewer, reason_code="false date")
    publish_all()
    every = list(versions_of(number))
    assert [(one.hidden, one.body["text"]) for one in every] == [("removed", "")] * 3
    assert [(one.meta is None, "district" in (one.meta or "")) for one in every] == [(False, False)] * 3
    assert every[0].body["impressions"] == 10
    assert every[0].body["decisions"][-1]["reason"] == "false date"
    assert not search(Asked(words="parks district"), at=before).exists()  # nor is it found by its words
    put_back(Ad.objects.get(pk=ad.pk), by=door.reviewer, reason_code="mistake")
    publish_all()
    assert [(one.hidden, "district" in one.meta) for one in versions_of(number)] == [("", True)] * 4
    assert search(Asked(words="parks district"), at=before).exists()


def test_what_was_made_ready_of_another_body_does_not_outlive_it(door):
    running(door)
    publish_all()
    ads = Shown.objects.filter(kind="ad")
    assert "district" in ads.get().meta
    ads.update(body=RawSQL("body || %s::jsonb", ['{"text": ""}']))
    assert ads.get().meta is None


def test_a_finding_that_was_withdrawn_stays_in_the_library_and_says_so(door):
    ad = running(door, category="other", election="")
    publish_all()
    assert not Subject.objects.filter(kind="ad").exists()  # it ran as if it were not political
    found = Ad.objects.get(pk=ad.pk)
    find_political(found, by=door.reviewer, how="a report by a reader")
    publish_all()
    assert the_ad(ad).body["found_late"] is not None
    with acting(door.reviewer):
        move_ad(found, "withdraw finding", by=door.reviewer, reason_code="mistake")
    publish_all()
    assert the_ad(ad).body["found_late"] is None
    assert [one["move"] for one in the_ad(ad).body["decisions"]][-1] == "withdraw finding"


def test_publishing_again_without_a_change_adds_nothing(door):
    ad = running(door)
    publish_all()
    before = present()
    Ad.objects.filter(pk=ad.pk).update(words="other words for search within")
    assert Due.objects.exists()
    publish_all()
    assert present() == before


# --- Any sequence of events ends in a library that agrees with a slow, plain reading of the door ---

NUMBERS = st.integers(0, 2)
EVENTS = st.one_of(
    st.tuples(st.just("hand in"), NUMBERS, st.sampled_from(["election", "other"])),
    st.tuples(st.just("edit"), NUMBERS, st.integers(0, 3)),
    st.tuples(st.just("rename page"), NUMBERS, st.sampled_from(["Parks for all", "Green party now"])),
    st.tuples(st.just("deliver"), NUMBERS, st.integers(1, 9)),
    *(
        st.tuples(st.just(one), NUMBERS, st.none())
        for one in (
            "approve",
            "start",
            "run",
            "run",
            "pause",
            "resume",
            "end",
            "remove",
            "put back",
            "find late",
            "withdraw",
        )
    ),
    st.tuples(st.sampled_from(["suspend", "lift", "revoke"]), st.just(0), st.none()),
    *[st.tuples(st.just("publish"), st.just(0), st.none())] * 4,
)

BEGIN = [
    (what, number, more)
    for number, category in enumerate(("election", "election", "other"))
    for what, more in (("hand in", category), ("run", None))
]


class Told:
    """A door at which things happen, what was said of each ad last, and what the library must have said at each place."""

    def __init__(self, door):
        self.door, self.values, self.places, self.ever = door, {}, [], set()

    def happens(self, what, number, more):
        act = getattr(self, what.replace(" ", "_"), None)
        with suppress(CannotMoveAd, Ad.DoesNotExist), transaction.atomic():
            if act is not None:
                act(number, more)
            else:
                self.moved(what, number)

    def hand_in(self, number, category):
        values = {"number": str(number), "page": f"page{number % 2}", "category": category} | SECRETS
        if category == "other":
            values |= {"election": ""}
        self.values[number] = self.values.get(number, {}) | values
        submit(self.door, **self.values[number])

    def edit(self, number, text):
        if number in self.values:
            self.values[number]["text"] = f"Text number {text} about parks and pools."
            submit(self.door, **self.values[number])

    def rename_page(self, number, name):
        if number in self.values:
            self.values[number]["page_name"] = name
            submit(self.door, **self.values[number])

    def ad(self, number):
        key = f"{self.door.sponsor.pk.hex[:12]}:{number}"
        return Ad.objects.select_related("disclaimer").get(number=key)

    def approve(self, number, _):
        ad = self.ad(number)
        if ad.disclaimer is not None and ad.disclaimer.approved_at is None:
            approve_disclaimer(ad, self.door.verifier)
        Payer.objects.filter(checked_at=None).update(checked_at=datetime(2020, 1, 1, tzinfo=UTC), verdict="accepted")
        move_ad(ad, "approve", by=self.door.reviewer)

    def start(self, number, _):
        ad = self.ad(number)
        move_ad(ad, "schedule", machine=By.MACHINE)
        move_ad(ad, "start", machine=By.CLOCK)

    def run(self, number, _):
        self.approve(number, _)
        self.start(number, _)

    def deliver(self, number, count):
        fact = Fact(
            ad=self.ad(number).pk,
            day=date(2031, 1, count),
            impressions=count * 10,
            spend=Decimal(count),
            currency="XVD",
        )
        delivered(self.door, fact)

    def pause(self, number, _):
        move_ad(self.ad(number), "pause", machine=By.CLOCK)

    def resume(self, number, _):
        move_ad(self.ad(number), "resume", machine=By.CLOCK)

    def end(self, number, _):
        move_ad(self.ad(number), "end", machine=By.CLOCK)

    def remove(self, number, _):
        remove(self.ad(number), by=self.door.reviewer, reason_code="policy")

    def put_back(self, number, _):
        put_back(self.ad(number), by=self.door.reviewer, reason_code="mistake")

    def find_late(self, number, _):
        find_political(self.ad(number), by=self.door.reviewer, how="by a reader's report")

    def withdraw(self, number, _):
        move_ad(self.ad(number), "withdraw finding", by=self.door.reviewer, reason_code="mistake")

    def suspend(self, *_):
        move_sponsor(self.door.sponsor, "suspend", by=self.door.verifier, reason_code="doubt")

    def lift(self, *_):
        move_sponsor(self.door.sponsor, "lift", by=self.door.verifier, reason_code="settled")

    def revoke(self, *_):
        move_sponsor(self.door.sponsor, "revoke", by=self.door.verifier, reason_code="false")

    def publish(self, *_):
        publish_all()
        self.places.append((present(), self.as_it_must_be()))

    def as_it_must_be(self):
        """Read off the door, one ad at a time, without a word from the library."""
        must = {}
        for ad in Ad.objects.all():
            ran = [one for one in AdChange.objects.filter(ad=ad).order_by("at", "id") if one.state == "delivering"]
            if not ran:
                continue
            said = AdVersion.objects.get(ad=ad, version=max(one.version for one in ran)).content
            political = said["category"] != "other" or FoundLate.objects.filter(ad=ad).exists()
            if not political and ad.pk not in self.ever:
                continue
            self.ever.add(ad.pk)
            must[ad.pk] = {
                "state": ad.state, "category": said["category"], "text": said["text"], "impressions": ad.impressions,
                "spend": None if ad.spend is None else f"{ad.spend.normalize():f}", "removed": ad.state == "removed",
            }  # fmt: skip
        for page in Page.objects.filter(ads__in=must):
            must[page.pk] = {"name": page.name}
        must[self.door.sponsor.pk] = {"state": self.door.sponsor_state(), "name": "Citizens for Parks"}
        return must


def library_at(place):
    """The library as anybody reads it at a place, by the door's keys."""
    sources = dict(Subject.objects.values_list("number", "source"))
    return {
        sources[row.number]: row
        for kind in ("ad", "advertiser", "page")
        for row in search(Asked(), kind=kind, at=place)
    }


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(EVENTS, min_size=5, max_size=30))
def test_whatever_happens_at_the_door_the_library_agrees_with_a_plain_reading_of_it_at_every_place(door, events):
    with transaction.atomic():
        door.sponsor_state = lambda: type(door.sponsor).objects.get(pk=door.sponsor.pk).state
        told = Told(door)
        for what, number, more in BEGIN:
            told.happens(what, number, more)
        assert Ad.objects.filter(state="delivering").count() == len(BEGIN) // 2
        for what, number, more in [*events, ("publish", 0, None)]:
            told.happens(what, number, more)
        agrees(told)
        transaction.set_rollback(True)


def agrees(told):
    removed = {source for source, must in told.places[-1][1].items() if must.get("removed")}
    for place, must in told.places:
        found = library_at(place)
        assert set(found) == set(must)
        for source, values in must.items():
            hidden = {"text": ""} if source in removed else {}
            body = found[source].body
            assert {name: body.get(name) for name in values} == values | hidden
    versions = list(Version.objects.order_by("seq"))
    assert [one.seq for one in versions] == list(range(1, len(versions) + 1))
    assert [one.at for one in versions] == sorted(one.at for one in versions)
    sequence_all()
    leaves = Leaf.objects.filter(log__name="library").order_by("index")
    assert [one.facts["seq"] for one in leaves] == [one.seq for one in versions]
    everything = json.dumps([[one.record, opened(one)] for one in versions] + [one.body for one in Shown.objects.all()])
    for secret in ("card-9f3e", "XQ", "admin-secret", *HOMES.values()):
        assert secret not in everything


# --- Killed in the middle ---

SCRIPT = Path(__file__).parents[1] / "killed_publishing.py"
MAKE = """
from made_people import appoint, organisation, person
appoint(person("Rae", second_factor=False), organisation("Platform", "company"), "Archives", ("analyst",))
"""


def run(*arguments, dsn):
    environment = os.environ | ENVIRONMENT | {"HUSTINGS_APP_DATABASE_URL": dsn}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_publishing_killed_again_and_again_loses_and_doubles_nothing(postgres, empty_database, tmp_path):
    name, kills = "killed_publishing", 12
    copy_of(postgres, empty_database, name)
    owner = postgres.dsn("hustings_owner", name)
    run("-c", "import django; django.setup()\n" + MAKE, dsn=owner)
    told = json.loads(
        run(str(SCRIPT), str(kills), "7", str(tmp_path), "rae@example.org", dsn=postgres.dsn("hustings_app", name))
    )
    assert told["killed"] == kills
    with psycopg.connect(owner) as asked:

        def one(query):
            return asked.execute(query).fetchone()

        ads = told["files"] * ADS
        everything = ads + 4 + 4 + 4 * 3  # four advertisers, each with a page and with three payers
        assert one("SELECT count(*), count(DISTINCT source) FROM library_subject WHERE kind = 'ad'") == (ads, ads)
        total, distinct, last = one("SELECT count(*), count(DISTINCT subject_id), max(seq) FROM library_version")
        assert (total, distinct) == (last, last)
        assert total == everything
        assert one("SELECT count(*) FROM library_shown WHERE until IS NULL") == (total,)
        assert one("SELECT count(*) FROM library_key") == one("SELECT count(*) FROM library_subject") == (total,)
        logged = "SELECT count(*), count(DISTINCT facts ->> 'digest') FROM log_entry WHERE event = 'library.version'"
        assert one(logged) == (total, total)
        assert one("SELECT count(*) FROM library_due") == (0,)
    with psycopg.connect(postgres.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

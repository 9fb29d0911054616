"""A record is made unreadable by two people on a named ground, for ever, and by nothing else."""

import json
from contextlib import nullcontext
from copy import deepcopy

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from made_door import acting, made_door, running, submit
from made_people import sign_in

from hustings.apps.ads.figures import found_late
from hustings.apps.ads.found import find_political
from hustings.apps.ads.models import Ad
from hustings.apps.ads.published import published
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.find import newest_checkpoint
from hustings.apps.audit.models import Leaf, Log
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.database import WEB, WORKER, in_role
from hustings.apps.library.export import export_library
from hustings.apps.library.expunging import ask_to_expunge, decide_expungement
from hustings.apps.library.find import Asked, search
from hustings.apps.library.models import Expungement, Key, Shown, Subject, Version
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.library.publishing.showing import show_again
from hustings.apps.permission import NotKnown, Refused
from hustings.errors import BadInput
from hustings.ledger.checkpoint import check_with_openssl
from hustings.ledger.verify_library import check_library
from hustings.ledger.verify_log import parse_key

WORDS = "The order of the district court of 3 May."


@pytest.fixture(scope="module")
def made(lasting):
    door = made_door()
    door.ad = running(door)
    publish_all()
    return door


@pytest.fixture
def door(made, db):
    return deepcopy(made)


def number_of(ad):
    return Subject.objects.get(source=ad.pk).number


def ask(door, number, *, by=None, ground="court order"):
    by = by or door.reviewer
    with acting(by):
        return ask_to_expunge(number, ground=ground, reference="12 C 34/31", words=WORDS, by=by)


def expunged(door, number):
    asked = ask(door, number)
    with acting(door.other):
        return decide_expungement(asked, agree=True, by=door.other)


def everything():
    return json.dumps(
        [[one.body, one.meta] for one in Shown.objects.all()] + [one.record for one in Version.objects.all()]
    )


def test_two_people_destroy_the_key_and_the_tombstone_and_the_proofs_stay(door, tmp_path):
    number = number_of(door.ad)
    assert "More parks" in Shown.objects.get(number=number).meta
    before = list(Version.objects.values_list("digest", flat=True))
    assert expunged(door, number) == 1
    row = Shown.objects.get(number=number)
    assert (row.hidden, row.salt, row.body["spend"]) == ("expunged", "", None)
    assert "More parks" not in everything()
    assert not search(Asked(words="parks district")).exists()
    assert not Key.objects.filter(subject=number).exists()
    assert list(Version.objects.values_list("digest", flat=True)) == before
    sequence_all()
    sign_all(bytes(range(32)))
    told = Leaf.objects.get(event="library.expunged")
    assert {name: told.facts[name] for name in ("number", "ground")} == {"number": number, "ground": "court order"}
    assert "district court" not in json.dumps(told.facts | told.texts)
    assert Leaf.objects.filter(log__name="open", event="library expunged").exists()
    export_library(tmp_path / "library")
    key = parse_key(newest_checkpoint(Log.objects.get(name="library")).key)
    report = check_library(tmp_path / "library", [key], (), None, check_with_openssl)
    assert (report.wrong, "expunged: 1." in report.seen[-1]) == ([], True)


def test_nothing_brings_it_back(door):
    number = number_of(door.ad)
    expunged(door, number)
    submit(door, text="The very same words about parks once more.")
    Ad.objects.filter(pk=door.ad.pk).update(state="ended", spend=5)
    publish_all()
    show_again(number)
    assert Shown.objects.get(number=number).hidden == "expunged"
    assert "parks once more" not in everything()
    assert "More parks" not in everything()


def test_with_a_payer_go_the_ads_that_name_them_and_later_ads_do_not_name_them_either(door):
    payer = Subject.objects.get(kind="payer").number
    assert expunged(door, payer) == 2
    running(door, number="2", text="Another ad about pools and lidos for all.")
    publish_all()
    later = search(Asked(words="lidos")).get()
    assert (later.body["payer_name"], later.body["disclaimer"], later.payer) == ("", "", payer)
    assert Shown.objects.get(number=payer).hidden == "expunged"


def test_one_person_alone_cannot(door):
    asked = ask(door, number_of(door.ad))
    with pytest.raises(Refused), acting(door.reviewer):
        decide_expungement(asked, agree=True, by=door.reviewer)
    with (
        acting(door.reviewer),
        pytest.raises(DatabaseError, match="another person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT library_decide(%s, true)", [asked.pk])
    with pytest.raises(Refused), acting(door.verifier):
        decide_expungement(asked, agree=True, by=door.verifier)
    assert Key.objects.filter(subject=number_of(door.ad)).exists()


def test_what_was_refused_stays_and_can_be_asked_again(door):
    number = number_of(door.ad)
    asked = ask(door, number)
    with pytest.raises(BadInput, match="asked for already"):
        ask(door, number)
    with acting(door.other):
        assert decide_expungement(asked, agree=False, by=door.other, reason="not that ad") == 0
    with pytest.raises(BadInput, match="decided already"), acting(door.other):
        decide_expungement(asked, agree=True, by=door.other)
    assert Shown.objects.get(number=number).hidden == ""
    ask(door, number)


def test_everything_that_is_missing_is_named_at_once(door):
    with pytest.raises(BadInput) as error, acting(door.reviewer):
        ask_to_expunge(999, ground="because", reference=" ", words="x", by=door.reviewer)
    assert [problem.where for problem in error.value.problems] == ["number", "ground", "reference", "words"]


@pytest.mark.parametrize("sql", [
    "DELETE FROM library_key",
    "UPDATE library_key SET wrapped = ''",
    "TRUNCATE library_key CASCADE",
    "UPDATE library_expungement SET outcome = 'expunged', decided_by_id = asked_by_id, done_at = now()",
    ("INSERT INTO library_expungement (id, subject_id, ground, reference, words, asked_by_id, asked_at, outcome, decided_by_id, done_at) "
    "SELECT gen_random_uuid(), subject_id, ground, reference, words, asked_by_id, now(), 'expunged', (SELECT id FROM appointment LIMIT 1), now() FROM library_expungement"),
    "DELETE FROM library_expungement",
    "TRUNCATE library_expungement",
])  # fmt: skip
@pytest.mark.parametrize("role", [WEB, WORKER, None])
def test_sql_alone_cannot_whoever_runs_it(door, sql, role):
    ask(door, number_of(door.ad))
    acts = nullcontext() if role is None else acting(door.other) if role == WEB else in_role(role)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with acts, pytest.raises((DatabaseError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Key.objects.filter(subject=number_of(door.ad)).exists()


def test_who_reads_the_library_sees_no_word_of_who_asked(door):
    ask(door, number_of(door.ad))
    with in_role(WEB):
        assert not Expungement.objects.exists()
    with acting(door.verifier):
        assert not Expungement.objects.exists()


def test_what_was_expunged_is_told_by_no_other_public_page_either(door):
    find_political(Ad.objects.get(pk=door.ad.pk), by=door.reviewer, how="a report by a reader")
    publish_all()
    assert published(door.sponsor.pk)["sponsor"]["name"] == "Citizens for Parks"
    expunged(door, Subject.objects.get(kind="advertiser").number)
    (late,) = found_late()
    assert (late["says"], late["sponsor"], late["masked"]) == ("", "", True)
    with pytest.raises(NotKnown):
        published(door.sponsor.pk)


def signed_in(seat):
    client = Client()
    sign_in(client, seat.person)
    return client


def test_at_the_desk_one_asks_and_sees_no_button_and_another_agrees(door):
    number = number_of(door.ad)
    rae, ola, vik = (signed_in(seat) for seat in (door.reviewer, door.other, door.verifier))
    assert Client().get("/library/expunge/").status_code == 302
    assert vik.get("/library/expunge/").status_code == 403
    form = {"number": number, "ground": "safety", "reference": "report 7", "words": "It names a private person."}
    assert rae.post("/library/expunge/", form | {"number": 999_999}).status_code == 422
    there = rae.post("/library/expunge/", form)["Location"]
    shown = rae.get(there).content.decode()
    assert "More parks for every district" in shown
    assert "another person has to" in shown
    assert "Agree" not in shown
    assert rae.post(f"{there}decide/", {"move": "agree", "reason": "I do"}).status_code == 403
    assert "Agree" in ola.get(there).content.decode()
    assert ola.post(f"{there}decide/", {"move": "agree", "reason": "I read it"})["Location"] == there
    shown = ola.get(there).content.decode()
    assert "expunged, Ola" in shown
    assert "More parks" not in shown
    assert Shown.objects.get(number=number).hidden == "expunged"
    assert "report 7" in ola.get("/library/expunge/").content.decode()


def test_everybody_takes_the_whole_library_away(door, tmp_path):
    assert Client().get("/library/export.tar").status_code == 503  # nothing is signed yet
    sequence_all()
    sign_all(bytes(range(32)))
    taken = Client().get("/library/export.tar")
    (tmp_path / "library.tar").write_bytes(b"".join(taken.streaming_content))
    key = parse_key(newest_checkpoint(Log.objects.get(name="library")).key)
    assert check_library(tmp_path / "library.tar", [key], (), None, check_with_openssl).wrong == []

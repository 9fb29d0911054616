"""The package of a question, from the library: who may, what goes, what proves it, and what the log says of it."""

import json
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from installation import clock_tells
from made_door import acting
from made_library import made_ad
from made_people import appoint, organisation, person

from hustings.apps.ads.models import Ad, Administrator, AdVersion, Payer
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.find import texts_of
from hustings.apps.audit.models import Leaf
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.cases.models import Disclosure
from hustings.apps.library.expunging import ask_to_expunge, decide_expungement
from hustings.apps.library.handover.act import hand_over
from hustings.apps.library.handover.reading import HANDED_OVER
from hustings.apps.library.handover.sql import act_of
from hustings.apps.library.models import Subject
from hustings.apps.library.publishing.publish import publish_all
from hustings.apps.people.find import seat_for
from hustings.apps.permission import Refused
from hustings.errors import BadInput
from hustings.exchange.package.cut import Cut
from hustings.ledger.verify_log import parse_key
from hustings.policy.act import act
from hustings.policy.role import Role

FIRST = datetime(2031, 5, 1, 12, tzinfo=UTC)
SECRET = bytes(range(32))


def settled():
    sequence_all()
    sign_all(SECRET)


@pytest.fixture(scope="module")
def made(lasting):
    """Three ads of two pages, paid by one card, published and signed; who may hand over; and another door's ad."""

    class World:
        def seat(self, *roles, at=None):
            name = f"{roles[0].replace(' ', '')}{'' if at is None else at.name}"
            return seat_for(appoint(person(name), at or self.company, name, roles), strong=True)

    world = World()
    world.company, world.elsewhere = organisation("Archive", "company"), organisation("Elsewhere", "company")
    clock_tells(FIRST)
    world.reviewer, world.liaison, world.other = (
        world.seat("reviewer"),
        world.seat("liaison"),
        world.seat("public information"),
    )
    world.ads = [made_ad(world.company, number, page="parks" if number < 3 else "pools", people=400 if number == 1 else None,
                         regions={"North": 600}) for number in (1, 2, 3)]  # fmt: skip
    foreign = made_ad(world.elsewhere, 9, text="An ad of another door.")
    for payer in Payer.objects.all():
        payer.instrument, payer.issuing_country, payer.currency = f"card-of-{payer.held_by.name}", "XW", "XWD"
        payer.save()
    for one in (*world.ads, foreign):
        Administrator.objects.get_or_create(
            page=one.page,
            fingerprint=f"maker-of-{one.held_by.name}",
            defaults={"country": "XQ", "since": FIRST - timedelta(days=9)},
        )
        AdVersion.objects.create(ad=one, version=1, digest="0" * 64, content={
            "text": one.creative.text, "titles": [one.creative.title], "landing_url": one.creative.landing_url, "defects": ["odd row"],
            "rest": '{"note": "kept as it came"}', "address": "192.0.2.7"})  # fmt: skip
    publish_all()
    settled()
    world.moment = FIRST + timedelta(seconds=30)
    clock_tells(FIRST + timedelta(minutes=1))
    settled()
    return world


@pytest.fixture
def world(made, db, settings):
    settings.LOG_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    return deepcopy(made)


def handed(world, out, cut=Cut.LAW_ENFORCEMENT, *, by=None, query="", moment=None):
    by = by or world.reviewer
    with acting(by):
        return hand_over(query, moment or world.moment, cut, out, by=by, to="The committee", ground="Order 7", reference="7/31",
                         command="hustings handover", committed=lambda: None)  # fmt: skip


def rows(place, name):
    return [json.loads(line) for line in (place / name).read_text().splitlines()]


def verify(place, *arguments):
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(place / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    return done.returncode, done.stdout + done.stderr


def everything(place):
    return b"".join(path.read_bytes() for path in sorted(place.iterdir()) if path.suffix != ".py").decode()


HELD = {"card-of-Archive": Cut.LAW_ENFORCEMENT, "XWD": Cut.LAW_ENFORCEMENT, "192.0.2.7": Cut.LAW_ENFORCEMENT, "maker-of-Archive": Cut.LAW_ENFORCEMENT,
        "kept as it came": Cut.LAW_ENFORCEMENT, '"XQ"': Cut.COMMITTEE, "odd row": Cut.COMMITTEE, "instrument 1": Cut.COMMITTEE,
        "More parks, says ad 2": Cut.PUBLIC, "Citizens for Parks": Cut.PUBLIC}  # fmt: skip


@pytest.mark.parametrize("cut", list(Cut))
def test_each_cut_holds_its_part_verifies_and_is_proven_by_the_log(world, tmp_path, cut):
    made = handed(world, tmp_path / "p", cut)
    said = everything(made.place).replace('""XQ""', '"XQ"')
    ranks = list(Cut)
    assert {word for word in HELD if word in said} == {
        word for word, first in HELD.items() if ranks.index(cut) >= ranks.index(first)
    }
    assert "Elsewhere" not in said.replace("An ad of another door", "")
    key = json.loads((made.place / "manifest.json").read_text())["log"]["key"]
    code, out = verify(made.place, "--manifest", made.manifest_sha256, "--key", key)
    assert code == 0, out
    assert "with the key you brought" in out
    assert "4 records stand in the library's log" in out
    forged = parse_key(key)
    assert verify(made.place, "--key", key.replace(forged.name, "somebody/else"))[0] == 1
    told = json.loads((made.place / "reach.json").read_text())
    assert told["low"] <= told["people"] <= told["high"]
    assert abs(told["people"] - 400) < 40
    assert told["ads_without_count"] == 3


@pytest.mark.parametrize("role", list(Role))
def test_who_may_hand_over_which_cut_is_said_in_one_place_and_asked_again_by_the_database(world, tmp_path, role):
    seat = world.seat(role.value, at=organisation("Third", "company"))
    for cut in Cut:
        may = role in act(act_of(cut)).roles
        with acting(seat):
            try:
                with transaction.atomic():
                    for ask, more in (("payers", []), ("administrators", [timezone.now()])):
                        execute(
                            f"SELECT * FROM library_handed_{ask}({', '.join(['%s'] * (2 + len(more)))})",
                            [cut.value, [1, 2], *more],
                        )
                asked = True
            except DatabaseError as error:
                assert "may not hand over" in str(error)  # noqa: PT017
                asked = False
        assert asked is may, cut
        if not may:
            with pytest.raises(Refused):
                handed(world, tmp_path / "p", cut, by=seat)
            assert list(tmp_path.iterdir()) == []


def execute(text, values):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def test_nobody_in_particular_and_a_cut_that_is_none_get_nothing(world):
    with pytest.raises(DatabaseError, match="may not hand over"), acting_nobody(), transaction.atomic():
        execute("SELECT * FROM library_handed_payers('public', '{}')", [])
    with pytest.raises(DatabaseError, match="may not hand over"), acting(world.reviewer), transaction.atomic():
        execute("SELECT * FROM library_handed_payers('everything', '{}')", [])


def acting_nobody():
    from hustings.apps.database import WEB, in_role

    return in_role(WEB)


def test_the_database_gives_each_cut_no_more_than_it_may_hold(world):
    payers = sorted(Subject.objects.filter(kind="payer").values_list("number", flat=True))
    pages = sorted(Subject.objects.filter(kind="page").values_list("number", flat=True))
    got = {}
    for cut in Cut:
        with acting(world.reviewer):
            got[cut] = (
                [row[1:] for row in execute("SELECT * FROM library_handed_payers(%s, %s)", [cut.value, payers])],
                [
                    row[1:3]
                    for row in execute(
                        "SELECT * FROM library_handed_administrators(%s, %s, %s)", [cut.value, pages, FIRST]
                    )
                ],
            )
    assert got[Cut.PUBLIC] == ([(1, None, None, None, True, True)], [(None, None)] * 2)
    assert got[Cut.COMMITTEE] == ([(1, None, None, None, True, True)], [(None, "XQ")] * 2)
    assert got[Cut.LAW_ENFORCEMENT] == (
        [(1, "card-of-Archive", "XW", "XWD", True, True)],
        [("maker-of-Archive", "XQ")] * 2,
    )


def test_the_act_stands_in_the_log_and_not_in_the_package(world, tmp_path):
    query = f"page={Subject.objects.get(source=world.ads[0].page_id).number}&q=parks"
    made = handed(world, tmp_path / "p", Cut.COMMITTEE, by=world.liaison, query=query)
    settled()
    leaf = Leaf.objects.get(event=HANDED_OVER)
    told = leaf.facts["with"]
    assert (told["cut"], told["manifest"], told["as_of"]) == ("committee", made.manifest_sha256, "2031-05-01T12:00:30Z")
    assert leaf.actor == world.liaison.id
    assert {name: one.text for name, one in texts_of(leaf).items()} == {
        "to": "The committee", "ground": "Order 7", "reference": "7/31", "query": query}  # fmt: skip
    assert not [word for word in ("The committee", "Order 7", "7/31") if word in everything(made.place)]
    entry = Disclosure.objects.get()
    assert (entry.kind, entry.to, entry.ground, entry.digest) == (
        "package of ads",
        "The committee",
        "7/31: Order 7",
        made.manifest_sha256,
    )


def test_a_refusal_is_logged_with_the_act(world, tmp_path):
    with acting(world.other), pytest.raises(Refused):
        hand_over(
            "",
            world.moment,
            Cut.LAW_ENFORCEMENT,
            tmp_path / "p",
            by=world.other,
            to="x",
            ground="Order 7",
            reference="7/31",
            command="",
            committed=lambda: None,
        )
    settled()
    leaf = Leaf.objects.filter(event="decision", facts__outcome="denied").latest("index")
    assert leaf.facts["with"]["act"] == "hand over law-enforcement"
    assert texts_of(leaf)["reason"].text == "7/31: Order 7"
    assert list(tmp_path.iterdir()) == []


def test_the_same_question_of_the_same_moment_gives_the_same_bytes_whatever_happened_since(world, tmp_path, at):
    first = handed(world, tmp_path / "a.zip", by=world.reviewer)
    Ad.objects.filter(pk=world.ads[0].pk).update(impressions=999_999, spend=7)
    made_ad(world.company, 4)
    at(FIRST + timedelta(minutes=2))
    publish_all()
    settled()
    again = handed(world, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert first.manifest_sha256 == again.manifest_sha256
    later = handed(world, tmp_path / "c", moment=FIRST + timedelta(minutes=1, seconds=59))
    custody = rows(later.place, "custody.jsonl")
    assert [(one["what"], one["cut"], one["same_question"], one["to"]) for one in custody] == [
        (HANDED_OVER, "law-enforcement", True, "The committee")
    ]
    assert rows(later.place, "ads.jsonl")[0]["impressions"] == 1234
    # Who gets less does not learn that somebody got more.
    public = handed(world, tmp_path / "d", Cut.PUBLIC, moment=FIRST + timedelta(minutes=1, seconds=59))
    assert rows(public.place, "custody.jsonl") == []


def test_what_was_removed_is_not_in_the_public_cut_and_what_was_expunged_in_none(world, tmp_path, at):
    removed, gone = (Subject.objects.get(source=ad.pk).number for ad in world.ads[:2])
    Ad.objects.filter(pk=world.ads[0].pk).update(state="removed")
    publish_all()
    second = seat_for(appoint(person("Second"), world.company, "Second", ("reviewer",)), strong=True)
    with acting(world.reviewer):
        wish = ask_to_expunge(
            gone,
            ground="court order",
            reference="1",
            words="The order of the district court of 3 May.",
            by=world.reviewer,
        )
    with acting(second):
        decide_expungement(wish, agree=True, by=second)
    at(FIRST + timedelta(minutes=2))
    settled()
    for cut in Cut:
        place = handed(world, tmp_path / cut.value, cut).place
        said, by_number = everything(place), {row["ad"]: row for row in rows(place, "ads.jsonl")}
        assert ("says ad 1." in said) is (cut is not Cut.PUBLIC), cut
        assert "says ad 2." not in said
        assert (by_number[str(removed)]["hidden"], by_number[str(gone)]["hidden"]) == ("removed", "expunged")
        assert by_number[str(gone)]["spend"] == "99.5"
        assert verify(place)[0] == 0
        grounds = {
            one["ground"].split(" ")[0]
            for one in json.loads((place / "redactions.json").read_text())["fields"]
            if one["left_out"]
        }
        assert "Expunged" in grounds


@pytest.mark.parametrize(("query", "moment", "said"), [
    ("contry=US", None, "'contry'"), ("from=yesterday", None, "a day such as"), ("as_of=2031-05-01T12:00", None, "--as-of"),
    ("country=DE", None, "No ad fits"), ("at=1", None, "--as-of"), ("", FIRST + timedelta(days=9), "a moment that is past"),
    ("", FIRST + timedelta(minutes=1, microseconds=-1), ""), ("q=" + "x" * 400, None, "at most 300"),
])  # fmt: skip
def test_what_cannot_be_asked_is_one_clear_error_and_leaves_nothing(world, tmp_path, query, moment, said):
    if not said:  # the last moment that was signed may be asked
        assert handed(world, tmp_path / "p", moment=moment).figures.ads == 4
        return
    with pytest.raises(BadInput, match=said):
        handed(world, tmp_path / "p", query=query, moment=moment)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_question_and_a_wrong_moment_are_told_together(world, tmp_path):
    with pytest.raises(BadInput) as told:
        handed(world, tmp_path / "p", query="contry=US&from=yesterday", moment=FIRST + timedelta(days=9))
    assert [one.where for one in told.value.problems] == ["--as-of", "--query", "--query"]


def test_a_moment_that_no_root_was_signed_after_cannot_be_asked_yet(world, tmp_path, at):
    at(FIRST + timedelta(minutes=5))
    with pytest.raises(BadInput, match="has not signed that moment yet"):
        handed(world, tmp_path / "p", moment=FIRST + timedelta(minutes=4))
    assert list(tmp_path.iterdir()) == []


def test_the_command_acts_as_the_person_named(world, tmp_path, capsys):
    words = [
        "--query",
        "",
        "--as-of",
        world.moment.isoformat(),
        "--to",
        "x",
        "--ground",
        "y",
        "--reference",
        "z",
        "--out",
        str(tmp_path / "p"),
    ]
    call_command("hand_over", *words, "--cut", "public", "--by", world.other.person.email, "--json")
    told = json.loads(capsys.readouterr().out)
    assert verify(tmp_path / "p", "--manifest", told["manifest_sha256"])[0] == 0
    with pytest.raises(CommandError, match="refused") as refused:
        call_command("hand_over", *words, "--cut", "committee", "--by", world.other.person.email)
    assert refused.value.returncode == 2
    settled()
    assert Leaf.objects.filter(
        event="decision", facts__outcome="denied", facts__with__act="hand over committee"
    ).exists()


def test_a_forger_without_the_key_is_named(world, tmp_path):
    place = handed(world, tmp_path / "p").place
    lines = (place / "proofs.jsonl").read_text().splitlines()
    one = json.loads(lines[0])
    one["record"]["impressions"] = 5
    (place / "proofs.jsonl").write_text("\n".join([json.dumps(one), *lines[1:]]) + "\n")
    ads = (place / "ads.jsonl").read_text().replace('"impressions": 1234', '"impressions": 5', 1)
    (place / "ads.jsonl").write_text(ads)
    code, said = verify(place)
    assert code == 1
    assert "its record is not the one that the log tells of" in said
    del one
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["signature"]["note"] = manifest["signature"]["note"].replace("hustings-package/1", "hustings-package/2")
    (place / "manifest.json").write_text(json.dumps(manifest))
    assert "the signature is of another package" in verify(place)[1]

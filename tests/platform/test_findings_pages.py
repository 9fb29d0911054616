"""The pages of findings: what they say, to whom, and that no name is in them."""

import csv
import gzip
import io
import json
import uuid
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from made_people import appoint, organisation, person, sign_in
from made_run import CONTENTS, NAMES, made_run

from hustings.apps import database
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.findings import find
from hustings.apps.findings.attention import attention
from hustings.apps.findings.load import load_run
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.findings.models import Finding, FindingName, Run, RunActor
from hustings.apps.findings.names import pseudonyms
from hustings.apps.findings.told import again
from hustings.apps.items.models import Item, Label
from hustings.apps.people.find import seat_for
from hustings.apps.privacy.models import ExemptActor

pytestmark = pytest.mark.django_db


class Desk:
    """A run of Meridian's, and people who may and may not know it."""

    def __init__(self, folder, change=None):
        company = organisation("Meridian")
        self.people = {
            "anna": person("Anna"), "vera": person("Vera"), "jonas": person("Jonas"),
        }  # fmt: skip
        self.appointments = {
            "anna": appoint(self.people["anna"], company),
            "vera": appoint(self.people["vera"], company, "Verifier", ("verifier",)),
            "jonas": appoint(self.people["jonas"], organisation("Lab", "research")),
        }
        self.loaded = self.act(
            "anna", lambda seat: load_run(made_run(folder, change), marking=marking_asked(Asked(), seat), by=seat)
        )
        self.run = self.loaded.run.pk
        self.first, self.second = Finding.objects.order_by("number")

    def act(self, who, what):
        with in_role(WEB):
            seat = seat_for(self.appointments[who], strong=True)
            database.seat(seat.id, strong=True)
            return what(seat)

    def client(self, who):
        client = Client()
        sign_in(client, self.people[who])
        return client

    def numbers(self):
        """Numbers of the first finding's members."""
        return [row["number"] for row in find.members(self.first)]

    def addresses(self):
        """Every address that shows something of the run."""
        a, b, _ = self.numbers()
        found = f"/findings/{self.first.pk}/"
        parts = [
            f"export/{what}.{form}"
            for what in ("finding", "members", "links", "evidence")
            for form in ("json", "csv", "parquet")
        ]
        more = [
            "", "network.json", "evidence/", f"actors/{a}/", f"between/{a}/{b}/", "?csv=members", "?csv=things", "evidence/?csv=evidence",
            f"actors/{a}/?csv=links", "?members.find=twitter", *parts,
        ]  # fmt: skip
        second = f"/findings/{self.second.pk}/"
        return [
            *(found + each for each in more),
            *(second + each for each in ("", "network.json", "evidence/", "export/evidence.json")),
            f"/runs/{self.run}/", f"/runs/{self.run}/network.json", f"/runs/{self.run}/?csv=findings",
        ]  # fmt: skip


@pytest.fixture
def desk(db, tmp_path):
    return Desk(tmp_path / "run")


def text_of(response):
    body = response.content
    if response.get("Content-Encoding") == "gzip" or body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    if body[:4] == b"PAR1":
        table = pq.read_table(pa.BufferReader(body))
        body = json.dumps([table.to_pydict(), str(table.schema.metadata)], default=str).encode()
    return body.decode()


LISTS = ["/findings/", "/runs/", "/findings/?csv=t", "/runs/?csv=t", "/", "/search/?q=twitter"]
LEAKS = ["quillfeather", "marrowbone", "zanzibarsson", "ottoline", "pimpernel88", CONTENTS, "post 77 of"]


def test_no_name_of_an_actor_post_or_owner_is_in_any_answer(desk):
    client = desk.client("anna")
    for address in [*LISTS, *desk.addresses(), *(f"/search/?q={name}" for name in ("zanzibarsson", "marrowbone"))]:
        response = client.get(address)
        assert response.status_code == 200, address
        told = text_of(response).casefold()
        if address.startswith(("/search/?q=z", "/search/?q=m")):
            assert str(desk.first.pk) not in told
            told = told.replace(address.partition("=")[2], "")
        for name in LEAKS:
            assert name not in told, (address, name)
    everything = " ".join(f"{item.title} {item.text}" for item in Item.objects.all()).casefold()
    assert not [name for name in LEAKS if name in everything]


def test_search_finds_by_pseudonym(desk):
    shown = RunActor.objects.get(run=desk.run, number=desk.numbers()[0]).pseudonym
    assert str(desk.first.pk) in text_of(desk.client("anna").get("/search/", {"q": shown}))


def test_whoever_may_not_know_gets_the_same_bytes_as_for_what_is_not_there(desk):
    stranger = desk.client("jonas")
    nowhere = stranger.get(f"/findings/{uuid.uuid4()}/")
    no_run = stranger.get(f"/runs/{uuid.uuid4()}/")
    for address in desk.addresses():
        response = stranger.get(address)
        # The navigation marks the part of the installation that the address is in.
        same = no_run if address.startswith("/runs/") else nowhere
        assert (response.status_code, response.content) == (404, same.content), address
    names = stranger.get(f"/findings/{desk.first.pk}/names/")
    assert (names.status_code, names.content) == (404, nowhere.content)
    opened = stranger.post(f"/findings/{desk.first.pk}/names/open/", {"reason": "because I want to know"})
    assert (opened.status_code, opened.content) == (404, nowhere.content)
    for address in LISTS:
        told = text_of(stranger.get(address))
        assert str(desk.first.pk) not in told
        assert str(desk.run) not in told


def test_a_visitor_is_asked_to_sign_in_whatever_the_address(desk):
    for address in [*desk.addresses(), f"/findings/{uuid.uuid4()}/"]:
        response = Client().get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("what", ["run_actor", "run_thing", "run_link", "run_layer", "finding", "finding_member", "finding_led",
                                  "finding_evidence", "finding_name", "network_picture", "run"])  # fmt: skip
def test_the_database_shows_no_row_to_who_may_not_know(desk, what):
    def count(seat):
        return next(find.rows(f"SELECT count(*) AS n FROM {what}", []))["n"]

    assert desk.act("jonas", count) == 0
    assert desk.act("anna", count) == (0 if what == "finding_name" else count(None))
    assert count(None) > 0


def test_numbers_that_no_finding_has_lead_nowhere(desk):
    client = desk.client("anna")
    a, b, _ = desk.numbers()
    outside = next(n for n in range(5) if n not in {a, b, *desk.numbers()})
    base = f"/findings/{desk.first.pk}/"
    for part in (f"actors/{10**12}/", "actors/99/", f"between/{a}/{10**30}/", f"between/{a}/{a}/", f"between/{a}/{outside}/",
                 "export/names.csv", "export/members.xlsx"):  # fmt: skip
        assert client.get(base + part).status_code == 404, part


def test_the_page_says_how_sure_and_what_it_does_not_show(desk):
    told = text_of(desk.client("anna").get(f"/findings/{desk.first.pk}/"))
    assert "3 actors on twitter acted together: 9 times" in told
    assert "Of members this sure, about 2 in 100" in told
    assert "What this does not show" in told
    assert "Acting together is not forbidden." in told
    assert "hustings detect posts.parquet --out DIR --window 60s --horizon 1800s --fdr 0.05 --seed 0" in told
    assert "TLP:AMBER+STRICT" in told
    assert not [word for word in ("inauthentic", "bots") if word in told.casefold()]


def test_the_command_that_makes_a_run_again_gives_its_lists_to_their_options(desk):
    run = Run.objects.get(pk=desk.run)
    run.inputs = [*run.inputs, {"file": "same actors.csv", "sha256": "0", "option": "same-actor"}]
    assert again(run)[0].endswith("--fdr 0.05 --seed 0 --same-actor 'same actors.csv'")


def test_the_rows_behind_a_link_are_those_of_the_two(desk):
    a, b, c = desk.numbers()
    client = desk.client("anna")
    shown = dict(RunActor.objects.filter(run=desk.run).values_list("number", "pseudonym"))
    told = text_of(client.get(f"/findings/{desk.first.pk}/between/{b}/{a}/?csv=evidence"))
    rows = list(csv.DictReader(io.StringIO(told)))
    assert len(rows) == 3
    assert {frozenset({row["actor_a"], row["actor_b"]}) for row in rows} == {frozenset({shown[a], shown[b]})}
    assert {row["gap_s"] for row in rows} == {"7.0"}
    page = text_of(client.get(f"/findings/{desk.first.pk}/between/{a}/{b}/"))
    first, second = (shown[number] for number in sorted((a, b)))
    assert f"{first} and {second} did the same 3 times within 60 s of each other (link)" in page
    assert shown[c] not in page


def test_the_picture_has_what_the_tables_have(desk):
    body = json.loads(text_of(desk.client("anna").get(f"/findings/{desk.first.pk}/network.json")))
    assert body["actors_in_all"] == 3
    assert sorted(body["actors"]["number"]) == sorted(desk.numbers())
    assert body["links_in_all"] == len(body["links"]["a"]) == 3
    assert body["links"]["strength"] == [2, 2, 2]
    assert body["actors"]["links"] == [2, 2, 2]
    plain = Client(headers={"accept-encoding": "identity"})
    sign_in(plain, desk.people["vera"])
    assert json.loads(plain.get(f"/findings/{desk.first.pk}/network.json").content) == body


def test_exports_carry_the_marking_and_every_row(desk):
    client = desk.client("anna")
    base = f"/findings/{desk.first.pk}/export/"
    body = json.loads(client.get(base + "evidence.json").content)
    assert body["marking"].startswith("TLP:AMBER+STRICT")
    assert len(body["evidence"]) == 9
    rows = list(csv.DictReader(io.StringIO(client.get(base + "members.csv").content.decode())))
    assert len(rows) == 3
    assert {row["marking"][:16] for row in rows} == {"TLP:AMBER+STRICT"}
    table = pq.read_table(pa.BufferReader(client.get(base + "links.parquet").content))
    assert len(table) == 3
    assert table.schema.metadata[b"marking"].startswith(b"TLP:AMBER+STRICT")


def test_a_finding_that_was_restricted_further_is_gone_from_its_run(desk):
    red = Label.objects.create(digest="9" * 64, tlp="red", owner=desk.loaded.run.label.owner, need="named")
    Item.objects.filter(pk=desk.second.pk).update(label=red)
    client = desk.client("vera")
    assert client.get(f"/findings/{desk.second.pk}/").status_code == 404
    page = text_of(client.get(f"/runs/{desk.run}/"))
    assert "1 group of actors acted together" in page
    assert str(desk.second.pk) not in page
    body = json.loads(text_of(client.get(f"/runs/{desk.run}/network.json")))
    assert set(body["actors"]["group"]) == {0}
    assert body["actors_in_all"] == len(body["actors"]["name"]) == 3
    assert all(place < 3 for side in "ab" for place in body["links"][side])


def names_of(desk, who):
    return desk.act(who, lambda seat: set(FindingName.objects.values_list("name", flat=True)))


def test_names_open_for_a_reason_to_one_person_for_one_finding_until_an_hour(desk, at):
    anna, address = desk.client("anna"), f"/findings/{desk.first.pk}/names/"
    assert anna.get(address).status_code == 302
    assert names_of(desk, "anna") == set()
    short = anna.post(address + "open/", {"reason": "  why  "}, follow=True)
    assert "Say what the names are needed for" in text_of(short)
    assert names_of(desk, "anna") == set()
    opened = anna.post(address + "open/", {"reason": "To ask the platform about the first two"}, follow=True)
    told = text_of(opened)
    assert all(name in told for name in NAMES[:3])
    assert "To ask the platform about the first two" in told
    assert names_of(desk, "anna") == set(FindingName.objects.filter(finding=desk.first).values_list("name", flat=True))
    assert names_of(desk, "vera") == set()
    at(moment() + timedelta(hours=8))
    assert names_of(desk, "anna") == set()


def test_a_role_that_does_not_work_with_findings_may_not_open_names(desk):
    response = desk.client("vera").post(
        f"/findings/{desk.first.pk}/names/open/", {"reason": "I would like to see them"}
    )
    assert response.status_code == 403
    assert names_of(desk, "vera") == set()


def test_home_tells_of_new_findings_and_of_those_that_end(desk, at):
    def told(seat):
        return [each.sentence for each in attention(seat)]

    assert desk.act("anna", told) == ["2 new findings since yesterday, from one run."]
    assert desk.act("jonas", told) == []
    Item.objects.filter(kind="finding").update(expires_at=moment() + timedelta(days=20))
    at(moment() + timedelta(days=10))
    assert desk.act("anna", told) == ["2 findings that no case took up are deleted soon."]


def test_a_run_that_found_nothing_says_so(desk, tmp_path):
    def nothing(held):
        held["findings"] = []
        held["members"], held["evidence"] = held["members"][:1], held["evidence"][:1]

    from hustings.apps.findings import run_folder

    folder = made_run(tmp_path / "none", nothing, seed=5)
    held = run_folder._adds_up
    run_folder._adds_up = lambda *_: []
    try:
        loaded = desk.act("anna", lambda seat: load_run(folder, marking=marking_asked(Asked(), seat), by=seat))
    finally:
        run_folder._adds_up = held
    told = text_of(desk.client("anna").get(f"/runs/{loaded.run.pk}/"))
    assert "No group acted together beyond chance" in told
    assert Run.objects.get(pk=loaded.run.pk).findings.count() == 0


def test_the_page_says_who_comes_first_beyond_chance_and_which_kinds_carry_it(desk):
    page = " ".join(desk.client("anna").get(f"/findings/{desk.first.pk}/").content.decode().split())
    (leader, *_), first = desk.first.leads, page.partition('id="leads"')[2].partition("</section>")[0]
    assert RunActor.objects.get(run=desk.run, number=leader["actor"]).pseudonym in first
    assert first.count('<th scope="row">') == 1, "who comes first no more often than by lot is not listed"
    assert "0.0004" in first
    assert '<th scope="row">link</th><td class="number">67%</td><td class="number">3</td>' in page
    assert NAMES[3] not in page


def one_person(*numbers):
    """A change of the run: these accounts are one person's by a stated list, which names the last of them."""

    def change(held):
        accounts = [
            {"platform": "twitter", "actor": NAMES[number], "evidence": f"{NAMES[numbers[-1]]} at Hollowmere", "author": "A. Thistlewood"}
            for number in numbers
        ]  # fmt: skip
        joined = [{"person": "Peregrine Oakhurst", "accounts": accounts}]
        held["findings"][0] |= {"joined_by": joined, "persons": 4 - len(numbers)}

    return change


STATED = [*LEAKS, "oakhurst", "hollowmere", "thistlewood"]


def test_accounts_of_one_person_are_told_by_pseudonym_and_who_it_is_stands_with_the_names(db, tmp_path):
    desk = Desk(tmp_path / "stated", one_person(2, 0))
    anna, base = desk.client("anna"), f"/findings/{desk.first.pk}/"
    mine = pseudonyms([("twitter", NAMES[number]) for number in (0, 2)])
    part = " ".join(anna.get(base).content.decode().split()).partition('id="joined"')[2].partition("</section>")[0]
    assert "3 accounts of 2 persons" in part
    assert all(one in part for one in mine)
    assert "Accounts of one person" not in anna.get(f"/findings/{desk.second.pk}/").content.decode()
    accounts = list(
        RunActor.objects.filter(run=desk.run, pseudonym__in=mine).order_by("number").values("number", "pseudonym")
    )
    joined = {"person": 1, "accounts": accounts}
    taken = json.loads(anna.get(f"{base}export/finding.json").content)
    assert (taken["persons"], taken["joined_by"]) == (2, [joined])
    row = next(csv.DictReader(io.StringIO(anna.get(f"{base}export/finding.csv").content.decode())))
    assert json.loads(row["joined_by"]) == joined
    told = anna.get(f"/api/findings/{desk.first.pk}").json()
    assert (told["persons"], told["joined_by"]) == (2, [joined])
    for address in [*desk.addresses(), f"/api/findings/{desk.first.pk}", f"/api/findings/{desk.first.pk}/leads"]:
        text = text_of(anna.get(address)).casefold()
        assert not [name for name in STATED if name in text], address
    anna.post(f"{base}names/open/", {"reason": "to ask the person for an answer"})
    names = csv.DictReader(io.StringIO(anna.get(f"{base}names/?csv=names").content.decode()))
    said = {(row["what"], row["shown"]): row["name"] for row in names}
    assert said["person", "person 1"] == "Peregrine Oakhurst"
    for pseudonym in mine:
        assert (said["evidence", pseudonym], said["author", pseudonym]) == (
            f"{NAMES[0]} at Hollowmere",
            "A. Thistlewood",
        )


def test_an_account_left_out_is_in_no_join_and_in_no_evidence_of_others(desk, tmp_path):
    hidden = pseudonyms([("twitter", NAMES[2])])[0]
    company = desk.appointments["anna"].position.organisation
    ExemptActor.objects.create(organisation=company, pseudonym=hidden, added_by=desk.appointments["anna"])

    def joined(*numbers, seed):
        folder = made_run(tmp_path / f"{seed}", one_person(*numbers), seed=seed)
        loaded = desk.act("anna", lambda seat: load_run(folder, marking=marking_asked(Asked(), seat), by=seat))
        found = Finding.objects.get(run=loaded.run.pk, number=0)
        names = FindingName.objects.filter(finding=found, what__in=("person", "evidence", "author"))
        return found, sorted(names.values_list("what", "name"))

    found, told = joined(0, 2, seed=8)
    assert (found.persons, found.joined_by, told) == (2, [], [])
    found, told = joined(0, 1, 2, seed=9)
    assert (found.members, found.persons, len(found.joined_by[0])) == (2, 1, 2)
    assert told == [
        *[("author", "A. Thistlewood")] * 2, *[("evidence", f"{hidden} at Hollowmere")] * 2, ("person", "Peregrine Oakhurst"),
    ]  # fmt: skip

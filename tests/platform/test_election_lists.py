"""Real and made lists in the calendar: one election of two lists once, every line accounted for, the same bytes once."""

import json
import os
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_people import appoint, organisation, person, sign_in

from hustings.apps import database
from hustings.apps.database import WEB, in_role
from hustings.apps.elections import claims
from hustings.apps.elections.actions import record_election
from hustings.apps.elections.asked import Asked
from hustings.apps.elections.loading import load_list
from hustings.apps.elections.models import Claim, Election, Followed, Load, LoadFault
from hustings.apps.people.find import seat_for
from hustings.apps.permission import Refused
from hustings.connectors.elections.row import FaultCode
from hustings.policy.election import Authority, Kind, Level, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    cache.clear()
    return appoint(person("Ana"), organisation("Meridian"), "Analyst", ("analyst",))


@pytest.fixture
def as_ana(ana):
    with in_role(WEB):
        database.seat(ana.pk, strong=True)
        yield seat_for(ana, strong=True)


def loaded(seat, body, layout, **more):
    text = body if isinstance(body, bytes) else body.encode()
    return load_list(Asked(body=text, name=f"{layout}.csv", layout=layout, **more), by=seat)


PARLGOV = "election_date,iso3,country,kind,seats_total,parlgov_election_id\n"
IFES = "election_date,iso3,country,election,kind,level,status\n"


def test_two_lists_make_one_calendar_with_every_line_accounted_for(as_ana, real_data):
    folder = real_data / "elections"
    parlgov = loaded(
        as_ana, (folder / "parlgov_elections_1900_2023.csv").read_bytes(), "parlgov", as_of=date(2023, 11, 4)
    )
    assert parlgov.became == {"new": 1027, "joined": 0, "known": 0, "repeated": 0}
    ifes = (folder / "ifes_electionguide_1998_2021.csv").read_bytes()
    done = loaded(as_ana, ifes, "ifes", as_of=date(2021, 3, 19), since=date(1998, 6, 1), until=date(2021, 2, 28))
    became = done.became
    assert became["joined"] == 236
    assert sum(became.values()) + done.read.set_aside == 2410
    assert "No licence is stated" in Load.objects.get(pk=done.load).licence
    # The five that the lists' maker knows to be missing, and Japan's day that stands under the name of Ireland's house.
    lacks = {fault.expected for fault in done.faults if fault.code is FaultCode.LACKING}
    assert lacks == {f"{code} legislative on {on}" for code, on in (
        ("CA", "2000-11-27"), ("HR", "2000-01-03"), ("IS", "1999-05-08"), ("SI", "2000-10-15"), ("SE", "2002-09-15"), ("JP", "2003-11-09"))}  # fmt: skip
    assert done.of(FaultCode.CONFLICT) == 10
    assert LoadFault.objects.filter(load=done.load, code="status not brought up to date").count() == 94
    assert Election.objects.count() == 1027 + became["new"]
    assert Claim.objects.count() == 1027 + became["new"] + became["joined"]
    # Of two days the plan goes by that of the stronger kind of source; neither is averaged.
    czech = Election.objects.get(country="CZ", on=date(2017, 10, 21))
    assert {(claim.on, claim.authority) for claim in czech.claims.all()} == {
        (date(2017, 10, 21), "research on results"), (date(2017, 10, 20), "list kept by others"),
    }  # fmt: skip
    # The run-off that one list lacks comes from the other, and reading the first again says so.
    named = loaded(
        as_ana,
        (folder / "named_in_sources.csv").read_bytes(),
        "named",
        source="Elections named in the sources",
        as_of=date(2021, 3, 19),
    )
    assert named.became == {"new": 1, "joined": 10, "known": 0, "repeated": 0}
    runoff = Election.objects.get(country="CL", on=date(2017, 12, 17))
    assert runoff.name == "Run-off of the presidential election, Chile"
    again = loaded(
        as_ana, ifes + b"\n", "ifes", as_of=date(2021, 3, 19), since=date(2017, 1, 1), until=date(2018, 1, 1)
    )
    assert again.became["new"] == again.became["joined"] == 0
    assert "CL presidential on 2017-12-17" in {fault.expected for fault in again.faults}
    for country, on in (
        ("CL", "2017-11-19"),
        ("JP", "2017-10-22"),
        ("DK", "2019-06-05"),
        ("US", "2016-11-08"),
        ("US", "2018-11-06"),
        ("US", "2020-11-03"),
    ):
        assert Election.objects.filter(country=country, on=on, status="held").exists(), (country, on)
    assert (
        Followed.objects.filter(election__in=Election.objects.all()).values("election").distinct().count()
        == Election.objects.count()
    )


def test_the_same_bytes_add_nothing_and_a_later_edition_only_what_is_new(as_ana):
    first = PARLGOV + "2019-06-05,DNK,Denmark,legislative,179,900\n"
    loaded(as_ana, first, "parlgov")
    assert loaded(as_ana, first, "parlgov").already
    assert (Election.objects.count(), Claim.objects.count(), Load.objects.count()) == (1, 1, 1)
    later = loaded(as_ana, first + "2022-11-01,DNK,Denmark,legislative,179,901\n", "parlgov")
    assert later.became == {"new": 1, "joined": 0, "known": 1, "repeated": 0}
    assert (Election.objects.count(), Claim.objects.count()) == (2, 2)


def test_a_later_edition_that_moves_a_day_is_found_by_its_key(as_ana):
    loaded(as_ana, PARLGOV + "2018-06-17,DNK,Denmark,legislative,179,900\n", "parlgov", as_of=date(2017, 10, 1))
    loaded(as_ana, PARLGOV + "2019-06-05,DNK,Denmark,legislative,179,900\n", "parlgov", as_of=date(2023, 11, 4))
    found = Election.objects.get()
    assert (found.on, found.sequence, found.claims.count()) == (date(2019, 6, 5), 1, 2)


def test_a_day_that_is_another_elections_is_told_and_the_plan_stays(as_ana):
    for on in ("2031-05-04", "2031-05-06"):
        record_election(country="DE", name="x", level=Level.NATIONAL, kind=Kind.LEGISLATIVE, on=date.fromisoformat(on), status=Status.PLANNED,
                        source="A list", authority=Authority.LIST, by=as_ana)  # fmt: skip
    done = loaded(
        as_ana,
        "country,on,kind,name,key\nDE,2031-05-04,legislative,x,1\n",
        "csv",
        source="Gazette",
        authority=Authority.GAZETTE,
        as_of=date(2026, 1, 1),
    )
    done = loaded(
        as_ana,
        "country,on,kind,name,key\nDE,2031-05-06,legislative,x,1\n",
        "csv",
        source="Gazette",
        authority=Authority.GAZETTE,
        as_of=date(2026, 2, 1),
    )
    assert any("another legislative election" in fault.found for fault in done.faults)
    assert sorted(Election.objects.values_list("on", flat=True)) == [date(2031, 5, 4), date(2031, 5, 6)]
    assert Claim.objects.filter(on="2031-05-06").count() == 2


def test_who_keeps_no_elections_loads_none(ana):
    auditor = appoint(person("Omar"), organisation("Watchers"), "Auditor", ("auditor",))
    with in_role(WEB):
        database.seat(auditor.pk, strong=True)
        with pytest.raises(Refused):
            loaded(
                seat_for(auditor, strong=True),
                IFES + "2017-11-19,CHL,Chile,Election for President,presidential,national,Held\n",
                "ifes",
            )
    assert not Election.objects.exists()


def test_a_list_is_tried_and_loaded_by_the_page_with_its_faults_as_a_table(ana):
    client = Client()
    sign_in(client, ana.person)
    rows = (
        IFES
        + ",ITA,Italian Republic,Election for President,presidential,national,Date not confirmed\n2017-11-19,CHL,Chile,Election for President,presidential,national,Held\n"
    )
    file = lambda: SimpleUploadedFile("list.csv", rows.encode())
    tried = client.post("/elections/lists/", {"file": file(), "layout": "ifes", "as_of": "2021-03-19", "try": "1"})
    assert "What would become of" in tried.content.decode()
    assert not Election.objects.exists()
    done = client.post("/elections/lists/", {"file": file(), "layout": "ifes", "as_of": "2021-03-19"})
    shown = client.get(done.url).content.decode()
    assert "no date" in shown
    assert "No licence is stated" in shown
    assert client.get(f"{done.url}?csv=faults").content.decode().splitlines()[1].startswith("1,no date")
    assert Election.objects.get().name == "Election for President, Chile"
    wrong = client.post("/elections/lists/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n"), "layout": "ifes"})
    assert wrong.status_code == 422
    assert "also election_date" in wrong.content.decode()
    unsourced = client.post(
        "/elections/lists/",
        {"file": SimpleUploadedFile("x.csv", b"country,on,kind,name\nDE,2031-05-04,legislative,x\n"), "layout": "csv"},
    )
    assert "who says so" in unsourced.content.decode()
    assert Client().get("/elections/lists/").url.startswith("/account/login/")
    outsider = Client()
    other = appoint(person("Sec"), organisation("Elsewhere"), "Security", ("security officer",))
    sign_in(outsider, other.person)
    assert outsider.get("/elections/lists/").status_code == 403


def said(election, seat, on, source, authority, said_on):
    return claims.record_claim(election, on=date.fromisoformat(on), status=Status.PLANNED, source=source, authority=authority, said_on=date.fromisoformat(said_on), by=seat)  # fmt: skip


def test_the_press_of_october_2017_stands_beside_the_authorities_and_moves_no_plan(as_ana):
    """The press of that month had Chile and Japan vote on one Sunday, and Denmark in June 2018."""
    named = (
        ("CL", Kind.PRESIDENTIAL, "2017-11-19", "2017-11-19"), ("JP", Kind.LEGISLATIVE, "2017-10-22", "2017-11-19"),
        ("DK", Kind.LEGISLATIVE, "2019-06-05", "2018-06-17"),
    )  # fmt: skip
    for country, kind, held, in_press in named:
        found = record_election(country=country, name=f"Election in {country}", level=Level.NATIONAL, kind=kind, on=date.fromisoformat(in_press),
                                status=Status.PLANNED, source="A newspaper", authority=Authority.PRESS, said_on=date(2017, 10, 12), by=as_ana)  # fmt: skip
        said(found, as_ana, held, "The electoral authority", Authority.GAZETTE, "2017-09-28")
        found.refresh_from_db()
        assert found.on == date.fromisoformat(held)
        # A newer word of the press does not win over an older one of the authority.
        said(found, as_ana, in_press, "Another newspaper", Authority.PRESS, "2017-10-20")
        found.refresh_from_db()
        assert found.on == date.fromisoformat(held)
        assert {claim.on for claim in found.claims.all()} == {date.fromisoformat(held), date.fromisoformat(in_press)}
    days = set(Election.objects.values_list("country", "on"))
    assert days == {("CL", date(2017, 11, 19)), ("JP", date(2017, 10, 22)), ("DK", date(2019, 6, 5))}


def test_a_person_chooses_a_claim_with_a_reason_and_takes_the_choice_back(as_ana, ana):
    found = record_election(country="DK", name="Folketing", level=Level.NATIONAL, kind=Kind.LEGISLATIVE, on=date(2018, 6, 17), status=Status.PLANNED,
                            source="A newspaper", authority=Authority.PRESS, by=as_ana)  # fmt: skip
    law = said(found, as_ana, "2019-06-17", "The constitution: four years", Authority.LAW, "2017-10-01")
    found.refresh_from_db()
    assert (found.on, found.sequence) == (date(2019, 6, 17), 1)
    press = found.claims.get(authority="press")
    claims.choose_claim(press, why="The government said so today", by=as_ana)
    found.refresh_from_db()
    assert (found.on, found.sequence) == (date(2018, 6, 17), 2)
    # Another strong claim does not undo what a person chose; the page says that sources differ.
    said(found, as_ana, "2019-06-05", "Gazette", Authority.GAZETTE, "2019-05-07")
    found.refresh_from_db()
    assert found.on == date(2018, 6, 17)
    client = Client()
    sign_in(client, ana.person)
    shown = client.get(f"/elections/{found.pk}/").content.decode()
    assert "Sources say different things" in shown
    assert "The government said so today" in shown
    assert "Chosen by Ana" in shown
    assert client.post(f"/elections/{found.pk}/choose/", {"claim": law.pk, "why": ""}).status_code == 422
    other = record_election(
        country="SE",
        name="x",
        level=Level.NATIONAL,
        kind=Kind.LEGISLATIVE,
        on=None,
        status=Status.EXPECTED,
        source="x",
        by=as_ana,
    )
    assert client.post(f"/elections/{other.pk}/choose/", {"claim": law.pk, "why": "y"}).status_code == 422
    assert client.post(f"/elections/{found.pk}/rule/", {"why": "It was called since"}).status_code == 302
    found.refresh_from_db()
    assert (found.on, found.sequence) == (date(2019, 6, 5), 3)
    last = found.followed.last()
    assert last.chosen is False
    assert last.why.startswith("It was called since")


def test_claims_and_choices_are_only_added(as_ana):
    from django.db import DatabaseError, transaction

    record_election(
        country="DK",
        name="x",
        level=Level.NATIONAL,
        kind=Kind.LEGISLATIVE,
        on=None,
        status=Status.EXPECTED,
        source="x",
        by=as_ana,
    )
    for model in (Claim, Followed):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(election=Election.objects.get())


def test_the_command_tells_faults_as_a_table_and_changes_nothing_in_a_dry_run(real_data, tmp_path, capsys):
    from hustings.cli.main import main

    out = tmp_path / "faults.csv"
    path = str(real_data / "elections" / "ifes_electionguide_1998_2021.csv")
    assert (
        main(
            [
                "elections",
                "load",
                path,
                "--as",
                "ifes",
                "--as-of",
                "2021-03-19",
                "--dry-run",
                "--json",
                "--faults",
                str(out),
            ]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["lines"], told["set_aside"], told["dry_run"]) == (2410, 2, True)
    assert told["faults"]["status not brought up to date"] == 94
    assert len(out.read_text().splitlines()) == 1 + len(told["table"])
    assert main(["elections", "load", path, "--as", "parlgov", "--dry-run"]) == 2
    assert "--as names the right layout" in capsys.readouterr().err
    assert main(["elections", "load", str(tmp_path / "nothing.csv"), "--as", "ifes", "--dry-run"]) == 2
    assert main(["elections", "load", path, "--as", "ifes"]) == 2
    assert os.environ.get("DJANGO_SETTINGS_MODULE")


def test_the_command_loads_for_a_person_and_says_what_became_of_it(ana, tmp_path, capsys):
    from hustings.cli.main import main

    place = tmp_path / "list.csv"
    place.write_text(IFES + "2017-11-19,CHL,Chile,Election for President,presidential,national,Held\n")
    command = ["elections", "load", str(place), "--as", "ifes"]
    assert main([*command, "--by", "ana@example.org", "--dry-run"]) == 0
    assert "1 new" in capsys.readouterr().out
    assert not Election.objects.exists()
    assert main([*command, "--by", "ana@example.org"]) == 0
    assert "No licence is stated" in capsys.readouterr().out
    assert main([*command, "--by", "ana@example.org"]) == 0
    assert "nothing was added" in capsys.readouterr().out
    assert Election.objects.get().claims.get().source == "IFES ElectionGuide"
    assert main([*command, "--by", "nobody@example.org"]) == 2
    appoint(person("Vik"), organisation("Elsewhere"), "Security", ("security officer",))
    place.write_text(IFES + "2018-11-19,CHL,Chile,Election for President,presidential,national,Held\n")
    assert main([*command, "--by", "vik@example.org"]) == 2
    assert "may not load this" in capsys.readouterr().err
    assert Election.objects.count() == 1

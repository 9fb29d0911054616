"""Loading a run: whole or not at all, row for row, by who may, under pseudonyms."""

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, connection, transaction
from made_people import appoint, organisation, person
from made_run import NAMES, made_run
from made_season import season

from hustings.apps import database
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.findings import find, load
from hustings.apps.findings.load import load_run
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.findings.models import (
    Finding,
    FindingEvidence,
    FindingLed,
    FindingMember,
    FindingName,
    Run,
    RunActor,
    RunLayer,
    RunLink,
    RunThing,
)
from hustings.apps.findings.names import pseudonyms
from hustings.apps.items.models import Item
from hustings.apps.people.find import seat_for
from hustings.apps.permission import Refused
from hustings.cli.main import main
from hustings.errors import BadInput

pytestmark = pytest.mark.django_db


class Desk:
    """Two organisations, and somebody at each: what is done happens as the web would do it for them."""

    def __init__(self):
        self.company, self.lab = organisation("Meridian"), organisation("Lab", "research")
        self.appointments = {
            "anna": appoint(person("Anna", second_factor=False), self.company),
            "jonas": appoint(person("Jonas", second_factor=False), self.lab),
            "adam": appoint(person("Adam", second_factor=False), self.company, "Administrator", ("administrator",)),
        }

    def act(self, who, what):
        with in_role(WEB):
            seat = seat_for(self.appointments[who], strong=True)
            database.seat(seat.id, strong=True)
            return what(seat)

    def load(self, folder, who="anna", **named):
        return self.act(who, lambda seat: load_run(folder, marking=marking_asked(Asked(**named), seat), by=seat))


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture(scope="module")
def detected(tmp_path_factory):
    """A run of the real detector."""
    place = tmp_path_factory.mktemp("detected")
    season(place / "posts.parquet", strangers=80)
    assert main(["detect", str(place / "posts.parquet"), "--out", str(place / "run"), "--json"]) == 0
    return place / "run"


def rows_of(folder, name, columns):
    table = pq.read_table(folder / f"{name}.parquet")
    return table.select(columns).to_pylist()


def test_what_is_in_the_files_is_in_the_database_row_for_row(desk, detected):
    loaded = desk.load(detected)
    run = Run.objects.get(pk=loaded.run.pk)
    records = json.loads((detected / "findings.json").read_text())
    assert len(records) > 0
    assert loaded.findings == len(records) == Finding.objects.count()
    shown = dict(RunActor.objects.values_list("number", "pseudonym"))

    def known(row, side=""):
        return pseudonyms([(row[f"platform{side}"], row[f"actor{side}"])])[0]

    columns = "acts traces p_timing q_timing p_content q_content p_office q_office p_rhythm q_rhythm basis".split()
    in_file = Counter(
        (
            known(row, "_a"),
            known(row, "_b"),
            tuple(row["kinds"]),
            *(None if row[c] != row[c] else row[c] for c in columns),
        )
        for row in rows_of(detected, "links", ["platform_a", "actor_a", "platform_b", "actor_b", "kinds", *columns])
    )
    links = list(RunLink.objects.values_list("number", "a", "b", "kinds", *columns))
    assert Counter((shown[a], shown[b], tuple(kinds), *rest) for _, a, b, kinds, *rest in links) == in_file

    ends = {number: (a, b) for number, a, b, *_ in links}
    columns = "kind acts near expected_acts first_a first_b shared expected_shared".split()
    in_file = Counter(
        (known(row, "_a"), known(row, "_b"), *(row[c] for c in columns))
        for row in rows_of(detected, "layers", ["platform_a", "actor_a", "platform_b", "actor_b", *columns])
    )
    layers = RunLayer.objects.values_list("link", *columns)
    assert Counter((*(shown[side] for side in ends[link]), *rest) for link, *rest in layers) == in_file

    of = dict(Finding.objects.values_list("pk", "number"))
    in_file = Counter(
        (row["finding"], known(row), row["score"], row["basis"])
        for row in rows_of(detected, "members", ["finding", "platform", "actor", "score", "basis"])
    )
    members = FindingMember.objects.values_list("finding", "actor", "score", "basis")
    assert Counter((of[key], shown[actor], *rest) for key, actor, *rest in members) == in_file

    names = {
        (key, what, number): name
        for key, what, number, name in FindingName.objects.values_list("finding", "what", "number", "name")
    }
    things = {number: (kind, text) for number, kind, text in RunThing.objects.values_list("number", "kind", "shown")}
    columns = "finding platform_a actor_a platform_b actor_b kind trace content_a content_b at_a at_b gap_s".split()
    in_file = Counter(
        (row["finding"], known(row, "_a"), known(row, "_b"), row["actor_a"], row["kind"], row["trace"], row["content_a"],
         row["content_b"], row["at_a"], row["at_b"], row["gap_s"])
        for row in rows_of(detected, "evidence", columns)
    )  # fmt: skip
    evidence = FindingEvidence.objects.values_list(
        "finding", "a", "b", "thing", "content_a", "content_b", "at_a", "at_b", "gap_s"
    )
    assert Counter(
        (of[key], shown[a], shown[b], names[key, "actor", a], things[thing][0], names.get((key, "trace", thing), things[thing][1]),
         names[key, "content", x], names[key, "content", y], at_a, at_b, gap)
        for key, a, b, thing, x, y, at_a, at_b, gap in evidence
    ) == in_file  # fmt: skip

    for finding in Finding.objects.select_related("item"):
        record = records[finding.number]
        for name in (
            "members",
            "basis",
            "links",
            "traces",
            "acts",
            "expected_acts",
            "score",
            "platforms",
            "kinds",
            "rows_digest",
        ):
            assert getattr(finding, name) == record[name]
        assert FindingLed.objects.filter(finding=finding).count() == len(record["led"])
    about = json.loads((detected / "run.json").read_text())
    assert (run.version, run.settings, run.inputs, run.outputs) == tuple(
        about[k] for k in ("version", "settings", "inputs", "outputs")
    )


def test_who_is_in_no_finding_is_kept_under_a_pseudonym_alone(desk, tmp_path):
    def one_finding_less(held):
        held["findings"].pop()
        held["members"] = [row for row in held["members"] if row["finding"] == 0]
        held["evidence"] = [row for row in held["evidence"] if row["finding"] == 0]
        held["findings"][0]["led"] = []

    desk.load(made_run(tmp_path / "run", one_finding_less))
    assert RunActor.objects.count() == 5
    assert sorted(FindingName.objects.filter(what="actor").values_list("name", flat=True)) == sorted(NAMES[:3])


def test_the_same_run_again_adds_nothing_and_says_so(desk, tmp_path):
    first = desk.load(made_run(tmp_path / "run"))
    counts = [model.objects.count() for model in (Item, Run, Finding, RunLink, FindingEvidence)]

    def slower(held):
        held["run"]["seconds"] = 99.0

    again = desk.load(made_run(tmp_path / "other", slower))
    assert again.already
    assert again.run == first.run
    assert counts == [model.objects.count() for model in (Item, Run, Finding, RunLink, FindingEvidence)]


def test_that_somebody_else_loaded_the_run_under_a_marking_of_theirs_is_not_told(desk, tmp_path):
    mine = desk.load(made_run(tmp_path / "run"))
    theirs = desk.load(tmp_path / "run", who="jonas")
    assert not theirs.already
    assert theirs.run != mine.run


def test_a_finding_is_as_restricted_as_its_run_and_ends_when_no_case_takes_it_up(desk, tmp_path, settings):
    settings.UNADOPTED_FINDINGS_KEPT = timedelta(days=30)
    loaded = desk.load(made_run(tmp_path / "run"), tlp="green")
    items = Item.objects.filter(kind="finding")
    assert {item.label_id for item in items} == {loaded.run.label_id}
    assert {(source.source_id) for item in items for source in item.sources.all()} == {loaded.run.pk}
    assert {item.expires_at for item in items} == {moment() + timedelta(days=30)}
    case = desk.act("anna", make_case)
    taken = desk.act(
        "anna",
        lambda seat: load_run(
            made_run(tmp_path / "b", seed=2), marking=marking_asked(Asked(), seat), by=seat, case=case
        ),
    )
    assert taken.run.expires_at is None


def make_case(seat):
    from hustings.apps.items.actions import make_item

    return make_item(kind="case", title="Case", marking=marking_asked(Asked(), seat), by=seat)


def test_what_fails_midway_leaves_nothing(desk, tmp_path, monkeypatch):
    def fails(self, item, network):
        raise RuntimeError("the power went")

    monkeypatch.setattr(load.Loading, "picture", fails)
    with pytest.raises(RuntimeError):
        desk.load(made_run(tmp_path / "run"))
    assert [model.objects.count() for model in (Item, Run, Finding, RunActor, RunLink, FindingName)] == [0] * 6


def test_who_may_not_load_is_refused(desk, tmp_path):
    with pytest.raises(Refused):
        desk.load(made_run(tmp_path / "run"), who="adam")


def broken_files(folder):
    (folder / "members.parquet").write_bytes(b"not parquet")
    (folder / "layers.parquet").unlink()
    with (folder / "links.parquet").open("ab") as file:
        file.write(b"one byte more")


def lacks_a_column(held):
    for row in held["evidence"]:
        row.pop("gap_s")


def of_later_version(held):
    held["run"]["version"] = "7.0.0"


def counts_wrong(held):
    held["findings"][0]["members"] = 30


@pytest.mark.parametrize(
    ("change", "after", "said"),
    [
        (None, broken_files, ["members.parquet: found something else", "layers.parquet: found no such file", "links.parquet: found SHA-256"]),
        (lacks_a_column, None, ["evidence.parquet, column gap_s: found no such column; expected number"]),
        (of_later_version, None, ["key version: found 7.0.0"]),
        (counts_wrong, None, ["members.parquet, finding 0: found 3 members; expected 30"]),
        (lambda held: held["run"].update(command="expand"), None, ["found a run of `expand`"]),
        (lambda held: held["findings"][1].update(score="high", finding=None), None, ["finding 1, key finding", "finding 1, key score"]),
        (
            lambda held: held["findings"][0].update(
                leads=[{"platform": "x"}], joined_by=[{"person": 3, "accounts": ["a"]}], led=[None], layers={"link": {"links": "3"}}
            ),
            None, ["key leads.0.actor", "key joined_by.0.person", "key joined_by.0.accounts.0", "key led.0", "key layers.link.links"],
        ),
        (lambda held: held["run"].update(inputs=["posts.parquet"]), None, ["key inputs: found 'posts.parquet'; expected an object with a file"]),
        (lambda held: held["evidence"][0].update(finding=9), None, ["rows of finding 9"]),
        (lambda held: held["evidence"][0].update(at_a=None), None, ["column at_a: found 1 nulls"]),
        (lambda held: held["members"][0].update(score=float("nan")), None, ["column score: found null or not a number"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_with_a_folder_is_said_at_once(desk, tmp_path, change, after, said):
    with pytest.raises(BadInput) as error:
        desk.load(made_run(tmp_path / "run", change, after=after))
    for line in said:
        assert line in str(error.value)
    assert Item.objects.count() == 0


def test_a_folder_that_is_none_is_said(desk, tmp_path):
    with pytest.raises(BadInput, match="found nothing; expected a folder"):
        desk.load(tmp_path / "nowhere")


def test_a_marking_with_an_unknown_word_is_refused_and_every_word_named(desk, tmp_path):
    place = tmp_path / "marking.toml"
    place.write_text('tlp = "purple"\nowner = "Nobody"\nroles = ["king"]\n')
    with pytest.raises(BadInput) as error:
        desk.load(made_run(tmp_path / "run"), file=place)
    assert [problem.where.split(", ")[1] for problem in error.value.problems] == ["tlp", "owner", "roles"]
    place.write_text('tpl = "clear"\n')
    with pytest.raises(BadInput, match="the key 'tpl'"):
        desk.load(tmp_path / "run", file=place)


def test_a_marking_from_a_file_is_that_of_the_run(desk, tmp_path):
    place = tmp_path / "marking.toml"
    place.write_text('tlp = "amber+strict"\npermitted_organisations = ["Lab"]\nneed = "role"\nroles = ["analyst"]\n')
    loaded = desk.load(made_run(tmp_path / "run"), file=place)
    assert loaded.run.label.roles == ["analyst"]
    assert desk.act("jonas", lambda seat: find.runs(seat).count()) == 1
    assert desk.act("adam", lambda seat: find.runs(seat).count()) == 0


def test_pseudonyms_are_the_same_here_and_others_elsewhere(db):
    first = pseudonyms([("twitter", "a"), ("facebook", "a"), ("twitter", "b"), ("twitter", "a")])
    assert first[0] == first[3]
    assert len(set(first)) == 3
    assert first[0].startswith("twitter·")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pseudonym_key SET secret = sha256('another installation')")
    assert pseudonyms([("twitter", "a")]) != first[:1]


def test_the_key_of_the_pseudonyms_cannot_be_read_by_the_web(db):
    with (
        in_role(WEB),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM pseudonym_key")


def load_command(site, folder, *more):
    command = [sys.executable, "-m", "hustings", "load", str(folder), "--by", "anna@example.org", *more]
    return subprocess.Popen(command, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


PEOPLE = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from made_people import appoint, organisation, person
appoint(person("Anna", second_factor=False), organisation("Meridian"))
"""


def test_a_load_that_is_killed_leaves_nothing_and_the_next_one_loads(site, tmp_path):
    site.run(PEOPLE)
    folder = made_run(tmp_path / "run")
    with psycopg.connect(site.dsn) as other:
        other.execute("LOCK TABLE network_picture IN EXCLUSIVE MODE")
        process = load_command(site, folder)
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'network_picture'::regclass"
        while not site.sql(waiting):
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert site.sql("SELECT count(*) FROM item") == [(0,)]
    process = load_command(site, folder, "--json")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["findings"] == 2
    process = load_command(site, folder)
    assert "stands there already" in process.communicate()[0]
    process = load_command(site, tmp_path / "nowhere")
    assert "expected a folder" in process.communicate()[1]
    assert process.returncode == 2


def test_a_run_of_before_rhythm_was_tested_is_loaded_without_it(desk, tmp_path):
    desk.load(made_run(tmp_path / "before"))
    assert set(RunLink.objects.values_list("p_rhythm", "q_rhythm")) == {(None, None)}

    def with_words(held):
        for row in held["links"]:
            row["p_rhythm"] = "seldom"

    with pytest.raises(BadInput) as told:
        desk.load(made_run(tmp_path / "words", with_words))
    (problem,) = told.value.problems
    assert problem.where.endswith("links.parquet, column p_rhythm")

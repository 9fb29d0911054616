"""Legal process: another person approves as counsel, holds come and go, notices wait for a day, and nothing outside a scope leaves."""

import io
import json
import tarfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from made_desk import Desk
from made_library import made_ad
from made_people import appoint, person
from made_told import case_of, told_settings

import hustings.ledger.verify_evidence as verifier
from hustings.apps.ads.models import Delivery
from hustings.apps.audit.commit import sign_all
from hustings.apps.audit.models import Checkpoint
from hustings.apps.audit.sequence import sequence_all
from hustings.apps.cases import find, sealing, working
from hustings.apps.cases.disclosing import answering, duties, legal
from hustings.apps.cases.disclosing.answering import OutsideScope
from hustings.apps.cases.disclosing.legal import Asked
from hustings.apps.cases.models import Custody, Disclosure, Evidence, Hold, LegalAsset, LegalNotice, LegalProcess
from hustings.apps.permission import NotKnown, Refused
from hustings.errors import BadInput
from hustings.policy.legal import LEGAL, Asset, DataKind, LegalKind, LegalState

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)
PAGE = Asset(kind="page", platform="meridian", name="parks")
OTHER = Asset(kind="page", platform="meridian", name="pools")
DAYS = [date(2031, 4, 30), date(2031, 5, 1), date(2031, 5, 2), date(2031, 5, 4)]  # of which the window holds two


@pytest.fixture
def desk(db, settings, tmp_path, at):
    told_settings(settings, tmp_path)
    at(NOW)
    return Desk()


def asked(**changed):
    named = {
        "kind": LegalKind.WARRANT, "authority": "District court", "asked_by": "Judge Ito, called back by the court's number", "law": "Code, section 12",
        "reference": "31 C 7", "received_on": NOW.date(), "due_on": NOW.date() + timedelta(days=14), "since": date(2031, 5, 1),
        "until": date(2031, 5, 3), "kinds": list(DataKind), "assets": [PAGE],
    }  # fmt: skip
    return Asked(**named | changed)


def received(desk, case, who="farah", **changed):
    with desk.as_(who) as seat:
        return legal.receive(case, by=seat, asked=asked(**changed))


def counsel(desk, case, who="dora"):
    with desk.as_("anna") as anna:
        working.add_teammate(case, desk.world.appointments[who][0], by=anna, part="counsel")


def moved(desk, process, *steps):
    for who, code in steps:
        with desk.as_(who) as seat:
            process = legal.move(process, code, by=seat, reason="as agreed")
    return process


def approved(desk, case=None, **changed):
    case = case or case_of(desk)
    counsel(desk, case)
    return moved(desk, received(desk, case, **changed), ("dora", "approve"))


# --- receiving and the table


def test_what_was_asked_is_told_whole_and_its_scope_is_never_changed(desk):
    case = case_of(desk)
    process = received(desk, case, assets=[PAGE, OTHER, PAGE])
    assert process.item.title == "Warrant of District court, 31 C 7"
    assert process.item.label_id == case.item.label_id
    assert [one.name for one in process.assets.all()] == ["parks", "pools"]
    for change in ({"until": date(2031, 6, 1)}, {"kinds": ["ads"]}, {"authority": "Somebody"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalProcess.objects.update(**change)
    moved(desk, process, ("farah", "question"))
    with desk.as_("farah"), pytest.raises(IntegrityError), transaction.atomic():
        LegalAsset.objects.create(process=process, kind="page", platform="meridian", name="more")
    with desk.as_("jonas") as jonas, pytest.raises(NotKnown):
        legal.find_process(jonas, process.pk)
    with desk.as_("anna") as anna, pytest.raises(Refused):
        legal.receive(case, by=anna, asked=asked())


def test_everything_that_is_wrong_is_told_at_once(desk):
    case = case_of(desk)
    with pytest.raises(BadInput) as error:
        received(desk, case, since=date(2031, 6, 1), received_on=NOW.date() + timedelta(days=1), due_on=date(2031, 1, 1), kinds=[],
                 assets=[Asset(kind="castle", platform="x", name="y")])  # fmt: skip
    assert [problem.where for problem in error.value.problems] == [
        "window",
        "received on",
        "due on",
        "kinds of data",
        "assets",
    ]
    with pytest.raises(BadInput) as error:
        received(desk, case, authority="", law=" ")
    assert [problem.where for problem in error.value.problems] == ["authority", "law"]
    assert not LegalProcess.objects.exists()


def test_every_step_is_open_from_its_states_alone(desk):
    case = case_of(desk)
    counsel(desk, case)
    for kind, state in product((LegalKind.SUBPOENA, LegalKind.PRESERVATION), LegalState):
        with transaction.atomic():
            process = moved(desk, received(desk, case, kind=kind), *path_to(state, kind))
            for step in LEGAL if process.state == state else ():
                with transaction.atomic():
                    allowed = state in step.sources and step.keeps in (None, kind.keeps) and step.code != "answer"
                    with desk.as_("dora") as dora:
                        if allowed:
                            assert legal.move(process, step.code, by=dora, reason="x").state == step.target
                        else:
                            with pytest.raises(BadInput):
                                legal.move(process, step.code, by=dora, reason="x")
                    transaction.set_rollback(True)
                process.refresh_from_db()
            transaction.set_rollback(True)


def path_to(state, kind):
    """Steps that lead there; answering is not one that is taken so."""
    return {
        "received": (), "questioned": (("farah", "question"),), "approved": (("dora", "approve"),), "refused": (("dora", "refuse"),),
        "withdrawn": (("farah", "withdraw"),), "ended": (("dora", "approve"), ("dora", "end")) if kind.keeps else (), "answered": (),
    }[state.value]  # fmt: skip


def test_who_received_it_does_not_approve_it_nor_anybody_who_is_not_counsel(desk):
    case = case_of(desk)
    process = received(desk, case, who="dora")
    counsel(desk, case)
    with desk.as_("dora") as dora, pytest.raises(Refused):
        legal.move(process, "approve", by=dora, reason="x")
    with desk.as_("farah") as farah, pytest.raises(BadInput, match="who works on the case as counsel"):
        legal.move(process, "approve", by=farah, reason="x")
    counsel(desk, case, "farah")
    assert moved(desk, process, ("farah", "approve")).approved_by == desk.world.appointments["farah"][0]


def test_the_database_compares_persons_and_names(desk):
    case = case_of(desk)
    process = received(desk, case)
    twin = appoint(desk.world.people["farah"], desk.world.organisations["Meridian"], "Counsel", ("reviewer",))
    for by in (twin, desk.world.appointments["farah"][0]):
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalProcess.objects.filter(pk=process.pk).update(state="approved", approved_by=by, approved_at=NOW)
    with desk.as_("anna"), transaction.atomic():
        assert LegalProcess.objects.filter(pk=process.pk).update(state="withdrawn") == 0  # an analyst answers nothing
    other = appoint(person("Olga"), desk.world.organisations["Meridian"], "Reviewer", ("reviewer",))
    with desk.as_("dora"), pytest.raises(IntegrityError), transaction.atomic():  # in another's name
        LegalProcess.objects.filter(pk=process.pk).update(state="approved", approved_by=other, approved_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalProcess.objects.filter(pk=process.pk).update(state="ended")


# --- holds


@pytest.mark.parametrize(
    "steps", [(("dora", "refuse"),), (("farah", "withdraw"),), (("dora", "approve"), ("dora", "end"))]
)
def test_an_order_to_keep_holds_the_case_from_its_receipt_until_it_is_over(desk, steps):
    case = case_of(desk)
    counsel(desk, case)
    process = received(desk, case, kind=LegalKind.PRESERVATION)
    assert Hold.objects.get(ended_at=None) == process.hold
    moved(desk, process, *steps)
    held = Hold.objects.get()
    assert held.ended_at is not None
    assert held.ended_why.startswith("Preservation order of District court, 31 C 7: ")
    assert not LegalNotice.objects.exists()


# --- notices


def test_notices_are_made_when_counsel_approves_and_name_no_other_asset(desk):
    process = approved(desk, assets=[PAGE, OTHER])
    first, second = LegalNotice.objects.order_by("asset__name")
    assert "your page parks" in first.text
    assert "pools" not in first.text
    assert "parks" not in second.text
    assert "Three pages" not in first.text
    with desk.as_("farah") as farah:
        assert [one.sentence for one in duties.duties(farah) if "passed on" in one.sentence] == [
            f"2 notices wait to be passed on: {process.item.title}"
        ]
        legal.pass_on(first, by=farah, how="letter 4")
        with pytest.raises(BadInput, match="passed on before"):
            legal.pass_on(first, by=farah, how="letter 5")
    entry = Disclosure.objects.get(kind="notice")
    assert (entry.to, entry.subject) == ("whom the page parks belongs to", first.pk)
    with desk.as_("farah"), transaction.atomic():
        assert LegalNotice.objects.filter(pk=first.pk).update(told_how="never") == 0
    with desk.as_("farah"), pytest.raises(DatabaseError), transaction.atomic():
        LegalNotice.objects.filter(pk=second.pk).update(text="Nothing happened.")


def test_a_delay_has_an_end_and_what_happens_then_happens_by_itself(desk, at):
    case = case_of(desk)
    counsel(desk, case)
    process = received(desk, case)
    last = NOW.date() + timedelta(days=5)
    with desk.as_("farah") as farah:
        for day in (NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=400)):
            with pytest.raises(BadInput, match="who needs longer says so again"):
                legal.delay(process, day, by=farah, ground="the order, number 3")
        legal.delay(process, last, by=farah, ground="the order, number 3")
    moved(desk, process, ("dora", "approve"))
    assert legal.make_notices_due() == 0
    with desk.as_("farah") as farah:
        assert "The delay of notices ends, and then they are made" in " ".join(
            one.sentence for one in duties.duties(farah)
        )
    at(datetime.combine(last, datetime.max.time(), UTC))
    assert legal.make_notices_due() == 0  # its day belongs to it
    at(NOW + timedelta(days=6))
    assert legal.make_notices_due() == 1
    assert legal.make_notices_due() == 0
    notice = LegalNotice.objects.get()
    assert f"not to tell you before the end of {last.isoformat()}: the order, number 3" in notice.text
    with desk.as_("farah") as farah:
        assert "1 notice waits to be passed on" in " ".join(one.sentence for one in duties.duties(farah))
        legal.delay(process, NOW.date() + timedelta(days=20), by=farah, ground="another order")
        with pytest.raises(BadInput, match="delayed until the end of"):
            legal.pass_on(notice, by=farah, how="letter")
        assert "passed on" not in " ".join(one.sentence for one in duties.duties(farah))


# --- the package


def world(desk):
    """A case with sealed objects and ads of two pages on days in and around the window, and a pair that nobody can place."""
    case = case_of(desk)
    counsel(desk, case)
    with desk.as_("anna") as anna:
        for asset, day in product((PAGE, OTHER), DAYS):
            for hour in (0, 23):
                at = datetime(day.year, day.month, day.day, hour, 59, tzinfo=UTC)
                sealing.seal(
                    io.BytesIO(f"{asset.name} {at}".encode()), by=anna, case=case, name=f"{asset.name} {at:%d %H}", media_type="text/plain",
                    how="platform export", tool="export", captured_at=at, about=(asset.kind, asset.platform, asset.name),
                )  # fmt: skip
        sealing.seal(io.BytesIO(b"a note"), by=anna, case=case, name="of nothing", media_type="text/plain", how="upload", tool="legal export by hand",
                     captured_at=datetime(2031, 5, 2, tzinfo=UTC))  # fmt: skip
    company = desk.world.organisations["Meridian"]
    for number, (asset, day) in enumerate(product((PAGE, OTHER), DAYS), 1):
        starts = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        ad = made_ad(company, number, page=asset.name, starts=starts, created=starts)
        for shown in (day, day + timedelta(days=1)):
            Delivery.objects.create(ad=ad, day=shown, impressions=number, clicks=0, spend=1)
    made_ad(company, 99, page=PAGE.name, starts=None, created=None)
    return case


def told(desk, process, who="dora", **more):
    """What leaves: (name, asset, day) of each object, and (kind, asset, day) of each row."""
    with desk.as_("farah") as farah:
        for notice in process.notices.order_by("pk"):
            legal.pass_on(notice, by=farah, how="letter")
    with desk.as_(who) as seat:
        packed = answering.answer(process, by=seat, reason="as ordered", **more)
    return packed


def read(packed):
    """The objects of a package, with their bytes."""
    with packed.file as file, tarfile.open(fileobj=file) as tar:
        held = {
            member.name.partition("/")[2]: tar.extractfile(member).read()
            for member in tar.getmembers()
            if member.isfile()
        }
    index = [json.loads(line) for line in held["index.jsonl"].decode().splitlines()]
    return held, [(row, held[f"data/{row['sha256']}"]) for row in index]


SCOPES = [
    {},
    {"since": date(2031, 4, 30), "until": date(2031, 4, 30)},
    {"since": date(2031, 5, 2), "until": date(2031, 5, 2), "assets": [PAGE, OTHER]},
    {"kinds": [DataKind.SEALED]},
    {"kinds": [DataKind.DELIVERY, DataKind.PAYERS], "assets": [OTHER]},
    {
        "assets": [
            Asset(kind="ad", platform="snap", name="3"),
            Asset(kind="account", platform="meridian", name="nobody"),
        ],
        "until": date(2031, 5, 20),
    },
    {"assets": [Asset(kind="ad buyer", platform="", name="Citizens for Parks")], "kinds": [DataKind.PAYERS]},
]


def test_a_package_holds_all_that_its_scope_covers_and_nothing_else(desk):
    case = world(desk)
    window = lambda scope, day: scope.since <= day <= scope.until
    for number, changed in enumerate(SCOPES):
        with transaction.atomic():
            process = moved(desk, received(desk, case, reference=f"{number}", **changed), ("dora", "approve"))
            scope = legal.scope_of(process)
            held, objects = read(told(desk, process))
            sealed, rows = [], []
            for row, content in objects:
                asset = Asset(kind=row["what"], platform=row["platform"], name=row["of"])
                assert asset in scope.assets
                if row["tool"].startswith("legal export"):
                    export = json.loads(content)
                    assert Asset(**export["asset"]) == asset
                    assert export["kind"] in scope.kinds
                    assert all(window(scope, date.fromisoformat(one["day"])) for one in export["rows"])
                    rows += [(export["kind"], asset.name, one["day"], one["number"]) for one in export["rows"]]
                else:
                    assert DataKind.SEALED in scope.kinds
                    assert window(scope, datetime.fromisoformat(row["captured_at"]).date())
                    sealed.append(row["name"])
            assert sorted(sealed) == expected_sealed(scope)
            assert sorted(rows) == expected_rows(scope)
            text = b"".join(held.values())
            for asset in (PAGE, OTHER):
                if asset not in scope.assets and scope.assets & {PAGE, OTHER}:
                    assert asset.name.encode() not in text
            assert b"Three pages" not in text
            assert Disclosure.objects.filter(kind="answer to legal process").count() == 1
            transaction.set_rollback(True)


def expected_sealed(scope):
    """The same from the grid above, read plainly."""
    return sorted(
        f"{asset.name} {day:%d} {hour:02}" for asset, day, hour in product((PAGE, OTHER), DAYS, (0, 23))
        if DataKind.SEALED in scope.kinds and asset in scope.assets and scope.since <= day <= scope.until
    )  # fmt: skip


def expected_rows(scope):
    """The same of ads, their payers, and days on which they were shown."""
    found = []
    for number, (page, day) in enumerate(product((PAGE, OTHER), DAYS), 1):
        for asset in {
            page,
            Asset(kind="ad", platform="snap", name=str(number)),
            Asset(kind="ad buyer", platform="", name="Citizens for Parks"),
        } & scope.assets:
            moments = [
                (DataKind.ADS, day),
                (DataKind.PAYERS, day),
                (DataKind.DELIVERY, day),
                (DataKind.DELIVERY, day + timedelta(days=1)),
            ]
            found += [
                (kind.value, asset.name, on.isoformat(), str(number))
                for kind, on in moments
                if kind in scope.kinds and scope.since <= on <= scope.until
            ]
    return sorted(found)


def test_the_answer_is_a_package_that_verifies_and_stands_in_register_custody_and_the_process(desk, tmp_path):
    case = world(desk)
    process = moved(desk, received(desk, case), ("dora", "approve"))
    with desk.as_("dora") as dora, pytest.raises(BadInput, match="1 of those concerned not told"):
        answering.answer(process, by=dora, reason="as ordered")
    packed = told(desk, process)
    with packed.file as file, tarfile.open(fileobj=file) as tar:
        tar.extractall(tmp_path, filter="data")
    assert verifier.check_package(tmp_path / packed.name, packed.tagmanifest)[0] == []
    summary = json.loads((tmp_path / packed.name / "case.json").read_text())
    assert summary["legal process"]["reference"] == "31 C 7"
    assert set(summary) == {"legal process", "objects"}
    entry = Disclosure.objects.get(kind="answer to legal process")
    assert (entry.digest, entry.to.partition(":")[0], entry.subject) == (
        packed.tagmanifest,
        "District court",
        process.pk,
    )
    assert (
        entry.holds.count()
        == packed.objects
        == Custody.objects.filter(act="export", to__startswith="District court").count()
    )
    process.refresh_from_db()
    assert process.state == "answered"
    assert process.steps.order_by("at", "pk").last().code in {"answer", "approve"}
    with desk.as_("dora") as dora, pytest.raises(BadInput, match="approved by counsel"):
        answering.answer(process, by=dora, reason="again")


def test_rows_that_were_sealed_before_they_leave_are_proven_by_the_log(desk, tmp_path):
    case = world(desk)
    process = moved(desk, received(desk, case), ("dora", "approve"))
    with desk.as_("dora") as dora:
        many = answering.prepare(process, by=dora)
        assert answering.prepare(process, by=dora) == many == 3
    assert Evidence.objects.filter(tool="legal export 31 C 7").count() == 3
    with desk.as_("farah") as farah:
        legal.pass_on(process.notices.get(), by=farah, how="letter")
    sequence_all()
    sign_all(bytes(range(32)))
    with desk.as_("dora") as dora:
        packed = answering.answer(process, by=dora, reason="as ordered")
    with packed.file as file, tarfile.open(fileobj=file) as tar:
        tar.extractall(tmp_path, filter="data")
    keys = dict(Checkpoint.objects.order_by("id").values_list("log__origin", "key"))
    assert verifier.check_package(tmp_path / packed.name, keys=keys)[0] == []
    with desk.as_("dora") as dora, pytest.raises(BadInput, match="approved by counsel"):
        answering.prepare(process, by=dora)


def test_nothing_leaves_where_something_outside_the_scope_came_so_far(desk, monkeypatch):
    case = world(desk)
    process = moved(desk, received(desk, case, kinds=[DataKind.SEALED]), ("dora", "approve"))
    honest = answering.covered
    for name, why in (
        ("pools 02 00", "about another asset"),
        ("parks 04 00", "after the window"),
        ("parks 30 23", "before the window"),
    ):
        with desk.as_("anna") as anna:
            foreign = find.evidence(anna).get(name=name)
        # A mistake in the choice.
        monkeypatch.setattr(
            answering,
            "covered",
            lambda *given, foreign=foreign, **named: replace(honest(*given, **named), objects=[foreign]),
        )
        with pytest.raises(OutsideScope, match=why), transaction.atomic():
            told(desk, process)
    assert not Disclosure.objects.filter(kind="answer to legal process").exists()
    assert LegalProcess.objects.get().state == "approved"


def test_what_is_not_approved_or_covers_nothing_is_not_answered(desk):
    case = world(desk)
    process = received(desk, case)
    with desk.as_("dora") as dora, pytest.raises(BadInput, match="approved by counsel"):
        answering.answer(process, by=dora, reason="x")
    keeping = moved(desk, received(desk, case, kind=LegalKind.PRESERVATION, reference="2"), ("dora", "approve"))
    with desk.as_("dora") as dora, pytest.raises(BadInput, match="approved by counsel"):
        answering.answer(keeping, by=dora, reason="x")
    empty = moved(
        desk,
        received(desk, case, reference="3", assets=[Asset(kind="page", platform="meridian", name="nobody")]),
        ("dora", "approve"),
    )
    with pytest.raises(BadInput, match="nothing that it covers"):
        told(desk, empty)
    with desk.as_("anna") as anna, pytest.raises(Refused):
        answering.answer(empty, by=anna, reason="x")


def test_counsel_and_who_answers_are_told_by_when(desk):
    case = case_of(desk)
    counsel(desk, case)
    process = received(desk, case)
    with desk.as_("dora") as dora:
        (one,) = [one for one in duties.duties(dora) if "counsel" in one.sentence]
        assert one.until == datetime.combine(process.due_on, datetime.min.time(), UTC) + timedelta(hours=23, minutes=59)
    with desk.as_("farah") as farah:
        assert duties.duties(farah) == []
    moved(desk, process, ("farah", "question"))
    with desk.as_("farah") as farah:
        assert [one.sentence for one in duties.duties(farah)] == [f"Questioned: {process.item.title}"]

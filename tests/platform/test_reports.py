"""Reports: drafted, frozen, approved by another, published, counted again and corrected; a figure stays what it was."""

import hashlib
import io
import json
import tarfile
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from made_desk import Desk
from made_people import appoint, person

from hustings.apps import database
from hustings.apps.ads.models import Ad, Creative, Page, Payer
from hustings.apps.cases import campaigns, sealing, working
from hustings.apps.cases.disclosing import register
from hustings.apps.cases.disclosing.register import Told
from hustings.apps.cases.models import (
    CorrectionDue,
    Disclosure,
    Gathering,
    GatheringFigure,
    Member,
    Report,
    ReportCorrection,
    ReportText,
    ReportVersion,
)
from hustings.apps.cases.reporting import corrections, find, handed, writing
from hustings.apps.cases.reporting.gathered import gather, now
from hustings.apps.database import WEB, in_role, moment
from hustings.apps.permission import NotKnown, Refused, readable
from hustings.apps.sweeps.actions import own_marking
from hustings.cli.main import main
from hustings.errors import BadInput
from hustings.policy.casework import Confidence, MemberKind
from hustings.policy.disclosure import DisclosureKind, Thing
from hustings.report.documents.kinds import Kind
from hustings.report.documents.rerun import differing, rerun


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    settings.PUBLIC_URL = "https://hustings.example"
    return Desk()


def case_of(desk, pages=("one", "two")):
    """A case with a campaign of accepted pages, each with a sealed export that says who follows it, ads and a gathering."""
    with desk.as_("anna") as anna:
        case = working.open_case(by=anna, title="Inner name", question="Do they act as one?", marking=own_marking(anna))
        campaign = campaigns.open_campaign(
            case, by=anna, name="Harbour lights", narratives=["The count is rigged"], aims_at=["DE"]
        )
        members = []
        for number, name in enumerate(pages, 1):
            kept = sealing.seal_rows(
                {"followers": 1000 * number, "posts": 40}, name=name, by=anna, case=case, tool="export", captured_at=anna.now,
                about=("page", "meridian", name),
            )  # fmt: skip
            members.append(
                campaigns.propose_member(campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name=name,
                                         confidence=Confidence.HIGH, method="same administrators", rests_on=[kept.item])
            )  # fmt: skip
        campaigns.propose_member(campaign, by=anna, kind=MemberKind.ACCOUNT, platform="meridian", name="perhaps",
                                 confidence=Confidence.LOW, method="posts at the same hours")  # fmt: skip
        gathering = Gathering.objects.create(
            case=case, title="March", day=date(2026, 10, 1), source="a paper", by=anna.appointment
        )
        for value in (700, 80):
            GatheringFigure.objects.create(
                gathering=gathering, what="interested", value=value, source="its page", by=anna.appointment
            )
    with desk.as_("ben") as ben:
        for member in members:
            campaigns.accept_member(member, by=ben, reason="The export shows it.")
    return case, campaign, [Member.objects.get(pk=one.pk) for one in members]


def ads_of(desk, page="one", many=3):
    """Ads at the door of the people who work on the case."""
    door = desk.world.appointments["anna"][0].position.organisation
    held, _ = Page.objects.get_or_create(held_by=door, platform="meridian", number=page, name=f"Page {page}")
    payer = Payer.objects.create(held_by=door, name="Aqua LLC", currency="RUB")
    for number in range(many):
        creative = Creative.objects.create(
            held_by=door, digest=hashlib.sha256(f"{page}-{number}".encode()).hexdigest(), text="Come"
        )
        Ad.objects.create(
            held_by=door, archive="meridian", number=f"{page}-{number}", page=held, payer=payer, creative=creative, spend=100 * number,
            currency="USD" if number else "", impressions=1000 * number, clicks=number, starts=moment() - timedelta(days=20 - number),
            created=moment() - timedelta(days=20 - number),
        )  # fmt: skip


def drafted(desk, case, *, who="anna", kind=Kind.TAKEDOWN, public=True, **more):
    with desk.as_(who) as seat:
        return writing.draft(case, by=seat, kind=kind, title="Two pages removed", public=public, **more)


def stepped(desk, report, *steps):
    for who, code in steps:
        with desk.as_(who) as seat:
            report = writing.move(report, code, by=seat, reason="as agreed")
    return report


def published(desk, case=None, **more):
    case = case or case_of(desk)[0]
    report = drafted(desk, case, **more)
    with desk.as_("anna") as anna:
        writing.write(report, "assets", "We removed [assets: meridian page] pages with [posts] posts.", by=anna)
    return stepped(desk, report, ("anna", "ask"), ("dora", "approve"), ("dora", "publish"))


def value(document, name):
    figure = document.figure(name)
    return figure.value if figure.derivable else figure.why_not


def test_a_report_is_frozen_with_what_the_platform_holds_and_read_by_everybody_once_it_is_published(desk):
    case, _, _ = case_of(desk)
    ads_of(desk)
    report = drafted(desk, case)
    with desk.as_("anna") as anna:
        writing.write(report, "assets", "We removed [assets: meridian page] pages with [posts] posts.", by=anna)
    report = stepped(desk, report, ("anna", "ask"))
    with in_role(WEB):
        database.seat(None, strong=False)
        assert not ReportVersion.objects.exists()
        assert not readable(None).filter(pk=report.pk).exists()
    report = stepped(desk, report, ("dora", "approve"), ("dora", "publish"))
    document = find.document_of(find.newest(report))
    assert {name: value(document, name) for name in (
        "assets", "assets-in-all", "followers", "most-followed", "posts", "gatherings", "largest-gathering", "small-gatherings",
        "gathering-viewers", "narratives", "aims-at" if document.figure("aims-at") else "narratives", "done",
    )} == {
        "assets": {"meridian page": 2}, "assets-in-all": 2, "followers": {"at least": 2000, "at most": 3000},
        "most-followed": {"two": 2000, "one": 1000}, "posts": 80, "gatherings": 1, "largest-gathering": 80,
        "small-gatherings": {"gatherings": 1, "of": 1}, "gathering-viewers": "no source says how many saw them",
        "narratives": "The count is rigged", "aims-at": "DE", "done": {},
    }  # fmt: skip
    assert document.scope == "Two pages removed"
    assert "Inner name" not in document.text
    with in_role(WEB):
        database.seat(None, strong=False)
        item, version, newest = find.published_version(None, report.pk)
        assert (item.pk, version.number, newest.number) == (report.pk, 1, 1)
        for hidden in (Report, ReportText, ReportCorrection):
            assert not hidden.objects.exists()
    with in_role(WEB):
        database.seat(None, strong=False)
        with pytest.raises(NotKnown):
            find.published_version(None, report.pk, 2)


def test_a_figure_asked_of_the_same_moment_has_the_same_value_whatever_came_since(desk):
    case, campaign, members = case_of(desk)
    ads_of(desk)
    report = published(desk, case)
    version = find.newest(report)
    document = find.document_of(version)
    with desk.as_("anna") as anna:
        more = campaigns.propose_member(campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="three",
                                        confidence=Confidence.HIGH, method="same", rests_on=[members[0].evidence.get().rests_on])  # fmt: skip
        sealing.seal_rows(
            {"followers": 9},
            name="one",
            by=anna,
            case=case,
            tool="export",
            captured_at=anna.now,
            about=("page", "meridian", "one"),
        )
        GatheringFigure.objects.create(
            gathering=Gathering.objects.get(), what="interested", value=5000, source="its page", by=anna.appointment
        )
        Gathering.objects.create(case=case, title="Another", source="a paper", by=anna.appointment)
    ads_of(desk, "two")
    with desk.as_("ben") as ben:
        campaigns.accept_member(more, by=ben, reason="It shows it.")
    with desk.as_("anna") as anna:
        counted = corrections.recount(report, by=anna)
        assert differing(counted.sealed) == []
        assert [one.name for one in counted.differing] == []
        assert all(one.rows for one in counted.sealed)
        later = gather(case, None, by=anna, then=now(), parameters={}, scope=document.scope)
    values = {one.name: one.new for one in differing(rerun(document, later))}
    assert values["assets-in-all"] == "3"
    assert values["largest-gathering"] == "5,000"
    assert values["ads"] == "6"


def test_what_turns_out_wrong_is_corrected_in_the_open_and_reaches_everybody_who_was_told(desk):
    case, _, members = case_of(desk)
    report = published(desk, case)
    with desk.as_("dora") as dora:
        told = register.tell_by_hand(
            case, by=dora, kind=DisclosureKind.LETTER, what="a letter", to="the commission", ground="asked",
            holds=[Told(thing=Thing.FIGURE, key=f"{report.pk}:assets-in-all", name="Assets in all")],
        )  # fmt: skip
    with desk.as_("anna") as anna:
        campaigns.withdraw_member(members[1], by=anna, reason="It is a newsroom.")
        differs = {one.name: (one.old, one.new) for one in corrections.recount(report, by=anna).differing}
        assert differs["assets-in-all"] == ("2", "1")
        assert differs["posts"] == ("80", "40")
        with pytest.raises(BadInput) as error:
            corrections.correct(report, {"ads": "no", "posts": "A newsroom."}, by=anna, reason="counted again")
        assert {one.where for one in error.value.problems} >= {"Assets in all", "Followers of at least one", "ads"}
        version = corrections.correct(
            report, dict.fromkeys(differs, "A page was a newsroom."), by=anna, reason="counted again"
        )
    assert version.number == 2
    report = Report.objects.get()
    with in_role(WEB):
        database.seat(None, strong=False)
        assert find.published_version(None, report.pk)[1].number == 1
    stepped(desk, report, ("dora", "approve"), ("dora", "publish"))
    first, second = (find.document_of(one) for one in report.versions.order_by("number"))
    assert value(first, "assets-in-all") == 2
    assert value(second, "assets-in-all") == 1
    assert {one.figure for one in second.corrections} == set(differs)
    assert second.as_of == first.as_of
    due = CorrectionDue.objects.get(disclosure=told)
    assert (due.correction.old, due.correction.new, due.correction.reason) == ("2", "1", "A page was a newsroom.")
    public = CorrectionDue.objects.filter(disclosure__subject=report.pk)
    assert public.count() == len(differs)
    assert not public.filter(sent__isnull=True).exists()
    assert (
        list(Disclosure.objects.filter(subject=report.pk).order_by("at").values_list("to", flat=True))
        == ["everybody"] * 2
    )
    with desk.as_("anna") as anna, pytest.raises(BadInput, match="There is nothing to correct"):
        corrections.correct(report, {}, by=anna, reason="again")


def test_words_that_were_wrong_are_corrected_too_and_a_correction_can_be_taken_back(desk):
    report = published(desk)
    with desk.as_("anna") as anna:
        writing.write(report, "assets", "We removed [assets: meridian page] pages, not all at once.", by=anna)
        corrections.correct(report, {"text-assets": "They went one by one."}, by=anna, reason="asked by a reader")
    assert ReportCorrection.objects.get().new.endswith("not all at once.")
    with desk.as_("anna") as anna, pytest.raises(BadInput):
        writing.move(report, "withdraw", by=anna, reason="x")
    report = stepped(desk, report, ("anna", "take correction back"))
    assert report.state == "published"
    with in_role(WEB):
        database.seat(None, strong=False)
        assert find.published_version(None, report.pk)[1].number == 1


def test_nobody_approves_what_they_wrote_or_asked_for(desk):
    case, _, _ = case_of(desk)
    for writer, asker in (("anna", "dora"), ("dora", "anna"), ("dora", "dora")):
        report = drafted(desk, case, who=writer)
        report = stepped(desk, report, (asker, "ask"))
        with desk.as_("dora") as dora, pytest.raises((Refused, BadInput)):
            writing.move(report, "approve", by=dora, reason="as agreed")
        with desk.as_("dora"), pytest.raises(IntegrityError), transaction.atomic():
            version = find.newest(report)
            version.approved_by, version.approved_at = desk.world.appointments["dora"][0], moment()
            version.save(update_fields=["approved_by", "approved_at"])
    with desk.as_("ben") as ben, pytest.raises(Refused):
        writing.move(report, "approve", by=ben, reason="an analyst")


def test_what_is_frozen_cannot_be_changed_by_anybody(desk):
    report = published(desk)
    version = find.newest(report)
    for column, changed in (("document", "{}"), ("sha256", "0" * 64), ("number", 9), ("published_at", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportVersion.objects.filter(pk=version.pk).update(**{column: changed})
    for state in ("draft", "withdrawn"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(state=state)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("UPDATE report_text SET text = 'other'")


def test_a_text_says_no_number_that_a_figure_says(desk):
    case, _, _ = case_of(desk)
    report = drafted(desk, case)
    with desk.as_("anna") as anna:
        for text, where in (
            ("290,000 people", "290,000"), ("12 % of them", "12 %"), ("for $11,000", "$11,000"), ("80 posts", "80"),
            ("[nothing-such]", "[nothing-such]"), ("[assets: orkut page]", "[assets: orkut page]"), ("[posts: two]", "[posts: two]"),
        ):  # fmt: skip
            with pytest.raises(BadInput) as error:
                writing.write(report, "assets", text, by=anna)
            assert where in {problem.found for problem in error.value.problems}, text
        writing.write(report, "assets", "On 31 July 2018 we removed [assets-in-all].", by=anna)
        with pytest.raises(BadInput, match="section"):
            writing.write(report, "elsewhere", "x", by=anna)
        with pytest.raises(BadInput) as error:
            writing.set_parameters(report, {"election_day": "soon", "other": "x"}, by=anna)
        assert len(error.value.problems) == 2


def test_a_report_that_is_not_for_everybody_stays_with_those_of_the_case(desk):
    report = published(desk, public=False)
    with in_role(WEB):
        database.seat(None, strong=False)
        with pytest.raises(NotKnown):
            find.published_version(None, report.pk)
        assert not ReportVersion.objects.exists()
    outsider = person("Olga")
    from made_people import organisation

    seat = appoint(outsider, organisation("Elsewhere"), "Analyst", ("analyst",))
    with desk.seated(seat) as olga:
        assert not find.published(olga).exists()
        with pytest.raises(NotKnown):
            find.find_report(olga, report.pk)


def test_who_may_not_see_ads_or_appeals_is_told_so_instead_of_nothing(desk):
    case, _, _ = case_of(desk)
    with desk.as_("anna") as anna:
        basis = gather(case, None, by=anna, then=now(), parameters={}, scope="x")
        assert basis.lacks["appeals"] == "who asked may not see appeals: a reviewer can"
        assert "appeals" not in basis.tables
    with desk.as_("dora") as dora:
        assert gather(case, None, by=dora, then=now(), parameters={}, scope="x").tables["appeals"] == []


def test_who_sees_less_corrects_nothing_and_who_sees_more_finds_no_difference(desk):
    case, _, members = case_of(desk)
    report = drafted(desk, case, who="anna")
    report = stepped(desk, report, ("dora", "ask"))  # a reviewer, who sees appeals
    version = find.newest(report)
    ReportVersion.objects.filter(pk=version.pk).update(
        approved_by=desk.world.appointments["ben"][0], approved_at=moment(), published_at=moment()
    )
    with desk.as_("anna") as anna:
        counted = corrections.recount(report, by=anna)
        assert [one.name for one in counted.unseen] == ["appeals"]
        assert counted.differing == []
        campaigns.withdraw_member(members[0], by=anna, reason="x")
    other = published(desk, case)  # by an analyst, who sees none
    with desk.as_("dora") as dora:
        assert corrections.recount(other, by=dora).differing == []


def test_sealed_records_that_are_no_numbers_are_left_alone(desk):
    case, _, _ = case_of(desk, pages=("one",))
    with desk.as_("anna") as anna:
        for content in (b"not json", b"[1]", b'{"followers": "many"}', b'{"followers": -3, "posts": true}'):
            sealing.seal(io.BytesIO(content), name="x.json", media_type="application/json", how="upload", by=anna, case=case, tool="hand",
                         captured_at=anna.now, about=("page", "meridian", "one"))  # fmt: skip
        basis = gather(case, None, by=anna, then=now(), parameters={}, scope="x")
        row = next(row for row in basis.tables["assets"] if row["name"] == "one")
        assert (row["followers"], row["posts"]) == (1000, 40)
        sealing.seal_rows({"follower_ids": [f"p{n}" for n in range(30)]}, name="ids", by=anna, case=case, tool="export", captured_at=anna.now,
                          about=("page", "meridian", "one"))  # fmt: skip
        basis = gather(case, None, by=anna, then=now(), parameters={}, scope="x")
        assert len(basis.tables["followers"]) == 30
        assert "p1" not in json.dumps(basis.as_json())


@pytest.mark.slow
def test_a_committee_gets_the_evidence_of_the_ads_with_the_report(desk):
    case, _, _ = case_of(desk)
    ads_of(desk)
    report = published(desk, case, kind=Kind.COMMITTEE, public=False)
    with desk.as_("anna") as anna, pytest.raises(Refused):
        handed.hand_over(report, find.newest(report), by=anna, to="the committee", why="letter 7")
    with desk.as_("dora") as dora:
        made = handed.hand_over(report, find.newest(report), by=dora, to="the committee", why="letter 7")
        again = handed.hand_over(report, find.newest(report), by=dora, to="the committee", why="letter 7")
    assert made.content == again.content
    with tarfile.open(fileobj=io.BytesIO(made.content)) as tar:
        held = {name.partition("/data/")[2]: name for name in tar.getnames()}
        ads = [json.loads(line) for line in tar.extractfile(held["ads/ads.jsonl"]).read().splitlines()]
        payments = tar.extractfile(held["ads/payments.csv"]).read().decode()
    assert {"report.json", "rows.json", "ads/manifest.json", "ads/verify.py", "ads/report.html"} <= set(held)
    assert len(ads) == 3
    assert "instrument_pseudonym" in payments
    told = Disclosure.objects.filter(to="the committee").first()
    assert (told.kind, told.digest) == ("report", made.tagmanifest)


def test_the_command_asks_the_platform_again_of_the_reports_own_moment(desk, tmp_path, capsys):
    case, _, members = case_of(desk)
    report = published(desk, case)
    place = tmp_path / "report.json"
    place.write_text(find.newest(report).document)
    email = desk.world.appointments["anna"][0].person.email
    assert main(["report", "rerun", str(place), "--by", email]) == 0
    assert "asked again over the platform" in capsys.readouterr().out
    with desk.as_("anna") as anna:
        campaigns.withdraw_member(members[1], by=anna, reason="It is a newsroom.")
    assert main(["report", "rerun", str(place), "--by", email]) == 1
    assert "Assets in all (assets-in-all)\n    was  2\n    is   1" in capsys.readouterr().out
    assert main(["report", "rerun", str(place), "--by", "nobody@example.org"]) == 2
    place.write_text(find.newest(report).document.replace(str(report.pk), "00000000-0000-4000-8000-000000000000"))
    assert main(["report", "rerun", str(place), "--by", email]) == 2

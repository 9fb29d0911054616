"""All that a case holds as network, timeline, map and table; what lies beneath a statement; reach and impact of a campaign."""

import csv
import gzip
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from made_run import made_run
from made_team import Team, opened

from hustings.apps import database
from hustings.apps.ads.models import Ad, Creative, Delivery, Page, Payer
from hustings.apps.cases import working
from hustings.apps.cases.models import Campaign, Evidence, ImpactJudgement, ImpactObservation, Member
from hustings.apps.cases.reach.assets import ads_of
from hustings.apps.cases.reach.people import Parting, by_day, reach_of_ads
from hustings.apps.cases.whole.things import whole
from hustings.apps.database import WEB, in_role
from hustings.apps.elections.models import Election
from hustings.apps.findings.load import load_run
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.findings.models import Finding
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment, Organisation
from hustings.screening.reach import Sketch
from hustings.screening.reach_told import How

pytestmark = pytest.mark.django_db

KEY = b"k" * 16
AIM = {"all": [{"is": {"dimension": "location", "value": "Texas"}}]}


def seen_by(low, high):
    """The sketch of the people of these numbers."""
    return Sketch.of((f"person {one}" for one in range(low, high)), KEY).registers


class World(Team):
    """A case with a campaign of a page, a buyer and an ad, sealed evidence, a gathering, a finding, and ads with people."""

    def __init__(self, folder):
        super().__init__()
        self.company = Organisation.objects.get(name="Meridian")
        self.lead, self.case = opened(self)
        at = f"/cases/{self.case.pk}/"
        self.post(
            "anna", f"{at}evidence/", tool="the platform's export 2.1", captured_at="2016-06-01T10:00", what="page", platform="meridian",
            of="17", file=SimpleUploadedFile("page.json", b'{"page": 17}', "application/json"),
        )  # fmt: skip
        self.kept = Evidence.objects.get()
        self.post(
            "anna", f"{at}add/campaign/", name="Harbour lights", aims_at="us", narratives="They lie.", tactics=["T0086", "T0002"]
        )  # fmt: skip
        self.campaign = Campaign.objects.get()
        for kind, platform, name in (
            ("page", "meridian", "17"),
            ("ad buyer", "", "Harbour Ltd"),
            ("post", "meridian", "p1"),
        ):
            self.post("anna", f"/campaigns/{self.campaign.pk}/say/member/", kind=kind, platform=platform, name=name, confidence="high",
                      method="same administrators", rests_on=[str(self.kept.pk)])  # fmt: skip
            member = Member.objects.get(name=name)
            self.post("dora", f"/campaigns/{self.campaign.pk}/say/decide/", member=str(member.pk), decision="accept", reason="It shows it.")  # fmt: skip
        self.post("anna", f"{at}gatherings/add/one/", title="A rally at the centre", site="facebook", number="1", place="Houston",
                  region="US-TX", country="us", day="2016-05-21", hosts="Red Page\nA host", source="hearings")  # fmt: skip
        self.with_ads()
        self.with_finding(folder)

    def with_ads(self):
        page = Page.objects.create(
            held_by=self.company, platform="meridian", number="17", name="Red Page", created_on=date(2016, 1, 2)
        )
        other = Page.objects.create(held_by=self.company, platform="meridian", number="18", name="Another")
        payer = Payer.objects.create(held_by=self.company, name="Harbour Ltd")
        election = Election.objects.create(country="US", name="General", level="national", kind="election", on=date(2016, 11, 8))  # fmt: skip
        self.ads = {}
        for number, of, paid, impressions in (
            ("1", page, None, 3_000), ("2", page, payer, 5_000), ("3", other, payer, 900), ("4", other, None, 70),
        ):  # fmt: skip
            creative = Creative.objects.create(held_by=self.company, digest=number * 64, text=f"Come to the river {number}", landing_domain="river.example")  # fmt: skip
            self.ads[number] = Ad.objects.create(
                held_by=self.company, archive="made", number=number, page=of, payer=paid, creative=creative, impressions=impressions,
                created=datetime(2016, 5, int(number), tzinfo=UTC), spend=Decimal("10.25"), currency="USD", targeting=AIM, countries=["US"],
                election=election,
            )  # fmt: skip
        for number, day, region, count, low, high in (
            ("1", date(2016, 11, 1), "US-TX", 3_000, 0, 2_000), ("2", date(2016, 11, 8), "DE-BE", 4_000, 1_000, 4_000),
            ("2", date(2016, 11, 7), "US-OH", 1_000, 0, 5), ("3", date(2016, 11, 9), "US-OH", 900, 3_500, 4_100),
        ):  # fmt: skip
            Delivery.objects.create(ad=self.ads[number], day=day, region=region, impressions=count, sketch=seen_by(low, high))  # fmt: skip

    def with_finding(self, folder):
        self.seats = {one.person.name.lower(): one for one in Appointment.objects.select_related("person")}

        def load(seat):
            load_run(made_run(folder), marking=marking_asked(Asked(), seat), by=seat)
            self.finding = Finding.objects.get(number=0)
            working.add_material(self.case, self.finding.item, by=seat, why="it is what we look at")

        self.act("anna", load)

    def act(self, who, what):
        with in_role(WEB):
            seat = seat_for(self.seats[who], strong=True)
            database.seat(seat.id, strong=True)
            return what(seat)


@pytest.fixture
def world(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return World(tmp_path / "run")


def test_a_network_joins_what_the_tables_say_with_the_ground_of_each_tie(world):
    told = world.act("anna", lambda seat: whole(seat, world.case))
    ties = {(one.a.kind, one.a.name, one.why, one.b.kind, one.b.name) for one in told.ties}
    for tie in (
        ("ad", "1", "shown by", "page", "17"), ("ad", "2", "paid by", "ad buyer", "Harbour Ltd"), ("ad", "3", "leads to", "domain", "river.example"),
        ("gathering", "1", "announced by", "page", "17"), ("gathering", "1", "announced by", "host", "A host"),
        ("evidence", world.kept.sha256, "shows", "page", "17"), ("page", "17", "rests on", "evidence", world.kept.sha256),
        ("lead", str(world.lead.pk), "is about", "page", "18"),
    ):  # fmt: skip
        assert tie in ties, tie
    assert not [one for one in told.things.values() if one.kind == "ad" and one.name == "4"]
    actors = [one for one in told.things.values() if one.kind == "actor"]
    assert len(actors) == 3
    assert len({one.number for one in told.things.values()}) == len(told.things)


def test_picture_table_and_the_page_of_a_thing_hold_the_same(world):
    at = f"/cases/{world.case.pk}/network/"
    answer = world.client("anna").get(f"{at}network.json", headers={"accept-encoding": "gzip"})
    body = json.loads(gzip.decompress(answer.content))
    assert answer["Cache-Control"] == "no-store"
    names = body["actors"]["name"]
    assert body["actors_in_all"] == len(names)
    assert "page Red Page" in names
    rows = list(csv.DictReader(io.StringIO(world.page("anna", f"/cases/{world.case.pk}/everything/?csv=members"))))
    assert sorted(row["thing"] for row in rows) == sorted(names)
    place = names.index("page Red Page")
    number = body["actors"]["number"][place]
    shown = world.page("anna", f"{at}actors/{number}/")
    assert "announced by (from there)" in shown
    assert "page Red Page" in world.page("anna", f"{at}?members.find=Red+Page")
    assert body["actors"]["links"][place] == int(next(row["links"] for row in rows if row["thing"] == "page Red Page"))
    world.page("anna", f"{at}actors/1/", 404)
    drawn = set(zip(body["links"]["a"], body["links"]["b"], strict=True))
    assert all(a < b for a, b in drawn)
    assert len(drawn) == len(body["links"]["a"]) == body["links_in_all"]


def test_a_timeline_tells_what_was_done_and_what_was_done_about_it(world):
    at = f"/cases/{world.case.pk}/timeline/"
    shown = world.page("anna", at)
    for words in ("2 Jan 2016", "page Red Page: made", "A rally at the centre: called for this day", "Case opened by Anna", "first acted together"):  # fmt: skip
        assert words in shown, words
    assert "<svg" in shown
    rows = list(csv.DictReader(io.StringIO(world.page("anna", f"{at}?from=2016-05-21&to=2016-05-21&csv=lines"))))
    assert [row["lane"] for row in rows] == ["gatherings"]
    assert rows[0]["at"] == "2016-05-21"
    assert "Nothing with a day" in world.page("anna", f"{at}?from=1999-01-01&to=1999-01-02")
    assert "Case opened" in world.page("anna", f"{at}?from=yesterday")


def test_maps_and_table_tell_where(world):
    rows = list(csv.DictReader(io.StringIO(world.page("anna", f"/cases/{world.case.pk}/map/?csv=places"))))
    assert {row["code"]: (row["ads"], row["gatherings"]) for row in rows} == {
        "US-TX": ("3", "1"), "US": ("3", "1"), "DE-BE": ("1", "0"), "US-OH": ("2", "0"), "DE": ("1", "0"),
    }  # fmt: skip
    assert "Texas: 1 gathering" in world.page("anna", f"/cases/{world.case.pk}/map/")


def test_every_statement_leads_to_what_it_rests_on(world):
    at = f"/cases/{world.case.pk}/"
    world.post("anna", f"{at}add/hypothesis/", text="One team runs them.")
    answer = world.case.hypotheses.get()
    world.post("anna", f"{at}add/argument/", hypothesis=str(answer.pk), side="for", text="They post within seconds.", rests_on=str(world.finding.pk))  # fmt: skip
    said = answer.arguments.get()
    beneath = f"{at}beneath/argument/{said.pk}/"
    assert beneath in world.page("anna", at)
    shown = world.page("ben", beneath)
    assert "They post within seconds." in shown
    assert shown.count("<tr>") > 6
    member = Member.objects.get(name="17")
    assert f"{at}beneath/member/{member.pk}/" in world.page("anna", f"/campaigns/{world.campaign.pk}/")
    shown = world.page("anna", f"{at}beneath/member/{member.pk}/")
    for words in ("page.json", "Come to the river 1", "same administrators", "Dora: It shows it."):
        assert words in shown, words
    assert "Come to the river 3" not in shown
    # What was found later is added to the membership that stands, by who works on the case.
    assert world.finding.item.title not in shown.partition("Add what it rests on")[0]
    world.post("anna", f"{at}beneath/member/{member.pk}/", item=str(world.finding.pk), rows="the first ten")
    shown = world.page("anna", f"{at}beneath/member/{member.pk}/")
    assert "rows: the first ten" in shown.partition("Add what it rests on")[0]
    for key, status in ((member.pk, 422), (world.campaign.pk, 422), ("none", 422)):
        world.post("anna", f"{at}beneath/member/{member.pk}/", status, item=str(key))
    world.post("jonas", f"{at}beneath/member/{member.pk}/", 404, item=str(world.finding.pk))
    world.post("anna", f"{at}beneath/argument/{said.pk}/", 404, item=str(world.finding.pk))
    world.post("anna", f"/campaigns/{world.campaign.pk}/say/origin/", claim="A firm", confidence="low", grounds="Paid so.", alternatives="A reseller.")  # fmt: skip
    claim = world.campaign.origins.get()
    assert "A reseller." in world.page("anna", f"{at}beneath/claim/{claim.pk}/")
    for what, key in (("argument", member.pk), ("member", said.pk), ("figure", said.pk)):
        world.page("anna", f"{at}beneath/{what}/{key}/", 404)


def test_who_may_not_know_the_case_finds_no_part_of_it(world):
    at = f"/cases/{world.case.pk}/"
    member = Member.objects.get(name="17")
    for part in (
        "network/",
        "network/network.json",
        "timeline/",
        "map/",
        "everything/",
        "reach/",
        f"beneath/member/{member.pk}/",
    ):
        world.page("jonas", f"{at}{part}", 404)
    for part in ("reach/", "impact/"):
        world.page("jonas", f"/campaigns/{world.campaign.pk}/{part}", 404)
    world.post(
        "jonas", f"/campaigns/{world.campaign.pk}/impact/observe/", 404, step="told by mass media", text="x", source="y"
    )
    for part in ("network/", "timeline/", "map/", "everything/", "reach/"):
        world.page("dora", f"{at}{part}")


def test_reach_counts_nobody_twice_over_pages_and_buyers_and_parts_it_by_day_and_country(world):
    campaign = world.campaign
    answer = world.act("anna", lambda seat: reach_of_ads(ads_of(seat, campaign)))
    assert (answer.how, answer.ads, answer.counted) == (How.SKETCH, 3, 3)
    assert answer.low <= 4_100 <= answer.high
    assert world.act("anna", lambda seat: reach_of_ads(ads_of(seat, world.case))) == answer
    ads = Ad.objects.filter(number__in=["1", "2", "3"])
    before, later = world.act("anna", lambda _seat: by_day(ads, date(2016, 11, 8)))
    assert (before.impressions, later.impressions) == (4_000, 4_900)
    assert before.impressions_share == pytest.approx(4_000 / 8_900)
    assert before.people.low <= 2_000 <= before.people.high
    assert before.people_share + later.people_share > 1.1
    by_country = Parting.by_country()
    world.act("anna", lambda _seat: reach_of_ads(ads, parted=[by_country]))
    german, american = world.act("anna", lambda _seat: by_country.cuts(ads))
    assert (german.name, german.impressions, american.name, american.impressions) == ("DE", 4_000, "US", 4_900)
    few = world.act("anna", lambda _seat: by_day(ads.filter(number="2"), date(2016, 11, 8)))[0]
    assert few.people.sentence == "Fewer than 10 people saw at least one of them."
    assert few.people_share is None
    shown = world.page("anna", f"/campaigns/{campaign.pk}/reach/")
    assert answer.sentence in shown
    for words in ("before 8 Nov 2016", "44.9 %", "1 of its members is", "counted in sketches"):
        assert words in shown, words
    one = Member.objects.get(name="Harbour Ltd")
    assert "ad buyer Harbour Ltd alone" in world.page(
        "anna", f"/campaigns/{campaign.pk}/reach/?member={one.pk}&day=2016-11-09"
    )
    assert answer.sentence in world.page("anna", f"/cases/{world.case.pk}/reach/?member=nobody&day=never")


def test_where_people_were_not_counted_a_range_is_told_as_modelled_or_nothing(world):
    campaign = world.campaign
    Delivery.objects.filter(ad=world.ads["3"]).delete()
    answer = world.act("anna", lambda seat: reach_of_ads(ads_of(seat, campaign)))
    assert (answer.how, answer.ads, answer.counted, answer.people) == (How.BOUNDS, 3, 2, None)
    assert answer.low <= 4_000 <= answer.high
    assert answer.high >= 4_000 + 900
    Delivery.objects.all().delete()
    answer = world.act("anna", lambda seat: reach_of_ads(ads_of(seat, campaign)))
    assert (answer.how, answer.low, answer.high) == (How.NOT, None, 8_900)
    assert "not derivable" in answer.sentence
    Ad.objects.filter(number="1").update(impressions=None)
    assert world.act("anna", lambda seat: reach_of_ads(ads_of(seat, campaign))).high is None
    shown = world.page("anna", f"/campaigns/{campaign.pk}/reach/")
    assert "How many people saw them is not derivable." in shown
    assert "Not derivable: no ad of them has figures by day." in shown


def test_impact_is_judged_on_what_was_seen_and_never_on_votes(world):
    at = f"/campaigns/{world.campaign.pk}/impact/"
    assert "Nobody has judged" in world.page("anna", at)
    refused = world.post("anna", f"{at}judge/", 422, category="4", reason="A paper told it.").content.decode()
    assert "seen where it began" in refused
    assert "told by mass media" in refused
    world.post("anna", f"{at}observe/", step="seen where it began", text="Ads on one platform.", source="the archive", rests_on=str(world.kept.pk))  # fmt: skip
    world.post("ben", f"{at}observe/", step="told by mass media", text="A paper showed an ad.", source="its page 3", times="2", unit="stories",
               seen_on="2016-12-01")  # fmt: skip
    wrong = world.post(
        "ben",
        f"{at}observe/",
        422,
        step="told by mass media",
        text="It swung the election.",
        source="a paper",
        times="2",
    )
    for words in ("Nobody can know from what was seen", "both a number and what it counts"):
        assert words in wrong.content.decode(), words
    assert (
        "swung"
        in world.post("anna", f"{at}judge/", 422, category="4", reason="It swung the election.").content.decode()
    )
    world.post("anna", f"{at}judge/", reason="A paper told it, no public figure did.", category="4")
    shown = world.page("dora", at)
    for words in ("Category 4 of 6", "2 stories", "A paper showed an ad.", "page.json", "Judged by Anna"):
        assert words in shown, words
    assert "4 of 6" in world.page("dora", f"/campaigns/{world.campaign.pk}/")
    world.post("anna", f"{at}judge/", reason="The paper's story was its own.", category="1")
    assert "Judged before" in world.page("dora", at)
    assert [one.category for one in ImpactJudgement.objects.order_by("at", "id")] == [4, 1]
    assert ImpactObservation.objects.count() == 2
    world.post("anna", f"{at}decide/", 404, category="1")
    assert "Judge it in your name" not in world.page("emil", at, 404)


def test_a_campaign_names_its_techniques_and_refuses_those_that_nobody_knows(world):
    at = f"/campaigns/{world.campaign.pk}/"
    shown = world.page("anna", at)
    for words in (
        "T0086 Develop Image-Based Content",
        "TA02 Plan Objectives",
        "CC BY-SA 4.0",
        "30.75 USD",
        "A rally at the centre",
    ):
        assert words in shown, words
    world.post("anna", f"{at}say/describe/", 422, aims_at="us", narratives="", tactics=["T9999"])
    world.post(
        "anna", f"{at}say/describe/", aims_at="us, de", narratives="They lie.\nThey hide.", tactics=["T0086.001"]
    )
    world.campaign.refresh_from_db()
    assert (world.campaign.aims_at, world.campaign.tactics) == (["DE", "US"], ["T0086.001"])
    assert "They hide." in world.page("dora", at)
    world.post("jonas", f"{at}say/describe/", 404, aims_at="", narratives="", tactics=[])


def test_a_sealed_table_of_viewers_is_counted_one_by_one_for_a_reason_that_stays(world):
    at = f"/cases/{world.case.pk}/"
    assert "Count a sealed table" not in world.page("anna", f"{at}reach/")
    rows = [
        "ad,viewer,day,country",
        *(f"{1 + number % 2},v{number},2016-11-0{7 + number % 2},US" for number in range(40)),
        "1,v1,2016-11-08,CA",
    ]
    for name, text in (("viewers.csv", "\n".join(rows)), ("wrong.csv", "ad,who\n1,2\n")):
        world.post("anna", f"{at}evidence/", tool="the platform's export", captured_at="2016-12-01T10:00",
                   file=SimpleUploadedFile(name, text.encode(), "text/csv"))  # fmt: skip
    good, wrong = Evidence.objects.get(name="viewers.csv"), Evidence.objects.get(name="wrong.csv")
    assert "Count a sealed table" in world.page("anna", f"{at}reach/")
    world.post("anna", f"{at}reach/count/", 422, table=str(good.pk), why="")
    told = world.post(
        "anna", f"{at}reach/count/", 200, table=str(good.pk), why="The committee asks.", part_at="2016-11-08"
    ).content.decode()
    for words in (
        "40 people saw at least one of them.",
        "20 people saw at least one of them.",
        "Fewer than 10 people",
        "country: US",
    ):
        assert words in told, words
    assert list(good.custody.order_by("at", "id").values_list("act", "why")) == [
        ("collect", ""),
        ("view", "The committee asks."),
    ]
    refused = world.post("anna", f"{at}reach/count/", 422, table=str(wrong.pk), why="To look.").content.decode()
    assert "a column viewer" in refused
    assert wrong.custody.count() == 1
    world.post("jonas", f"{at}reach/count/", 404, table=str(good.pk), why="To look.")
    world.post("anna", f"{at}reach/count/", 422, table=str(world.kept.pk), why="To look.")


def test_a_campaign_of_many_members_is_told_some_at_a_time(world, monkeypatch):
    monkeypatch.setattr("hustings.apps.cases.pages.campaigns.PER_PAGE", 2)
    at = f"/campaigns/{world.campaign.pk}/"
    first, second, beyond = (world.page("anna", f"{at}?page={number}") for number in ("1", "2", "99"))
    for page in (first, second, beyond):
        assert re.search(r"Accepted members</dt><dd>3<", page)
    assert "Page 1 of 2" in first
    shown = [set(re.findall(r"beneath/member/([0-9a-f-]+)/", page)) for page in (first, second)]
    assert [len(keys) for keys in shown] == [2, 1]
    assert shown[0] | shown[1] == {str(one.pk) for one in Member.objects.all()}
    assert set(re.findall(r"beneath/member/([0-9a-f-]+)/", beyond)) == shown[1]

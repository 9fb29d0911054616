"""The pages of gatherings and known actors, by forms alone; who may not know the case learns nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from made_people import appoint, organisation, person, sign_in

from hustings.apps.ads.models import Ad, Creative, Page
from hustings.apps.cases.models import Case, Evidence, Gathering, KnownActor, OpposedPair, SafetyContact
from hustings.apps.cases.pages.gatherings import SAID as OF_GATHERING
from hustings.apps.cases.pages.known import SAID as OF_ACTOR
from hustings.apps.database import moment

pytestmark = pytest.mark.django_db


class Team:
    """An analyst, an auditor and a verifier of one platform, and an analyst elsewhere."""

    def __init__(self):
        self.company, lab = organisation("Meridian"), organisation("Lab", "research")
        self.clients = {}
        for name, where, role in (
            ("anna", self.company, "analyst"), ("petra", self.company, "auditor"), ("emil", self.company, "verifier"),
            ("jonas", lab, "analyst"),
        ):  # fmt: skip
            who = person(name.capitalize())
            appoint(who, where, role.capitalize(), (role,))
            self.clients[name] = Client()
            sign_in(self.clients[name], who)

    def post(self, who, path, expected=302, **data):
        answer = self.clients[who].post(path, data)
        assert answer.status_code == expected, answer.content.decode()[:3000]
        return answer

    def page(self, who, path, expected=200):
        answer = self.clients[who].get(path)
        assert answer.status_code == expected, path
        return answer.content.decode()


@pytest.fixture
def team(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Team()


@pytest.fixture
def case(team):
    team.post("anna", "/cases/open/", title="Rallies", question="Who calls to them?", scope="", leads=[])
    return Case.objects.get()


def test_a_gathering_is_added_counted_opposed_held_and_told_by_forms(team, case):
    at = f"/cases/{case.pk}/gatherings/"
    assert "Take gatherings from ads" in team.page("anna", at)
    assert at in team.page("anna", f"/cases/{case.pk}/")
    for title, number in (("A rally at the centre", "1"), ("A rally against it", "2")):
        team.post("anna", f"{at}add/one/", title=title, site="facebook", number=number, place="Houston", region="US-TX",
                  country="us", day="2016-05-21", hosts="Heart of Texas\nA second page", source="hearings")  # fmt: skip
    team.post("anna", f"{at}add/one/", 422, title="Again", site="facebook", number="1", source="hearings")
    team.post("anna", f"{at}add/one/", 422, title="No source")
    team.post("anna", f"/cases/{case.pk}/evidence/", tool="camera", captured_at="2016-05-21T18:00",
              file=SimpleUploadedFile("rally.png", b"bytes", content_type="image/png"))  # fmt: skip
    picture = Evidence.objects.get()
    one, other = Gathering.objects.order_by("number")
    assert (one.country, one.hosts) == ("US", ["Heart of Texas", "A second page"])
    here = f"/cases/gatherings/{one.pk}/"
    say = f"{here}say/"
    team.post("anna", f"{say}figure/", what="going", value="12", source="the hearing")
    team.post("anna", f"{say}figure/", 422, what="going", value="-1", source="the hearing")
    team.post("anna", f"{say}link/", archive="ira", number="1091", buyer="Heart of Texas")
    team.post("anna", f"{say}oppose/", other=str(other.pk), matter="Islam", sentence="Against it and for it.")
    team.post("anna", f"{say}held/", 422, answer="took place", says="The paper")
    team.post("anna", f"{say}held/", answer="took place", says="The paper", rests_on=[str(picture.pk)])
    team.post("anna", f"{say}unwitting/", people="2", rests_on=str(picture.pk))
    team.post("anna", f"{say}notice/", contact="police of the place", words="the watch")
    team.post("anna", f"{say}told/", notice=str(one.notices.get().pk))
    team.post("anna", f"{say}told/", 404, notice=str(case.pk))
    team.post("anna", f"{say}nothing/", 404)
    told = team.page("anna", here)
    for words in (
        "the hearing",
        "ira 1091",
        "Against it and for it.",
        "took place",
        "police of the place",
        "told",
        "Heart of Texas",
    ):
        assert words in told
    assert "took place" in team.page("anna", at)
    csv = team.page("anna", f"{at}?csv=t")
    assert [line.split(",")[1] for line in csv.splitlines()[1:3]] == ["A rally at the centre", "A rally against it"]
    assert set(re.findall(rf"{re.escape(say)}(\w+)/", told)) == set(OF_GATHERING) - {"told"}
    assert "A rally at the centre" in team.page("petra", at)
    assert "Say whether" not in team.page("petra", here)
    for path in (at, here):
        team.page("jonas", path, 404)
    team.post("jonas", f"{say}figure/", 404, what="going", value="1", source="me")
    assert OpposedPair.objects.count() == 1


def test_gatherings_come_from_ads_by_a_form_and_stand_on_the_map(team, case):
    page = Page.objects.create(held_by=team.company, platform="meridian", number="17", name="Red Page")
    creative = Creative.objects.create(
        held_by=team.company,
        digest="1" * 64,
        text="Rally in Austin, TX",
        landing_url="https://www.facebook.com/events/1234567890",
    )
    Ad.objects.create(held_by=team.company, archive="made", number="1", page=page, creative=creative, created=moment())
    at = f"/cases/{case.pk}/gatherings/"
    team.post("anna", f"{at}add/ads/", archive="", query="")
    told = team.page("anna", at)
    assert "Rally in Austin" in told
    team.post("anna", f"{at}add/contact/", words="The watch, day and night")
    assert "The watch, day and night" in team.page("anna", at)
    assert SafetyContact.objects.get().organisation == team.company
    team.post("petra", f"{at}add/contact/", 403, words="Mine")
    Gathering.objects.update(region="US-TX")
    assert "Texas: 1 ad" in team.page("anna", at)


def test_a_profile_is_made_and_filled_by_forms(team):
    assert "Make a profile" in team.page("anna", "/known-actors/")
    assert "Make a profile" not in team.page("petra", "/known-actors/")
    team.page("emil", "/known-actors/make/", 403)
    team.post("anna", "/known-actors/make/", 422, title="")
    team.post("anna", "/known-actors/make/", title="The river network", text="Posts about rivers.")
    actor = KnownActor.objects.get()
    here = f"/known-actors/{actor.pk}/"
    say = f"{here}say/"
    team.post("anna", f"{say}part/", kind="alias", name="River Friends", source="a paper", since="2016-01-01")
    team.post(
        "anna", f"{say}part/", 422, kind="alias", name="River", source="a paper", since="2016-01-02", until="2016-01-01"
    )
    team.post("anna", f"{say}habit/", what="hours", value="8 to 16 in Moscow", source="traces")
    team.post(
        "anna", f"{say}claim/", says="A court", said_on="2018-02-16", claim="Paid by one man", source="its indictment"
    )
    open_page = team.page("anna", here)
    assert set(re.findall(rf"{re.escape(say)}(\w+)/", open_page)) == set(OF_ACTOR)
    part = actor.actorparthelds.get()
    team.post("anna", f"{say}removal/", 422, part=str(part.pk), on="2999-01-01", why="soon")
    team.post("anna", f"{say}removal/", part=str(part.pk), on="2017-08-01", why="taken down by the platform")
    team.post("anna", f"{say}watch/", watched="")
    told = team.page("anna", here)
    for words in (
        "River Friends",
        "8 to 16 in Moscow",
        "Paid by one man",
        "taken down by the platform",
        "not compared with it",
        "name: 1",
    ):
        assert words in told
    team.post("anna", f"{say}watch/", watched="1")
    assert KnownActor.objects.get().watched
    assert "River network" in team.page("petra", "/known-actors/").replace("The river", "The River")
    assert "River Friends" in team.page("petra", here)
    assert "Add a name" not in team.page("petra", here)
    team.page("jonas", here, 404)
    team.post("jonas", f"{say}habit/", 404, what="hours", value="x", source="y")

"""Many members at once: proposed from a list or from ads, accepted together by another person, as they were seen."""

import re

import pytest
from made_desk import Desk
from made_team import Team, opened

from hustings.apps.ads.models import Ad, Page
from hustings.apps.cases import campaigns, many, sealing, working
from hustings.apps.cases.models import Campaign, Evidence, Member
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import BadInput
from hustings.policy.casework import Confidence, MemberKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    return Desk()


def campaign_of(desk):
    with desk.as_("anna") as anna:
        case = working.open_case(by=anna, title="Pages", question="Do they act as one?", marking=own_marking(anna))
        campaign = campaigns.open_campaign(case, by=anna, name="Harbour lights")
        return campaign, sealing.seal_rows(
            {"a": 1}, name="export", by=anna, case=case, tool="export", captured_at=anna.now
        )


def pages(*names):
    return [many.Named(kind=MemberKind.PAGE, platform="meridian", name=name) for name in names]


def propose(desk, campaign, kept, *names, who="anna"):
    with desk.as_(who) as by:
        return many.propose_many(
            campaign, pages(*names), by=by, confidence=Confidence.HIGH, method="the export", rests_on=[kept.item]
        )


def newest(campaign):
    return Member.objects.filter(campaign=campaign).order_by("-at").first().at


def test_what_stands_there_is_left_as_it_is_and_what_was_withdrawn_can_come_again(desk):
    campaign, kept = campaign_of(desk)
    assert propose(desk, campaign, kept, "one", "two", "two") == many.Proposed(made=2, before=0)
    with desk.as_("ben") as ben:
        campaigns.withdraw_member(Member.objects.get(name="two"), by=ben, reason="Another page of that name.")
    assert propose(desk, campaign, kept, "one", "two", "three") == many.Proposed(made=2, before=1)
    assert Member.objects.filter(campaign=campaign).count() == 4
    assert all(member.evidence.count() == 1 for member in Member.objects.filter(campaign=campaign))


def test_everything_wrong_is_told_at_once(desk):
    campaign, _kept = campaign_of(desk)
    with desk.as_("anna") as anna, pytest.raises(BadInput) as error:
        many.propose_many(campaign, [], by=anna, confidence=Confidence.LOW, method="x", rests_on=[])
    assert {problem.where for problem in error.value.problems} == {"names", "rests on"}
    with desk.as_("anna") as anna, pytest.raises(BadInput, match="rests on"):
        many.propose_many(
            campaign, pages("one"), by=anna, confidence=Confidence.LOW, method="x", rests_on=[campaign.item]
        )
    assert not Member.objects.exists()


def test_another_person_accepts_what_they_saw_and_nothing_that_came_since(desk):
    campaign, kept = campaign_of(desk)
    propose(desk, campaign, kept, "one", "two")
    seen = newest(campaign)
    with desk.as_("anna") as anna:
        assert not many.proposed(campaign, by=anna).exists()
        campaigns.propose_member(campaign, by=anna, kind=MemberKind.PAGE, platform="meridian", name="bare",
                                 confidence=Confidence.LOW, method="a hunch")  # fmt: skip
    with desk.as_("ben") as ben:
        assert many.proposed(campaign, by=ben).count() == 2  # what rests on nothing waits
        with pytest.raises(BadInput, match="that you saw"):
            many.accept_proposed(campaign, by=ben, reason="The export shows it.", until=seen, many=3)
    propose(desk, campaign, kept, "three")
    with desk.as_("ben") as ben:
        assert many.accept_proposed(campaign, by=ben, reason="The export shows it.", until=seen, many=2) == 2
        with pytest.raises(BadInput, match="that you saw"):
            many.accept_proposed(campaign, by=ben, reason="again", until=seen, many=2)
        with pytest.raises(BadInput, match="that you saw"):
            many.accept_proposed(campaign, by=ben, reason="none", until=seen, many=0)
    assert dict(Member.objects.values_list("name", "state")) == {
        "one": "accepted", "two": "accepted", "three": "proposed", "bare": "proposed",
    }  # fmt: skip
    seen = newest(campaign)
    with desk.as_("emil") as emil, pytest.raises((Refused, NotKnown)):
        many.accept_proposed(campaign, by=emil, reason="x", until=seen, many=1)


def test_the_pages_behind_ads_are_named_once_each_by_archive_and_words(desk):
    door = desk.world.appointments["anna"][0].position.organisation
    held = [Page.objects.create(held_by=door, platform="facebook", number=number) for number in ("11", "12")]
    for number, (page, archive) in enumerate(
        [(held[0], "ira"), (held[0], "ira"), (held[1], "ira"), (None, "ira"), (held[1], "api")]
    ):
        Ad.objects.create(held_by=door, archive=archive, number=str(number), state="ended", page=page)
    with desk.as_("anna"):
        assert [one.name for one in many.pages_behind(archive="ira")] == ["11", "12"]
        assert [one.name for one in many.pages_behind(archive="api")] == ["12"]
        assert many.pages_behind(archive="none") == []
    site = Page.objects.create(held_by=door, platform="website", number="web:meetup.com")
    Ad.objects.create(held_by=door, archive="api", number="9", state="ended", page=site)
    with desk.as_("anna"):
        assert [one.name for one in many.pages_behind(archive="api")] == ["12"]


def test_a_list_is_proposed_and_accepted_by_forms_alone(settings, tmp_path):
    settings.EVIDENCE = tmp_path / "evidence"
    team = Team()
    _, case = opened(team)
    team.post("anna", f"/cases/{case.pk}/add/campaign/", name="Harbour lights", aims_at="", narratives="")
    campaign = Campaign.objects.get()
    at = f"/campaigns/{campaign.pk}/many/"
    with pytest.raises(Evidence.DoesNotExist):
        Evidence.objects.get()
    from django.core.files.uploadedfile import SimpleUploadedFile

    team.post("anna", f"/cases/{case.pk}/evidence/", tool="export 2.1", captured_at="2026-11-01T10:00", what="", platform="", of="",
              file=SimpleUploadedFile("pages.json", b"{}", "application/json"))  # fmt: skip
    kept = str(Evidence.objects.get().pk)
    said = {"archive": "", "query": "", "confidence": "high", "method": "the export", "rests_on": [kept]}
    wrong = team.post("anna", f"{at}propose/", names="page; meridian\nboat; meridian; 1", expected=422, **said)
    assert all(line in wrong.content.decode() for line in ("Line 1 reads", "Line 2 reads"))
    both = team.post("anna", f"{at}propose/", names="page; meridian; 1", expected=422, **said | {"archive": "ira"})
    assert "one of the two" in both.content.decode()
    none = team.post("anna", f"{at}propose/", names="", expected=422, **said | {"archive": "ira"})
    assert "at least one" in none.content.decode()
    team.post("anna", f"{at}propose/", names="page; meridian; 17; posts\nad buyer; meridian; Harbour Ltd", **said)
    assert "Nothing that another person proposed" in team.page("anna", at)
    shown = team.page("dora", at)
    assert "Harbour Ltd" in shown
    until, count = (
        re.search(r'name="until" value="([^"]+)"', shown)[1],
        re.search(r'name="many" value="(\d+)"', shown)[1],
    )
    stale = team.post("dora", f"{at}accept/", until=until, many="7", reason="x", expected=422)
    assert "Load the page again" in stale.content.decode()
    team.post("dora", f"{at}accept/", until="yesterday", many=count, reason="x", expected=422)
    team.post("dora", f"{at}accept/", until=until, many=count, reason="The export shows it.")
    assert set(Member.objects.values_list("state", flat=True)) == {"accepted"}
    nothing = "/campaigns/0190c8a2-0000-7000-8000-000000000000/many/"
    assert team.client("jonas").get(at).content == team.client("jonas").get(nothing).content
    for what in ("propose", "accept"):
        team.post("jonas", f"{at}{what}/", expected=404)

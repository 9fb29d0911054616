"""An ad from the form to the screen: handed in, screened, reviewed, scheduled, held, found late."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from made_door import acting, approve_disclaimer, decide, delivered, made_door, running, submit
from made_people import person

from hustings.apps.ads.delivery import Fact, reach_of
from hustings.apps.ads.found import find_political
from hustings.apps.ads.handed import Handed, Media, from_cells, problems_of
from hustings.apps.ads.models import Ad, ListedLanding, Order, Screening, Sponsor
from hustings.apps.ads.moving import CannotMoveAd, move_ad, move_sponsor
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work
from hustings.errors import BadInput
from hustings.policy.advertising import By

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(lasting):
    return made_door()


@pytest.fixture
def door(made):
    return deepcopy(made)


def test_an_ad_goes_to_a_person_and_runs_only_when_nothing_blocks_it(door):
    ad = submit(door).ad
    assert ad.state == "in review"
    with pytest.raises(CannotMoveAd):
        move_ad(ad, "start", machine=By.CLOCK)
    approve_disclaimer(ad, door.verifier)
    decide(door.reviewer, "approve", "fits")
    ad.refresh_from_db()
    assert ad.state == "scheduled"
    move_ad(ad, "start", machine=By.CLOCK)
    assert ad.state == "delivering"
    assert [order.order for order in Order.objects.filter(ad=ad)] == ["show"]


def test_an_empty_disclaimer_is_sent_back_by_the_machine_with_its_reason(door):
    ad = submit(door, disclaimer="").ad
    assert ad.state == "returned"
    assert "disclaimer" in ad.changes.last().note
    again = submit(door)
    assert (again.became, again.ad.pk, again.ad.version) == ("changed", ad.pk, 2)


def test_the_same_again_changes_nothing(door):
    first = submit(door)
    again = submit(door)
    assert (first.became, again.became) == ("new", "the same")
    assert Ad.objects.get().versions.count() == 1
    assert Work.objects.count() == 1


def test_an_edit_of_an_approved_ad_stops_it_and_goes_through_the_door_again(door):
    ad = running(door)
    edited = submit(door, text="Stay home on election day.").ad
    assert edited.pk == ad.pk
    assert edited.state == "in review"
    assert [order.order for order in Order.objects.filter(ad=ad)] == ["show", "stop"]
    assert "voting.discourages" in [hit["category"] for hit in edited.screenings.last().hits]


def test_a_lapse_pauses_ads_and_the_return_of_the_sponsor_runs_them_again(door):
    ad = running(door)
    paused = running(door, number="2", text="Another plan for parks.")
    move_ad(paused, "pause", by=door.reviewer)
    move_sponsor(door.sponsor, "call for renewal", machine=By.CLOCK)
    move_sponsor(door.sponsor, "lapse", machine=By.CLOCK)
    ad.refresh_from_db()
    assert ad.state == "paused"
    move_sponsor(door.sponsor, "restore", by=door.verifier)
    ad.refresh_from_db()
    paused.refresh_from_db()
    assert (ad.state, paused.state) == ("delivering", "paused")


def test_revoking_a_sponsor_ends_what_runs(door):
    ad = running(door)
    move_sponsor(door.sponsor, "revoke", by=door.verifier, reason_code="false identity")
    ad.refresh_from_db()
    assert ad.state == "ended"
    assert Order.objects.filter(ad=ad).last().order == "stop"


def test_only_who_the_machine_names_makes_a_move(door):
    ad = submit(door).ad
    for who in ({"by": door.verifier}, {"machine": By.CLOCK}, {"by_person": person("Ada")}):
        with pytest.raises(CannotMoveAd):
            move_ad(ad, "approve", **who)
    with pytest.raises(CannotMoveAd):
        move_ad(ad, "reject", by=door.reviewer)  # no reason
    move_ad(ad, "reject", by=door.reviewer, reason_code="fits")


def test_paid_from_elsewhere_goes_to_a_person_and_is_never_refused(door):
    ad = submit(door, payer_country="RU", issuing_country="RU", currency="RUB").ad
    hits = [hit["category"] for hit in ad.screenings.last().hits]
    assert hits.count("payment.country") == 2
    assert "payment.currency" in hits
    assert ad.state == "in review"


def test_a_listed_page_and_a_creative_that_was_refused_are_hits(door):
    ListedLanding.objects.create(
        held_by=door.company, value="musicfb.info", ground="a malicious extension", list_name="known"
    )
    ad = submit(door, landing_url="https://www.musicfb.info/start").ad
    assert "landing.listed" in [hit["category"] for hit in ad.screenings.last().hits]
    move_ad(ad, "reject", by=door.reviewer, reason_code="landing.listed")
    other = Sponsor.objects.create(
        held_by=door.company, registered_name="Fresh face", state="authorised", sponsor_class="B"
    )
    copy = submit(door, other, landing_url="https://www.musicfb.info/start").ad
    assert "creative.removed" in [hit["category"] for hit in copy.screenings.last().hits]


def test_a_name_near_another_sponsors_is_a_hit(door):
    other = Sponsor.objects.create(
        held_by=door.company, registered_name="Road Builders Union", state="authorised", sponsor_class="B"
    )
    ad = submit(door, other, disclaimer="Paid for by Citizens for Parks", page_name="Citizens for Parks").ad
    assert "name.sponsor" in [hit["category"] for hit in ad.screenings.last().hits]


def test_deliveries_add_up_and_reach_does_not_count_twice(door):
    one, two = running(door), running(door, number="2", text="Another plan for parks.")
    people = [f"person {number}" for number in range(3_000)]
    facts = [
        Fact(
            ad=one.pk,
            day=date(2031, 4, 1),
            impressions=4_000,
            clicks=10,
            spend=Decimal("12.50"),
            currency="XVD",
            viewers=people[:2_000],
        ),
        Fact(
            ad=two.pk,
            day=date(2031, 4, 1),
            impressions=4_000,
            spend=Decimal("12.50"),
            currency="XVD",
            viewers=people[1_000:],
        ),
    ]
    assert delivered(door, *facts) == 2
    assert delivered(door, *facts) == 2  # the same again
    one.refresh_from_db()
    assert (one.impressions, one.clicks, one.spend) == (4_000, 10, Decimal("12.5"))
    seen = reach_of(Ad.objects.filter(pk__in=[one.pk, two.pk]))
    assert seen.low <= 3_000 <= seen.high
    assert seen.without == 0
    third = running(door, number="3", text="A third plan for parks.")
    assert reach_of(Ad.objects.filter(pk=third.pk)).people is None


def test_a_jump_of_spend_holds_the_ad(door):
    ad = running(door)
    for day, spend in ((1, 10), (2, 12), (3, 9)):
        delivered(door, Fact(ad=ad.pk, day=date(2031, 4, day), impressions=1, spend=Decimal(spend), currency="XVD"))
    ad.refresh_from_db()
    assert ad.state == "delivering"
    delivered(door, Fact(ad=ad.pk, day=date(2031, 4, 4), impressions=1, spend=Decimal(500), currency="XVD"))
    ad.refresh_from_db()
    assert ad.state == "in review"
    assert ad.changes.last().reason_code == "spend jumped"


def test_deliveries_tell_every_problem_at_once(door):
    ad = running(door)
    with pytest.raises(BadInput) as told:
        delivered(
            door,
            Fact(ad=ad.pk, day=date(2031, 4, 1), impressions=-1),
            Fact(ad=door.sponsor.pk, day=date(2031, 4, 1)),
            Fact(ad=ad.pk, day=date(2031, 4, 2), spend=Decimal(1)),
        )
    assert len(told.value.problems) == 3
    assert not ad.delivery.exists()


def test_an_ad_found_late_tells_what_was_shown_without_a_disclaimer(door):
    ad = Ad.objects.create(held_by=door.company, archive="ira", number="9", state="recorded", impressions=120,
                           created=datetime(2016, 6, 1, tzinfo=UTC), ends=datetime(2016, 6, 3, tzinfo=UTC))  # fmt: skip
    late = find_political(ad, by=door.reviewer, how="Found by a search for coordination", told=["the authority"])
    assert (late.days_without, late.impressions_without) == (3, 120)
    assert ad.state == "found political"


def test_an_appeal_goes_to_somebody_who_had_not_decided(door):
    from hustings.apps.ads.asking import appeal_ad

    ad = submit(door).ad
    decide(door.reviewer, "refuse", "voting.wrong_date")
    ad.refresh_from_db()
    assert ad.state == "rejected"
    appeal_ad(ad, "The date is right.", by_person=person("Ada"))
    assert ad.state == "in review"
    with acting(door.reviewer):
        assert review.claim(door.reviewer, "door") is None
    decide(door.other, "approve", "fits")
    ad.refresh_from_db()
    assert ad.state == "approved"


def test_undoing_a_refusal_lets_somebody_else_look(door):
    ad = submit(door).ad
    decision = decide(door.reviewer, "refuse", "voting.wrong_date")
    with acting(door.other):
        review.undo(decision.pk, by=door.other, reason="The date is right.")
    ad.refresh_from_db()
    assert ad.state == "in review"


def test_everything_wrong_with_an_ad_is_told_at_once():
    ad = Handed(
        number="", text="", countries=("Utopia",), currency="eur", budget=Decimal(-1), landing_url="ftp://x", category="party",
        media=(Media(sha256="abc"),), targeting={"all": [{"no": 1}]}, payer_country="XYZ",
    )  # fmt: skip
    where = {problem.where.split(", ")[1] for problem in problems_of(ad)}
    assert where == {
        "number",
        "countries",
        "currency",
        "budget",
        "landing_url",
        "category",
        "media",
        "targeting",
        "payer_country",
    }


def test_a_row_of_cells_becomes_an_ad_with_its_unknown_columns():
    ad, problems = from_cells(
        {"number": "7", "text": " Vote. ", "countries": "XV;XW", "budget": "12.50", "currency": "XVD", "starts": "2031-01-02",
         "colour": "green", "targeting": '{"is": {"dimension": "location", "value": "XV"}}'}, "row 2",
    )  # fmt: skip
    assert [problem.where for problem in problems] == ["row 2, countries", "row 2, countries"] or problems == []
    assert ad.text == " Vote. "
    assert ad.rest == {"colour": "green"}
    _, problems = from_cells({"number": "7", "budget": "much", "starts": "soon"}, "row 3")
    assert {problem.where for problem in problems} == {"row 3, budget", "row 3, starts", "row 3, text"}


def test_a_model_of_another_version_stops_nobody_from_handing_in(door, tmp_path, settings, caplog):
    place = tmp_path / "political.npz"
    place.write_bytes(b"of an earlier version")
    settings.POLITICAL_MODEL = str(place)
    first = submit(door, number="m1")
    second = submit(door, number="m2", text="Less parks for every district.")
    assert {first.ad.state, second.ad.state} <= {"in review", "approved", "scheduled"}
    assert Screening.objects.filter(ad=first.ad).get().political is None
    assert caplog.text.count("without the political model") == 1, "said once, not for each ad"


@pytest.mark.parametrize(
    ("currency", "budget", "flagged"),
    [
        ("RUB", None, True),
        ("RUB", Decimal(40), True),
        ("USD", None, False),
        ("EUR", Decimal(40), False),
        ("", None, False),
    ],
)
def test_the_money_an_ad_will_be_paid_in_counts_before_there_is_an_amount(door, currency, budget, flagged):
    ad = submit(door, number="p", countries=("US",), currency=currency, budget=budget, payer="", payer_country="").ad
    hits = Screening.objects.get(ad=ad).hits
    assert ("payment.currency" in {hit["category"] for hit in hits}) is flagged

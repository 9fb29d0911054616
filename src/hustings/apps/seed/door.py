"""Life at the door of the demo season: elections of the invented country, and ads in each state an ad can be in.

Made up like everything here. Each is handed in, decided and delivered by the actions that the pages use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hustings.apps.ads.content import near_keys
from hustings.apps.ads.delivery import Fact, deliver
from hustings.apps.ads.desk.actions import decide_disclaimer
from hustings.apps.ads.found import find_political
from hustings.apps.ads.handed import Handed
from hustings.apps.ads.models import Ad, AdVersion, Creative, Disclaimer, Page, Sponsor
from hustings.apps.ads.moving import move_ad
from hustings.apps.ads.submitting import hand_in
from hustings.apps.database import moment
from hustings.apps.elections.actions import record_election, record_voting_rule
from hustings.apps.elections.models import Election
from hustings.apps.people.models import Person
from hustings.apps.review import actions as review
from hustings.apps.review.models import Work
from hustings.apps.seed.advertisers import AtDesk, acting
from hustings.apps.seed.personas import DOMAIN
from hustings.policy.advertising import By
from hustings.policy.election import Kind, Level, Method, Status

__all__ = ["bring_ads"]

SOURCE = "made up for the demo"
LEAGUE = "Harbour Citizens' League"
PAID_BY = f"Paid for by the {LEAGUE}"
DAYS = 7


def bring_ads(at_desk: AtDesk, say: Callable[[str], object]) -> None:
    """Record the elections, and bring ads as far as they are. The advertisers stand there already."""
    now = moment()
    coming = elections(at_desk, now.date())
    league = Sponsor.objects.get(registered_name=LEAGUE)
    words = Disclaimer.objects.get(sponsor=league, text=PAID_BY)
    with at_desk("emil") as emil:
        decide_disclaimer(words.pk, by=emil, approve=True, reason="")
    paula = Person.objects.get(email=f"paula@{DOMAIN}")

    def handed_in(number: str, text: str, **more: Any) -> Ad:
        values: dict[str, Any] = {
            "number": number, "platform": "meridian", "page": "harbour-citizens", "page_name": "Harbour Citizens",
            "text": text, "language": "en", "disclaimer": PAID_BY, "short_form": words.short_form, "category": "election",
            "election": str(coming.pk), "countries": ("XV",), "budget": Decimal("400.00"), "currency": "EUR",
            "payer": LEAGUE, "payer_country": "XV", "starts": now - timedelta(days=DAYS + 1), "ends": now + timedelta(days=20),
            "targeting": {"all": [{"is": {"dimension": "location", "value": "Port Anselm"}}, {"is": {"dimension": "age", "value": "18-65+"}}]},
        }  # fmt: skip
        with acting(paula):
            return hand_in(Handed(**(values | more)), league, by_person=paula, through="portal").ad

    def decided(ad: Ad, outcome: str, code: str, note: str = "") -> None:
        with at_desk("dora") as dora:
            claim = review.claim(dora, "door")
            assert claim is not None, "the ad waits"
            assert Work.objects.get(pk=claim.work).subject_id == ad.pk, "nothing else waits before it"
            review.decide(claim, outcome, code, note, by=dora)

    runs = handed_in(
        "quay", "The quay belongs to everybody. Hear our plan for the harbour on Thursday at the old customs house."
    )
    decided(runs, "approve", "fits")
    move_ad(runs, "start", machine=By.CLOCK)
    delivered(at_desk, runs, now.date())
    over = handed_in(
        "ferries", "Ferries every ten minutes, also at night: read the programme of the Harbour Citizens' League."
    )
    decided(over, "approve", "fits")
    move_ad(over, "start", machine=By.CLOCK)
    move_ad(over, "end", machine=By.CLOCK)
    refused = handed_in("boycott", "Do not vote on election day. Stay at home, it changes nothing.")
    decided(
        refused,
        "refuse",
        "voting.discourages",
        "Arguing against the parties is free; telling people not to vote is not.",
    )
    mended = handed_in(
        "bridge", "A bridge for the north bank, not another study.", disclaimer=f"By friends of the {LEAGUE}"
    )
    decided(mended, "correct", "disclaimer.untrue")
    handed_in("tram", "The tram has to reach the harbour. We have the plan.", disclaimer="", short_form="")
    late(at_desk, league, now)
    # Last, so that they stay before the reviewers.
    handed_in("by-text", "No time to queue? Send your vote by text message until midnight.")
    handed_in("from-abroad", "Clean water for the bay: vote for the Harbour Citizens' League.", payer="Tidewater Holdings",
              payer_country="XB", issuing_country="XB", instrument="demo-card-7")  # fmt: skip
    say("3 elections; 8 ads: delivering, over, returned, refused, found late, and two before the reviewers.")


def elections(at_desk: AtDesk, today: date) -> Election:
    """One past, two to come; the next one is that of the ads."""
    with at_desk("anna") as anna:
        coming = record_election(
            country="XV", name="Election of the Assembly of Valdoria", level=Level.NATIONAL, kind=Kind.LEGISLATIVE,
            on=today + timedelta(days=45), status=Status.CALLED, source=SOURCE, by=anna,
        )  # fmt: skip
        record_election(
            country="XV", place="Port Anselm", name="Referendum on the harbour of Port Anselm", level=Level.LOCAL,
            kind=Kind.REFERENDUM, on=today + timedelta(days=140), status=Status.PLANNED, source=SOURCE, by=anna,
        )  # fmt: skip
        record_election(
            country="XV", name="Election of the President of Valdoria", level=Level.NATIONAL, kind=Kind.PRESIDENTIAL,
            on=today - timedelta(days=400), status=Status.HELD, source=SOURCE, by=anna,
        )  # fmt: skip
        record_voting_rule(
            country="XV", election=coming, valid_from=today - timedelta(days=30), polls_open=time(8), polls_close=time(20),
            methods=[Method.IN_PERSON, Method.EARLY, Method.MAIL], phone_vote=False, online_vote=False, id_required=True,
            registration_ends=today + timedelta(days=24), source=SOURCE, by=anna,
        )  # fmt: skip
        record_voting_rule(
            country="XV", valid_from=today - timedelta(days=900), polls_open=time(8), polls_close=time(18),
            methods=[Method.IN_PERSON, Method.MAIL], phone_vote=False, online_vote=False, source=SOURCE, by=anna,
        )  # fmt: skip
    return coming


def delivered(at_desk: AtDesk, ad: Ad, today: date) -> None:
    """A week of deliveries: by day over everybody with viewers, and by region without."""
    facts = []
    for back in range(DAYS, 0, -1):
        day, place = today - timedelta(days=back), DAYS - back
        viewers = [f"{ad.number} viewer {number}" for number in range(180 * place, 180 * place + 600)]
        shown = 820 + 35 * place
        facts.append(
            Fact(
                ad=ad.pk,
                day=day,
                impressions=shown,
                clicks=19 + place,
                spend=Decimal("11.40") + place,
                currency="EUR",
                viewers=viewers,
            )
        )
        facts += [
            Fact(ad=ad.pk, day=day, region=region, impressions=shown * part // 100)
            for region, part in (("Port Anselm", 70), ("North Bank", 30))
        ]  # fmt: skip
    with at_desk("anna") as anna:
        deliver(facts, by=anna)


def late(at_desk: AtDesk, league: Sponsor, now: datetime) -> None:
    """An ad that ran a month ago as if it sold something, and was reported."""
    text = "Big summer sale at the quay! And who raised your rents? The Assembly did. Remember it."
    page = Page.objects.create(
        held_by_id=league.held_by_id, platform="meridian", number="bay-deals", name="Bay Deals of the Day"
    )
    creative = Creative.objects.create(
        held_by_id=league.held_by_id, digest=hashlib.sha256(text.encode()).hexdigest(), text=text, language="en", near=near_keys(text)
    )  # fmt: skip
    ad = Ad.objects.create(
        held_by_id=league.held_by_id, archive="meridian", number="demo:41177", state="recorded", page=page, creative=creative,
        declared=False, countries=["XV"], currency="EUR", spend=Decimal("86.20"), impressions=41_300, clicks=512,
        created=now - timedelta(days=34), starts=now - timedelta(days=34), ends=now - timedelta(days=26), words=f"{text}\n{page.name}",
    )  # fmt: skip
    content = {"platform": "meridian", "actor": page.number, "ad": "41177", "text": text}
    AdVersion.objects.create(ad=ad, version=1, content=content, digest=creative.digest, source=SOURCE)
    with at_desk("dora") as dora:
        find_political(
            ad, by=dora, how="A voter reported it; it argues about the Assembly under the head of a sale.",
            told=["the page that ran it", "the Electoral Authority of Valdoria"],
        )  # fmt: skip

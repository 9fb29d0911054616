"""How review, staffing and equal treatment stand in the demo season: a day's blind looks at ads that nobody declared, items
with a known answer, a sample looked at again, a plan, matched texts put through screening, and a trial of the search.

Made up like everything here, and done by the actions that the pages and the worker use.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import connection

from hustings.apps.ads.content import near_keys
from hustings.apps.ads.models import Ad, AdVersion, Creative, Page, Screening
from hustings.apps.ads.undeclared import look_for_undeclared
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.elections.models import Election
from hustings.apps.elections.red_team import actions as trials
from hustings.apps.people.models import Organisation, Person, Site
from hustings.apps.people.seat import Seat
from hustings.apps.people.signin.second_factor import enrol
from hustings.apps.review import actions as review
from hustings.apps.review.models import Gold, Work
from hustings.apps.review.policies import newest
from hustings.apps.review.quality import actions as quality
from hustings.apps.review.quality.planting import deciders, plant, plant_all
from hustings.apps.rights import actions as rights
from hustings.apps.seed.advertisers import AtDesk
from hustings.apps.seed.personas import Persona, meridian
from hustings.apps.seed.second_factor import demo_secret
from hustings.apps.seed.world import World, beginnings, take_up
from hustings.apps.staffing import actions as staffing
from hustings.apps.staffing.example import EXAMPLE
from hustings.apps.staffing.jobs import make_plan
from hustings.apps.sweeps.models import TraceTable
from hustings.policy.role import Role

__all__ = ["REVIEWERS", "bring_reviewing"]

QUEUE, ARCHIVE = "undeclared", "bay"
LOOKS, WEEKS = 18, 8
# Places among the ads; who is given which is chance, so nothing here hangs on a person.
GOLD = (
    0,
    3,
    5,
    7,
    12,
)  # those whose answer is certain: two who agree at once, so that three are left to be tried by it
MISLED = frozenset({15, 17})  # those that everybody took for something else on the first day
SLIPPED = frozenset({2, 8, 19})  # those that whoever looked first on the first day took for something else
TRIED = frozenset({3, 12})  # the same on the second day
TRIAL: dict[str, Any] = {"scenario": "link-burst", "seed": 1, "seeds": 3}
REVIEWERS = tuple(
    Persona(name=name, story="Reviewer: decides what waits, without seeing what others said.", posts=(meridian("Review", Role.REVIEWER),))
    for name in ("Nils Aasen", "Petra Vogel", "Quentin Duarte", "Yara Tamm")
)  # fmt: skip
# What an ad says, and what two people who look closely find it to be.
POLITICAL, ISSUE, NEITHER = ("political", "election"), ("social issue", "issue"), ("not political", "sells")
ADS = (
    ("New ferries for the bay: vote for those who build them.", POLITICAL), ("Fresh bread from six o'clock, at the quay.", NEITHER),
    ("Two hundred used bicycles, checked and repaired.", NEITHER), ("Rents have doubled. The Assembly has to cap them.", ISSUE),
    ("Concert on Sunday at the old customs house, free entry.", NEITHER), ("The list of the north bank stands for your tram.", POLITICAL),
    ("Learn to sail in a week.", NEITHER), ("No more ships that burn heavy oil in our harbour: ban them.", ISSUE),
    ("Winter coats, half price until Saturday.", NEITHER), ("Apartments by the water, from next spring.", NEITHER),
    ("The bay needs a second hospital. Parliament must pay for it.", ISSUE), ("Fish market every Thursday.", NEITHER),
    ("Your candidate for the harbour district: Lena Brandt.", POLITICAL), ("We hire: crane drivers, trained and paid from day one.", NEITHER),
    ("Museum of the lighthouse, open again.", NEITHER), ("Stop the tax on small boats.", ISSUE), ("Dance class for beginners.", NEITHER),
    ("Solar roofs, paid off in nine years.", NEITHER), ("Vote no on the harbour referendum.", POLITICAL), ("Lost cat, grey, answers to Tide.", NEITHER),
    ("Insurance for your boat, in three minutes.", NEITHER), ("Book a table above the quay.", NEITHER), ("Second-hand schoolbooks.", NEITHER),
    ("Guided walks along the dunes.", NEITHER),
)  # fmt: skip
PLACES = {text: number for number, (text, _) in enumerate(ADS)}


def bring_reviewing(at_desk: AtDesk, world: World, password: str, say: Callable[[str], object]) -> None:
    """Let four reviewers work for a while, and the supervisor and the rights auditor look at it."""
    employ(world, password)
    door = world.organisations["Meridian"]
    recorded(door)
    with at_desk("dora") as dora:
        # Two people each; drawn from an archive that the bay's paper keeps.
        look_for_undeclared(door, key="demo", per_language=len(ADS), suspected=len(ADS), archive=ARCHIVE, by=dora)
    pass_time()
    began = moment()
    decided = work_off(at_desk, SLIPPED, MISLED)
    pass_time()
    with at_desk("tilda") as tilda:
        golden = known(tilda)
        quality.sample(began, moment(), LOOKS, why="The first day on ads that nobody declared.", by=tilda)
    with in_role(WORKER):
        for gold, without in golden:
            plant(gold.template, gold.frozen, gold=gold, without=without)
    plant_all()
    looked = work_off(at_desk, TRIED)
    say(
        f"{len(ADS)} undeclared ads, {decided} blind looks at them; {len(GOLD)} items with a known answer and a sample, {looked} looks."
    )
    planned(at_desk)
    audited(at_desk)
    tried(at_desk)
    say("A staffing plan, an audit of matched texts, a trial of the search.")


def employ(world: World, password: str) -> None:
    """Four reviewers of Meridian beside its head of review; they sign in like everybody of the season."""
    meridian_, site = world.organisations["Meridian"], Site.objects.get(organisation=world.organisations["Meridian"])
    for persona in REVIEWERS:
        person = Person.objects.create_user(persona.email, password, name=persona.name)
        enrol(person, demo_secret(password, persona.email))
        beginnings(person, persona, world.began)
        world.people[persona.key] = person
        world.appointments[persona.key] = [
            take_up(person, post, meridian_, site, world.began) for post in persona.posts
        ]


def recorded(door: Organisation) -> None:
    """Ads that a newspaper's archive tells of, as they would be loaded, with what a model says of each."""
    now = moment()
    page = Page.objects.create(held_by=door, platform="meridian", number="bay-notices", name="Bay Notices")
    for number, (text, (outcome, _)) in enumerate(ADS, 1):
        creative = Creative.objects.create(
            held_by=door, digest=hashlib.sha256(text.encode()).hexdigest(), text=text, language="en", near=near_keys(text)
        )  # fmt: skip
        began = now - timedelta(days=20 + number % 9)
        ad = Ad.objects.create(
            held_by=door, archive=ARCHIVE, number=f"demo:{number}", state="recorded", page=page, creative=creative, declared=False,
            countries=["XV"], created=began, starts=began, ends=began + timedelta(days=5), words=f"{text}\n{page.name}",
        )  # fmt: skip
        AdVersion.objects.create(
            ad=ad, version=1, digest=creative.digest, source="made up for the demo",
            content={"platform": "meridian", "actor": page.number, "ad": ad.number, "text": text},
        )  # fmt: skip
        sure = 0.86 if outcome != NEITHER[0] else 0.08
        Screening.objects.create(
            ad=ad,
            version=1,
            rules="demo",
            model="made up for the demo",
            political=sure > 0.5,
            probability=sure,
            route="people",
        )


def work_off(at_desk: AtDesk, slipped: frozenset[int], misled: frozenset[int] = frozenset()) -> int:
    """The four take what waits in turn and decide it, and the head of review what none of them may; how often.

    slipped  places at which the first to look errs
    misled   places at which everybody errs
    """
    begun: set[UUID] = set()

    def take_one(key: str) -> bool:
        """One of them takes the next and decides it; whether anything waited for them."""
        with at_desk(key) as seat:
            claim = review.claim(seat, QUEUE)
            if claim is None:
                return False
            place = PLACES[Work.objects.get(pk=claim.work).snapshot["text"]]
            right = ADS[place][1]
            errs = place in misled or (place in slipped and claim.work not in begun)
            begun.add(claim.work)
            review.decide(claim, *((ISSUE if right == NEITHER else NEITHER) if errs else right), "", by=seat)
            return True

    many = 0
    while True:
        took = sum(take_one(each.key) for each in REVIEWERS)
        if not took and not take_one("dora"):
            return many
        many += max(took, 1)


def known(tilda: Seat) -> list[tuple[Gold, list[UUID]]]:
    """Items with a known answer from what was decided, each with who may not be given it."""
    settled = {each.work.snapshot["text"]: each for each in quality.settled(tilda).filter(work__queue=QUEUE)}
    made = []
    for place in GOLD:
        text, (outcome, code) = ADS[place]
        answer = quality.Known(outcome=outcome, code=code, why="The words leave no doubt.")
        gold = quality.make_gold(settled[text].pk, answer, by=tilda)
        made.append((gold, [*deciders([settled[text].work_id]), tilda.person.pk]))
    return made


def planned(at_desk: AtDesk) -> None:
    """Assumptions that a supervisor wrote down, and a plan by them."""
    crews = [
        {"name": "English", "languages": ["en"], "people": 15, "hire_weeks": 6, "train_weeks": 3},
        {"name": "French", "languages": ["en", "fr"], "people": 3, "hire_weeks": 8, "train_weeks": 3},
    ]
    everyday = [
        {"kind": "ad at the door", "language": "en", "a_day": 420.0},
        {"kind": "ad at the door", "language": "fr", "a_day": 90.0},
        {"kind": "account", "language": "en", "a_day": 12.0},
    ]
    with at_desk("tilda") as tilda:
        staffing.keep_assumptions(
            EXAMPLE | {"crews": crews, "everyday": everyday}, why="Guessed from the first week of the season.", by=tilda
        )
        plan = staffing.ask_for_plan(weeks=WEEKS, by=tilda)
    with in_role(WORKER):
        make_plan(plan.pk)


def audited(at_desk: AtDesk) -> None:
    """The sample of matched texts through screening, for the policy of the door."""
    sample = files("hustings.screening.fairness").joinpath("sample.toml").read_text(encoding="utf-8")
    with at_desk("omar") as omar:
        table = rights.keep_table(tomllib.loads(sample), by=omar)
        rights.audit_screening(table, newest("ads at the door"), country="XV", by=omar)


def tried(at_desk: AtDesk) -> None:
    """A trial of the live search, with the counts that `hustings red-team` told of this very table (it takes a minute).

    Of another table it is asked for, and waits for a second person.
    """
    told = json.loads(files("hustings.apps.seed").joinpath("red_team.json").read_text(encoding="utf-8"))
    table = TraceTable.objects.order_by("item__made_at", "pk").first()
    if table is None:
        return
    assembly = Election.objects.get(country="XV", name="Election of the Assembly of Valdoria")
    with at_desk("anna") as anna:
        trial = trials.ask(
            by=anna, election=assembly, table=table, purpose="What a farm of links would show before the vote",
            legal_ground="Election Protection Act, article 12", **TRIAL,
        )  # fmt: skip
    if told["table"]["sha256"] != table.sha256:
        return
    with at_desk("dora") as dora:
        trials.agree(trial, by=dora)
    with at_desk("anna") as anna:
        begun = trials.start(trial.pk, by=anna)
        assert begun is not None, "it was agreed to"
        trials.finish(begun, told, by=anna)


def pass_time() -> None:
    """Let it be as late as it is: all of this is one transaction, whose moment is its beginning."""
    with in_role(WORKER), connection.cursor() as cursor:
        cursor.execute("UPDATE clock_high_water SET at = greatest(at, clock_timestamp())")

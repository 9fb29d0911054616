"""A small kind of subject for tests of review, and people who decide about it."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

from people_world import World, as_web

from hustings.apps.database import moment
from hustings.apps.people.find import seat_for
from hustings.apps.review import actions
from hustings.apps.review.registry import HANDLERS, Handler
from hustings.apps.review.reviewers import record_language, record_senior
from hustings.apps.review.rules import BOUNDS, put_in_force
from hustings.policy.role import Role

KIND = "leaflet"
SNAPSHOT = {
    "title": "Leaflet of the Harbour List",
    "text": "Vote on 8 March. Do not bother to vote on the 7th!",
    "hits": [
        {"category": "voting.wrong_date", "start": 8, "end": 15, "rule": "date.not_polling_day",
         "sentence": "The election is on 7 March."},
        {"category": "voting.discourages", "start": 17, "end": 38, "rule": "act.not_vote",
         "sentence": "It tells people not to vote."},
    ],
    "facts": [["Sponsor", "Harbour List"], ["Paid in", "EUR"], ["Aimed at", "Valdoria, 18 and over"]],
}  # fmt: skip


@dataclass
class Leaflets:
    """Where the leaflets stand, by what the handler was told; and what was delivered of it."""

    state: dict[UUID, str] = field(default_factory=dict)
    moves: list[tuple[str, UUID, str]] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    now: dict[UUID, dict | None] = field(default_factory=dict)
    failing: int = 0

    def decided(self, work, decision, by):
        self.state[work.subject_id] = decision.outcome
        self.moves.append(("decided", work.subject_id, decision.outcome))

    def undone(self, work, decision, by):
        self.state[work.subject_id] = "waits"
        self.moves.append(("undone", work.subject_id, decision.outcome))

    def deliver(self, message):
        if self.failing:
            self.failing -= 1
            raise OSError("the platform does not answer")
        self.delivered.append(message.key)

    def current(self, key):
        return self.now.get(key, SNAPSHOT)


@contextmanager
def leaflets(*, compared=True, risk=None):
    """The kind exists until the end of the block; `compared`: with what a leaflet says at the time of the decision."""
    made = Leaflets()
    handler = Handler(
        decided=made.decided, undone=made.undone, card="review/card.html", reasons="ads at the door",
        current=made.current if compared else None, deliver=made.deliver, risk=risk,
    )  # fmt: skip
    with patch.dict(HANDLERS, {KIND: handler}):
        yield made


NAMES = ("rosa", "sven", "tara", "umar")


def reviewers():
    """A company with four reviewers, a verifier and an auditor, and another company with one reviewer."""
    world = World()
    world.organisation("Meridian")
    world.organisation("Other")
    for name in NAMES:
        world.person(name)
        world.post(name, "Meridian", Role.REVIEWER)
    others = {"vera": Role.VERIFIER, "george": Role.AUDITOR, "ben": Role.ANALYST, "petra": Role.SUPERVISOR}
    for name, role in others.items():
        world.person(name)
        world.post(name, "Meridian", role)
    world.person("olga")
    world.post("olga", "Other", Role.REVIEWER)
    return world


class Room:
    """A room of reviewers: `with room.as_("rosa") as rosa:` acts as the web would for her."""

    def __init__(self):
        self.world = reviewers()

    @contextmanager
    def as_(self, name, at="Meridian"):
        seat = seat_for(self.world.appointments[name, at], strong=True)
        with as_web(seat):
            yield seat

    def ask(self, key=None, *, snapshot=SNAPSHOT, priority=0, hours=24, people=1, without=(), queue="door", **more):
        return actions.ask(
            queue, (KIND, key or uuid4()), snapshot=snapshot, priority=priority,
            due_at=moment() + timedelta(hours=hours), people=people, without=without,
            held_by=self.world.organisations["Meridian"], **more,
        )  # fmt: skip

    def rules(self, **numbers):
        """Put rules in force that ask nothing but what is named."""
        numbers = dict.fromkeys(BOUNDS, 0) | numbers
        with self.as_("petra") as petra:
            return put_in_force({name: str(value) for name, value in numbers.items()}, by=petra, reason="for the test")

    def person(self, name):
        return self.world.people[name]

    def reads(self, name, language, level="C1"):
        with self.as_("petra") as petra:
            record_language(self.person(name).pk, language, level, document="test of 3 May", by=petra)

    def senior(self, name, *, senior=True):
        with self.as_("petra") as petra:
            record_senior(self.person(name).pk, senior=senior, document="ten years of it", by=petra)

    def claim(self, name, queue="door"):
        with self.as_(name) as seat:
            return actions.claim(seat, queue)

    def decide(self, name, claim, outcome="refuse", code="voting.wrong_date", note=""):
        with self.as_(name) as seat:
            return actions.decide(claim, outcome, code, note, by=seat)

    def decide_and_claim(self, name, claim, outcome="refuse", code="voting.wrong_date"):
        with self.as_(name) as seat:
            return actions.decide_and_claim(claim, outcome, code, "", by=seat)

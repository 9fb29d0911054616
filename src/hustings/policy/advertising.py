"""Who may advertise and which ad may run: the states of a sponsor's authorisation and of an ad, and what blocks an ad.

Both machines are data, from which code, pages, diagrams and tests are drawn. Nothing is refused by a machine alone but
what a form lacks: the moves of the machine lead to a person, to the form, or onward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["AD", "SPONSOR", "AdState", "Blocker", "By", "Door", "Effect", "Move", "SponsorClass", "SponsorState", "Standing", "WEBSITE_SHOWN", "blockers"]  # fmt: skip


class By(StrEnum):
    """Who makes a move."""

    ADVERTISER = "advertiser"
    VERIFIER = "verifier"
    REVIEWER = "reviewer"
    CLOCK = "clock"
    MACHINE = "machine"

    @property
    def person(self) -> bool:
        """Whether somebody of the door decides it."""
        return self in {By.VERIFIER, By.REVIEWER}


class SponsorState(StrEnum):
    """Where an advertiser's authorisation stands."""

    DRAFT = "draft"
    PERSON_SUBMITTED = "person submitted"
    PERSON_CONFIRMED = "person confirmed"
    ORGANISATION_SUBMITTED = "organisation submitted"
    AUTHORISED = "authorised"
    RENEWAL_DUE = "renewal due"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    REVOKED = "revoked"

    @property
    def may_run(self) -> bool:
        """Whether ads of such a sponsor may be shown."""
        return self in {SponsorState.AUTHORISED, SponsorState.RENEWAL_DUE}


class SponsorClass(StrEnum):
    """What was proven: A a registered organisation, B an organisation that can be reached, C a person."""

    REGISTERED = "A"
    CONTACT = "B"
    PERSON = "C"

    @property
    def sentence(self) -> str:
        """What the public is told of it."""
        return CLASS_SENTENCES[self]


CLASS_SENTENCES = {
    SponsorClass.REGISTERED: "Confirmed organisation: its number, registered name and contact were checked against a government register.",
    SponsorClass.CONTACT: "Organisation that can be reached: phone, mail, address and website were checked; no government register was.",
    SponsorClass.PERSON: "Person: the legal name was checked; the ad is theirs alone.",
}


# Whose website has to show a code before they are authorised, wherever the door has a fetcher that can look for it.
WEBSITE_SHOWN = frozenset({SponsorClass.REGISTERED, SponsorClass.CONTACT})


class AdState(StrEnum):
    """Where an ad stands. No state leaves the library."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENED = "screened"
    RETURNED = "returned"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    DELIVERING = "delivering"
    PAUSED = "paused"
    ENDED = "ended"
    FOUND_POLITICAL = "found political"
    REMOVED = "removed"
    RECORDED = "recorded"

    @property
    def shown(self) -> bool:
        """Whether people see it now."""
        return self is AdState.DELIVERING

    @property
    def ran(self) -> bool:
        """Whether it may have been shown to somebody, so that the public may ask about it."""
        return self in RAN


RAN = frozenset({AdState.DELIVERING, AdState.PAUSED, AdState.ENDED, AdState.FOUND_POLITICAL, AdState.REMOVED, AdState.RECORDED})  # fmt: skip


class Effect(StrEnum):
    """What happens in the same transaction as the move."""

    PAUSE_ADS = "its running ads are paused"
    STOP_ADS = "its running ads are ended and its approved ones held"
    RESUME_ADS = "ads that the lapse had paused run again"
    DISCLAIMERS_OFF = "its disclaimers are not in force"
    ASK_VERIFIER = "a verifier is asked"
    ASK_REVIEWER = "a reviewer is asked"
    PUBLISH_LATE = "it is published with the days and impressions it had no disclaimer"
    MASK = "the creative is masked in the library; numbers, reason and hash stay"
    STOP_DELIVERY = "the platform that shows it is told to stop"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One line of a machine.

    people    how many people of the door have to agree
    reason    a reason code is part of it
    guarded   nothing of `blockers` may stand
    """

    code: str
    sources: tuple[str, ...]
    target: str
    by: tuple[By, ...]
    sentence: str
    people: int = 1
    reason: bool = False
    guarded: bool = False
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Door:
    """A machine of the door: states, start and every move; what is not in the table cannot be done."""

    code: str
    title: str
    states: tuple[str, ...]
    start: str
    moves: tuple[Move, ...]

    def move(self, code: str) -> Move:
        """The move of this name; KeyError if there is none."""
        for move in self.moves:
            if move.code == code:
                return move
        raise KeyError(code)

    def possible(self, state: str, by: By | None = None) -> Iterator[Move]:
        """What leads out of a state, for anybody or for one."""
        return (move for move in self.moves if state in move.sources and (by is None or by in move.by))


S = SponsorState
BEGUN = (S.PERSON_SUBMITTED, S.PERSON_CONFIRMED, S.ORGANISATION_SUBMITTED, S.AUTHORISED, S.RENEWAL_DUE, S.LAPSED, S.SUSPENDED)  # fmt: skip
SPONSOR = Door(
    code="sponsor",
    title="Authorisation of a sponsor",
    states=tuple(S),
    start=S.DRAFT,
    moves=(
        Move(code="submit person", sources=(S.DRAFT, S.REJECTED), target=S.PERSON_SUBMITTED, by=(By.ADVERTISER,),
             effects=(Effect.ASK_VERIFIER,), sentence="Somebody says who they are and where they live, with documents."),
        Move(code="confirm person", sources=(S.PERSON_SUBMITTED,), target=S.PERSON_CONFIRMED, by=(By.VERIFIER,),
             sentence="Identity and location are confirmed."),
        Move(code="submit organisation", sources=(S.PERSON_CONFIRMED,), target=S.ORGANISATION_SUBMITTED, by=(By.ADVERTISER,),
             effects=(Effect.ASK_VERIFIER,), sentence="Registered name, number and contact of the organisation are given."),
        Move(code="authorise", sources=(S.ORGANISATION_SUBMITTED,), target=S.AUTHORISED, by=(By.VERIFIER,),
             sentence="Number, registered name and contact fit together; the sponsor may run ads under its name."),
        Move(code="authorise person", sources=(S.PERSON_CONFIRMED,), target=S.AUTHORISED, by=(By.VERIFIER,),
             sentence="A person may run ads under their own legal name (class C)."),
        Move(code="reject", sources=(S.PERSON_SUBMITTED, S.ORGANISATION_SUBMITTED), target=S.REJECTED, by=(By.VERIFIER,),
             reason=True, sentence="What was handed in does not prove it; it may be handed in again."),
        Move(code="call for renewal", sources=(S.AUTHORISED,), target=S.RENEWAL_DUE, by=(By.CLOCK,),
             effects=(Effect.ASK_VERIFIER,), sentence="Identity has to be confirmed again within 60 days, location within 30."),
        Move(code="renew", sources=(S.RENEWAL_DUE,), target=S.AUTHORISED, by=(By.VERIFIER,),
             sentence="Identity and location are confirmed again in time."),
        Move(code="lapse", sources=(S.RENEWAL_DUE,), target=S.LAPSED, by=(By.CLOCK,),
             effects=(Effect.DISCLAIMERS_OFF, Effect.PAUSE_ADS), sentence="The time for renewal is over."),
        Move(code="restore", sources=(S.LAPSED,), target=S.AUTHORISED, by=(By.VERIFIER,),
             effects=(Effect.RESUME_ADS,), sentence="Renewed after the lapse; ads that it paused run again at once."),
        Move(code="suspend", sources=(S.AUTHORISED, S.RENEWAL_DUE, S.LAPSED), target=S.SUSPENDED,
             by=(By.VERIFIER, By.REVIEWER), reason=True, effects=(Effect.DISCLAIMERS_OFF, Effect.PAUSE_ADS),
             sentence="Held while a doubt is looked into."),
        Move(code="lift", sources=(S.SUSPENDED,), target=S.AUTHORISED, by=(By.VERIFIER, By.REVIEWER), reason=True,
             effects=(Effect.RESUME_ADS,), sentence="The doubt is settled."),
        Move(code="revoke", sources=BEGUN, target=S.REVOKED, by=(By.VERIFIER,), people=2, reason=True,
             effects=(Effect.DISCLAIMERS_OFF, Effect.STOP_ADS),
             sentence="A false identity, or foreign where that is barred; two people decide."),
        Move(code="reinstate", sources=(S.REVOKED,), target=S.PERSON_SUBMITTED, by=(By.VERIFIER,), reason=True,
             effects=(Effect.ASK_VERIFIER,),
             sentence="An appeal was upheld by somebody who had not decided before; the checks begin again."),
        Move(code="reopen person", sources=(S.PERSON_CONFIRMED, S.AUTHORISED, S.REJECTED), target=S.PERSON_SUBMITTED,
             by=(By.VERIFIER,), reason=True, effects=(Effect.DISCLAIMERS_OFF, Effect.PAUSE_ADS),
             sentence="A decision about the person was undone or appealed; somebody else decides it afresh."),
        Move(code="reopen organisation", sources=(S.AUTHORISED, S.REJECTED), target=S.ORGANISATION_SUBMITTED,
             by=(By.VERIFIER,), reason=True, effects=(Effect.DISCLAIMERS_OFF, Effect.PAUSE_ADS),
             sentence="A decision about the organisation was undone or appealed; somebody else decides it afresh."),
        Move(code="reopen renewal", sources=(S.AUTHORISED,), target=S.RENEWAL_DUE, by=(By.VERIFIER,), reason=True,
             sentence="A renewal was undone; somebody else decides it afresh."),
    ),
)  # fmt: skip

A = AdState
ON_ITS_WAY = (A.APPROVED, A.SCHEDULED, A.DELIVERING, A.PAUSED)
AD = Door(
    code="ad",
    title="An ad",
    states=tuple(A),
    start=A.DRAFT,
    moves=(
        Move(code="submit", sources=(A.DRAFT, A.RETURNED, A.REJECTED, A.FOUND_POLITICAL), target=A.SUBMITTED,
             by=(By.ADVERTISER,), sentence="Handed in with its declaration."),
        Move(code="edit", sources=(A.IN_REVIEW, *ON_ITS_WAY), target=A.SUBMITTED, by=(By.ADVERTISER,),
             effects=(Effect.STOP_DELIVERY,), sentence="Any change of an ad is a new version and goes through the door again."),
        Move(code="screen", sources=(A.SUBMITTED,), target=A.SCREENED, by=(By.MACHINE,),
             sentence="What it says and needs is read; each hit stands with its span and rule."),
        Move(code="return", sources=(A.SCREENED,), target=A.RETURNED, by=(By.MACHINE,), reason=True,
             sentence="A part of the form is empty; nothing else is refused by a machine."),
        Move(code="ask", sources=(A.SCREENED,), target=A.IN_REVIEW, by=(By.MACHINE,),
             effects=(Effect.ASK_REVIEWER,), sentence="Something needs a person's eyes."),
        Move(code="pass", sources=(A.SCREENED,), target=A.APPROVED, by=(By.MACHINE,),
             sentence="No rule was hit and every check is done."),
        Move(code="approve", sources=(A.IN_REVIEW,), target=A.APPROVED, by=(By.REVIEWER,),
             sentence="A person has read it and found it in order."),
        Move(code="reject", sources=(A.IN_REVIEW,), target=A.REJECTED, by=(By.REVIEWER,), reason=True,
             sentence="A person refuses it on a ground of the policy; it may be changed or appealed."),
        Move(
            code="send back",
            sources=(A.IN_REVIEW,),
            target=A.RETURNED,
            by=(By.REVIEWER,),
            reason=True,
            sentence="A person asks for a correction; the ad comes back as a new version.",
        ),
        Move(
            code="take back",
            sources=(A.RETURNED,),
            target=A.IN_REVIEW,
            by=(By.REVIEWER,),
            sentence="A request for a correction was a mistake; somebody else looks again.",
        ),
        Move(code="reopen", sources=(A.REJECTED, A.REMOVED, A.FOUND_POLITICAL), target=A.IN_REVIEW, by=(By.ADVERTISER, By.REVIEWER),
             sentence="Appealed: a person who has not decided before looks again."),
        Move(code="schedule", sources=(A.APPROVED,), target=A.SCHEDULED, by=(By.ADVERTISER, By.MACHINE), guarded=True,
             sentence="Nothing blocks it; it waits for its first day."),
        Move(code="start", sources=(A.SCHEDULED,), target=A.DELIVERING, by=(By.CLOCK,), guarded=True,
             sentence="Its first day has come."),
        Move(code="pause", sources=(A.SCHEDULED, A.DELIVERING), target=A.PAUSED, by=(By.ADVERTISER, By.REVIEWER, By.CLOCK, By.MACHINE),
             effects=(Effect.STOP_DELIVERY,), sentence="Not shown for the time being."),
        Move(code="resume", sources=(A.PAUSED,), target=A.DELIVERING, by=(By.ADVERTISER, By.REVIEWER, By.CLOCK), guarded=True,
             sentence="Shown again; what a person of the door paused runs again by a person of the door alone."),
        Move(code="hold", sources=ON_ITS_WAY, target=A.IN_REVIEW, by=(By.MACHINE, By.REVIEWER, By.CLOCK), reason=True,
             effects=(Effect.STOP_DELIVERY, Effect.ASK_REVIEWER),
             sentence="What was approved is no longer what runs: another landing page, a new administrator, a jump of spend."),
        Move(code="end", sources=(A.APPROVED, A.SCHEDULED, A.DELIVERING, A.PAUSED), target=A.ENDED,
             by=(By.ADVERTISER, By.CLOCK), effects=(Effect.STOP_DELIVERY,), sentence="Its time is over."),
        Move(code="find political", sources=(A.DELIVERING, A.PAUSED, A.ENDED, A.RECORDED), target=A.FOUND_POLITICAL,
             by=(By.REVIEWER,), reason=True, effects=(Effect.STOP_DELIVERY, Effect.PUBLISH_LATE),
             sentence="It ran as if it were no political ad; how it was found is published with it."),
        Move(code="record again", sources=(A.ENDED,), target=A.RECORDED, by=(By.MACHINE,),
             sentence="It ran elsewhere, as an archive tells: a finding or removal that was taken back leaves it as recorded."),
        Move(code="withdraw finding", sources=(A.FOUND_POLITICAL,), target=A.ENDED, by=(By.REVIEWER,), reason=True,
             sentence="What was published as found was a mistake; it is listed no more as found, and does not run."),
        Move(code="remove", sources=(A.SUBMITTED, A.SCREENED, A.RETURNED, A.IN_REVIEW, *ON_ITS_WAY, A.ENDED, A.FOUND_POLITICAL, A.RECORDED),
             target=A.REMOVED, by=(By.REVIEWER,), reason=True, effects=(Effect.STOP_DELIVERY, Effect.MASK),
             sentence="Taken down under the policy."),
        Move(code="put back", sources=(A.REMOVED,), target=A.ENDED, by=(By.REVIEWER,), reason=True,
             sentence="The removal was wrong; the creative is shown in the library again."),
    ),
)  # fmt: skip


class Blocker(StrEnum):
    """What keeps an approved ad from being shown; the value is the code."""

    SPONSOR = "sponsor not authorised"
    DISCLAIMER = "no approved disclaimer"
    CATEGORY = "category not declared"
    VOTING = "open hit of a voting rule"
    PAYER = "payer not checked"
    LAW = "barred by law"
    ELECTION = "election not named"
    TARGETING = "targeting not permitted"
    LANDING = "landing page not captured"

    @property
    def sentence(self) -> str:
        """For the advertiser and for the reviewer."""
        return BLOCKER_SENTENCES[self]


BLOCKER_SENTENCES = {
    Blocker.SPONSOR: "The sponsor is not authorised now.",
    Blocker.DISCLAIMER: "No disclaimer that says who paid is approved and in force.",
    Blocker.CATEGORY: "It is not said whether this is about an election, a candidate, a measure or a social issue.",
    Blocker.VOTING: "A rule on voting was hit, and no person has settled it.",
    Blocker.PAYER: "Who pays, from which country and with what, has not been checked.",
    Blocker.LAW: "The law of the place bars it on that day: a ban, a silence period or a sponsor from elsewhere.",
    Blocker.ELECTION: "An ad about an election names the election.",
    Blocker.TARGETING: "It aims by what the law of the place does not let anybody aim by.",
    Blocker.LANDING: "The page it leads to has not been looked at since it was last changed.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known of a political ad at the moment it is to be shown. None is not known, and blocks."""

    sponsor: SponsorState | None
    disclaimer_in_force: bool | None
    category: str
    election_named: bool
    voting_hits_open: bool | None
    payer_checked: bool | None
    barred: bool | None
    targeting_permitted: bool | None
    landing_captured: bool | None


# Categories that name an election.
ELECTORAL = frozenset({"election", "candidate", "measure"})


def blockers(standing: Standing) -> tuple[Blocker, ...]:
    """Everything that keeps the ad from being shown, in the order of the table; unknown blocks like known."""
    sponsor = standing.sponsor is None or not standing.sponsor.may_run
    failed = {
        Blocker.SPONSOR: sponsor,
        Blocker.DISCLAIMER: standing.disclaimer_in_force is not True,
        Blocker.CATEGORY: not standing.category,
        Blocker.VOTING: standing.voting_hits_open is not False,
        Blocker.PAYER: standing.payer_checked is not True,
        Blocker.LAW: standing.barred is not False,
        Blocker.ELECTION: standing.category in ELECTORAL and not standing.election_named,
        Blocker.TARGETING: standing.targeting_permitted is not True,
        Blocker.LANDING: standing.landing_captured is not True,
    }
    return tuple(blocker for blocker in Blocker if failed[blocker])

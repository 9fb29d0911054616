"""Moves of sponsors and ads: locked, checked against the machine, recorded, with everything that follows from them.

Whether who asks may ask is decided by the actions that call this (`permission.require`); here it is decided whether
the move leads out of the state, who of the machine's makers makes it, and what blocks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from hustings.apps import database
from hustings.apps.ads.models import Ad, AdChange, Order, Sponsor, SponsorChange
from hustings.apps.audit.record import record
from hustings.apps.people.models import Person
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.errors import HustingsError
from hustings.policy.advertising import AD, SPONSOR, AdState, Blocker, By, Door, Effect, Move
from hustings.policy.role import Role

__all__ = ["DOORS_PAUSE", "HANDED_IN", "CannotMoveAd", "move_ad", "move_sponsor", "paused_by_door"]

OF_ROLE = {Role.VERIFIER: By.VERIFIER, Role.REVIEWER: By.REVIEWER}
# What the pause of an ad names when its sponsor, not its buyer, is why; only such a pause ends with the reason.
SPONSORS_FAULT = "sponsor not authorised"
DOORS_PAUSE = "paused at the door"  # what the pause by a person of the door names: its buyer does not end it
HANDED_IN = ("portal", "api", "csv")  # where ads of this door come from; every other ad is an archive's


class CannotMoveAd(HustingsError):
    """A move that may not be made now: another state, not theirs to make, a reason missing, or something blocks."""

    code = "cannot_move"

    def __init__(self, door: Door, wanted: Move, state: str, why: str, blocked: tuple[Blocker, ...] = ()) -> None:
        self.wanted, self.state, self.blocked = wanted, state, blocked
        super().__init__(f"{door.title}: '{wanted.code}' cannot be done while the state is '{state}': {why}")


def move_sponsor(
    sponsor: Sponsor,
    code: str,
    *,
    by: Seat | None = None,
    by_person: Person | None = None,
    machine: By | None = None,
    reason_code: str = "",
    note: str = "",
    decision: UUID | None = None,
    sponsor_class: str = "",
    person_until: date | None = None,
    location_until: date | None = None,
) -> SponsorChange:
    """Make a move of an authorisation and all that follows for its ads, in one transaction.

    by, by_person, machine   exactly one: a seat at the door, an advertiser, or By.CLOCK / By.MACHINE

    Raises   CannotMoveAd
    Limits   that two people agree where the machine asks for two is seen to by review, which calls this once they do
    """
    wanted = SPONSOR.move(code)
    with transaction.atomic():
        locked = Sponsor.objects.select_for_update().get(pk=sponsor.pk)
        check(SPONSOR, wanted, locked.state, makers(by, by_person, machine), reason_code)
        before, locked.state = locked.state, wanted.target
        given: Mapping[str, Any] = {
            "sponsor_class": sponsor_class, "person_until": person_until, "location_until": location_until
        }  # fmt: skip
        for name, value in given.items():
            if value:
                setattr(locked, name, value)
        locked.save(update_fields=["state", *given])
        change = SponsorChange.objects.create(
            sponsor=locked, move=code, state=wanted.target, sponsor_class=locked.sponsor_class, reason_code=reason_code,
            note=note, decision=decision, by=by.appointment if by else None, by_person=by_person,
        )  # fmt: skip
        record(
            f"sponsor: {code}", by=by, subject=("sponsor", locked.pk), reason=note,
            facts=person_of(by_person) | {"from": before, "to": str(wanted.target), "reason_code": reason_code},
        )  # fmt: skip
        follow_sponsor(locked, wanted, by)
        for name in ("state", *given):
            setattr(sponsor, name, getattr(locked, name))
        return change


def move_ad(
    ad: Ad,
    code: str,
    *,
    by: Seat | None = None,
    by_person: Person | None = None,
    machine: By | None = None,
    reason_code: str = "",
    note: str = "",
    policy: str = "",
    decision: UUID | None = None,
) -> AdChange:
    """Make a move of an ad and all that follows, in one transaction.

    by, by_person, machine   exactly one: a seat at the door, an advertiser, or By.CLOCK / By.MACHINE; a seat with
                             By.ADVERTISER hands in for an advertiser

    Raises   CannotMoveAd, naming every blocker at once
    """
    wanted = AD.move(code)
    with transaction.atomic():
        locked = Ad.objects.select_for_update(of=("self",)).get(pk=ad.pk)
        who = makers(by, by_person, machine)
        check(AD, wanted, locked.state, who, reason_code)
        if code == "pause" and By.REVIEWER in who:
            reason_code = DOORS_PAUSE
        if code == "resume" and (By.REVIEWER in who) != paused_by_door(locked):
            paused = "a person of the door" if By.REVIEWER not in who else "its advertiser, a lapse or the law"
            raise CannotMoveAd(AD, wanted, locked.state, f"{paused} paused it, and lets it run again.")
        if code == "resume" and locked.starts is not None and locked.starts > database.moment():
            raise CannotMoveAd(AD, wanted, locked.state, f"its first day is {locked.starts:%Y-%m-%d}.")
        if wanted.guarded:
            from hustings.apps.ads.blockers import blockers_of

            blocked = blockers_of(locked)
            if blocked:
                raise CannotMoveAd(AD, wanted, locked.state, " ".join(each.sentence for each in blocked), blocked)
        before, locked.state = locked.state, wanted.target
        locked.changed_at = database.moment()
        locked.save(update_fields=["state", "changed_at"])
        change = AdChange.objects.create(
            ad=locked, version=locked.version, move=code, state=wanted.target, reason_code=reason_code, policy=policy,
            note=note, decision=decision, by=by.appointment if by else None, by_person=by_person,
        )  # fmt: skip
        record(
            f"ad: {code}", by=by, subject=("ad", locked.pk), reason=note,
            facts=person_of(by_person)
            | {"from": before, "to": str(wanted.target), "version": locked.version, "reason_code": reason_code},
        )  # fmt: skip
        follow_ad(locked, wanted, before, reason_code or code)
        ad.state, ad.changed_at = locked.state, locked.changed_at
        return change


def paused_by_door(ad: Ad) -> bool:
    """Whether a person of the door paused it, and none of them has let it run or pass since; an edit lifts no pause."""
    last = ad.changes.filter(move__in=["pause", "resume", "approve"]).order_by("-at", "-id").first()
    return last is not None and (last.move, last.reason_code) == ("pause", DOORS_PAUSE)


def person_of(by_person: Person | None) -> dict[str, str | int | bool | None]:
    """An advertiser acts from no seat: the log names the person."""
    return {"person": str(by_person.pk)} if by_person is not None else {}


def makers(by: Seat | None, by_person: Person | None, machine: By | None) -> frozenset[By]:
    """As whom of the machine's makers somebody moves. A seat that hands in for an advertiser is both."""
    if by is not None and machine is By.ADVERTISER:
        return frozenset({By.ADVERTISER})
    if sum(each is not None for each in (by, by_person, machine)) != 1 or machine not in {None, By.CLOCK, By.MACHINE}:
        raise ValueError("a move is made by a seat, an advertiser or a machine: by one of them")
    if machine is not None:
        return frozenset({machine})
    if by is not None:
        return frozenset(OF_ROLE[role] for role in by.roles if role in OF_ROLE)
    return frozenset({By.ADVERTISER})


def check(door: Door, wanted: Move, state: str, who: frozenset[By], reason_code: str) -> None:
    """Refuse what the table does not have."""
    if state not in wanted.sources:
        raise CannotMoveAd(door, wanted, state, f"it leads out of {' or '.join(map(repr, map(str, wanted.sources)))}.")
    if not who & set(wanted.by):
        raise CannotMoveAd(door, wanted, state, f"it is made by {' or '.join(map(str, wanted.by))}.")
    if wanted.reason and not reason_code:
        raise CannotMoveAd(door, wanted, state, "it needs a reason code.")


def follow_sponsor(sponsor: Sponsor, wanted: Move, by: Seat | None) -> None:
    """What a sponsor's move does to its ads, as the machine: they may be more than who moved may touch."""
    effects = set(wanted.effects)
    if effects & {Effect.PAUSE_ADS, Effect.STOP_ADS, Effect.RESUME_ADS}:
        with serving(by):
            every = Ad.objects.filter(sponsor=sponsor).order_by("id")
            if Effect.PAUSE_ADS in effects:
                # What waits for its first day waits on: it does not start while its sponsor blocks it.
                for ad in every.filter(state=AdState.DELIVERING):
                    move_ad(ad, "pause", machine=By.MACHINE, reason_code=SPONSORS_FAULT)
            if Effect.STOP_ADS in effects:
                for ad in every.filter(state=AdState.APPROVED):
                    move_ad(ad, "hold", machine=By.MACHINE, reason_code=SPONSORS_FAULT)
                for ad in every.filter(state__in=[AdState.SCHEDULED, AdState.DELIVERING, AdState.PAUSED]):
                    move_ad(ad, "end", machine=By.CLOCK, reason_code=SPONSORS_FAULT)
            if Effect.RESUME_ADS in effects:
                for ad in every.filter(state=AdState.PAUSED):
                    resume(ad)
    if Effect.ASK_VERIFIER in effects:
        ask_about(sponsor)


def resume(ad: Ad) -> None:
    """Run an ad again that only its sponsor's lapse had paused; what something else blocks stays paused."""
    last = ad.changes.order_by("-at", "-id").first()
    if last is None or last.move != "pause" or last.reason_code != SPONSORS_FAULT:
        return
    if ad.starts is not None and ad.starts > database.moment():  # changed while it was paused
        return
    try:
        with transaction.atomic():
            move_ad(ad, "resume", machine=By.CLOCK, note="the sponsor is authorised again")
    except CannotMoveAd as refused:
        if not refused.blocked:
            raise


def follow_ad(ad: Ad, wanted: Move, before: str, why: str) -> None:
    """What an ad's move does outside it: an order to who shows it, work for a reviewer."""
    if Effect.STOP_DELIVERY in wanted.effects and before in {AdState.DELIVERING, AdState.SCHEDULED}:
        Order.objects.create(ad=ad, order="stop", why=why)
    if wanted.target == AdState.DELIVERING:
        Order.objects.create(ad=ad, order="show", why=why)
    if wanted.code in {"withdraw finding", "put back"} and ad.archive not in HANDED_IN:
        # Who submits an archive's ad here makes it an ad of this door.
        if not ad.changes.filter(move="submit").exists():
            move_ad(ad, "record again", machine=By.MACHINE)
    if Effect.ASK_REVIEWER in wanted.effects:
        from hustings.apps.ads.asking import ask_reviewer

        ask_reviewer(ad)


def ask_about(sponsor: Sponsor) -> None:
    """Put a sponsor before a verifier."""
    from hustings.apps.ads.asking import ask_verifier

    ask_verifier(sponsor)

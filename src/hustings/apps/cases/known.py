"""What is done with profiles of known actors: kept with dates and sources, their removed assets signed, returns told once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date
from statistics import median
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from hustings.apps.ads.models import Ad, Page, Payer, Sponsor
from hustings.apps.audit.record import record
from hustings.apps.cases.leads import About
from hustings.apps.cases.marks import Match, first_runs, found_again, marks_of, named, signed
from hustings.apps.cases.models import ActorClaim, ActorHabit, ActorPartHeld, KnownActor, Lead, Return, Signature
from hustings.apps.cases.telling import tell
from hustings.apps.cases.working import said
from hustings.apps.database import WORKER, in_role
from hustings.apps.items.actions import make_item
from hustings.apps.people.moving import serving
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow, log, readable, require
from hustings.errors import BadInput, Problem
from hustings.policy.act import act
from hustings.policy.casework import ActorPart, Confidence, LeadSource, SignatureKind
from hustings.policy.marking import Marking

__all__ = [
    "ENOUGH", "Figures", "actors", "add_claim", "add_habit", "add_part", "figures", "find_actor", "look_for_returns", "make_profile", "remove", "watch",
]  # fmt: skip

ENOUGH = 0.5  # joined weight from which a return is told
# What a person writes of an asset is a mark by itself, whether or not the tables of ads hold it.
GIVEN = {
    ActorPart.NAME: SignatureKind.NAME,
    ActorPart.ALIAS: SignatureKind.NAME,
    ActorPart.BUYER: SignatureKind.NAME,
    ActorPart.PAYER: SignatureKind.NAME,
    ActorPart.ACCOUNT: SignatureKind.ACCOUNT,
    ActorPart.PAGE: SignatureKind.PAGE,
    ActorPart.DOMAIN: SignatureKind.DOMAIN,
    ActorPart.PHONE: SignatureKind.PHONE,
}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What came back, of the actors that a reader may know.

    days     from removal to when the newcomer was first there; the median, None where no return tells its first moment
    before   returns found before their first ad ran, of `returns`
    """

    removed: int
    signatures: int
    returns: int
    before: int
    days: float | None

    @property
    def share(self) -> float | None:
        """The share found before the first ad ran; None where nothing came back."""
        return self.before / self.returns if self.returns else None


def actors(seat: Seat) -> QuerySet[KnownActor]:
    """The profiles that a reader may know, newest first."""
    return KnownActor.objects.filter(item__in=readable(seat).values("pk")).select_related("item__label").order_by("-item__made_at", "pk")  # fmt: skip


def find_actor(seat: Seat, key: UUID) -> KnownActor:
    """One profile. Raises NotKnown."""
    held = actors(seat).filter(pk=key).first()
    if held is None:
        raise NotKnown
    return held


@transaction.atomic
def make_profile(*, by: Seat, title: str, marking: Marking, text: str = "") -> KnownActor:
    """Make the profile of somebody who acted before, under a name for work."""
    decision = allow(by, "keep known actors")
    said(title=title)
    item = make_item(kind="known actor", title=title.strip(), text=text, marking=marking, by=by)
    made = KnownActor.objects.create(item=item)
    log(by, act("keep known actors"), item, decision)
    record("known actor kept", by=by, about=item)
    return made


@transaction.atomic
def add_part(
    actor: KnownActor, kind: ActorPart, name: str, *, by: Seat, source: str, platform: str = "", since: date | None = None,
    until: date | None = None,
) -> ActorPartHeld:  # fmt: skip
    """Add a name, alias, asset or domain with its days and where it is known from."""
    require(by, "change known actor", actor.item)
    said(name=name, source=source)
    if since is not None and until is not None and until < since:
        raise BadInput(
            "The days contradict each other.",
            [Problem(where="until", found=str(until), expected=f"{since} or later", do="Look at both days again.")],
        )
    try:
        with transaction.atomic():
            made = ActorPartHeld.objects.create(
                actor=actor, kind=kind, platform=platform.strip(), name=name.strip(), since=since, until=until,
                source=source.strip(), by=by.appointment,
            )  # fmt: skip
    except IntegrityError:
        raise BadInput(
            "It is in the profile already.",
            [Problem(where="name", found=name.strip(), expected="one not in the profile", do="Look at the one that is there.")],
        ) from None  # fmt: skip
    record("known actor's part added", by=by, about=actor.item, subject=("part", made.pk), facts={"kind": kind.value})
    return made


@transaction.atomic
def add_habit(actor: KnownActor, what: str, value: str, *, by: Seat, source: str) -> ActorHabit:
    """Add how an actor works: hours, language, technique, currency, themes, or other."""
    require(by, "change known actor", actor.item)
    said(what=what, habit=value, source=source)
    made = ActorHabit.objects.create(
        actor=actor, what=what.strip(), value=value.strip(), source=source.strip(), by=by.appointment
    )
    record("known actor's habit added", by=by, about=actor.item, subject=("habit", made.pk))
    return made


@transaction.atomic
def add_claim(
    actor: KnownActor, *, by: Seat, says: str, said_on: date, claim: str, source: str, confidence: Confidence | None = None
) -> ActorClaim:  # fmt: skip
    """Write down who claimed what of an actor, when, and where it can be read. It is theirs, not ours."""
    require(by, "change known actor", actor.item)
    said(says=says, claim=claim, source=source)
    made = ActorClaim.objects.create(
        actor=actor, says=says.strip(), said_on=said_on, claim=claim.strip(), source=source.strip(),
        confidence=confidence.value if confidence else "", by=by.appointment,
    )  # fmt: skip
    record("known actor claimed", by=by, about=actor.item, subject=("claim", made.pk))
    return made


@transaction.atomic
def watch(actor: KnownActor, *, by: Seat, watched: bool) -> KnownActor:
    """Have new pages, payers and buyers compared with an actor, or no longer."""
    require(by, "change known actor", actor.item)
    actor.watched = watched
    actor.save(update_fields=["watched"])
    record("known actor watched" if watched else "known actor no longer watched", by=by, about=actor.item)
    return actor


@transaction.atomic
def remove(part: ActorPartHeld, *, by: Seat, on: date, why: str) -> list[Signature]:
    """Say that an asset was removed or withdrawn; its marks are kept from then on as codes, and looked for in what is new.

    Raises   BadInput for one that was removed before, or a day to come
    """
    require(by, "change known actor", part.actor.item)
    said(why=why)
    held = ActorPartHeld.objects.select_for_update(of=("self",)).select_related("actor__item__label").filter(pk=part.pk).first()  # fmt: skip
    if held is None:
        raise NotKnown
    problems = []
    if held.removed_on is not None:
        problems.append(
            Problem(where="removed", found=f"removed on {held.removed_on}", expected="one not removed", do="Load the page again.")
        )  # fmt: skip
    if on > by.now.date():
        problems.append(
            Problem(where="on", found=str(on), expected="today or earlier", do="Say it once it is removed.")
        )
    if problems:
        raise BadInput("The removal was not written down.", problems)
    held.removed_on, held.removed_why, held.until = on, why.strip(), held.until or max(on, held.since or on)
    held.save(update_fields=["removed_on", "removed_why", "until"])
    with serving(by):  # administrators and phones are read by fewer people than may remove; only codes come back
        things, codes = marked(held, held.actor.item.label.owner_id)
    held.things = things
    held.save(update_fields=["things"])
    made = Signature.objects.bulk_create(
        Signature(actor=held.actor, of_part=held.pk, kind=kind, code=code, removed_on=on) for kind, code in codes
    )
    record(
        "known actor's part removed", by=by, about=held.actor.item, subject=("part", held.pk), reason=why,
        facts={"signatures": len(made)},
    )  # fmt: skip
    return made


def marked(part: ActorPartHeld, door: UUID) -> tuple[list[UUID], list[tuple[SignatureKind, str]]]:
    """The rows that an asset is in the tables of ads, and every mark of it: what it is called, and what those rows bear."""
    pages = set(pages_of(part, door))
    buyers = set(buyers_of(part, door))
    payers = set(payers_of(part, door))
    if part.kind == ActorPart.PAGE:
        buyers |= set(Page.objects.filter(pk__in=pages, sponsor__isnull=False).values_list("sponsor", flat=True))
    elif buyers:
        pages |= set(Page.objects.filter(sponsor__in=buyers).values_list("pk", flat=True))
    for page, buyer, payer in (
        Ad.objects.filter(held_by=door).filter(Q(page__in=pages) | Q(sponsor__in=buyers) | Q(payer__in=payers)).order_by("pk").values_list("page", "sponsor", "payer")
    ):  # fmt: skip
        pages |= {page} - {None} if part.kind != ActorPart.PAGE else set()
        buyers |= {buyer} - {None}
        payers |= {payer} - {None}
    payers |= set(Payer.objects.filter(sponsor__in=buyers).values_list("pk", flat=True))
    codes = {
        (kind, code) for kind in SignatureKind for code in marks_of(door, kind, sorted(pages), sorted(buyers), sorted(payers))
    }  # fmt: skip
    given = GIVEN[ActorPart(part.kind)]
    keyed = given in {SignatureKind.PAGE, SignatureKind.ACCOUNT}
    code = signed(given, f"{part.platform}:{part.name}" if keyed else part.name)
    return sorted(pages | buyers | payers), sorted(codes | ({(given, code)} if code else set()))


def pages_of(part: ActorPartHeld, door: UUID) -> list[UUID]:
    """The pages of the tables that an asset is."""
    if part.kind != ActorPart.PAGE:
        return []
    return list(
        Page.objects.filter(held_by=door, platform=part.platform, number=part.name).values_list("pk", flat=True)
    )


def buyers_of(part: ActorPartHeld, door: UUID) -> list[UUID]:
    """The buyers of the tables that an asset is."""
    if part.kind == ActorPart.BUYER:
        rows = Sponsor.objects.filter(held_by=door, registered_name=part.name)
    elif part.kind == ActorPart.ACCOUNT:
        rows = Sponsor.objects.filter(held_by=door, archive=part.platform, number=part.name)
    else:
        return []
    return list(rows.values_list("pk", flat=True))


def payers_of(part: ActorPartHeld, door: UUID) -> list[UUID]:
    """The payers of the tables that an asset is."""
    if part.kind != ActorPart.PAYER:
        return []
    return list(Payer.objects.filter(held_by=door, name=part.name).values_list("pk", flat=True))


def look_for_returns() -> list[Lead]:
    """Compare what is new at every door with what was removed there; gives the leads made. The same is told once.

    One statement for each door and kind of mark, whatever the tables hold.

    Limits   nothing is told below `ENOUGH`, nothing that was there before the removal, nothing by a mark that many buyers share
    """
    with in_role(WORKER):
        with connection.cursor() as cursor:  # two rounds at once would tell the same
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('returns', 0))")
        watched = KnownActor.objects.filter(watched=True, signatures__isnull=False)
        made = []
        for door in sorted(set(watched.values_list("item__label__owner", flat=True))):
            of: dict[tuple[UUID, str, UUID], list[Match]] = defaultdict(list)
            for kind in SignatureKind:
                for match in found_again(door, kind):
                    of[match.actor, match.what, match.thing].append(match)
            for (actor, what, thing), matches in sorted(of.items(), key=lambda one: tuple(map(str, one[0]))):
                if joined(matches) >= ENOUGH:
                    made.append(
                        tell_of(
                            door, KnownActor.objects.select_related("item__label").get(pk=actor), what, thing, matches
                        )
                    )
        for key, ran in first_runs():
            Return.objects.filter(pk=key).update(first_ran=ran)
        return made


def joined(matches: list[Match]) -> float:
    """The weight of several marks, as if each spoke by itself."""
    left = 1.0
    for match in matches:
        left *= 1 - match.kind.weight
    return 1 - left


def tell_of(door: UUID, actor: KnownActor, what: str, thing: UUID, matches: list[Match]) -> Lead:
    """Tell a return as a lead that names its predecessor, and write down that it was told."""
    platform, name = named(what, thing)
    kinds = sorted({match.kind.value for match in matches})
    removed_on = max(match.removed_on for match in matches)
    seen = next((match.first_seen for match in matches if match.first_seen is not None), None)
    weight = joined(matches)
    days = "" if seen is None else f", {(seen.astimezone(UTC).date() - removed_on).days:,} days after the removal"
    lead = tell(
        door, source=LeadSource.RETURN, key=f"return {actor.pk} {what} {thing}", score=round(weight, 3),
        title=f"A {what} bears marks of {actor.item.title}",
        text=(
            f"{what.capitalize()} {name} was first there {'at a moment not known' if seen is None else f'on {seen:%Y-%m-%d}'}{days}. It shares "
            f"with what was removed: {', '.join(kinds)}. A shared mark is no proof of one hand: agencies, tenants and imitators share "
            f"marks too."
        ),
        why=[f"The same {match.kind.value} as something removed on {match.removed_on}." for match in sorted(matches, key=lambda one: -one.kind.weight)],
        about=[About(what="predecessor", item=actor.item), About(what=what, platform=platform, name=name)],
        sources=[actor.item],
    )  # fmt: skip
    Return.objects.create(
        actor=actor, held_by_id=door, what=what, thing=thing, kinds=kinds, weight=weight, removed_on=removed_on,
        first_seen=seen, lead=lead.pk,
    )  # fmt: skip
    return lead


def figures(of: QuerySet[KnownActor]) -> Figures:
    """What came back of these actors, how long it took, and how much was found before its first ad ran."""
    returns: list[Any] = list(Return.objects.filter(actor__in=of))
    days = [
        (one.first_seen.astimezone(UTC).date() - one.removed_on).days for one in returns if one.first_seen is not None
    ]
    return Figures(
        removed=ActorPartHeld.objects.filter(actor__in=of, removed_on__isnull=False).count(),
        signatures=Signature.objects.filter(actor__in=of).count(), returns=len(returns),
        before=sum(one.first_ran is None or one.found_at < one.first_ran for one in returns),
        days=float(median(days)) if days else None,
    )  # fmt: skip

"""Reads about partners and what passed between them and us: only of items that the reader may know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hustings.apps.items.models import Item, SharingGroup
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.apps.sharing.models import (
    ActionRequest,
    Agreement,
    CapacityChange,
    Contact,
    ContactCheck,
    ControlSetName,
    Drill,
    DrillCall,
    InformationRequest,
    ItemOrigin,
    Notice,
    OpinionGiven,
    Partner,
    Passed,
    Share,
    Step,
)
from hustings.policy.capacity import Capacity, Sort
from hustings.policy.origin import Began, Starter, derived
from hustings.policy.requests import Opinion, Party, RequestState, merged

__all__ = ["KIND", "SORTS", "Trust", "acs_names", "agreements", "capacity_of", "contacts", "drills", "find_drill", "find_partner", "find_passed", "recorded_capacity",
           "beginnings_told", "groups", "opinions_of", "organisation_of", "origin_of", "others", "our_side", "partner_of", "partners", "passed", "standing",
           "steps_of", "trust", "waiting"]  # fmt: skip

SORTS: dict[Sort, type[Passed]] = {
    Sort.SHARE: Share, Sort.INFORMATION: InformationRequest, Sort.NOTICE: Notice, Sort.ACTION: ActionRequest,
}  # fmt: skip
# The kind of the item behind each.
KIND = {
    Sort.SHARE: "share", Sort.INFORMATION: "information request", Sort.NOTICE: "notice", Sort.ACTION: "action request",
}  # fmt: skip
STALE = timedelta(days=90)  # a contact nobody looked at for so long is to be tried


def organisation_of(seat: Seat) -> Organisation:
    """The reader's organisation."""
    return seat.appointment.position.organisation


def partners(seat: Seat) -> QuerySet[Partner]:
    """Partners by name, with the capacity in force; our own organisation is one of them."""
    last = CapacityChange.objects.filter(partner=OuterRef("pk"), since__lte=seat.now).order_by("-since", "-at", "-pk")
    return (
        Partner.objects.filter(held_by=organisation_of(seat))
        .select_related("organisation")
        .annotate(capacity=Coalesce(Subquery(last.values("capacity")[:1]), Value("", CharField())))
        .order_by("organisation__name")
    )


def find_partner(seat: Seat, key: UUID) -> Partner:
    """One partner. Raises NotKnown."""
    found = partners(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found


def partner_of(seat: Seat, organisation: UUID) -> Partner | None:
    """The record of an organisation as our partner, if there is one."""
    return partners(seat).filter(organisation=organisation).first()


def capacity_of(seat: Seat, organisation: UUID) -> Capacity | None:
    """In which capacity it deals with us now; None where nobody recorded one."""
    found = partner_of(seat, organisation)
    word = getattr(found, "capacity", "")
    return Capacity(word) if word else None


def recorded_capacity(holder: UUID, organisation: UUID) -> Capacity | None:
    """The capacity that an organisation recorded of another, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sharing_capacity_of(%s, %s)", [holder, organisation])
        word = cursor.fetchone()[0]
    return Capacity(word) if word else None


def acs_names(holder: UUID) -> dict[str, str]:
    """Organisation -> its name in control sets, as this organisation recorded it. A name that two bear means neither."""
    rows = (
        ControlSetName.objects.filter(partner__held_by=holder)
        .order_by("partner_id", "-at", "-pk")
        .distinct("partner_id")
    )
    found = {
        str(organisation): name for organisation, name in rows.values_list("partner__organisation", "name") if name
    }
    borne = Counter(found.values())
    return {organisation: name for organisation, name in found.items() if borne[name] == 1}


def agreements(seat: Seat, *, on: date | None = None) -> QuerySet[Agreement]:
    """Agreements that have not ended, or those in force on a day; which ends first, first."""
    rows = Agreement.objects.filter(partner__in=partners(seat), ended__isnull=True).select_related(
        "partner__organisation"
    )
    if on is not None:
        rows = rows.filter(starts_on__lte=on, ends_on__gte=on)
    return rows.order_by("ends_on", "title", "pk")


def contacts(seat: Seat, partner: Partner | None = None) -> list[Contact]:
    """Whom one calls, each with `checked` (the last time somebody looked) and `depth` in the tree, in calling order."""
    rows = Contact.objects.filter(partner__in=[partner] if partner else partners(seat), ended__isnull=True)
    last = ContactCheck.objects.filter(contact=OuterRef("pk"), right=True).order_by("-on", "-at", "-pk")
    every = list(
        rows.select_related("partner__organisation")
        .annotate(checked=Subquery(last.values("on")[:1]))
        .order_by("at", "pk")
    )
    below: dict[UUID | None, list[Contact]] = defaultdict(list)
    present = {each.pk for each in every}
    for each in every:
        below[each.above_id if each.above_id in present else None].append(each)
    told: list[Contact] = []

    def tell(above: UUID | None, depth: int) -> None:
        for each in below[above]:
            each.depth = depth  # type: ignore[attr-defined]
            each.stale = each.checked is None or each.checked < seat.now.date() - STALE  # type: ignore[attr-defined]
            told.append(each)
            tell(each.pk, depth + 1)

    tell(None, 0)
    return told


def drills(seat: Seat) -> QuerySet[Drill]:
    """Drills, newest first, with how many were called and how many answered."""
    rows = Drill.objects.filter(held_by=organisation_of(seat)).annotate(
        called=Count("calls"), reached=Count("calls", filter=Q(calls__answered=True))
    )
    return rows.order_by("-on", "-at", "-pk")


def find_drill(seat: Seat, key: UUID) -> tuple[Drill, QuerySet[DrillCall]]:
    """One drill and its calls. Raises NotKnown."""
    found = drills(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return found, found.calls.select_related("contact__partner__organisation").order_by("at", "pk")


def groups() -> QuerySet[SharingGroup]:
    """Sharing groups that our organisation is in or owns; row-level security leaves the others out."""
    return SharingGroup.objects.select_related("owner").order_by("name", "pk")


def others(seat: Seat) -> QuerySet[Organisation]:
    """The partners that may be named in a marking."""
    rows = partners(seat).exclude(organisation=organisation_of(seat))
    return Organisation.objects.filter(pk__in=rows.values("organisation")).order_by("name")


def passed(seat: Seat, sort: Sort) -> QuerySet[Any]:
    """All of one sort between us and another, newest first, each with its `state`."""
    own = organisation_of(seat)
    last = Step.objects.filter(of=OuterRef("pk")).order_by("-number")
    return (
        SORTS[sort].objects.filter(Q(sender=own) | Q(receiver=own), item__in=readable(seat).values("pk"))  # type: ignore[attr-defined]
        .select_related("item__label", "sender", "receiver", "by__person")
        .annotate(
            state=Coalesce(Subquery(last.values("state")[:1]), Value(RequestState.SENT.value, CharField())),
            changed_at=Coalesce(Subquery(last.values("at")[:1]), F("sent_at")),
        )
        .order_by("-sent_at", "pk")
    )  # fmt: skip


def find_passed(seat: Seat, key: UUID) -> Any:
    """One of any sort. Raises NotKnown for what is not there, not for this reader, or of others: nobody can tell which."""
    for sort in Sort:
        found = passed(seat, sort).filter(pk=key).first()
        if found is not None:
            return found
    raise NotKnown


def our_side(seat: Seat, one: Passed) -> Party:
    """Whether we sent it or got it."""
    return Party.SENDER if one.sender_id == organisation_of(seat).pk else Party.RECEIVER


def standing(seat: Seat, states: Iterable[RequestState], party: Party) -> list[Any]:
    """Of all sorts, those in these states in which we are this side, which is due first, first."""
    own, words = organisation_of(seat).pk, [state.value for state in states]
    found = [
        one
        for sort in Sort
        for one in passed(seat, sort).filter(state__in=words, **{party.value: own})
        if not (sort is Sort.SHARE and RequestState(one.state).final)
    ]
    return sorted(found, key=lambda one: (one.deadline is None, one.deadline or one.sent_at, str(one.pk)))


def waiting(seat: Seat) -> list[Any]:
    """What waits for our answer."""
    return standing(seat, [state for state in RequestState if state.waits], Party.RECEIVER)


def steps_of(item: Item) -> QuerySet[Step]:
    """The steps of one, in order."""
    return (
        Step.objects.filter(of=item)
        .select_related("by__person")
        .prefetch_related("acted_on__content")
        .order_by("number")
    )


def opinions_of(item: Item) -> tuple[list[OpinionGiven], Opinion | None]:
    """The last opinion of each organisation, and what they make of it together."""
    last: dict[UUID, OpinionGiven] = {}
    rows = OpinionGiven.objects.filter(of=item).select_related("organisation", "by__person").order_by("at", "pk")
    for row in rows:
        last[row.organisation_id] = row
    told = sorted(last.values(), key=lambda row: (row.organisation.name, str(row.pk)))
    return told, merged(Opinion(row.opinion) for row in told)


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How what a partner sent turned out, in one year. Counts, no mark: who reads judges."""

    year: int
    sent: int
    positive: int
    seed: int
    negative: int
    acted: int
    partly: int
    declined: int
    silent: int

    @property
    def sentence(self) -> str:
        """For a page."""
        return (
            f"{self.sent} sent to us: {self.positive} held up, {self.seed} gave a start, {self.negative} did not; "
            f"asked by us it acted on {self.acted}, on parts of {self.partly}, declined {self.declined}, left {self.silent} open."
        )


def trust(seat: Seat, partner: Partner) -> list[Trust]:
    """The history of a source by year, newest first: our last opinion on what it sent, and its answers to what we asked."""
    own = organisation_of(seat)
    years: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for sort in Sort:
        came = list(passed(seat, sort).filter(sender=partner.organisation))
        last: dict[UUID, str] = {}
        for row in OpinionGiven.objects.filter(of__in=[one.pk for one in came], organisation=own).order_by("at", "pk"):
            last[row.of_id] = row.opinion
        for one in came:
            years[one.sent_at.year]["sent"] += 1
            if one.pk in last:
                years[one.sent_at.year][last[one.pk]] += 1
        if sort.asks:
            for one in passed(seat, sort).filter(receiver=partner.organisation):
                first = (
                    Step.objects.filter(of=one.pk, state__in=["acted", "partly", "declined", "expired"])
                    .order_by("number")
                    .first()
                )
                if first is not None:
                    years[one.sent_at.year]["silent" if first.state == "expired" else first.state] += 1
    words = ("sent", "positive", "seed", "negative", "acted", "partly", "declined", "silent")
    return [
        Trust(year=year, **{word: told[word] for word in words}) for year, told in sorted(years.items(), reverse=True)
    ]


def origin_of(item: Item | UUID) -> frozenset[Began]:
    """Who began it, as far as the reader may know; our own where nobody else did."""
    key = item.pk if isinstance(item, Item) else item
    rows = ItemOrigin.objects.filter(item=key).values_list("starter", "capacity")
    return derived([
        frozenset(Began(starter=Starter(starter), capacity=Capacity(capacity) if capacity else None) for starter, capacity in rows)
    ])  # fmt: skip


def beginnings_told(item: Item, reader: Organisation) -> list[str]:
    """Who began it, in sentences to people of the reader's organisation; what that one began itself is told as such."""
    rows = ItemOrigin.objects.filter(item=item.pk).values_list("starter", "capacity", "organisation")
    told = {
        (Began(starter=Starter(starter), capacity=Capacity(word) if word else None), by == reader.pk)
        for starter, word, by in rows
    }
    # A beginning of no recorded capacity has no place before or after the others by itself.
    order = sorted(told, key=lambda pair: (-pair[0].starter.rank, pair[0].capacity or "", pair[1]))
    sentences = [one.sentence_to_itself if own else one.sentence for one, own in order]
    return sentences or [Starter.OWN.sentence]


def before(rows: Sequence[Any], moment: datetime) -> list[Any]:
    """Of these the ones with a deadline by a moment."""
    return [row for row in rows if row.deadline is not None and row.deadline <= moment]

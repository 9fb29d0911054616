"""Holds what arrives (ads, trace tables, findings, partners' objects) against what an organisation protects.

Each portion is one transaction: what was found, and how far the stream was read. A worker that is killed has done a
portion or has not; what it did is not done twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from hustings.apps.ads.models import Ad
from hustings.apps.audit.record import record
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.findings.models import Run, RunThing
from hustings.apps.items.actions import make_item
from hustings.apps.items.models import Item
from hustings.apps.lookalikes import find
from hustings.apps.lookalikes.models import Allowed, Cursor, Hit, HitPlace, Protected, ProtectedDecision
from hustings.apps.people.find import seat_for
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can, readable, require
from hustings.apps.sweeps.actions import own_marking
from hustings.apps.sweeps.models import TraceTable
from hustings.apps.taxii.models import StixObject
from hustings.detection.address import find_addresses
from hustings.exchange.lookalike.host import read_host
from hustings.exchange.lookalike.recogniser import Kind, Likeness, Observed, Recogniser, What
from hustings.exchange.lookalike.recogniser import Protected as Known
from hustings.policy.lookalike import ProtectedStep
from hustings.screening.folded import fold

__all__ = ["Guard", "guard_of", "hold_against", "keep", "look", "look_for", "seat_of_organisation", "spelt_of"]

PORTION = 500  # ads looked at in one transaction
MOST_PORTIONS = 200  # in one run of the job; the next goes on
# A row may become visible after one that was made later: so far back each run begins again.
BACK = timedelta(hours=1)
FEWEST = 0.4  # a score under this is not worth a person's look
MOST_PLACES = 50  # of one hit; more add nothing to what a person decides
MOST_SEEN = 300
LINKS = frozenset({"link", "domain", "url", "landing page", "landing"})
SAID = re.compile(r"(?:domain-name|url|email-addr):value\s*=\s*'([^'\\]{1,500})'")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One thing seen, where, and the item in which; None for an ad of the organisation's own door."""

    seen: Observed
    place: str
    reference: str
    source: Item | None = None


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What an organisation protects, made ready; `digest` tells whether it is still the same."""

    recogniser: Recogniser
    known: dict[str, Protected]
    digest: str
    allowed: dict[tuple[str, str, str], Allowed] = field(default_factory=dict)


def guard_of(seat: Seat, today: date) -> Guard:
    """What the seat's organisation protects today."""
    names = {str(one.pk): one for one in find.in_force(find.own(seat), today)}
    allowed = list(find.allowed(seat))
    let = [f"{one.platform}:{one.value}" if one.what == What.ACCOUNT else one.value for one in allowed]
    said = json.dumps([sorted(names), sorted(let)])
    return Guard(
        recogniser=Recogniser(
            [Known(key=key, kind=Kind(one.kind), value=one.value, platform=one.platform) for key, one in names.items()],
            [text for one, text in zip(allowed, let, strict=True) if one.what != What.NAME],
        ),
        known=names,
        digest=hashlib.sha256(said.encode()).hexdigest(),
        allowed={(one.what, one.platform, spelt_of(What(one.what), one.value)): one for one in allowed},
    )


def spelt_of(what: What, value: str) -> str:
    """By what the same observed thing is known again: a host by its own letters, a name or account folded."""
    if what is What.HOST:
        host = read_host(value)
        return (host.ascii if host else value.lower())[:MOST_SEEN]
    return fold(value.removeprefix("@").strip()).text[:MOST_SEEN]


def seat_of_organisation(organisation: UUID) -> Seat | None:
    """In whose name the worker looks: who last checked a name that is in force, while they may still search."""
    with in_role(WORKER):
        rows = (
            ProtectedDecision.objects.filter(protected__in=find.in_force(organisation, moment().date()))
            .filter(step=ProtectedStep.CHECKED.value)
            .select_related("by__person", "by__position__organisation")
            .order_by("-at", "pk")
        )
        people: list[Appointment] = list({row.by_id: row.by for row in rows}.values())
    for appointment in people:
        with in_role(WEB):
            seat = seat_for(appointment, strong=True)
        if seat is None:
            continue
        with in_role(WEB, seat.id, strong=True):
            if can(seat, "search for look-alikes"):
                return seat
    return None


def look() -> int:
    """Look through what arrived since, for every organisation that protects something; gives how many hits are new."""
    with in_role(WORKER):
        organisations = sorted(set(Protected.objects.order_by().values_list("held_by", flat=True)), key=str)
    return sum(look_for(organisation) for organisation in organisations)


def look_for(organisation: UUID, *, portions: int = MOST_PORTIONS) -> int:
    """Look for one organisation: a portion after another, each its own transaction."""
    seat = seat_of_organisation(organisation)
    if seat is None:
        return 0
    with in_role(WEB, seat.id, strong=True):
        guard = guard_of(seat, moment().date())
        streams = ["ads", *items_to_look_at(seat, guard)]
    new = left = 0
    for stream in streams if guard.known else []:
        more = True
        while more and left < portions:
            left += 1
            with in_role(WEB, seat.id, strong=True):
                found, more = look_once(stream, seat, guard)
                new += found
    return new


def items_to_look_at(seat: Seat, guard: Guard) -> list[str]:
    """Streams that are one item each, and were not looked through for just these names: tables, runs, partners' objects."""
    done = set(Cursor.objects.filter(held_by=find.own(seat), digest=guard.digest).values_list("stream", flat=True))
    known = readable(seat).values("pk")
    streams = [
        *(f"table:{key}" for key in TraceTable.objects.filter(item__in=known).order_by("pk").values_list("pk", flat=True)),
        *(f"run:{key}" for key in Run.objects.filter(item__in=known).order_by("pk").values_list("pk", flat=True)),
        *(
            f"stix:{key}"
            for key in StixObject.objects.filter(item__in=known, type__in=["domain-name", "url", "indicator"])
            .order_by("pk")
            .values_list("pk", flat=True)
        ),
    ]  # fmt: skip
    return [stream for stream in streams if stream not in done]


def look_once(stream: str, seat: Seat, guard: Guard) -> tuple[int, bool]:
    """One portion of a stream; gives how many hits are new, and whether more waits."""
    organisation = find.own(seat)
    with connection.cursor() as cursor:  # two workers at once would look at the same
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"look-alikes {organisation} {stream}"]
        )
    place, _ = Cursor.objects.get_or_create(held_by_id=organisation, stream=stream, defaults={"digest": ""})
    if place.digest != guard.digest:
        place.digest, place.at, place.key = guard.digest, None, None
    if stream == "ads":
        sights, more = ads_after(place, organisation)
    else:
        sights, more = list(of_item(stream, seat)), False
    new = 0
    told: set[tuple[What, str, str, str]] = set()
    for sight in sights:
        # The same page or host stands in many ads: one look each in a portion, and every place is told.
        key = (sight.seen.what, sight.seen.platform, sight.seen.value, sight.reference)
        if key not in told:
            told.add(key)
            new += keep(sight, guard.recogniser.find(sight.seen), guard, by=seat)
    place.save(update_fields=["digest", "at", "key"])
    return new, more


def ads_after(place: Cursor, organisation: UUID) -> tuple[list[Sight], bool]:
    """The next ads of the organisation's door, and whether more wait; moves the place."""
    rows = Ad.objects.filter(held_by=organisation).select_related("page", "creative").order_by("made_at", "pk")
    if place.at is not None and place.key is not None:
        rows = rows.filter(Q(made_at__gt=place.at) | Q(made_at=place.at, pk__gt=place.key))
    elif place.at is not None:
        rows = rows.filter(made_at__gt=place.at)
    ads = list(rows[:PORTION])
    more = len(ads) == PORTION
    if ads:
        place.at, place.key = ads[-1].made_at, ads[-1].pk
    if not more and place.at is not None and place.key is not None:
        # The end: the next run begins a little before it, for what was made earlier and is seen later.
        place.at, place.key = place.at - BACK, None
    return [sight for ad in ads for sight in of_ad(ad)], more


def of_ad(ad: Ad) -> Iterator[Sight]:
    """What an ad shows: the page's name, the page it leads to, links in its words."""
    reference = f"{ad.archive} {ad.number}"[:MOST_SEEN]
    if ad.page is not None and ad.page.name:
        page = f"{ad.page.platform} {ad.page.number}"[:MOST_SEEN]
        yield Sight(seen=Observed(what=What.NAME, value=ad.page.name, platform=ad.page.platform), place="page", reference=page)  # fmt: skip
    if ad.creative is not None:
        creative = ad.creative
        hosts = {creative.landing_domain or creative.landing_url, *find_addresses(f"{creative.title}\n{creative.text}")}
        for host in sorted(hosts - {""}):
            yield Sight(seen=Observed(what=What.HOST, value=host), place="ad", reference=reference)


def of_item(stream: str, seat: Seat) -> Iterator[Sight]:
    """What one item shows; nothing where it is no longer there or no longer to be known."""
    kind, _, key = stream.partition(":")
    item = readable(seat).select_related("label").filter(pk=UUID(key)).first()
    if item is None:
        return
    if kind == "table":
        yield from of_table(TraceTable.objects.get(item=item), item)
    elif kind == "run":
        things = RunThing.objects.filter(run_id=item.pk, hidden=False, kind__in=sorted(LINKS)).order_by("number")
        for shown in sorted(set(things.values_list("shown", flat=True))):
            yield Sight(seen=Observed(what=What.HOST, value=shown), place="finding", reference=item.title, source=item)
    else:
        stix = StixObject.objects.get(item=item)
        told = json.loads(bytes(stix.raw))
        values = (
            SAID.findall(str(told.get("pattern", ""))) if stix.type == "indicator" else [str(told.get("value", ""))]
        )
        for value in values:
            host = value.rpartition("@")[2] if "://" not in value else value
            yield Sight(seen=Observed(what=What.HOST, value=host), place="partner", reference=stix.stix_id, source=item)


def of_table(table: TraceTable, item: Item) -> Iterator[Sight]:
    """The hosts and accounts of a trace table, each once."""
    file = Path(settings.TABLES) / table.path
    if not file.exists():  # taken away by an operator; the row tells where it was
        return
    hosts: set[str] = set()
    accounts: set[tuple[str, str]] = set()
    for batch in pq.ParquetFile(file).iter_batches(columns=["platform", "actor", "kind", "trace"]):
        rows = batch.to_pydict()
        accounts.update(zip(rows["platform"], rows["actor"], strict=True))
        hosts.update(
            host.ascii
            for kind, trace in zip(rows["kind"], rows["trace"], strict=True)
            if kind in LINKS and trace and (host := read_host(trace)) is not None
        )
    for value in sorted(hosts):
        yield Sight(seen=Observed(what=What.HOST, value=value), place="traces", reference=item.title, source=item)
    for platform, actor in sorted(one for one in accounts if one[0] and one[1]):
        seen = Observed(what=What.ACCOUNT, value=actor, platform=platform)
        yield Sight(seen=seen, place="traces", reference=item.title, source=item)


def keep(sight: Sight, found: Sequence[Likeness], guard: Guard, *, by: Seat) -> int:
    """Record what something looks like; the same again adds where it was seen. Gives how many are new.

    What is let stand by its name is told nobody again.
    """
    what, platform = sight.seen.what, sight.seen.platform
    spelt = spelt_of(what, sight.seen.value)
    if not found or (what.value, platform, spelt) in guard.allowed:
        return 0
    new = 0
    for likeness in found:
        if likeness.score < FEWEST:
            continue
        protected = guard.known[likeness.protected.key]
        same = {
            "protected": protected,
            "what": what.value,
            "platform": platform,
            "spelt": spelt,
            "source": sight.source,
        }
        hit = Hit.objects.filter(**same).first()
        if hit is None:
            hit = make_hit(sight, likeness, same, by=by)
            new += 1
        if hit.places.count() < MOST_PLACES:
            HitPlace.objects.get_or_create(hit=hit, place=sight.place, reference=sight.reference[:MOST_SEEN])
    return new


def make_hit(sight: Sight, likeness: Likeness, same: Mapping[str, object], *, by: Seat) -> Hit:
    """Record one hit, under a marking as strict as that of what it was seen in."""
    require(by, "search for look-alikes")
    observed = sight.seen.value[:MOST_SEEN]
    item = make_item(
        kind="look-alike", title=f"{observed[:200]} looks like {likeness.protected.value}"[:300], text=likeness.sentence,
        marking=own_marking(by), by=by, sources=[sight.source] if sight.source is not None else [],
    )  # fmt: skip
    hit = Hit.objects.create(
        item=item, **same, observed=observed, relations=[one.value for one in likeness.relations], score=likeness.score,
        sentence=likeness.sentence[:1500],
    )  # fmt: skip
    record("look-alike found", by=by, about=item, subject=("protected", hit.protected_id), facts={"place": sight.place})
    return hit


@transaction.atomic
def hold_against(value: str, what: What, platform: str, *, by: Seat) -> tuple[Likeness, ...]:
    """What something looks like now; nothing is kept."""
    require(by, "see look-alikes")
    when: datetime = moment()
    return guard_of(by, when.date()).recogniser.find(Observed(what=what, value=value[:2000], platform=platform))

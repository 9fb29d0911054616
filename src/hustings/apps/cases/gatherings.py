"""What people do with gatherings in a case: take them from ads, add them by hand, say whether they took place, tell others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from hustings.apps.ads.models import Ad as HeldAd
from hustings.apps.audit.record import record
from hustings.apps.cases.models import (
    Case,
    Evidence,
    Gathering,
    GatheringAd,
    GatheringFigure,
    GatheringHeld,
    GatheringNotice,
    GatheringUnwitting,
    OpposedPair,
    SafetyContact,
)
from hustings.apps.cases.working import said, working
from hustings.apps.items.actions import part_of
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, require
from hustings.errors import BadInput, Problem
from hustings.policy.casework import Contact, Counted, TookPlace
from hustings.screening.ad import Ad, Criterion
from hustings.screening.audience.places import STATES
from hustings.screening.audience.poles import packaged_poles
from hustings.screening.gathering import Gathering as Found
from hustings.screening.gathering import gatherings, opposed_gatherings
from hustings.screening.targeting_tree import from_json, leaves

__all__ = [
    "Gathered", "add", "ads_held", "count", "gather", "link_ad", "name_safety_contact", "notify", "oppose", "say_held", "say_unwitting", "told",
]  # fmt: skip

MOST = 200_000  # ads read for one case
ANNOUNCED = (
    "facebook.com",
    "eventbrite.",
    "meetup.com",
)  # where people announce gatherings; what else leads nowhere is not read


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What the ads held: gatherings, those of them that are new in the case, ads that lead to one, opposed pairs."""

    gatherings: int
    new: int
    ads: int
    opposed: int


def ads_held(query: str, archive: str) -> list[Ad]:
    """The ads that this seat may read and that lead to where gatherings are announced.

    query     words of the ads; all where it is empty
    Raises    BadInput where there are more than can be read at once
    """
    leads = Q()
    for site in ANNOUNCED:
        leads |= Q(creative__landing_url__icontains=site)
    rows = HeldAd.objects.filter(leads).select_related("creative", "page", "sponsor")
    if archive.strip():
        rows = rows.filter(archive=archive.strip())
    if query.strip():
        rows = rows.extra(where=["search @@ websearch_to_tsquery('simple', %s)"], params=[query.strip()])
    found = list(rows.order_by("archive", "number")[: MOST + 1])
    if len(found) > MOST:
        raise BadInput(
            "There are too many ads.",
            [
                Problem(
                    where="query", found=f"more than {MOST:,} ads", expected="fewer", do="Name an archive, or words."
                )
            ],
        )
    return [read_as(ad) for ad in found]


def read_as(ad: HeldAd) -> Ad:
    """An ad of the tables as the screening reads it."""
    tree = from_json(ad.targeting) if ad.targeting else None
    aimed: list[Criterion] = []
    for leaf, excluded in leaves(tree) if tree is not None else ():
        aimed.append(Criterion(value=leaf.value, dimension=leaf.dimension, category=leaf.category, excluded=excluded))
    return Ad(
        platform=ad.page.platform if ad.page else None, actor=str(ad.page or ad.sponsor or "") or None, ad=f"{ad.archive}:{ad.number}",
        text=ad.creative.text if ad.creative else None, landing_url=ad.creative.landing_url if ad.creative else None,
        created=ad.created, impressions=ad.impressions, clicks=ad.clicks, target_countries=tuple(ad.countries),
        targeting=tuple(aimed), tree=tree,
    )  # fmt: skip


@transaction.atomic
def gather(case: Case, *, by: Seat, query: str = "", archive: str = "") -> Gathered:
    """Put the gatherings that the installation's ads lead to into a case, with their ads and what opposes what.

    What is there already stays as it is, and gets the ads that it lacks.
    """
    case = working(case, by=by)
    return put_in(case, ads_held(query, archive), by=by)


def put_in(case: Case, ads: Iterable[Ad], *, by: Seat) -> Gathered:
    """The gatherings of these ads, written into a case."""
    poles = packaged_poles()
    found = gatherings(ads, poles)
    pairs = opposed_gatherings(found, poles.matters)
    held = {(one.site, one.number): one for one in Gathering.objects.filter(case=case).exclude(number="")}
    new = [made_of(case, one, by) for one in found if (one.site, one.number) not in held]
    Gathering.objects.bulk_create(new)
    held |= {(one.site, one.number): one for one in new}
    GatheringAd.objects.bulk_create(
        (
            GatheringAd(gathering=held[one.site, one.number], archive=ad.partition(":")[0], number=ad.partition(":")[2],
                        buyer=buyer[:300], by=by.appointment)
            for one in found for ad, buyer in zip(one.ads, buyers_of(one), strict=True)
        ), ignore_conflicts=True,
    )  # fmt: skip
    OpposedPair.objects.bulk_create(
        (
            OpposedPair(
                gathering=held[pair.gatherings[0].site, pair.gatherings[0].number],
                other=held[pair.gatherings[1].site, pair.gatherings[1].number], matter=pair.matter.name[:300],
                sentence=pair.sentence[:500], sure=pair.sure, by=by.appointment,
            )
            for pair in pairs
        ), ignore_conflicts=True,
    )  # fmt: skip
    told = Gathered(gatherings=len(found), new=len(new), ads=sum(len(one.ads) for one in found), opposed=len(pairs))
    record("gatherings taken from ads", by=by, about=case.item,
           facts={"gatherings": told.gatherings, "new": told.new, "ads": told.ads, "opposed": told.opposed})  # fmt: skip
    return told


def buyers_of(one: Found) -> list[str]:
    """A buyer for each ad, where all ads of a gathering have one; else none is said of the single ad."""
    only = one.buyers[0] if len(one.buyers) == 1 else ""
    return [only] * len(one.ads)


def made_of(case: Case, one: Found, by: Seat) -> Gathering:
    """A gathering as its ads tell it."""
    lines = [line.strip() for line in one.words.splitlines() if line.strip()]
    place = "; ".join(one.places_said or one.places[:1])[:300]
    region = next(
        (f"US-{code}" for code, name in STATES.items() if name in one.places_said or name in one.places[:1]), ""
    )
    return Gathering(
        case=case, site=one.site, number=one.number, title=(lines[0] if lines else f"{one.site} {one.number}")[:300],
        place=place, region=region, country="US" if region else "", day=one.day, hosts=[buyer[:300] for buyer in one.buyers],
        source=f"the words and aims of {len(one.ads)} ad{'' if len(one.ads) == 1 else 's'} that lead to it"
        + ("" if one.places_said or not one.places else "; the place is where ads were aimed"),
        by=by.appointment,
    )  # fmt: skip


@transaction.atomic
def add(
    case: Case, *, by: Seat, title: str, source: str, site: str = "", number: str = "", place: str = "", region: str = "",
    country: str = "", day: date | None = None, starts: datetime | None = None, hosts: Sequence[str] = (), called_off: str = "",
) -> Gathering:  # fmt: skip
    """Add a gathering that is known by other means than ads."""
    case = working(case, by=by)
    said(title=title, source=source)
    if starts is not None and day is not None and starts.date() != day and abs((starts.date() - day).days) > 1:
        raise BadInput(
            "The gathering cannot be added.",
            [Problem(where="starts", found=f"{starts:%Y-%m-%d}", expected=f"a moment of {day}", do="Say one of the two.")],
        )  # fmt: skip
    try:
        with transaction.atomic():
            made = Gathering.objects.create(
                case=case, title=title.strip(), source=source.strip(), site=site.strip().lower(), number=number.strip(),
                place=place.strip(), region=region.strip().upper(), country=country.strip().upper(),
                day=day or (starts.date() if starts else None), starts=starts, hosts=[one.strip()[:300] for one in hosts if one.strip()],
                called_off=called_off, by=by.appointment,
            )  # fmt: skip
    except IntegrityError:
        raise BadInput(
            "The gathering is there already.",
            [Problem(where="number", found=number.strip(), expected="one not in the case", do="Add to the one that is there.")],
        ) from None  # fmt: skip
    record("gathering added", by=by, about=case.item, subject=("gathering", made.pk))
    return made


def worked_on(gathering: Gathering, by: Seat) -> Case:
    """Its case, held, for somebody who may add to it."""
    return working(gathering.case, by=by)


@transaction.atomic
def count(gathering: Gathering, what: Counted, value: int, *, by: Seat, source: str) -> GatheringFigure:
    """Say how many saw it, were interested or said they would go, and by which source."""
    case = worked_on(gathering, by)
    said(source=source)
    if value < 0:
        raise BadInput(
            "The figure cannot be kept.",
            [Problem(where="value", found=str(value), expected="0 or more", do="Write the number as its source says it.")],
        )  # fmt: skip
    made = GatheringFigure.objects.create(
        gathering=gathering, what=what, value=value, source=source.strip(), by=by.appointment
    )
    record("gathering counted", by=by, about=case.item, subject=("gathering", gathering.pk), facts={"what": what.value})
    return made


@transaction.atomic
def link_ad(gathering: Gathering, archive: str, number: str, *, by: Seat, buyer: str = "") -> GatheringAd:
    """Say that an ad called to it: by an archive and the number there, or `library` and the number the public knows."""
    case = worked_on(gathering, by)
    said(archive=archive, number=number)
    made, _ = GatheringAd.objects.get_or_create(
        gathering=gathering, archive=archive.strip(), number=number.strip(),
        defaults={"buyer": buyer.strip(), "by": by.appointment},
    )  # fmt: skip
    record("gathering linked to an ad", by=by, about=case.item, subject=("gathering", gathering.pk))
    return made


@transaction.atomic
def oppose(gathering: Gathering, other: Gathering, *, by: Seat, matter: str, sentence: str) -> OpposedPair:
    """Say that two gatherings of a case stand against each other, and on which matter."""
    case = worked_on(gathering, by)
    said(matter=matter, sentence=sentence)
    if other.case_id != gathering.case_id or other.pk == gathering.pk:
        raise BadInput(
            "These two cannot be opposed.",
            [Problem(where="other", found="itself, or one of another case", expected="another of this case", do="Choose another.")],
        )  # fmt: skip
    before = OpposedPair.objects.filter(Q(gathering=gathering, other=other) | Q(gathering=other, other=gathering))
    held = before.filter(matter=matter.strip()).first()
    if held is not None:
        return held
    made = OpposedPair.objects.create(
        gathering=gathering, other=other, matter=matter.strip(), sentence=sentence.strip(), sure=True, by=by.appointment
    )
    record("gatherings opposed", by=by, about=case.item, subject=("gathering", gathering.pk))
    return made


@transaction.atomic
def say_held(
    gathering: Gathering, answer: TookPlace, *, by: Seat, says: str = "", rests_on: Sequence[Evidence] = ()
) -> GatheringHeld:
    """Say whether it took place, who says so, and on which sealed evidence."""
    case = worked_on(gathering, by)
    if answer is not TookPlace.UNKNOWN:
        said(says=says)
        if not rests_on:
            raise BadInput(
                "Whether it took place needs evidence.",
                [Problem(where="rests on", found="nothing", expected="a sealed object", do="Seal what shows it, or leave it unknown.")],
            )  # fmt: skip
    for one in rests_on:
        require(by, "read", one.item)
        part_of(case.item, one.item, by=by)
    made = GatheringHeld.objects.create(
        gathering=gathering, answer=answer, says=says.strip(), rests_on=[one.pk for one in rests_on], by=by.appointment
    )
    record(
        "gathering held", by=by, about=case.item, subject=("gathering", gathering.pk), facts={"answer": answer.value}
    )
    return made


@transaction.atomic
def say_unwitting(gathering: Gathering, people: int, *, by: Seat, rests_on: Evidence) -> GatheringUnwitting:
    """Say how many helped without knowing; who they are is in the sealed evidence, and nowhere else."""
    case = worked_on(gathering, by)
    require(by, "read", rests_on.item)
    part_of(case.item, rests_on.item, by=by)
    made = GatheringUnwitting.objects.create(
        gathering=gathering, people=people, rests_on=rests_on.pk, by=by.appointment
    )
    record("unwitting people counted", by=by, about=case.item, subject=("gathering", gathering.pk))
    return made


@transaction.atomic
def notify(gathering: Gathering, contact: Contact, *, by: Seat, words: str = "") -> GatheringNotice:
    """Write down whom to tell of it."""
    case = worked_on(gathering, by)
    made = GatheringNotice.objects.create(gathering=gathering, contact=contact, words=words.strip(), by=by.appointment)
    record("notice due", by=by, about=case.item, subject=("gathering", gathering.pk), facts={"contact": contact.value})
    return made


@transaction.atomic
def told(notice: GatheringNotice, *, by: Seat) -> GatheringNotice:
    """Say that they were told, now, by oneself. Told once stays told."""
    case = worked_on(notice.gathering, by)
    held = GatheringNotice.objects.select_for_update(of=("self",)).filter(pk=notice.pk).first()
    if held is None:
        raise NotKnown
    if held.told_at is None:
        held.told_at, held.told_by = by.now, by.appointment
        held.save(update_fields=["told_at", "told_by"])
        facts: dict[str, Any] = {"contact": held.contact}
        record("notice given", by=by, about=case.item, subject=("gathering", held.gathering_id), facts=facts)
    return held


@transaction.atomic
def name_safety_contact(words: str, *, by: Seat) -> SafetyContact:
    """Name whom one's organisation calls about a gathering to come; alerts name it from now on."""
    require(by, "name safety contact")
    said(contact=words)
    made = SafetyContact.objects.create(
        organisation=by.appointment.position.organisation, words=words.strip(), by=by.appointment
    )
    record("safety contact named", by=by, subject=("contact", made.pk))
    return made

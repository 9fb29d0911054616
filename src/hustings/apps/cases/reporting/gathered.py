"""The rows that a report's figures are counted over, as the platform holds them of a moment and this seat may know them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from hustings.apps.ads.models import Ad, PageName
from hustings.apps.cases import find
from hustings.apps.cases.models import (
    Campaign,
    Case,
    CaseLead,
    Disclosure,
    Evidence,
    Gathering,
    GatheringAd,
    GatheringFigure,
    GatheringHeld,
    GatheringNotice,
    Member,
    Notice,
    OpposedPair,
    Order,
    OriginClaim,
    PlanAppeal,
    Target,
)
from hustings.apps.cases.reach.assets import ads_of
from hustings.apps.cases.reach.people import by_day, reach_of_ads, shown
from hustings.apps.cases.store import store
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can, readable
from hustings.policy.casework import MemberKind, MemberState
from hustings.policy.role import Role
from hustings.report.counting.basis import UNSEEN, Basis
from hustings.screening.reach_told import Answer, How

__all__ = ["gather", "now", "written"]

Row = dict[str, Any]

LARGEST = 1_000_000  # bytes of a sealed record in which numbers are looked for
MOST_RECORDS = 5_000  # sealed records of assets that are read
MOST_FOLLOWERS = 500_000
NUMBERS = ("followers", "members", "posts")
SOUGHT = (MemberKind.DOMAIN, MemberKind.ACCOUNT, MemberKind.PAGE, MemberKind.GROUP, MemberKind.CHANNEL)


def gather(
    case: Case, campaign: Campaign | None, *, by: Seat, then: datetime, parameters: Mapping[str, str], scope: str
) -> Basis:
    """The rows of a case and its parts, or of one campaign in it.

    scope    what the rows are about, in words that everybody may read who reads the report
    then     what was recorded after it is not among them. A member that was withdrawn since is not either, nor what follows
             from it: a membership keeps its latest decision alone, so that a report is corrected by counting again
    Limits   what this seat may not know is not counted; another seat may count otherwise. Numbers of ads are as they were
             read last: an archive's later edition replaces them
    """
    cases = find.parts_of(by, case)
    campaigns = find.campaigns(by).filter(cases__case__in=cases).distinct()
    if campaign is not None:
        campaigns = campaigns.filter(pk=campaign.pk)
    keys = list(campaigns.order_by("pk").values_list("pk", flat=True))
    lacks: dict[str, str] = {}
    members = list(
        Member.objects.filter(campaign__in=keys, at__lte=then).exclude(state=MemberState.WITHDRAWN).order_by("kind", "platform", "name", "pk")
    )  # fmt: skip
    tables = assets(members, cases, by, then, lacks)
    tables |= of_ads(by, campaign or case, then, parameters, lacks)
    tables |= of_gatherings(cases, then)
    tables["leads"] = leads(cases, then)
    tables |= of_plans(by, keys, then, lacks)
    tables["told"] = told(cases, then)
    tables |= of_campaigns(list(campaigns.order_by("pk")), then)
    tables["indicators"] = [
        {"key": row["key"], "kind": row["kind"], "platform": row["platform"], "value": row["name"]}
        for row in tables["assets"] if row["state"] == "accepted" and row["kind"] in SOUGHT
    ]  # fmt: skip
    return Basis(as_of=written(then), scope=scope, tables=tables, lacks=dict(sorted(lacks.items())))


def now() -> datetime:
    """The moment of asking: by it, whoever wrote before in this transaction has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def written(moment: datetime) -> str:
    """A moment as rows have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def at(moment: datetime | None, then: datetime) -> str | None:
    """A moment, if it had come by then."""
    return written(moment) if moment is not None and moment <= then else None


def assets(
    members: Sequence[Member], cases: Sequence[Case], by: Seat, then: datetime, lacks: dict[str, str]
) -> dict[str, list[Row]]:
    """Members with what sealed records of their platform say of them, and their followers under pseudonyms where those tell them."""
    said = records(members, cases, by, then, lacks)
    names = earlier_names(members, by, then)
    tables: dict[str, list[Row]] = {}
    people = sorted({person for one in said.values() for person in one.get("follower_ids", ())})
    if people and len(people) <= MOST_FOLLOWERS:
        number = {person: f"f{place:07d}" for place, person in enumerate(people, 1)}
        tables["followers"] = [
            {"key": f"{key} {number[person]}", "asset": str(key), "person": number[person]}
            for key in sorted(said, key=str) for person in sorted(set(said[key].get("follower_ids", ())))
        ]  # fmt: skip
    else:
        lacks["followers"] = (
            "nothing sealed says who follows them"
            if not people
            else f"more than {MOST_FOLLOWERS:,} followers are told one by one"
        )
    tables["assets"] = [
        {
            "key": str(one.pk), "kind": one.kind, "platform": one.platform, "name": one.name,
            "state": "accepted" if one.state == MemberState.ACCEPTED and one.decided_at is not None and one.decided_at <= then else "proposed",
            **{name: said.get(one.pk, {}).get(name) for name in NUMBERS}, "names": names.get(one.pk), "made": said.get(one.pk, {}).get("made"),
            "recorded": written(one.at),
        }
        for one in members
    ]  # fmt: skip
    return tables


def records(members: Sequence[Member], cases: Sequence[Case], by: Seat, then: datetime, lacks: dict[str, str]) -> dict[UUID, Row]:  # fmt: skip
    """What the newest sealed platform export about each member says: {"followers": 12, "posts": 3, "follower_ids": [...]}."""
    wanted = {(one.kind, one.platform, one.name): one.pk for one in members}
    held = find.evidence(by).filter(
        case__in=cases, media_type="application/json", made_from__isnull=True, sealed_at__lte=then, size__lte=LARGEST
    )
    found: dict[UUID, Row] = {}
    about = [
        one for one in held.exclude(of="").order_by("-sealed_at", "pk") if (one.what, one.platform, one.of) in wanted
    ]
    if len(about) > MOST_RECORDS:
        lacks["assets.followers"] = lacks["assets.posts"] = (
            f"more than {MOST_RECORDS:,} sealed records are about its assets"
        )
        return found
    for one in about:
        key = wanted[one.what, one.platform, one.of]
        if key not in found and (read := numbers(one)):
            found[key] = read
    return found


def numbers(kept: Evidence) -> Row:
    """Whole numbers that a sealed record gives under the names we know; nothing of a record that is no JSON object."""
    try:
        with store().open(kept.sha256) as file:
            said = json.loads(file.read())
    except (OSError, ValueError):
        return {}
    if not isinstance(said, dict):
        return {}
    read: Row = {name: said[name] for name in NUMBERS if type(said.get(name)) is int and said[name] >= 0}
    people = said.get("follower_ids")
    if isinstance(people, list) and all(isinstance(one, str) for one in people):
        read["follower_ids"] = people
        read.setdefault("followers", len(set(people)))
    if isinstance(said.get("made"), str):
        read["made"] = said["made"][:40]
    return read


def earlier_names(members: Sequence[Member], by: Seat, then: datetime) -> dict[UUID, int]:
    """How many names each page is known to have borne, where one's own door's records tell it."""
    if not can(by, "see ads"):
        return {}
    pages = {(one.platform, one.name): one.pk for one in members if one.kind == MemberKind.PAGE}
    names: dict[UUID, set[str]] = {}
    rows = PageName.objects.filter(
        page__held_by=by.appointment.position.organisation_id,
        page__number__in=[name for _, name in pages],
        since__lte=then,
    )
    for platform, number, name in rows.order_by("pk").values_list("page__platform", "page__number", "name"):
        if (platform, number) in pages:
            names.setdefault(pages[platform, number], set()).add(name)
    return {key: len(borne) for key, borne in names.items()}


def of_ads(by: Seat, of: Campaign | Case, then: datetime, parameters: Mapping[str, str], lacks: dict[str, str]) -> dict[str, list[Row]]:  # fmt: skip
    """Ads behind the accepted members, the days on which they were shown, and how many people saw them."""
    if not can(by, "see ads"):
        lacks["ads"] = lacks["days"] = lacks["reach"] = f"{UNSEEN} ads"
        return {}
    held = ads_of(by, of, then=then)
    rows = list(held.select_related("page", "payer").order_by("archive", "number", "pk"))
    name = {one.pk: f"{one.archive}:{one.number}" for one in rows}
    days: dict[tuple[UUID, date], int] = {}
    for key, day, _region, count in shown(list(name), then, None):
        days[key, day] = days.get((key, day), 0) + count
    by_ad: dict[UUID, int] = {}
    for (key, _), count in days.items():
        by_ad[key] = by_ad.get(key, 0) + count
    tables = {"ads": [ad_row(one, by_ad.get(one.pk)) for one in rows]}
    if days:
        tables["days"] = [
            {"key": f"{name[key]} {day.isoformat()}", "ad": name[key], "day": day.isoformat(), "impressions": count}
            for (key, day), count in sorted(days.items(), key=lambda one: (name[one[0][0]], one[0][1]))
        ]  # fmt: skip
    else:
        lacks["days"] = "no day on which an ad was shown is held"
    if rows and not any(one["instrument_currency"] for one in tables["ads"]):
        lacks["ads.instrument_currency"] = "no payment instrument's currency is held, or who asked may not see it"
    tables |= reach(held, then, parameters)
    return tables


def ad_row(ad: Ad, by_days: int | None) -> Row:
    """An ad as it is counted; what was delivered by day counts where the archive gives no total."""
    return {
        "key": f"{ad.archive}:{ad.number}", "page": str(ad.page or "") or None, "created": ad.created.isoformat() if ad.created else None,
        "first": ad.starts.date().isoformat() if ad.starts else None, "last": ad.ends.date().isoformat() if ad.ends else None,
        "amount": f"{ad.spend.normalize():f}" if ad.spend is not None else None, "currency": ad.currency or None,
        "instrument_currency": (ad.payer.currency or None) if ad.payer else None,
        "impressions": ad.impressions if ad.impressions is not None else by_days, "clicks": ad.clicks,
    }  # fmt: skip


def reach(held: QuerySet[Ad], then: datetime, parameters: Mapping[str, str]) -> dict[str, list[Row]]:
    """The union over the people who saw at least one, in all and by election day."""
    answer = reach_of_ads(held, then=then)
    rows = [reached("all", answer)]
    if parameters.get("election_day"):
        after = date.fromisoformat(parameters["election_day"]) + timedelta(days=1)
        before = by_day(held, after, then=then)
        rows += [reached("by election day", cut.people) for cut in before if cut.name.startswith("before")]
    return {"reach": rows}


def reached(key: str, answer: Answer) -> Row:
    """What is told of people, as a row. An upper bound alone is no figure of people."""
    known = answer.how is not How.NOT
    return {
        "key": key, "people": answer.people if known else None, "low": answer.low if known else None, "high": answer.high if known else None,
        "method": f"{answer.how.value.capitalize()}. {answer.caveat}" if known else answer.caveat, "modelled": answer.how.modelled,
    }  # fmt: skip


def of_gatherings(cases: Sequence[Case], then: datetime) -> dict[str, list[Row]]:
    """Gatherings with the latest number of each kind that a source gave by then."""
    found = list(Gathering.objects.filter(case__in=cases, at__lte=then).order_by("pk"))
    figures: dict[tuple[UUID, str], int] = {}
    for one in GatheringFigure.objects.filter(gathering__in=found, at__lte=then).order_by("at", "pk"):
        figures[one.gathering_id, one.what] = one.value
    called: dict[UUID, int] = {}
    for key in (
        GatheringAd.objects.filter(gathering__in=found, at__lte=then).order_by("pk").values_list("gathering", flat=True)
    ):
        called[key] = called.get(key, 0) + 1
    held = {
        one.gathering_id: one.answer
        for one in GatheringHeld.objects.filter(gathering__in=found, at__lte=then).order_by("at", "pk")
    }
    pairs = OpposedPair.objects.filter(gathering__in=found, other__in=found, at__lte=then).order_by("pk")
    return {
        "gatherings": [
            {
                "key": str(one.pk), "day": one.day.isoformat() if one.day else None,
                **{what: figures.get((one.pk, what)) for what in ("viewers", "interested", "going")},
                "ads": called.get(one.pk, 0), "held": held.get(one.pk), "recorded": written(one.at),
            }
            for one in found
        ],
        "opposed": [{"key": str(one.pk), "sure": one.sure, "recorded": written(one.at)} for one in pairs],
    }  # fmt: skip


def leads(cases: Sequence[Case], then: datetime) -> list[Row]:
    """Leads that the case took up by then, each once."""
    found: dict[UUID, Row] = {}
    taken = (
        CaseLead.objects.filter(case__in=cases, at__lte=then)
        .select_related("lead__item", "case__item")
        .order_by("lead", "at")
    )
    for one in taken:
        opened = written(one.case.item.made_at)
        row = found.setdefault(one.lead_id, {
            "key": str(one.lead_id), "source": one.lead.source, "at": written(one.lead.item.made_at), "state": "taken up", "case_opened": opened,
        })  # fmt: skip
        row["case_opened"] = min(row["case_opened"], opened)
    return list(found.values())


def of_plans(by: Seat, campaigns: Sequence[UUID], then: datetime, lacks: dict[str, str]) -> dict[str, list[Row]]:
    """What was ordered, done, undone and told of each target, and the appeals, as far as this seat may see them."""
    targets = list(
        Target.objects.filter(plan__campaign__in=campaigns, plan__item__in=readable(by).values("pk"), at__lte=then)
        .select_related("plan").order_by("pk")
    )  # fmt: skip
    orders: dict[tuple[UUID, str], Order] = {
        (one.target_id, one.what): one
        for one in Order.objects.filter(target__in=targets, made_at__lte=then).order_by("key")
    }
    noticed = dict(
        Notice.objects.filter(target__in=targets, made_at__lte=then).order_by("pk").values_list("target", "made_at")
    )

    def done(target: Target, what: str) -> str | None:
        order = orders.get((target.pk, what))
        return at(order.answered_at, then) if order is not None and order.answer == "done" else None

    tables = {"targets": [
        {
            "key": str(one.pk), "action": one.action, "kind": one.kind, "platform": one.platform, "countries": list(one.plan.places), "language": None,
            "source": one.plan.source, "machine": one.plan.found_by_machine,
            "ordered": at(orders[one.pk, "do"].made_at, then) if (one.pk, "do") in orders else None,
            "done": done(one, "do"), "undone": done(one, "undo"), "noticed": at(noticed.get(one.pk), then),
        }
        for one in targets
    ]}  # fmt: skip
    lacks["targets.language"] = "the language of an asset is not held"
    if by.roles & {Role.REVIEWER, Role.AUDITOR}:
        tables["appeals"] = [
            {"key": str(one.pk), "target": str(one.target_id), "at": written(one.at),
             "outcome": one.outcome if one.answered_at is not None and one.answered_at <= then else "", "answered": at(one.answered_at, then)}
            for one in PlanAppeal.objects.filter(target__in=targets, at__lte=then).order_by("pk")
        ]  # fmt: skip
    else:
        lacks["appeals"] = f"{UNSEEN} appeals: a reviewer can"
    return tables


def told(cases: Sequence[Case], then: datetime) -> list[Row]:
    """Contacts who were told of gatherings, and recipients of the register, by kind."""
    contacts: Iterable[GatheringNotice] = GatheringNotice.objects.filter(
        gathering__case__in=cases, told_at__lte=then
    ).order_by("pk")
    recipients: Iterable[Disclosure] = Disclosure.objects.filter(case__in=cases, at__lte=then).order_by("pk")
    return [
        *({"key": str(one.pk), "whom": one.contact, "at": at(one.told_at, then)} for one in contacts),
        *({"key": str(one.pk), "whom": f"recipient: {one.kind}", "at": written(one.at)} for one in recipients),
    ]  # fmt: skip


def of_campaigns(campaigns: Sequence[Campaign], then: datetime) -> dict[str, list[Row]]:
    """What people wrote of campaigns, and claims of origin that stood then."""
    says = [
        {"key": f"{one.pk} {what} {place}", "what": what, "value": value}
        for one in campaigns
        for what, values in (("narrative", one.narratives), ("tactic", one.tactics), ("country aimed at", one.aims_at))
        for place, value in enumerate(values, 1)
    ]  # fmt: skip
    claims = (
        OriginClaim.objects.filter(campaign__in=campaigns, at__lte=then)
        .order_by("at", "pk")
        .prefetch_related("dissents")
    )
    return {
        "says": says,
        "origins": [
            {"key": str(one.pk), "claim": one.claim, "confidence": one.confidence, "alternatives": one.alternatives, "at": written(one.at),
             "dissents": sum(each.at <= then for each in one.dissents.all())}
            for one in claims if one.withdrawn_at is None or one.withdrawn_at > then
        ],
    }  # fmt: skip

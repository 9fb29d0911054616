"""What an item of ours says, as values that become STIX objects, and what of it stays here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hustings.apps.cases import find as cases
from hustings.apps.cases.models import Campaign, Gathering, KnownActor
from hustings.apps.findings import find as findings
from hustings.apps.findings.models import Finding
from hustings.apps.indicators.models import Indicator, Telling
from hustings.apps.items.models import Item
from hustings.apps.joint.models import Remark
from hustings.apps.people.seat import Seat
from hustings.apps.said.naming import identity_of
from hustings.apps.sweeps.models import Answer
from hustings.apps.taxii.models import StixObject
from hustings.exchange.disarm import attack_patterns
from hustings.exchange.stix import work
from hustings.exchange.stix.forms import form_of
from hustings.exchange.stix.objects import observed, uuid_of
from hustings.policy.capacity import Matter
from hustings.policy.casework import MemberKind, MemberState

__all__ = ["KINDS", "MATTERS", "Told", "told"]

SURE = {"low": 15, "moderate": 50, "high": 85}  # STIX 2.1, appendix A, scale none, low, medium, high
ACCOUNTS = {MemberKind.ACCOUNT, MemberKind.PAGE, MemberKind.GROUP, MemberKind.BUYER, MemberKind.CHANNEL}
# What we make of a tip, in STIX's words for agreement; "disputed" has none and stands as a label.
OPINIONS = {"positive": "agree", "seed": "neutral", "negative": "disagree", "disputed": "neutral"}


@dataclass(kw_only=True)
class Told:
    """What an item says. `about` is the item; `losses` name, for people, what does not travel and why.

    named   whether everybody who gets it may be told accounts by name
    """

    about: Item
    named: bool = True
    values: list[work.Thing] = field(default_factory=list)
    observed: dict[str, dict[str, Any]] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every object of one telling bears."""

    creator: str
    created: datetime
    modified: datetime
    seat: Seat

    def of(self, *parts: object) -> dict[str, Any]:
        """The head of an object whose key is computed from what it connects."""
        return self.keyed(uuid_of([str(part) for part in parts]))

    def keyed(self, key: object) -> dict[str, Any]:
        """The head of an object with this key."""
        return {"key": str(key), "creator": self.creator, "created": self.created, "modified": self.modified}


def told(item: Item, *, by: Seat, named: bool = True) -> Told | None:
    """What an item says to others as far as this seat knows it; None for a kind that has no form.

    The seat is one that may read the item: that is asked before.
    named   whether accounts may be told by name; else a campaign goes without its members
    """
    tell = KINDS.get(item.kind)
    if tell is None:
        return None
    here = by.appointment.position.organisation
    made = Told(about=item, named=named)
    frame = Frame(creator=identity_of(here), created=item.made_at, modified=max(by.now, item.made_at), seat=by)
    tell(made, item, frame)
    return made


def tell_finding(made: Told, item: Item, frame: Frame) -> None:
    """A finding as a grouping of its members' accounts, under the pseudonyms of its run."""
    finding = Finding.objects.select_related("run").get(pk=item.pk)
    accounts = [account(made, row["platform"], row["pseudonym"]) for row in findings.members(finding)]
    made.values.append(
        work.Finding(
            **frame.keyed(item.pk), name=item.title, sentence=finding.sentence, object_refs=tuple(accounts),
            score=finding.score, basis=finding.basis, named=False, platforms=tuple(finding.platforms), first=finding.first,
            last=finding.last, links=finding.links, traces=finding.traces, acts=finding.acts,
            expected_acts=finding.expected_acts, limits=tuple(finding.limits), why_innocent=tuple(finding.why_innocent),
            rows_digest=finding.rows_digest, run_digest=finding.run.digest,
        )
    )  # fmt: skip
    made.losses += [
        "Members stand under the pseudonyms of their run: whose they are is told by a campaign that names them.",
        "Links, shared traces and posts stay here: they are counted, not listed.",
    ]


def tell_campaign(made: Told, item: Item, frame: Frame) -> None:
    """A campaign with who belongs to it, what it tells people, its techniques, its gatherings and claims of origin."""
    campaign = Campaign.objects.get(pk=item.pk)
    accepted = campaign.members.filter(state=MemberState.ACCEPTED.value).order_by("kind", "platform", "name", "pk")
    members = list(accepted if made.named else accepted.filter(kind=MemberKind.DOMAIN.value))
    if not made.named and accepted.count() > len(members):
        made.losses.append(
            "Members are not named but for domains: not everybody who reads this may be told named content."
        )
    gatherings = [
        one
        for link in campaign.cases.select_related("case").filter(case__in=cases.cases(frame.seat)).order_by("pk")
        for one in link.case.gatherings.order_by("pk")
    ]
    days = sorted(one.starts for one in gatherings if one.starts is not None)
    said = work.StudiedCampaign(
        **frame.keyed(item.pk), name=item.title, description=item.text, aims_at=tuple(campaign.aims_at),
        techniques=tuple(campaign.tactics), narratives=tuple(campaign.narratives),
        first=days[0] if days else None, last=days[-1] if days else None,
        members=tuple(
            work.Belongs(kind=one.kind, platform=one.platform, name=one.name, part=one.part, assessed=one.confidence, method=one.method)
            for one in members
        ),
        origins=tuple(
            work.ClaimedOrigin(claim=one.claim, assessed=one.confidence, grounds=one.grounds, alternatives=one.alternatives)
            for one in campaign.origins.filter(withdrawn_at__isnull=True).order_by("at", "pk")
        ),
    )  # fmt: skip
    made.values.append(said)
    key = form_of(said).id_of(said.key)
    for text in dict.fromkeys(campaign.narratives):
        narrative = work.Narrative(**frame.of("narrative", item.pk, text), name=text)
        made.values.append(narrative)
        relate(made, frame, key, form_of(narrative).id_of(narrative.key))
    for number in campaign.tactics:
        if number in attack_patterns():
            relate(made, frame, key, attack_patterns()[number], "uses")
    for one in members:
        if one.kind in ACCOUNTS:
            relate(made, frame, key, account(made, one.platform, one.name))
        elif one.kind == MemberKind.DOMAIN:
            relate(made, frame, key, seen(made, "domain-name", {"value": one.name.lower()}))
        elif one.kind == MemberKind.AD:
            relate(made, frame, key, ad(made, frame, item, one.platform, one.name))
    for gathering in gatherings:
        ads = tuple(ad(made, frame, item, one.archive, one.number, one.buyer) for one in gathering.ads.order_by("archive", "number", "pk"))  # fmt: skip
        event = event_of(gathering, frame, ads)
        made.values.append(event)
        relate(made, frame, key, form_of(event).id_of(event.key))
    made.losses.append("What memberships rest on, who proposed and accepted them, and who dissents stay here.")
    waiting = campaign.members.filter(state=MemberState.PROPOSED.value).count()
    if waiting:
        made.losses.append(f"Proposed and not yet accepted: {waiting} members.")


def event_of(gathering: Gathering, frame: Frame, ads: tuple[str, ...]) -> work.Gathering:
    """A gathering with the figures that were announced and the ads that called people to it."""
    held = gathering.held.order_by("-at", "-pk").first()
    return work.Gathering(
        **frame.keyed(gathering.pk), name=gathering.title, source=gathering.source, site=gathering.site, number=gathering.number,
        place=gathering.place, region=gathering.region, country=gathering.country, day=gathering.day, starts=gathering.starts,
        called_off=gathering.called_off, ad_refs=ads, took_place=held.answer if held is not None else "",
        figures=tuple(
            work.Figure(what=one.what, value=one.value, source=one.source) for one in gathering.figures.order_by("what", "at", "pk")
        ),
    )  # fmt: skip


def tell_actor(made: Told, item: Item, frame: Frame) -> None:
    """A known actor with its assets, habits and what others claim of it."""
    actor = KnownActor.objects.get(pk=item.pk)
    parts = list(actor.actorparthelds.order_by("kind", "platform", "name", "pk"))
    made.values.append(
        work.KnownActor(
            **frame.keyed(item.pk), name=item.title, description=item.text,
            aliases=tuple(dict.fromkeys(part.name for part in parts if part.kind in {"name", "alias"})),
            assets=tuple(
                work.AssetOf(kind=one.kind, platform=one.platform, name=one.name, since=one.since, until=one.until, source=one.source)
                for one in parts if one.kind not in {"payer", "phone"}
            ),
            habits=tuple(
                work.Habit(what=one.what, value=one.value, source=one.source) for one in actor.actorhabits.order_by("what", "at", "pk")
            ),
            claims=tuple(
                work.Claim(says=one.says, said_on=one.said_on, claim=one.claim, assessed=one.confidence, source=one.source)
                for one in actor.actorclaims.order_by("said_on", "at", "pk")
            ),
        )
    )  # fmt: skip
    if any(part.kind in {"payer", "phone"} for part in parts):
        made.losses.append("Payers and telephone numbers stay here: they name people.")
    if actor.signatures.exists():
        made.losses.append("Marks of what was removed stay here: they are codes under this installation's key.")


def tell_answer(made: Told, item: Item, frame: Frame) -> None:
    """What we make of a partner's tip, as an opinion and a note about the objects it came as."""
    answer = Answer.objects.select_related("tip").get(pk=item.pk)
    came = StixObject.objects.filter(item__made_into__item=answer.tip.item).order_by("-received_at", "pk")
    refs = tuple(dict.fromkeys(came.values_list("stix_id", flat=True)))
    if not refs:
        made.losses.append("The tip did not come as STIX: there is nothing that an opinion could name.")
        return
    made.values.append(
        work.Opinion(
            **frame.of("opinion", item.pk), opinion=OPINIONS[answer.opinion], object_refs=refs, explanation=item.text,
            labels=(answer.opinion,),
        )
    )  # fmt: skip
    made.values.append(
        work.Note(**frame.of("note", item.pk), abstract=f"Answer to {answer.tip.reference}", content=item.text, object_refs=refs)
    )  # fmt: skip


def tell_seen(made: Told, item: Item, frame: Frame) -> None:
    """That a partner's indicator was seen here: how often and when, never in what."""
    telling = Telling.objects.select_related("indicator").get(item=item)
    made.values.append(
        work.Sighting(
            **frame.keyed(item.pk), sighting_of=telling.indicator.stix_id, seen_by=(frame.creator,), count=telling.count,
            first=telling.first, last=telling.last, summary=telling.words,
        )
    )  # fmt: skip
    made.losses.append("In what it was seen stays here.")


def tell_remark(made: Told, item: Item, frame: Frame) -> None:
    """What we say of an object that several organisations work on: an opinion or a note."""
    remark = Remark.objects.get(pk=item.pk)
    head, refs = frame.keyed(item.pk), tuple(remark.refs)
    if remark.word:
        made.values.append(work.Opinion(**head, opinion=remark.word, object_refs=refs, explanation=item.text))
    else:
        made.values.append(work.Note(**head, abstract=item.title, content=item.text, object_refs=refs))


def tell_indicator(made: Told, item: Item, frame: Frame) -> None:
    """An indicator of our own. Those of others are theirs to publish."""
    indicator = Indicator.objects.get(pk=item.pk)
    if indicator.given_by_id != frame.seat.appointment.position.organisation_id:
        made.losses.append("It is another organisation's: it goes out as it came, or not at all.")
        return
    made.values.append(
        work.Indicator(
            **frame.keyed(item.pk), name=item.title, description=item.title, pattern=indicator.pattern,
            valid_from=indicator.since or item.made_at, valid_until=indicator.until, indicator_types=tuple(indicator.kinds) or ("unknown",),
        )
    )  # fmt: skip


def ad(made: Told, frame: Frame, item: Item, archive: str, number: str, buyer: str = "") -> str:
    """The id of an ad by its archive and number, which goes along once."""
    said = work.Ad(
        **frame.of("ad", item.pk, archive, number), archive=archive or "unknown", number=number, paid_by=buyer
    )
    if all(one.key != said.key for one in made.values):
        made.values.append(said)
    return form_of(said).id_of(said.key)


def account(made: Told, platform: str, name: str) -> str:
    """The id of an account, which goes along."""
    return seen(made, "user-account", {"account_type": platform or "unknown", "user_id": name})


def seen(made: Told, kind: str, said: Mapping[str, Any]) -> str:
    """The id of something observed, which goes along."""
    thing = observed(kind, said, {})
    made.observed[thing["id"]] = thing
    return str(thing["id"])


def relate(made: Told, frame: Frame, source: str, target: str, how: str = "related-to") -> None:
    """Say how two objects stand to each other."""
    made.values.append(
        work.Relationship(**frame.of(source, how, target), relationship_type=how, source_ref=source, target_ref=target)
    )


# What is told by which kind, as agreements speak of it. The members of a campaign are named where that may be told too.
MATTERS = {
    "finding": frozenset({Matter.ANALYSIS}),
    "campaign": frozenset({Matter.ANALYSIS}),
    "known actor": frozenset({Matter.ANALYSIS, Matter.CONTENT}),
    "answer": frozenset({Matter.ANALYSIS}),
    "indicator": frozenset({Matter.INDICATORS}),
    "telling": frozenset({Matter.INDICATORS}),
    "remark": frozenset({Matter.ANALYSIS}),
}
KINDS: dict[str, Callable[[Told, Item, Frame], None]] = {
    "finding": tell_finding,
    "campaign": tell_campaign,
    "known actor": tell_actor,
    "answer": tell_answer,
    "indicator": tell_indicator,
    "telling": tell_seen,
    "remark": tell_remark,
}

"""The steps of the exercise, each done by a person of one installation through the acts that the pages call.

Every step gives what happened in a sentence for those who watch, and what a later step needs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from hustings.apps.cases.campaigns import accept_member, open_campaign, propose_member
from hustings.apps.cases.known import add_part, make_profile
from hustings.apps.cases.models import Campaign
from hustings.apps.cases.sealing import seal_rows
from hustings.apps.cases.working import open_case
from hustings.apps.database import WORKER, in_role
from hustings.apps.findings.models import Finding
from hustings.apps.indicators import actions as matching
from hustings.apps.indicators import find as indicators
from hustings.apps.indicators.keeping import Given, record_list
from hustings.apps.indicators.matching import look
from hustings.apps.joint import find as joint
from hustings.apps.joint.actions import remark
from hustings.apps.joint.mentioning import scan
from hustings.apps.people.models import Organisation
from hustings.apps.said.publishing import publish_item
from hustings.apps.seed.exercise.parties import Party, party
from hustings.apps.seed.exercise.world import begin, bring_posts, connect, desk, of_group
from hustings.apps.sharing import find as sharing
from hustings.apps.sharing.crossing import publish_outgoing
from hustings.apps.sharing.passing import Sending, send, take_step
from hustings.apps.sweeps import actions as sweeps
from hustings.apps.sweeps.find import tips
from hustings.apps.sweeps.models import Sweep, TraceTable
from hustings.apps.taxii.models import Collection, Subscription
from hustings.apps.taxii.moving import move
from hustings.apps.taxii.reacting import react
from hustings.errors import BadInput, EnvironmentLacks
from hustings.exchange.request import Named
from hustings.exchange.stix.names import Reads
from hustings.policy.capacity import Matter, Sort
from hustings.policy.casework import ActorPart, Confidence, MemberKind
from hustings.policy.marking import Marking, Tlp
from hustings.policy.remark import RemarkKind, Word
from hustings.policy.sweep import State

__all__ = ["answer_line", "run"]

Told = dict[str, Any]
TITLE = "Pages that pose as local"
PAUSE = 0.2  # seconds between two looks whether a search is done
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # before the made season, whose posts it has to count for


def between(here: Party, other: Party) -> Marking:
    """For two of them alone."""
    return Marking(tlp=Tlp.AMBER_STRICT, owner=str(here.id), permitted_organisations=frozenset({str(other.id)}))


def collection(alias: str) -> Collection:
    """A collection of this installation by its name in addresses."""
    return Collection.objects.get(alias=alias)


# Between installations


def fetch(here: Party, **_: Any) -> Told:
    """Fetch from every partner now, and let what came be read: what the worker does each minute."""
    with in_role(WORKER):
        keys = list(Subscription.objects.order_by("made_at", "pk").values_list("pk", flat=True))
    moved = sum(move(key) for key in keys)
    while react():
        pass
    scan()
    look(here.id)
    with in_role(WORKER):
        wrong = list(Subscription.objects.exclude(last_error="").order_by("pk").values_list("url", "last_error"))
    return {"objects": moved, "errors": [f"{url}: {error}" for url, error in wrong]}


def bring(_here: Party, **_: Any) -> Told:
    """Let what waits for partners stand where they fetch it."""
    return {"went": publish_outgoing()}


# The story


def warn(here: Party, accounts: list[str], domain: str, **_: Any) -> Told:
    """The agency tells one platform what it knows of an actor, and all partners of a domain."""
    with desk(here.front) as seat:
        actor = make_profile(
            by=seat,
            title="Operators of the river pages",
            text="They post on two platforms before the vote.",
            marking=between(here, party("plaza")),
        )
        for account in accounts:
            add_part(actor, ActorPart.ACCOUNT, account, platform="plaza", by=seat, source="Own study, March")
        publish_item(actor.item, collection("to-plaza"), by=seat, reads=Reads.HUSTINGS)
        given = Given(
            pattern=f"[domain-name:value = '{domain}']",
            title="Site of the river pages",
            since=LONG_AGO,
            kinds=("malicious-activity",),
        )
        [indicator] = record_list([given], marking=of_group(here), by=seat)
        publish_item(indicator.item, collection("published"), by=seat, reads=Reads.HUSTINGS)
    return {
        "says": f"{here.name} tells Plaza of an actor with {len(accounts)} accounts, for Plaza alone, and all partners of a domain."
    }


def search(here: Party, **_: Any) -> Told:
    """The platform searches ahead of the vote, before anybody told it anything: what stands on this stands on no tip."""
    asked, found, _tied = swept(here, tip=False)
    return {
        "says": f"{here.name} searches ahead of the vote: one person asks, another agrees; {asked.looked_at or 0:,} accounts looked at, "
        f"{found} groups act as one.",
        "found": found,
    }


def sweep(here: Party, **_: Any) -> Told:
    """The platform makes the tip a search."""
    asked, _found, tied = swept(here, tip=True)
    return {
        "says": f"{here.name} has the tip, and searches from what it names; accounts tied to it: {tied}. What comes of that stays as restricted as the tip.",
        "state": asked.state, "tied": tied,
    }  # fmt: skip


def swept(here: Party, *, tip: bool) -> tuple[Sweep, int, int]:
    """One search, asked for by one person and agreed to by another, to its end: with its findings and the accounts tied."""
    with desk(here.front) as seat:
        told = tips(seat).order_by("-received_at", "pk").first() if tip else None
        table = TraceTable.objects.order_by("pk").first()
        assert table is not None, "posts were registered"
        asked = sweeps.ask_for_sweep(
            by=seat, tip=told, table=table, purpose="Who acts as one before the vote", legal_ground="Election Protection Act, article 12",
            election="Valdorian parliament", election_on=seat.now.date() + timedelta(days=40), population="public posts with election hashtags or links",
        )  # fmt: skip
    with desk(here.second) as seat:
        sweeps.second_sweep(asked, by=seat)
    searched(asked, here)
    with desk(here.front):
        found = Finding.objects.filter(run=asked.run_id).count() if asked.run_id else 0
        return asked, found, asked.tied.count()


def searched(asked: Sweep, here: Party) -> None:
    """Wait until the installation's worker has searched.

    Raises   EnvironmentLacks where that failed
    """
    while True:
        with desk(here.front):
            asked.refresh_from_db()
        if asked.state == State.DONE:
            return
        if asked.state not in {State.SECONDED, State.RUNNING}:
            raise EnvironmentLacks(f"The search of {here.name} is {asked.state}. {asked.reason}")
        time.sleep(PAUSE)


def campaign(here: Party, accounts: list[str], traces: str, **_: Any) -> Told:
    """The platform establishes a campaign on sealed posts of its own, without the tip, and publishes it to its partners."""
    rows = pq.read_table(traces, columns=["platform", "actor", "kind", "trace", "at"]).to_pylist()
    theirs = [
        row | {"at": row["at"].isoformat()}
        for row in rows
        if row["platform"] == here.platform and row["actor"] in accounts
    ]
    with desk(here.front) as seat:
        case = open_case(
            by=seat, title=TITLE, question="Do these pages act as one, and for whom?", marking=of_group(here)
        )
        sealed = seal_rows(
            theirs,
            name="Public posts of the accounts",
            by=seat,
            tool="export of the platform",
            captured_at=seat.now,
            case=case,
            marking=of_group(here),
        )
        made = open_campaign(case, by=seat, name=TITLE, aims_at=["XV"], narratives=["The count cannot be trusted"])
        proposed = [
            propose_member(
                made, by=seat, kind=MemberKind.ACCOUNT, platform=here.platform, name=account, confidence=Confidence.MODERATE,
                method="it posts the same links within seconds, day after day", rests_on=[sealed.item],
            )
            for account in accounts
        ]  # fmt: skip
    with desk(here.second) as seat:
        for member in proposed:
            accept_member(member, by=seat, reason="The sealed posts show it.")
    with desk(here.front) as seat:
        held = Campaign.objects.select_related("item__label").get(pk=made.pk)
        publish_item(held.item, collection("published"), by=seat, reads=Reads.HUSTINGS)
    return {
        "says": f"{here.name} seals {len(theirs)} public posts and establishes a campaign on them; members that a second person accepted: {len(proposed)}. It "
        "stands without the tip, so it can be published to the partners.",
        "campaign": f"campaign--{held.pk}",
    }  # fmt: skip


def share(here: Party, to: str, title: str, ground: str, **_: Any) -> Told:
    """One partner shares what it knows with another."""
    other = party(to)
    with desk(here.front) as seat:
        send(
            Sending(
                sort=Sort.SHARE, other=Organisation.objects.get(pk=other.id), title=title, text="The campaign as we see it; tell us what you see.",
                ground=ground, matters=frozenset({Matter.ANALYSIS}), handling="For your own search. Do not publish names.",
            ),
            by=seat,
        )  # fmt: skip
    return {"says": f"{here.name} shares with {other.name}: {title}."}


def seen(here: Party, **_: Any) -> Told:
    """Another platform finds the agency's domain in its own posts; a person decides, and tells how often."""
    with desk(here.front) as seat:
        found = indicators.matches(seat).filter(state="open")
        match = found.order_by("found_at", "pk").first()
        if match is None:
            return {"says": f"{here.name} sees nothing of what was warned of.", "seen": 0}
        matching.relevant(match.pk, by=seat, reason="The same site, the same days.")
        told = matching.tell(match.indicator, by=seat, words="Posts of ours link to it.", marking=of_group(here))
        publish_item(told.item, collection("published"), by=seat, reads=Reads.HUSTINGS)
    return {
        "says": f"{here.name} finds the domain in {match.rows:,} posts of its own; a person calls it worth a look and tells how often, not in which.",
        "seen": match.rows,
    }


def ask(
    here: Party,
    to: str,
    action: bool,
    title: str,
    ground: str,
    law: str = "",
    content: list[list[str]] | None = None,
    **_: Any,
) -> Told:
    """One partner asks another for information or for action; what may not be asked is refused with reasons."""
    other = party(to)
    with desk(here.front) as seat:
        named = [Named(what=what, platform=platform, name=name) for what, platform, name in content or []]
        try:
            made = send(
                Sending(
                    sort=Sort.ACTION if action else Sort.INFORMATION, other=Organisation.objects.get(pk=other.id), title=title,
                    text="We ask for an answer with a reason.", ground=ground, legal_ground=law, deadline=seat.now + timedelta(days=3),
                    matters=frozenset({Matter.CONTENT if action else Matter.ANALYSIS}), content=named,
                ),
                by=seat,
            )  # fmt: skip
        except BadInput as error:
            reasons = " ".join(
                problem.expected[:1].upper() + problem.expected[1:].rstrip(".") + "." for problem in error.problems
            )
            return {
                "says": f"{here.name} asks {other.name}: {title}. Refused before it is sent. {reasons}",
                "refused": True,
            }
    return {
        "says": f"{here.name} asks {other.name}{' for action' if action else ''}: {title}{'' if title.endswith('?') else '.'}",
        "refused": False,
        "asked": str(made.pk),
    }


def answer(here: Party, title: str, steps: list[list[str]], **_: Any) -> Told:
    """A partner takes its steps on what it was asked, each with its reason."""
    with desk(here.second) as seat:
        one = next(each for sort in Sort for each in sharing.passed(seat, sort) if each.item.title == title)
        for code, reason in steps:
            take_step(one, code, by=seat, reason=reason)
        last = sharing.steps_of(one.item).last()
        state = last.state if last is not None else "sent"
    return {"says": f"{here.name} answers “{title}”: {state}. {steps[-1][1]}", "state": state}


def say_of(here: Party, campaign: str, words: str, word: str = "", **_: Any) -> Told:
    """A partner says something of the campaign, for all."""
    with desk(here.front) as seat:
        made = remark(
            campaign, kind=RemarkKind.OPINION if word else RemarkKind.NOTE, word=Word(word) if word else None, words=words, by=seat, marking=of_group(here)
        )  # fmt: skip
        publish_item(made.item, collection("published"), by=seat, reads=Reads.HUSTINGS)
    return {"says": f"{here.name} says of the campaign: {words}"}


def look_at(here: Party, campaign: str, **_: Any) -> Told:
    """What this installation shows of the campaign: who says how much."""
    with desk(here.front) as seat:
        row = joint.subject(campaign, seat)
        held = joint.summed(row, joint.parts_of(campaign, seat))
    return {
        "says": f"{here.name} reads parts by {', '.join(f'{who} ({many})' for who, many in sorted(held.parts.items()))}; together they "
        f"hold: {held.held or 'no opinion'}.",
        "parts": held.parts,
        "held": held.held,
    }


STEPS: dict[str, Callable[..., Told]] = {
    "fetch": fetch, "bring": bring, "search": search, "warn": warn, "sweep": sweep, "campaign": campaign, "share": share, "seen": seen, "ask": ask, "answer": answer,
    "say": say_of, "look": look_at,
}  # fmt: skip


def run(key: str, name: str, told: dict[str, Any]) -> Told:
    """Do one step in the installation of one party.

    Raises   KeyError for a step that there is not
    """
    if name == "begin":
        return {"secrets": begin(key, told["password"])}
    if name == "connect":
        return {"subscriptions": connect(key, told["others"])}
    if name == "posts":
        return {"rows": bring_posts(key, Path(told["traces"]))}
    return STEPS[name](party(key), **told)


def answer_line(key: str, line: str) -> str:
    """One line of a conversation: {"step", "with"} in, what happened out."""
    asked = json.loads(line)
    return json.dumps(run(key, asked["step"], asked.get("with", {})), default=str)

"""What people do with fact-checks: load a feed, and look whether ads and findings say what was checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection, transaction

from hustings.apps.ads.models import Ad
from hustings.apps.audit.record import record
from hustings.apps.cases.leads import About, record_lead
from hustings.apps.cases.models import FactCheck, FactCheckFeed, FactCheckMatch
from hustings.apps.findings import find as findings
from hustings.apps.people.seat import Seat
from hustings.apps.permission import readable, require
from hustings.apps.sweeps.actions import own_marking
from hustings.errors import Problem
from hustings.exchange.claimreview import Review, read_feed
from hustings.policy.casework import LeadSource
from hustings.screening.fact_check import Checked, Match, Said, matches

__all__ = ["MOST_LEADS", "MOST_TEXTS", "Loaded", "Looked", "load_feed", "look"]

MOST_TEXTS = 200_000  # ads, and as many things of findings, that are compared at once
MOST_CHECKS = 50_000  # the newest
MOST_LEADS = 200  # told by one look; the surest first, the others by the next
MOST_ABOUT = 50  # ads that one lead names


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a look found: new matches, the leads that tell them, and how many fact-checks wait for the next look."""

    matches: int
    leads: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a feed held: new fact-checks, those known before, what could not be read, and what the look then found."""

    new: int
    known: int
    problems: tuple[Problem, ...]
    looked: Looked


@transaction.atomic
def load_feed(body: bytes, name: str, *, by: Seat) -> Loaded:
    """Read a feed and tell what of the ads and findings says the same. What is known already is not taken twice.

    Raises   BadInput with every problem where no fact-check can be read
    """
    require(by, "load fact-checks")
    feed = read_feed(body, name)
    door = by.appointment.position.organisation
    with connection.cursor() as cursor:  # two who load the same at once load it one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"fact-checks {door.pk}"])
    kept = FactCheckFeed.objects.create(
        held_by=door, name=name[:300], sha256=sha256(body).hexdigest(), reviews=len(feed.reviews), problems=len(feed.problems),
        by=by.appointment,
    )  # fmt: skip
    keys = [one.key for one in feed.reviews]
    known = set(FactCheck.objects.filter(held_by=door, key__in=keys).values_list("key", flat=True))
    FactCheck.objects.bulk_create((row_of(one, kept) for one in feed.reviews if one.key not in known), batch_size=1_000)
    record("fact-checks loaded", by=by, subject=("feed", kept.pk), facts={"new": len(keys) - len(known), "known": len(known), "problems": len(feed.problems)})  # fmt: skip
    return Loaded(new=len(keys) - len(known), known=len(known), problems=feed.problems, looked=look(by=by))


def row_of(one: Review, feed: FactCheckFeed) -> FactCheck:
    """The row of a fact-check."""
    return FactCheck(
        held_by_id=feed.held_by_id, feed=feed, key=one.key, claim=one.claim, url=one.url, checker=one.by, rating=one.rating,
        language=one.language, published=one.published, claimed_by=one.claimed_by, places=list(one.places),
    )  # fmt: skip


@transaction.atomic
def look(*, by: Seat) -> Looked:
    """Compare the fact-checks with the ads and findings that this seat may know, and tell what is new as leads.

    Limits   the newest MOST_CHECKS fact-checks against MOST_TEXTS ads and as many things shared in findings, the newest first
    """
    require(by, "load fact-checks")
    door = by.appointment.position.organisation
    checks = list(FactCheck.objects.filter(held_by=door).order_by("-at", "-id")[:MOST_CHECKS])
    asked = [Checked(key=str(one.pk), claim=one.claim, places=tuple(one.places)) for one in checks]
    told = {
        (str(check), what, platform, name)
        for check, what, platform, name in FactCheckMatch.objects.filter(check_of__held_by=door).values_list("check_of", "what", "platform", "name")
    }  # fmt: skip
    found: dict[str, list[Match]] = defaultdict(list)
    for one in matches(asked, texts(by)):
        if (one.checked, *parts_of(one.said)) not in told:
            found[one.checked].append(one)
    order = sorted(
        found, key=lambda key: (max((each.by_address, each.share) for each in found[key]), key), reverse=True
    )
    by_key = {str(one.pk): one for one in checks}
    count = 0
    for key in order[:MOST_LEADS]:
        count += tell(by_key[key], found[key], by=by)
    return Looked(matches=count, leads=len(order[:MOST_LEADS]), waiting=len(order[MOST_LEADS:]))


def texts(seat: Seat) -> Iterator[Said]:
    """The words and addresses of the ads held here, then of what findings share, the newest first."""
    ads = Ad.objects.filter(creative__isnull=False).order_by("-made_at", "pk")
    rows = ads.values_list("archive", "number", "creative__title", "creative__text", "creative__landing_url")
    for archive, number, title, text, url in rows[:MOST_TEXTS].iterator(chunk_size=2_000):
        yield Said(key=f"ad\x1f{archive}\x1f{number}", text=f"{title}\n{text}", url=url)
    known = [str(key) for key in findings.findings(seat).order_by("-item__made_at", "pk").values_list("pk", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT f.item_id::text, t.kind, t.shown FROM finding f JOIN finding_evidence e ON e.finding_id = f.item_id "
            "JOIN run_thing t ON t.run_id = f.run_id AND t.number = e.thing WHERE f.item_id = ANY(%s::uuid[]) AND NOT t.hidden "
            "ORDER BY 1, 2, 3 LIMIT %s",
            [known, MOST_TEXTS],
        )
        while part := cursor.fetchmany(2_000):
            for finding, kind, shown in part:
                yield Said(key=f"finding\x1f{kind}\x1f{finding}", text=shown, url=shown if shown.startswith(("http://", "https://")) else "")  # fmt: skip


def parts_of(key: str) -> tuple[str, str, str]:
    """What, platform and name of a text by its key."""
    what, platform, name = key.split("\x1f", 2)
    return what, platform, name


def tell(check: FactCheck, found: list[Match], *, by: Seat) -> int:
    """Tell what matches one fact-check as one lead; gives how many there are."""
    once = {parts_of(one.said): one for one in reversed(found)}  # the likeliest of each
    items = {
        str(item.pk): item
        for item in readable(by).filter(pk__in=[name for what, _, name in once if what == "finding"]).select_related("label")
    }  # fmt: skip
    about = [
        About(what=what, platform=platform[:40], name=name[:500])
        if what == "ad"
        else About(what=what, item=items[name])
        for what, platform, name in list(once)[:MOST_ABOUT]
        if what == "ad" or name in items
    ]
    best = max(once.values(), key=lambda one: (one.by_address, one.share))
    published = f" on {check.published}" if check.published else ""
    lead = record_lead(
        by=by, source=LeadSource.FACT_CHECK, title=f"Fact-checked: {check.claim}"[:300], marking=own_marking(by),
        text=f"{check.checker} checked{published}: “{check.claim}”. In their words: {check.rating or 'no rating'}. {check.url}",
        key=f"fact-check {check.key}", score=best.share,
        why=[best.sentence, f"{len(once):,} {'text says' if len(once) == 1 else 'texts say'} what was checked; a text can quote a claim to refute it."],
        about=about,
    )  # fmt: skip
    FactCheckMatch.objects.bulk_create(
        FactCheckMatch(
            check_of=check, what=what, platform=platform[:200], name=name, share=one.share, by_address=one.by_address, lead=lead.pk
        )
        for (what, platform, name), one in once.items()
    )  # fmt: skip
    return len(once)

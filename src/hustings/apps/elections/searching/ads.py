"""The ads aimed at the place of an election, read again by today's rules: false words about voting, buyers that belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import F, QuerySet

from hustings.apps.ads.models import Ad
from hustings.apps.ads.screened import context_of
from hustings.apps.cases.reporting.ads_package import told as as_read
from hustings.apps.database import moment
from hustings.apps.elections.models import Election

__all__ = ["MOST", "Looked", "aimed_at", "search_ads"]

MOST = 20_000  # ads of one search, the newest first
NAMED = 200  # ads that one lead names


@dataclass(kw_only=True)
class Looked:
    """What a search of ads looked at and found.

    found   ads with a hit, and groups of buyers
    leads   (title, key, [(archive, number)]) of each thing that somebody should look at
    told    figures: hits by rule, groups, findings, what was left out
    """

    ads: int = 0
    found: int = 0
    platforms: list[str] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None
    leads: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)


def aimed_at(election: Election, archive: str) -> QuerySet[Ad]:
    """Ads aimed at the country of an election, or shown there as far as it is told, the newest first."""
    ads = Ad.objects.filter(countries__contains=[election.country])
    if archive:
        ads = ads.filter(archive=archive)
    return ads.select_related("creative", "page", "payer", "sponsor").order_by(
        F("created").desc(nulls_last=True), "archive", "number", "pk"
    )


def search_ads(election: Election, archive: str, languages: Sequence[str]) -> Looked:
    """Look at the ads once, as the seat of this transaction may see them.

    Limits   words are read in the language that an ad says or its words tell; ads whose language is neither said nor told
             are read too, for what is not told may be any; at most MOST ads
    """
    from hustings.screening.political.language import spoken  # brings numpy along, which no page needs

    wanted = {code.partition("-")[0] for code in languages}
    looked = Looked()
    kept: list[Ad] = []
    by_language: Counter[str] = Counter()
    for ad in aimed_at(election, archive)[: MOST + 1].iterator(chunk_size=500):
        if looked.ads == MOST:
            looked.told["left out"] = f"Only the newest {MOST:,} ads were looked at."
            break
        language = spoken(ad.creative.language, ad.creative.text) if ad.creative is not None else None
        if language is not None and language not in wanted:
            continue
        by_language[language or "not told"] += 1
        looked.ads += 1
        kept.append(ad)
    if not kept:
        return looked
    looked.platforms = sorted({ad.archive for ad in kept})
    days = [ad.created for ad in kept if ad.created is not None]
    looked.first, looked.last = min(days, default=None), max(days, default=None)
    looked.told["by language"] = dict(sorted(by_language.items()))
    false_words(looked, kept, election)
    together(looked, kept)
    return looked


def false_words(looked: Looked, ads: Sequence[Ad], election: Election) -> None:
    """What contradicts how people may vote in this election, by the rules of today."""
    from hustings.screening.political.language import spoken
    from hustings.screening.voting import voting_hits

    context = context_of(election, [election.country], moment().date())
    by_rule: dict[str, list[Ad]] = {}
    for ad in ads:
        if ad.creative is None or not ad.creative.text:
            continue
        text = ad.creative.text
        for rule in sorted({hit.rule for hit in voting_hits(text, spoken(ad.creative.language, text), context)}):
            by_rule.setdefault(rule, []).append(ad)
    looked.told["hits"] = {rule: len(found) for rule, found in sorted(by_rule.items())}
    looked.found += len({ad.pk for found in by_rule.values() for ad in found})
    for rule, found in sorted(by_rule.items()):
        named = [(ad.archive, ad.number) for ad in found[:NAMED]]
        title = f"{len(found):,} ad{'' if len(found) == 1 else 's'} aimed at {election.country} against the rule {rule}"
        looked.leads.append((title[:300], f"election {election.pk} {rule} {of_all(named)}", named))


def together(looked: Looked, ads: Sequence[Ad]) -> None:
    """Buyers that belong together, and what acts together in time, as `hustings buyers` finds them."""
    from hustings.connectors.buyers import find_buyers
    from hustings.detection.settings import DetectSettings
    from hustings.progress import Silent
    from hustings.screening.ad import AdsTable
    from hustings.screening.bursts import WITHIN

    read = tuple(sorted((as_read(ad) for ad in ads), key=lambda one: one.ad.encode()))
    found = find_buyers(
        AdsTable(source="platform", ads=read),
        settings=DetectSettings(window=WITHIN, seed=0),
        draws=0,
        progress=Silent(),
    )
    groups, findings = found.belonging.groups, found.detection.findings
    looked.told |= {
        "buyers": found.belonging.buyers, "groups of buyers": len(groups), "findings in time": len(findings),
        "shared by too many to count": len(found.belonging.left_out),
    }  # fmt: skip
    looked.found += len(groups)
    for group in groups:
        named = list(named_ads(group.ads))
        key = sha256("\n".join(sorted(group.buyers)).encode()).hexdigest()[:32]
        looked.leads.append((f"{len(group.buyers):,} ad buyers belong together"[:300], f"buyers {key}", named[:NAMED]))


def named_ads(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Ads by archive and number."""
    for key in keys:
        archive, _, number = key.partition(":")
        yield archive, number


def of_all(named: Sequence[tuple[str, str]]) -> str:
    """The same ads are the same lead."""
    return sha256(repr(sorted(named)).encode()).hexdigest()[:32]

"""One fact-check: the claim in the checker's words, who checked it, what they call it, and where the claim was seen."""

from __future__ import annotations

__all__ = ["LONGEST", "Review", "review_of"]

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from hustings.errors import Problem

LONGEST = 5_000  # letters of a claim; longer ones are articles
SHORT = 500
MOST_PLACES = 50
ADDRESS = re.compile(r"https?://(?P<host>[^\s/?#:@\[\]]+)(?::\d+)?(?:[/?#]\S*)?\Z", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Review:
    """A checked claim.

    rating   as the checker says it ("Mostly false"); no verdict of ours, and empty where they give none
    places   addresses at which the claim was seen, as the checker names them
    """

    claim: str
    url: str
    by: str
    rating: str
    language: str
    published: date | None
    claimed_by: str
    places: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same claim checked at the same address is the same fact-check, whichever feed tells it."""
        return sha256(f"{self.url}\x1f{self.claim}".encode()).hexdigest()


def review_of(raw: Mapping[str, Any], where: str) -> Review | list[Problem]:
    """A ClaimReview, or everything that is wrong with it."""
    problems: list[Problem] = []
    claim = text(raw.get("claimReviewed"))
    if not claim:
        problems.append(
            Problem(where=f"{where}.claimReviewed", found=shown(raw.get("claimReviewed")), expected="the claim in words", do="Ask the publisher.")
        )  # fmt: skip
    elif len(claim) > LONGEST:
        problems.append(
            Problem(where=f"{where}.claimReviewed", found=f"{len(claim):,} letters", expected=f"{LONGEST:,} at most", do="Shorten it to the claim.")
        )  # fmt: skip
    url = text(raw.get("url"))
    if not web(url):
        problems.append(
            Problem(where=f"{where}.url", found=shown(raw.get("url")), expected="the address of the fact-check, http or https", do="Add it.")
        )  # fmt: skip
    published = None
    if raw.get("datePublished") not in (None, ""):
        try:
            published = date.fromisoformat(text(raw["datePublished"])[:10])
        except ValueError:
            problems.append(
                Problem(where=f"{where}.datePublished", found=shown(raw["datePublished"]), expected="a day such as 2026-09-26", do="Mend or leave it out.")
            )  # fmt: skip
    if problems:
        return problems
    reviewed = mapping(raw.get("itemReviewed"))
    rating = mapping(raw.get("reviewRating"))
    said = text(rating.get("alternateName")) or text(rating.get("name"))
    if not said and rating.get("ratingValue") not in (None, ""):
        best = rating.get("bestRating")
        said = f"{text(rating['ratingValue'])} of {text(best)}" if best not in (None, "") else text(rating["ratingValue"])  # fmt: skip
    places = dict.fromkeys(one for one in seen_at(reviewed) if web(one) and one != url)
    return Review(
        claim=claim, url=url, by=name(raw.get("author"))[:SHORT] or host_of(url), rating=said[:SHORT],
        language=text(raw.get("inLanguage"))[:8], published=published,
        claimed_by=name(reviewed.get("author"))[:SHORT], places=tuple(places)[:MOST_PLACES],
    )  # fmt: skip


def seen_at(reviewed: Mapping[str, Any]) -> Iterator[str]:
    """Where the claim was seen: appearance, firstAppearance, and the older sameAs and url."""
    for field in ("firstAppearance", "appearance", "sameAs", "url"):
        raw = reviewed.get(field)
        for one in raw if isinstance(raw, list) else [raw]:
            if isinstance(one, str):
                yield one.strip()
            elif isinstance(one, Mapping):
                yield text(one.get("url")) or text(one.get("@id"))


def text(raw: object) -> str:
    """Words of a value; of a list the first; of a value with its language the value."""
    if isinstance(raw, list):
        return text(raw[0]) if raw else ""
    if isinstance(raw, Mapping):
        return text(raw.get("@value"))
    return " ".join(str(raw).split()) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else ""


def name(raw: object) -> str:
    """The name of a person or organisation, or of the first of several."""
    if isinstance(raw, list):
        return name(raw[0]) if raw else ""
    return text(raw.get("name")) if isinstance(raw, Mapping) else text(raw)


def mapping(raw: object) -> Mapping[str, Any]:
    """A value with fields, or the first of several; nothing where there is none."""
    if isinstance(raw, list):
        return mapping(raw[0]) if raw else {}
    return raw if isinstance(raw, Mapping) else {}


def host_of(address: str) -> str:
    """The name of the site."""
    found = ADDRESS.match(address)
    return found["host"] if found else ""


def web(address: str) -> bool:
    """Whether it is an address of the web that a table can hold."""
    return len(address) <= 2_000 and ADDRESS.match(address) is not None


def shown(raw: object) -> str:
    """What was found, short."""
    return "nothing" if raw in (None, "", [], {}) else repr(raw)[:80]

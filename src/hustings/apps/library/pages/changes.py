"""What one version of a record says otherwise than the one before it, in words for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hustings.apps.console import words
from hustings.apps.library.pages.telling import (
    aimed_at,
    impressions,
    language_name,
    place_name,
    shown_on,
    spend,
    state_words,
)

__all__ = ["Change", "changes"]

# What every version has of its own, and what other lines below tell already.
LEFT_OUT = {
    "seq", "at", "digest", "version", "content", "number", "kind", "hidden", "spend_low", "spend_high", "impressions_low", "impressions_high",
    "starts", "ends", "currency", "removed",
}  # fmt: skip
LABELS = {
    "title": "Title", "text": "Text", "landing_url": "Leads to", "landing_domain": "Leads to the domain", "disclaimer": "Disclaimer",
    "page_name": "Page", "advertiser_name": "Advertiser", "payer_name": "Payer", "targeting": "Aimed at", "state": "State",
    "category": "Category", "language": "Language", "language_told_by": "Language told by", "countries": "Shown in", "spend": "Spend", "impressions": "Impressions",
    "clicks": "Clicks", "budget": "Budget", "media": "Pictures and films", "by_day": "Figures by day", "by_region": "Figures by region",
    "by_age_and_gender": "Figures by age and gender", "reach": "People reached", "decisions": "Decisions", "found_late": "Found late",
    "found_how": "How it was found", "told": "Who was told", "declared": "Declared as political", "synthetic": "Made or changed by a machine",
    "candidate_authorised": "Authorised by the candidate", "names": "Names", "name": "Name", "registered_name": "Registered name",
    "checks": "Checks", "changes": "What happened", "numbers": "Numbers in registers", "behind": "Who stands behind it",
    "valid_until": "Valid until", "advertiser_class": "Class", "money": "Where the money is from", "election": "Election",
    "country": "Country", "kind_of": "Kind", "controller_established": "Controller established", "public": "Public money",
    "page": "Number of the page", "advertiser": "Number of the advertiser", "payer": "Number of the payer", "created": "Made on",
    "authorised": "Authorised on", "archive": "Archive", "archive_number": "Number in the archive", "platform": "Platform",
}  # fmt: skip
# Long lists: that they grew says more than both of them side by side.
COUNTED = {"by_day", "by_region", "by_age_and_gender", "decisions", "checks", "changes"}
PARTS = re.compile(r"\s+|[^\s]+")
LONGEST = 4_000


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line: what was said before and what is said since; `parts` are (kept, gone or new; words) of a text."""

    label: str
    before: str = ""
    after: str = ""
    parts: tuple[tuple[str, str], ...] = ()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs, in the order in which a page tells it.

    Limits   what is hidden in one of both is told by the page, not here
    """
    told = []
    for name in sorted(
        {*before, *after} - LEFT_OUT,
        key=lambda one: (one not in LABELS, list(LABELS).index(one) if one in LABELS else 0, one),
    ):
        old, new = before.get(name), after.get(name)
        label = LABELS.get(name, name.replace("_", " ").capitalize())
        if name in ("text", "title", "disclaimer"):
            if (old or "") != (new or ""):
                told.append(Change(label=label, parts=apart(str(old or ""), str(new or ""))))
        elif name in COUNTED:
            if old != new:
                told.append(Change(label=label, before=f"{len(old or []):,} lines", after=f"{len(new or []):,} lines"))
        elif said(name, before) != said(name, after):
            told.append(Change(label=label, before=said(name, before), after=said(name, after)))
    if shown_on(before) != shown_on(after) and ("starts" in before or "starts" in after):
        told.append(Change(label="Shown", before=shown_on(before), after=shown_on(after)))
    return told


def said(name: str, body: Mapping[str, Any]) -> str:
    """What a version says under one name."""
    value = body.get(name)
    if name == "spend":
        return spend(body)
    if name == "impressions":
        return impressions(body)
    if name == "targeting":
        return aimed_at(body)
    if value is None or value in ("", []):
        return "nothing"
    if name == "state":
        return state_words(value)
    if name == "language":
        return language_name(value)
    if name == "countries":
        return ", ".join(map(place_name, value))
    if name == "names":
        return "; ".join(one["name"] for one in value)
    if name == "media":
        return "; ".join(f"{one.get('kind') or 'file'} {str(one.get('sha256', ''))[:12]}" for one in value)
    if name == "election":
        return f"{value['name']}, {value['on']}"
    if name == "reach":
        return f"about {value['people']:,} people ({value['low']:,} to {value['high']:,})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return words.number(value)
    if isinstance(value, list | dict):
        return plain(value)
    return str(value)


def plain(value: Any) -> str:
    """A list or table in words."""
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')}: {plain(one)}" for name, one in value.items() if one not in (None, "")
        )
    if isinstance(value, list):
        return "; ".join(map(plain, value))
    return str(value)


def apart(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The words of both texts in order: kept, gone, new."""
    if max(len(old), len(new)) > LONGEST:
        return (("gone", old), ("new", new))
    one, other = PARTS.findall(old), PARTS.findall(new)
    told = []
    for what, a, b, c, d in difflib.SequenceMatcher(a=one, b=other, autojunk=False).get_opcodes():
        if what == "equal":
            told.append(("kept", "".join(one[a:b])))
        else:
            told += [pair for pair in (("gone", "".join(one[a:b])), ("new", "".join(other[c:d]))) if pair[1]]
    return tuple(told)

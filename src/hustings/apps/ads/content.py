"""What an ad says and asks, as one value: the version that is kept, shown to reviewers, and compared with the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hustings.apps.ads.handed import Handed
from hustings.connectors.address import site

__all__ = ["content_of", "creative_digest", "digest_of", "domain_of", "words_of"]


def content_of(ad: Handed) -> dict[str, Any]:
    """The content of a version. Money and instrument are not in it: they stand with the payer, for fewer eyes."""
    return {
        "number": ad.number,
        "platform": ad.platform,
        "page": ad.page,
        "page_name": ad.page_name,
        "title": ad.title,
        "text": ad.text,
        "media": [{"sha256": one.sha256, "kind": one.kind, "perceptual": one.perceptual, "recognised_text": one.recognised_text} for one in ad.media],
        "landing_url": ad.landing_url,
        "language": ad.language,
        "synthetic": ad.synthetic,
        "disclaimer": ad.disclaimer,
        "short_form": ad.short_form,
        "category": ad.category,
        "election": ad.election,
        "countries": list(ad.countries),
        "targeting": ad.targeting,
        "budget": None if ad.budget is None else f"{ad.budget:f}",
        "currency": ad.currency,
        "starts": said(ad.starts),
        "ends": said(ad.ends),
        "payer": ad.payer,
    }  # fmt: skip


def said(moment: datetime | None) -> str | None:
    """A moment as it is written."""
    return None if moment is None else moment.isoformat()


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a content."""
    whole = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(whole.encode("ascii")).hexdigest()


def creative_digest(content: Mapping[str, Any]) -> str:
    """The digest of what is shown alone: equal creatives of several ads are one."""
    shown = ("title", "text", "media", "landing_url", "language", "synthetic")
    return digest_of({name: content[name] for name in shown})


def domain_of(url: str) -> str:
    """The registrable domain of an address, or "" where it has none."""
    return site(url) or ""


def words_of(content: Mapping[str, Any]) -> str:
    """Everything an ad says, the text first: spans of hits count from its beginning."""
    pictured = [one.get("recognised_text", "") for one in content["media"] if isinstance(one, dict)]
    return "\n".join(part for part in (content["text"], content["title"], *pictured) if part)

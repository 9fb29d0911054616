"""What an ad says and asks, as one value: the version that is kept, shown to reviewers, and compared with the next."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from hustings.apps.ads.handed import Handed
from hustings.detection.address import site
from hustings.screening.folded import fold

__all__ = ["content_of", "creative_digest", "digest_of", "domain_of", "near_keys", "words_of"]


WORD = re.compile(r"[a-z0-9]+")
FEWEST_WORDS = 6
KEYS, PARTS = 8, 2


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


def near_keys(text: str) -> list[str]:
    """Eight keys of a text; texts of which nine in ten runs of three words agree share one with near certainty.

    Each key is made of two smallest hashes of the runs (Broder 1997). Fewer than six words have none: they are
    compared whole.
    """
    words = WORD.findall(fold(text).text)
    if len(words) < FEWEST_WORDS:
        return []
    runs = {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
    hashes = [
        np.frombuffer(hashlib.shake_256(run.encode()).digest(KEYS * PARTS * 8), np.uint64) for run in sorted(runs)
    ]
    least = np.min(np.stack(hashes), axis=0).reshape(KEYS, PARTS)
    return [f"{place}{hashlib.blake2b(key.tobytes(), digest_size=8).hexdigest()}" for place, key in enumerate(least)]

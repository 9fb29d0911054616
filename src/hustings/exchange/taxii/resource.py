"""What a TAXII server tells, in the words of the standard. A list that would be empty is left out: TAXII forbids it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hustings.exchange.taxii.instant import said
from hustings.exchange.taxii.media import STIX, TAXII

__all__ = [
    "api_root",
    "collection",
    "discovery",
    "envelope_end",
    "error",
    "headers",
    "listed",
    "manifest_record",
    "status",
]

FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"


def full(**named: Any) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in named.items() if value not in (None, "", [], {})}


def discovery(title: str, description: str, contact: str, roots: Sequence[str]) -> dict[str, Any]:
    """Which API roots there are, as addresses of this host."""
    return full(
        title=title,
        description=description,
        contact=contact,
        default=roots[0] if roots else None,
        api_roots=list(roots),
    )


def api_root(title: str, description: str, largest: int) -> dict[str, Any]:
    """One group of collections."""
    return full(title=title, description=description, versions=[TAXII], max_content_length=largest)


def collection(
    key: str, title: str, description: str, alias: str | None, *, can_read: bool, can_write: bool
) -> dict[str, Any]:
    """A collection, as far as the account that asks may use it."""
    return full(id=key, title=title, description=description, alias=alias) | {
        "can_read": can_read,
        "can_write": can_write,
        "media_types": [STIX],
    }


def listed(name: str, rows: Sequence[object], *, following: str | None = None) -> dict[str, Any]:
    """A list under its name; with more to come, where it goes on."""
    return full(more=True if following else None, next=following, **{name: list(rows)})


def manifest_record(stix_id: str, added: datetime, version: str, spec_version: str) -> dict[str, Any]:
    """What is told of an entry without its content."""
    media_type = f"application/stix+json;version={spec_version}"
    return {"id": stix_id, "date_added": said(added), "version": version, "media_type": media_type}


def envelope_end(following: str | None) -> dict[str, Any]:
    """The members of an envelope beside its objects."""
    return full(more=True if following else None, next=following)


def headers(first: datetime | None, last: datetime | None) -> dict[str, str]:
    """When the first and the last of what is told was added; of nothing, nothing is told."""
    return full(**{FIRST: said(first) if first else None, LAST: said(last) if last else None})


def status(
    key: str, asked: datetime, successes: Sequence[Mapping[str, str]], failures: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """What became of objects that were added; all is decided when the answer goes out.

    A version is a moment, which TAXII requires: of an object that says none that can be read, when it was handed in.
    """
    failed = [{**each, "version": each["version"] or said(asked)} for each in failures]
    return full(successes=list(successes), failures=failed) | {
        "id": key,
        "status": "complete",
        "request_timestamp": said(asked),
        "total_count": len(successes) + len(failures),
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
    }


def error(
    title: str, http_status: int, *, description: str = "", key: str = "", details: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """An error, in TAXII's shape."""
    return full(
        title=title, description=description, error_id=key, http_status=str(http_status), details=dict(details or {})
    )

"""One entry of the log: when, what happened, who did it, about what; personal text only as a hash."""

__all__ = ["entry_body", "written_moment"]

from collections.abc import Mapping
from datetime import UTC, datetime

from hustings.ledger.verify_log import canonical

FORMAT = 1


def entry_body(
    *, at: datetime, event: str, facts: Mapping[str, object], texts: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The entry as it is hashed and exported.

    `facts` hold identifiers, codes and whole numbers, never a person's words or name: those stand in
    `texts` by their salted hashes (`verify_log.text_hash`), so that they can be erased and the log
    still holds. Raises `verify_log.BadFormat` for what has no canonical form, such as a float.
    """
    body: dict[str, object] = {"at": written_moment(at), "event": event, "facts": dict(facts), "v": FORMAT}
    if texts:
        body["texts"] = dict(texts)
    canonical(body)
    return body


def written_moment(at: datetime) -> str:
    """UTC with microseconds, always in the same width."""
    if at.tzinfo is None:
        raise ValueError("an entry's moment needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

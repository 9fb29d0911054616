"""One call of the platform's own systems: signed, once a key, never redirected."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from hustings.policy.enforcement import Answer

__all__ = ["Said", "post", "signature"]

SECONDS = 10
LARGEST = 65_536  # bytes of an answer that are read


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the platform answered."""

    answer: Answer
    reason: str = ""


def signature(key: str, body: bytes) -> str:
    """HMAC of the bytes that are sent (RFC 2104, SHA-256), as the header carries it."""
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def post(url: str, key: str, order: str, body: bytes) -> Said:
    """Send one order and read the answer; none is one that was accepted.

    Raises   OSError where nobody took it, ValueError for an answer that cannot be read
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("HUSTINGS_ENFORCEMENT_URL is no address of the web")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname, parts.port, timeout=SECONDS)
    place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json", "Idempotency-Key": order, "Hustings-Signature": signature(key, body)}
    try:
        line.request("POST", place, body=body, headers=headers)
        answer = line.getresponse()
        told = answer.read(LARGEST)
        if not 200 <= answer.status < 300:
            raise OSError(f"answered {answer.status}")
    except HTTPException as error:
        raise OSError(type(error).__name__) from error
    finally:
        line.close()
    return read(told)


def read(told: bytes) -> Said:
    """An answer as JSON: {"answer": "accepted" | "done" | "refused", "reason": "..."}.

    Raises   ValueError
    """
    if not told.strip():
        return Said(answer=Answer.ACCEPTED)
    said = json.loads(told)
    if not isinstance(said, dict):
        raise ValueError("the answer is no object")  # noqa: TRY004 - told apart by nobody: it cannot be read
    answer, reason = Answer(str(said.get("answer"))), str(said.get("reason") or "")[:500]
    return Said(answer=answer, reason=reason or ("no reason was given" if answer == Answer.REFUSED else ""))

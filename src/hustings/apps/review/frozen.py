"""A snapshot as bytes that never change, and the digest by which what was seen and what was decided on are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from hustings.errors import BadInput, Problem

__all__ = ["LARGEST", "digest_of", "freeze"]

LARGEST = 1_000_000  # bytes; a reviewer reads it on one page


def freeze(snapshot: Mapping[str, Any]) -> str:
    """The snapshot as canonical JSON: keys sorted, no spaces, ASCII only, so that any text survives.

    Raises   BadInput for what JSON cannot say, and for more than LARGEST bytes
    """
    try:
        text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BadInput(
            "The snapshot cannot be kept.",
            [Problem(where="snapshot", found=str(error), expected="text, numbers, lists", do="Leave it out.")],
        ) from error
    if len(text) > LARGEST:
        raise BadInput(
            "The snapshot is too long.",
            [
                Problem(
                    where="snapshot",
                    found=f"{len(text):,} bytes",
                    expected=f"at most {LARGEST:,}",
                    do="Keep media by digest.",
                )
            ],
        )
    return text


def digest_of(frozen: str) -> str:
    """SHA-256 of a frozen snapshot."""
    return hashlib.sha256(frozen.encode("ascii")).hexdigest()

"""Media types of TAXII and STIX, and whether what a client says it takes or sends is one of them."""

from __future__ import annotations

import re

__all__ = ["STIX", "TAXII", "accepted", "is_taxii"]

TAXII = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"

KIND, VERSION = "application/taxii+json", "2.1"
ANY = {"*/*", "application/*", KIND}
WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def accepted(header: str | None) -> bool:
    """Whether a client that sends this `Accept` takes TAXII 2.1.

    Without a header everything is taken. A range may leave the version out, hold blanks, or be one of a list; one
    with the weight 0 is refused. Where several ranges fit, the most exact one counts (RFC 9110).
    """
    if header is None or not header.strip():
        return True
    best: tuple[int, bool] | None = None
    for given in parted(header, ","):
        kind, parameters = media_type(given)
        if kind not in ANY or parameters.get("version", VERSION) != VERSION:
            continue
        exactness = sorted(ANY, key=len).index(kind) + ("version" in parameters)
        weight = parameters.get("q", "1")
        wanted = bool(WEIGHT.fullmatch(weight)) and float(weight) > 0
        if best is None or exactness > best[0]:
            best = exactness, wanted
        elif exactness == best[0]:
            best = exactness, best[1] or wanted
    return best is not None and best[1]


def is_taxii(header: str | None) -> bool:
    """Whether a body of this `Content-Type` is TAXII 2.1; the version may be left out."""
    kind, parameters = media_type(header or "")
    return kind == KIND and parameters.get("version", VERSION) == VERSION


def media_type(given: str) -> tuple[str, dict[str, str]]:
    """A media type in small letters, and its parameters without quotes."""
    kind, *rest = parted(given, ";")
    parameters = {}
    for part in rest:
        name, _, value = part.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    return kind.strip().lower(), parameters


def parted(text: str, sign: str) -> list[str]:
    """A header's parts; a sign within quotes parts nothing."""
    parts, quoted = [""], False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        if letter == sign and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts

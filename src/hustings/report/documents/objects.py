"""A report for other systems: a STIX 2.1 bundle with the report, the campaign's names, and each figure as a note."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hustings.exchange.stix.objects import bundled, domain_object, moment, observed
from hustings.exchange.stix.tlp import TLP, tlp_definition
from hustings.policy.marking import Tlp
from hustings.report.documents.document import Document, pieces

__all__ = ["bundle"]

MARKS = {f"TLP:{light.value.upper()}": light for light in Tlp}
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def bundle(document: Document, indicators: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The bundle; equal input gives equal bytes.

    indicators   rows of the table of that name; only what others can look for
    Limits       ads, gatherings and actions have no object of their own in STIX 2.1: they stand in notes, as figures
    """
    at = moment(document.as_of)
    mark = MARKS.get(document.marking.split(" ")[0].upper(), Tlp.RED)
    marked = {"object_marking_refs": [TLP[mark]]}
    maker = domain_object("identity", document.holder, at, name=document.holder, identity_class="organization")
    common = {"created_by_ref": maker["id"], **marked}
    names = [named(row, marked) for row in indicators]
    known = {one["id"]: one for one in names if one is not None}
    figures = {one.name: one for one in document.figures}
    notes = [
        domain_object("note", one.name, at, abstract=one.title, object_refs=[maker["id"]],
                      content=f"{one.title}: {one.text()} {one.unit}. {one.caveat} Counted over {one.rows:,} rows: {one.how}", **common)
        for one in document.figures
    ]  # fmt: skip
    words = "\n\n".join(
        f"{part.title}: " + "".join(said for said, _ in pieces(part.text, figures))
        for part in document.parts
        if part.text.strip()
    )
    refs = sorted([*known, *(note["id"] for note in notes)])
    report = domain_object(
        "report", document.report, at, name=document.title, description=words or document.kind.sentence, report_types=["threat-report"],
        published=at, object_refs=refs, **common,
    )  # fmt: skip
    return bundled([tlp_definition(mark), maker, *known.values(), *notes, report])


def named(row: Mapping[str, Any], marked: Mapping[str, Any]) -> dict[str, Any] | None:
    """What can be looked for, as an observed object; None for what STIX has no words for."""
    value = str(row["value"])
    if row["kind"] == "domain":
        return observed("domain-name", {"value": value.lower()}, marked) if HOST.fullmatch(value) else None
    if row["kind"] in {"account", "page", "group", "channel"}:
        account = {"account_type": str(row.get("platform") or "unknown"), "user_id": value}
        return observed("user-account", account, marked, display_name=value)
    return None

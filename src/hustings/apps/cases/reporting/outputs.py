"""The files of a version: the public ones alike for everybody, and the whole with its rows for who may have them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from hustings.apps.cases.enforcing import reasons
from hustings.apps.cases.models import Plan, ReportVersion
from hustings.apps.cases.reporting import find
from hustings.apps.people.seat import Seat
from hustings.apps.permission import readable
from hustings.errors import EnvironmentLacks
from hustings.report.counting.basis import Basis
from hustings.report.documents.document import read_document
from hustings.report.documents.files import files
from hustings.report.documents.pdf import pdf

__all__ = ["OPEN", "TYPES", "open_files", "paper", "published_words", "whole_files"]

# What everybody gets who may read a version; the paper where the machine can draw one.
OPEN = ("report.html", "report.pdf", "figures.csv", "dictionary.csv", "stix.json", "report.json")
TYPES = {
    "html": "text/html; charset=utf-8", "pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}  # fmt: skip


def published_words(version: ReportVersion) -> str:
    """When it was published, as its files say it; empty for a draft."""
    if version.published_at is None:
        return ""
    moment: datetime = version.published_at
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def open_files(version: ReportVersion) -> dict[str, bytes]:
    """What everybody gets who may read the version: no rows. The paper is drawn apart, when it is asked for."""
    return files(find.document_of(version), published=published_words(version), paper=False)


def paper(version: ReportVersion) -> bytes | None:
    """The version as PDF; nothing where the machine cannot draw one."""
    try:
        return drawn(find.document_of(version).text, published_words(version))
    except EnvironmentLacks:
        return None


@lru_cache(maxsize=16)
def drawn(text: str, published: str) -> bytes:
    """Drawn once for equal words: it takes seconds."""
    return pdf(read_document(json.loads(text), "the report"), published=published)


def whole_files(version: ReportVersion, *, by: Seat) -> dict[str, bytes]:
    """All of it, with the rows beneath and the statements of reasons of what was done by its moment."""
    document, basis = find.document_of(version), find.rows_of(version)
    return files(document, published=published_words(version), basis=basis, statements=statements(basis, by=by))


def statements(basis: Basis, *, by: Seat) -> list[dict[str, Any]]:
    """The statements of reasons about targets that the rows count as done, in the order of their keys."""
    done = {str(row["key"]) for row in basis.tables.get("targets", ()) if row.get("done")}
    keys = [UUID(key) for key in sorted(done)]
    plans = Plan.objects.filter(targets__in=keys, item__in=readable(by).values("pk")).distinct().order_by("pk")
    made = [told for plan in plans for told in reasons.statements(plan) if told["puid"] in done]
    return sorted(made, key=lambda told: str(told["puid"]))

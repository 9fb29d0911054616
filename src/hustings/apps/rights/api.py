"""Rights audits for programs: tables, audits with their figures, and what waits for release."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.permission import NotKnown, require
from hustings.apps.review.models import Policy
from hustings.apps.rights import actions, find
from hustings.apps.rights.models import Audit
from hustings.apps.tokens.scope import Scope

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_RIGHTS))
SEE = "see rights audits"


class TableOut(Schema):
    """A table of swaps and texts."""

    id: UUID
    name: str
    version: str
    digest: str
    recorded_at: datetime


class TableIn(Schema):
    """Swaps and texts, as the sample has them."""

    document: dict[str, Any]


class AuditOut(Schema):
    """One audit; figures are null until it is done."""

    id: UUID
    table: UUID
    stage: str
    policy: UUID
    policy_name: str
    policy_version: str
    country: str
    rules: str = Field(description="SHA-256 over everything that screening went by.")
    at: datetime
    done_at: datetime | None
    blocks: bool | None = Field(description="Whether a gap over twofold was found.")
    figures: dict[str, Any] | None


class AuditPage(Schema):
    """Audits, newest first, without their figures."""

    audits: list[AuditOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class AuditIn(Schema):
    """What to test."""

    table: UUID
    policy: UUID
    stage: Literal["screening", "review", "detection"] = "screening"
    country: Annotated[str, Field(max_length=2, pattern=r"^[^\x00]*$")] = ""


class PolicyOut(Schema):
    """A policy version, and whether it is in force."""

    id: UUID
    name: str
    version: str
    in_force: bool = Field(description="Released; of several versions the newest released one is used.")


def audit_out(found: Audit, *, whole: bool = True) -> AuditOut:
    """An audit as programs read it."""
    return AuditOut(
        id=found.pk, table=found.table_id, stage=found.stage, policy=found.policy_id, policy_name=found.policy.name,
        policy_version=found.policy.version, country=found.country, rules=found.rules, at=found.at, done_at=found.done_at,
        blocks=found.blocks, figures=found.figures if whole else None,
    )  # fmt: skip


@router.get("/policies", response=list[PolicyOut], summary="Policy versions", operation_id="rights_policies")
def policies(request: HttpRequest) -> list[PolicyOut]:
    """By name and version."""
    require(caller(request), SEE)
    rows = Policy.objects.select_related("release").order_by("name", "version")
    return [PolicyOut(id=row.pk, name=row.name, version=row.version, in_force=hasattr(row, "release")) for row in rows]


@router.post(
    "/tables",
    auth=needs(Scope.WRITE_RIGHTS),
    response={201: TableOut},
    summary="Hand in a table",
    operation_id="keep_rights_table",
)
def keep(request: HttpRequest, given: TableIn) -> Status[TableOut]:
    """The same table again is the same row."""
    made = actions.keep_table(given.document, by=caller(request))
    return Status(
        201,
        TableOut(id=made.pk, name=made.name, version=made.version, digest=made.digest, recorded_at=made.recorded_at),
    )


@router.get("/audits", response=AuditPage, summary="Audits", operation_id="rights_audits")
def audits(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> AuditPage:
    """Newest first."""
    require(caller(request), SEE)
    found, following = page(request, find.audits(caller(request)), newest_by="at", limit=limit, cursor=cursor)
    return AuditPage(audits=[audit_out(each, whole=False) for each in found], next=following)


@router.post(
    "/audits",
    auth=needs(Scope.WRITE_RIGHTS),
    response={201: AuditOut},
    summary="Audit a policy version",
    operation_id="audit_rights",
)
def start(request: HttpRequest, given: AuditIn) -> Status[AuditOut]:
    """Screening answers at once, detection when the worker has searched, review when people have decided every text."""
    seat = caller(request)
    table = find.tables(seat).filter(pk=given.table).first()
    policy = Policy.objects.filter(pk=given.policy).first()
    if table is None or policy is None:
        raise NotKnown
    if given.stage == "screening":
        return Status(201, audit_out(actions.audit_screening(table, policy, country=given.country, by=seat)))
    if given.stage == "detection":
        return Status(201, audit_out(actions.audit_detection(table, policy, by=seat)))
    return Status(201, audit_out(actions.audit_review(table, policy, by=seat)))


@router.get("/audits/{audit}", response=AuditOut, summary="One audit", operation_id="rights_audit")
def audit(request: HttpRequest, audit: UUID) -> AuditOut:
    """An audit with its figures."""
    require(caller(request), SEE)
    return audit_out(find.find_audit(caller(request), audit))

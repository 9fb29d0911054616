"""The interface to runs and findings: those that the caller may know, under pseudonyms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.findings import export, find
from hustings.apps.findings.marked import Asked, marking_asked
from hustings.apps.findings.models import Finding, Run
from hustings.apps.findings.told import record_of
from hustings.apps.findings.upload import LARGEST, unpacked
from hustings.apps.items.api import MarkingOut, marking
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope

__all__ = ["findings_router", "runs_router"]

findings_router = Router(auth=needs(Scope.READ_FINDINGS))
runs_router = Router(auth=needs(Scope.READ_FINDINGS))

Limit = Annotated[int, Query(ge=1, le=1000)]
After = Annotated[int, Query(ge=0, le=2**31 - 1, description="`next` of the page before.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class RunOut(Schema):
    """A finished run of detection, with all it takes to run it again."""

    id: UUID
    title: str
    loaded_at: datetime
    expires_at: datetime | None = Field(description="When it is deleted, if no case takes it up.")
    digest: str
    version: str
    seed: int
    settings: dict[str, Any]
    inputs: list[dict[str, Any]]
    outputs: dict[str, str]
    marking: MarkingOut


class RunPage(Schema):
    """Runs, newest first."""

    runs: list[RunOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class LayerOut(Schema):
    """What one kind of trace does for a finding."""

    links: int = Field(description="Links that this kind alone would carry.")
    p: float | None
    share: float = Field(description="Of what ties the members, this kind's share.")


class PersonAccountOut(Schema):
    """A member, by its number and its pseudonym."""

    number: int
    pseudonym: str


class OnePersonOut(Schema):
    """Members that somebody stated to be one person's; who that is, and by what evidence, stands with the names."""

    person: int = Field(description="Number of the person in this finding.")
    accounts: list[PersonAccountOut]


class LeaderOut(Schema):
    """How often an actor came first, against an order drawn by lot."""

    actor: int
    pseudonym: str
    acts: int
    led: int
    due: float
    p: float
    q: float


class LeadersOut(Schema):
    """Who comes first more often than by lot, the surest first, and who is ahead of the group and no member."""

    leads: list[LeaderOut]
    led: list[str] = Field(description="Pseudonyms.")


class FindingOut(Schema):
    """A group of actors that acted together: a machine's claim, with its limits."""

    id: UUID
    run: UUID
    finding: int = Field(description="Number in its run; 0 is the surest.")
    title: str
    sentence: str
    limits: list[str] = Field(description="What this does not show.")
    why_innocent: list[str]
    members: int
    basis: str
    platforms: list[str]
    first: datetime | None
    last: datetime | None
    links: int
    traces: int
    acts: int
    expected_acts: float
    score: float
    kinds: dict[str, int]
    layers: dict[str, LayerOut] = Field(description="By kind of trace; empty in runs of earlier versions.")
    declared: bool = Field(description="An owner says in the open that these are theirs.")
    persons: int = Field(description="Members, with the accounts of one person counted once.")
    joined_by: list[OnePersonOut] = Field(
        description="Accounts of one person by stated evidence; names alone join nothing."
    )
    rows_digest: str
    marking: MarkingOut


class FindingPage(Schema):
    """Findings, newest first."""

    findings: list[FindingOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class MemberOut(Schema):
    """A member, under its pseudonym."""

    number: int
    pseudonym: str
    platform: str
    score: float
    basis: str
    links: int
    acts: int
    things: int


class LinkOut(Schema):
    """Two members over all kinds of trace."""

    a: int
    actor_a: str
    b: int
    actor_b: str
    acts: int
    traces: int
    kinds: list[str]
    basis: str
    near: int = Field(description="Times together within the window, on the kind of trace with most of them.")
    near_kind: str | None = Field(description="That kind.")
    expected_acts: float
    p_timing: float | None
    q_timing: float | None
    p_content: float | None
    q_content: float | None
    p_office: float | None
    q_office: float | None
    p_rhythm: float | None
    q_rhythm: float | None


class EvidenceOut(Schema):
    """Two posts by two actors with the same trace."""

    number: int
    a: int
    actor_a: str
    b: int
    actor_b: str
    kind: str
    trace: str
    content_a: int = Field(description="Number of the post in the run.")
    content_b: int
    at_a: datetime | None
    at_b: datetime | None
    gap_s: float | None


class MemberPage(Schema):
    """Members, the most linked first."""

    members: list[MemberOut]
    next: int | None


class LinkPage(Schema):
    """Links, the surest first."""

    links: list[LinkOut]
    next: int | None


class EvidencePage(Schema):
    """Rows of evidence, in the order of the run's file."""

    evidence: list[EvidenceOut]
    next: int | None


class Loaded(Schema):
    """What was loaded; `already` says that the very run stood there and nothing was added."""

    run: UUID
    findings: int
    members: int
    links: int
    evidence: int
    already: bool


class MarkingIn(Schema):
    """The marking of what is loaded; by default the caller's organisation alone."""

    tlp: Literal["clear", "green", "amber", "amber+strict", "red"] | None = None
    need: Literal["none", "role", "named"] | None = None
    roles: Word | None = Field(default=None, description="Roles that need to know, with commas between.")
    owner: Word | None = None
    group: Word | None = None


def run_out(run: Run) -> RunOut:
    """A run as programs read it."""
    return RunOut(
        id=run.pk, title=run.item.title, loaded_at=run.item.made_at, expires_at=run.item.expires_at, digest=run.digest,
        version=run.version, seed=run.seed, settings=run.settings, inputs=run.inputs, outputs=run.outputs,
        marking=marking(run.item.label),
    )  # fmt: skip


def finding_out(finding: Finding) -> FindingOut:
    """A finding as programs read it."""
    said = {name: value for name, value in record_of(finding).items() if name in FindingOut.model_fields}
    return FindingOut(
        **said, id=finding.pk, run=finding.run_id, title=finding.item.title, marking=marking(finding.item.label)
    )


def portion(rows: Iterable[dict[str, Any]], after: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """Rows from `after` on, and where the next portion begins."""
    found = list(islice(rows, after, after + limit + 1))
    return found[:limit], after + limit if len(found) > limit else None


def known(request: HttpRequest, key: UUID) -> Finding:
    """A finding that the caller may read; the reading is recorded."""
    found = find.find_finding(caller(request), key)
    require(caller(request), "read", found.item)
    return found


@runs_router.get("", response=RunPage, summary="Runs that you may know", operation_id="runs")
def runs(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Cursor = None) -> RunPage:
    """Newest first."""
    require(caller(request), "list findings")
    rows = find.runs(caller(request)).annotate(made_at=F("item__made_at"))
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    return RunPage(runs=[run_out(run) for run in found], next=following)


@runs_router.get("/{run}", response=RunOut, summary="One run", operation_id="run")
def run(request: HttpRequest, run: UUID) -> RunOut:
    """A run that you may know. Hidden and never there are answered alike."""
    found = find.find_run(caller(request), run)
    require(caller(request), "read", found.item)
    return run_out(found)


@runs_router.post(
    "",
    auth=needs(Scope.WRITE_ITEMS),
    response={200: Loaded, 201: Loaded},
    summary="Load a run",
    operation_id="load_run",
)
def load(
    request: HttpRequest,
    archive: Annotated[UploadedFile, File(description=f"ZIP of a run's folder, {LARGEST // 2**20} MiB at most.")],
    marked: Form[MarkingIn],
) -> Status[Loaded]:
    """Load the findings of a run: whole, or not at all; 201 when it is new, 200 when the very run stood there."""
    seat = caller(request)
    require(seat, "load run")
    roles = [role.strip() for role in marked.roles.split(",")] if marked.roles else None
    asked = Asked(tlp=marked.tlp, need=marked.need, roles=roles, owner=marked.owner, group=marked.group)
    from hustings.apps.findings.load import load_run  # brings compiled code along, which nothing else here needs

    with unpacked(archive, archive.size or 0) as folder:
        loaded = load_run(folder, marking=marking_asked(asked, seat), by=seat)
    told = Loaded(
        run=loaded.run.pk, findings=loaded.findings, members=loaded.members, links=loaded.links, evidence=loaded.evidence,
        already=loaded.already,
    )  # fmt: skip
    return Status(200 if loaded.already else 201, told)


@findings_router.get("", response=FindingPage, summary="Findings that you may know", operation_id="findings")
def findings(
    request: HttpRequest,
    run: Annotated[UUID | None, Query(description="Only of this run.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor = None,
) -> FindingPage:
    """Newest first. Pages that follow each other show no finding twice and skip none that stays readable."""
    require(caller(request), "list findings")
    rows = find.findings(caller(request)).annotate(made_at=F("item__made_at"))
    if run is not None:
        rows = rows.filter(run=run)
    found, following = page(request, rows, newest_by="made_at", limit=limit, cursor=cursor)
    return FindingPage(findings=[finding_out(finding) for finding in found], next=following)


@findings_router.get("/{finding}", response=FindingOut, summary="One finding", operation_id="finding")
def finding(request: HttpRequest, finding: UUID) -> FindingOut:
    """A finding that you may know. Hidden and never there are answered alike."""
    return finding_out(known(request, finding))


@findings_router.get("/{finding}/members", response=MemberPage, summary="Its members", operation_id="finding_members")
def members(request: HttpRequest, finding: UUID, limit: Limit = 200, after: After = 0) -> dict[str, Any]:
    """The most linked first."""
    rows, following = portion(find.members(known(request, finding)), after, limit)
    return {"members": rows, "next": following}


@findings_router.get("/{finding}/leads", response=LeadersOut, summary="Who comes first", operation_id="finding_leads")
def leads(request: HttpRequest, finding: UUID) -> dict[str, Any]:
    """First more often than an order drawn by lot explains, at the run's rate; to be first is not to give orders."""
    found = known(request, finding)
    return {"leads": find.leads(found, found.run.rate), "led": find.led(found)}


@findings_router.get(
    "/{finding}/links", response=LinkPage, summary="What holds it together", operation_id="finding_links"
)
def links(request: HttpRequest, finding: UUID, limit: Limit = 200, after: After = 0) -> dict[str, Any]:
    """Links beyond chance between members, the surest first."""
    rows, following = portion(find.links(known(request, finding)), after, limit)
    return {"links": rows, "next": following}


@findings_router.get("/{finding}/evidence", response=EvidencePage, summary="Its rows", operation_id="finding_evidence")
def evidence(request: HttpRequest, finding: UUID, limit: Limit = 200, after: After = 0) -> dict[str, Any]:
    """Rows of evidence, in the order of the run's file."""
    rows, following = portion(find.evidence(known(request, finding), after=after - 1, most=limit + 1), 0, limit)
    return {"evidence": rows, "next": None if following is None else after + limit}


FILE = {"schema": {"type": "string", "format": "binary"}}


@findings_router.get(
    "/{finding}/export/{what}/{form}",
    auth=needs(Scope.READ_FINDINGS, Scope.EXPORT),
    response={200: None},
    summary="Take it out as a file",
    operation_id="finding_export",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file, with its marking inside.",
                "content": {
                    "application/json": {"schema": {}},
                    "text/csv": FILE,
                    "application/vnd.apache.parquet": FILE,
                },
            }
        }
    },
)
def exported(
    request: HttpRequest,
    finding: UUID,
    what: Literal["finding", "members", "links", "evidence"],
    form: Literal["json", "csv", "parquet"],
) -> HttpResponse:
    """JSON, CSV or Parquet, under pseudonyms."""
    found = find.find_finding(caller(request), finding)
    require(caller(request), "export", found.item)
    return export.as_file(found, what, form)

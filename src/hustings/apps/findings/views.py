"""The pages of runs and findings: parse, call, render."""

from __future__ import annotations

import gzip
import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.ads.find import led_to
from hustings.apps.console import words
from hustings.apps.console.context import OWN
from hustings.apps.console.table import Column, Table
from hustings.apps.findings import actions, export, find
from hustings.apps.findings.models import Finding, Run
from hustings.apps.findings.timeline import timeline
from hustings.apps.findings.told import again, gap, score, told
from hustings.apps.library.audiences.of_names import their_ads
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.errors import BadInput
from hustings.report.sentences import grounds, listed, named

__all__ = [
    "actor",
    "between",
    "evidence",
    "exported",
    "finding",
    "finding_network",
    "findings",
    "names",
    "open_names",
    "run",
    "run_network",
    "runs",
]

EVIDENCE_SHOWN = 50
# So many rows are sorted and filtered on a page; more would keep others waiting.
EVIDENCE_READ = 5_000
# The numbers of actors are integers of four bytes.
LARGEST = 2**31 - 1


def finding_columns() -> list[Column]:
    """What a list says of a finding."""
    return [
        Column(
            key="sentence",
            title="What is the case",
            value=lambda row: row.item.title,
            link=lambda row: reverse("finding", args=[row.pk]),
            order="item__title",
        ),
        Column(key="basis", title="On", value=lambda row: listed(grounds({"basis": row.basis}))),
        Column(key="members", title="Members", number=True),
        Column(key="acts", title="Times together", number=True),
        Column(key="first", title="First", value=lambda row: words.day(row.first) if row.first else ""),
        Column(key="last", title="Last", value=lambda row: words.day(row.last) if row.last else ""),
        Column(key="score", title="Score", value=lambda row: score(row.score), number=True),
        Column(
            key="platforms",
            title="Platforms",
            value=lambda row: listed([named(each) for each in row.platforms]),
            order=False,
        ),
    ]


@require_safe
@seated
def findings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every finding this person may know."""
    require(seat, "list findings")
    table = Table(
        request=request,
        caption="Findings",
        rows=find.findings(seat),
        columns=finding_columns(),
        find=["item__title", "item__text", "basis"],
        marking=lambda row: row.item,
        empty="Findings of `hustings detect` appear here when a run is loaded by `hustings load` or a sweep has ended.",
    )
    if table.wants_csv:
        require(seat, "export")
        return table.csv()
    return render(request, "findings/findings.html", {"table": table, "page_marking": table.shown or OWN})


@require_safe
@seated
def runs(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every run this person may know."""
    require(seat, "list findings")
    table = Table(
        request=request,
        caption="Runs",
        rows=find.runs(seat),
        columns=[
            Column(
                key="title",
                title="Run",
                value=lambda row: row.item.title,
                link=lambda row: reverse("run", args=[row.pk]),
                order="item__title",
            ),
            Column(
                key="inputs",
                title="From",
                value=lambda row: ", ".join(str(each.get("file")) for each in row.inputs),
                order=False,
            ),
            Column(key="loaded", title="Loaded", value=lambda row: row.item.made_at, order="item__made_at"),
            Column(key="version", title="Version"),
        ],
        find=["item__title", "digest"],
        marking=lambda row: row.item,
        empty="A run appears here when it is loaded by `hustings load` or a sweep has ended.",
    )
    if table.wants_csv:
        require(seat, "export")
        return table.csv()
    return render(request, "findings/runs.html", {"table": table, "page_marking": table.shown or OWN})


@require_safe
@seated
def finding(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One finding: the claim, how sure, what it does not show, the picture, and the rows behind it."""
    found = find.find_finding(seat, key)
    require(seat, "read", found.item)
    members = Table(
        request=request,
        caption="Members of this finding",
        name="members",
        rows=find.members(found),
        columns=[
            Column(
                key="pseudonym",
                title="Actor",
                value=lambda row: row["pseudonym"],
                link=lambda row: reverse("finding-actor", args=[found.pk, row["number"]]),
            ),
            Column(key="platform", title="Platform", value=lambda row: named(row["platform"])),
            Column(key="basis", title="On", value=lambda row: listed(grounds(row))),
            Column(key="score", title="Score", number=True, value=lambda row: score(row["score"])),
            Column(key="links", title="Links", number=True),
            Column(key="acts", title="Times together", number=True),
            Column(key="things", title="Things shared", number=True),
        ],
        per_page=25,
    )
    if members.wants_csv:
        require(seat, "export", found.item)
        return members.csv()
    body = json.loads(gzip.decompress(find.picture(found.item)))
    things = Table(
        request=request, caption="Things shared by most", name="things", rows=body["things"], filterable=False, per_page=10,
        columns=[
            Column(key="trace", title="Trace", value=lambda row: row[1]),
            Column(key="kind", title="Kind", value=lambda row: row[0]),
            Column(key="actors", title="Actors", value=lambda row: row[2], number=True),
            Column(key="rows", title="Rows", value=lambda row: row[3], number=True),
            Column(key="gap", title="Median gap", value=lambda row: row[6], number=True, unit="s"),
        ],
    )  # fmt: skip
    if things.wants_csv:
        require(seat, "export", found.item)
        return things.csv()
    command, given = again(found.run)
    return render(
        request,
        "findings/finding.html",
        {
            "finding": found,
            "page_marking": found.item,
            "told": told(found),
            "members": members,
            "things": things,
            "things_in_all": body["things_in_all"],
            "timeline": timeline(body),
            "timed": body["timed"],
            "window": gap(body["window_s"]),
            "led": find.led(found),
            "leads": find.leads(found, found.run.rate),
            "joined": find.joined(found),
            "layers": [
                (kind, f"{one['share']:.0%}", one["links"])
                for kind, one in sorted(found.layers.items(), key=lambda each: (-each[1]["share"], each[0]))
            ],
            "command": command,
            "given": given,
            "may_export": can(seat, "export", found.item),
            "may_lead": can(seat, "record lead"),
            "may_open": can(seat, "open actor names", found.item),
            "opened": find.opening(seat, found),
            "run_known": find.runs(seat).filter(pk=found.run_id).exists(),
            "parts": [(what, form) for what in export.WHAT for form in export.FORMS],
        },
    )


def evidence_table(request: HttpRequest, rows: list[dict[str, Any]], caption: str) -> Table:
    """Rows of evidence: who, what, which posts, when, how far apart."""
    return Table(
        request=request,
        caption=caption,
        name="evidence",
        rows=rows,
        columns=[
            Column(key="actor_a", title="Actor"),
            Column(key="actor_b", title="and actor"),
            Column(key="kind", title="Kind"),
            Column(key="trace", title="What"),
            Column(key="content_a", title="Post", value=lambda row: f"post {row['content_a']}"),
            Column(key="content_b", title="and post", value=lambda row: f"post {row['content_b']}"),
            Column(key="at_a", title="When", value=lambda row: exact(row["at_a"])),
            Column(key="at_b", title="and when", value=lambda row: exact(row["at_b"])),
            Column(key="gap_s", title="Gap", number=True, unit="s"),
        ],
        per_page=EVIDENCE_SHOWN,
    )


def exact(at: Any) -> str:
    """26 Sep 2021 14:03:07 UTC."""
    return "" if at is None else f"{words.day(at)} {at:%H:%M:%S} UTC"


@require_safe
@seated
def evidence(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Every row behind a finding."""
    found = find.find_finding(seat, key)
    require(seat, "read", found.item)
    whole = "csv" in request.GET
    rows = list(find.evidence(found, most=None if whole else EVIDENCE_READ + 1))
    cut = not whole and len(rows) > EVIDENCE_READ
    aside = (
        f"The page holds the first {EVIDENCE_READ:,} rows; the CSV and the files to take out hold all." if cut else ""
    )
    return rows_page(
        request, seat, found, rows[:EVIDENCE_READ] if cut else rows, "Every row of evidence", "", aside=aside
    )


@require_safe
@seated
def actor(request: HttpRequest, seat: Seat, key: UUID, number: int) -> HttpResponse:
    """One member: to whom it is linked, and the rows behind that."""
    found = find.find_finding(seat, key)
    require(seat, "read", found.item)
    who = find.actors(found, [number]) if number <= LARGEST else []
    if not who:
        raise Http404
    links = list(find.links(found, actor=number))
    rows = list(find.evidence(found, actor=number))
    # An actor of the run that this finding says nothing of is not here.
    if not (links or rows or any(row["number"] == number for row in find.members(found))):
        raise Http404
    name = who[0].pseudonym
    lede = (
        f"{name} is linked to {len(links):,} {'member' if len(links) == 1 else 'members'} of the group, beyond chance."
    )
    table = Table(
        request=request,
        caption=f"Links of {name}",
        name="links",
        rows=links,
        columns=[
            Column(
                key="other",
                title="Linked to",
                value=lambda row: row["actor_b"] if row["a"] == number else row["actor_a"],
                link=lambda row: reverse("finding-between", args=[found.pk, row["a"], row["b"]]),
            ),
            Column(key="basis", title="On", value=lambda row: listed(grounds(row))),
            Column(key="near", title="Times together", number=True),
            Column(
                key="expected_acts", title="By chance", number=True, value=lambda row: round(row["expected_acts"], 1)
            ),
            Column(key="traces", title="Things shared", number=True),
        ],
        per_page=25,
    )
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    return rows_page(request, seat, found, rows, name, lede, links=table)


@require_safe
@seated
def between(request: HttpRequest, seat: Seat, key: UUID, a: int, b: int) -> HttpResponse:
    """One link: what chance would show, what there was, and the rows."""
    found = find.find_finding(seat, key)
    require(seat, "read", found.item)
    who = find.actors(found, [a, b]) if max(a, b) <= LARGEST else []
    if len(who) != 2:
        raise Http404
    rows = list(find.evidence(found, pair=(a, b)))
    link = next(find.links(found, pair=(a, b)), None)
    if link is None and not rows:
        raise Http404
    first, second = (each.pseudonym for each in who)
    aside = ""
    if not rows:
        # Of a rare thing the evidence keeps the first posts, so two who share it need not stand in one row.
        rows = find.shared_by(found, a, b)
        aside = "No row has the two side by side: of each rare thing the run keeps the first posts. "
        aside += (
            "These rows are of the things that both are seen with."
            if rows
            else "Neither is first with what they share."
        )
    return rows_page(
        request,
        seat,
        found,
        rows,
        f"{first} and {second}",
        sentence(found, link, first, second),
        link=link,
        aside=aside,
    )


def sentence(found: Finding, link: dict[str, Any] | None, first: str, second: str) -> str:
    """What two actors did, on the ground that their link is held on."""
    on = grounds(link) if link is not None else []
    if link is not None and "timing" in on:
        times, due = link["near"], link["expected_acts"]
        return (
            f"{first} and {second} did the same {times:,} {'time' if times == 1 else 'times'} within "
            f"{gap(found.run.window_s)} of each other ({link['near_kind']}); of actors who share the same things, "
            f"{f'{due:,.0f}' if due >= 1 else 'less than one'} such would be expected."
        )
    if link is not None and "content" in on:
        return (
            f"{first} and {second} share {link['traces']:,} {'thing' if link['traces'] == 1 else 'things'}, more than their activity "
            "and the things' popularity explain."
        )
    if link is not None:
        return f"{first} and {second} keep the same working hours and holidays, more closely than chance explains."
    return f"{first} and {second} share what the rows beneath show; alone that would not be beyond chance."


def rows_page(
    request: HttpRequest, seat: Seat, found: Finding, rows: list[dict[str, Any]], heading: str, lede: str, **more: Any
) -> HttpResponse:
    """A page of evidence; the finding's page takes its middle part beside the picture."""
    table = evidence_table(request, rows, f"Evidence: {heading}")
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    context = {"finding": found, "page_marking": found.item, "heading": heading, "lede": lede, "evidence": table} | more
    return render(request, "findings/evidence.html", context)


def packed(request: HttpRequest, body: bytes) -> HttpResponse:
    """A picture as it is kept; unpacked for who cannot unpack."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(body, content_type="application/json")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(body), content_type="application/json")
    response["Vary"] = "Accept-Encoding, Cookie"
    # A right that was withdrawn is withdrawn with the next request.
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@seated
def finding_network(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The network of a finding, for the picture."""
    found = find.find_finding(seat, key)
    require(seat, "read", found.item)
    return packed(request, find.picture(found.item))


@require_safe
@seated
def run_network(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """The network of all findings of a run, for the picture."""
    found = find.find_run(seat, key)
    require(seat, "read", found.item)
    return packed(request, find.run_picture(seat, found))


@require_safe
@seated
def run(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One run: all its findings in one picture, the table in step, how to run it again."""
    found = find.find_run(seat, key)
    require(seat, "read", found.item)
    held = find.findings(seat).filter(run=found)
    table = Table(
        request=request,
        caption="Findings of this run",
        name="findings",
        rows=held,
        columns=[Column(key="number", title="No.", number=True), *finding_columns()],
        find=["item__title", "item__text", "basis"],
        marking=lambda row: row.item,
        per_page=25,
    )
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    command, given = again(found)
    groups = {number: reverse("finding", args=[pk]) for number, pk in held.values_list("number", "pk")}
    return render(
        request,
        "findings/run.html",
        {
            "run": found,
            "page_marking": found.item,
            "table": table,
            "groups": groups,
            "count": len(groups),
            "read": read(found),
            "command": command,
            "given": given,
        },
    )


def read(run: Run) -> str:
    """What went into the run, in a sentence."""
    counts = run.counts
    return (
        f"{int(counts.get('rows', 0)):,} trace events of {int(counts.get('actors', 0)):,} actors were read; of all links that the "
        f"run names, at most {run.rate * 100:g} in 100 are expected to be coincidence."
    )


@require_safe
@seated
def exported(request: HttpRequest, seat: Seat, key: UUID, what: str, form: str) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """A part of a finding as a file."""
    if what not in export.WHAT or form not in export.FORMS:
        raise Http404
    found = find.find_finding(seat, key)
    require(seat, "export", found.item)
    return export.as_file(found, what, form)


@require_safe
@seated
def names(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Who stands behind the pseudonyms of a finding, for who opened them."""
    found = find.find_finding(seat, key)
    require(seat, "read", found.item)
    opened = find.opening(seat, found)
    if opened is None:
        return redirect("finding", found.pk)
    rows = find.opened_names(found)
    told = [row["name"].partition(":")[2] or row["name"] for row in rows] + [row["name"] for row in rows]
    ads = led_to(seat, told)
    theirs = their_ads(told, seat.appointment.position.organisation_id) if ads else None
    table = Table(
        request=request,
        caption="Names",
        name="names",
        rows=rows,
        columns=[
            Column(key="shown", title="Shown as"),
            Column(key="what", title="What it is"),
            Column(
                key="name",
                title="Name",
                link=lambda row: ads.get(row["name"]) or ads.get(row["name"].partition(":")[2]),
            ),
        ],
        per_page=100,
    )
    if table.wants_csv:
        require(seat, "export", found.item)
        return table.csv()
    return render(
        request,
        "findings/names.html",
        {"finding": found, "page_marking": found.item, "opened": opened, "table": table, "theirs": theirs},
    )


@require_POST
@seated
def open_names(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Open the names of a finding for a reason."""
    found = find.find_finding(seat, key)
    try:
        actions.open_names(found, by=seat, reason=request.POST.get("reason", ""))
    except BadInput as error:
        messages.error(request, " ".join(problem.do for problem in error.problems) or str(error))
        return redirect("finding", found.pk)
    return redirect("finding-names", found.pk)

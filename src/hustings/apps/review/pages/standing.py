"""Pages of the rules of review and of who reviews: put in force and recorded by a supervisor, and seen by oneself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hustings.apps.console.table import Column, Table
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import can, require
from hustings.apps.review import reviewers, rules
from hustings.apps.review.models import Hold, Rules
from hustings.apps.review.pages.parts import parts
from hustings.apps.review.registry import QUEUES
from hustings.errors import BadInput
from hustings.policy.reviewing import Command, Topic

__all__ = ["avoid", "holds", "meter", "people", "record", "review_rules"]

LABELS = {
    "chance": "Claims that go by chance, in percent",
    "second_speech": "Second looks at political speech, in percent",
    "second_removal": "Second looks at what removes an account, a page or an event, in percent",
    "second_rest": "Second looks at the rest, in percent",
    "run_minutes": "Minutes in a row of what is hard to bear",
    "break_minutes": "Minutes of the break that follows",
}


@seated
def review_rules(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The rules in force, those before, and for a supervisor the form that puts others in force."""
    require(seat, "list reviews")
    now = rules.in_force(seat)
    may, problems, status = can(seat, "keep review rules"), {}, 200
    numbers: dict[str, object] = dict(rules.numbers_of(now) if now is not None else rules.proposed())
    reason = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            rules.put_in_force(request.POST.dict(), by=seat, reason=reason)
        except BadInput as error:
            problems = {problem.where: problem for problem in error.problems}
            numbers |= {name: request.POST.get(name, "") for name in numbers}
            status = 422
        else:
            messages.success(request, "In force from now on.")
            return redirect("review-rules")
    table = Table(
        request=request,
        caption="Rules, newest first",
        rows=Rules.objects.filter(held_by=seat.appointment.position.organisation_id).select_related("by__person"),
        columns=[
            Column(key="at", title="From"),
            Column(key="chance", title="By chance", unit="%", number=True),
            Column(key="second_speech", title="Speech twice", unit="%", number=True),
            Column(key="second_removal", title="Removals twice", unit="%", number=True),
            Column(key="second_rest", title="Rest twice", unit="%", number=True),
            Column(key="reason", title="Why", order=False),
            Column(key="by.person.name", title="By"),
        ],
        empty="No rules are in force: work has the looks that it was asked with, and nobody is kept from anything.",
    )
    if table.wants_csv:
        return table.csv()
    context = {
        "now": now, "table": table, "parts": parts(seat), "may": may, "problems": problems, "reason": reason,
        "fields": [(name, label, numbers.get(name, ""), rules.BOUNDS[name], problems.get(name)) for name, label in LABELS.items()],
        "caps": [(topic, numbers.get(f"minutes_{topic}", ""), numbers.get(f"items_{topic}", "")) for topic in Topic],
        "most_minutes": rules.MOST_MINUTES, "most_items": rules.MOST_ITEMS,
    }  # fmt: skip
    return render(request, "review/rules.html", context, status=status)


@require_safe
@seated
def people(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Which languages colleagues read and who adjudicates; nothing of how fast or how much anybody decides."""
    require(seat, "keep reviewers")
    context = {
        "known": reviewers.known(seat), "levels": list(Command), "parts": parts(seat), "reached": reviewers.caps_reached(),
        "colleagues": sorted(reviewers.colleagues(seat).values(), key=lambda each: (each.name, str(each.pk))), "me": seat.person.pk,
    }  # fmt: skip
    return render(request, "review/people.html", context)


@require_POST
@seated
def record(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a language, or whether somebody adjudicates."""
    document = request.POST.get("document", "")
    try:
        person = UUID(request.POST.get("person", ""))
    except ValueError:
        messages.error(request, "Choose a colleague.")
        return redirect("review-people")
    try:
        if request.POST.get("what") == "language":
            language, level = request.POST.get("language", "").strip(), request.POST.get("level", "")
            reviewers.record_language(person, language, level, document=document, by=seat)
        else:
            reviewers.record_senior(person, senior=request.POST.get("senior") == "yes", document=document, by=seat)
    except BadInput as error:
        for problem in error.problems:
            messages.error(request, f"{problem.where.capitalize()}: {problem.found}, expected {problem.expected}.")
    else:
        messages.success(request, "Recorded; it holds from now on.")
    return redirect("review-people")


@require_safe
@seated
def meter(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What one saw of what is hard to bear, and from which topics one keeps; nobody else is shown this."""
    require(seat, "list reviews")
    told, until = reviewers.meter(seat)
    context = {
        "told": told, "until": until, "parts": parts(seat), "now": rules.in_force(seat),
        "takes": any(can(seat, queue.act) for queue in QUEUES.values()),
    }  # fmt: skip
    return render(request, "review/meter.html", context)


@require_POST
@seated
def avoid(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keep from topics, from now on."""
    require(seat, "list reviews")
    try:
        reviewers.avoid(request.POST.getlist("topic"), by=seat)
    except BadInput as error:
        messages.error(request, error.problems[0].do)
    else:
        messages.success(request, "Kept. Nobody is told, and it costs you nothing.")
    return redirect("review-meter")


@require_safe
@seated
def holds(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What somebody keeps for later, why, and until when."""
    require(seat, "list reviews")
    table = Table(
        request=request,
        caption="Kept for later",
        rows=Hold.objects.filter(
            work__held_by=seat.appointment.position.organisation_id, work__on_hold=True, work__state="open",
            until__gt=moment(),
        ).select_related("work", "by__person"),
        columns=[
            Column(key="work.queue", title="Queue", value=lambda row: QUEUES[row.work.queue].title),
            Column(key="reason", title="Why", order=False),
            Column(key="at", title="Since"),
            Column(key="until", title="Until"),
            Column(key="work.due_at", title="Due"),
            Column(key="by.person.name", title="By"),
        ],
        find=["reason"],
        default="until",
        empty="What somebody keeps for later appears here. After its time anybody may take it.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    return render(request, "review/holds.html", {"table": table, "parts": parts(seat)})

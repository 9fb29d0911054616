"""The pages of a supervisor of review: parse, call, render. None of them tells how fast anybody is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hustings.apps.console.refused import say
from hustings.apps.console.table import Column, Table
from hustings.apps.people.seat import Seat
from hustings.apps.people.seated import seated
from hustings.apps.permission import NotKnown, allow, can, require
from hustings.apps.review.models import Gold, Sample
from hustings.apps.review.quality import actions, find
from hustings.apps.review.quality.find import BY, FEWEST, PEOPLE, SINCE
from hustings.apps.review.quality.forms import EndForm, GoldForm, SampleForm, TechnicalForm
from hustings.apps.review.quality.planting import FIT, GOLD_SHARE
from hustings.apps.review.quality.told import chart, end_of, interval, percent, start_of
from hustings.apps.review.registry import QUEUES
from hustings.apps.review.views import card_of
from hustings.errors import BadInput
from hustings.staffing.quality_error import ErrorKind
from hustings.staffing.quality_sample import looks_needed

__all__ = ["agreement", "backlog", "errors", "gold", "gold_end", "gold_from", "golds", "sample", "samples", "wrong"]

# What a rate may be and how surely one wants it told, for the table beside the form of a sample.
ASKED = ((0.02, 0.01), (0.05, 0.015), (0.05, 0.03), (0.10, 0.03))


def parts() -> list[tuple[str, str]]:
    """The pages of the quality of review."""
    names = {
        "What waits": "review-quality",
        "Errors": "review-errors",
        "Agreement and appeals": "review-agreement",
        "Samples": "review-samples",
        "Known answers": "review-golds",
    }
    return [(title, reverse(name)) for title, name in names.items()]


def queue_of(name: str) -> str:
    """The title of a queue."""
    return QUEUES[name].title if name in QUEUES else name


def by_of(request: HttpRequest) -> str:
    """What the reader asked figures to be told by."""
    asked = request.GET.get("by", "queue")
    return asked if asked in BY else "queue"


def named(by: str, name: str) -> str:
    """A row's name in words."""
    return queue_of(name) if by == "queue" else name


@require_safe
@seated
def backlog(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What waits by queue and language, and what would be late."""
    require(seat, "see review quality")
    table = Table(
        request=request,
        caption="What waits",
        rows=find.backlog(seat),
        columns=[
            Column(key="queue", title="Queue", value=lambda row: queue_of(row.queue)),
            Column(key="language", title="Language", value=lambda row: row.language or "not told"),
            Column(key="told.waits", title="Waits", number=True),
            Column(key="held", title="Held now", number=True),
            Column(key="oldest", title="Oldest, asked"),
            Column(key="told.past", title="Overdue", number=True),
            Column(key="day", title="Due in 24 hours", number=True),
            Column(key="told.breaks", title="Would become late", number=True),
            Column(key="breaks_at", title="First of them due"),
            Column(
                key="told.cleared",
                title="Cleared in",
                unit="hours",
                number=True,
                value=lambda row: None if row.told.cleared is None else round(row.told.cleared, 1),
            ),
        ],
        empty="What waits for a person's decision is counted here.",
    )
    if table.wants_csv:
        return table.csv()
    return render(request, "review/quality/backlog.html", {"table": table, "parts": parts()})


@require_safe
@seated
def errors(request: HttpRequest, seat: Seat) -> HttpResponse:
    """How often decisions are wrong: by samples, and by items whose answer is known."""
    require(seat, "see review quality")
    by = by_of(request)
    chosen = list(find.samples(seat).filter(at__gte=seat.now - SINCE))
    whole = next(iter(find.errors(chosen)), None)
    rows = find.errors(chosen, by)
    gold, common, caught = find.gold_told(seat, by)
    tables = [error_table(request, rows, by), gold_table(request, gold, by), wrong_table(request, seat)]
    for table in tables:
        if table.wants_csv:
            return table.csv()
    context = {
        "parts": parts(), "by": by, "ways": BY, "whole": whole_told(whole), "samples": chosen, "tables": tables, "common": common,
        "caught": interval(caught), "chart": chart([(named(by, row.name), row.all) for row in rows]), "since": seat.now - SINCE,
        "fewest": FEWEST, "people": PEOPLE, "kinds": list(ErrorKind),
    }  # fmt: skip
    return render(request, "review/quality/errors.html", context)


def whole_told(whole: find.Errors | None) -> dict[str, object] | None:
    """The rates of everything together, in words."""
    if whole is None:
        return None
    rates = {"all": whole.all, "removed": whole.removed, "left": whole.left}
    words = {name: interval(rate) for name, rate in rates.items()}
    return {"words": words, "looked": whole.looked, "decisions": whole.decisions}


def error_table(request: HttpRequest, rows: list[find.Errors], by: str) -> Table:
    """Rates from samples."""
    return Table(
        request=request,
        name="e",
        caption="Wrong decisions, from samples",
        rows=rows,
        columns=[
            Column(key="name", title=BY[by], value=lambda row: named(by, row.name)),
            Column(key="decisions", title="Decisions", number=True),
            Column(key="looked", title="Looked at again", number=True),
            Column(key="all", title="Wrong", value=lambda row: interval(row.all)),
            Column(key="removed", title="Wrongly taken away, of what was", value=lambda row: interval(row.removed)),
            Column(key="left", title="Wrongly left, of what was", value=lambda row: interval(row.left)),
            Column(key="violates", title="Does violate, of all", value=lambda row: interval(row.violates)),
        ],
        empty="Once a sample was drawn and looked at again, rates of error stand here with their intervals.",
    )


def gold_table(request: HttpRequest, rows: list[find.GoldTold], by: str) -> Table:
    """Rates on items whose answer is known."""
    kinds = [
        Column(key=kind.name.lower(), title=kind.value.capitalize(), number=True, value=lambda row, kind=kind: row.kinds.get(kind))  # type: ignore[misc]
        for kind in ErrorKind
    ]  # fmt: skip
    return Table(
        request=request,
        name="g",
        caption="Wrong decisions, on known answers",
        rows=rows,
        columns=[
            Column(key="name", title=BY[by], value=lambda row: named(by, row.name)),
            Column(key="looks", title="Looks", number=True),
            Column(key="wrong", title="Wrong", value=lambda row: interval(row.wrong)),
            *kinds,
        ],
        empty="Once items with a known answer were decided, what was wrong with them stands here.",
    )


def wrong_table(request: HttpRequest, seat: Seat) -> Table:
    """Decisions found wrong."""
    return Table(
        request=request,
        name="w",
        caption="Decisions found wrong",
        rows=find.wrong_looks(seat),
        columns=[
            Column(key="kind", title="How", value=lambda row: row.kind.value, link=lambda row: reverse("review-wrong", args=[row.decision])),
            Column(key="queue", title="Queue", value=lambda row: queue_of(row.queue)),
            Column(key="language", title="Language", value=lambda row: row.language or "not told"),
            Column(key="outcome", title="Decided"),
            Column(key="right", title="Right"),
            Column(key="found_by", title="Found by"),
        ],
        empty="Nothing was found wrong in the last 90 days.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@seated
def wrong(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One decision that was found wrong: what was seen, what was right, and whether it was technical."""
    require(seat, "see review quality")
    found = next((each for each in find.wrong_looks(seat) if each.decision == key), None)
    if found is None:
        raise NotKnown
    form = TechnicalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_technical(key, reason=form.cleaned_data["reason"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It counts as technical from now on.")
            return redirect("review-errors")
    decision = find.decision_of(seat, key)
    may = can(seat, "sample decisions") and found.kind is not ErrorKind.TECHNICAL
    context = {
        "parts": parts(), "wrong": found, "queue": queue_of(found.queue), "form": form, "may": may,
        "work": decision.work, "snapshot": decision.work.snapshot, "card": card_of(decision.work),
    }  # fmt: skip
    return render(request, "review/quality/wrong.html", context, status=422 if form.errors else 200)


@require_safe
@seated
def agreement(request: HttpRequest, seat: Seat) -> HttpResponse:
    """How far two people decide alike by policy and language, and which appeals are overturned."""
    require(seat, "see review quality")
    agreements = Table(
        request=request,
        name="a",
        caption="Agreement of two people",
        rows=find.agreement(seat),
        columns=[
            Column(key="policy", title="Policy"),
            Column(key="language", title="Language", value=lambda row: row.language or "not told"),
            Column(key="units", title="Looked at by two", number=True),
            Column(key="alike", title="Decided alike", value=lambda row: interval(row.alike)),
            Column(key="alpha", title="Beyond chance (alpha)", value=alpha_words),
            Column(key="do", title="What it says", value=mend, order=False),
        ],
        empty="Where two people decide without seeing each other's outcome, how far they agree is told here.",
    )
    appeals = Table(
        request=request,
        name="o",
        caption="Appeals overturned, by cause",
        rows=find.overturned(seat),
        columns=[
            Column(key="title", title="Reason appealed against"),
            Column(key="code", title="Code"),
            Column(key="queue", title="Queue", value=lambda row: queue_of(row.queue)),
            Column(key="decided", title="Decided", number=True),
            Column(key="overturned", title="Overturned", number=True),
            Column(key="share", title="Share", value=lambda row: interval(row.share)),
        ],
        empty="When appeals were decided, they are counted here by the reason they were made against.",
    )
    for table in (agreements, appeals):
        if table.wants_csv:
            return table.csv()
    context = {"parts": parts(), "agreements": agreements, "appeals": appeals, "fewest": FEWEST, "people": PEOPLE}
    return render(request, "review/quality/agreement.html", context)


def alpha_words(row: find.Agreement) -> str | None:
    """Alpha with its interval."""
    told = row.alpha
    if told is None or told.alpha is None:
        return None
    return f"{told.alpha:.2f}" + (f" ({told.low:.2f} to {told.high:.2f})" if told.low is not None else "")


def mend(row: find.Agreement) -> str:
    """What a figure asks for: of the text, not of people."""
    told = row.alpha
    if told is None or told.alpha is None or told.low is None or told.high is None:
        return "Too little to say."
    if told.high < 0.667:
        return "Mend the text: people read it in two ways."
    if told.low >= 0.667:
        return "People read it alike."
    return "Not sure yet: more looks by two would tell."


@require_http_methods(["GET", "POST"])
@seated
def samples(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Samples that were drawn, and a form for one more with what it would tell."""
    require(seat, "see review quality")
    may = can(seat, "sample decisions")
    tomorrow = seat.now.date() + timedelta(days=1)
    form = SampleForm(request.POST or None, initial={"since": tomorrow - timedelta(days=28), "until": tomorrow})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.sample(
                start_of(said["since"]), end_of(said["until"], seat.now), said["looks"], why=said["why"], by=seat
            )
        except BadInput as error:
            say(form, error)
        else:
            messages.success(
                request, f"{made.looks:,} of {made.decisions:,} decisions are looked at again, among the other work."
            )
            return redirect("review-sample", made.pk)
    table = Table(
        request=request,
        caption="Samples",
        rows=find.samples(seat),
        columns=[
            Column(key="at", title="Drawn", link=lambda row: reverse("review-sample", args=[row.pk])),
            Column(key="since", title="Decided from", value=lambda row: row.since.date()),
            Column(key="until", title="Until before", value=lambda row: row.until.date()),
            Column(key="looks", title="Looks", number=True),
            Column(key="decisions", title="Of decisions", number=True),
            Column(key="waits", title="Wait now", number=True, order=False),
            Column(key="why", title="Why"),
        ],
        find=["why"],
        empty="A sample of decisions is looked at again by people who do not know how it was decided.",
    )  # fmt: skip
    if table.wants_csv:
        return table.csv()
    many = sum(map(len, actions.drawn_from(start_of(tomorrow - timedelta(days=28)), seat.now, by=seat).values()))
    needed = [
        {"rate": percent(rate), "within": percent(within), "looks": looks_needed(rate, within), "here": looks_needed(rate, within, of=many)}
        for rate, within in ASKED
    ]  # fmt: skip
    context = {
        "parts": parts(), "table": table, "form": form, "may": may, "needed": needed, "many": many,
        "fit": [queue_of(each) for each in sorted(FIT)],
    }  # fmt: skip
    return render(request, "review/quality/samples.html", context, status=422 if form.errors else 200)


def sample_of(seat: Seat, key: UUID) -> Sample:
    """A sample.

    Raises   NotKnown
    """
    found = find.find_sample(seat, key)
    if found is None:
        raise NotKnown
    return found


@require_safe
@seated
def sample(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """One sample: what it tells, how it was drawn, and its strata with their weights."""
    require(seat, "see review quality")
    found = sample_of(seat, key)
    by = by_of(request)
    rows = find.errors([found], by)
    strata = Table(
        request=request,
        name="s",
        caption="Strata",
        rows=found.strata.order_by("queue", "policy", "language", "outcome", "reviewer"),
        columns=[
            Column(key="queue", title="Queue", value=lambda row: queue_of(row.queue)),
            Column(key="policy", title="Policy"),
            Column(key="language", title="Language"),
            Column(key="outcome", title="Outcome"),
            Column(key="reviewer", title="Person, by a number of this sample"),
            Column(key="size", title="Decisions", number=True),
            Column(key="looks", title="Looks", number=True),
            Column(key="weight", title="Weight", number=True, order=False, value=lambda row: round(row.size / row.looks, 3) if row.looks else None),
        ],
        find=["queue", "policy", "language", "outcome"],
    )  # fmt: skip
    tables = [error_table(request, rows, by), strata]
    for table in tables:
        if table.wants_csv:
            return table.csv()
    context = {
        "parts": parts(), "sample": found, "by": by, "ways": BY, "tables": tables, "strata": strata, "errors": tables[0],
        "whole": whole_told(next(iter(find.errors([found])), None)), "chart": chart([(named(by, row.name), row.all) for row in rows]),
        "fewest": FEWEST, "people": PEOPLE,
    }  # fmt: skip
    return render(request, "review/quality/sample.html", context)


@require_safe
@seated
def golds(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Items with a known answer, and settled work that one could be made from."""
    require(seat, "see review quality")
    table = Table(
        request=request,
        name="g",
        caption="Items with a known answer",
        rows=list(find.gold(seat)),
        columns=[
            Column(key="at", title="Made", link=lambda row: reverse("review-gold", args=[row.pk])),
            Column(key="queue", title="Queue", value=lambda row: queue_of(row.queue)),
            Column(key="code", title="Right answer", value=lambda row: f"{row.template.policy.called(row.outcome)}: {row.code}"),
            Column(key="by_hand", title="Text by hand"),
            Column(key="times", title="Put among work", number=True),
            Column(key="waits", title="Waits now", number=True),
            Column(key="end", title="Ended", value=lambda row: row.end.at if hasattr(row, "end") else None),
        ],
        empty="Items whose right answer is known are put among the work from time to time; nobody who reviews is told which.",
    )  # fmt: skip
    made_from = Table(
        request=request,
        name="d",
        caption="Settled work to make one from",
        rows=actions.settled(seat).filter(work__queue__in=FIT, work__appeal__isnull=True).order_by("-decided_at"),
        columns=[
            Column(key="decided_at", title="Decided", link=lambda row: reverse("review-gold-from", args=[row.pk])),
            Column(key="work.queue", title="Queue", value=lambda row: queue_of(row.work.queue)),
            Column(key="outcome", title="Outcome", value=lambda row: row.work.policy.called(row.outcome)),
            Column(key="reason.title", title="Reason"),
            Column(key="work.people", title="People", number=True),
        ],
        find=["reason__title", "reason__code", "outcome"],
        per_page=15,
        empty="Once something was decided, an item can be made from it.",
    )
    for each in (table, made_from):
        if each.wants_csv:
            return each.csv()
    context = {
        "parts": parts(),
        "table": table,
        "made_from": made_from,
        "may": can(seat, "keep gold"),
        "share": percent(GOLD_SHARE),
    }
    return render(request, "review/quality/golds.html", context)


@require_http_methods(["GET", "POST"])
@seated
def gold_from(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Make an item with a known answer from what was decided."""
    allow(seat, "keep gold")
    found = actions.settled(seat).filter(pk=key).first()
    if found is None or found.work.queue not in FIT:
        raise NotKnown
    work, snapshot = found.work, found.work.snapshot
    text = snapshot.get("text") if isinstance(snapshot.get("text"), str) else None
    form = GoldForm(
        request.POST or None, policy=work.policy, text=text, initial={"answer": f"{found.outcome} {found.reason.code}"}
    )
    if request.method == "POST" and form.is_valid():
        outcome, code = form.answered
        known = actions.Known(outcome=outcome, code=code, why=form.cleaned_data["why"])
        changed = form.cleaned_data.get("text")
        try:
            # A form sends line ends of its own kind; that alone is no change.
            same = changed is None or changed.replace("\r\n", "\n").strip() == (text or "").strip()
            made = actions.make_gold(key, known, text=None if same else changed, by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Made. It is put among the work in its turn.")
            return redirect("review-gold", made.pk)
    context = {
        "parts": parts(),
        "form": form,
        "decision": found,
        "work": work,
        "snapshot": snapshot,
        "card": card_of(work),
    }
    return render(request, "review/quality/gold_from.html", context, status=422 if form.errors else 200)


@require_safe
@seated
def gold(request: HttpRequest, seat: Seat, key: UUID, form: EndForm | None = None) -> HttpResponse:
    """One item with a known answer."""
    require(seat, "see review quality")
    found = find.gold(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    return render(request, "review/quality/gold.html", gold_page(seat, found, form or EndForm()))


def gold_page(seat: Seat, found: Gold, form: EndForm) -> dict[str, object]:
    """What the page of an item shows."""
    return {
        "parts": parts(), "gold": found, "queue": queue_of(found.queue), "snapshot": find.snapshot_of(found),
        "work": found.template, "card": card_of(found.template), "end": getattr(found, "end", None), "form": form,
        "outcome": found.template.policy.called(found.outcome), "may": can(seat, "keep gold"),
    }  # fmt: skip


@require_POST
@seated
def gold_end(request: HttpRequest, seat: Seat, key: UUID) -> HttpResponse:
    """Put an item among the work no more."""
    form = EndForm(request.POST)
    found = find.gold(seat).filter(pk=key).first()
    if found is None:
        raise NotKnown
    if form.is_valid():
        try:
            actions.end_gold(key, right=form.cleaned_data["right"], reason=form.cleaned_data["reason"], by=seat)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It is put among the work no more.")
            return redirect("review-golds")
    return render(request, "review/quality/gold.html", gold_page(seat, found, form), status=422)

"""The operations room: its roster, incidents, log and reports, and whom an organisation calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from hustings.apps.audit.record import record
from hustings.apps.elections.models import (
    Contact,
    ContactCheck,
    Incident,
    IncidentLine,
    RoomLine,
    Shift,
    Situation,
    Watch,
)
from hustings.apps.elections.planning import colleagues, in_force, organisation_of
from hustings.apps.elections.situation import clock, figures
from hustings.apps.elections.stated import placed
from hustings.apps.people.models import Appointment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.errors import BadInput, Problem
from hustings.policy.operations import CLOSES, OPENS, ContactKind, Duty, Gap, IncidentState, LineKind, Severity, gaps_of

__all__ = [
    "ACT", "add_contact", "add_shift", "check_contact", "contacts", "end_contact", "end_shift", "open_incident", "open_time", "report_situation",
    "roster", "staffing", "write_incident", "write_line",
]  # fmt: skip

ACT = "run operations room"
LONGEST = timedelta(hours=16)
STALE = timedelta(days=30)  # a contact that nobody tried for so long is told


def open_time(watch: Watch) -> tuple[datetime, datetime] | None:
    """From when until when the room is open; nothing while no day is known. Whole days in UTC."""
    on = watch.election.on
    if on is None:
        return None
    begin = datetime.combine(on + timedelta(days=OPENS), time(0), UTC)
    return begin, datetime.combine(on + timedelta(days=CLOSES + 1), time(0), UTC)


def staffing(watch: Watch) -> list[Gap]:
    """Times of the room without lead or analyst, and people who are on duty twice, here or in another room.

    Edges    shifts of who has left fill nothing
    """
    stands = open_time(watch)
    if stands is None:
        return []
    rows = list(roster(watch).filter(who__in=in_force(Appointment.objects.all())))
    names = {str(one.who.person_id): one.who.person.name for one in rows}  # two people may have one name
    gaps = gaps_of([(one.starts, one.ends, Duty(one.duty), str(one.who.person_id)) for one in rows], *stands)
    here = [replace(gap, what=names[gap.what]) if gap.twice else gap for gap in gaps]
    return sorted(here + elsewhere(watch, rows), key=lambda gap: (gap.starts, gap.ends, gap.what))


def elsewhere(watch: Watch, rows: list[Shift]) -> list[Gap]:
    """Times in which somebody of this roster is on duty in another room of the organisation too."""
    others = Shift.objects.filter(
        watch__held_by=watch.held_by_id, ended_at=None, who__person__in={one.who.person_id for one in rows}
    )
    return [
        Gap(
            starts=max(one.starts, other.starts), ends=min(one.ends, other.ends), what=one.who.person.name, twice=True,
            elsewhere=str(other.watch.election),
        )
        for other in others.exclude(watch=watch).select_related("who", "watch__election").order_by("starts", "pk")
        for one in rows
        if one.who.person_id == other.who.person_id and one.starts < other.ends and other.starts < one.ends
    ]  # fmt: skip


def roster(watch: Watch) -> QuerySet[Shift]:
    """Who is on duty when, but for what was taken back."""
    return watch.shifts.filter(ended_at=None).select_related("who__person", "who__position").order_by("starts", "pk")


def said(**texts: str) -> list[Problem]:
    """A problem for each empty text."""
    return [Problem(where=where, found="nothing", expected="a few words", do="Write them.") for where, text in texts.items() if not text.strip()]  # fmt: skip


@transaction.atomic
def add_shift(
    watch: Watch, *, by: Seat, who: Appointment, duty: Duty, starts: datetime, ends: datetime, reach: str, languages: str = ""
) -> Shift:  # fmt: skip
    """Put somebody on the roster.

    Raises   BadInput for times that cannot be, a shift of more than 16 hours, somebody elsewhere
    """
    require(by, ACT)
    problems = said(reach=reach)
    if ends <= starts:
        problems.append(
            Problem(
                where="ends",
                found=f"{ends:%-d %b %H:%M}",
                expected=f"after {starts:%-d %b %H:%M}",
                do="Mend one of the two.",
            )
        )
    elif ends - starts > LONGEST:
        problems.append(Problem(where="ends", found=f"a shift of {(ends - starts).total_seconds() / 3600:.0f} hours", expected=f"at most {LONGEST.total_seconds() / 3600:.0f}",
                                do="Let somebody take over."))  # fmt: skip
    if not colleagues(by).filter(pk=who.pk).exists():
        problems.append(
            Problem(where="who", found="somebody elsewhere", expected="a colleague", do="Choose one of the list.")
        )
    if problems:
        raise BadInput("The roster is as it was.", problems)
    made = Shift.objects.create(
        watch=watch,
        who=who,
        duty=duty.value,
        starts=starts,
        ends=ends,
        reach=reach.strip(),
        languages=languages.strip(),
        by=by.appointment,
    )
    record("shift added", by=by, subject=("election shift", made.pk))
    return made


@transaction.atomic
def end_shift(shift: Shift, *, by: Seat) -> Shift:
    """Take a shift off the roster; that it was there stays."""
    require(by, ACT)
    if shift.ended_at is None:
        shift.ended_by, shift.ended_at = by.appointment, by.now
        shift.save(update_fields=["ended_by", "ended_at"])
        record("shift taken back", by=by, subject=("election shift", shift.pk))
    return shift


def contacts(seat: Seat, country: str = "") -> QuerySet[Contact]:
    """Whom the own organisation calls, with the day on which somebody last answered there."""
    rows = Contact.objects.filter(held_by=organisation_of(seat), ended_at=None)
    if country:
        rows = rows.filter(country__in=["", country])
    return rows.annotate(verified=Max("checks__on", filter=Q(checks__answered=True))).order_by(
        "kind", "office", "name", "pk"
    )


@transaction.atomic
def add_contact(
    *, by: Seat, kind: ContactKind, office: str, reach: str, country: str = "", place: str = "", name: str = "", note: str = ""
) -> Contact:  # fmt: skip
    """Record whom one calls. It is not verified before somebody tried it."""
    require(by, ACT)
    problems = said(office=office, reach=reach)
    code = placed(country, problems) if country.strip() else ""
    if problems:
        raise BadInput("The contact was not recorded.", problems)
    made = Contact.objects.create(
        held_by_id=organisation_of(by), kind=kind.value, country=code, place=place.strip(), office=office.strip(), name=name.strip(),
        reach=reach.strip(), note=note.strip(), by=by.appointment,
    )  # fmt: skip
    record("contact added", by=by, subject=("election contact", made.pk))
    return made


@transaction.atomic
def check_contact(contact: Contact, *, by: Seat, on: date, how: str, answered: bool) -> ContactCheck:
    """Say that somebody tried a contact, how, and whether anybody answered."""
    require(by, ACT)
    problems = said(how=how)
    if on > by.now.date():
        problems.append(
            Problem(where="on", found=str(on), expected="a day that has come", do="Give the day on which it was tried.")
        )
    if problems:
        raise BadInput("Nothing was recorded.", problems)
    made = ContactCheck.objects.create(contact=contact, on=on, how=how.strip(), answered=answered, by=by.appointment)
    record("contact tried", by=by, subject=("election contact", contact.pk), facts={"answered": answered})
    return made


@transaction.atomic
def end_contact(contact: Contact, *, by: Seat) -> Contact:
    """Take a contact off the list."""
    require(by, ACT)
    if contact.ended_at is None:
        contact.ended_by, contact.ended_at = by.appointment, by.now
        contact.save(update_fields=["ended_by", "ended_at"])
        record("contact ended", by=by, subject=("election contact", contact.pk))
    return contact


@transaction.atomic
def open_incident(
    watch: Watch, *, by: Seat, title: str, severity: Severity, text: str, seen_on: datetime | None = None, page: str = ""
) -> Incident:  # fmt: skip
    """Write down that something happened, and how bad it is held to be."""
    require(by, ACT)
    problems = said(title=title, text=text)
    if seen_on is not None and seen_on > by.now:
        problems.append(
            Problem(where="seen_on", found=f"{seen_on:%-d %b %H:%M}", expected="a moment that has come", do="Mend it.")
        )
    # Two signs in front, or one that browsers take for it, would lead to another host.
    if page.strip() and (not page.strip().startswith("/") or page.strip().startswith("//") or "\\" in page):
        problems.append(
            Problem(
                where="page",
                found=page.strip()[:80],
                expected="an address of this installation, as /cases/...",
                do="Copy what follows the host.",
            )
        )
    if problems:
        raise BadInput("The incident was not written down.", problems)
    made = Incident.objects.create(
        watch=watch,
        title=title.strip(),
        severity=severity.value,
        seen_on=seen_on or by.now,
        page=page.strip(),
        by=by.appointment,
    )
    IncidentLine.objects.create(incident=made, text=text.strip(), severity=severity.value, state=IncidentState.OPEN.value, by=by.appointment)  # fmt: skip
    record("incident opened", by=by, subject=("election incident", made.pk), facts={"severity": severity.value})
    return made


@transaction.atomic
def write_incident(
    incident: Incident, *, by: Seat, text: str, severity: Severity, state: IncidentState
) -> IncidentLine:
    """Write what was found, done or told, and how bad it is held to be now."""
    require(by, ACT)
    problems = said(text=text)
    if problems:
        raise BadInput("Nothing was written.", problems)
    held = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    made = IncidentLine.objects.create(incident=held, text=text.strip(), severity=severity.value, state=state.value, by=by.appointment)  # fmt: skip
    held.severity, held.state = severity.value, state.value
    held.save(update_fields=["severity", "state"])
    record(
        "incident written on",
        by=by,
        subject=("election incident", held.pk),
        facts={"severity": severity.value, "state": state.value},
    )
    return made


@transaction.atomic
def write_line(watch: Watch, *, by: Seat, text: str, kind: LineKind = LineKind.LOG) -> RoomLine:
    """A line of the log, or the note of a hand-over."""
    require(by, ACT)
    problems = said(text=text)
    if problems:
        raise BadInput("Nothing was written.", problems)
    made = RoomLine.objects.create(watch=watch, kind=kind.value, text=text.strip(), by=by.appointment)
    record("room line", by=by, subject=("election", watch.election_id), facts={"kind": kind.value})
    return made


@transaction.atomic
def report_situation(watch: Watch, *, by: Seat, text: str) -> Situation:
    """Report the situation: what one says, with every stored figure as it stands at this moment."""
    require(by, ACT)
    problems = said(text=text)
    if problems:
        raise BadInput("Nothing was reported.", problems)
    Watch.objects.select_for_update(of=("self",), no_key=True).get(
        pk=watch.pk
    )  # reports are numbered one after another
    then = clock()
    number = (watch.situations.aggregate(last=Max("number"))["last"] or 0) + 1
    told = [one.as_json() for one in figures(watch, by=by, then=then)]
    try:
        with transaction.atomic():
            made = Situation.objects.create(
                watch=watch, number=number, text=text.strip(), as_of=then, figures=told, by=by.appointment
            )
    except IntegrityError as error:
        raise BadInput("Nothing was reported.", [Problem(
            where="number", found="another person reported at this moment", expected=f"report {number}", do="Read theirs, then send yours again.")]) from error  # fmt: skip
    record("situation reported", by=by, subject=("election", watch.election_id), facts={"number": number})
    return made

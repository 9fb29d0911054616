"""What was searched for an election, as far as the reader may know it: by language and platform, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from hustings.apps.ads.models import Ad
from hustings.apps.database import moment
from hustings.apps.elections.models import Election, Search, StandingSearch, Watch
from hustings.apps.elections.searching.standing import tables_known
from hustings.apps.people.seat import Seat
from hustings.apps.permission import readable
from hustings.apps.sweeps.models import Sweep
from hustings.policy.searching import Cell, Coverage, Looked, Outcome, State, What, coverage, due_days
from hustings.policy.sweep import State as SweepState
from hustings.screening.spoken import Spoken, language_name, languages_of

__all__ = ["Drawn", "Row", "Summary", "coverage_of", "drawn", "rows_of", "searches_of", "standing_of", "summary_of"]

WIDTH, LEFT, LANE = 640, 8, 30  # of the picture
MARKS = {Outcome.FOUND: "found", Outcome.NOTHING: "nothing"}  # what else came of it is drawn as not made


@dataclass(frozen=True, kw_only=True)
class Row:
    """A language as a row of the table: what people call it, how many speak it, and a cell for each platform."""

    code: str
    name: str
    spoken: Spoken | None
    cells: list[tuple[str, Cell | None]]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """In a few figures: what the page of an election shows.

    blind   languages and platforms where nobody looked; of how many
    """

    searches: int
    last: Search | None
    found: int
    not_made: int
    waiting: int
    running: int
    blind: int
    places: int
    next: date | None


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The picture: a lane for each standing search, marks (x, y, class, words), days due ahead (x, y), the day of voting and today."""

    lanes: list[tuple[int, str]]
    marks: list[tuple[float, int, str, str]]
    ahead: list[tuple[float, int]]
    ticks: list[tuple[float, str]]
    today: float | None
    tall: int


def standing_of(watch: Watch) -> QuerySet[StandingSearch]:
    """Standing searches of an election, those that wait for a second person first."""
    people = ("asked_by__person", "seconded_by__person", "ended_by__person")
    return StandingSearch.objects.filter(watch=watch).select_related(*people).order_by("-state", "asked_at", "pk")


def searches_of(watch: Watch) -> QuerySet[Search]:
    """Searches that the reader may know, the newest first."""
    return Search.objects.filter(watch=watch).order_by("-began_at", "-pk")


def languages(watch: Watch) -> list[str]:
    """Those that the organisation named, else those that the country speaks."""
    named = watch.languages.replace(",", " ").split()
    return named or [one.code for one in languages_of(watch.election.country)]


def coverage_of(seat: Seat, watch: Watch) -> Coverage:
    """By language and platform; sweeps that somebody asked for by hand for the same election and day count too.

    Limits   platforms are those of tables that the reader may know and of archives with ads aimed at the country: of a platform
             from which nothing was ever collected, nothing here tells
    """
    election = watch.election
    platforms = {(What.POSTS, name) for table in tables_known(seat) for name in table.platforms}
    archives = Ad.objects.filter(countries__contains=[election.country]).order_by().values_list("archive", flat=True)
    platforms |= {(What.ADS, name) for name in archives.distinct()}
    made = [
        Looked(what=What(one.what), platforms=one.platforms, languages=one.languages, on=one.began_at.date(), outcome=Outcome(one.outcome),
               looked_at=one.looked_at)
        for one in searches_of(watch)
    ]  # fmt: skip
    return coverage(languages(watch), platforms, [*made, *by_hand(seat, election, watch)])


def by_hand(seat: Seat, election: Election, watch: Watch) -> list[Looked]:
    """Sweeps for this election that no standing search made."""
    own = Search.objects.filter(watch=watch, sweep__isnull=False).values("sweep")
    # A sweep names the day that was known when it was asked for; the election may have another one since.
    days = election.claims.exclude(on=None).values("on")
    found = Sweep.objects.filter(
        item__in=readable(seat).values("pk"), election=election.name, election_on__in=days, state=SweepState.DONE
    )
    return [
        Looked(
            what=What.POSTS, platforms=one.table.platforms, languages=[], on=(one.ended_at or moment()).date(), looked_at=one.looked_at or 0,
            outcome=Outcome.FOUND if one.found else Outcome.NOTHING,
        )
        for one in found.exclude(pk__in=own).exclude(ended_at=None).select_related("table").order_by("ended_at", "pk")
    ]  # fmt: skip


def rows_of(watch: Watch, told: Coverage) -> list[Row]:
    """The coverage as a table; the words of each cell say what its colour says."""
    spoken = {one.code: one for one in languages_of(watch.election.country)}
    return [
        Row(
            code=code, name=language_name(code) if code else "language not said", spoken=spoken.get(code.partition("-")[0]),
            cells=[(f"{what.value} on {platform}", told.cells.get((code, what, platform))) for what, platform in told.platforms],
        )
        for code in told.languages
    ]  # fmt: skip


def summary_of(seat: Seat, watch: Watch) -> Summary:
    """For the page that people start their day on."""
    made = list(searches_of(watch))
    told = coverage_of(seat, watch)
    states = list(watch.standing.values_list("state", flat=True))
    on, today = watch.election.on, moment().date()
    coming = [day for day in due_days(on) if day > today] if on is not None and State.RUNNING.value in states else []
    return Summary(
        searches=len(made), last=made[0] if made else None, found=sum(one.outcome == Outcome.FOUND for one in made),
        not_made=sum(not Outcome(one.outcome).looked for one in made), waiting=states.count(State.ASKED.value),
        running=states.count(State.RUNNING.value), blind=len(told.blind), places=len(told.languages) * len(told.platforms),
        next=coming[0] if coming else None,
    )  # fmt: skip


def drawn(watch: Watch, today: date) -> Drawn | None:
    """Each standing search on the days before and after the vote; nothing without a day, or without a search."""
    on = watch.election.on
    standing = list(standing_of(watch))
    if on is None or not standing:
        return None
    days = due_days(on)
    first, last = days[0], days[-1] + timedelta(days=1)

    def across(day: date) -> float:
        return round(LEFT + (day - first).days / (last - first).days * (WIDTH - 2 * LEFT), 1)

    lane = {one.pk: (at + 1) * LANE for at, one in enumerate(standing)}
    marks = []
    for search in sorted(searches_of(watch), key=lambda one: (one.began_at, str(one.pk))):
        outcome, day = Outcome(search.outcome), min(max(search.began_at.date(), first), last)
        words = f"{search.began_at:%-d %B %Y}: {outcome.value}" + (
            f", {search.looked_at:,} looked at" if outcome.looked else f". {search.reason}"
        )
        marks.append((across(day), lane[search.standing_id], MARKS.get(outcome, "missed"), words))
    running = [one.pk for one in standing if one.state == State.RUNNING.value]
    axis = len(standing) * LANE
    return Drawn(
        lanes=[(lane[one.pk], f"{one.what}: {one.source or 'every archive'} ({', '.join(one.languages)}), {one.state}") for one in standing],
        marks=marks, ahead=[(across(day), lane[key]) for key in running for day in days if day > today],
        ticks=[(across(on + timedelta(days=offset)), "vote" if not offset else f"T{offset:+d}".replace("-", "\u2212")) for offset in (-180, -90, -30, 0)],
        today=across(today) if first <= today <= last else None, tall=axis + 22,
    )  # fmt: skip

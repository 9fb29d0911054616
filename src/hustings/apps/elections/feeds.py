"""The public calendar as files that other programs take: iCalendar and CSV, of a country, a level, or all."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hustings.apps import database
from hustings.apps.elections.calendar_file import MOST, as_csv, as_icalendar
from hustings.apps.elections.models import Election
from hustings.apps.elections.stated import UNION, in_words
from hustings.policy.election import Kind, Level
from hustings.screening.countries import country_code

__all__ = ["chosen", "csv_file", "icalendar_file"]

BACK = timedelta(days=400)


def chosen(request: HttpRequest) -> tuple[QuerySet[Election], str]:
    """The elections that an address asks for, with what to call them; those over for longer than a year are left out.

    Raises   Http404 for a country, level or kind that there is none of
    """
    country, level, kind = (request.GET.get(name, "") for name in ("country", "level", "kind"))
    rows, named = Election.objects.all(), []
    if country:
        code = country.upper()
        if code not in {UNION, "CS"} and country_code(code) != code:
            raise Http404
        rows, named = rows.filter(country=code), [in_words(code)]
    for word, words, column in ((level, Level, "level"), (kind, Kind, "kind")):
        if word:
            if word not in {one.value for one in words}:
                raise Http404
            rows = rows.filter(**{column: word})
            named.append(word)
    since = database.moment().date() - BACK
    return rows.exclude(on__lt=since).order_by("on", "country", "name", "pk")[:MOST], ", ".join(named)


@require_safe
def icalendar_file(request: HttpRequest) -> HttpResponse:
    """A feed that calendars subscribe to."""
    rows, named = chosen(request)
    name = f"Elections: {named}" if named else "Elections"
    body = as_icalendar(rows, name=name, base=f"{request.scheme}://{request.get_host()}", now=database.moment())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="elections.ics"'
    return answer


@require_safe
def csv_file(request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    rows, _ = chosen(request)
    answer = HttpResponse(as_csv(rows.prefetch_related("followed__claim")), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="elections.csv"'
    return answer

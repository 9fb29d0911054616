"""How programs may read the library: robots.txt, and the page that says the same with the limits."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hustings.apps.library.pages.feeds import ENTRIES
from hustings.apps.library.pages.views import PAGE
from hustings.apps.library.patience import LONGEST_MS

__all__ = ["robots", "rules"]

# Records may be found by everybody; combinations of a search are endless and say nothing that a record does not.
ROBOTS = """# The library of political ads is open to everybody. How to take all of it at once: {rules}
User-agent: *
Allow: /library/
Disallow: /library/?
Disallow: /library/alerts/
Disallow: /library/complaints/
Disallow: /library/ads/*/complain/
Disallow: /library/vetted/
Disallow: /account/
Disallow: /api/
Crawl-delay: 1
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """For programs that walk links."""
    text = ROBOTS.format(rules=request.build_absolute_uri("/library/rules/"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """For everybody: addresses that stay, limits, and what an answer promises."""
    context = {
        "entries": ENTRIES,
        "seconds": LONGEST_MS / 1000,
        "page": PAGE,
        "a_minute": settings.HUSTINGS_LIBRARY_CALLS_A_MINUTE,
        "an_hour": settings.HUSTINGS_LIBRARY_CALLS_AN_HOUR,
        "at_once": settings.HUSTINGS_LIBRARY_FILES_AT_ONCE,
    }
    return render(request, "library/rules.html", context)


robots.without_seat = True  # type: ignore[attr-defined]
rules.without_seat = True  # type: ignore[attr-defined]

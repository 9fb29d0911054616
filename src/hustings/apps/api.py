"""The interface for programs, under /api/: each app brings its router, in one line here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from hustings import __version__
from hustings.apps.ads.api import ads_router, sponsors_router
from hustings.apps.api_caller import needs
from hustings.apps.api_problem import ApiProblem, handle
from hustings.apps.api_schema import Described
from hustings.apps.audit.api import router as log
from hustings.apps.cases.reporting.api import router as reports
from hustings.apps.findings.api import findings_router, runs_router
from hustings.apps.items.api import router as items
from hustings.apps.library.api import router as library
from hustings.apps.library.complaints.api import router as complaints
from hustings.apps.library.proofs_api import router as proofs
from hustings.apps.library.vetted.api import router as vetted
from hustings.apps.people.api import router as people

__all__ = ["api"]


class JsonOnly(Parser):
    """Reads bodies that say what they are."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body, if it is JSON and says so."""
        if request.content_type != "application/json":
            raise ApiProblem("media_type")
        return super().parse_body(request)


api = Described(
    title="Hustings",
    version=__version__,
    description="What you may know and do here, for programs. Every error is a problem after RFC 9457.",
    docs_url=None,
    auth=needs(),
    parser=JsonOnly(),
    urls_namespace="api",
)
handle(api)
api.add_router("/me", people, tags=["me"])
api.add_router("/items", items, tags=["items"])
api.add_router("/findings", findings_router, tags=["findings"])
api.add_router("/runs", runs_router, tags=["runs"])
api.add_router("/log", log, tags=["log"])
api.add_router("/ads", ads_router, tags=["ads"])
api.add_router("/sponsors", sponsors_router, tags=["ads"])
api.add_router("/library", library, tags=["library"])
api.add_router("/library", proofs, tags=["library"])
api.add_router("/library/vetted", vetted, tags=["vetted"])
api.add_router("/complaints", complaints, tags=["library"])
api.add_router("/reports", reports, tags=["reports"])

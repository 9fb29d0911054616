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
from hustings.apps.cases.api import campaigns_router, cases_router, disclosures_router, leads_router
from hustings.apps.cases.reporting.api import router as reports
from hustings.apps.elections.api import routers as elections
from hustings.apps.elections.red_team.api import router as red_team_trials
from hustings.apps.elections.searching.api import router as searching
from hustings.apps.findings.api import findings_router, runs_router
from hustings.apps.indicators.api import router as indicators
from hustings.apps.items.api import router as items
from hustings.apps.joint.api import router as joint
from hustings.apps.library.api import router as library
from hustings.apps.library.complaints.api import router as complaints
from hustings.apps.library.proofs_api import router as proofs
from hustings.apps.library.vetted.api import router as vetted
from hustings.apps.lookalikes.api import router as lookalikes
from hustings.apps.people.api import router as people
from hustings.apps.review.api import router as review
from hustings.apps.review.quality.api import router as review_quality
from hustings.apps.rights.api import router as rights
from hustings.apps.said.api import router as said
from hustings.apps.sharing.api import governments_router
from hustings.apps.sharing.api import routers as sharing
from hustings.apps.staffing.api import router as staffing
from hustings.apps.taxii.api import router as exchange

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
api.add_router("/red-team-trials", red_team_trials, tags=["elections"])
api.add_router("/runs", runs_router, tags=["runs"])
api.add_router("/log", log, tags=["log"])
for part in elections:
    api.add_router("/elections", part, tags=["elections"])
api.add_router("/ads", ads_router, tags=["ads"])
api.add_router("/sponsors", sponsors_router, tags=["ads"])
api.add_router("/library", library, tags=["library"])
api.add_router("/library", proofs, tags=["library"])
api.add_router("/library/vetted", vetted, tags=["vetted"])
api.add_router("/complaints", complaints, tags=["library"])
api.add_router("/reports", reports, tags=["reports"])
api.add_router("/leads", leads_router, tags=["cases"])
api.add_router("/cases", cases_router, tags=["cases"])
api.add_router("/campaigns", campaigns_router, tags=["cases"])
api.add_router("/review", review, tags=["review"])
api.add_router("/review/quality", review_quality, tags=["review"])
api.add_router("/staffing", staffing, tags=["staffing"])
api.add_router("/lookalikes", lookalikes, tags=["lookalikes"])
api.add_router("/rights", rights, tags=["rights"])
api.add_router("/exchange", exchange, tags=["exchange"])
api.add_router("/indicators", indicators, tags=["indicators"])
api.add_router("/joint-work", joint, tags=["joint work"])
api.add_router("/told", said, tags=["exchange"])
for part in sharing:
    api.add_router("/partners", part, tags=["partners"])
api.add_router("/governments", governments_router, tags=["partners"])
api.add_router("/disclosures", disclosures_router, tags=["cases"])
api.add_router("/elections", searching, tags=["elections"])

"""Every address of the platform."""

from __future__ import annotations

from django.urls import include, path

from hustings.apps.ads.pages.public import law
from hustings.apps.api import api
from hustings.apps.api_schema import docs
from hustings.apps.library.archive_api.view import snapshot
from hustings.apps.library.desk import decide, expungement, expungements, whole
from hustings.apps.library.pages.rules import robots

urlpatterns = [
    path("", include("hustings.apps.console.urls")),
    path("", include("hustings.apps.audit.urls")),
    path("", include("hustings.apps.sweeps.urls")),
    path("", include("hustings.apps.cases.urls")),
    path("", include("hustings.apps.cases.reporting.urls")),
    path("review/", include("hustings.apps.review.urls")),
    path("rights/", include("hustings.apps.rights.urls")),
    path("indicators/", include("hustings.apps.indicators.urls")),
    path("joint/", include("hustings.apps.joint.urls")),
    path("told/", include("hustings.apps.said.urls")),
    path("lookalikes/", include("hustings.apps.lookalikes.urls")),
    path("partners/", include("hustings.apps.sharing.urls")),
    path("staffing/", include("hustings.apps.staffing.urls")),
    path("data-protection/", include("hustings.apps.privacy.urls")),
    path("", include("hustings.apps.findings.urls")),
    path("", include("hustings.apps.people.urls")),
    path("elections/", include("hustings.apps.elections.urls")),
    path("law/", law, name="law"),
    path("ads/", include("hustings.apps.ads.pages.urls")),
    path("advertise/", include("hustings.apps.ads.portal.urls")),
    path("", include("hustings.apps.ads.desk.urls")),
    path("library/snapshot/", snapshot, name="library-snapshot"),
    path("library/export.tar", whole, name="library-export"),
    path("library/expunge/", expungements, name="library-expungements"),
    path("library/expunge/<uuid:key>/", expungement, name="library-expungement"),
    path("library/expunge/<uuid:key>/decide/", decide, name="decide-library-expungement"),
    path("library/", include("hustings.apps.library.pages.urls")),
    path("library/", include("hustings.apps.library.vetted.urls")),
    path("library/", include("hustings.apps.library.complaints.urls")),
    path("robots.txt", robots, name="robots"),
    path("library/", include("hustings.apps.library.forms.urls")),
    path("", include("hustings.apps.taxii.urls")),
    path("account/", include("hustings.apps.people.signin.urls")),
    path("account/tokens/", include("hustings.apps.tokens.urls")),
    path("api/docs", docs, name="api_docs"),
    path("api/", api.urls),
]

# Unknown and not permitted to know are one page.
handler400 = "hustings.apps.console.views.errors.bad_request"
handler403 = "hustings.apps.console.views.errors.refused"
handler404 = "hustings.apps.console.views.errors.not_found"
handler500 = "hustings.apps.console.views.errors.failed"

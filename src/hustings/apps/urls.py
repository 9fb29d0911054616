"""Every address of the platform."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("hustings.apps.console.urls")),
    path("", include("hustings.apps.audit.urls")),
    path("", include("hustings.apps.sweeps.urls")),
    path("account/", include("hustings.apps.people.signin.urls")),
]

# Unknown and not permitted to know are one page.
handler400 = "hustings.apps.console.views.errors.bad_request"
handler403 = "hustings.apps.console.views.errors.refused"
handler404 = "hustings.apps.console.views.errors.not_found"
handler500 = "hustings.apps.console.views.errors.failed"

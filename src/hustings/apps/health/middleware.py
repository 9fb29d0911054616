"""Answers `/health/live`, `/health/ready` and `/metrics` before anything else looks at the request."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound

from hustings import __version__
from hustings.apps.health.state import State, look

__all__ = ["Health"]

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


class Health:
    """No session, no transaction around it, no log entry: asked every few seconds, it leaves no trace.

    `/health/live` says that the process answers, `/health/ready` that it can serve (503 where not, with the reason).
    `/metrics` (OpenMetrics) answers this machine itself, or whoever has the token in `HUSTINGS_METRICS_TOKEN_FILE`;
    for all others it does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the three; pass on the rest."""
        if request.method in {"GET", "HEAD"}:
            if request.path == "/health/live":
                return _plain("alive\n")
            if request.path == "/health/ready":
                state = look()
                return _plain(f"{_reason(state)}\n", status=200 if state.ready else 503)
            if request.path == "/metrics" and _may_read(request):
                response = HttpResponse(metrics(look()), content_type=OPENMETRICS)
                response["Cache-Control"] = "no-store"
                return response
        if request.path == "/metrics":
            return HttpResponseNotFound()
        return self.get_response(request)


def metrics(state: State) -> str:
    """The figures in OpenMetrics' text format."""
    lines = [
        "# TYPE hustings_build info",
        "# HELP hustings_build The version that serves.",
        f'hustings_build_info{{version="{__version__}"}} 1',
    ]
    for name, unit, text, value in (
        ("hustings_ready", "", "Whether requests can be served.", float(state.ready)),
        ("hustings_database_up", "", "Whether the database answers.", float(state.database)),
        ("hustings_migrations_pending", "", "Migrations that this version still needs.", state.migrations_pending),
        ("hustings_worker_age_seconds", "seconds", "Since a worker last gave a sign.", state.worker_age),
        ("hustings_checkpoint_age_seconds", "seconds", "Since the open log's last checkpoint.", state.checkpoint_age),
    ):
        lines.append(f"# TYPE {name} gauge")
        if unit:
            lines.append(f"# UNIT {name} {unit}")
        lines.append(f"# HELP {name} {text}")
        if value is not None:
            lines.append(f"{name} {value:g}")
    return "\n".join([*lines, "# EOF", ""])


def _plain(text: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _reason(state: State) -> str:
    if not state.database:
        return "the database does not answer"
    if state.migrations_pending is None:
        return "the database has no schema yet"
    return "ready" if state.ready else f"{state.migrations_pending} migrations are pending"


def _may_read(request: HttpRequest) -> bool:
    place = os.environ.get("HUSTINGS_METRICS_TOKEN_FILE")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if place and given:
        return compare_digest(given.encode(), Path(place).read_bytes().strip())
    # Behind a proxy everybody comes from this machine, so there only the token counts.
    if settings.SECURE or any(name in request.META for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False

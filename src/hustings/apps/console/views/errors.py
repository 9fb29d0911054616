"""Pages for what went wrong. Unknown and not permitted to know are one page, byte for byte."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

__all__ = ["failed", "not_found", "refused", "bad_request", "csrf_refused"]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - it must not show
    """Not here, or not for this reader: the body depends on the reader's seat and on nothing else."""
    return render(request, "console/404.html", status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Known but not permitted: says which conditions failed, where the decision lets them be said."""
    decision = getattr(exception, "decision", None)
    failed = [condition.sentence for condition in decision.failed] if decision is not None else []
    return render(request, "console/403.html", {"failed": failed, "words": str(exception)}, status=403)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it
    """A form that was not sent from a page of ours, or from one that lay open too long."""
    return render(request, "console/form_expired.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - may quote what was sent
    """An address or form that cannot be read."""
    return render(request, "console/400.html", status=400)


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - nothing of it may be touched
    """Something of ours failed. The transaction may be broken, so the page asks the database for nothing."""
    return HttpResponse(render_to_string("console/500.html"), status=500)

"""Home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["home"]


def home(request: HttpRequest) -> HttpResponse:
    """What needs this person now."""
    return render(request, "console/home.html")

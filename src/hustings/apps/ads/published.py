"""What everybody may read of an advertiser: what was checked, against which edition, with what result, until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hustings.apps.permission import NotKnown
from hustings.policy.advertising import SPONSOR, SponsorClass, SponsorState
from hustings.screening.chain import NOT_ESTABLISHED

__all__ = ["checks", "published"]


def rows(function: str, key: UUID) -> list[dict[str, Any]]:
    """What one of the public functions tells."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}(%s)", [key])  # noqa: S608 - one of our own names, below
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def published(key: UUID) -> dict[str, Any]:
    """Everything that is public of one advertiser.

    Raises   NotKnown for one that was never authorised
    """
    found = rows("published_sponsor", key)
    if not found:
        raise NotKnown
    sponsor = found[0]
    behind = rows("published_behind", key)
    controller = next((each for each in behind if each["part"] == "controller" and each["name"]), None)
    return {
        "sponsor": sponsor,
        "runs": SponsorState(sponsor["state"]).may_run,
        "class_sentence": SponsorClass(sponsor["sponsor_class"]).sentence if sponsor["sponsor_class"] else "",
        "checks": rows("published_checks", key),
        "payers": [each for each in behind if each["part"] == "payer"],
        "controller": controller,
        "not_established": NOT_ESTABLISHED,
        "changes": [
            each | {"sentence": SPONSOR.move(each["move"]).sentence} for each in rows("published_changes", key)
        ],
    }


@require_safe
def checks(request: HttpRequest, key: UUID) -> HttpResponse:
    """For everybody: what was checked about an advertiser; as JSON for who asks for it."""
    told = published(key)
    if request.GET.get("format") == "json":
        return JsonResponse({
            "sponsor": told["sponsor"], "checks": told["checks"], "payers": told["payers"], "changes": told["changes"],
            "controller": told["controller"] or NOT_ESTABLISHED,
        })  # fmt: skip
    return render(request, "ads/public/checks.html", told)


checks.without_seat = True  # type: ignore[attr-defined]

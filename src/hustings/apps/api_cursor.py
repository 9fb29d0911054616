"""Long lists in pages: each page names the place where the next begins, for this query and this caller alone."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from hustings.apps.api_caller import caller, holder
from hustings.apps.api_problem import ApiProblem

__all__ = ["page"]

SIGNER_SALT = "hustings.api.cursor"


def page(
    request: HttpRequest, rows: QuerySet[Any], *, newest_by: str, limit: int, cursor: str | None
) -> tuple[list[Any], str | None]:
    """The next `limit` rows, newest first by the moment `newest_by` and then by key, and the cursor of what follows.

    A cursor only says where to go on: what may be known is asked anew for each page, so it opens nothing, and it is
    bound to address, query and caller, so it tells nothing to another. There is no total: it would count what comes
    and goes with the caller's rights.
    """
    if cursor is not None:
        at, key = read(request, cursor)
        rows = rows.filter(Q(**{f"{newest_by}__lt": at}) | Q(**{newest_by: at, "pk__lt": key}))
    found = list(rows.order_by(f"-{newest_by}", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], sign(request, getattr(last, newest_by), last.pk)


def bound_to(request: HttpRequest) -> str:
    """Digest of what a cursor belongs to: address, filters, caller."""
    asked = sorted(
        (name, value) for name, values in request.GET.lists() if name not in {"cursor", "limit"} for value in values
    )
    token = holder(request)
    said = repr((request.path, asked, str(caller(request).id), str(token.token) if token else ""))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def sign(request: HttpRequest, at: datetime, key: UUID) -> str:
    """A cursor."""
    return Signer(salt=SIGNER_SALT, sep=".").sign_object([bound_to(request), at.isoformat(), str(key)])


def read(request: HttpRequest, cursor: str) -> tuple[datetime, UUID]:
    """Where a cursor points. Forged and foreign ones get one answer."""
    try:
        to, at, key = Signer(salt=SIGNER_SALT, sep=".").unsign_object(cursor)
        if to == bound_to(request):
            return datetime.fromisoformat(at), UUID(key)
    except (BadSignature, ValueError, TypeError):
        pass
    raise ApiProblem("not_your_cursor")

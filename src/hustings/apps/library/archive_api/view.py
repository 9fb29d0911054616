"""The answers to `GET /v{any}/ads_archive`, pages and errors in Meta's shape."""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from hustings.apps.library.archive_api.find import page
from hustings.apps.library.patience import hurry, was_cut
from hustings.apps.library.place import Place, read_place
from hustings.exchange.ads.asked import Wrong, query_of
from hustings.exchange.ads.meta import archived_ad
from hustings.exchange.ads.prepared import Picked, picked

__all__ = ["ads_archive", "problem", "snapshot"]

JSON = "application/json; charset=UTF-8"
SNAPSHOT = "/library/snapshot/?id="
PARAMETER, LESS, METHOD = 100, 1, 3
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
KEPT = 100


@lru_cache(maxsize=KEPT)
def ready(fields: tuple[str, ...], snapshot: str) -> Picked:
    """How the ads of an answer are put together; the pages of a walk ask for the same fields."""
    return picked(fields, snapshot=snapshot)


def ads_archive(request: HttpRequest) -> HttpResponse:
    """A page of ads. For everybody: a token is neither needed nor read."""
    if request.method not in {"GET", "HEAD"}:
        return problem(405, METHOD, "(#3) Only GET is answered here.")
    try:
        query = query_of(dict(request.GET.lists()))
        newest = hurry()
        place = Place(at=newest, number=0) if not query.after else read_place(query.after, newest=newest)
    except Wrong as wrong:
        return problem(400, PARAMETER, str(wrong))
    if place is None:
        said = "a cursor of an answer from here. Ask for the first page again"
        return problem(400, PARAMETER, str(Wrong("after", query.after, said)))
    try:
        found = [] if query.nothing else page(query, at=place.at, below=place.number)
    except OperationalError as error:
        if not was_cut(error):
            raise
        transaction.set_rollback(True)
        return problem(400, LESS, "Please reduce the amount of data you're asking for, then retry your request.")
    base = address(request)
    given = found[: query.limit]
    pick = ready(query.fields, base + SNAPSHOT)
    ads = [
        pick(meta, number) if meta is not None else ENCODE(archived_ad(json.loads(body or ""), query.fields, snapshot=base + SNAPSHOT))
        for number, meta, body in given
    ]  # fmt: skip
    answer = f'{{"data":[{",".join(ads)}]'
    if len(found) > query.limit:
        cursor = Place(at=place.at, number=given[-1][0]).cursor
        said_again = [(name, value) for name, values in request.GET.lists() if name != "after" for value in values]
        following = f"{base}{request.path}?{urlencode([*said_again, ('after', cursor)])}"
        answer += f',"paging":{ENCODE({"cursors": {"after": cursor}, "next": following})}'
    # Without `paging` a client knows that it has seen all; with an empty one, some fail.
    return told(answer + "}")


def address(request: HttpRequest) -> str:
    """Where everybody finds this installation, without a slash at the end."""
    host = request.get_host()  # refused where it is none of ours, also when it is not needed
    return settings.PUBLIC_URL or f"{request.scheme}://{host}"


def problem(status: int, code: int, message: str, *, again: bool = False) -> HttpResponse:
    """An error in Meta's shape."""
    error = {
        "message": message, "type": "OAuthException", "code": code, "error_subcode": 0, "is_transient": again,
        "error_user_title": "The request was not answered", "error_user_msg": message, "fbtrace_id": uuid.uuid4().hex[:11],
    }  # fmt: skip
    return told(ENCODE({"error": error}), status=status)


def told(text: str, status: int = 200) -> HttpResponse:
    """An answer that any page may read, and that nothing keeps."""
    response = HttpResponse(text, content_type=JSON, status=status)
    response["Content-Length"] = str(
        len(response.content)
    )  # the short way passes the middleware that says it elsewhere
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response


def snapshot(request: HttpRequest) -> HttpResponse:
    """`ad_snapshot_url`: leads to the ad's page. Its address has no digit but those of the id, which clients read out of it."""
    number = request.GET.get("id", "")
    known = len(number) < 19 and number.isascii() and number.isdigit()
    return HttpResponsePermanentRedirect(reverse("library-ad", args=[int(number)]) if known else reverse("library"))


snapshot.without_seat = True  # type: ignore[attr-defined]

"""The TAXII 2.1 server: every address under /taxii2/, for service accounts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from hustings.apps.audit.record import record
from hustings.apps.permission import NotKnown, Refused
from hustings.apps.taxii.account import Caller, caller_of
from hustings.apps.taxii.actions import add_objects, remove_object
from hustings.apps.taxii.answer import TaxiiProblem, answer, problem_answer, streamed
from hustings.apps.taxii.find import Row, contents, entries_of, has_object
from hustings.apps.taxii.models import ROOT, Collection, CollectionPermission, Status
from hustings.errors import BadInput
from hustings.exchange.taxii import resource
from hustings.exchange.taxii.envelope import Malformed, objects_in
from hustings.exchange.taxii.media import accepted, is_taxii
from hustings.exchange.taxii.place import place_in, token_of
from hustings.exchange.taxii.query import Endpoint, Query, Which, query_of

__all__ = ["taxii"]

logger = logging.getLogger(__name__)

PAGE, LARGEST_PAGE = 1000, 10_000  # objects of one answer: where nobody says a limit, and whatever is said
PARAMETERS = 100
CHUNK = 1 << 16
DRAINED = 1 << 26  # bytes of a too large request that are thrown away, so that its sender hears why
STIX_ID = re.compile(r"[a-z0-9-]{1,250}--[0-9a-fA-F-]{36}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request of an account about one collection."""

    request: HttpRequest
    caller: Caller
    collection: Collection
    can_read: bool
    can_write: bool

    def query(self, endpoint: Endpoint) -> Query:
        """What the parameters ask."""
        try:
            given = parse_qsl(
                self.request.META.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=PARAMETERS
            )
            return query_of(given, endpoint)
        except BadInput as error:
            raise TaxiiProblem(400, "The request cannot be understood", "; ".join(map(str, error.problems))) from error
        except ValueError as error:
            raise TaxiiProblem(
                400, "The request cannot be understood", f"More than {PARAMETERS} parameters."
            ) from error

    def must_read(self) -> None:
        """Refuse who may only write."""
        if not self.can_read:
            raise TaxiiProblem(403, "You may not read this collection")


def not_found() -> TaxiiProblem:
    """One answer for what is not there and for what this account may not know."""
    return TaxiiProblem(404, "There is nothing here")


@csrf_exempt
def taxii(request: HttpRequest, path: str | None = None) -> HttpResponseBase:
    """Answer whatever is asked under /taxii2/; what fails here is told in TAXII's shape too."""
    try:
        caller = caller_of(request)
        if path is None:
            raise not_found()
        return answered(request, caller, path)
    except TaxiiProblem as problem:
        return problem_answer(problem)
    except NotKnown:
        return problem_answer(not_found())
    except Refused:
        return problem_answer(TaxiiProblem(403, "You may not do this here"))
    except Exception:
        # The last door: a client is told in its own words that it was not its fault, and all of it is undone.
        logger.exception("a TAXII request failed")
        transaction.set_rollback(True)
        return problem_answer(TaxiiProblem(500, "Something failed here; it was undone"))


def answered(request: HttpRequest, caller: Caller, path: str) -> HttpResponseBase:
    """Find what an address means and which methods it takes."""
    parts = path.split("/")
    if path and (parts.pop() != "" or "" in parts):
        raise not_found()  # every address of TAXII ends in a slash
    methods: dict[str, Callable[[], HttpResponseBase]]
    match parts:
        case [""]:
            methods = {"GET": lambda: discovery(caller)}
        case [root]:
            roots(caller, root)
            methods = {"GET": lambda: api_root(root)}
        case [root, "status", key]:
            roots(caller, root)
            methods = {"GET": lambda: status(caller, root, key)}
        case [root, "collections"]:
            roots(caller, root)
            methods = {"GET": lambda: collections(caller, root)}
        case [root, "collections", key, *rest]:
            asked = collection_of(request, caller, root, key)
            methods = of_collection(asked, rest)
        case _:
            raise not_found()
    method = methods.get(request.method or "")
    if method is None:
        raise TaxiiProblem(405, "This address does not take this method", headers={"Allow": ", ".join(sorted(methods))})
    if not accepted(request.headers.get("Accept")):
        raise TaxiiProblem(406, "What you accept is not told here", "Accept application/taxii+json;version=2.1.")
    return method()


def of_collection(asked: Asked, rest: list[str]) -> dict[str, Callable[[], HttpResponseBase]]:
    """The methods of an address below a collection."""
    match rest:
        case []:
            return {"GET": lambda: answer(told(asked.collection, asked.can_read, asked.can_write))}
        case ["manifest"]:
            return {"GET": lambda: manifest(asked)}
        case ["objects"]:
            return {"GET": lambda: objects(asked, Endpoint.OBJECTS), "POST": lambda: add(asked)}
        case ["objects", key]:
            return {"GET": lambda: one_object(asked, key), "DELETE": lambda: delete(asked, key)}
        case ["objects", key, "versions"]:
            return {"GET": lambda: versions(asked, key)}
    raise not_found()


def roots(caller: Caller, wanted: str | None = None) -> list[str]:
    """The API roots that an account may know, the default one first. Raises TaxiiProblem 404 where `wanted` is none."""
    keys = [permission.collection.root for permission in permissions(caller)]
    known = list(dict.fromkeys([ROOT, *keys]))
    if wanted is not None and wanted not in known:
        raise not_found()
    return known


def permissions(caller: Caller) -> list[CollectionPermission]:
    """What the organisation may read or write, in the order in which collections were made.

    Row-level security keeps an account to the collections of who made it.
    """
    rows = CollectionPermission.objects.filter(organisation=caller.organisation).select_related("collection")
    return [row for row in rows.order_by("collection__made_at", "collection_id") if row.can_read or row.can_write]


def discovery(caller: Caller) -> HttpResponseBase:
    """The API roots."""
    told = resource.discovery("Hustings", "", "", [f"/taxii2/{root}/" for root in roots(caller)])
    return answer(told)


def api_root(root: str) -> HttpResponseBase:
    """One API root."""
    return answer(resource.api_root(f"Hustings: {root}", "", settings.HUSTINGS_TAXII_LARGEST))


def status(caller: Caller, root: str, key: str) -> HttpResponseBase:
    """What became of a request of this account to add objects."""
    number = uuid_or_none(key)
    rows = Status.objects.filter(root=root, account=caller.seat.appointment)
    found = rows.filter(pk=number).first() if number is not None else None
    if found is None:
        raise not_found()
    return answer(status_told(found))


def status_told(found: Status) -> dict[str, object]:
    """A status in TAXII's words."""
    return resource.status(str(found.pk), found.at, found.successes, found.failures)


def collections(caller: Caller, root: str) -> HttpResponseBase:
    """The collections of a root that the account may read or write."""
    rows = [
        told(row.collection, row.can_read and caller.reads, row.can_write and caller.writes)
        for row in permissions(caller)
        if row.collection.root == root
    ]
    return answer(resource.listed("collections", rows))


def told(found: Collection, can_read: bool, can_write: bool) -> dict[str, object]:
    """A collection in TAXII's words."""
    return resource.collection(
        str(found.pk), found.title, found.description, found.alias, can_read=can_read, can_write=can_write
    )


def collection_of(request: HttpRequest, caller: Caller, root: str, key: str) -> Asked:
    """The collection of an address, by its id or alias. Raises TaxiiProblem 404 where the account may neither read nor write it."""
    number = uuid_or_none(key)
    for row in permissions(caller):
        found = row.collection
        if found.root == root and (found.pk == number if number else found.alias is not None and found.alias == key):
            return Asked(
                request=request,
                caller=caller,
                collection=found,
                can_read=row.can_read and caller.reads,
                can_write=row.can_write and caller.writes,
            )
    raise not_found()


def uuid_or_none(text: str) -> UUID | None:
    """A UUID in its usual form, or nothing."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Part of what a query finds, and the token of the next."""

    rows: list[Row]
    following: str | None

    @property
    def headers(self) -> dict[str, str]:
        """When the first and the last were added."""
        return resource.headers(self.rows[0].added, self.rows[-1].added) if self.rows else {}


def page(asked: Asked, query: Query, endpoint: Endpoint) -> Page:
    """The part of what a query finds that this request asks for."""
    filters = query.filters
    bound = [
        str(asked.caller.seat.id),
        asked.collection.root,
        str(asked.collection.pk),
        endpoint.value,
        filters.canonical,
    ]
    key = sha256(b"hustings.taxii.next:" + settings.SECRET_KEY.encode()).digest()
    place = None
    if query.following is not None:
        try:
            place = place_in(query.following, bound, key)
        except ValueError as error:
            raise TaxiiProblem(400, "This `next` is of another query", "Ask again from the beginning.") from error
    most = min(query.limit or PAGE, LARGEST_PAGE)
    rows = entries_of(asked.collection.pk, filters, after=place, limit=most + 1)
    more = len(rows) > most
    rows = rows[:most]
    if rows:
        facts = {"told": len(rows), "as": endpoint.value}
        record("taxii read", by=asked.caller.seat, subject=("taxii collection", asked.collection.pk), facts=facts)
    return Page(rows=rows, following=token_of(rows[-1].added, bound, key) if more else None)


def objects(asked: Asked, endpoint: Endpoint, only: str | None = None) -> HttpResponseBase:
    """Objects with their content."""
    asked.must_read()
    query = asked.query(endpoint)
    if only is not None:
        query = replace(query, filters=replace(query.filters, ids=frozenset({only})))
    found = page(asked, query, endpoint)
    content = contents(asked.collection.pk, [row.object for row in found.rows], asked.caller.seat)
    return streamed(content, resource.envelope_end(found.following), found.headers)


def one_object(asked: Asked, key: str) -> HttpResponseBase:
    """Versions of one object with their content."""
    asked.must_read()
    asked.query(Endpoint.OBJECT)  # what is malformed is so whether or not there is such an object
    known(asked, key)
    return objects(asked, Endpoint.OBJECT, key)


def known(asked: Asked, key: str) -> None:
    """Raise TaxiiProblem 404 where the account knows no such object in the collection."""
    if not STIX_ID.fullmatch(key) or not has_object(asked.collection.pk, key):
        raise not_found()


def manifest(asked: Asked) -> HttpResponseBase:
    """Objects without their content."""
    asked.must_read()
    found = page(asked, asked.query(Endpoint.MANIFEST), Endpoint.MANIFEST)
    rows = [resource.manifest_record(row.stix_id, row.added, row.version_said, row.spec_version) for row in found.rows]
    return answer(resource.listed("objects", rows, following=found.following), headers=found.headers)


def versions(asked: Asked, key: str) -> HttpResponseBase:
    """The versions of an object."""
    asked.must_read()
    query = asked.query(Endpoint.VERSIONS)
    known(asked, key)
    every = replace(query.filters, ids=frozenset({key}), versions=frozenset({Which.ALL}))
    found = page(asked, replace(query, filters=every), Endpoint.VERSIONS)
    rows = [row.version_said for row in found.rows]
    return answer(resource.listed("versions", rows, following=found.following), headers=found.headers)


def add(asked: Asked) -> HttpResponseBase:
    """Take objects in."""
    if not asked.can_write:
        raise TaxiiProblem(403, "You may not add to this collection")
    if not is_taxii(asked.request.headers.get("Content-Type")) or asked.request.headers.get(
        "Content-Encoding", "identity"
    ).lower() not in {"", "identity"}:
        raise TaxiiProblem(415, "Send TAXII 2.1", "Content-Type: application/taxii+json;version=2.1, not compressed.")
    content = body(asked.request)
    failures: list[dict[str, str]] = []
    try:
        with transaction.atomic():
            status = add_objects(asked.collection, objects_in(content), by=asked.caller.seat)
            failures = status.failures
            if not status.successes and not status.turned_away:
                raise Malformed("No object can be kept.", [])
    except Malformed as error:
        why = "; ".join(map(str, error.problems)) or "; ".join(each["message"] for each in failures)
        raise TaxiiProblem(422, error.what, why[:2000]) from error
    return answer(status_told(status), 202)


def body(request: HttpRequest) -> bytes:
    """The content of a request, up to the size that the API root states and not a byte more."""
    largest = settings.HUSTINGS_TAXII_LARGEST
    said = request.headers.get("Content-Length", "")
    held: list[bytes] = []
    size = 0
    for chunk in chunks(request):
        size += len(chunk)
        if size <= largest:
            held.append(chunk)
        else:
            held.clear()
        if size > largest + DRAINED:
            break
    if size > largest or (said.isdigit() and int(said) > largest):
        raise TaxiiProblem(413, "The content is too large", details={"max_content_length": str(largest)})
    return b"".join(held)


def chunks(request: HttpRequest) -> Iterator[bytes]:
    """The content as it arrives; of one sent in pieces the server tells no length."""
    pieces = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    stream = request.META["wsgi.input"] if pieces and "wsgi.input" in request.META else request
    while chunk := stream.read(CHUNK):
        yield chunk


def delete(asked: Asked, key: str) -> HttpResponseBase:
    """Take an object out of the collection: all its versions, where the request names none."""
    if not (asked.can_read and asked.can_write):
        raise TaxiiProblem(403, "You may not delete from this collection")
    query = asked.query(Endpoint.DELETE)
    known(asked, key)
    filters = query.filters
    if "version" not in query.given:
        filters = replace(filters, versions=frozenset({Which.ALL}))
    if "spec_version" not in query.given:
        filters = replace(filters, spec_versions=frozenset({"2.0", "2.1"}))
    remove_object(asked.collection, key, filters, by=asked.caller.seat)
    return answer(None)

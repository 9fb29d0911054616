"""The interface to roots and proofs of the library, for everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hustings.apps.audit.find import note_of
from hustings.apps.audit.models import Checkpoint
from hustings.apps.library.export import content_of
from hustings.apps.library.models import Version
from hustings.apps.library.proofs import consistency, is_final, proof_of, root_of, roots

__all__ = ["router"]

router = Router(auth=None)

Number = Annotated[int, Field(ge=1, le=10**18)]
Back = Annotated[int, Query(ge=1, le=4000, description="How many days back.")]


class RootOut(Schema):
    """What the library's log committed itself to on a day."""

    day: date = Field(description="In UTC.")
    final: bool = Field(description="Whether the day is over; until then a later root may take this one's place.")
    at: datetime
    size: int = Field(description="Entries of the log under this root.")
    root: str = Field(description="SHA-256, hexadecimal.")
    key: str = Field(
        description="Verifier key that signed it. For a check bring the key as you were told it by another way."
    )
    note: str = Field(description="The checkpoint as a signed note, with its co-signatures.")


class ConsistencyOut(Schema):
    """That the newer root's log begins with the older one's, after RFC 9162, section 2.1.4."""

    older: RootOut
    newer: RootOut
    hashes: list[str]


class LibraryProofOut(Schema):
    """A version of a record and what proves it, after RFC 9162, section 2.1.3."""

    seq: int = Field(description="Its place among all versions of the library.")
    record: dict[str, Any] = Field(description="Its canonical JSON has the digest that the entry holds.")
    content: dict[str, Any] | None = Field(description="Null where it was expunged; masked where the ad was removed.")
    salt: str | None = Field(
        description="SHA-256 of the salt and the content's canonical JSON is the record's `content`. Null where content is hidden."
    )
    entry: dict[str, Any] = Field(
        description="The entry of the log; SHA-256 of a zero byte and its canonical JSON is the leaf."
    )
    leaf: str
    index: int
    size: int
    hashes: list[str] = Field(description="Joined with the leaf in order they give the signed root.")
    root: str
    note: str


def root_out(found: Checkpoint) -> RootOut:
    """A root as programs read it."""
    return RootOut(
        day=found.at.astimezone(UTC).date(), final=is_final(found), at=found.at, size=found.size, root=bytes(found.root).hex(),
        key=found.key, note=note_of(found).decode(),
    )  # fmt: skip


def root_or_404(day: date) -> Checkpoint:
    """The root of a day.

    Raises   Http404
    """
    found = root_of(day)
    if found is None:
        raise Http404
    return found


@router.get("/roots", response=list[RootOut], summary="The signed root of every day", operation_id="library_roots")
def every_root(request: HttpRequest, days: Back = 100) -> list[RootOut]:  # noqa: ARG001
    """Of the last days, the newest first. Keep one: it shows a later library that forgot something."""
    return [root_out(one) for one in roots(days)]


@router.get("/roots/{day}", response=RootOut, summary="The signed root of a day", operation_id="library_root")
def root(request: HttpRequest, day: date) -> RootOut:  # noqa: ARG001
    """The last checkpoint signed on that day, in UTC."""
    return root_out(root_or_404(day))


@router.get(
    "/roots/{day}/since/{older}",
    response=ConsistencyOut,
    summary="That a root continues an older one",
    operation_id="library_consistency",
)
def since(request: HttpRequest, day: date, older: date) -> ConsistencyOut:  # noqa: ARG001
    """Days in either order: the one with fewer entries is taken as the older."""
    first, last = sorted((root_or_404(older), root_or_404(day)), key=lambda one: one.size)
    hashes = [one.hex() for one in consistency(first, last)]
    return ConsistencyOut(older=root_out(first), newer=root_out(last), hashes=hashes)


def proof(kind: str, number: int, version: int | None) -> LibraryProofOut:
    """The proof of a version.

    Raises   Http404 where there is no such version, or no checkpoint covers it yet (about a minute)
    """
    found = proof_of(number, kind=kind, version=version)
    if found is None:
        raise Http404
    record = Version.objects.get(pk=found.row.seq).record
    hidden = found.row.hidden == "expunged"
    return LibraryProofOut(
        seq=found.row.seq, record=record, content=None if hidden else content_of(found.row.body, record), salt=found.row.salt or None,
        entry=found.entry, leaf=found.hash.hex(), index=found.index, size=found.checkpoint.size,
        hashes=[one.hex() for one in found.hashes], root=bytes(found.checkpoint.root).hex(), note=found.note.decode(),
    )  # fmt: skip


KINDS = {"ads": "ad", "advertisers": "advertiser", "payers": "payer", "pages": "page"}
Which = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="Which version; the newest that is proven if left out.")
]


def offer(plural: str, kind: str) -> None:
    """The operation that proves one of a kind."""

    def of_one(request: HttpRequest, number: Number, version: Which = None) -> LibraryProofOut:  # noqa: ARG001
        """Record, content and salt, the entry of the log, its place in the tree, and the signed root over it."""
        return proof(kind, number, version)

    router.get(
        f"/{plural}/{{number}}/proof", response=LibraryProofOut, summary=f"What proves a version of one of the {plural}",
        operation_id=f"library_proof_{kind}",
    )(of_one)  # fmt: skip


for plural, kind in KINDS.items():
    offer(plural, kind)

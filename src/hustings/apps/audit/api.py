"""The interface to the log: the entries that the caller may read, and no word about others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hustings.apps.api_caller import caller, needs
from hustings.apps.api_cursor import page
from hustings.apps.audit import find
from hustings.apps.audit.models import Leaf, Text
from hustings.apps.permission import require
from hustings.apps.tokens.scope import Scope

__all__ = ["router"]

router = Router(auth=needs(Scope.READ_LOG))


class EntryOut(Schema):
    """An entry of a log in its place, as its hash covers it."""

    id: UUID
    log: str = Field(description="The log's name on its checkpoints.")
    index: int = Field(description="Its place in that log, from 0.")
    at: datetime
    event: str
    facts: dict[str, Any]
    texts: dict[str, str] = Field(description="Salted hashes of personal texts, by name; one entry shows the texts.")
    hash: str = Field(description="SHA-256 of the leaf, hexadecimal.")


class TextOut(Schema):
    """A personal text of an entry."""

    text: str | None = Field(description="Null where it was erased or only its hash is kept.")
    erased_at: datetime | None


class ProofOut(Schema):
    """That a checkpoint covers an entry: its hash and these, joined in order, give the signed root."""

    size: int = Field(description="Entries under the checkpoint.")
    root: str
    hashes: list[str]
    note: str = Field(description="The checkpoint as a signed note, with its co-signatures.")


class ProvenOut(EntryOut):
    """An entry with its texts and its proof."""

    words: dict[str, TextOut]
    proof: ProofOut | None = Field(description="Null until the first checkpoint that covers the entry.")


class EntryPage(Schema):
    """Entries, newest first."""

    entries: list[EntryOut]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


def out(leaf: Leaf) -> dict[str, Any]:
    """An entry as programs read it."""
    return {
        "id": leaf.pk, "log": leaf.log.origin, "index": leaf.index, "at": leaf.at, "event": leaf.event,
        "facts": leaf.facts, "texts": leaf.texts, "hash": bytes(leaf.hash).hex(),
    }  # fmt: skip


def text_out(text: Text | None) -> TextOut:
    """A personal text as programs read it; nothing where there is only its hash."""
    return TextOut(text=text.text if text else None, erased_at=text.erased_at if text else None)


def proof_out(proof: find.Proof) -> ProofOut:
    """A proof as programs read it."""
    return ProofOut(
        size=proof.checkpoint.size,
        root=bytes(proof.checkpoint.root).hex(),
        hashes=[one.hex() for one in proof.hashes],
        note=find.note_of(proof.checkpoint).decode(),
    )


@router.get("", response=EntryPage, summary="Entries of the log that you may read", operation_id="log")
def entries(
    request: HttpRequest,
    event: Annotated[
        str, Query(max_length=80, pattern=r"^[^\x00]*$", description="Only of this event and those beneath it.")
    ] = "",
    item: Annotated[UUID | None, Query(description="Only about this item.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> EntryPage:
    """Newest first: an auditor's all, anybody else's own acts. Each call is itself an entry, with what was asked for.

    What waits for its place, about a second, is not there yet.
    """
    asked = {"event": event, "item": item}
    require(caller(request), "read log", reason=", ".join(f"{name}: {value}" for name, value in asked.items() if value))
    rows = find.entries(caller(request), event=event, item=item)
    found, following = page(request, rows, newest_by="at", limit=limit, cursor=cursor)
    return EntryPage(entries=[EntryOut(**out(leaf)) for leaf in found], next=following)


@router.get("/{entry}", response=ProvenOut, summary="One entry with its proof", operation_id="log_entry")
def entry(request: HttpRequest, entry: UUID) -> ProvenOut:
    """An entry that you may read. Hidden and never there are answered alike."""
    require(caller(request), "read log")
    leaf = find.entries(caller(request)).filter(pk=entry).first()
    if leaf is None:
        raise Http404
    known = find.texts_of(leaf)
    proof = find.find_inclusion(leaf)
    return ProvenOut(
        **out(leaf),
        words={name: text_out(known.get(name)) for name in leaf.texts},
        proof=proof_out(proof) if proof else None,
    )

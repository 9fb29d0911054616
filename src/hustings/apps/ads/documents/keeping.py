"""Taking documents in, opening them at the desk, and deleting them on their day."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from hustings.apps.ads.documents.sealing import open_sealed, seal
from hustings.apps.ads.documents.sniffing import problem_of, sniffed
from hustings.apps.ads.models import Document, DocumentLook, Sponsor
from hustings.apps.audit.record import record
from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.dated import new_id
from hustings.apps.people.models import Person
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, allow
from hustings.errors import BadInput, Problem

__all__ = ["KEPT", "delete_due", "keep_document", "open_document"]

KEPT = timedelta(days=90)  # a setting of policy.retention too: what is decided in weeks needs no document after months


@transaction.atomic
def keep_document(sponsor: Sponsor, content: bytes, *, kind: str, issuer: str, by_person: Person) -> Document:
    """Seal what a member of the sponsor hands in.

    Raises   BadInput for what is no picture or plain PDF, or too large
    """
    wrong = problem_of(content)
    if wrong:
        raise BadInput("The document cannot be taken in.", [
            Problem(where="file", found="another file", expected="a PDF, JPEG or PNG", do=wrong)
        ])  # fmt: skip
    key = new_id()
    made = Document.objects.create(
        id=key,
        sponsor=sponsor,
        person=by_person,
        kind=kind,
        issuer=issuer,
        media_type=sniffed(content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sealed=seal(content, document=key, sponsor=sponsor.pk),
        delete_at=moment() + KEPT,
    )
    record(
        "document handed in",
        by=None,
        subject=("sponsor", sponsor.pk),
        facts={"document": str(key), "kind": kind, "sha256": made.sha256, "person": str(by_person.pk)},
    )
    return made


@transaction.atomic
def open_document(key: UUID, *, by: Seat, reason: str) -> tuple[Document, bytes]:
    """Open a document at the desk; that it was opened, by whom and why, stands before anything is shown.

    Raises   NotKnown, Refused, BadInput without a reason
    """
    allow(by, "open document")
    found = Document.objects.select_related("sponsor").filter(pk=key).first()
    if found is None or found.sealed is None:
        raise NotKnown
    if len(reason.strip()) < 3:
        raise BadInput("Say why you open it.", [
            Problem(where="reason", found="nothing", expected="a few words", do="For example: compare the name.")
        ])  # fmt: skip
    DocumentLook.objects.create(document=found, by=by.appointment, reason=reason.strip()[:300])
    record("document opened", by=by, subject=("sponsor", found.sponsor_id), reason=reason.strip(),
           facts={"document": str(key), "sha256": found.sha256})  # fmt: skip
    return found, open_sealed(bytes(found.sealed), document=found.pk, sponsor=found.sponsor_id)


def delete_due() -> int:
    """Delete the ciphertext of every document whose day has come; gives how many. Hash, kind, issuer and verdict stay."""
    many = 0
    with in_role(WORKER):
        now = moment()
        due = Document.objects.select_for_update(skip_locked=True).filter(delete_at__lte=now, deleted_at=None)
        for found in due.defer("sealed")[:500]:
            found.sealed, found.deleted_at = None, now
            found.save(update_fields=["sealed", "deleted_at"])
            record("document deleted", by=None, subject=("sponsor", found.sponsor_id),
                   facts={"document": str(found.pk), "sha256": found.sha256})  # fmt: skip
            many += 1
    return many

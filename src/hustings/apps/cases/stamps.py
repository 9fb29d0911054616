"""Stamps of time: every hour one digest over all that was newly sealed goes to time authorities, and nothing else does.

Nothing leaves the host unless the operator names authorities. Where none of them gives a stamp that holds, that stands in
the open log, in `hustings doctor` and before people, and is tried again every hour.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from hustings.apps.audit.record import record
from hustings.apps.cases.models import Head, HeadLeaf, Stamp
from hustings.errors import EnvironmentLacks, HustingsError
from hustings.ledger.merkle import Node, grow, inclusion_proof, root_at
from hustings.ledger.verify_evidence import leaf_of
from hustings.ledger.verify_log import Edge

__all__ = ["NoStamp", "ask_authority", "authorities", "make_head", "stamp_all", "stamp_head"]

MOST = 100_000  # objects in one head
LARGEST = 100_000  # bytes of a reply
SECONDS = 20
MORE = 24  # hours for which the other authorities are asked once one has answered
LOCK = 0x5EA1  # any number that nobody else here locks by

BARE = """
SELECT item_id, to_jsonb(sealed_at) #>> '{}', sha256, size FROM evidence
WHERE NOT EXISTS (SELECT FROM evidence_leaf WHERE evidence_id = item_id) ORDER BY sealed_at, item_id LIMIT %s
"""
Ask = Callable[[str, bytes], bytes]


class NoStamp(HustingsError):
    """No time authority gave a stamp that holds."""

    code = "no_stamp"
    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A reply that holds: what the authority says of its time, and who signed."""

    at: datetime
    serial: str
    signer: str


def authorities() -> list[str]:
    """The authorities that the operator named; none by default."""
    named: list[str] = settings.TIME_AUTHORITIES
    return named


def stamp_all(ask: Ask | None = None) -> int:
    """Make a head over what has none, and have every head stamped that waits for it; give how many stamps came.

    Raises   NoStamp once everything was tried, where a head has no stamp at all; EnvironmentLacks without the
             certificates by which stamps are verified
    """
    if not authorities():
        return 0
    roots = certificates()
    make_head()
    held = len(authorities())
    waiting = Head.objects.annotate(count=Count("stamps")).filter(Q(count=0) | Q(count__lt=held, tries__lt=MORE))
    came, failed = 0, []
    for head in waiting.order_by("made_at", "pk"):
        came += stamp_head(head, roots, ask or ask_authority)
        if head.problem:
            failed.append(head)
    if failed:
        logging.getLogger(__name__).error("no stamp for %d heads over sealed evidence", len(failed))
        raise NoStamp(
            f"{len(failed)} heads over sealed evidence have no stamp. {failed[-1].problem} It is tried again in an hour."
        )
    return came


@transaction.atomic
def make_head() -> Head | None:
    """One head over every object that stands in none yet; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(BARE, [MOST])
        bare = cursor.fetchall()
    if not bare:
        return None
    leaves = [
        leaf_of({"id": str(key), "sealed_at": at, "sha256": sha256, "size": size}) for key, at, sha256, size in bare
    ]
    nodes = dict(grow(Edge(), leaves))

    def read(wanted: Sequence[Node]) -> Mapping[Node, bytes]:
        return {node: nodes[node] for node in wanted}

    head = Head.objects.create(root=root_at(len(leaves), read).hex(), size=len(leaves))
    HeadLeaf.objects.bulk_create(
        HeadLeaf(
            evidence_id=row[0],
            head=head,
            place=place,
            hashes=[one.hex() for one in inclusion_proof(place, len(leaves), read)],
        )
        for place, row in enumerate(bare)
    )
    return head


def stamp_head(head: Head, roots: Sequence[Certificate], ask: Ask) -> int:
    """Ask each authority that has not stamped this head yet; give how many did. A failure is kept and told."""
    had = set(head.stamps.values_list("authority", flat=True))
    came, problems = 0, []
    for authority in authorities():
        if authority in had:
            continue
        request = TimestampRequestBuilder().data(bytes.fromhex(head.root)).hash_algorithm(HashAlgorithm.SHA256).build()
        try:
            reply = ask(authority, request.as_bytes())
            held = verified(request, reply, bytes.fromhex(head.root), roots)
        except (OSError, HTTPException, ValueError, VerificationError) as error:
            problems.append(f"{authority}: {str(getattr(error, 'reason', error))[:300] or type(error).__name__}")
            continue
        Stamp.objects.create(
            head=head,
            authority=authority,
            reply=reply,
            stamped_at=held.at,
            serial=held.serial,
            signer=held.signer[:500],
        )
        came += 1
    head.tries += 1
    head.problem = "" if came or had else " ".join(problems)[:1000]
    with transaction.atomic():
        head.save(update_fields=["tries", "problem"])
        if problems:
            record("evidence stamp", by=None, outcome="failed", facts={"head": str(head.pk), "tries": head.tries, "stamped": bool(came or had)},
                   text={"problems": "\n".join(problems)})  # fmt: skip
    return came


def ask_authority(authority: str, request: bytes) -> bytes:
    """Send a request to an authority; give its reply."""
    if urlsplit(authority).scheme not in {"http", "https"}:
        raise ValueError("is no address of the web")
    asked = Request(authority, data=request, headers={"Content-Type": "application/timestamp-query"})  # noqa: S310 - checked above
    with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - checked above
        reply: bytes = answer.read(LARGEST)
        return reply


def verified(request: TimeStampRequest, reply: bytes, root: bytes, roots: Sequence[Certificate]) -> Verified:
    """Hold a reply against the request: digest, nonce, signature, and the certificate's way to one that is trusted.

    Limits   a reply with several certificates has to hold them in the order of their encoding; ask the authority to send
             the signer's alone. Revocation is not asked for, since that would need the network again
    Raises   ValueError, VerificationError
    """
    response = decode_timestamp_response(reply)
    builder = VerifierBuilder.from_request(request)
    for certificate in roots:
        own = certificate.subject == certificate.issuer
        builder = (
            builder.add_root_certificate(certificate) if own else builder.add_intermediate_certificate(certificate)
        )
    builder.build().verify(response, hashlib.sha256(root).digest())
    told = response.tst_info
    return Verified(at=told.gen_time, serial=str(told.serial_number), signer=signer_of(response))


def signer_of(response: Any) -> str:
    """Who signed, by the certificate in the reply."""
    (info,) = response.signed_data.signer_infos
    for encoded in response.signed_data.certificates:
        certificate = load_der_x509_certificate(encoded)
        if (certificate.issuer, certificate.serial_number) == (info.issuer, info.serial_number):
            return certificate.subject.rfc4514_string()
    raise ValueError("the reply holds no certificate of its signer")


def certificates() -> list[Certificate]:
    """The certificates that the operator trusts: roots, and those between.

    Raises   EnvironmentLacks
    """
    try:
        found = load_pem_x509_certificates(Path(settings.TIME_AUTHORITY_ROOTS).read_bytes())
    except (OSError, ValueError) as error:
        raise EnvironmentLacks(
            f"Time authorities are named, but the certificates by which their stamps are verified cannot be read ({error}). "
            "Let HUSTINGS_TSA_ROOTS name a PEM file with the authorities' roots."
        ) from error
    if not any(one.subject == one.issuer for one in found):
        raise EnvironmentLacks(f"{settings.TIME_AUTHORITY_ROOTS} holds no root: a certificate that signed itself.")
    return found

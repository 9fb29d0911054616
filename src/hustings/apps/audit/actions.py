"""Writes about the log itself: witnesses, their co-signatures, and erasing a personal text."""

from __future__ import annotations

import base64

from django.db import connection, transaction

from hustings.apps.audit.find import find_consistency
from hustings.apps.audit.models import Checkpoint, Cosignature, Leaf, Log, Text, Witness
from hustings.apps.audit.record import record
from hustings.apps.people.models import Organisation
from hustings.apps.people.seat import Seat
from hustings.errors import BadInput, Problem
from hustings.ledger.checkpoint import check_with_openssl
from hustings.ledger.verify_log import COSIGNATURE, BadFormat, ProofFails, find_signature, parse_checkpoint, parse_key

__all__ = ["accept_cosignatures", "add_witness", "erase_text", "witness_request"]


def _refused(what: str, where: str, found: str, expected: str, do: str) -> BadInput:
    return BadInput(what, [Problem(where=where, found=found, expected=expected, do=do)])


@transaction.atomic
def add_witness(organisation: Organisation, key: str, *, by: Seat | None) -> Witness:
    """Let a partner organisation co-sign: its verifier key, told by a way that both trust.

    Raises   BadInput
    """
    try:
        kind = parse_key(key.strip()).kind
    except BadFormat as error:
        raise _refused("The witness's key cannot be used.", "key", str(error), "name+id+base64",
                       "Copy it whole, as the witness's program prints it.") from error  # fmt: skip
    if kind != COSIGNATURE:
        raise _refused("The witness's key cannot be used.", "key", f"a key of type {kind}", "type 4 (co-signatures)",
                       "Ask the witness for its verifier key for co-signatures.")  # fmt: skip
    witness = Witness.objects.create(
        organisation=organisation, key=key.strip(), added_by=by.appointment if by else None
    )
    record("witness.added", by=by, subject=("organisation", organisation.pk), facts={"key": witness.key})
    return witness


def witness_request(log: Log, checkpoint: Checkpoint, old: int) -> bytes:
    """What a witness needs who saw the log at `old` entries: the proof, then the checkpoint (C2SP tlog-witness)."""
    proof = find_consistency(log, old, checkpoint.size)
    lines = [f"old {old}\n", *(base64.b64encode(one).decode() + "\n" for one in proof), "\n", checkpoint.note]
    return "".join(lines).encode()


@transaction.atomic
def accept_cosignatures(log: Log, note: bytes) -> list[Cosignature]:
    """Take the co-signatures of known witnesses from a checkpoint that this log signed; the rest is ignored.

    Nobody has to be signed in: a co-signature speaks for itself. Handing in the same again changes nothing.
    Raises   BadInput for a note that is not ours, or that no known witness signed
    """
    try:
        handed = parse_checkpoint(note)
    except BadFormat as error:
        raise _refused("The checkpoint cannot be read.", "checkpoint", str(error), "a signed note",
                       "Hand in the checkpoint with your signature line added.") from error  # fmt: skip
    ours = Checkpoint.objects.filter(log=log, size=handed.size, note__startswith=handed.note.text + "\n")
    checkpoint = ours.order_by("-id").first()
    if checkpoint is None:
        raise _refused("The checkpoint is not one of this log.", "checkpoint", f"size {handed.size} with another root",
                       "a text that the log signed", "If the log gave it to you, keep it: it shows that the log was "
                       "rewritten. Tell every witness.")  # fmt: skip
    taken = []
    for witness in Witness.objects.order_by("key"):
        try:
            seconds = find_signature(handed.note, parse_key(witness.key), check_with_openssl)
        except ProofFails as error:
            raise _refused("A co-signature does not hold.", str(witness), str(error), "a valid signature",
                           "Sign the text exactly as it was given out.") from error  # fmt: skip
        if seconds is None:
            continue
        key = parse_key(witness.key)
        line = next(
            line for line in note.decode().splitlines(keepends=True)
            if line.startswith(f"— {key.name} ") and _id_of(line) == key.id
        )  # fmt: skip
        taken.append(_keep(checkpoint, witness, seconds, line))
    if not taken:
        raise _refused("No known witness signed this.", "signatures",
                       ", ".join(name for name, _, _ in handed.note.signatures), "a co-signature of a witness known here",
                       "Have your verifier key added first.")  # fmt: skip
    return taken


def _id_of(line: str) -> bytes:
    return base64.b64decode(line.rpartition(" ")[2].strip())[:4]


def _keep(checkpoint: Checkpoint, witness: Witness, seconds: int, line: str) -> Cosignature:
    found = Cosignature.objects.filter(checkpoint=checkpoint, witness=witness).first()
    return found or Cosignature.objects.create(
        checkpoint=checkpoint, log=checkpoint.log, witness=witness, seconds=seconds, line=line
    )


@transaction.atomic
def erase_text(leaf: Leaf, name: str, *, by: Seat | None, ground: str) -> None:
    """Erase a personal text and its salt; the entry keeps the hash, and another entry says that this was done.

    Without the salt the hash tells nothing any more, so what was erased cannot be guessed; and the log holds as
    before, since only the hash was ever part of it. `ground` is a code of the rule that asks for it.
    Raises   BadInput where there is no such text, or none any more
    """
    if not Text.objects.filter(entry=leaf.pk, name=name, erased_at__isnull=True).exists():
        raise _refused("The text cannot be erased.", f"entry {leaf.index}", f"no text {name!r}", "a text still kept",
                       "Look at the entry: it may have been erased before.")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_erase(%s, %s, %s, %s)", [leaf.pk, name, ground, by.id if by else None])

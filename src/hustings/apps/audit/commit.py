"""The beat: at fixed moments each log signs its size and root, also when nothing happened."""

from __future__ import annotations

import base64
import binascii

from django.conf import settings
from django.db import connection, transaction

from hustings.apps.audit.models import Checkpoint, Log
from hustings.apps.audit.store import hold, node_reader, size_of
from hustings.errors import EnvironmentLacks, HustingsError
from hustings.ledger.checkpoint import Signer, add_signatures, checkpoint_text, write_key
from hustings.ledger.merkle import root_at

__all__ = ["LogAltered", "log_secret", "sign_all", "sign_checkpoint"]

# No entry under a checkpoint may be younger than it, and no checkpoint older than the one before.
MOMENT = """
SELECT date_trunc('second', greatest(
  hustings_now(), (SELECT max(at) FROM log_leaf WHERE log_id = %s AND "index" >= %s), %s))
"""


class LogAltered(HustingsError):
    """The stored tree does not continue what was signed; nothing is signed any more until somebody has looked."""

    code = "log_altered"
    exit_code = 1


def log_secret() -> bytes:
    """The secret that checkpoints are signed with.

    Raises   EnvironmentLacks
    """
    try:
        secret = base64.b64decode(settings.LOG_KEY, validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != 32:
        raise EnvironmentLacks(
            "There is no key to sign the log with. Let HUSTINGS_LOG_KEY_FILE name a file with 32 random bytes in base64 "
            "(`hustings up` makes one)."
        )
    return secret


def sign_all(secret: bytes) -> int:
    """Sign a checkpoint of every log; give how many. The clock that decides is carried along."""
    logs = list(Log.objects.order_by("made_at", "id"))
    for log in logs:
        sign_checkpoint(log, secret)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clock_high_water SET at = greatest(at, transaction_timestamp())")
    return len(logs)


def sign_checkpoint(log: Log, secret: bytes) -> Checkpoint:
    """Sign size and root as they are now, unless the tree does not continue the last checkpoint.

    Raises   LogAltered
    """
    with transaction.atomic():
        hold(log.pk)
        read, size = node_reader(log.pk), size_of(log.pk)
        last = Checkpoint.objects.filter(log=log).order_by("-id").first()
        try:
            root = root_at(size, read)
            held = last is None or (last.size <= size and root_at(last.size, read) == bytes(last.root))
        except KeyError:
            held = False
        if not held:
            raise LogAltered(
                f"The log {log.origin} is not what was signed before: its entries or nodes were changed or removed in "
                "the database. Nothing is signed. Export it and hold it against a checkpoint that a witness has."
            )
        with connection.cursor() as cursor:
            cursor.execute(MOMENT, [log.pk, last.size if last else 0, last.at if last else None])
            at = cursor.fetchone()[0]
        signer = Signer(name=log.origin, secret=secret)
        text = checkpoint_text(log.origin, size, root)
        note = add_signatures(text, [signer.sign(text), signer.cosign(text, int(at.timestamp()))]).decode()
        return Checkpoint.objects.create(log=log, size=size, root=root, at=at, note=note, key=write_key(signer.key()))

"""Making a working copy of a sealed original with parts taken out; the original stays as it is."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from pathlib import PurePath

from django.db import transaction

from hustings import __version__
from hustings.apps.audit.record import record
from hustings.apps.cases.models import Custody, Evidence, Redaction, RedactionSalt
from hustings.apps.cases.sealing import seal
from hustings.apps.cases.store import store
from hustings.apps.cases.working import said
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.sweeps.actions import known_marking
from hustings.errors import BadInput, Problem
from hustings.ledger.bag import NotAsSealed
from hustings.ledger.redaction import SALT, found, redact
from hustings.policy.disclosure import Removed

__all__ = ["LARGEST", "make_copy"]

LARGEST = 64_000_000  # bytes of an original that is redacted here


@transaction.atomic
def make_copy(original: Evidence, lines: Sequence[tuple[Removed, str]], *, by: Seat, why: str) -> Evidence:
    """Seal a copy of an original without what these lines name, and what binds the two.

    lines   (reason, the words wherever they stand, or bytes FIRST-END)
    The copy is at least as restricted as its original, until another person releases it.

    Limits   for text and JSON: the words in a picture or a packed file are not found
    Raises   BadInput with everything that is wrong, NotAsSealed where the original's bytes are not as they were sealed
    """
    require(by, "redact evidence", original.item, reason=why)
    said(why=why)
    problems = []
    if original.made_from_id is not None:
        problems.append(Problem(where="original", found="a working copy", expected="a sealed original", do="Redact the original."))  # fmt: skip
    if original.size > LARGEST:
        problems.append(Problem(where="original", found=f"{original.size:,} bytes", expected=f"at most {LARGEST:,}",
                                do="Take a part of it as an object of its own first."))  # fmt: skip
    if not lines:
        problems.append(Problem(where="parts", found="none", expected="at least one", do="Write down what is taken out, and the reason's code."))  # fmt: skip
    if problems:
        raise BadInput("The copy was not made.", problems)
    if not store().intact(original.sha256):
        raise NotAsSealed(f"The bytes of the object {original.sha256} are gone or changed since they were sealed.")
    with store().open(original.sha256) as file:
        content = file.read()
    cuts = found(content, [(code.value, what) for code, what in lines])
    salts = [secrets.token_bytes(SALT) for _ in cuts]
    made = redact(content, cuts, salts)
    name = PurePath(original.name)
    copy = seal(
        io.BytesIO(made.copy), by=by, name=f"{name.stem}, redacted{name.suffix}"[:300], media_type=original.media_type, how="rendition",
        tool=f"Hustings {__version__}, redaction", captured_at=original.captured_at, case=original.case,
        marking=known_marking(original.item), about=(original.what, original.platform, original.of), made_from=original, why=why,
    )  # fmt: skip
    kept = Redaction.objects.create(
        copy=copy, original=original, parts=made.parts, digest=made.digest, by=by.appointment
    )
    RedactionSalt.objects.create(original=original, redaction=kept, salts=[salt.hex() for salt in salts])
    Custody.objects.create(evidence=original, act="redact", by=by.appointment, why=why.strip(), to=copy.sha256)
    record("evidence redacted", by=by, about=copy.item, reason=why, facts={"parts": len(cuts), "digest": made.digest})
    return copy

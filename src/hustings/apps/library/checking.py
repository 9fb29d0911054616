"""Holding what the library shows against its versions and its log, as a stranger would."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hustings.apps.audit.find import newest_checkpoint
from hustings.apps.audit.models import Log
from hustings.apps.audit.record import record
from hustings.apps.library.export import export_library
from hustings.ledger.checkpoint import check_with_openssl
from hustings.ledger.verify_library import check_library
from hustings.ledger.verify_log import Report, parse_key

__all__ = ["check", "check_and_tell"]

TOLD = 20


def check() -> Report:
    """Everything that a stranger would find on an export of this moment.

    Limits   trusts the newest checkpoint's own key: whether that is the key it should be, only somebody outside can say
    Raises   BadInput before the first checkpoint
    """
    with tempfile.TemporaryDirectory(prefix="hustings-library-") as folder:
        place = Path(folder) / "library"
        export_library(place)
        newest = newest_checkpoint(Log.objects.get(name="library"))
        assert newest is not None, "there was one to export by"
        return check_library(place, [parse_key(newest.key)], check=check_with_openssl)


def check_and_tell() -> Report:
    """The same; what is wrong is told to the open log, whatever becomes of who asked."""
    report = check()
    if report.wrong:
        record("library altered", by=None, outcome="failed", facts={"faults": len(report.wrong)},
               text={"faults": "\n".join(report.wrong[:TOLD])})  # fmt: skip
    return report

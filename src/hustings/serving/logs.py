"""Every log of an installation, exported and checked as a stranger would."""

__all__ = ["verify_logs"]

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from hustings.errors import HustingsError
from hustings.ledger.checkpoint import Signer, check_with_openssl, write_key
from hustings.ledger.verify_log import check_export, parse_key
from hustings.serving.installation import Installation


class LogDoesNotHold(HustingsError):
    """What was restored is not what was signed."""

    code = "log_does_not_hold"
    exit_code = 1


def verify_logs(installation: Installation, *, earlier: dict[str, str], keys: list[str]) -> int:
    """Check every log against its key and an earlier checkpoint; give how many logs there are.

    `keys` are verifier keys from before, beside the installation's own; `earlier` is the checkpoint of each log, by
    its origin, that was kept with the backup: a log that is shorter or other than that one does not hold.

    Raises   LogDoesNotHold with everything that is wrong
    """
    secret = base64.b64decode((installation.folder.keys / "log-key").read_bytes())
    # Entries that were still waiting for their place get it now, under a checkpoint of their own.
    _django(installation, "beat", "log_beat", "--once")
    wrong: list[str] = []
    seen: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="hustings-logs-") as folder:
        _django(installation, "owner", "log_export", "--all", folder)
        for place in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
            origin = (place / "checkpoints").read_text(encoding="utf-8").split("\n", 1)[0]
            seen.add(origin)
            own = write_key(Signer(name=origin, secret=secret).key())
            known = [parse_key(key) for key in sorted({own, *keys}) if key.partition("+")[0] == origin]
            note = earlier.get(origin)
            report = check_export(place, known, (), note.encode() if note else None, check_with_openssl)
            wrong += [f"{origin}: {fault}" for fault in report.wrong]
    wrong += [f"{origin}: missing" for origin in sorted(set(earlier) - seen)]
    if wrong:
        raise LogDoesNotHold("The log does not hold:\n" + "\n".join(f"  - {fault}" for fault in wrong))
    return len(seen)


def _django(installation: Installation, role: str, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", *command],
        env=installation.environment(role),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LogDoesNotHold(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr).strip()[-2000:]}")

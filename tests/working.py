"""Letting a real worker do what waits in an installation of a test."""

import os
import subprocess
import sys

from installation import Site


def work(site: Site) -> str:
    """Let a real worker do what waits, as the role that serves nobody, and end."""
    separator = "&" if "?" in site.environment["HUSTINGS_APP_DATABASE_URL"] else "?"
    address = f"{site.environment['HUSTINGS_APP_DATABASE_URL']}{separator}options=-c%20role%3Dhustings_worker"
    done = subprocess.run(
        [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"],
        env=os.environ | site.environment | {"HUSTINGS_APP_DATABASE_URL": address},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr

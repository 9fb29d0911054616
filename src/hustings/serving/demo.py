"""What the demo found, put into an installation, so that the pages show it once it is started."""

__all__ = ["TABLES", "load_results"]

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from hustings.errors import EnvironmentLacks
from hustings.serving.folder import DataFolder, kept
from hustings.serving.installation import Installation, database_url
from hustings.serving.postgres import running

# Beside the demo's other files: trace table, title, rule of collection and run folder of each search it made.
TABLES = "tables.json"


def load_results(data: Path, tables: Path, say: Callable[[str], None]) -> None:
    """Make the demo season in `data`, or find it there, and load what `tables` names; the same again adds nothing.

    Raises   EnvironmentLacks where no database can be had, or another process keeps the folder.
    """
    with ExitStack() as stack:
        if database_url():
            stack.enter_context(kept(data))
            server = None
        else:
            server = stack.enter_context(running(data))
        installation = Installation.of(DataFolder(path=data.absolute().resolve()), server)
        password = installation.folder.keys / "demo-password"
        for module, *rest in (("prepare",), ("season", str(password), str(tables))):
            done = subprocess.run(
                [sys.executable, "-m", f"hustings.serving.{module}", *rest],
                env=installation.environment("owner"),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
                raise EnvironmentLacks(f"The results could not be loaded into {data} ({module}): {last}")
            for line in done.stdout.splitlines():
                say(line)

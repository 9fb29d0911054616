"""The database of an installation for a short while: the running one, or one started for it."""

__all__ = ["reached"]

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import pq

from hustings.errors import EnvironmentLacks
from hustings.serving.folder import DataFolder, InUse, kept
from hustings.serving.installation import Installation, database_url
from hustings.serving.postgres import PORT, Server, running
from hustings.serving.roles import addresses_on


@contextmanager
def reached(path: Path) -> Iterator[Installation]:
    """Give the installation in `path` while the body runs; it is not made where there is none.

    Raises   EnvironmentLacks where there is none, or its database cannot be reached.
    """
    folder = DataFolder(path=path.absolute().resolve())
    if database_url():
        if not folder.keys.exists():
            raise EnvironmentLacks(f"There is no installation in {folder.path}. Name its folder with --data.")
        yield Installation.of(folder, None)
        return
    if not os.access(folder.path, os.X_OK) or not folder.database.exists():
        raise EnvironmentLacks(f"There is no installation in {folder.path}. Name its folder with --data.")
    try:
        with kept(folder.path):
            pass
    except InUse:
        server = Server(socket_dir=folder.sockets, port=PORT, version="")
        if pq.PGconn.ping(server.superuser_dsn.encode()) != pq.Ping.OK:
            raise EnvironmentLacks(
                f"Another process keeps {folder.path}, but its database does not answer (yet). Wait until it is ready, "
                "or stop it, then run the same command again."
            ) from None
        yield Installation(folder=folder, addresses=addresses_on(server))
        return
    with running(folder.path) as server:
        yield Installation(folder=folder, addresses=addresses_on(server))

"""One installation: its folder, its keys, its database, and the environment its processes run in."""

__all__ = ["Installation", "database_url"]

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hustings.serving.folder import DataFolder
from hustings.serving.keys import secret
from hustings.serving.postgres import Server
from hustings.serving.roles import WORKER, Addresses, embedded_addresses, given_addresses

SETTINGS_MODULE = "hustings.apps.settings"


def database_url() -> str:
    """The address of a server of one's own, or nothing where the embedded one is used."""
    return os.environ.get("HUSTINGS_DATABASE_URL", "")


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A data folder whose database answers and has its roles."""

    folder: DataFolder
    addresses: Addresses

    @classmethod
    def of(cls, folder: DataFolder, server: Server | None) -> "Installation":
        """Give the installation on the embedded server, or on that of `HUSTINGS_DATABASE_URL` where there is none."""
        if server is not None:
            return cls(folder=folder, addresses=embedded_addresses(server))
        addresses = given_addresses(
            database_url(),
            app_url=os.environ.get("HUSTINGS_APP_DATABASE_URL", ""),
            password_file=folder.keys / "database-password",
        )
        return cls(folder=folder, addresses=addresses)

    def environment(self, role: str) -> dict[str, str]:
        """What a process reads: that of the `owner` (migrations, upkeep), the `web`, a `worker` or the log's `beat`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        kept.pop("HUSTINGS_DATABASE_URL", None)  # the owner's: nothing that serves gets to know it
        addresses = {
            "owner": self.addresses.owner,
            "web": self.addresses.app,
            # The worker serves nobody in particular: all it does, it does as its own role.
            "worker": _with_options(self.addresses.app, f"-c role={WORKER}"),
            "beat": _with_options(self.addresses.app, f"-c role={WORKER}"),
        }
        keys = self.make_keys()
        if role in {"owner", "beat"}:  # whoever answers requests cannot sign the log
            kept["HUSTINGS_LOG_KEY_FILE"] = keys["log-key"]
        if role in {"owner", "web"}:  # a worker deletes documents and opens none
            kept["HUSTINGS_DOCUMENT_KEY_FILE"] = keys["document-key"]
        if role in {"owner", "worker"}:  # who answers requests reads what is shown, and opens nothing
            kept["HUSTINGS_LIBRARY_KEY_FILE"] = keys["library-key"]
        return kept | {
            "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
            "PYTHONUNBUFFERED": "1",
            "HUSTINGS_APP_DATABASE_URL": addresses[role],
            "HUSTINGS_SECRET_KEY_FILE": keys["secret-key"],
            "HUSTINGS_POLITICAL_MODEL": os.environ.get("HUSTINGS_POLITICAL_MODEL") or str(self.political_model),
            "HUSTINGS_REACH_KEY_FILE": keys["reach-key"],
            "HUSTINGS_STATIC": str(self.folder.path / "static"),
            "HUSTINGS_TABLES": str(self.folder.path / "tables"),
            "HUSTINGS_EVIDENCE": kept.get("HUSTINGS_EVIDENCE", str(self.folder.path / "evidence")),
            "HUSTINGS_LETTERS": str(self.folder.path / "letters"),
            "HUSTINGS_MAILS": kept.get("HUSTINGS_MAILS", str(self.folder.path / "mails")),
        }

    @property
    def political_model(self) -> Path:
        """Where the model lies that says what reads as political; the door works without it, and asks people more."""
        return self.folder.path / "models" / "political.npz"

    def make_keys(self) -> dict[str, str]:
        """Make the keys where they are missing; give where each lies."""
        makers = {
            "secret-key": lambda: secrets.token_urlsafe(48).encode(),  # signs sessions
            "document-key": lambda: base64.b64encode(secrets.token_bytes(32)),  # seals advertisers' documents
            "library-key": lambda: base64.b64encode(secrets.token_bytes(32)),  # seals words and names of the library
            "log-key": lambda: base64.b64encode(secrets.token_bytes(32)),  # Ed25519 seed: signs the log's checkpoints
            "reach-key": lambda: secrets.token_urlsafe(
                32
            ).encode(),  # under which viewers are counted; thrown away by law
        }
        for name, make in makers.items():
            secret(self.folder.keys / name, make)
        return {name: str(self.folder.keys / name) for name in makers}


def _with_options(url: str, options: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}options={quote(options, safe='')}"

"""Checkpoints as their signers make them: the log's signature with its time, and a witness's.

A checkpoint says: this log, by this name, has so many entries with this root. The log signs it twice
with one key: as a plain note, which every tool for such logs reads, and with the time, as a witness
does. Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature. Keys and moments come in as
parameters.
"""

__all__ = ["Signer", "add_signatures", "check_with_openssl", "checkpoint_text", "write_key"]

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hustings.errors import BadInput, Problem
from hustings.ledger.verify_log import COSIGNATURE, PLAIN, Key, Note, parse_note


def write_key(key: Key) -> str:
    """A verifier key as people hand it on: `name+id+base64`."""
    return f"{key.name}+{key.id.hex()}+{base64.b64encode(bytes([key.kind]) + key.public).decode()}"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs: a name and the 32 secret bytes of an Ed25519 key."""

    name: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Signer(name={self.name!r})"  # the secret never reaches a log line

    def key(self, kind: int = PLAIN) -> Key:
        """The public side: type 1 for a log, 4 for a witness."""
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key()
        return Key(self.name, kind, public.public_bytes_raw())

    def sign(self, text: str) -> str:
        """A plain signature line of a note's text."""
        return self._line(PLAIN, self._signature(text))

    def cosign(self, text: str, seconds: int) -> str:
        """A signature line that also says when, in whole seconds since 1970."""
        timed = f"cosignature/v1\ntime {seconds}\n{text}"
        return self._line(COSIGNATURE, seconds.to_bytes(8, "big") + self._signature(timed))

    def _signature(self, text: str) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode())

    def _line(self, kind: int, signature: bytes) -> str:
        return f"— {self.name} {base64.b64encode(self.key(kind).id + signature).decode()}\n"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The signed part of a checkpoint."""
    if not origin or "+" in origin or any(letter.isspace() or ord(letter) < 0x20 for letter in origin):
        raise BadInput("The log cannot have this name.", [
            Problem(where="origin", found=repr(origin), expected="a name without spaces and plus signs",
                    do="Name it like an address, for example log.example.org/open."),
        ])  # fmt: skip
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def add_signatures(note: Note | str, lines: Iterable[str]) -> bytes:
    """Put signature lines under a text, or under a note behind those it has; read again to be sure."""
    text = note if isinstance(note, str) else note.text
    had = () if isinstance(note, str) else note.signatures
    old = "".join(f"— {name} {base64.b64encode(short + blob).decode()}\n" for name, short, blob in had)
    written = f"{text}\n{old}{''.join(lines)}".encode()
    parse_note(written)
    return written


def check_with_openssl(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature holds; the fast twin of `verify_log.ed25519_holds`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True

"""Percent escapes of web addresses, read and written: a matter of text alone, so pure code needs no network library."""

__all__ = ["escaped", "parameters", "unescaped"]

import re

ASCII = re.compile(r"[\x00-\x7f]+")
ESCAPE = re.compile(rb"%([0-9a-fA-F]{2})")
ALWAYS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")


def unescaped(text: str) -> str:
    """The text with `%XX` as the bytes of UTF-8 they stand for; what is no UTF-8 becomes U+FFFD."""
    return ASCII.sub(_plain, text) if "%" in text else text


def _plain(run: re.Match[str]) -> str:
    found = ESCAPE.sub(lambda two: bytes.fromhex(two[1].decode("ascii")), run[0].encode("ascii"))
    return found.decode("utf-8", "replace")


def escaped(text: str, safe: str) -> str:
    """The text with every byte as `%XX` that is no ASCII letter, digit, `_.-~`, or in `safe` (ASCII)."""
    kept = ALWAYS | frozenset(safe.encode("ascii"))
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in text.encode("utf-8"))


def parameters(query: str) -> list[tuple[str, str]]:
    """Names and values of a query, in order; those without a value are left out."""
    pairs = (piece.partition("=") for piece in query.split("&"))
    return [
        (unescaped(name.replace("+", " ")), unescaped(value.replace("+", " "))) for name, _, value in pairs if value
    ]

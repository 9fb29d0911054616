"""What an uploaded file is, by its content and never by its name; only pictures and PDFs without active parts pass."""

from __future__ import annotations

import re

__all__ = ["LARGEST", "problem_of", "sniffed"]

LARGEST = 10 * 1024 * 1024  # bytes: a page scanned in colour at 300 dpi has two to six million
SIGNS = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
# What a PDF can do beyond showing pages. Names may be spelt with #xx, and object streams hide them: both are looked for.
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|OpenAction|AA|SubmitForm|ImportData)\b")
ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")


def sniffed(content: bytes) -> str:
    """The media type; empty for what is taken in from nobody."""
    return next((kind for sign, kind in SIGNS if content.startswith(sign)), "")


def problem_of(content: bytes) -> str:
    """Why a file is not taken in, as a sentence with what to do; empty for one that is."""
    if not content:
        return "The file is empty. Choose the scan or photo of the document."
    if len(content) > LARGEST:
        return f"The file has {len(content) / 1e6:.1f} MB; at most {LARGEST // 1_048_576} MB are taken. Scan it with less detail."
    kind = sniffed(content)
    if not kind:
        return "The file is neither a PDF nor a JPEG or PNG picture, whatever its name says. Hand in one of these."
    if kind == "application/pdf" and ACTIVE.search(plain(content)):
        return "The PDF holds scripts, forms or attachments. Print it into a new PDF, or hand in a picture of it."
    return ""


def plain(content: bytes) -> bytes:
    """The bytes of a PDF with names as they are meant: `/J#53` is `/JS`."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)

"""A report on paper: tagged, so that a screen reader reads it too; equal input gives equal bytes."""

from __future__ import annotations

import hashlib

from hustings.errors import EnvironmentLacks
from hustings.report.documents.document import Document
from hustings.report.documents.page import page

__all__ = ["pdf"]

LACKS = (
    "Pango is not on this machine, so no PDF can be made. On Debian and Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core. The HTML page says the same and can be printed."
)


def pdf(document: Document, *, published: str = "") -> bytes:
    """The page as PDF/UA-1.

    Costs    about a second for a report with its figures; long tables stand in the CSV files, never here
    Limits   equal bytes with equal fonts and versions of the libraries that draw
    Raises   EnvironmentLacks where the libraries that draw are not there
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - its libraries are looked for when it is imported
    except OSError as error:
        raise EnvironmentLacks(LACKS) from error
    text = page(document, published=published, paper=True)
    made: bytes = HTML(string=text, base_url=None, url_fetcher=nothing).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(text.encode()).digest()[:16], custom_metadata=False
    )
    return made


def nothing(url: str) -> dict[str, object]:
    """Nothing is fetched: all that the page shows stands in it."""
    raise ValueError(f"a report asks for nothing, and this page asked for {url[:80]}")

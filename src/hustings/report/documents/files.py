"""Everything that a report is handed out as, by the name of its file; and all of it as a bag that can be checked."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hustings.errors import EnvironmentLacks
from hustings.exchange.dsa.made import batches
from hustings.ledger.bag import write_files
from hustings.report.counting.basis import Basis, canonical
from hustings.report.documents.document import Document
from hustings.report.documents.objects import bundle
from hustings.report.documents.page import page
from hustings.report.documents.pdf import pdf
from hustings.report.documents.sheets import dictionary, figures_csv, sheet, sheets

__all__ = ["bag", "files"]

Statement = Mapping[str, Any]


def files(
    document: Document,
    *,
    published: str = "",
    basis: Basis | None = None,
    statements: Sequence[Statement] = (),
    paper: bool = True,
) -> dict[str, bytes]:
    """The files of a report: the same for everybody who may have them, byte for byte.

    basis        the rows beneath; left out for who may not have them
    statements   of reasons, in the words of the Digital Services Act
    paper        whether a PDF is made; without the libraries that draw it is left out, and `missing.txt` says why
    """
    indicators = list(basis.tables.get("indicators", ())) if basis is not None else []
    made = {
        "report.json": document.text.encode(), "report.html": page(document, published=published).encode(),
        "figures.csv": figures_csv(document), "dictionary.csv": dictionary(basis), "stix.json": pretty(bundle(document, indicators)),
    }  # fmt: skip
    if basis is not None:
        made["rows.json"] = canonical(basis.as_json()).encode()
        made |= sheets(basis)
        made["indicators.csv"] = sheet(
            ["kind", "platform", "value"],
            [[row.get(name) for name in ("kind", "platform", "value")] for row in indicators],
        )
    for number, batch in enumerate(batches(statements), 1):
        made[f"dsa/statements-{number}.json"] = pretty(batch)
    if paper:
        try:
            made["report.pdf"] = pdf(document, published=published)
        except EnvironmentLacks as error:
            made["missing.txt"] = f"{error}\n".encode()
    return dict(sorted(made.items()))


def bag(document: Document, contents: Mapping[str, bytes], *, day: str) -> tuple[bytes, str]:
    """The files as a .tar that is a bag (RFC 8493), and the SHA-256 of its tagmanifest, by which it is known."""
    out = io.BytesIO()
    info = {
        "Bag-Software-Agent": document.software, "Bagging-Date": day, "External-Identifier": document.report,
        "External-Description": document.title, "Marking": document.marking, "Source-Organization": document.holder,
    }  # fmt: skip
    digest = write_files(out, f"report-{document.report[:8]}-{document.version}", info=info, contents=contents)
    return out.getvalue(), digest


def pretty(value: object) -> bytes:
    """JSON to be read, in one form."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()

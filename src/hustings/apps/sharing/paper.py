"""What passes as a document: a page to print, the same as a PDF, and the text of a mail, for partners who are reached so."""

from __future__ import annotations

import hashlib
import textwrap
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from hustings.apps.audit.record import record
from hustings.apps.console import words
from hustings.apps.console.marking import of_label
from hustings.apps.people.seat import Seat
from hustings.apps.sharing import find
from hustings.errors import EnvironmentLacks
from hustings.policy.requests import RequestState
from hustings.report.documents.pdf import LACKS, nothing

__all__ = ["as_file", "mail_text"]


def facts(one: Any) -> list[tuple[str, str]]:
    """What it says of itself, line by line."""
    told = [
        ("From", f"{one.sender.name}, as {one.capacity}"), ("To", one.receiver.name), ("Number", str(one.known_as)),
        ("Sent", words.moment(one.sent_at)), ("Marking", of_label(one.item.label).words), ("Ground", one.ground),
        ("Law and article", getattr(one, "legal_ground", "")), ("About", ", ".join(one.matters)),
        ("Answer until", words.moment(one.deadline) if one.deadline else ""), ("Handling", one.handling),
    ]  # fmt: skip
    return [(name, word) for name, word in told if word]


def content_of(one: Any) -> list[str]:
    """What it names, a line each."""
    rows = one.item.named_content.order_by("what", "platform", "name", "ref", "pk")
    return [" ".join(word for word in (row.what, row.platform, row.name or row.ref) if word) for row in rows]


ASKS = {
    True: "You decide by your own rules. Please answer with a reason: acted on, acted on in part (say on what), or declined.",
    False: "Nothing is asked of you. Tell us what you make of it: it is right, a start, or wrong.",
}


def mail_text(one: Any) -> str:
    """It as the text of a mail, in lines of at most 76 signs."""
    lines = [f"{one.sort.value.capitalize()}: {one.item.title}", ""]
    for name, word in facts(one):
        lines += textwrap.wrap(f"{name}: {word}", 76, subsequent_indent="  ")
    if one.item.text:
        lines += [""]
        for paragraph in one.item.text.splitlines():
            lines += textwrap.wrap(paragraph, 76) or [""]
    named = content_of(one)
    if named:
        lines += ["", "Content it names:", *(f"- {row}" for row in named)]
    lines += ["", *textwrap.wrap(ASKS[one.sort.asks], 76), ""]
    return "\n".join(lines)


@transaction.atomic
def as_file(one: Any, form: str, *, by: Seat) -> bytes:
    """It in one of the forms html, pdf, txt.

    Raises   EnvironmentLacks for a PDF where the libraries that draw are not there
    """
    if form == "txt":
        body = mail_text(one).encode()
    else:
        text = render_to_string(
            "sharing/document.html",
            {
                "one": one,
                "facts": facts(one),
                "content": content_of(one),
                "asks": ASKS[one.sort.asks] if RequestState(one.state).waits else "",
                "steps": find.steps_of(one.item),
            },
        )
        body = text.encode() if form == "html" else printed(text)
    record(
        "exchange taken as a document",
        by=by,
        about=one.item,
        facts={"form": form, "sha256": hashlib.sha256(body).hexdigest()},
    )
    return body


def printed(text: str) -> bytes:
    """A page as PDF; nothing is fetched."""
    try:
        from weasyprint import HTML
    except OSError as error:
        raise EnvironmentLacks(LACKS) from error
    made: bytes = HTML(string=text, base_url=None, url_fetcher=nothing).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(text.encode()).digest()[:16], custom_metadata=False
    )
    return made

"""What is new as a mail for people: by marking, the freest first, with nothing stricter than was agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import Any

from hustings.exchange.doors.lookable import lights_of
from hustings.exchange.stix.marking import Definitions, Names, read_marking
from hustings.policy.marking import Tlp

__all__ = ["Digest", "digest"]

TITLES = {"report": "Reports", "campaign": "Campaigns", "grouping": "Findings", "intrusion-set": "Known actors", "indicator": "Indicators",
          "gathering": "Events", "incident": "Incidents", "note": "Notes", "opinion": "Opinions"}  # fmt: skip
MOST = 200  # lines of one kind; a mail is read


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A mail, what it leaves out in sentences, and how many objects it tells and only counts."""

    mail: EmailMessage
    losses: tuple[str, ...]
    told: int
    held_back: int


def digest(
    objects: Iterable[Mapping[str, Any]],
    definitions: Definitions,
    *,
    names: Names,
    sender: str,
    to: str,
    at: datetime,
    until: Tlp = Tlp.GREEN,
) -> Digest:
    """The mail; the subject bears the strictest TLP in it.

    until    the strictest TLP that the agreement lets travel by mail; what is stricter is counted, not told
    Raises   Untranslatable where an object bears a limit which no TLP says
    """
    given = [
        said
        for said in objects
        if said.get("type") in TITLES and not read_marking(said, definitions, names=names).unknown
    ]
    lights = lights_of(given, definitions, names=names)
    kept = [said for said in given if lights[str(said["id"])].rank <= until.rank]
    held_back, more = len(given) - len(kept), 0
    strictest = max((lights[str(said["id"])] for said in kept), key=lambda tlp: tlp.rank, default=Tlp.CLEAR)
    plain, rich, losses = [], [], []
    for light in Tlp:
        under = [said for said in kept if lights[str(said["id"])] is light]
        if not under:
            continue
        plain.append(f"TLP:{light.value.upper()}\n{light.sentence}\n")
        rich.append(f"<h2>TLP:{escape(light.value.upper())}</h2><p>{escape(light.sentence)}</p>")
        for kind, title in TITLES.items():
            some = sorted(line_of(said) for said in under if said["type"] == kind)
            if some:
                plain.append(f"{title}\n" + "".join(f"  - {line}\n" for line in some[:MOST]))
                rich.append(
                    f"<h3>{title}</h3><ul>" + "".join(f"<li>{escape(line)}</li>" for line in some[:MOST]) + "</ul>"
                )
            if len(some) > MOST:
                more += len(some) - MOST
                losses.append(f"{len(some) - MOST} more {title.lower()} under TLP:{light.value.upper()}")
    if held_back:
        losses.append(f"{held_back} objects above TLP:{until.value.upper()}: they do not go by mail")
    if losses:
        plain.append("Not in this mail\n" + "".join(f"  - {line}\n" for line in losses))
        rich.append("<h2>Not in this mail</h2><ul>" + "".join(f"<li>{escape(line)}</li>" for line in losses) + "</ul>")
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"[TLP:{strictest.value.upper()}] What is new: {len(kept)} objects"
    mail["From"], mail["To"], mail["Date"] = sender, to, at
    mail.set_content("\n".join(plain) or "Nothing is new.\n")
    mail.add_alternative(
        f"<!doctype html><html lang=en><body>{''.join(rich) or '<p>Nothing is new.</p>'}</body></html>", subtype="html"
    )
    return Digest(mail=mail, losses=tuple(losses), told=len(kept) - more, held_back=held_back + more)


def line_of(said: Mapping[str, Any]) -> str:
    """One object in a line: links and domains made harmless, so that no mail program makes them clickable."""
    name = str(said.get("name") or said.get("abstract") or said.get("opinion") or said["id"])
    more = str(said.get("pattern") or said.get("description") or said.get("content") or "")
    text = " ".join(f"{name}: {more}".split() if more else name.split())
    return text[:300].replace("http", "hxxp").replace(".", "[.]") if said["type"] == "indicator" else text[:300]

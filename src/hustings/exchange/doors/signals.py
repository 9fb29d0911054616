"""Links and hashes in the file that python-threatexchange and hash matchers fetch: one signal a line, kind first."""

from __future__ import annotations

from collections.abc import Iterable

from hustings.exchange.doors.lookable import Carried, Lookable
from hustings.policy.marking import Tlp

__all__ = ["SIGNALS", "read_signals", "write_signals"]

SIGNALS = {"url": "url", "domain": "url", "md5": "video_md5", "pdq": "pdq"}
BACK = {"url": "url", "video_md5": "md5", "pdq": "pdq"}


def write_signals(things: Iterable[Lookable], *, agreed: Tlp = Tlp.CLEAR) -> tuple[str, list[str]]:
    """The file, and what it leaves out.

    agreed   the strictest TLP under which its reader keeps the whole file, as the agreement says: it carries no markings
    Edges    a domain becomes the link to its front page, as that is what is compared
    """
    lines: set[str] = set()
    losses: dict[str, int] = {}
    for one in things:
        if one.kind not in SIGNALS:
            why = f"{one.kind}: signals of this kind do not exist"
        elif one.tlp.rank > agreed.rank:
            why = f"TLP:{one.tlp.value.upper()}: the file carries no markings and was agreed for TLP:{agreed.value.upper()}"
        elif any(sign in one.value for sign in "\r\n"):
            why = "a value of several lines"
        else:
            lines.add(f"{SIGNALS[one.kind]} {'https://' + one.value + '/' if one.kind == 'domain' else one.value}")
            continue
        losses[why] = losses.get(why, 0) + 1
    return "".join(f"{line}\n" for line in sorted(lines)), [
        f"{number} × {why}" for why, number in sorted(losses.items())
    ]


def read_signals(text: str, *, tlp: Tlp) -> Carried:
    """The things of such a file, under the TLP that it was received with."""
    found = Carried()
    for number, line in enumerate(text.splitlines(), 1):
        kind, _, value = line.strip().partition(" ")
        if kind in BACK and value:
            found.things.append(Lookable(kind=BACK[kind], value=value, tlp=tlp))
        elif line.strip():
            found.losses.append(f"line {number}: signals of kind {kind[:40]!r} are not looked for here")
    return found

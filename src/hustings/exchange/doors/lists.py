"""Lists as platforms and agencies publish them: Meta's tables of indicators, plain lists of domains; read and written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from hustings.errors import BadInput, Problem
from hustings.exchange.doors.lookable import KINDS, Carried, Lookable, domain_of
from hustings.policy.marking import Tlp

__all__ = ["COLUMNS", "read_list", "write_domains", "write_list"]

COLUMNS = ("indicator_type", "indicator_value", "comment", "ds", "platform", "tlp", "stix_id")
LARGEST = 64 * 2**20
# Words of Meta's first tables, and of others, for the kinds here.
WORDS = {"domain_name": "domain", "domaine": "domain", "nom de domaine": "domain", "fqdn": "domain", "ip_address": "ip",
         "ipv4": "ip", "ipv6": "ip", "uri": "url", "link": "url", "email_address": "email", "profile": "account"} | {kind: kind for kind in KINDS}  # fmt: skip
TYPED = {"indicator_type", "indicator_value"}
CHAIN = {"tactic", "technique", "procedure", "indicator"}
BESIDE = re.compile(r"^(\S+)\s+\((.*)\)$")  # "jiraboom[.]pro (hosted a spoof)"
PREFIXES = ("=", "+", "-", "@", "\t", "\r")  # what a table program would run as a formula


def read_list(text: str, *, tlp: Tlp) -> Carried:
    """The things of a table or a plain list, under the TLP that it was received with, and the rows that name nothing.

    Known are Meta's two forms (`indicator_type, indicator_value, comment, ds` and the kill chain's `Tactic, Technique,
    Procedure, Indicator, Comments`), our own, and a column of domains with or without a head.
    Edges    a row's own `tlp` counts where it is stricter; it never frees a row
    Raises   BadInput for what is no table, and for rows whose TLP nobody knows, all of them at once
    """
    if len(text) > LARGEST:
        raise BadInput(
            "This list is too long.",
            [Problem(where="list", found=f"{len(text):,} characters", expected=f"at most {LARGEST:,}", do="Split it.")],
        )
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)]  # fmt: skip
    except csv.Error as error:
        problem = Problem(where="list", found=str(error), expected="a CSV table or one domain a line", do="Save it again as CSV.")  # fmt: skip
        raise BadInput("This is no list.", [problem]) from None
    head = [cell.lower() for cell in rows[0]] if rows else []
    found = Carried()
    if set(head) >= TYPED:
        read_typed(head, rows[1:], tlp, found)
    elif set(head) >= CHAIN:
        read_chain(head, rows[1:], tlp, found)
    else:
        read_plain(rows, tlp, found)
    found.things = list(dict.fromkeys(found.things))
    return found


def read_typed(head: Sequence[str], rows: Iterable[list[str]], tlp: Tlp, found: Carried) -> None:
    """Rows that say of which kind they are."""
    wrong = []
    for number, row in enumerate(rows, 2):
        cells = dict(zip(head, row, strict=False))
        word = cells.get("tlp", "").lower().removeprefix("tlp:")
        if word and word not in {light.value for light in Tlp}:
            wrong.append(Problem(where=f"row {number}, tlp", found=word, expected=", ".join(Tlp), do="Ask who sent the list."))  # fmt: skip
            continue
        light = max(tlp, Tlp(word) if word else tlp, key=lambda one: one.rank)
        kind, value = WORDS.get(cells["indicator_type"].lower()), plain(cells.get("indicator_value", ""))
        if kind == "domain":
            value = domain_of(value) or ""
        if kind is None or not value:
            found.losses.append(f"row {number}: {' '.join(row)[:80]!r} is no kind that can be looked for")
            continue
        found.things.append(
            Lookable(kind=kind, value=value, platform=plain(cells.get("platform", "")), note=plain(cells.get("comment", "")), tlp=light, since=day(cells.get("ds", "")))
        )  # fmt: skip
    if wrong:
        raise BadInput("This list cannot be read.", wrong)


def read_chain(head: Sequence[str], rows: Iterable[list[str]], tlp: Tlp, found: Carried) -> None:
    """Rows of a kill chain: what is a domain, link, address or hash there is found; sentences are told as lost."""
    for number, row in enumerate(rows, 2):
        cells = dict(zip(head, row, strict=False))
        text = cells.get("indicator", "")
        if not text:
            continue
        beside = BESIDE.match(text)
        note = " ".join(part for part in (cells.get("comments", ""), beside[2] if beside else "") if part)
        thing = told(beside[1] if beside else text)
        if thing is None:
            found.losses.append(f"row {number}: {text[:80]!r} is a sentence, no thing to look for")
        else:
            found.things.append(
                Lookable(kind=thing[0], value=thing[1], note=note or cells.get("procedure", ""), tlp=tlp)
            )


def read_plain(rows: Iterable[list[str]], tlp: Tlp, found: Carried) -> None:
    """One thing a line, in the first column that holds one; a head is no thing."""
    for number, row in enumerate(rows, 1):
        things = [thing for cell in row if (thing := told(cell))]
        if things:
            note = " ".join(cell for cell in row if cell and told(cell) is None)
            found.things.append(Lookable(kind=things[0][0], value=things[0][1], note=note, tlp=tlp))
        elif any(row) and not (number == 1 or row[0].startswith("#")):
            found.losses.append(f"row {number}: {' '.join(row)[:80]!r} is no domain, link, address or hash")


def told(text: str) -> tuple[str, str] | None:
    """The kind and value of a thing that stands alone in a cell."""
    plain = text.strip().replace("[.]", ".").replace("hxxp", "http").replace("[:]", ":")
    if re.fullmatch(r"https?://\S+", plain):
        return "url", plain
    if re.fullmatch(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", plain):
        return {32: "md5", 40: "sha1", 64: "sha256"}[len(plain)], plain.lower()
    try:
        return "ip", str(ip_address(plain))
    except ValueError:
        pass
    if re.fullmatch(r"[^@\s]+@[^@\s]+", plain) and domain_of(plain.partition("@")[2]):
        return "email", plain
    domain = domain_of(plain)
    return ("domain", domain) if domain else None


def write_list(things: Iterable[Lookable]) -> str:
    """Our table: Meta's four columns first, so that who reads those reads these; then platform, TLP and STIX id."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    names = {"domain": "domain_name"}
    for one in things:
        row = [
            names.get(one.kind, one.kind),
            one.value,
            one.note,
            one.since[:10],
            one.platform,
            one.tlp.value,
            one.about,
        ]
        table.writerow([guarded(cell) for cell in row])
    return out.getvalue()


def write_domains(things: Iterable[Lookable]) -> tuple[str, list[str]]:
    """One domain a line for filters, and what that leaves out. A bare list says no TLP: only what is for everybody goes."""
    given = list(things)
    domains = sorted({one.value for one in given if one.kind == "domain" and one.tlp is Tlp.CLEAR})
    losses = []
    if kinds := sorted({one.kind for one in given if one.kind != "domain"}):
        losses.append(f"not domains: {', '.join(kinds)}")
    if hidden := sum(one.tlp is not Tlp.CLEAR for one in given):
        losses.append(f"{hidden} things above TLP:CLEAR: a list without markings would free them")
    return "".join(f"{one}\n" for one in domains), losses


def guarded(cell: str) -> str:
    """A cell that no table program takes for a formula."""
    return f"'{cell}" if cell.startswith(PREFIXES) else cell


def plain(cell: str) -> str:
    """A cell without the guard."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(PREFIXES) else cell


def day(text: str) -> str:
    """A day as a moment, where it is one."""
    return f"{text}T00:00:00.000Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""

"""Ads and what is known of their sponsors made traces of buyers, searched, and linked back to the ads."""

__all__ = ["BY", "BuyersFound", "FoundAd", "buyer_of", "find_buyers", "known_traces", "read_sponsors", "traces_of"]

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from hustings.connectors.ads import shared_columns
from hustings.connectors.bundled import find_mapping
from hustings.connectors.registers.text import bad_rows, csv_rows, read_text
from hustings.connectors.tracing import traces_of_table
from hustings.detection.address import site
from hustings.detection.detect import Detection, detect_traces
from hustings.detection.settings import DetectSettings
from hustings.detection.traces import encode
from hustings.errors import Problem
from hustings.progress import Progress, Silent
from hustings.screening.ad import Ad, AdsTable
from hustings.screening.belonging import Belonging, Trace, belonging
from hustings.screening.bursts import WITHIN
from hustings.screening.chain import Sponsor
from hustings.screening.register.contact import folded_address, folded_domain, folded_phone, mail_domain

# Whom a search takes as one buyer.
BY = ("page", "account", "sponsor", "domain")
MAPPING = "bought-ads"
FACTS = ("phones", "addresses", "domains", "mails", "officers", "administrators", "instruments")


@dataclass(frozen=True, kw_only=True)
class FoundAd:
    """One ad of a finding or a group, with one thing that it shares there."""

    search: str
    finding: int
    ad: str
    platform: str
    buyer: str
    kind: str
    trace: str
    buyers: int


@dataclass(frozen=True, kw_only=True)
class BuyersFound:
    """What a search for buyers that belong together gave.

    belonging   groups by what is shared, whenever
    detection   findings by time and rare things, with a stated error rate
    ads         each ad of either, with what it shares
    """

    belonging: Belonging
    detection: Detection
    ads: tuple[FoundAd, ...]
    traces: pa.Table


def traces_of(ads: AdsTable, *, by: str = "page") -> pa.Table:
    """The trace events of ads, bursts among them, with the buyer that `by` names as the actor.

    Edges    an ad without such a buyer (no account known, no website) takes no part.
    """
    renamed = replace(ads, ads=tuple(one for ad in ads if (one := _bought_by(ad, by)) is not None))
    if not renamed.ads:
        return pa.table({name: pa.array([], pa.string()) for name in ("platform", "actor", "kind", "trace", "content")}
                        | {"at": pa.array([], pa.timestamp("us", "UTC"))})  # fmt: skip
    table = shared_columns(renamed)
    events = traces_of_table(table, find_mapping(MAPPING)).select(
        ["platform", "actor", "kind", "trace", "content", "at"]
    )
    rows = [row for row in table.select(["platform", "actor", "ad", "burst", "created"]).to_pylist() if row["burst"]]
    bursts = pa.table(
        {
            "platform": [row["platform"] for row in rows], "actor": [row["actor"] for row in rows],
            "kind": ["burst"] * len(rows), "trace": [row["burst"] for row in rows], "content": [row["ad"] for row in rows],
            "at": [row["created"] for row in rows],
        },
        schema=events.schema,
    )  # fmt: skip
    return pa.concat_tables([events, bursts])


def _bought_by(ad: Ad, by: str) -> Ad | None:
    name = {"page": ad.actor, "account": ad.account, "sponsor": ad.sponsor, "domain": ad.landing_url}[by]
    if by == "domain" and name is not None:
        name = site(name) or folded_domain(name)
    # A buyer other than the page is the same on every platform.
    return None if not name else ad if by == "page" else replace(ad, actor=name, platform="any")


def known_traces(sponsors: Sequence[Sponsor]) -> list[Trace]:
    """What is known of sponsors themselves, folded so that spellings meet."""
    found = []
    for one in sponsors:
        for kind, values in (
            ("phone", map(folded_phone, one.phones)),
            ("address", map(folded_address, one.addresses)),
            ("domain", map(folded_domain, one.domains)),
            ("mail", map(mail_domain, one.mails)),
            ("officer", (name.casefold() for name in one.officers)),
            ("administrator", one.administrators),
            ("instrument", one.instruments),
        ):
            found += [Trace(buyer=one.key, kind=kind, trace=value) for value in values if value]
    return found


def find_buyers(
    ads: AdsTable, sponsors: Sequence[Sponsor] = (), *, by: str = "page", settings: DetectSettings | None = None,
    draws: int = 0, progress: Progress | None = None,
) -> BuyersFound:  # fmt: skip
    """Search ads for buyers that belong together, by what they share and by when they act.

    Reads    sponsors: what is known beside the ads; a sponsor's `key` is the buyer's name as `by` gives it, with the
             platform before it for pages (`facebook:page_7`).
    Gives    groups, findings, and each ad of either with what it shares.
    Limits   detection is shown no bursts: what is shared because it is near in time cannot show that nearness
             is no chance.
    """
    progress = progress or Silent()
    progress.step("Reading what ads share")
    events = traces_of(ads, by=by)
    rows = events.to_pylist()
    own = [
        Trace(buyer=buyer_of(row), kind=row["kind"], trace=row["trace"], ad=row["content"])
        for row in rows
        if not (by == row["kind"] or (by == "domain" and row["kind"] == "link"))
    ]
    # Ads are made one after the other, with a form to fill in between: two minutes are close.
    settings = settings or DetectSettings(window=WITHIN)
    progress.step("Joining buyers")
    groups = belonging([*own, *known_traces(sponsors)], draws=draws, seed=settings.seed)
    without = events.filter(pa.array([row["kind"] not in {"burst", by} for row in rows], pa.bool_()))
    detection = detect_traces(encode(without), settings, progress)
    return BuyersFound(
        belonging=groups,
        detection=detection,
        ads=(*_of_groups(groups, own, by), *_of_findings(detection)),
        traces=events,
    )


def buyer_of(row: Mapping[str, str]) -> str:
    """The buyer of a trace event: the platform before a page's id, nothing before an account or sponsor."""
    return row["actor"] if row["platform"] == "any" else f"{row['platform']}:{row['actor']}"


def _of_groups(found: Belonging, traces: Sequence[Trace], by: str) -> list[FoundAd]:
    group_of = {buyer: number for number, group in enumerate(found.groups) for buyer in group.buyers}
    counts = {
        (number, kind, trace): buyers
        for number, group in enumerate(found.groups)
        for kind, trace, buyers, _ in group.shared
    }
    rows = []
    for one in traces:
        number = group_of.get(one.buyer)
        if number is not None and (number, one.kind, one.trace) in counts:
            platform = one.buyer.partition(":")[0] if by == "page" else "any"
            rows.append(
                FoundAd(
                    search="shared",
                    finding=number,
                    ad=one.ad,
                    platform=platform,
                    buyer=one.buyer,
                    kind=one.kind,
                    trace=one.trace,
                    buyers=counts[number, one.kind, one.trace],
                )
            )
    return sorted(set(rows), key=lambda row: (row.finding, row.ad, row.kind, row.trace))


def _of_findings(found: Detection) -> list[FoundAd]:
    held: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    seen = set()
    for row in found.evidence.to_pylist():
        for side in "ab":
            buyer = f"{row[f'platform_{side}']}:{row[f'actor_{side}']}"
            held[row["finding"], row["kind"], row["trace"]].add(buyer)
            seen.add(
                (row["finding"], row[f"content_{side}"], row[f"platform_{side}"], buyer, row["kind"], row["trace"])
            )
    return [
        FoundAd(
            search="detect",
            finding=number,
            ad=ad,
            platform=platform,
            buyer=buyer,
            kind=kind,
            trace=trace,
            buyers=len(held[number, kind, trace]),
        )
        for number, ad, platform, buyer, kind, trace in sorted(seen)
    ]


def read_sponsors(path: Path) -> tuple[Sponsor, ...]:
    """Read a CSV with the column `key` and any of name and the facts; several in one cell are separated by semicolons."""
    text, _ = read_text(path)
    found, problems = [], []
    for number, row in enumerate(csv_rows(path, text, ("key",)), 2):
        if not row["key"]:
            problems.append(
                Problem(where=f"{path}, row {number}", found="no key", expected="the buyer's name", do="Mend the row.")
            )
            continue
        facts: dict[str, Any] = {
            name: tuple(one.strip() for one in row.get(name, "").split(";") if one.strip()) for name in FACTS
        }
        found.append(Sponsor(key=row["key"], name=row.get("name") or row["key"], **facts))
    if problems:
        raise bad_rows(path, problems)
    return tuple(found)

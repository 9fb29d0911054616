"""The page of a package that people read first: what was bought, who belongs together, when, what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hustings.exchange.package.cut import CutTables
from hustings.exchange.package.held import Held
from hustings.report.package.figures import Figures
from hustings.report.story import Chapter, Columns, Fact, Network, Node, Series, Story, Table, Tie
from hustings.report.story_page import page

__all__ = ["report_page"]

# Ads shown on the page; all are in ads.jsonl.
MOST_ADS = 100
MOST_NODES = 60
GROUPS = 6
WORDS = 90
CHECK = "python3 verify.py"
DIGESTS = "The digests show that nothing was changed since the package was made, not that what went into it was true."


def report_page(
    held: Held, cut: CutTables, sums: Figures, network: Mapping[str, Any], missing: Sequence[Mapping[str, Any]],
    *, version: str, command: str,
) -> str:  # fmt: skip
    """The page as text: opens anywhere, runs no script, asks nobody for anything."""
    chapters = (
        _bought(held, cut, sums, command), _together(network, command), _when(cut, command), _aimed(cut, command),
        _missing(held, cut, missing, command),
    )  # fmt: skip
    groups = len(network["groups"])
    story = Story(
        title=f"{sums.ads:,} ads handed over, with what paid for them and what ties their pages",
        summary=(
            sums.sentences()[0], f"{network['significance']['sentence']} {groups:,} groups.", _span(cut.rows["ads"]),
            f"{len(cut.rows['targeting']):,} ads say whom they could be seen by; {sums.criteria:,} criteria.", held.reach["sentence"],
        ),
        chapters=chapters, version=version, seed=network["seed"],
        sure="Sums are of exact amounts that the source tells; each tie stands beside what chance gives.",
        not_shown=f"A tie or a group says that pages share something, not who ordered it. {DIGESTS}",
    )  # fmt: skip
    return page(story, beside=Path(), marking=f"Cut: {cut.cut.value}", data=("All of it as data", "manifest.json"))


def _bought(held: Held, cut: CutTables, sums: Figures, command: str) -> Chapter:
    ads = cut.rows["ads"]
    dear = sorted(ads, key=lambda row: (-Decimal(row["spend"] or 0), -(row["impressions"] or 0), row["ad"].encode()))
    rows = tuple(
        (row["ad"], row["page_name"] or row["page"] or "", _short(row), (row["created"] or row["starts"] or "")[:10], _money(row),
         _count(row["impressions"]), _count(row["clicks"]))
        for row in dear[:MOST_ADS]
    )  # fmt: skip
    paid = [Fact(label=f"paid in {currency}", value=f"{Decimal(total):,.2f}", beside=f"{sums.paid_ads.get(currency, 0):,} ads")
            for currency, total in sums.paid.items()]  # fmt: skip
    instruments = tuple((name, *_joined(of)) for name, of in sums.by_instrument.items())
    tables = [
        Table(title=f"The {len(rows):,} ads that cost most", columns=("ad", "page", "what it said", "made", "paid", "shown", "clicked"),
              figures=(4, 5, 6), rows=rows, first=25, caption=f"All {len(ads):,} are in ads.jsonl."),
        *([Table(title="By payment instrument", columns=("instrument", "paid"), rows=instruments, figures=(1,))] if instruments else ()),
    ]  # fmt: skip
    return Chapter(
        key="bought", title="What was bought", sentences=tuple(sums.sentences()),
        sure="Added up from ads.jsonl and payments.csv; verify.py adds it up again.",
        not_shown=(held.reach["sentence"], "An impression is one showing; one person can be shown an ad many times."),
        source=f"Source: {held.about['source']}" + (f", as of {held.moment}." if held.moment else "."), simulated=False,
        facts=(Fact(label="ads", value=f"{sums.ads:,}", beside=f"{sums.never_shown:,} never shown"), *paid,
               Fact(label="shown", value=f"{sums.impressions:,}", beside="times"),
               Fact(label="clicked", value=f"{sums.clicks:,}", beside="times"),
               Fact(label="flagged payments", value=f"{sums.flagged_payments:,}", beside="paid from elsewhere than aimed; for a person to look at")),
        tables=tuple(tables), commands=(command, CHECK),
        files=(("The ads", "ads.jsonl"), ("Payments", "payments.csv"), ("Pages and accounts", "accounts.csv"), ("Delivery", "delivery.csv")),
    )  # fmt: skip


def _together(network: Mapping[str, Any], command: str) -> Chapter:
    tied = Counter(side for tie in network["ties"] for side in (tie["a"], tie["b"]))
    linked = Counter(side for link in network["links"] for side in (link["a"], link["b"]))
    node = {one["id"]: one for one in network["nodes"]}
    drawn = sorted(node, key=lambda key: (-(tied[key] + linked[key]), key.encode()))
    drawn = [key for key in drawn if tied[key] or linked[key]][:MOST_NODES]
    place = {key: at for at, key in enumerate(drawn)}
    ties = [(tie["a"], tie["b"], True, ", ".join(tie["kinds"])) for tie in network["ties"]]
    have = {(a, b) for a, b, _, _ in ties}
    ties += [
        (link["a"], link["b"], False, f"acted together: {link['basis']}")
        for link in network["links"]
        if (link["a"], link["b"]) not in have
    ]
    rows = tuple(
        (_label(node, tie["a"]), _label(node, tie["b"]), f"{tie['weight']:.1f}", ", ".join(tie["kinds"]),
         "; ".join(f"{one['kind']}: {one['trace'][:WORDS]}" for one in tie["shared"][:2]))
        for tie in network["ties"]
    ) + tuple(
        (_label(node, link["a"]), _label(node, link["b"]), "", link["basis"].replace("+", " and "), _likely(link)) for link in network["links"]
    )  # fmt: skip
    table = Table(
        title="Which pages are tied, and by what",
        columns=("page", "page", "weight", "by", "for example"),
        figures=(2,),
        rows=rows,
    )
    group = tuple(
        (f"{one['group']}", f"{len(one['pages']):,}", f"{len(one['ads']):,}", ", ".join(_label(node, page) for page in one["pages"]), one["sentence"])
        for one in network["groups"]
    )  # fmt: skip
    shown = f"{len(drawn):,} of {sum(1 for key in node if tied[key] or linked[key]):,} tied pages are drawn; {len(node) - len(tied | linked):,} are tied to nobody."
    picture = Network(
        title="Which pages belong together",
        caption=f"A round is a page, a square an event, a rhomb a website; colour is the group. Full lines share rare things, broken ones acted together in time or by rare things beyond chance. {shown}",
        nodes=tuple(Node(label=_label(node, key), sort=_sort(key, _label(node, key)), group=None if node[key]["group"] is None else node[key]["group"] % GROUPS)
                    for key in drawn),
        ties=tuple(Tie(a=place[a], b=place[b], named=named, title=by) for a, b, named, by in ties if a in place and b in place),
        table=table,
    )  # fmt: skip
    findings = tuple((f"{one['finding']}", f"{one['members']:,}", one["sentence"]) for one in network["findings"])
    return Chapter(
        key="together", title="Who belongs together",
        sentences=(network["significance"]["sentence"],) if rows else ("Nothing ties one page to another in these ads.",),
        sure="Each tie stands in network.json with the ads of either side that show it; each link in time with how likely chance is (p) and the false discovery rate (q).",
        not_shown=(network["limits"],), source="Searched in the rows of this cut alone.", simulated=False,
        pictures=(picture,) if drawn else (),
        tables=(*([Table(title="Groups", columns=("group", "pages", "ads", "which", "what they share"), figures=(0, 1, 2), rows=group, first=12)] if group else ()),
                *([Table(title="Acted together", columns=("finding", "members", "what"), figures=(0, 1), rows=findings)] if findings else ())),
        commands=(command, CHECK), files=(("The network", "network.json"), ("For other systems, STIX 2.1", "stix.json")),
    )  # fmt: skip


def _when(cut: CutTables, command: str) -> Chapter:
    made: dict[str, Counter[str]] = defaultdict(Counter)
    for row in cut.rows["ads"]:
        month = (row["created"] or row["starts"] or "")[:7]
        if month:
            made[month]["ads"] += 1
            made[month]["shown"] += row["impressions"] or 0
    months = _months(min(made), max(made)) if made else []
    rows = tuple((month, f"{made[month]['ads']:,}", f"{made[month]['shown']:,}") for month in months)
    table = Table(title="By month", columns=("month", "ads made", "shown"), figures=(1, 2), rows=rows)
    step = max(1, len(months) // 8)
    picture = Columns(
        title="Ads by the month in which they were made",
        caption="Columns are ads made in the month, below them how often these ads were shown in all.", labels=tuple(months),
        ticks=tuple(range(0, len(months), step)), table=table,
        series=(Series(name="ads made", unit="ads", values=tuple(float(made[month]["ads"]) for month in months)),
                Series(name="shown", unit="times", values=tuple(float(made[month]["shown"]) for month in months))),
    )  # fmt: skip
    without = sum(1 for row in cut.rows["ads"] if not (row["created"] or row["starts"]))
    return Chapter(
        key="when", title="When", sentences=(_span(cut.rows["ads"]),), sure="By the moments that the source tells, in UTC.",
        not_shown=(f"Ads without a moment, which stand in no month: {without:,}.", "When an ad was made is not when it was shown."),
        source="timeline.csv holds everything that has a moment.", simulated=False, pictures=(picture,) if months else (),
        commands=(command,), files=(("Timeline", "timeline.csv"), ("Decisions", "decisions.jsonl")),
    )  # fmt: skip


def _aimed(cut: CutTables, command: str) -> Chapter:
    said = Counter(row["sentence"] for row in cut.rows["targeting"] if row["sentence"])
    rows = tuple(
        (sentence, f"{count:,}") for sentence, count in sorted(said.items(), key=lambda one: (-one[1], one[0]))[:25]
    )
    return Chapter(
        key="aimed", title="At whom",
        sentences=(f"{len(cut.rows['targeting']):,} of {len(cut.rows['ads']):,} ads say whom they could be seen by, in {len(said):,} different ways.",),
        sure="Each sentence is drawn from the Boolean tree beside it in targeting.jsonl.",
        not_shown=("An aim is not a delivery: whom the platform then showed the ad stands in delivery.csv, where it is known.",
                   "Where an archive flattened its list, what was lost of the tree is named in the row."),
        source="targeting.jsonl, one ad a line.", simulated=False,
        tables=(Table(title="The commonest aims", columns=("could be seen by", "ads"), figures=(1,), rows=rows, first=10),) if rows else (),
        commands=(command,), files=(("Targeting", "targeting.jsonl"),),
    )  # fmt: skip


def _missing(held: Held, cut: CutTables, missing: Sequence[Mapping[str, Any]], command: str) -> Chapter:
    absent = tuple((one["name"], one["state"], one["why"], one["holder"]) for one in missing if one["unknown"])
    left = tuple(
        (f"{one['table']}.{one['field']}", f"{one['rows']:,}", one["ground"]) for one in cut.redactions if one["left_out"] and one["rows"]
    )  # fmt: skip
    return Chapter(
        key="missing", title="What is missing",
        sentences=(cut.cut.sentence, held.reach["sentence"]), sure="Counted from the rows of this package.",
        not_shown=(DIGESTS, "Nothing tells of ads that never came to the source."), source="missing.md and redactions.json.", simulated=False,
        tables=(Table(title="What an investigator would want, and the data does not hold", columns=("what", "known", "why it matters", "who may hold it"), rows=absent),
                Table(title="Left out of this cut", columns=("field", "rows", "ground"), figures=(1,), rows=left or (("nothing", "0", "Every value that is held is in this cut."),))),
        commands=(command, CHECK),
        files=(("What is missing", "missing.md"), ("What was left out", "redactions.json"), ("Reach", "reach.json"), ("Custody", "custody.jsonl"), ("The check", "verify.py")),
    )  # fmt: skip


def _short(row: Mapping[str, Any]) -> str:
    text = " ".join((row["text"] or row["title"] or "").split())
    if not text:
        return {"removed": "removed", "expunged": "expunged"}.get(row["hidden"], "no text")
    return text if len(text) <= WORDS else text[: WORDS - 1] + "…"


def _money(row: Mapping[str, Any]) -> str:
    if row["spend"] is not None:
        return f"{Decimal(row['spend']):,.2f} {row['currency'] or ''}".strip()
    return (
        ""
        if row["spend_low"] is None
        else f"{row['spend_low']} to {row['spend_high'] or 'more'} {row['currency'] or ''}"
    )


def _joined(sums: Mapping[str, str]) -> tuple[str]:
    return ("; ".join(f"{Decimal(total):,.2f} {currency}" for currency, total in sums.items()),)


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _label(node: Mapping[str, Mapping[str, Any]], key: str) -> str:
    return str(node[key]["name"] or key.partition(":")[2]) if key in node else key


def _sort(key: str, label: str) -> str:
    if key.startswith("website:"):
        return "website"
    return "event" if "event:" in (key.partition(":")[2][:6], label[:6]) else "page"


def _likely(link: Mapping[str, Any]) -> str:
    told = [
        f"{ground}: q = {link[f'q_{ground}']:.2g}"
        for ground in ("timing", "content", "office", "rhythm")
        if link.get(f"q_{ground}") is not None
    ]
    return f"{link['acts']:,} acts; " + ", ".join(told)


def _span(ads: Sequence[Mapping[str, Any]]) -> str:
    moments = sorted((row["created"] or row["starts"])[:10] for row in ads if row["created"] or row["starts"])
    return f"Made between {_day(moments[0])} and {_day(moments[-1])}." if moments else "No ad says when it was made."


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}"


def _months(first: str, last: str) -> list[str]:
    months, (year, month) = [], (int(first[:4]), int(first[5:7]))
    while f"{year:04}-{month:02}" <= last:
        months.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months

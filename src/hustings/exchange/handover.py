"""The package for an investigator: the ads, how they were paid, whom they aimed at, who acts as one.

Everything is computed from a finished run and a table of ads; equal input gives equal bytes. The
manifest that seals the folder is made afterwards, by `hustings.ledger.manifest`.
"""

__all__ = ["PACKAGE_FILES", "Facts", "FinishedRun", "read_run", "write_package"]

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from hustings.errors import BadInput, Problem
from hustings.exchange.missing import missing_page
from hustings.screening.ad import Ad, AdsTable
from hustings.screening.payment import PaymentReview

PACKAGE_FILES = (
    "ads.jsonl", "payments.csv", "targeting.csv", "accounts.csv", "links.parquet", "evidence.csv", "timeline.csv",
    "findings.json", "missing.md", "README.md",
)  # fmt: skip
LINK_KEY = ("platform_a", "actor_a", "platform_b", "actor_b")
# Columns without which a file of the run is not what the contract says; others ride along.
NEEDED = {
    "links.parquet": (*LINK_KEY, "acts", "traces", "p_timing", "q_timing", "p_content", "q_content", "basis"),
    "layers.parquet": LINK_KEY,
    "members.parquet": ("finding", "platform", "actor", "score", "basis"),
    "evidence.parquet": ("finding", *LINK_KEY, "kind", "trace", "content_a", "content_b", "at_a", "at_b", "gap_s"),
}
FINDING_KEYS = ("finding", "members", "sentence", "limits")


@dataclass(frozen=True, kw_only=True)
class FinishedRun:
    """What `hustings detect` left in a folder, read and checked."""

    links: pa.Table
    members: pa.Table
    evidence: pa.Table
    findings: tuple[Mapping[str, Any], ...]
    about: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Counts and sums of a package, which `verify.py` computes again from its files."""

    ads: int
    actors: int
    impressions: int
    clicks: int
    criteria: int
    findings: int
    links: int
    flagged: int
    paid: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """The same as JSON, keys in a fixed order."""
        return {
            "ads": self.ads, "actors": self.actors, "impressions": self.impressions, "clicks": self.clicks,
            "criteria": self.criteria, "findings": self.findings, "links": self.links,
            "flagged_payments": self.flagged, "paid": dict(sorted(self.paid.items())),
        }  # fmt: skip


def read_run(folder: Path) -> FinishedRun:
    """Read a finished run; everything that is missing or misshapen is said at once."""
    folder = Path(folder)
    problems: list[Problem] = []
    tables: dict[str, pa.Table] = {}
    texts: dict[str, Any] = {}
    for name in (*NEEDED, "findings.json", "run.json"):
        path = folder / name
        if not path.is_file():
            problems.append(
                Problem(
                    where=str(path), found="no such file", expected="a finished run",
                    do="Run `hustings detect` into this folder first.",
                )
            )  # fmt: skip
            continue
        try:
            if name.endswith(".parquet"):
                tables[name] = pyarrow.parquet.read_table(path)
            else:
                texts[name] = json.loads(path.read_text(encoding="utf-8"))
        except (pa.ArrowException, OSError, ValueError) as error:
            problems.append(
                Problem(
                    where=str(path), found=f"a file that cannot be read ({str(error).splitlines()[0][:120]})",
                    expected="a whole file", do="The run may have been interrupted: run it again.",
                )
            )  # fmt: skip
    for name, table in tables.items():
        problems += [
            Problem(
                where=str(folder / name), found=f"no column {column!r}", expected="the columns of the design's contract",
                do="Make the run with this version of Hustings.",
            )
            for column in NEEDED[name]
            if column not in table.column_names
        ]  # fmt: skip
    findings = texts.get("findings.json", [])
    if not isinstance(findings, list) or any(
        not isinstance(one, dict) or any(key not in one for key in FINDING_KEYS) for one in findings
    ):
        problems.append(
            Problem(
                where=str(folder / "findings.json"), found="something else", do="Run `hustings detect` again.",
                expected="a list of findings with " + ", ".join(FINDING_KEYS),
            )
        )  # fmt: skip
    if problems:
        raise BadInput(f"{folder} is no finished run.", problems)
    return FinishedRun(
        links=tables["links.parquet"], members=tables["members.parquet"], evidence=tables["evidence.parquet"],
        findings=tuple(findings), about=texts["run.json"],
    )  # fmt: skip


def write_package(run: FinishedRun, ads: AdsTable, review: PaymentReview, folder: Path) -> Facts:
    """Write all files of the package but its manifest into an empty folder."""
    every = tuple(ads)
    of_actor = _findings_of(run)
    flagged = {flag.ad.ad: flag for flag in review.flagged}
    _lines(folder / "ads.jsonl", (_ad_object(ad) for ad in every))
    _table(
        folder / "payments.csv",
        ("ad", "platform", "actor", "created", "amount", "currency", "billing_country", "payer", "instrument",
         "target_countries", "flagged", "paid_from"),
        ((ad.ad, ad.platform, ad.actor, _moment(ad.created), ad.spend, ad.currency, ad.billing_country, ad.payer,
          ad.instrument, " ".join(ad.target_countries), flagged[ad.ad].ground if ad.ad in flagged else "",
          flagged[ad.ad].paid_from if ad.ad in flagged else "") for ad in every),
    )  # fmt: skip
    _table(
        folder / "targeting.csv",
        ("ad", "platform", "actor", "dimension", "category", "path", "value", "excluded"),
        ((ad.ad, ad.platform, ad.actor, one.dimension, one.category, " / ".join(one.path), one.value,
          "yes" if one.excluded else "no") for ad in every for one in ad.targeting),
    )  # fmt: skip
    accounts = _accounts(every, of_actor)
    _table(folder / "accounts.csv", ACCOUNT_COLUMNS, accounts)
    _timeline(folder / "timeline.csv", every, run)
    links = _sorted(run.links, LINK_KEY)
    _parquet(links, folder / "links.parquet")
    evidence = _sorted(run.evidence, NEEDED["evidence.parquet"][:-1])
    _table(folder / "evidence.csv", evidence.column_names, ([_text(cell) for cell in row.values()]
                                                            for row in evidence.to_pylist()))  # fmt: skip
    (folder / "findings.json").write_text(
        json.dumps(list(run.findings), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    (folder / "missing.md").write_text(missing_page(ads), encoding="utf-8")
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for ad in every:
        if ad.spend is not None and ad.currency is not None:
            paid[ad.currency] += ad.spend
    facts = Facts(
        ads=len(every), actors=len(accounts), impressions=sum(ad.impressions or 0 for ad in every),
        clicks=sum(ad.clicks or 0 for ad in every), criteria=sum(len(ad.targeting) for ad in every),
        findings=len(run.findings), links=len(links), flagged=len(flagged),
        paid={currency: f"{amount:f}" for currency, amount in sorted(paid.items())},
    )  # fmt: skip
    (folder / "README.md").write_text(_readme(run, ads, review, facts, of_actor), encoding="utf-8")
    return facts


ACCOUNT_COLUMNS = (
    "platform", "actor", "name", "sponsor", "payer", "account", "ads", "first_created", "last_created", "impressions",
    "clicks", "paid", "findings", "basis", "score",
)  # fmt: skip


def _findings_of(run: FinishedRun) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The findings that each actor is a member of, surest first."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _sorted(run.members, ("finding", "platform", "actor")).to_pylist():
        found[row["platform"], row["actor"]].append(row)
    return dict(found)


def _accounts(ads: Sequence[Ad], of_actor: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]) -> list[list[object]]:
    """One row for each page or account that has ads or is a member of a finding."""
    ads_of: dict[tuple[str, str], list[Ad]] = {key: [] for key in of_actor}
    for ad in ads:
        if ad.actor is not None:
            ads_of.setdefault((ad.platform or "", ad.actor), []).append(ad)
    rows: list[list[object]] = []
    for (platform, actor), own in sorted(ads_of.items(), key=lambda item: tuple(part.encode() for part in item[0])):
        paid: dict[str, Decimal] = defaultdict(Decimal)
        for ad in own:
            if ad.spend is not None and ad.currency is not None:
                paid[ad.currency] += ad.spend
        created = sorted(ad.created for ad in own if ad.created is not None)
        member = of_actor.get((platform, actor), ())
        rows.append([
            platform, actor, _distinct(ad.page_name for ad in own), _distinct(ad.sponsor for ad in own),
            _distinct(ad.payer for ad in own), _distinct(ad.account for ad in own), len(own),
            _moment(created[0]) if created else "", _moment(created[-1]) if created else "",
            sum(ad.impressions or 0 for ad in own), sum(ad.clicks or 0 for ad in own),
            "; ".join(f"{amount:f} {currency}" for currency, amount in sorted(paid.items())),
            " ".join(str(one["finding"]) for one in member), _distinct(str(one["basis"]) for one in member),
            "" if not member or member[0]["score"] is None else f"{member[0]['score']:.6g}",
        ])  # fmt: skip
    return rows


def _timeline(place: Path, ads: Sequence[Ad], run: FinishedRun) -> None:
    """Everything that has a moment, in order of time."""
    rows: list[tuple[str, str, str, str, str, str]] = []
    for ad in ads:
        for moment, what in ((ad.created, "ad created"), (ad.ended, "ad ended")):
            if moment is not None:
                rows.append((_moment(moment), what, ad.platform or "", ad.actor or "", ad.ad, ""))
    for finding in run.findings:
        for key, what in (("first", "finding: first act"), ("last", "finding: last act")):
            if finding.get(key):
                moment = datetime.fromisoformat(str(finding[key]))
                moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                rows.append((_moment(moment), what, "", "", "", str(finding["finding"])))
    rows.sort()
    _table(place, ("at", "what", "platform", "actor", "ad", "finding"), rows)


def _ad_object(ad: Ad) -> dict[str, object]:
    """One ad as JSON: what is unknown is null, amounts are decimal text."""
    return {
        "ad": ad.ad, "platform": ad.platform, "actor": ad.actor, "page_name": ad.page_name, "text": ad.text,
        "landing_url": ad.landing_url, "created": _moment(ad.created) or None, "ended": _moment(ad.ended) or None,
        "spend": None if ad.spend is None else f"{ad.spend:f}", "currency": ad.currency,
        "impressions": ad.impressions, "clicks": ad.clicks, "reach": ad.reach, "billing_country": ad.billing_country,
        "target_countries": list(ad.target_countries), "sponsor": ad.sponsor, "payer": ad.payer,
        "account": ad.account, "instrument": ad.instrument, "address": ad.address, "regions": ad.regions,
        "defects": list(ad.defects),
        "targeting": [{"dimension": one.dimension, "category": one.category, "path": list(one.path),
                       "value": one.value, "excluded": one.excluded} for one in ad.targeting],
    }  # fmt: skip


def _readme(
    run: FinishedRun, ads: AdsTable, review: PaymentReview, facts: Facts,
    of_actor: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]],
) -> str:  # fmt: skip
    bought = {(ad.platform or "", ad.actor) for ad in ads if ad.actor is not None}
    with_ads = sum(actor in bought for actor in of_actor)
    paid = " and ".join(f"{Decimal(amount):,.2f} {currency}" for currency, amount in facts.paid.items())
    lines = [
        "# Hand-over",
        "",
        (
            f"{facts.ads:,} ads of {facts.actors:,} pages and accounts (source: {ads.source}), shown {facts.impressions:,} times, "
            f"for {paid or 'amounts the source does not hold'}."
        ),
        "",
        f"- **Paid from where.** {review.sentence} {review.limits}",
        (
            f"- **Who acts as one.** Findings: {facts.findings:,}; members: {len(of_actor):,}, {with_ads:,} of which have "
            "ads here. A finding says that pages or accounts behaved as one, not who ordered it; who stands behind it is "
            "another claim, by a person, with evidence of its own."
        ),
        "",
        "| file | holds |",
        "| --- | --- |",
        "| `ads.jsonl` | one ad a line, all that the source says; null is unknown |",
        "| `payments.csv` | one ad a row: amount, currency, payer's and aim's country, whether and why flagged |",
        "| `targeting.csv` | one criterion a row, included or excluded |",
        "| `accounts.csv` | one page or account a row: ads, sums, findings it is a member of |",
        "| `links.parquet` | pairs of actors with p (how likely by chance) and q (false discovery rate), by ground |",
        "| `evidence.csv` | the pairs of ads or posts that the findings rest on |",
        "| `timeline.csv` | everything that has a moment, in UTC |",
        "| `findings.json` | the findings with sentence, score and what they do not show |",
        "| `missing.md` | what an investigator would want and these data do not hold |",
        "| `rows.json` | a short digest of each line of the text files, so that a changed row can be named |",
        "| `manifest.json` | SHA-256 of each file, settings, versions, digests of the inputs, totals |",
        "| `verify.py` | checks all of it: `python3 verify.py` (Python 3.8 or later, nothing else needed) |",
        "",
        "`verify.py` prints the manifest's own SHA-256. Compare it with the one you were told by another way; a package",
        "whose files and manifest were both exchanged shows only there. Open CSV files as text: cells hold words of",
        "advertisers, which a spreadsheet may take for formulas.",
        "",
    ]
    spelled: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ad in ads:
        if ad.actor is not None and ad.page_name:
            spelled[ad.platform or "", ad.actor][ad.page_name] += 1
    names = {key: min(counts, key=lambda name: (-counts[name], name)) for key, counts in spelled.items()}
    for finding in run.findings:
        lines.append(f"## Finding {finding['finding']}")
        lines += [
            "",
            str(finding["sentence"]),
            "",
            "Members: " + _members(finding["finding"], of_actor, names) + ".",
            "",
        ]
        limits = finding["limits"]
        lines += [f"- {limit}" for limit in ([limits] if isinstance(limits, str) else limits)] + [""]
    if ads.notes:
        lines += ["## How the ads were read", "", *(f"- {note}" for note in ads.notes), ""]
    return "\n".join(lines)


def _members(
    finding: object,
    of_actor: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]],
    names: Mapping[tuple[str, str], str],
) -> str:
    """The members of a finding, with the name of the page where the ads give one."""
    members = sorted(key for key, rows in of_actor.items() if any(row["finding"] == finding for row in rows))
    return ", ".join(f"`{actor}` ({names[platform, actor]})" if (platform, actor) in names else f"`{actor}`"
                     for platform, actor in members)  # fmt: skip


def _sorted(table: pa.Table, key: Sequence[str]) -> pa.Table:
    """Rows by the bytes of the key, so that the order they came in does not show."""
    table = table.replace_schema_metadata(None)
    return table.sort_by([(name, "ascending") for name in key]) if len(table) else table


def _parquet(table: pa.Table, place: Path) -> None:
    pyarrow.parquet.write_table(table, place, compression="zstd", version="2.6", row_group_size=1 << 20)


def _lines(place: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with place.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _table(place: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(cell) for cell in row] for row in rows)


def _text(value: object) -> str:
    """A cell as text; what is unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, float) else str(value)


def _moment(moment: datetime | None) -> str:
    """UTC, with parts of a second only where there are any."""
    return "" if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _distinct(values: Iterable[str | None]) -> str:
    return "; ".join(sorted({value for value in values if value}))

"""Load a finished run of `hustings detect`: one item for the run, one for each finding, every row behind them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray

from hustings.apps.bulk import Bulk, insert
from hustings.apps.database import moment
from hustings.apps.findings.models import Finding, Picture, Run
from hustings.apps.findings.names import Actor, Names, pseudonyms
from hustings.apps.findings.persons import Person, persons_of
from hustings.apps.findings.picture import Drawn, Network, Tie, drawn, packed
from hustings.apps.findings.run_folder import RunFolder, read_folder
from hustings.apps.items.actions import make_item
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import allow, log
from hustings.apps.privacy.exempt import without_exempt
from hustings.policy.act import act
from hustings.policy.marking import Marking
from hustings.progress import Progress, Silent
from hustings.report.rows import Rows, moments, shared
from hustings.report.sentences import grounds, title

__all__ = ["Loaded", "load_run"]

# In the text that search reads; a text index holds a megabyte.
NAMES_SOUGHT = 5_000
# On the page of a finding: moments of its timeline, and traces shared by most.
MOMENTS, THINGS = 600, 25
FINDING = ("finding_id", "uuid")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What came of it: `already` says that the very run stood there before and nothing was added."""

    run: Item
    findings: int
    members: int
    links: int
    evidence: int
    already: bool


@transaction.atomic
def load_run(
    folder: Path, *, marking: Marking, by: Seat, case: Item | None = None, sources: Sequence[Item] = (),
    expires_at: datetime | None = None, progress: Progress | None = None,
) -> Loaded:  # fmt: skip
    """Load the run in `folder` under a marking: whole, or not at all.

    `sources` are what the run was made from: it is at least as restricted as each. What no case takes up is deleted at `expires_at`, by default after
    settings.UNADOPTED_FINDINGS_KEPT. The same run loaded again adds nothing, and says so.

    Raises   BadInput for a folder that is not a whole, unchanged run; Refused for who may not load
    """
    progress = progress or Silent()
    decision = allow(by, "load run")
    progress.step("Reading the run")
    files = read_folder(folder)
    with connection.cursor() as cursor:
        # Two who load the same run at the same moment come one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [files.digest])
    # What may not be known here is not compared with: the rows are those that this seat may read.
    before = Run.objects.filter(digest=files.digest).select_related("item").order_by("item__made_at").first()
    if before is not None:
        return Loaded(
            run=before.item, findings=before.findings.count(), members=len(files.members), links=len(files.links),
            evidence=len(files.evidence), already=True,
        )  # fmt: skip
    expires_at = expires_at or moment() + settings.UNADOPTED_FINDINGS_KEPT
    files, exempt = without_exempt(files)
    loading = Loading(files, marking=marking, by=by, case=case, expires_at=expires_at, progress=progress, exempt=exempt)
    loaded = loading.run(list(sources))
    log(by, act("load run"), loaded.run, decision)
    return loaded


class Loading:
    """One run on its way in."""

    def __init__(
        self, files: RunFolder, *, marking: Marking, by: Seat, case: Item | None, expires_at: datetime,
        progress: Progress, exempt: set[Actor],
    ) -> None:  # fmt: skip
        self.files, self.marking, self.by, self.case = files, marking, by, case
        self.expires_at, self.progress = expires_at, progress
        self.window_s = float(files.about["settings"].get("window_s", 60))
        # Who is left out is still known by name here, so that no text or trace of others names them.
        self.names = Names.of_actors(self.everybody() | exempt)
        self.spared = Names.of_actors(exempt)
        # In the order of the pseudonyms: the order of names would tell something of them.
        self.clear = sorted(self.names.of.keys() - exempt, key=self.names.of.__getitem__)
        self.number = {actor: place for place, actor in enumerate(self.clear)}

    def everybody(self) -> set[Actor]:
        """Each actor that the run speaks of."""
        found: set[Actor] = set()
        sides = [("platform", "actor")], [("platform_a", "actor_a"), ("platform_b", "actor_b")]
        for table, pairs in (
            (self.files.members, sides[0]), (self.files.links, sides[1]), (self.files.layers, sides[1]), (self.files.evidence, sides[1]),
        ):  # fmt: skip
            for pair in pairs:
                groups = table.group_by(list(pair)).aggregate([])
                found |= set(zip(groups[pair[0]].to_pylist(), groups[pair[1]].to_pylist(), strict=True))
        return found | {(led["platform"], led["actor"]) for record in self.files.records for led in record["led"]}

    def run(self, sources: list[Item]) -> Loaded:
        """Write everything."""
        about, records = self.files.about, self.files.records
        groups = "1 group of actors" if len(records) == 1 else f"{len(records):,} groups of actors"
        counts = about["counts"]
        text = f"{int(counts.get('rows', 0)):,} trace events of {int(counts.get('actors', 0)):,} actors were read."
        item = self.item("run", f"{groups} acted together, by one run of detection", text, sources)
        run = Run.objects.create(
            item=item, digest=self.files.digest, version=about["version"], seed=about["seed"], settings=about["settings"],
            inputs=about["inputs"], outputs=about["outputs"], counts=counts,
            left_out=[self.left_out(row) for row in about.get("left_out", [])],
        )  # fmt: skip
        self.progress.step("Actors and links")
        rows = [(item.pk, number, actor[0], self.names.of[actor]) for actor, number in self.number.items()]
        insert("run_actor", [("run_id", "uuid"), ("number", "int"), ("platform", "text"), ("pseudonym", "text")], rows)
        self.links(item)
        self.findings(run)
        return Loaded(
            run=item, findings=len(records), members=len(self.files.members), links=len(self.files.links),
            evidence=len(self.files.evidence), already=False,
        )  # fmt: skip

    def item(self, kind: str, title: str, text: str, sources: Sequence[Item]) -> Item:
        """An item of this load; until a case takes it up, it has an end."""
        return make_item(
            kind=kind, title=title[:300], text=text, marking=self.marking, by=self.by, case=self.case, sources=sources,
            expires_at=None if self.case is not None and self.case.kind == "case" else self.expires_at,
        )  # fmt: skip

    def left_out(self, row: dict[str, Any]) -> dict[str, Any]:
        """A trace that was in too many rows to look at."""
        kind, trace = str(row.get("kind", "")), str(row.get("trace", ""))
        shown = pseudonyms([(kind, trace)])[0] if self.names.hidden(kind, trace) else trace
        return {**row, "trace": shown}

    def coded(self, table: pa.Table, side: str) -> list[int]:
        """The numbers of the actors on one side of a table."""
        return [
            self.number[actor]
            for actor in zip(table[f"platform{side}"].to_pylist(), table[f"actor{side}"].to_pylist(), strict=True)
        ]

    def links(self, item: Item) -> None:
        """Every row of links and layers."""
        columns = (
            "acts traces kinds p_timing q_timing p_content q_content p_office q_office p_rhythm q_rhythm basis".split()
        )
        types = "bigint bigint text[] float8 float8 float8 float8 float8 float8 float8 float8 text".split()
        table = self.files.links
        a, b = self.coded(table, "_a"), self.coded(table, "_b")
        values = [_plain(table[name]) for name in columns]
        insert(
            "run_link",
            [("run_id", "uuid"), ("number", "int"), ("a", "int"), ("b", "int"), *zip(columns, types, strict=True)],
            list(zip([item.pk] * len(table), range(len(table)), a, b, *values, strict=True)),
        )
        of_pair = {pair: number for number, pair in enumerate(zip(a, b, strict=True))}
        self.ties = [
            Tie(a=x, b=y, acts=acts, traces=traces, chance=min((p for p in (timing, content) if p is not None), default=1.0))
            for x, y, acts, traces, timing, content, basis in zip(
                a, b, *(values[columns.index(name)] for name in ("acts", "traces", "p_timing", "p_content", "basis")), strict=True
            )
            if basis
        ]  # fmt: skip
        layers = self.files.layers
        columns = "kind acts near expected_acts first_a first_b shared expected_shared".split()
        types = "text bigint bigint float8 bigint bigint bigint float8".split()
        pairs = zip(self.coded(layers, "_a"), self.coded(layers, "_b"), strict=True)
        insert(
            "run_layer",
            [("run_id", "uuid"), ("link", "int"), *zip(columns, types, strict=True)],
            list(
                zip(
                    [item.pk] * len(layers), [of_pair[pair] for pair in pairs], *(_plain(layers[name]) for name in columns),
                    strict=True,
                )
            ),
        )  # fmt: skip

    def findings(self, run: Run) -> None:
        """Every finding with its members, evidence, names and picture; then the picture of all together."""
        evidence = Rows.of(self.files.evidence)
        things = self.things(run, evidence)
        contents = self.contents(evidence)
        members: dict[int, list[dict[str, Any]]] = {}
        for row in self.files.members.to_pylist():
            members.setdefault(row["finding"], []).append(row)
        tied: dict[int, list[Tie]] = {}
        for tie in self.ties:
            tied.setdefault(tie.a, []).append(tie)
        whole: dict[int, Drawn] = {}
        self.member_rows = Bulk(
            "finding_member", FINDING, ("actor", "int"), ("score", "float8"), ("basis", "text"), ("links", "int"), ("acts", "int"),
            ("things", "int"),
        )  # fmt: skip
        self.led_rows = Bulk("finding_led", FINDING, ("actor", "int"))
        self.evidence_rows = Bulk(
            "finding_evidence", FINDING, ("number", "int"), ("a", "int"), ("b", "int"), ("thing", "int"), ("content_a", "int"),
            ("content_b", "int"), ("at_a", "timestamptz"), ("at_b", "timestamptz"), ("gap_s", "float8"),
        )  # fmt: skip
        self.name_rows = Bulk("finding_name", FINDING, ("what", "text"), ("number", "int"), ("name", "text"))
        self.progress.step("Findings")
        for place, record in enumerate(self.files.records):
            self.progress.at(place, len(self.files.records))
            rows = evidence.of_finding(record["finding"])
            count = shared(rows, self.window_s)
            mine = [
                Drawn(
                    number=self.number[actor], pseudonym=self.names.of[actor], platform=row["platform"], score=row["score"],
                    basis=row["basis"], acts=count.acts.get(actor, 0), things=count.shared.get(actor, 0), group=record["finding"],
                )
                for row in members.get(record["finding"], [])
                for actor in [(row["platform"], row["actor"])]
            ]  # fmt: skip
            inside = {one.number for one in mine}
            held = [tie for one in mine for tie in tied.get(one.number, ()) if tie.b in inside]
            timed = "timing" in grounds(record)
            moment = moments(rows, self.window_s if timed else None)
            tallest = sorted(sorted(moment, key=lambda m: (-m[1], m[0], m[2]))[:MOMENTS])
            network = drawn(
                mine, held, timed=timed, window_s=self.window_s, moments_in_all=len(moment),
                moments=[[m[0], m[1], *things[m[2]][1:3], m[3]] for m in tallest],
                things_in_all=len(count.things.traces),
                things=[[*things[t[0]][1:3], *t[1:]] for t in count.things.traces[:THINGS]],
            )  # fmt: skip
            median = count.median_gap_s if timed else count.median_any_s
            finding = self.finding(run, record, mine, median)
            self.picture(finding.item, network)
            self.rows_of(finding, record, mine, held, rows, things, contents)
            for one in mine:
                whole.setdefault(one.number, one)
        for rows_waiting in (self.member_rows, self.led_rows, self.evidence_rows, self.name_rows):
            rows_waiting.flush()
        everybody = list(whole.values())
        self.progress.step("The network of all")
        self.picture(run.item, drawn(everybody, [tie for tie in self.ties if tie.a in whole and tie.b in whole]))

    def things(self, run: Run, evidence: Rows) -> list[tuple[int, str, str, bool]]:
        """Each trace of the evidence: number, kind, what is shown, and whether that hides a name."""
        hidden = [self.names.hidden(kind, trace) for kind, trace in evidence.things]
        asked = [(kind, trace) for (kind, trace), hide in zip(evidence.things, hidden, strict=True) if hide]
        given = iter(pseudonyms(asked))
        things = [
            (number, kind, next(given) if hide else trace, hide)
            for number, ((kind, trace), hide) in enumerate(zip(evidence.things, hidden, strict=True))
        ]
        columns = [("run_id", "uuid"), ("number", "int"), ("kind", "text"), ("shown", "text"), ("hidden", "boolean")]
        insert("run_thing", columns, [(run.pk, *thing) for thing in things])
        return things

    def contents(self, evidence: Rows) -> dict[str, int]:
        """Posts and ads of the evidence, numbered as they came: by time, then by row."""
        at = np.r_[evidence.at_a, evidence.at_b]
        named = [*evidence.content_a.to_pylist(), *evidence.content_b.to_pylist()]
        numbers: dict[str, int] = {}
        for place in np.argsort(at, kind="stable").tolist():
            numbers.setdefault(named[place], len(numbers) + 1)
        return numbers

    def finding(self, run: Run, record: dict[str, Any], members: list[Drawn], median_gap_s: float | None) -> Finding:
        """The finding's own row and item."""
        sentence = self.names.replaced(record["sentence"])
        sought = " ".join(one.pseudonym for one in members[:NAMES_SOUGHT])
        kinds = " ".join(record["kinds"])
        text = f"{sentence}\n{' '.join(record['platforms'])} {kinds}\n{sought}"
        item = self.item("finding", title(record, self.window_s), text, [run.item])
        site = record.get("one_site")
        if site is not None:
            site = {**site, "domain": self.names.replaced(str(site.get("domain", "")))}
        return Finding.objects.create(
            item=item, run=run, number=record["finding"], members=record["members"], basis=record["basis"],
            platforms=record["platforms"], first=_moment(record["first"]), last=_moment(record["last"]), links=record["links"],
            traces=record["traces"], acts=record["acts"], expected_acts=record["expected_acts"], score=record["score"],
            sentence=sentence, limits=[self.names.replaced(line) for line in record["limits"]],
            why_innocent=[self.names.replaced(line) for line in record.get("why_innocent") or []], kinds=record["kinds"],
            office=record.get("office"), one_site=site, declared=bool(record.get("overt") or record.get("declared")),
            rows_digest=record["rows_digest"], median_gap_s=median_gap_s, leads=self.leads(record), layers=record.get("layers") or {},
            joined_by=[sorted(self.number[account] for account in one.accounts) for one in self.persons_of(record)],
        )  # fmt: skip

    def leads(self, record: dict[str, Any]) -> list[dict[str, Any]]:
        """Who came first how often, by the numbers of the actors; runs of earlier versions say nothing of it."""
        told = [(self.number.get((one["platform"], one["actor"])), one) for one in record.get("leads") or []]
        return [
            {"actor": number, **{name: one[name] for name in ("acts", "led", "due", "p", "q")}}
            for number, one in told
            if number is not None
        ]

    def picture(self, item: Item, network: Network) -> None:
        """Keep a picture as the page gets it."""
        Picture.objects.create(item=item, actors=network.actors, links=network.links, body=packed(network.body))

    def rows_of(
        self, finding: Finding, record: dict[str, Any], members: list[Drawn], held: list[Tie], rows: Rows,
        things: list[tuple[int, str, str, bool]], contents: dict[str, int],
    ) -> None:  # fmt: skip
        """Members, who was ahead of them, evidence, and the names of all these."""
        key = finding.pk
        degree: dict[int, int] = {}
        for tie in held:
            degree[tie.a] = degree.get(tie.a, 0) + 1
            degree[tie.b] = degree.get(tie.b, 0) + 1
        self.member_rows.add(
            (key, one.number, one.score, one.basis, degree.get(one.number, 0), one.acts, one.things) for one in members
        )
        led = [(each["platform"], each["actor"]) for each in record["led"]]
        self.led_rows.add((key, self.number[actor]) for actor in led)
        number = [self.number[actor] for actor in rows.actors]
        content_a, content_b = rows.content_a.to_pylist(), rows.content_b.to_pylist()
        gap = np.abs(rows.at_b - rows.at_a) / 1e6
        codes = [column.tolist() for column in (rows.a, rows.b, rows.what)]
        times = [_stamps(rows.at_a), _stamps(rows.at_b)]
        self.evidence_rows.add(
            (key, place, number[a], number[b], what, contents[x], contents[y], at_a, at_b, apart)
            for place, (a, b, what, x, y, at_a, at_b, apart) in enumerate(
                zip(*codes, content_a, content_b, *times, gap.tolist(), strict=True)
            )
        )
        actors = {one.number for one in members} | {self.number[actor] for actor in led}
        actors |= {number[code] for code in np.unique(np.r_[rows.a, rows.b]).tolist()}
        names = [(key, "actor", place, self.clear[place][1]) for place in sorted(actors)]
        names += [(key, "content", contents[name], name) for name in sorted({*content_a, *content_b})]
        names += [
            (key, "trace", code, rows.things[code][1]) for code in np.unique(rows.what).tolist() if things[code][3]
        ]
        owner = record.get("overt") or record.get("declared")
        if owner:
            told = [str(value) for value in owner.values()] if isinstance(owner, dict) else [str(owner)]
            names += [(key, "owner", place, line) for place, line in enumerate(told)]
        names += self.stated(key, record)
        self.name_rows.add(names)

    def persons_of(self, record: dict[str, Any]) -> list[Person]:
        """Whose members are one person's, in the order of the accounts' numbers: that of the persons' names would tell of them."""
        return sorted(
            persons_of(record, known=self.number.keys()), key=lambda one: min(self.number[a] for a in one.accounts)
        )

    def stated(self, key: UUID, record: dict[str, Any]) -> Iterator[tuple[UUID, str, int, str]]:
        """In clear, whose accounts are one person's, by what evidence, and who says so; accounts left out are not named."""
        for place, one in enumerate(self.persons_of(record), 1):
            yield key, "person", place, self.spared.replaced(one.name)
            for account, (evidence, author) in one.accounts.items():
                yield key, "evidence", self.number[account], self.spared.replaced(evidence)
                yield key, "author", self.number[account], self.spared.replaced(author)


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """Values of a column; what is not a number is not known."""
    values = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [None if value is None or math.isnan(value) else value for value in values]
    return [value or [] for value in values] if pa.types.is_nested(column.type) else values


def _stamps(micros: NDArray[np.int64]) -> list[str]:
    return [f"{stamp}Z" for stamp in micros.astype("datetime64[us]").astype(str).tolist()]


def _moment(stamp: str | None) -> datetime | None:
    return None if stamp is None else datetime.fromisoformat(stamp)

"""What a run of `hustings detect` found, as the demo tells it."""

__all__ = [
    "Found",
    "Names",
    "Tied",
    "against_labels",
    "counted",
    "deal_out_anew",
    "detect",
    "planted_accounts",
    "planted_pages",
]

import csv
import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hustings.cli.walk import Walk
from hustings.report.story import Table
from hustings.writing import whole_file

# Findings shown at once, and names of members in one cell; the rest is one step away.
SHOWN, MEMBERS = 8, 6
# The share of moments that the hours of a finding hold.
MOST = 0.8
# Findings of which the commonest traces are shown, and how many of each.
OPENED, TRACES = 4, 3
# (platform, actor) -> number of the campaign that planted it.
Labels = dict[tuple[str, str], int]
# (platform, actor) -> what people see there.
Names = dict[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Tied:
    """Two actors (platform, actor), the grounds on which they are tied, and how surprising that is.

    acts, expected   how often both did the same within the window, and how often chance would show it
    q                the least of the grounds' rates of false discovery
    """

    a: tuple[str, str]
    b: tuple[str, str]
    basis: str
    acts: int
    expected: float
    q: float


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finished run, from its files.

    findings   as in findings.json, surest first
    members    (platform, actor) by finding, surest first
    actors, rows   in the trace table
    links      pairs of actors named on at least one ground, at the false discovery rate `fdr`
    ties       all pairs tested; scores   (finding, platform, actor) -> 1 minus the error rate
    """

    findings: tuple[dict[str, Any], ...]
    members: dict[int, list[tuple[str, str]]]
    actors: int
    rows: int
    links: int
    fdr: float
    evidence: pa.Table
    ties: tuple[Tied, ...] = ()
    scores: dict[tuple[int, str, str], float] = field(default_factory=dict)

    @property
    def named(self) -> set[tuple[str, str]]:
        """Every actor of every finding."""
        return {member for members in self.members.values() for member in members}

    def on(self, *grounds: str) -> tuple[int, int]:
        """How many findings, and actors in them, stand on at least one of these grounds."""
        chosen = [one["finding"] for one in self.findings if set(grounds) & set(one["basis"].split("+"))]
        return len(chosen), len({member for number in chosen for member in self.members[number]})

    def grounds(self) -> list[tuple[str, int]]:
        """How many findings stand on which grounds, commonest first."""
        return sorted(
            Counter(finding["basis"].replace("+", ", ") for finding in self.findings).items(),
            key=lambda one: (-one[1], one[0]),
        )

    def table(
        self, title: str, names: Names | None = None, *, chosen: list[dict[str, Any]] | None = None, first: int = SHOWN
    ) -> Table:
        """Findings for people, surest first; `names` are what the source calls the actors."""
        chosen = list(self.findings) if chosen is None else chosen
        timed = any("timing" in one["basis"] for one in chosen)
        rows = tuple(
            (
                f"{one['finding'] + 1}", f"{one['members']:,}", ", ".join(one["platforms"]), one["basis"].replace("+", ", "),
                ", ".join(f"{kind} {count:,}" for kind, count in sorted(one["kinds"].items(), key=lambda kind: (-kind[1], kind[0]))),
                *_together(one), self.hours(one["finding"]), _when(one), f"{len(one['led']):,}" if one["led"] else "",
                _score(one["score"]), self.who(one["finding"], names), _innocent(one),
            )
            for one in chosen
        )  # fmt: skip
        together = (
            "Together: how often two members did the same within the window; by chance: how often two who share the same things would. "
            if timed
            else ""
        )
        return Table(
            title=title,
            columns=("no.", "members", "on", "grounds", "what they share, in pairs", "together", "by chance", "hours, UTC", "when",
                     "before them", "score", "some of them", "why it may be innocent"),
            figures=(0, 1, 5, 6, 9, 10), rows=rows, first=first, aside=(2, 4, 7, 9, 12),
            caption=f"{counted(len(chosen), 'finding')}, surest first. {together}Hours: the shortest run of hours that holds "
            f"{MOST:.0%} of the moments in the evidence. Before them: actors who are no members and posted the same before them. "
            "Score: 1 minus the mean error rate of the members.",
        )  # fmt: skip

    def who(self, finding: int, names: Names | None = None) -> str:
        """Some members by name, surest first."""
        return _who(self.members[finding], names or {})

    def score(self, finding: int, member: tuple[str, str]) -> str:
        """How sure a member is, for people."""
        return _score(self.scores.get((finding, *member)))

    def hours(self, finding: int) -> str:
        """The shortest run of hours of the day that holds most moments of the evidence."""
        proof = self.evidence.filter(pc.equal(self.evidence["finding"], finding))
        at = {
            (row[f"platform_{side}"], row[f"actor_{side}"], row[f"content_{side}"]): row[f"at_{side}"].hour
            for row in proof.to_pylist() for side in "ab" if row[f"at_{side}"] is not None
        }  # fmt: skip
        if not at:
            return ""
        day = np.bincount(list(at.values()), minlength=24)
        for length in range(1, 25):
            held = [int(np.roll(day, -start)[:length].sum()) for start in range(24)]
            start = int(np.argmax(held))
            if held[start] >= MOST * len(at):
                return "all day" if length > 18 else f"{start:02d}-{(start + length - 1) % 24 + 1:02d} h"
        return ""

    def shared(self) -> Table:
        """What the members of the surest findings share most, from the evidence."""
        rows: list[tuple[str, ...]] = []
        for finding in self.findings[:OPENED]:
            number = finding["finding"]
            proof = self.evidence.filter(pc.equal(self.evidence["finding"], number)).to_pylist()
            seen: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
            times = Counter((row["kind"], row["trace"]) for row in proof)
            for row in proof:
                seen[row["kind"], row["trace"]] |= {(row[f"platform_{side}"], row[f"actor_{side}"]) for side in "ab"}
            most = sorted(seen, key=lambda trace: (-len(seen[trace]), -times[trace], trace))[:TRACES]
            rows += [
                (f"{number + 1}", kind, _cut(trace), f"{len(seen[kind, trace]):,}", f"{times[kind, trace]:,}")
                for kind, trace in most
            ]
        return Table(
            title="What they share", columns=("no.", "kind", "trace", "members", "pairs"), figures=(0, 3, 4), rows=tuple(rows),
            caption=f"For the surest {min(OPENED, len(self.findings))}, the traces that most members share; every row is in the evidence.",
        )  # fmt: skip


def detect(walk: Walk, traces: Path, folder: Path, declared: Path | None = None) -> Found:
    """Run the command on a trace table and read what it wrote; `declared` owners are set apart."""
    owners = ("--declared", declared) if declared else ()
    walk.run("detect", traces, *owners, "--out", folder, "--seed", walk.seed)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    table = pq.read_table(traces, columns=["platform", "actor"])
    members = defaultdict(list)
    scores = {}
    ties = _ties(folder)
    for row in sorted(
        pq.read_table(folder / "members.parquet").to_pylist(), key=lambda row: (row["finding"], -row["score"])
    ):
        members[row["finding"]].append((row["platform"], row["actor"]))
        scores[row["finding"], row["platform"], row["actor"]] = row["score"]
    return Found(
        findings=tuple(json.loads((folder / "findings.json").read_text(encoding="utf-8"))),
        members=dict(members),
        actors=len(table.group_by(["platform", "actor"]).aggregate([])),
        rows=len(table), links=sum(bool(tie.basis) for tie in ties), fdr=float(run["settings"].get("fdr", 0.05)), evidence=pq.read_table(folder / "evidence.parquet"),
        ties=ties, scores=scores,
    )  # fmt: skip


def _ties(folder: Path) -> tuple[Tied, ...]:
    """Every pair tested, with what chance would show summed over the kinds of trace."""
    expected: dict[tuple[str, ...], float] = defaultdict(float)
    for row in pq.read_table(folder / "layers.parquet").to_pylist():
        expected[row["platform_a"], row["actor_a"], row["platform_b"], row["actor_b"]] += row["expected_acts"] or 0.0
    ties = []
    for row in pq.read_table(folder / "links.parquet").to_pylist():
        pair = row["platform_a"], row["actor_a"], row["platform_b"], row["actor_b"]
        rates = [
            row[f"q_{ground}"]
            for ground in ("timing", "content", "office", "rhythm")
            if row.get(f"q_{ground}") is not None
        ]
        rates = [rate for rate in rates if not math.isnan(rate)]  # not tested is not a number
        ties.append(
            Tied(
                a=pair[:2],
                b=pair[2:],
                basis=row["basis"] or "",
                acts=row["acts"],
                expected=expected[pair],
                q=min(rates, default=1.0),
            )
        )
    return tuple(ties)


def deal_out_anew(traces: Path, out: Path, *, seed: int) -> None:
    """Write the same rows with the traces of each kind dealt out anew: nobody shares anything on purpose.

    What is dealt are the pairs of actor and trace, so that each actor keeps its number of traces and
    its habit of repeating them, each trace its number of actors, each row its moment.
    """
    table = pq.read_table(traces)
    random = np.random.default_rng(seed)
    kinds, actors, named = (_codes(table, *names) for names in (["kind"], ["platform", "actor"], ["trace"]))
    taken = np.arange(len(table))
    for kind in range(int(kinds.max(initial=-1)) + 1):
        rows = np.flatnonzero(kinds == kind)
        pairs, pair = np.unique(np.stack([actors[rows], named[rows]]), axis=1, return_inverse=True)
        dealt = _dealt(pairs[0], pairs[1], random)
        # Any row that holds the trace will do to copy it from.
        holder = dict(zip(named[rows].tolist(), rows.tolist(), strict=True))
        taken[rows] = np.array([holder[trace] for trace in dealt.tolist()], np.int64)[pair.reshape(-1)]
    shared = table["trace"].take(pa.array(taken))
    with whole_file(out) as part:
        pq.write_table(
            table.select(["platform", "actor", "kind", "content", "at"]).append_column("trace", shared), part
        )


def _codes(table: pa.Table, *names: str) -> np.ndarray:
    joined = pa.chunked_array(
        [pa.array([json.dumps(row) for row in zip(*(table[name].to_pylist() for name in names), strict=True)])]
    )
    codes: np.ndarray = joined.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes


def _dealt(actor: np.ndarray, trace: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The traces in another order; whoever got one twice swaps it, as long as that helps."""
    trace = random.permutation(trace)
    for _ in range(100):
        _, first = np.unique(np.stack([actor, trace]), axis=1, return_index=True)
        twice = np.setdiff1d(np.arange(len(trace)), first)
        if not len(twice):
            break
        for place in twice.tolist():
            other = int(random.integers(len(trace)))
            trace[place], trace[other] = trace[other], trace[place]
    return trace


def planted_pages(season: Path) -> Labels:
    """Pages that planted campaigns bought ads for, in a simulated season."""
    with (season / "buyers.csv").open(encoding="utf-8", newline="") as file:
        bought = [(row["pages"].split(" "), row["campaign"]) for row in csv.DictReader(file) if row["campaign"]]
    pages = [(page.partition(":"), int(campaign)) for names, campaign in bought for page in names]
    return {(platform, actor): campaign for (platform, _, actor), campaign in pages}


def planted_accounts(season: Path) -> Labels:
    """Accounts of planted campaigns in a simulated season."""
    labels = pq.read_table(season / "labels.parquet").to_pylist()
    return {(row["platform"], row["actor"]): row["campaign"] for row in labels if row["role"] == "covert"}


def against_labels(found: Found, planted: Labels) -> str:
    """What was found, in a sentence, against what was planted."""
    right = found.named & planted.keys()
    seen = {planted[member] for member in right}
    return (
        f"Here we know who was planted: {len(right):,} of the {len(found.named):,} named are, out of "
        f"{len(planted):,} planted; {len(seen)} of the {len(set(planted.values()))} planted campaigns "
        "are among them. The others act together in the open (newsrooms, parties, fan groups), or share rare things."
    )


def counted(count: int, what: str) -> str:
    """A number with its noun: 1 group, 2 groups."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _together(finding: dict[str, Any]) -> tuple[str, str]:
    if "timing" not in finding["basis"]:
        return "", ""  # content alone is no matter of moments
    return f"{finding['acts']:,}", f"{finding['expected_acts']:,.1f}"


def _when(finding: dict[str, Any]) -> str:
    return "" if finding["first"] is None else f"{finding['first'][:7]} to {finding['last'][:7]}"


def _innocent(finding: dict[str, Any]) -> str:
    """The likeliest innocent reasons that the finding itself gives."""
    site = finding.get("one_site")
    said = list(finding.get("why_innocent") or [])
    if site and not said:
        said = [f"{site['share']:.0%} of the posts lead to one site ({site['domain']}): ask first whose they are."]
    return " ".join(said)


def _cut(text: str, longest: int = 140) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _score(value: float | None) -> str:
    # Never 1.000: nothing is certain, and the exact figure stands in the run's files.
    return "" if value is None else "> 0.999" if value > 0.999 else f"{value:.3f}"


def _who(members: list[tuple[str, str]], names: Names) -> str:
    shown = [names.get(member, member[1]) for member in members[:MEMBERS]]
    return ", ".join(shown) + (f" and {len(members) - MEMBERS:,} more" if len(members) > MEMBERS else "")

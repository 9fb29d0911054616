"""The words of a finding's page, the same that the offline report of a run has."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from hustings.apps.console import words
from hustings.apps.findings import find
from hustings.apps.findings.models import Finding, Run
from hustings.report.sentences import Fact, facts, grounds, how_sure, lasting, listed, named, office_lines

__all__ = ["Told", "again", "score", "told"]

# Options of a run that take a list, as `run.json` names them.
LISTS = ("declared", "same-actor")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a page says of a finding before the picture."""

    sentence: str
    sure: str
    facts: list[Fact]
    grounds: str
    office: list[str]
    platforms: str


def told(finding: Finding) -> Told:
    """The sentence, how sure it is, and the figures."""
    record = record_of(finding)
    sentence, sure = how_sure(record, finding.run.rate)
    return Told(
        sentence=sentence,
        sure=sure,
        facts=facts(record, finding.median_gap_s),
        grounds=listed(grounds(record)),
        office=office_lines(finding.office) if finding.office else [],
        platforms=listed([named(platform) for platform in finding.platforms]),
    )


def record_of(finding: Finding) -> dict[str, Any]:
    """The finding in the shape of findings.json, with pseudonyms."""
    return {
        "finding": finding.number, "members": finding.members, "basis": finding.basis, "platforms": finding.platforms,
        "first": finding.first.isoformat() if finding.first else None, "last": finding.last.isoformat() if finding.last else None,
        "links": finding.links, "traces": finding.traces, "acts": finding.acts, "expected_acts": finding.expected_acts,
        "score": finding.score, "sentence": finding.sentence, "limits": finding.limits, "why_innocent": finding.why_innocent,
        "kinds": finding.kinds, "office": finding.office, "one_site": finding.one_site, "declared": finding.declared,
        "layers": finding.layers, "persons": finding.persons, "joined_by": find.joined(finding), "rows_digest": finding.rows_digest,
    }  # fmt: skip


def score(value: float) -> str:
    """How sure, as a figure; a rounded 1 would read as certainty."""
    return f"{value:.4f}" if value < 0.99995 else "over 0.9999"


def again(run: Run) -> tuple[str, list[tuple[str, str]]]:
    """The command that makes the run again, and what it has to be given."""
    settings = run.settings
    options = [
        f"--{flag} {settings[key]:g}{unit}"
        for flag, key, unit in (("window", "window_s", "s"), ("horizon", "horizon_s", "s"), ("fdr", "fdr", ""))
        if isinstance(settings.get(key), int | float)
    ]
    files = [shlex.quote(str(entry.get("file", ""))) for entry in run.inputs if "option" not in entry]
    lists = [
        f"--{entry['option']} {shlex.quote(str(entry.get('file', '')))}"
        for entry in run.inputs
        if entry.get("option") in LISTS
    ]
    command = " ".join(["hustings detect", *files, "--out DIR", *options, f"--seed {run.seed}", *lists])
    given = [("Version", run.version), ("Seed", str(run.seed)), ("Digest of the run", run.digest)]
    given += [(f"Input {entry.get('file')}", f"sha256 {entry.get('sha256')}") for entry in run.inputs]
    given += [(f"Output {name}", f"sha256 {digest}") for name, digest in sorted(run.outputs.items())]
    given += [
        (key.replace("_", " ").capitalize(), f"{value:g}" if isinstance(value, float) else str(value))
        for key, value in settings.items()
        if key != "seed"
    ]
    # How many findings there were may be more than the reader knows.
    given += [
        (f"{key.replace('_', ' ').capitalize()} (count)", words.number(value) if isinstance(value, int) else str(value))
        for key, value in run.counts.items()
        if key != "findings"
    ]
    return command, given


def gap(seconds: float | None) -> str:
    """How far apart, in words."""
    return "" if seconds is None else lasting(seconds)

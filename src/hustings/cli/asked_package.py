"""`hustings handover --query`: the package of the ads that fit a question, from a file or from the platform."""

from __future__ import annotations

__all__ = ["asked_package"]

import json
import shlex
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qsl

import click

from hustings.cli.progress import shown_progress
from hustings.connectors.ads import read_ads
from hustings.errors import BadInput, Problem
from hustings.exchange.package.cut import Cut
from hustings.exchange.package.from_ads import held_of
from hustings.exchange.package.question import Question, question_of
from hustings.ledger.manifest import VERIFIER, digest

ENDED_BY = (signal.SIGINT, signal.SIGTERM)
# What only an act on a platform has.
OF_PLATFORM = ("data", "by", "position", "to", "ground", "reference")
MUST = ("as_of", "by", "to", "ground", "reference")


def asked_package(
    query: str, out: Path, *, ads_file: Path | None, kind: str | None, as_json: bool, creatives: Path | None, cut: str | None,
    as_of: str | None, **platform: Any,
) -> int:  # fmt: skip
    """Make it; gives the exit code.

    Raises   BadInput
    """
    said: dict[str, Any] = {**platform, "as_of": as_of, "cut": cut}
    must = ("cut",) if ads_file is not None else ("cut", *MUST)
    problems = [
        Problem(where=f"--{name.replace('_', '-')}", found="nothing", expected=EXPECTED[name], do="Say it.")
        for name in must if not (said[name] or "").strip()
    ]  # fmt: skip
    if ads_file is not None:
        problems += [
            Problem(where=f"--{name}", found=str(said[name]), expected="nothing beside --ads: what is made from a file is logged nowhere",
                    do="Leave it out, or leave --ads out to ask the platform.")
            for name in OF_PLATFORM if said[name] is not None
        ]  # fmt: skip
    elif kind is not None:
        problems.append(Problem(where="--kind", found=kind, expected="a file of ads beside it", do="Leave it out."))
    moment = None
    if as_of is not None:
        try:
            moment = datetime.fromisoformat(as_of)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            problems.append(
                Problem(
                    where="--as-of",
                    found=repr(as_of[:60]),
                    expected="a moment with its zone, as 2026-11-22T06:00:00Z",
                    do="Mend it.",
                )
            )
    question = None
    try:
        question = question_of(parse_qsl(query, keep_blank_values=True), of_file=ads_file is not None)
    except BadInput as error:
        # The platform reads its own questions; where it is not asked, they are told with the rest.
        if problems or ads_file is not None:
            problems += error.problems
    if problems:
        raise BadInput("The package cannot be made.", problems)
    assert cut is not None
    for one in ENDED_BY:
        signal.signal(one, _interrupted)
    if ads_file is not None:
        assert question is not None
        _from_file(query, question, moment, Cut(cut), out, ads_file, kind, creatives, as_json=as_json)
        return 0
    return _from_platform(query, out, creatives, said, as_json=as_json)


EXPECTED = {
    "cut": "public, committee or law-enforcement", "as_of": "a moment with its zone", "by": "who hands over, by e-mail",
    "to": "who receives it", "ground": "the law, order or consent that lets it go", "reference": "a file number",
}  # fmt: skip


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    """Being ended is like being interrupted: what was begun is taken away, and a second signal does not stop that."""
    for one in ENDED_BY:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


def _from_file(
    query: str, question: Question, moment: datetime | None, cut: Cut, out: Path, ads_file: Path, kind: str | None, creatives: Path | None, *,
    as_json: bool,
) -> None:  # fmt: skip
    from hustings.report.package.make import make_package

    words = ["hustings", "handover", "--query", query, "--ads", ads_file.name, "--cut", cut.value]
    words += ["--as-of", moment.isoformat()] if moment is not None else []
    with shown_progress(quiet=as_json) as progress:
        progress.step("Reading the ads")
        ads = read_ads(ads_file, kind)
        inputs = {"ads": {"name": ads_file.name, "sha256": digest(ads_file), "kind": ads.source}}
        made = make_package(
            held_of(ads, question, moment, inputs),
            cut,
            out,
            command=f"{shlex.join(words)} --out DIR",
            media=creatives,
            progress=progress,
        )
    missing = [one["name"] for one in made.missing if one["absent"]]
    if as_json:
        told = {
            "out": str(made.place),
            "manifest_sha256": made.manifest_sha256,
            "totals": made.figures.as_json(),
            "missing": missing,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"{made.place}: cut {cut.value}.")
    for sentence in made.figures.sentences():
        click.echo(f"  {sentence}")
    click.echo(f"  Not in the data: {', '.join(missing) or 'nothing that we ask for is missing'}.")
    check = (
        f"unpack it, then python3 package/{VERIFIER}"
        if made.place.suffix == ".zip"
        else f"python3 {made.place / VERIFIER}"
    )
    click.echo(f"  Check it:  {check}")
    click.echo(f"  Tell the receiver by another way, manifest.json: {made.manifest_sha256}")


def _from_platform(query: str, out: Path, creatives: Path | None, said: dict[str, Any], *, as_json: bool) -> int:
    """The same from the library, as the person named; the platform decides, and logs the act."""
    from hustings.serving.folder import default_folder
    from hustings.serving.reach import reached

    words = ["--query", query, "--out", str(out.absolute())]
    for name in ("as_of", "cut", "by", "position", "to", "ground", "reference"):
        words += [f"--{name.replace('_', '-')}", said[name]] if said[name] is not None else []
    words += ["--creatives", str(creatives.absolute())] if creatives is not None else []
    words += ["--json"] if as_json else []
    with reached(said["data"] or default_folder()) as installation:
        command = [sys.executable, "-m", "django", "hand_over", *words]
        process = subprocess.Popen(command, env=installation.environment("owner"))
        try:
            return process.wait()
        except KeyboardInterrupt:
            # It takes away what it began; killed, it could not.
            process.terminate()
            process.wait()
            raise

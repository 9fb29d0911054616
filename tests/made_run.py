"""A small finished run, as `hustings detect` leaves it, whose names can be told when they leak."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2027, 1, 11, 9, tzinfo=UTC)
STAMP = pa.timestamp("us", "UTC")
# No word of these stands anywhere else in the run.
NAMES = ["Quillfeather", "web:marrowbone.example", "tw_zanzibarsson", "Ottoline Vex", "Pimpernel88"]
CONTENTS = "contentid"


def actor(number: int) -> tuple[str, str]:
    """Three on one platform, two on another."""
    return ("twitter" if number < 3 else "facebook", NAMES[number])


def tables() -> dict[str, list[dict[str, Any]]]:
    """Two findings: three who acted together, and two who share rare things; one names its member in a trace."""
    sides = lambda a, b: dict(
        zip(("platform_a", "actor_a", "platform_b", "actor_b"), (*actor(a), *actor(b)), strict=True)
    )
    members = [
        {"finding": int(number > 2), "platform": actor(number)[0], "actor": actor(number)[1], "score": 0.99 - number / 100,
         "basis": "timing" if number < 3 else "content"}
        for number in range(5)
    ]  # fmt: skip
    pairs = [(0, 1), (0, 2), (1, 2), (3, 4), (2, 3)]
    links, layers, evidence = [], [], []
    for a, b in pairs:
        timed = b < 3
        links.append(
            sides(a, b)
            | {"acts": 6 if timed else 0, "traces": 3, "kinds": ["link", "repost"], "p_timing": 1e-9 if timed else None,
               "q_timing": 1e-8 if timed else None, "p_content": None if timed else 1e-4, "q_content": None if timed else 0.01,
               "p_office": None, "q_office": None, "basis": "" if (a, b) == (2, 3) else "timing" if timed else "content"}
        )  # fmt: skip
        for kind in ("link", "repost"):
            layers.append(
                sides(a, b)
                | {"kind": kind, "acts": 3, "near": 3, "expected_acts": 0.5, "first_a": 1, "first_b": 2, "shared": 2,
                   "expected_shared": 0.25}
            )  # fmt: skip
        if (a, b) == (2, 3):
            continue
        for turn, (kind, trace) in enumerate(
            [
                ("link", "https://news.example/story"),
                ("link", "https://x.example/by-ottoline-vex/1"),
                ("repost", "post 77 of nobody"),
            ]
        ):
            at = START + timedelta(hours=turn + a, seconds=a)
            evidence.append(
                {"finding": int(a > 2), **sides(a, b), "kind": kind, "trace": trace, "content_a": f"{CONTENTS}{a}{turn}",
                 "content_b": f"{CONTENTS}{b}{turn}", "at_a": at, "at_b": at + timedelta(seconds=7), "gap_s": 7.0}
            )  # fmt: skip
    return {"members": members, "links": links, "layers": layers, "evidence": evidence}


def records() -> list[dict[str, Any]]:
    """findings.json; a limit and the site name an actor."""
    first = {
        "finding": 0, "members": 3, "basis": "timing", "platforms": ["twitter"], "first": "2027-01-11T09:00:00.000000Z",
        "last": "2027-01-11T12:00:08.000000Z", "links": 3, "traces": 3, "acts": 9, "expected_acts": 1.5, "score": 0.98,
        "sentence": "3 actors on twitter acted together: 9 times two of them posted the same thing within 60 seconds of each other; "
        "of actors who share the same things within 30 minutes, 2 such would be expected. Of members this sure, about 2 in 100 would "
        "be named by chance.",
        "limits": ["Acting together is not forbidden.", "90% of the posts that tie them lead to one site (marrowbone.example)."],
        "led": [{"platform": "facebook", "actor": NAMES[3]}], "kinds": {"link": 6, "repost": 3}, "rows_digest": "d" * 64,
        "leads": [{"platform": "facebook", "actor": NAMES[3], "acts": 9, "led": 8, "due": 2.25, "p": 0.0004, "q": 0.002}, {"platform": "facebook", "actor": NAMES[0], "acts": 9, "led": 1, "due": 2.25, "p": 0.94, "q": 1.0}],
        "layers": {"link": {"links": 3, "p": 1e-9, "share": 0.667}, "repost": {"links": 0, "p": 0.4, "share": 0.333}},
        "one_site": {"domain": "marrowbone.example", "share": 0.9, "posts": 9}, "overt": {"owner": "Quillfeather", "author": "us"},
    }  # fmt: skip
    second = first | {
        "finding": 1, "members": 2, "basis": "content", "platforms": ["facebook"], "links": 1, "acts": 0, "led": [], "one_site": None,
        "sentence": "2 actors on facebook share 3 rare things, more than their activity and the things' popularity explain; their "
        "timing is not closer than that of others. Of members this sure, about 2 in 100 would be named by chance.",
        "why_innocent": ["They may both follow Ottoline Vex."], "overt": None, "limits": ["Sharing is what colleagues do."],
    }  # fmt: skip
    return [first, second]


SCHEMAS = {
    "members": {"finding": pa.int64(), "score": pa.float64()},
    "links": {"acts": pa.int64(), "traces": pa.int64(), "kinds": pa.list_(pa.string())}
    | {f"{letter}_{ground}": pa.float64() for letter in "pq" for ground in ("timing", "content", "office")},
    "layers": {name: pa.int64() for name in ("acts", "near", "first_a", "first_b", "shared")}
    | {name: pa.float64() for name in ("expected_acts", "expected_shared")},
    "evidence": {"finding": pa.int64(), "at_a": STAMP, "at_b": STAMP, "gap_s": pa.float64()},
}


def made_run(
    folder: Path,
    change: Callable[[dict[str, Any]], None] | None = None,
    *,
    seed: int = 0,
    after: Callable[[Path], None] | None = None,
) -> Path:
    """Write the run; `change` works on what is written, `after` on the files once their digests are taken."""
    folder.mkdir(parents=True, exist_ok=True)
    held: dict[str, Any] = {
        **tables(),
        "findings": records(),
        "run": {
            "command": "detect", "version": "0.1.0", "settings": {"window_s": 60.0, "horizon_s": 1800.0, "fdr": 0.05}, "seed": seed,
            "inputs": [{"file": "posts.parquet", "sha256": "a" * 64}], "counts": {"rows": 500, "actors": 50, "findings": 2},
            "left_out": [{"kind": "repost", "trace": "post 99 of Pimpernel88", "rows": 9, "pairs": 36}], "seconds": 1.0,
        },
    }  # fmt: skip
    if change is not None:
        change(held)
    for name, types in SCHEMAS.items():
        rows = held[name]
        columns = list(rows[0])
        table = {
            column: pa.array([row.get(column) for row in rows], types.get(column, pa.string())) for column in columns
        }
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    (folder / "findings.json").write_text(json.dumps(held["findings"]))
    outputs = [*(f"{name}.parquet" for name in SCHEMAS), "findings.json"]
    held["run"]["outputs"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in outputs}
    (folder / "run.json").write_text(json.dumps(held["run"]))
    if after is not None:
        after(folder)
    return folder

"""How often somebody innocent is named because a campaign copied them.

    python benchmarks/framed.py --seeds 1-100 --background german-shifted russian-shifted --strength 1 0.5

In the manner of the bench: in its shifted background (where every real account is innocent of synchrony) a
campaign of 4 to 24 copies what one active account posts, a few seconds after it, whole seconds as the rows
have them, so that ties occur. In every other run each member copies all of the chosen posts, in the rest a
random half. The innocent counts as accused when it is a member of any finding and would not be one without the
campaign: `named_anyway` counts those who are, since real accounts do share rare things with their like on content,
framed or not (asked by detecting once more with the campaign's rows taken out).
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import planted

MOST = 0.01
# An account is worth framing, and can be, from so many posts on.
FEWEST_POSTS = 12
DELAY = 5


def main() -> None:
    """Read the options, measure, print."""
    parser = planted.options(__doc__ or "", seeds=["1-100"])
    parser.add_argument("--strength", nargs="+", type=float, default=[1.0, 0.5])
    parser.add_argument("--campaigns", type=int, default=1, help="framing campaigns per run")
    a = parser.parse_args()
    planted.show(
        measure(
            planted.parse_seeds(a.seeds),
            a.background,
            a.strength,
            campaigns=a.campaigns,
            detector=a.detector,
            jobs=a.jobs,
        )
    )


def measure(
    seeds: list[int],
    backgrounds: list[str],
    strengths: list[float],
    *,
    campaigns: int = 1,
    detector: str = "command",
    jobs: int = 1,
) -> dict[str, Any]:
    """All runs, and the table."""
    work = [
        {"background": b, "strength": s, "seed": n, "campaigns": campaigns, "detector": detector}
        for b in backgrounds
        for s in strengths
        for n in seeds
    ]
    runs = planted.each(work, run, jobs)
    table = [
        summary([r for r in runs if (r["background"], r["strength"]) == (b, s)], b, s)
        for b in backgrounds
        for s in strengths
    ]
    return {
        "benchmark": "framed",
        "detector": detector,
        "seeds": seeds,
        "campaigns_per_run": campaigns,
        "table": table,
        "reached": all(row["goals"]["innocent_accused"]["reached"] for row in table),
        "runs": runs,
    }


def run(*, background: str, strength: float, seed: int, campaigns: int, detector: str) -> dict[str, Any]:
    """One input with framing campaigns, searched."""
    with planted.scratch() as folder:
        frame(folder, background=background, strength=strength, seed=seed, campaigns=campaigns)
        took = planted.timed(planted.detector(detector), folder / "traces.parquet", folder / "found")
        found = pd.read_parquet(folder / "found" / "members.parquet")
        labels = pd.read_parquet(folder / "labels.parquet")
        members = set(found["actor"])
        unframed: set[str] = set()
        if members & set(labels.loc[labels["style"] == "framed", "actor"]):
            rows = pd.read_parquet(folder / "traces.parquet")
            rows = rows[~rows["actor"].isin(labels.loc[labels["style"] == "framing", "actor"])]
            rows.to_parquet(folder / "unframed.parquet", index=False)
            planted.detector(detector)(folder / "unframed.parquet", folder / "without")
            unframed = set(pd.read_parquet(folder / "without" / "members.parquet")["actor"])
    innocent = labels[labels["style"] == "framed"]
    framing = labels[labels["style"] == "framing"]
    named = innocent[innocent["actor"].isin(members)]
    anyway = named[named["actor"].isin(unframed)]
    accused = named[~named["actor"].isin(unframed)]
    return {
        "background": background, "strength": strength, "seed": seed, **took,
        "framed": len(innocent), "accused": len(accused), "named_anyway": len(anyway),
        "members_found": round(float(framing["actor"].isin(members).mean()), 4),
        "accusations": [
            {"members": int((framing["campaign"] == row.campaign).sum()), "posts_copied": round(row.posts_copied, 1),
             "participation": row.participation, "basis": found.loc[found["actor"] == row.actor, "basis"].tolist()}
            for row in accused.itertuples()
        ],
    }  # fmt: skip


def frame(folder: Path, *, background: str, strength: float, seed: int, campaigns: int) -> None:
    """Write traces.parquet and labels.parquet (style `framing` for members, `framed` for the innocent)."""
    bench = planted.bench_module("inject")
    random = np.random.default_rng([seed, 2])
    rows = bench.shifted(bench.real(background.removesuffix("-shifted")), random)
    posts = rows.groupby("actor")["content"].nunique()
    active = posts[posts >= FEWEST_POSTS].index.to_numpy()
    made, labels = [rows], []
    for number, innocent in enumerate(random.choice(active, campaigns, replace=False).tolist()):
        participation = 1.0 if (seed + number) % 2 else 0.5
        made.append(campaign(number, rows[rows["actor"] == innocent], participation, strength, random))
        members = made[-1]["actor"].unique().tolist()
        copied = made[-1]["content"].nunique() / len(members)
        labels += [(member, number, "framing", participation, copied) for member in members]
        labels.append((innocent, number, "framed", participation, copied))
    table = pd.DataFrame(labels, columns=["actor", "campaign", "style", "participation", "posts_copied"])
    everything, table = bench.renamed(pd.concat(made, ignore_index=True), table, random)
    at = pd.to_datetime(everything.pop("timestamp").astype("int64"), unit="s", utc=True)
    everything["at"] = at.astype("datetime64[us, UTC]")
    folder.mkdir(parents=True, exist_ok=True)
    columns = ["platform", "actor", "kind", "trace", "content", "at"]
    everything[columns].sample(frac=1, random_state=seed).to_parquet(folder / "traces.parquet", index=False)
    table.to_parquet(folder / "labels.parquet", index=False)


def campaign(
    number: int, own: pd.DataFrame, participation: float, strength: float, random: np.random.Generator
) -> pd.DataFrame:
    """Rows of a campaign that copies posts of `own`, whole posts, every trace they carry."""
    size = int(random.integers(4, 25))
    actions = max(3, int(random.integers(6, 30) * strength))
    contents = random.permutation(own["content"].unique())[:actions]
    copies = []
    for member in range(size):
        taken = contents[random.random(len(contents)) < participation]
        if not len(taken):
            taken = contents[:1]
        mine = own[own["content"].isin(taken)].copy()
        # One delay per copied post: what a post carries is posted together.
        code, names = pd.factorize(mine["content"])
        mine["timestamp"] = mine["timestamp"] + random.exponential(DELAY, len(names)).astype(np.int64)[code]
        mine["content"] = [f"framing {number} {member} {n}" for n in code]
        copies.append(mine.assign(actor=f"framing {number} {member}"))
    return pd.concat(copies, ignore_index=True)


def summary(runs: list[dict[str, Any]], background: str, strength: float) -> dict[str, Any]:
    """The share of framed innocents who are members of a finding."""
    framed = sum(r["framed"] for r in runs)
    accused = sum(r["accused"] for r in runs)
    return {
        "background": background,
        "strength": strength,
        "runs": len(runs),
        "framed": framed,
        "accused": accused,
        "named_anyway": sum(r["named_anyway"] for r in runs),
        "members_found": planted.mean(r["members_found"] for r in runs),
        "cpu_s": planted.mean(r["cpu_s"] for r in runs),
        "goals": {"innocent_accused": planted.goal(round(accused / max(framed, 1), 4), most=MOST)},
    }


if __name__ == "__main__":
    main()

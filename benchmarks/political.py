"""Political or not, on pages and countries never seen, beside a plain text model in the same run.

    python benchmarks/political.py               about fifteen minutes on one core, most of them the peer's
    python benchmarks/political.py --only de-CH pages --no-peer

Prints one JSON document. For each split the model is made anew, curves and thresholds included, without the texts
that it is then asked about: a whole country, or a quarter of the pages of each country that names them. The peer is
TF-IDF of words and characters with logistic regression, made from the texts of the same language alone, at 0.5.
Recall on ads is the share answered "political": all of them are.
"""

import argparse
import csv
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import planted
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from hustings.cli.data import data_folder
from hustings.cli.model import read_seeds
from hustings.screening.political import Extra, Politics
from hustings.screening.political.folds import apart, folds, runs
from hustings.screening.political.measures import measures
from hustings.screening.political.seed import Seed
from hustings.screening.political.train import train

COUNTRIES = ("en-AU", "en-US", "de-CH", "de-AT")
PAGED = ("de-CH", "fi-FI", "it-IT", "nl-BE")
PRECISION, RECALL, RATIO = 0.90, 0.80, 2.0
PARTS = 4
KEPT = ("texts", "precision", "precision_even", "recall", "miss_rate", "false_alarm_rate", "precision_at_80", "area", "brier", "reliability")  # fmt: skip
Judge = Callable[[list[Seed]], tuple[np.ndarray, np.ndarray]]


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[*COUNTRIES, "pages", "ads"], default=[*COUNTRIES, "pages", "ads"])
    parser.add_argument("--no-peer", dest="peer", action="store_false")
    a = parser.parse_args()
    planted.show(measure(only=a.only, peer=a.peer))


def measure(*, only: list[str], peer: bool = True) -> dict[str, Any]:
    """All figures."""
    data = data_folder()
    if data is None:
        sys.exit("The labelled texts are not here. Set HUSTINGS_DATA.")
    begun = time.perf_counter()
    seeds = read_seeds(data / "political-text-seeds")
    splits = {}
    for country in [each for each in COUNTRIES if each in only]:
        aside = np.array([seed.country == country for seed in seeds])
        splits[f"{country} unseen"] = split(seeds, aside, peer=peer)
    by_language: dict[str, float] = {}
    if "pages" in only:
        fold = folds(seeds, PARTS)
        for country, row in of_pages(seeds, fold, peer=peer).items():
            splits[f"{country} pages"] = row
    for name, row in splits.items():
        by_language.setdefault(name, row["ours"]["miss_rate"])
    goals = {}
    for name, row in splits.items():
        goals[f"{name}: precision at recall 0.80"] = planted.goal(row["ours"]["precision_at_80"], least=PRECISION)
    if by_language:
        worst, best = max(by_language.values()), min(by_language.values())
        goals["worst to best miss rate"] = planted.goal(round(worst / max(best, 1e-9), 2), most=RATIO)
    told: dict[str, Any] = {"benchmark": "political", "goals": goals,
                            "reached": all(goal["reached"] for goal in goals.values()), "splits": splits}  # fmt: skip
    if "ads" in only:
        told["ads"] = of_ads(data, seeds, peer=peer)
    told["wall_s"] = round(time.perf_counter() - begun, 1)
    return told


def split(seeds: list[Seed], aside: np.ndarray, *, peer: bool) -> dict[str, Any]:
    """A model made without some texts, asked about them."""
    learnt = without(seeds, aside)
    asked = [seed for seed, held in zip(seeds, aside, strict=True) if held]
    model = train(learnt)
    row = {"ours": rates(model, asked)}
    if peer:
        row["peer"] = peer_rates(learnt, asked)
    return row


def of_pages(seeds: list[Seed], fold: np.ndarray, *, peer: bool) -> dict[str, dict[str, Any]]:
    """A quarter of the pages of all countries that name them, unseen at once."""
    aside = np.array([seed.country in PAGED and part == 0 for seed, part in zip(seeds, fold, strict=True)])
    learnt = without(seeds, aside)
    model = train(learnt)
    rows = {}
    for country in PAGED:
        asked = [seed for seed, held in zip(seeds, aside, strict=True) if held and seed.country == country]
        rows[country] = {"ours": {"pages": len({seed.page for seed in asked}), **rates(model, asked)}}
        if peer:
            rows[country]["peer"] = peer_rates(learnt, asked)
    return rows


def without(seeds: list[Seed], aside: np.ndarray) -> list[Seed]:
    """The other texts, but for those that repeat one set aside."""
    held = [runs(seed.text) for seed in seeds]
    return [seeds[row] for row in apart(held, np.flatnonzero(~aside), np.flatnonzero(aside))]


def rates(model: Politics, asked: list[Seed]) -> dict[str, Any]:
    """Rates of the model as it is used: one text after the other."""
    begun = time.process_time()
    judged = [model.judge(seed.text, seed.language) for seed in asked]
    speed = len(asked) / (time.process_time() - begun)
    political = np.array([seed.political for seed in asked])
    probability = np.array([one.probability for one in judged])
    threshold = model.curves[asked[0].language].threshold
    return {**kept(political, probability, threshold), "texts_per_cpu_s": round(speed)}


def peer_rates(learnt: list[Seed], asked: list[Seed]) -> dict[str, Any]:
    """The plain model's."""
    same = [seed for seed in learnt if seed.language == asked[0].language]
    model = peer_of(same)
    judged = model.predict_proba([seed.text for seed in asked])[:, 1]
    row = kept(np.array([seed.political for seed in asked]), judged, 0.5)
    row.pop("reliability")
    return row


def peer_of(same: list[Seed]) -> Any:
    """TF-IDF of words and characters, logistic regression."""
    texts = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
    )
    model = make_pipeline(texts, LogisticRegression(C=3, max_iter=300, class_weight="balanced"))
    return model.fit([seed.text for seed in same], [seed.political for seed in same])


def kept(political: np.ndarray, probability: np.ndarray, threshold: float) -> dict[str, Any]:
    """What is printed of a split."""
    found = measures(political, probability, threshold)
    return {name: getattr(found, name) for name in KEPT}


def of_ads(data: Path, seeds: list[Seed], *, peer: bool) -> dict[str, Any]:
    """Recall on political ads of other kinds and years, with their text alone and with what else is known."""
    model = train(seeds)
    sets = {"IRA 2015-2017": ira(data), "Meta 2019": meta(data), "Snap 2018": snap(data)}
    other = peer_of([seed for seed in seeds if seed.language == "en"]) if peer else None
    told = {}
    for name, ads in sets.items():
        judged = [model.judge(text, "en") for text, _ in ads]
        helped = [model.judge(text, "en", extra=extra) for text, extra in ads]
        row = {
            "ads": len(ads), "recall": share([one.answer for one in judged]),
            "recall_with_extra": share([one.answer for one in helped]),
            "recall_at_0.3": share([one.probability >= 0.3 for one in judged]),
        }  # fmt: skip
        if other is not None:
            odds = other.predict_proba([text for text, _ in ads])[:, 1]
            row |= {"peer_recall": share(odds >= 0.5), "peer_recall_at_0.3": share(odds >= 0.3)}
        told[name] = row
    return told


def share(flags: Any) -> float:
    """Share of those that are true."""
    return round(float(np.mean(list(flags))), 4)


def ira(data: Path) -> list[tuple[str, Extra]]:
    """Ads with a text of at least 15 characters; those that lead to a browser extension are not political."""
    rows = map(json.loads, (data / "ira-ads" / "ads.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        (row["text"], Extra(landing_domain=row["landing_domain"] or "",
                            targeting=[one["value"] for one in row["targeting"] if one["dimension"] in {"interest", "politics", "behavior"}]))
        for row in rows if row["text"] and len(row["text"]) >= 15 and row["landing_domain"] != "musicfb.info"
    ]  # fmt: skip


def meta(data: Path) -> list[tuple[str, Extra]]:
    """Answers to a query for a politician's initials: different texts once, page and landing domain known."""
    rows = csv.DictReader(io.StringIO((data / "meta-ad-library-api-2019" / "fb_ads.csv").read_text(encoding="utf-8")))
    texts = {}
    for row in rows:
        text = "\n".join(
            row[name]
            for name in ("ad_creative_body", "ad_creative_link_title", "ad_creative_link_description")
            if row[name]
        )
        texts.setdefault(text, Extra(landing_domain=row["ad_creative_link_caption"]))
    return [(text, extra) for text, extra in texts.items() if len(text) >= 15]


def snap(data: Path) -> list[tuple[str, Extra]]:
    """Snap's rows hold no text of the ad: what is judged is who pays and for which candidate or ballot, once each."""
    text = (data / "snap-political-2018" / "PoliticalAds2018.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        said = f"Paid for by {row['PayingAdvertiserName']}. {row['CandidateBallotInformation']}"
        found.setdefault(said, Extra(targeting=[each for each in row["Interests"].split(",") if each]))
    return list(found.items())


if __name__ == "__main__":
    main()

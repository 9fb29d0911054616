"""Political or not, on pages and countries never seen, beside a plain text model in the same run.

    python benchmarks/political.py               about twenty minutes on one core, a good part of them the peer's
    python benchmarks/political.py --only de-CH pages --no-peer

Prints one JSON document. For each split the model is made anew, curves and thresholds included, without the texts
that it is then asked about: a whole country, or a quarter of the pages of each country that names them, each quarter
in its turn. A language's error rates are those of its unseen countries and pages together. The peer is TF-IDF of
words and characters with logistic regression, made from the texts of the same language alone, at 0.5.
`beside` asks again about every tenth text of a page, with as many of the same page's other texts as a sponsor's other
ads. Recall on ads is the share answered "political": all of them are.
"""

import argparse
import csv
import io
import json
import sys
import time
from collections.abc import Sequence
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
from hustings.screening.political.folds import apart, folds
from hustings.screening.political.measures import measures
from hustings.screening.political.seed import Seed
from hustings.screening.political.train import Taken, train

COUNTRIES = ("en-AU", "en-US", "de-CH", "de-AT")
PAGED = ("de-CH", "fi-FI", "it-IT", "nl-BE")
PRECISION, RECALL, RATIO = 0.90, 0.80, 2.0
PARTS = 4
BESIDE, EVERY = (3, 10), 10


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
    taken = Taken.of(seeds)
    splits: dict[str, dict[str, Any]] = {}
    for country in [each for each in COUNTRIES if each in only]:
        aside = np.array([seed.country == country for seed in seeds])
        splits[f"{country} unseen"] = told([split(seeds, taken, aside, [country], peer=peer)[country]])
    if "pages" in only:
        fold = folds(seeds, PARTS)
        quarters = [
            split(seeds, taken, np.isin([seed.country for seed in seeds], PAGED) & (fold == part), PAGED, peer=peer)
            for part in range(PARTS)
        ]
        for country in PAGED:
            splits[f"{country} pages"] = told([quarter[country] for quarter in quarters])
    goals = {}
    for name, row in splits.items():
        goals[f"{name}: precision at recall 0.80"] = planted.goal(row["ours"]["precision_at_80"], least=PRECISION)
        if "beside" in row:
            goals[f"{name}, with the sponsor's other ads"] = planted.goal(
                row["beside"][str(max(BESIDE))]["precision_at_80"], least=PRECISION
            )
    languages = by_language(splits)
    if len(languages) > 1:
        missed = [row["miss_rate"] for row in languages.values()]
        goals["worst to best miss rate"] = planted.goal(round(max(missed) / max(min(missed), 1e-9), 2), most=RATIO)
    found: dict[str, Any] = {"benchmark": "political", "goals": goals,
                             "reached": all(goal["reached"] for goal in goals.values()),
                             "languages": languages, "splits": splits}  # fmt: skip
    if "ads" in only:
        found["ads"] = of_ads(data, seeds, taken, peer=peer)
    found["wall_s"] = round(time.perf_counter() - begun, 1)
    return found


def split(
    seeds: list[Seed], taken: Taken, aside: np.ndarray, countries: Sequence[str], *, peer: bool
) -> dict[str, dict[str, Any]]:
    """A model made without some texts, asked about them, country by country."""
    left = apart(taken.held, np.flatnonzero(~aside), np.flatnonzero(aside))  # nothing that repeats one set aside
    learnt = [seeds[row] for row in left]
    model = train(learnt, taken=taken[left])
    rows: dict[str, dict[str, Any]] = {}
    for country in countries:
        asked = [seed for seed, held in zip(seeds, aside, strict=True) if held and seed.country == country]
        rows[country] = {"asked": asked, "ours": judged(model, [(seed, None) for seed in asked])}
        if country in PAGED:
            for count in BESIDE:
                rows[country][f"beside {count}"] = judged(model, with_others(asked, count))
        if peer:
            same = [seed for seed in learnt if seed.language == asked[0].language]
            rows[country]["peer"] = peer_of(same).predict_proba([seed.text for seed in asked])[:, 1]
    return rows


def told(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The rates of one country from one model or more, each asked about its own part."""
    asked = [seed for part in parts for seed in part["asked"]]
    row: dict[str, Any] = {
        "ours": {"pages": len({seed.page for seed in asked}), **rates([part["ours"] for part in parts])}
    }
    if "beside 10" in parts[0]:
        row["beside"] = {str(count): rates([part[f"beside {count}"] for part in parts]) for count in BESIDE}
    if "peer" in parts[0]:
        truth = np.array([seed.political for seed in asked])
        row["peer"] = kept(truth, np.concatenate([part["peer"] for part in parts]))
    return row


def with_others(asked: list[Seed], count: int) -> list[tuple[Seed, Extra | None]]:
    """Every tenth text of a page, with the page's next texts as the other ads of its sponsor."""
    of_page: dict[str | None, list[Seed]] = {}
    for seed in asked:
        of_page.setdefault(seed.page, []).append(seed)
    return [
        (seed, Extra(beside=[one.text for one in (page[at + 1 :] + page[:at])[:count]]))
        for page in of_page.values()
        for at, seed in enumerate(page)
        if at % EVERY == 0
    ]


def by_language(splits: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Error rates of a language: of its countries that name no pages as a whole, of the others by page."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for name, row in splits.items():
        country, kind = name.split()
        if (kind == "pages") == (country in PAGED):
            parts.setdefault(country.split("-")[0], []).append(row["ours"])
    return {
        language: {
            "texts": sum(row["texts"] for row in rows),
            "miss_rate": round(sum(row["missed"] for row in rows) / sum(row["political"] for row in rows), 4),
            "false_alarm_rate": round(
                sum(row["false"] for row in rows) / sum(row["texts"] - row["political"] for row in rows), 4
            ),
            "miss_rate_of_the_worst_and_best_split": [max(row["miss_rate"] for row in rows), min(row["miss_rate"] for row in rows)],
        }
        for language, rows in sorted(parts.items())
    }  # fmt: skip


def judged(model: Politics, asked: list[tuple[Seed, Extra | None]]) -> dict[str, Any]:
    """What the model says as it is used: one text after the other."""
    begun = time.process_time()
    found = [model.judge(seed.text, seed.language, extra=extra) for seed, extra in asked]
    return {
        "cpu_s": time.process_time() - begun,
        "political": np.array([seed.political for seed, _ in asked], bool),
        "probability": np.array([one.probability for one in found]),
        "answer": np.array([one.answer for one in found], bool),
    }


def rates(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Rates of what one model or more answered, each at the threshold it was made with."""
    political, answer = (np.concatenate([part[name] for part in parts]) for name in ("political", "answer"))
    found = kept(political, np.concatenate([part["probability"] for part in parts]))
    at_threshold = measures(political, answer.astype(float), 0.5)
    return {
        "texts": len(political), "political": int(political.sum()), "missed": int((political & ~answer).sum()),
        "false": int((~political & answer).sum()),
        **{name: getattr(at_threshold, name) for name in ("precision", "precision_even", "recall", "miss_rate", "false_alarm_rate")},
        **found, "texts_per_cpu_s": round(len(political) / max(sum(part["cpu_s"] for part in parts), 1e-9)),
    }  # fmt: skip


def peer_of(same: list[Seed]) -> Any:
    """TF-IDF of words and characters, logistic regression."""
    texts = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
    )
    model = make_pipeline(texts, LogisticRegression(C=3, max_iter=300, class_weight="balanced"))
    return model.fit([seed.text for seed in same], [seed.political for seed in same])


def kept(political: np.ndarray, probability: np.ndarray) -> dict[str, Any]:
    """What is printed of probabilities, whatever the threshold."""
    found = measures(political, probability, 0.5)
    return {name: getattr(found, name) for name in ("precision_at_80", "area", "brier", "reliability")}


def of_ads(data: Path, seeds: list[Seed], taken: Taken, *, peer: bool) -> dict[str, Any]:
    """Recall on political ads of other kinds and years, with their text alone and with what else is known."""
    model = train(seeds, taken=taken)
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

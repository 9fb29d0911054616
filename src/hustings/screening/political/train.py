"""Learning what is political from labelled texts, with error rates from pages that were set aside."""

__all__ = ["Taken", "TrainSettings", "train"]

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import exp
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from hustings.errors import BadInput, Problem
from hustings.progress import Progress, Silent
from hustings.screening.political.features import PLACES, Features, features
from hustings.screening.political.fitting import balanced, curve, weights
from hustings.screening.political.folds import apart, folds, runs
from hustings.screening.political.measures import Measures, measures, threshold_at
from hustings.screening.political.politics import (
    LEAST_OF_PIECES,
    LEAST_OF_WORDS,
    MOST_BESIDE,
    Block,
    Curve,
    Politics,
    leaning,
    probabilities,
)
from hustings.screening.political.seed import Seed

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """How it is learnt. The defaults are those of the published figures.

    parts             folds of pages set aside in turn
    strength, pieces_strength   how much the texts count beside the penalty on large weights, for words and for pieces
    part_of_pieces    what pieces add to the score; words add the rest
    fewest_words, fewest_pieces   a word, or piece, in fewer texts than this says nothing
    precision, recall   the goal: thresholds give every language the same recall, the highest at which each keeps this
                      precision at even odds, and not less than this recall
    most_recall       and not more, for a miss rate near zero cannot be kept on other pages
    """

    parts: int = 4
    strength: float = 4.0
    pieces_strength: float = 8.0
    part_of_pieces: float = 2 / 3
    lexicon_strength: float = 20.0
    fewest_words: int = 2
    fewest_pieces: int = 4
    precision: float = 0.9
    recall: float = 0.82
    most_recall: float = 0.88


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Texts taken apart, in the order of their seeds: as numbers, and as the runs of words that show repeats."""

    rows: Features
    held: tuple[frozenset[int], ...]

    @staticmethod
    def of(seeds: Sequence[Seed]) -> "Taken":
        """Take them apart, which is half the work where many models are made from the same texts."""
        return Taken(rows=features([seed.text for seed in seeds]), held=tuple(runs(seed.text) for seed in seeds))

    def __getitem__(self, some: Rows) -> "Taken":
        return Taken(rows=self.rows[some], held=tuple(self.held[row] for row in some))


def train(
    seeds: Sequence[Seed],
    *,
    settings: TrainSettings | None = None,
    progress: Progress | None = None,
    taken: Taken | None = None,
) -> Politics:
    """Learn from labelled texts.

    Reads    seeds of one or more languages, each with texts of both kinds; `taken` where they are taken apart already.
    Gives    a model with a curve and threshold for each language; `facts` holds the error rates measured on pages, and
             where these are not known on whole countries, that were set aside.
    Edges    texts that repeat one another are never on both sides of a fold.
    Costs    five fits; a minute for 31,000 texts on one core.
    Raises   BadInput where a language has texts of one kind alone, or nothing is left to set aside.
    """
    settings = settings or TrainSettings()
    progress = progress or Silent()
    check(seeds)
    progress.step("Taking texts apart")
    taken = taken or Taken.of(seeds)
    rows, held = taken.rows, taken.held
    political = np.array([seed.political for seed in seeds])
    language = np.array([seed.language for seed in seeds])
    fold = folds(seeds, settings.parts)
    progress.step("Learning, each time without the pages set aside")
    scores = np.zeros(len(seeds))
    for part in range(settings.parts):
        progress.at(part, settings.parts + 1)
        aside = np.flatnonzero(fold == part)
        if aside.size:
            learnt = apart(held, np.flatnonzero(fold != part), aside)
            scores[aside] = fit(seeds, rows, learnt, settings).scores(rows[aside])
    progress.at(settings.parts, settings.parts + 1)
    everything = np.arange(len(seeds))
    model = fit(seeds, rows, everything, settings)
    curves, measured = _curves(scores, political, language, settings)
    curves["other"], measured["other"] = _of_strange(seeds, rows, model, settings)
    facts: dict[str, Any] = {
        "texts": len(seeds), "countries": sorted({seed.country for seed in seeds}), "settings": asdict(settings),
        "measured": {name: asdict(each) for name, each in measured.items()},
        "carried": {name: asdict(each) for name, each in _carried(scores, political, language, fold, settings).items()},
        "beside": {name: asdict(each) for name, each in _beside(seeds, scores, curves).items()},
        "by_country": {
            country: asdict(measures(political[at], probabilities(scores[at], curves[language[at[0]]]), curves[language[at[0]]].threshold))
            for country in sorted({seed.country for seed in seeds})
            for at in [np.flatnonzero(np.array([seed.country == country for seed in seeds]))]
        },
    }  # fmt: skip
    return replace(model, curves=curves, facts=facts)


def check(seeds: Sequence[Seed]) -> None:
    """Refuse seeds that nothing can be learnt from."""
    problems = []
    for language in sorted({seed.language for seed in seeds}):
        kinds = {seed.political for seed in seeds if seed.language == language}
        if len(kinds) < 2:
            problems.append(
                Problem(
                    where=f"language {language}",
                    found=f"only texts that are {'political' if kinds.pop() else 'not political'}",
                    expected="texts of both kinds",
                    do="Add the other kind, or leave the language out.",
                )
            )
    if not seeds:
        problems.append(
            Problem(where="seeds", found="no texts", expected="labelled texts", do="Name a folder that holds some.")
        )
    if problems:
        raise BadInput("Nothing can be learnt from these texts.", problems)


def fit(seeds: Sequence[Seed], rows: Features, learnt: Rows, settings: TrainSettings) -> Politics:
    """Weights from the rows `learnt` alone; curves are still missing."""
    some = rows[learnt]
    political = np.array([seeds[row].political for row in learnt])
    share = balanced([(seeds[row].country, seeds[row].political) for row in learnt])
    words, pieces = _rarity(some.words, settings.fewest_words), _rarity(some.pieces, settings.fewest_pieces)
    middle, spread = some.dense.mean(0), some.dense.std(0) + 1e-3
    bare = Politics(
        words=Block(rarity=words, weight=np.zeros(PLACES), least=LEAST_OF_WORDS),
        pieces=Block(rarity=pieces, weight=np.zeros(PLACES), least=LEAST_OF_PIECES),
        middle=middle, spread=spread, dense=np.zeros(len(middle)), constant=0.0,
        lexicon=np.zeros(len(middle)), lexicon_constant=0.0, curves={},
    )  # fmt: skip
    scaled = sp.csr_matrix(bare.scaled(some.dense))
    # Learnt apart and added up: learnt together, the more telling of the two would leave nothing to the other, and
    # where a country's words are new its pieces would be missed.
    of_word, by_words = _view(bare.words, some.words, scaled, political, share, settings.strength)
    of_piece, by_pieces = _view(bare.pieces, some.pieces, scaled, political, share, settings.pieces_strength)
    part = settings.part_of_pieces
    both = (1 - part) * by_words + part * by_pieces
    lexicon = weights(scaled, political, share, strength=settings.lexicon_strength)
    return Politics(
        words=Block(rarity=words, weight=((1 - part) * of_word).astype(np.float32).astype(np.float64), least=LEAST_OF_WORDS),
        pieces=Block(rarity=pieces, weight=(part * of_piece).astype(np.float32).astype(np.float64), least=LEAST_OF_PIECES),
        middle=middle, spread=spread, dense=both[:-1], constant=float(both[-1]),
        lexicon=lexicon[:-1], lexicon_constant=float(lexicon[-1]), curves={},
    )  # fmt: skip


def _view(
    block: Block, counts: sp.csr_matrix, scaled: sp.csr_matrix, political: Flags, share: Numbers, strength: float
) -> tuple[Numbers, Numbers]:
    """Weights of all places, and of the dense numbers and the constant, learnt from one kind of place and the dense."""
    kept = np.flatnonzero(block.rarity)
    # What leans to one side in the texts is given a larger step, so that the penalty falls on the rest.
    step = np.concatenate([leaning_of(counts, political, share)[kept], np.ones(scaled.shape[1])])
    table = (sp.hstack([block.row(counts)[:, kept], scaled]).tocsr() @ sp.diags(step)).astype(np.float32)
    found = weights(table, political, share, strength=strength)
    found[:-1] *= step
    every = np.zeros(PLACES)
    every[kept] = found[: len(kept)]
    return every, found[len(kept) :]


def _rarity(counts: sp.csr_matrix, fewest: int) -> Numbers:
    """Inverse document frequency of each place; 0 where fewer than `fewest` texts have it."""
    texts = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + counts.shape[0]) / (1 + texts)) + 1
    # As they are saved, so that a model judges the same before and after.
    return np.where(texts >= fewest, rarity, 0.0).astype(np.float32).astype(np.float64)


def leaning_of(counts: sp.csr_matrix, political: Flags, share: Numbers) -> Numbers:
    """For each place the root of how far its odds of standing in a political text lie from even, in log odds.

    Source   Wang and Manning 2012, Baselines and bigrams: simple, good sentiment and topic classification
    """
    held = sp.csr_matrix((np.ones(len(counts.data)), counts.indices, counts.indptr), shape=counts.shape)
    yes, no = (1 + held.T @ (share * kind) for kind in (political, ~political))
    return np.sqrt(np.abs(np.log(yes / yes.sum()) - np.log(no / no.sum())))


def _curves(
    scores: Numbers, political: Flags, language: npt.NDArray[np.str_], settings: TrainSettings
) -> tuple[dict[str, Curve], dict[str, Measures]]:
    """A curve for each language, and thresholds at which all of them find the same share of what is political."""
    bare, at = {}, {}
    for name in sorted(set(language.tolist())):
        at[name] = language == name
        some, share = political[at[name]], balanced(political[at[name]].tolist())
        slope, constant = curve(scores[at[name]], some, share)
        bare[name] = Curve(slope=slope, constant=constant, threshold=0.5)
    judged = {name: probabilities(scores[at[name]], bare[name]) for name in bare}
    reachable = [best_recall(political[at[name]], judged[name], settings.precision) for name in bare]
    recall = min(max(min(reachable), settings.recall), settings.most_recall)
    curves, found = {}, {}
    for name, each in bare.items():
        threshold = threshold_at(political[at[name]], judged[name], recall)
        curves[name] = Curve(slope=each.slope, constant=each.constant, threshold=threshold)
        found[name] = measures(political[at[name]], judged[name], threshold)
    return curves, found


def _carried(
    scores: Numbers, political: Flags, language: npt.NDArray[np.str_], fold: Rows, settings: TrainSettings
) -> dict[str, Measures]:
    """Error rates by language where curve and threshold, too, come from other folds than the texts they are asked of.

    Thresholds chosen on the texts that are then counted make all languages miss the same; these are what to expect.
    """
    judged, answer, asked = np.zeros(len(scores)), np.zeros(len(scores)), np.zeros(len(scores), bool)
    for part in sorted(set(fold.tolist())):
        rest = fold != part
        able = [
            name
            for name in sorted(set(language.tolist()))
            if len(set(political[rest & (language == name)].tolist())) == 2
        ]
        kept = rest & np.isin(language, able)
        curves = _curves(scores[kept], political[kept], language[kept], settings)[0] if able else {}
        for name, each in curves.items():
            at = ~rest & (language == name)
            judged[at] = probabilities(scores[at], each)
            answer[at] = judged[at] >= each.threshold
            asked |= at
    found = {}
    for name in sorted(set(language[asked].tolist())):
        at = asked & (language == name)
        if len(set(political[at].tolist())) == 2:
            bare = measures(political[at], judged[at], 0.5)
            found[name] = replace(
                measures(political[at], answer[at], 0.5), precision_at_80=bare.precision_at_80, area=bare.area,
                brier=bare.brier, reliability=bare.reliability,
            )  # fmt: skip
    return found


def _beside(seeds: Sequence[Seed], scores: Numbers, curves: dict[str, Curve]) -> dict[str, Measures]:
    """Error rates by language where the page's next ten texts are known as its sponsor's other ads.

    Limits   a page has one label here, so that its texts agree more than a sponsor's ads do
    """
    of_page: dict[tuple[str, str], list[int]] = {}
    for row, seed in enumerate(seeds):
        if seed.page is not None:
            of_page.setdefault((seed.country, seed.page), []).append(row)
    own = [curves[seed.language].log_odds(score) for seed, score in zip(seeds, scores.tolist(), strict=True)]
    judged: dict[str, list[tuple[bool, float]]] = {}
    for rows in of_page.values():
        for at, row in enumerate(rows):
            others = (rows[at + 1 :] + rows[:at])[:MOST_BESIDE]
            log_odds = max(min(own[row] + leaning([own[other] for other in others]), 30.0), -30.0)
            judged.setdefault(seeds[row].language, []).append((seeds[row].political, 1 / (1 + exp(-log_odds))))
    found = {}
    for name, pairs in sorted(judged.items()):
        political = np.array([each for each, _ in pairs])
        if len(set(political.tolist())) == 2:
            found[name] = measures(political, np.array([each for _, each in pairs]), curves[name].threshold)
    return found


def best_recall(political: Flags, judged: Numbers, precision: float) -> float:
    """The highest recall at which precision, at even odds, is at least as given; 0 where there is none."""
    order = np.argsort(-judged, kind="stable")
    hits = np.cumsum(political[order]) / political.sum()
    false = np.cumsum(~political[order]) / (~political).sum()
    good = hits[hits >= precision * (hits + false)]
    return float(good[-1]) if good.size else 0.0


def _of_strange(
    seeds: Sequence[Seed], rows: Features, model: Politics, settings: TrainSettings
) -> tuple[Curve, Measures]:
    """The lexicon's curve, from languages each judged by what the others taught; a wider doubt where there is one only."""
    language = np.array([seed.language for seed in seeds])
    political = np.array([seed.political for seed in seeds])
    share = balanced([(seed.country, seed.political) for seed in seeds])
    scaled = model.scaled(rows.dense)
    scores = scaled @ model.lexicon + model.lexicon_constant
    names = sorted(set(language.tolist()))
    for name in names if len(names) > 1 else []:
        others = language != name
        found = weights(
            sp.csr_matrix(scaled[others]), political[others], share[others], strength=settings.lexicon_strength
        )
        scores[~others] = scaled[~others] @ found[:-1] + found[-1]
    slope, constant = curve(scores, political, share)
    bare = Curve(slope=slope, constant=constant, threshold=0.5)
    judged = probabilities(scores, bare)
    threshold = threshold_at(political, judged, settings.recall)
    return Curve(slope=slope, constant=constant, threshold=threshold), measures(political, judged, threshold)

"""Who posted texts of one meaning within a day."""

__all__ = ["MEANING"]

from datetime import timedelta

import numpy as np
import pyarrow as pa

from hustings.detection.address import WEB
from hustings.detection.compiled import Codes
from hustings.detection.folding import BETWEEN_WORDS, MENTION
from hustings.detection.signals.episodes import Episodes, episode_rows, episodes
from hustings.detection.signals.sentence_model import Vectors, bundled_model
from hustings.detection.signals.signal import Signal, SignalSettings, column, in_time
from hustings.detection.signals.stars import stars_of_pairs

# Episodes compared with others at a time.
BLOCK = 1_024


def meaning_traces(posts: pa.Table, settings: SignalSettings) -> pa.Table:
    """Two actors posted texts of one meaning within a day (`window`).

    Reads    `text`, without accounts (@) and web addresses; of 40 signs at least (`shortest`), the first 256 words or so.
    Alike    two texts whose vectors have a cosine of 0.85 (`meaning`), by a small published model (all-MiniLM-L6-v2)
             whose weights come with the optional package; nothing is fetched. All pairs within the window are compared.
    Trace    the first post of a text with which others are alike, as `platform content`. A text is never chained to
             what it is unlike: every text of a trace is alike the one that names it.
    At       the post, and its time: timing and content are both asked. A post counts once, by its rarest trace.
    Limits   the model was trained on English: of other languages it knows little, and texts of one meaning in two
             languages mostly do not meet. Denials lie near what they deny. Many people say the same of one event within
             a day, so alone it says little. About 40 texts a second and core, and every pair in the window is looked at.
    Source   Reimers and Gurevych 2019, doi:10.18653/v1/D19-1410.

    Example
        platform | actor | content | at       | text
        x        | ann   | 1       | 12:00:10 | The election was stolen by people who counted the votes twice.
        x        | bob   | 2       | 12:05:10 | @ann People who counted the votes twice have stolen the election
        x        | cem   | 3       | 12:06:10 | Tomorrow it will rain in the north, with some sun in the evening.
    gives
        platform | actor | trace | content | at
        x        | ann   | x 1   | 1       | 12:00:10
        x        | bob   | x 1   | 2       | 12:05:10
    """
    posts = in_time(posts)
    coded = column(posts, "text").dictionary_encode()
    plain = [
        BETWEEN_WORDS.sub(" ", MENTION.sub(" ", WEB.sub(" ", text))).strip() for text in coded.dictionary.to_pylist()
    ]
    texts = pa.array([text if len(text) >= settings.shortest else None for text in plain], pa.string())
    texts = texts.take(coded.indices).dictionary_encode()
    units = episodes(posts, texts.indices, settings.window)
    if not len(units):
        return episode_rows(posts, "meaning", units, np.empty(0, np.int32), np.empty(0, np.int32))
    # In the order of the texts, so that rounding does not depend on the order of the posts.
    names = texts.dictionary.to_pylist()
    order = np.array(sorted(range(len(names)), key=names.__getitem__))
    made = bundled_model().vectors([names[place] for place in order])
    vectors = np.empty_like(made)
    vectors[order] = made
    first, second = _pairs(units, vectors[units.thing], settings.window, settings.meaning)
    return episode_rows(posts, "meaning", units, *stars_of_pairs(len(units), first, second))


def _pairs(units: Episodes, vectors: Vectors, window: timedelta, least: float) -> tuple[Codes, Codes]:
    """Episodes of one meaning at most a window apart, sorted."""
    microseconds = window // timedelta(microseconds=1)
    first, second = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for begin in range(0, len(units), BLOCK):
        end = min(begin + BLOCK, len(units))
        reach = int(np.searchsorted(units.first, units.last[begin:end].max() + microseconds, "right"))
        near = vectors[begin:end] @ vectors[begin:reach].T >= least
        one, two = np.nonzero(np.triu(near, 1))
        one, two = one + begin, two + begin
        apart = units.first[two] > units.last[one] + microseconds
        first.append(one[~apart].astype(np.int32))
        second.append(two[~apart].astype(np.int32))
    return np.concatenate(first), np.concatenate(second)


MEANING = Signal(
    kind="meaning", title="Texts of one meaning", needs=("text",), make=meaning_traces, by_post=False, default=False
)  # fmt: skip

"""What was written, as the tables that the rest of the system reads."""

__all__ = ["Numbering", "labels_table", "posts_table", "traces_table"]

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hustings.simulator.cast import PLATFORMS, Cast
from hustings.simulator.covert import Carried
from hustings.simulator.names import CLOSINGS, OPENINGS, PLACES, TOPICS
from hustings.simulator.posting import NOTHING, Posts
from hustings.simulator.settings import SeasonSettings

MICROSECONDS = pa.timestamp("us", "UTC")


@dataclass(frozen=True)
class Numbering:
    """The posts that fall into the season: their columns in order of time, and the id of each post.

    identifier is null for posts outside the season, which are not written anywhere.
    """

    columns: dict[str, np.ndarray]
    kept: np.ndarray
    identifier: pa.Array


def posts_table(
    posts: Posts, cast: Cast, carried: Carried, settings: SeasonSettings, random: np.random.Generator
) -> tuple[pa.Table, Numbering]:
    """One row per post, in order of time: platform, actor, content, at, text, link, image, hashtags, repost_of."""
    columns = posts.columns()
    order = np.lexsort((np.arange(posts.count), columns["at"]))
    at = columns["at"][order]
    kept = order[(at >= settings.start) & (at < settings.end)]
    # Platforms count upwards, with gaps: an id tells nothing but the order.
    number = np.zeros(posts.count, np.int64)
    number[kept] = 10_000_000 + np.cumsum(random.integers(1, 10, len(kept)))
    inside = np.zeros(posts.count, bool)
    inside[kept] = True
    platform = pa.array([f"{name[:2]}_" for name in PLATFORMS]).take(
        pa.array(np.asarray(cast.platform, np.int64)[columns["actor"]])
    )
    identifier = pc.if_else(
        pa.array(inside),
        pc.binary_join_element_wise(platform, pa.array(number).cast(pa.string()), ""),
        pa.scalar(None, pa.string()),
    )
    here = {name: column[kept] for name, column in columns.items()}
    names = _names(cast, here["actor"])
    table = pa.table(
        {
            **names,
            "content": identifier.take(pa.array(kept)),
            "at": pa.array(here["at"], MICROSECONDS),
            "text": _texts(here, carried, random),
            "link": _taken(carried.links.name, here["link"]),
            "image": _taken(_image_hashes(carried), here["image"]),
            "hashtags": _hashtags(here, carried),
            "repost_of": identifier.take(pa.array(here["repost"], mask=here["repost"] < 0)),
        }
    )
    return table, Numbering(here, kept, identifier)


def traces_table(text: pa.ChunkedArray, cast: Cast, carried: Carried, numbering: Numbering) -> pa.Table:
    """One row per post and thing it carries: platform, actor, kind, trace, content, at; in order of time.

    `text` is that column of the posts' table.
    """
    here = numbering.columns
    domain = pa.array(carried.links.domain, pa.string())
    kinds: list[tuple[str, np.ndarray, pa.Array]] = [
        ("link", here["link"], pa.array(carried.links.name, pa.string())),
        ("domain", here["link"], domain),
        ("hashtag", here["tag"], pa.array(carried.tags.name, pa.string())),
        # The same tag twice in one post is one trace.
        (
            "hashtag",
            np.where(here["second_tag"] == here["tag"], NOTHING, here["second_tag"]),
            pa.array(carried.tags.name, pa.string()),
        ),
        ("image", here["image"], pa.array(_image_hashes(carried), pa.string())),
        ("repost", here["repost"], numbering.identifier),
        _shared_texts(text),
    ]
    rows, kind, trace = [], [], []
    for number, (_, column, names) in enumerate(kinds):
        carrying = np.flatnonzero(column >= 0)
        rows.append(carrying)
        kind.append(np.full(len(carrying), number))
        trace.append(names.take(pa.array(column[carrying])))
    row, code = np.concatenate(rows), np.concatenate(kind)
    order = np.lexsort((code, row))
    row = row[order]
    return pa.table(
        {
            **_names(cast, here["actor"][row]),
            "kind": pa.array([name for name, _, _ in kinds]).take(pa.array(code[order])),
            "trace": pa.chunked_array(trace, pa.string()).combine_chunks().take(pa.array(order)),
            "content": numbering.identifier.take(pa.array(numbering.kept[row])),
            "at": pa.array(here["at"][row], MICROSECONDS),
        }
    ).select(["platform", "actor", "kind", "trace", "content", "at"])


def labels_table(cast: Cast, numbering: Numbering) -> pa.Table:
    """One row per actor that wrote something and is more than a person among others.

    Columns: platform, actor, role (covert, framed, newsroom, party office, fan, scheduler), campaign,
    style (both null unless covert or framed), owner (declared owner, else null). Only `covert` rows are
    planted; sorted by platform and actor.
    """
    wrote = np.bincount(numbering.columns["actor"], minlength=len(cast)) > 0
    chosen = [actor for actor in np.flatnonzero(wrote).tolist() if cast.role[actor] != "person"]
    table = pa.table(
        {
            "platform": pa.array([PLATFORMS[cast.platform[a]] for a in chosen], pa.string()),
            "actor": pa.array([cast.name[a] for a in chosen], pa.string()),
            "role": pa.array([cast.role[a] for a in chosen], pa.string()),
            "campaign": pa.array([cast.campaign[a] for a in chosen], pa.int64()),
            "style": pa.array([cast.style[a] for a in chosen], pa.string()),
            "owner": pa.array([cast.owner[a] for a in chosen], pa.string()),
        }
    )
    return table.sort_by([("platform", "ascending"), ("actor", "ascending")])


def _names(cast: Cast, actor: np.ndarray) -> dict[str, pa.Array]:
    codes = pa.array(actor)
    platform = pa.array(np.asarray(cast.platform, np.int64)[actor])
    return {"platform": pa.array(PLATFORMS).take(platform), "actor": pa.array(cast.name, pa.string()).take(codes)}


def _shared_texts(text: pa.ChunkedArray) -> tuple[str, np.ndarray, pa.Array]:
    """Texts as traces: those that stand in more than one post; a text nobody repeats ties nobody."""
    coded = text.combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(NOTHING).to_numpy().astype(np.int64)
    often = np.bincount(codes[codes >= 0], minlength=len(coded.dictionary)) > 1
    codes = np.where((codes >= 0) & often[codes], codes, NOTHING)
    digests = [
        _digest(value) if shared else "" for value, shared in zip(coded.dictionary.to_pylist(), often, strict=True)
    ]
    return "text", codes, pa.array(digests, pa.string())


def _taken(names: list[str], codes: np.ndarray) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(codes, mask=codes < 0))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _image_hashes(carried: Carried) -> list[str]:
    """64 bits in hexadecimal, as perceptual hashes are written; here they only have to differ."""
    return [_digest(f"image {number}") for number in range(len(carried.images.name))]


def _copied_texts(carried: Carried) -> list[str]:
    """Texts that several post word for word."""
    return [
        name or f"{OPENINGS[n % len(OPENINGS)]} {TOPICS[topic]} no. {n + 1}: copy this, do not just share it."
        for n, (name, topic) in enumerate(zip(carried.texts.name, carried.texts.topic, strict=True))
    ]


def _texts(here: dict[str, np.ndarray], carried: Carried, random: np.random.Generator) -> pa.Array:
    """What each post says; null for reposts. Own words come from a few parts, so now and then two people say the same."""
    count = len(here["at"])
    topic = np.zeros(count, np.int64)
    for name, things in (("tag", carried.tags), ("image", carried.images), ("link", carried.links)):
        has = here[name] >= 0
        topic[has] = np.asarray(things.topic, np.int64)[here[name][has]]
    parts = []
    for words in (OPENINGS, None, PLACES, CLOSINGS):
        codes = topic if words is None else random.integers(len(words), size=count)
        parts.append(pa.array(TOPICS if words is None else words).take(pa.array(codes)))
    own = pc.binary_join_element_wise(
        parts[0], parts[1], pa.scalar("in"), pc.binary_join_element_wise(parts[2], pa.scalar(":"), ""), parts[3], " "
    )
    copied = _taken(_copied_texts(carried), here["text"])
    return pc.if_else(pa.array(here["repost"] >= 0), pa.scalar(None, pa.string()), pc.coalesce(copied, own))


def _hashtags(here: dict[str, np.ndarray], carried: Carried) -> pa.Array:
    """The post's tags joined by a space; null where it has none."""
    first = _taken(carried.tags.name, here["tag"])
    second = _taken(carried.tags.name, np.where(here["second_tag"] == here["tag"], NOTHING, here["second_tag"]))
    both = pc.binary_join_element_wise(first, second, " ")
    return pc.coalesce(both, first, second)

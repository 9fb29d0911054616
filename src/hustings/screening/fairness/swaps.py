"""A table of swaps and texts, and the matched sets made from them: equal in everything but one side."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hustings.errors import BadInput, Problem

__all__ = ["Matched", "Swap", "Text", "Swaps", "read_swaps"]

SLOT = re.compile(r"\{([a-z_]+)\}")
# What a machine or a person should do with a text, by the auditor's judgement.
PASS, STOP = "pass", "stop"
MOST_TEXTS, MOST_SIDES, LONGEST = 2_000, 12, 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """One thing that is swapped: party, group, name, or the language of the whole text (kind "language").

    words    what stands in the slot of its name, by side
    """

    name: str
    kind: str
    words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text with slots, or the same text in each language; `should` is what is right to do with it."""

    key: str
    should: str
    text: str = ""
    lang: str = "en"
    in_languages: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """One text of a matched set: which swap, which side, the words and their language."""

    key: str
    swap: str
    side: str
    should: str
    text: str
    lang: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Swaps:
    """A whole table. `digest` is SHA-256 over its canonical form, `document`: equal tables have equal digests."""

    document: Mapping[str, Any]
    name: str
    version: str
    swaps: tuple[Swap, ...]
    texts: tuple[Text, ...]
    digest: str

    def matched(self) -> list[Matched]:
        """Every text once for each side of each swap that it has a slot for; the other slots keep their first side.

        Gives    in the order of swaps, texts, sides; texts of one key and swap differ in nothing but the side
        """
        first = {swap.name: next(iter(swap.words.values())) for swap in self.swaps if swap.kind != "language"}
        made = []
        for swap in self.swaps:
            for text in self.texts:
                if swap.kind == "language":
                    for side in swap.words:
                        words = (text.in_languages or {}).get(side)
                        if words is not None:
                            made.append(Matched(key=text.key, swap=swap.name, side=side, should=text.should,
                                                text=filled(words, first), lang=side))  # fmt: skip
                elif swap.name in SLOT.findall(text.text):
                    for side, words in swap.words.items():
                        made.append(Matched(key=text.key, swap=swap.name, side=side, should=text.should, lang=text.lang,
                                            text=filled(text.text, {**first, swap.name: words})))  # fmt: skip
        return made


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with its slots filled."""
    return SLOT.sub(lambda slot: words[slot[1]], text)


def read_swaps(said: Mapping[str, Any]) -> Swaps:
    """A table from a document (TOML or JSON, read): name, version, swaps, texts.

    Raises   BadInput with every problem at once
    """
    wrong: list[Problem] = []
    try:
        # As it will be kept: days become texts; what no database holds is refused.
        said = json.loads(json.dumps(said, default=str, allow_nan=False))
        whole_text = json.dumps(said, ensure_ascii=False)
        whole_text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(
            "The table of swaps cannot be used.", [_wrong("the table", error, "texts, lists and tables")]
        ) from error
    if "\\u0000" in whole_text:
        raise BadInput("The table of swaps cannot be used.", [_wrong("the table", "a null character", "texts without")])

    def need(row: Any, name: str, where: str, longest: int = 200) -> str:
        value = row.get(name) if isinstance(row, Mapping) else None
        if not isinstance(value, str) or not value.strip() or len(value) > longest or "\x00" in value:
            wrong.append(_wrong(f"{where}: {name}", repr(value)[:60], f"a text of at most {longest} signs"))
            return ""
        return value.strip()

    name, version = need(said, "name", "the table"), need(said, "version", "the table", 40)
    swaps = []
    for number, row in enumerate(_rows(said, "swaps", MOST_SIDES, wrong), start=1):
        where = f"swaps {number}"
        words = row.get("words") if isinstance(row, Mapping) else None
        kind = need(row, "kind", where, 40)
        if kind == "language" and isinstance(row, Mapping):
            sides = row.get("sides")
            words = (
                {side: side for side in sides}
                if isinstance(sides, list) and all(isinstance(x, str) for x in sides)
                else None
            )
        if not isinstance(words, Mapping) or not 2 <= len(words) <= MOST_SIDES or not all(
            isinstance(word, str) and word.strip() and len(word) <= 200 and 0 < len(side) <= (8 if kind == "language" else 80)
            for side, word in words.items()
        ):  # fmt: skip
            wrong.append(
                _wrong(
                    f"{where}: words", repr(words)[:60], f"words for 2 to {MOST_SIDES} sides, or `sides` of a language"
                )
            )
            words = {}
        swaps.append(Swap(name=need(row, "name", where, 40), kind=kind, words=dict(words)))
    slots = {swap.name for swap in swaps if swap.kind != "language"}
    languages = {side for swap in swaps if swap.kind == "language" for side in swap.words}
    texts = []
    for number, row in enumerate(_rows(said, "texts", MOST_TEXTS, wrong), start=1):
        where = f"texts {number}"
        key, should = need(row, "key", where, 80), need(row, "should", where, 10)
        if should not in {PASS, STOP, ""}:
            wrong.append(_wrong(f"{where}: should", repr(should), f"{PASS} or {STOP}"))
        by_language = row.get("in_languages") if isinstance(row, Mapping) else None
        if by_language is not None:
            if not isinstance(by_language, Mapping) or len(set(by_language) & languages) < 2 or not all(
                isinstance(words, str) and 0 < len(words) <= LONGEST for words in by_language.values()
            ):  # fmt: skip
                wrong.append(
                    _wrong(
                        f"{where}: in_languages",
                        repr(by_language)[:60],
                        "the text in two sides of a language swap or more",
                    )
                )
                continue
            whole = " ".join(by_language.values())
            texts.append(Text(key=key, should=should, in_languages=dict(by_language)))
        else:
            whole = need(row, "text", where, LONGEST)
            lang = row.get("lang", "en") if isinstance(row, Mapping) else "en"
            if not isinstance(lang, str) or not 0 < len(lang) <= 8:
                wrong.append(_wrong(f"{where}: lang", repr(lang)[:60], "a code of a language"))
                lang = ""
            texts.append(Text(key=key, should=should, text=whole, lang=lang))
            if whole and not set(SLOT.findall(whole)) & slots:
                wrong.append(_wrong(f"{where}: text", repr(whole)[:60], "a slot in braces that a swap is named for"))
        for slot in sorted(set(SLOT.findall(whole)) - slots):
            wrong.append(
                _wrong(f"{where}: text", f"the slot {{{slot}}}", f"one of {', '.join(sorted(slots)) or 'none'}")
            )
    for what, names in (("swaps", [swap.name for swap in swaps]), ("texts", [text.key for text in texts])):
        for twice in sorted({each for each in names if each and names.count(each) > 1}):
            wrong.append(_wrong(what, f"{twice!r} twice", "each once"))
    if wrong:
        raise BadInput("The table of swaps cannot be used.", wrong[:50])
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Swaps(
        document=said, name=name, version=version, swaps=tuple(swaps), texts=tuple(texts), digest=hashlib.sha256(canonical.encode()).hexdigest()
    )  # fmt: skip


def _rows(said: Mapping[str, Any], name: str, most: int, wrong: list[Problem]) -> list[Any]:
    rows = said.get(name)
    if not isinstance(rows, list) or not 1 <= len(rows) <= most:
        wrong.append(
            _wrong(
                name,
                type(rows).__name__ if not isinstance(rows, list) else f"{len(rows)} of them",
                f"a list of 1 to {most}",
            )
        )
        return []
    return rows


def _wrong(where: str, found: object, expected: str) -> Problem:
    return Problem(where=where, found=str(found), expected=expected, do="Mend the table.")

"""Claims about voting in a text, each held against the election: what is wrong with it, where, by which rule."""

__all__ = ["voting_hits"]

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from hustings.screening.context import Context
from hustings.screening.hit import Hit
from hustings.screening.voting.dates import days, hours, months_of
from hustings.screening.voting.elsewhere import elsewhere
from hustings.screening.voting.frames import Reach, framed
from hustings.screening.voting.language import spoken
from hustings.screening.voting.needs import SHORT, Asked, holds
from hustings.screening.voting.patterns import CLAUSE, Match, clause_begins
from hustings.screening.voting.rules import MORE_TOPICS, TOPICS, Grammar, Rule, grammar
from hustings.screening.voting.tokens import Sentence, sentences
from hustings.screening.voting.words import Spans


def voting_hits(text: str, language: str | None, context: Context) -> tuple[Hit, ...]:
    """Every claim that a rule names, in the order of the text; of overlapping ones of a category the longest.

    Limits   a rule knows the words of its table and no others; irony, pictures and what a reader has to infer pass
    """
    hits: list[tuple[Hit, bool]] = []
    for one in spoken(text, language):
        hits.extend(_in_language(text, grammar(one), context))
    return _joined(_without_overlaps(_firmest(hits)), text)


# Of two categories that wide rules see in the same words the one whose words are the more particular.
PARTICULAR = (
    "wrong_method",
    "wrong_place",
    "wrong_date",
    "wrong_eligibility",
    "threat",
    "fraud_claim",
    "useless",
    "discourages",
)


def _firmest(hits: list[tuple[Hit, bool]]) -> list[Hit]:
    """Wide rules give way to others that see another category in the same words."""
    out = []
    for hit, wide in hits:
        rank = PARTICULAR.index(hit.category.removeprefix("voting."))
        if not wide or not any(
            one.category != hit.category
            and one.start < hit.end
            and hit.start < one.end
            and (not other or PARTICULAR.index(one.category.removeprefix("voting.")) < rank)
            for one, other in hits
        ):
            out.append(hit)
    return out


FARTHEST = 5  # sentences


def _in_language(text: str, rules: Grammar, context: Context) -> list[tuple[Hit, bool]]:
    parts = sentences(text, rules.vocabulary)
    words = [tuple(token.word for token in part.tokens) for part in parts]
    topical = [at for at, one in enumerate(words) if not rules.topics.isdisjoint(one)]
    if not topical and not (context.election_date is not None and sum(map(len, words)) <= SHORT):
        return []
    # what stands far from every word about voting is not looked at
    spans = [
        rules.phrases.spans(one) if not topical or any(abs(at - where) <= FARTHEST for where in topical) else {}
        for at, one in enumerate(words)
    ]
    if rules.phrases.language != "en":
        for one in spans:
            if not MORE_TOPICS.isdisjoint(one):
                one["HOLDTOPIC"] = {0: (1,)}
    short = context.election_date is not None and sum(map(len, words)) <= SHORT
    if not short and not any(not TOPICS.isdisjoint(one) for one in spans):
        return []
    for at, one in enumerate(spans):
        _add_days_and_hours(words[at], one, rules.phrases.language, context)
        _add_methods(words[at], one, context)
        _add_numbers(words[at], one)
        if elsewhere(words[at], rules.phrases.language, context.country):
            one["ELSEWHERE"] = {0: (1,)}
    reaches = framed(parts, words, spans, rules)
    asked = Asked(parts=parts, words=words, spans=spans, context=context)
    if asked.contest:
        return []
    out: list[tuple[Hit, bool]] = []
    for at, part in enumerate(parts):
        for rule in rules.rules:
            for pattern in rule.patterns:
                for match in pattern.find(words[at], spans[at]):
                    if _stands(rule, match, at, words[at], spans[at], reaches, asked):
                        out.append((_hit(rule, match, part), rule.wide))
    return out


def _hit(rule: Rule, match: Match, part: Sentence) -> Hit:
    tokens = part.tokens[match.start : match.end]
    while len(tokens) > 1 and tokens[-1].kind == "sign":
        tokens = tokens[:-1]
    return Hit(
        category=rule.category,
        start=tokens[0].start,
        end=tokens[-1].end,
        rule=f"{rule.language}.{rule.name}",
        sentence=rule.says,
    )


def _stands(
    rule: Rule, match: Match, at: int, words: Sequence[str], spans: Spans, reaches: Sequence[Reach], asked: Asked
) -> bool:
    for reach in reaches:
        if reach.covers(at, match.start, match.end) and reach.kind not in rule.despite:
            return False
    if any(name in spans for name in rule.unless) or any(asked.near(at, name) for name in rule.unless_near):
        return False
    if not asked.meanings.isdisjoint(rule.unless_anywhere):
        return False
    if not rule.negation and (_negated(match, words, spans) or _denied(match, spans)):
        return False
    if rule.speaker == "advice" and not _advises(match.start if match.head < 0 else match.head, words):
        return False
    if rule.negation == "own" and _negated(match, words, spans, only_before=True):
        return False
    return all(holds(need, at, match, asked) for need in rule.needs)


# What ends the reach of a "not" that stood before it.
FREES = (
    frozenset(
        {"we", "i", "i'm", "but", "instead", "because", "so", "just", "can", "may", "will", "then", "you'll", "youll"}
    )
    | CLAUSE
)


QUOTES = frozenset({'"', "'", "*", "#", "-"})

# A claim that begins with its own subject is not under a "not" that stood before.
PERSONS = frozenset({"we", "i", "you", "they", "y'all", "i'm"})


def _negated(match: Match, words: Sequence[str], spans: Spans, *, only_before: bool = False) -> bool:
    """Whether a "not" before the claim, in its clause, takes it back."""
    negators, exempt = spans.get("NEG", {}), spans.get("EXEMPT", {})
    if only_before and words[match.start] in PERSONS:
        return False
    at = match.start - 1
    covered = {place for start, ends in exempt.items() for place in range(start, ends[0])}
    while at >= 0 and match.start - at <= 6:
        if words[at] in FREES or not (words[at][:1].isalnum() or words[at] in QUOTES):
            return False
        if at in negators and at not in covered:
            return True
        # a negation of two words that ends here
        at -= 1
    if only_before:
        return False
    inside = [place for place in negators if match.start <= place < match.end and place not in covered]
    heads = {start for _, start, _ in match.held}
    return any(place not in heads and not _within(place, match) for place in inside)


def _within(place: int, match: Match) -> bool:
    return any(start <= place < end for _, start, end in match.held)


def _denied(match: Match, spans: Spans) -> bool:
    """Whether the sentence goes on to say that this is not so."""
    return any(match.end <= place <= match.end + 3 for place in spans.get("NOTOK", {}))


SPEAKERS = frozenset(
    "he she who that which voters citizens americans they it many some half million millions percent % often usually didn't "
    "did had were was those women men someone everyone's to".split()
)


def _advises(start: int, words: Sequence[str]) -> bool:
    """Whether the verb is said to the reader, and is neither somebody's report of himself nor a mere infinitive."""
    if clause_begins(words, start):
        return True
    before = words[start - 1]
    if before == "people" and start > 1 and words[start - 2] in SOME:
        return False
    if before in {"di", "de"}:  # "they chose not to vote", in Romance languages
        return False
    if before == "to":
        earlier = words[max(0, start - 6) : start - 1]
        if "was" in earlier or "were" in earlier:
            return False
        return any(word in ADVICE for word in earlier)
    return before not in SPEAKERS


# "Dead people don't vote" tells of people; "Black people, don't vote" tells them.
SOME = frozenset("dead most many some other these those enough more of fewer poor working million".split())
ADVICE = frozenset(
    "need have time ought better best got choose should gonna going urge urging want decided protest call calling "
    "only way is refuse plan".split()
)


# Between two hours: what stands before it is when something begins.
RANGE = frozenset(
    {"-", "–", "—", "to", "until", "till", "bis", "a", "as", "ate", "alle", "do", "en", "y", "e", "tot", "hasta"}
)


def _add_days_and_hours(words: Sequence[str], spans: Spans, language: str, context: Context) -> None:
    def put(name: str, start: int, end: int) -> None:
        ends = spans.setdefault(name, {})
        ends[start] = tuple(sorted({*ends.get(start, ()), end}, reverse=True))

    named = days(words, language, context.country)
    if context.election_date is not None:
        months = months_of(language)
        for at, word in enumerate(words):
            if months.get(word) == context.election_date.month and word not in {"may", "march"}:
                put("MONTH_OK", at, at + 1)
    for day in named:
        put("DATE_ANY", day.start, day.end)
        if context.election_date is None:
            continue
        against = day.against(context.election_date)
        put({0: "DATE_OK", 1: "DATE_AFTER", -1: "DATE_BEFORE", 2: "DATE_OTHER"}[against], day.start, day.end)
        if against:
            put("DATE_BAD", day.start, day.end)
    said = hours(words, named)
    starts = {hour.start for hour in said}
    for hour in said:
        put("TIME_ANY", hour.start, hour.end)
        if hour.end < len(words) and words[hour.end] in RANGE and hour.end + 1 in starts:
            continue  # when the polls open
        if context.polls_close is not None:
            if all(
                (one.hour, one.minute) != (context.polls_close.hour, context.polls_close.minute)
                for one in hour.readings()
            ):
                put("TIME_BAD", hour.start, hour.end)
            else:
                put("TIME_OK", hour.start, hour.end)


METHODS: tuple[tuple[str, Callable[[Context], bool]], ...] = (
    ("METEXT", lambda context: bool(context.offers("text", "sms"))),
    ("METPHONE", lambda context: bool(context.phone_vote or context.offers("phone", "telephone"))),
    ("METONLINE", lambda context: bool(context.online_vote or context.offers("online", "internet", "electronic"))),
    ("METSOCIAL", lambda _: False),
    ("METMAIL", lambda context: bool(context.offers("email", "e-mail", "fax"))),
    ("METPOST", lambda context: context.offers("mail", "post", "absentee") is not False),
)


PASSPORTS = frozenset("passport passports pasaporte reisepass passeport passaporto passaporte paspoort us".split())


def _add_methods(words: Sequence[str], spans: Spans, context: Context) -> None:
    for name, offered in METHODS:
        if name in spans and not offered(context):
            places = spans.setdefault("METHOD_BAD", {})
            for start, ends in spans[name].items():
                places[start] = tuple(sorted({*places.get(start, ()), *ends}, reverse=True))
    if context.id_required and "ODDDOC" in spans:
        # where a document is asked for, a passport is one
        spans["ODDDOC"] = {at: ends for at, ends in spans["ODDDOC"].items() if words[at] not in PASSPORTS}
    if context.id_required is False and "ID" in spans:
        spans["ID_BAD"] = spans["ID"]


def _add_numbers(words: Sequence[str], spans: Spans) -> None:
    for at, word in enumerate(words):
        if word.isdigit() and 3 <= len(word) <= 11 and not (len(word) == 4 and word[:2] in {"19", "20"}):
            spans.setdefault("NUM", {})[at] = (at + 1,)


def _without_overlaps(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of hits of one category that overlap the longest."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start - one.end, one.start, one.category, one.rule)):
        if not any(one.category == hit.category and one.start < hit.end and hit.start < one.end for one in kept):
            kept.append(hit)
    return tuple(sorted(kept))


CLOSEST = 30  # signs
BREAK = re.compile(r"[.!?\u2026;\n]")


def _joined(hits: Sequence[Hit], text: str) -> tuple[Hit, ...]:
    """Claims of one category that stand side by side in a sentence, as one; it keeps the rule of the longer."""
    out: list[Hit] = []
    for hit in hits:
        before = next((at for at in range(len(out) - 1, -1, -1) if out[at].category == hit.category), None)
        if before is not None:
            gap = text[out[before].end : hit.start]
            if len(gap) <= CLOSEST and not BREAK.search(gap):
                longer = max(out[before], hit, key=lambda one: (one.end - one.start, -one.start))
                out[before] = replace(longer, start=out[before].start, end=hit.end)
                continue
        out.append(hit)
    return tuple(sorted(out))

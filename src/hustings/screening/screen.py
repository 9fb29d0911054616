"""One ad before the door: is it political, what is wrong with it, and may a machine let it pass."""

__all__ = ["Judgement", "Judges", "Route", "Screening", "screen"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from hustings.screening.context import Context
from hustings.screening.creative import Seen, creative_hits
from hustings.screening.disclaimer import disclaimer_hits
from hustings.screening.hit import Hit
from hustings.screening.landing import Lists, landing_hits
from hustings.screening.law import Law
from hustings.screening.law.checks import law_hits
from hustings.screening.submission import Submission
from hustings.screening.voting import voting_hits


class Route(StrEnum):
    """Where an ad goes: through, to a person, or back because the form lacks something."""

    APPROVE = "approve"
    PERSON = "person"
    FORM = "form"


class Judgement(Protocol):
    """Whether a text is political, and how likely that is."""

    @property
    def answer(self) -> bool: ...  # noqa: D102
    @property
    def probability(self) -> float: ...  # noqa: D102
    @property
    def known(self) -> bool: ...  # noqa: D102


class Judges(Protocol):
    """What answers whether a text is political."""

    def judge(self, text: str, lang: str | None, *, extra: Any = None) -> Judgement: ...  # noqa: D102


class NearNames(Protocol):
    """What finds officials' and sponsors' names near another."""

    def near(self, name: str) -> Sequence[Any]: ...


# Kinds of guarded names -> the category of a hit on them.
NAME_KINDS = {"official": "official", "sponsor": "sponsor", "forbidden": "official"}


@dataclass(frozen=True, kw_only=True)
class Screening:
    """What was found; `political` is None where nobody was asked, and then a person has to say."""

    political: Judgement | None
    route: Route
    hits: tuple[Hit, ...]

    def as_row(self, ad: str) -> Mapping[str, Any]:
        """As the command and the API print it; an ad that nobody judged is held to be political."""
        return {
            "id": ad,
            "political": {
                "answer": "yes" if self.political is None or self.political.answer else "no",
                "probability": None if self.political is None else round(self.political.probability, 4),
            },
            "route": str(self.route),
            "hits": [
                {"category": hit.category, "span": [hit.start, hit.end], "rule": hit.rule, "sentence": hit.sentence}
                for hit in self.hits
            ],
        }


def screen(
    ad: Submission,
    *,
    context: Context,
    politics: Judges | None,
    law: Law | None = None,
    names: NearNames | None = None,
    seen: Seen | None = None,
    lists: Lists | None = None,
    extra: Any = None,
) -> Screening:
    """Screen one ad; what is None was not asked.

    Reads    `extra` as whoever judges politics takes it: what is known of the ad beside its text
    Gives    `form` where sponsor or disclaimer were left empty; `person` where anything was found, or where nobody
             said whether the ad is political; `approve` otherwise. A machine refuses nothing.
    Limits   the law is asked only of ads that are or may be political, and only where the day of showing is known
    """
    political = politics.judge(ad.text, ad.lang, extra=extra) if politics is not None else None
    treated = political is None or political.answer
    rows = law.at(context.country, ad.on) if law is not None and ad.on is not None and treated else None
    hits = [
        *voting_hits(ad.text, ad.lang, context),
        *disclaimer_hits(ad, rows),
        *landing_hits(ad.landing_url, lists),
        *creative_hits(ad, seen),
    ]
    if law is not None and ad.on is not None and treated:
        hits += law_hits(ad, context, law, ad.on)
    if names is not None and ad.sponsor:
        hits += [
            Hit(
                category=f"name.{NAME_KINDS.get(near.known.kind, 'register')}",
                start=0,
                end=0,
                rule=f"name.{near.how}",
                sentence=near.sentence,
            )
            for near in names.near(ad.sponsor)
        ]
    if any(hit.category == "disclaimer.form" for hit in hits):
        route = Route.FORM
    elif hits or political is None or not political.known:
        route = Route.PERSON
    else:
        route = Route.APPROVE
    return Screening(political=political, route=route, hits=tuple(hits))

"""What else must hold in the text or in the election before a rule may speak."""

__all__ = ["NEEDS", "SHORT", "Asked", "holds"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hustings.screening.context import Context
from hustings.screening.voting.patterns import Match
from hustings.screening.voting.tokens import Sentence
from hustings.screening.voting.words import Spans


@dataclass
class Asked:
    """A text as rules ask about it."""

    parts: Sequence[Sentence]
    words: Sequence[Sequence[str]]
    spans: Sequence[Spans]
    context: Context
    meanings: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.meanings = frozenset(name for one in self.spans for name in one)

    def near(self, at: int, name: str, sentences: int = 1) -> bool:
        """Whether a meaning stands in the sentence or in those beside it."""
        first, last = max(0, at - sentences), min(len(self.spans), at + sentences + 1)
        return any(name in self.spans[one] for one in range(first, last))

    @property
    def contest(self) -> bool:
        """Whether the vote is a contest's, a union's or a company's."""
        return "CONTESTSURE" in self.meanings or ("CONTEST" in self.meanings and "POLITIC" not in self.meanings)

    def elsewhere(self, at: int) -> bool:
        """Whether a sentence says that it speaks of another country."""
        return "ELSEWHERE" in self.spans[at]


@dataclass(frozen=True)
class Place:
    """A claim as it stands in a text."""

    at: int
    match: Match
    asked: Asked


def holds(need: str, at: int, match: Match, asked: Asked) -> bool:
    """Whether one need is met."""
    return NEEDS[need](Place(at, match, asked))


Need = Callable[[Place], bool]


def _inside(match: Match, at: int, asked: Asked, name: str) -> bool:
    return any(match.start <= place < match.end for place in asked.spans[at].get(name, {}))


def _before(place: Place, name: str) -> bool:
    """Whether a meaning ends where the claim begins, or reaches into it."""
    return any(
        start < place.match.start <= max(ends) for start, ends in place.asked.spans[place.at].get(name, {}).items()
    )


def _not_early(place: Place) -> bool:
    """A day before the election may be one of early voting or a deadline; one after it may not."""
    if _inside(place.match, place.at, place.asked, "DATE_AFTER"):
        return True
    if place.asked.context.online_vote and place.asked.near(place.at, "METONLINE", 0):
        return False
    return not place.asked.near(place.at, "EARLYCUE", 1)


def _not_results(place: Place) -> bool:
    return "DEADLINECUE" not in place.asked.spans[place.at]


def _date_not_right(place: Place) -> bool:
    return "DATE_OK" not in place.asked.spans[place.at]


def _not_answered(place: Place) -> bool:
    """A question that the text itself answers ("Why vote? Because ...") is not meant as one."""
    following = place.asked.words[place.at + 1][:1] if place.at + 1 < len(place.asked.words) else ()
    return not (following and following[0] in {"because", "here", "here's", "heres", "it's", "your"}) and not (
        "VOTEGOOD" in place.asked.meanings and place.asked.near(place.at, "VOTEGOOD", 2)
    )


def _vote_that_day(place: Place, sentence: int) -> bool:
    """Whether a sentence says, outside the claim, to vote on the day of the election: "sleep in, then vote Tuesday"."""
    spans, words = place.asked.spans[sentence], place.asked.words[sentence]
    for start in spans.get("DATE_OK", {}):
        for at in range(max(0, start - 2), start):
            inside = sentence == place.at and place.match.start <= at < place.match.end
            if words[at] in {"vote", "wahlen", "votez", "votate", "stem"} and not inside:
                if not any(
                    one in spans.get("DONT", {}) or one in spans.get("NEG", {}) for one in range(max(0, at - 3), at)
                ):
                    return True
    return False


def _not_good(place: Place) -> bool:
    """Whether nothing near tells people to go and vote."""
    for one in range(max(0, place.at - 1), min(len(place.asked.spans), place.at + 2)):
        if _vote_that_day(place, one):
            return False
        negators = place.asked.spans[one].get("DONT", {})
        for start in place.asked.spans[one].get("VOTEGOOD", {}):
            if not any(start - 4 <= one_not <= start for one_not in negators) and not (
                one == place.at and place.match.start <= start < place.match.end
            ):
                return False
    return True


def _not_urging(place: Place) -> bool:
    """Whether nothing in the sentence or beside it urges people to vote, unless a "don't" stands before it."""
    for one in range(max(0, place.at - 1), min(len(place.asked.spans), place.at + 2)):
        spans = place.asked.spans[one]
        for start, ends in spans.get("GOTVW", {}).items():
            if one == place.at and place.match.start <= start and max(ends) <= place.match.end:
                continue
            if not any(start - 3 <= at <= start for at in (*spans.get("DONT", {}), *spans.get("DONTX", {}))):
                return False
    return True


def _voting(place: Place) -> bool:
    return (
        place.asked.near(place.at, "HOLDTOPIC", 3)
        or place.asked.near(place.at, "DATE_OK", 0)
        or "MONTH_OK" in place.asked.meanings
        or place.asked.near(place.at, "TOPICW", 3)
    )


SHORT = 30  # words


def _election_at_hand(place: Place) -> bool:
    """Whether an election is spoken of, or the text is short and comes with one: nobody repeats the topic of a flyer."""
    return NEEDS["voting_wide"](place) or (
        place.asked.context.election_date is not None and sum(map(len, place.asked.words)) <= SHORT
    )


def _asked_before(place: Place) -> bool:
    return place.at > 0 and place.asked.parts[place.at - 1].ended == "?" and "CONDQ" in place.asked.spans[place.at - 1]


def _lawful_bar(place: Place) -> bool:
    """Whether the sentence names a ground on which the law does bar people, or a way in which nobody votes."""
    return "LAWFULBAR" in place.asked.spans[place.at] or "NONCITIZEN" in place.asked.spans[place.at]


NEEDS: dict[str, Need] = {
    "voting": _voting,
    "voting_wide": lambda place: (
        _voting(place) or place.asked.near(place.at, "DATE_ANY", 1) or place.asked.near(place.at, "SIDETOPIC", 1)
    ),
    "election_at_hand": _election_at_hand,
    "not_so": lambda place: "SOCUE" not in place.asked.spans[place.at],
    "not_a_way": lambda place: (
        not _inside(place.match, place.at, place.asked, "POSTALWAY") and not _before(place, "METPOST")
    ),
    "not_own": lambda place: not _before(place, "OWN"),
    "not_lawful_bar": lambda place: not _lawful_bar(place),
    "not_event": lambda place: "EVENTCUE" not in place.asked.spans[place.at],
    "not_serving": lambda place: "SERVING" not in place.asked.spans[place.at],
    "not_help_here": lambda place: "HELPFUL" not in place.asked.spans[place.at],
    "after_bar": lambda place: any(
        place.asked.near(place.at, name, 1) for name in ("CANTVOTE", "LOSEVOTE", "CRIMEVOTE")
    ),
    "no_without": lambda place: "WITHOUTCUE" not in place.asked.spans[place.at],
    "asked_before": _asked_before,
    "not_urging": _not_urging,
    "here": lambda place: not place.asked.elsewhere(place.at),
    "political": lambda place: "POLITIC" in place.asked.meanings,
    "ballot_cast": lambda place: "POLITIC" in place.asked.meanings or "CASTS" in place.asked.meanings,
    "not_good": _not_good,
    "discouraged": lambda place: (
        place.asked.near(place.at, "DISCOURAGED", 1) and not place.asked.near(place.at, "VOTEGOOD", 1)
    ),
    "resigned": lambda place: place.asked.near(place.at, "RESIGNED", 1),
    "not_elsewhere": lambda place: (
        "OTHERVOTE" not in place.asked.spans[place.at] and not place.asked.elsewhere(place.at)
    ),
    "not_early": _not_early,
    "not_early_place": lambda place: not place.asked.near(place.at, "EARLYVOTING", 0),
    "not_results": _not_results,
    "date_not_right": _date_not_right,
    "not_answered": _not_answered,
    "not_find": lambda place: "FINDCUE" not in place.asked.spans[place.at],
    "not_info": lambda place: "INFO" not in place.asked.spans[place.at],
    "home_vote": lambda place: place.asked.near(place.at, "HOMEVOTE", 2),
    "method_phone": lambda place: not place.asked.context.phone_vote,
    "method_online": lambda place: not place.asked.context.online_vote,
    "mail_offered": lambda place: place.asked.context.offers("mail", "post", "absentee") is True,
    "id_required": lambda place: place.asked.context.id_required is True,
    "not_register": lambda place: not _inside(place.match, place.at, place.asked, "REGISTER"),
    "not_help": lambda place: not place.asked.near(place.at, "HELPFUL", 1),
}

"""What else must hold in the text or in the election before a rule may speak."""

__all__ = ["Asked", "NEEDS", "holds"]

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


def holds(need: str, at: int, match: Match, asked: Asked) -> bool:
    """Whether one need is met."""
    return NEEDS[need](at, match, asked)


Need = Callable[[int, Match, Asked], bool]


def _inside(match: Match, at: int, asked: Asked, name: str) -> bool:
    return any(match.start <= place < match.end for place in asked.spans[at].get(name, {}))


def _not_early(at: int, match: Match, asked: Asked) -> bool:
    """A day before the election may be one of early voting or a deadline; one after it may not."""
    after = {place for place in asked.spans[at].get("DATE_AFTER", {}) if match.start <= place < match.end}
    if after:
        return True
    return not asked.near(at, "EARLYCUE", 1)


def _not_results(at: int, match: Match, asked: Asked) -> bool:
    return "DEADLINECUE" not in asked.spans[at]


def _date_not_right(at: int, match: Match, asked: Asked) -> bool:
    return "DATE_OK" not in asked.spans[at]


def _not_answered(at: int, match: Match, asked: Asked) -> bool:
    """A question that the text itself answers ("Why vote? Because ...") is not meant as one."""
    following = asked.words[at + 1][:1] if at + 1 < len(asked.words) else ()
    return not (following and following[0] in {"because", "here", "here's", "heres", "it's", "your"}) and not (
        "VOTEGOOD" in asked.meanings and asked.near(at, "VOTEGOOD", 2)
    )


def _not_good(at: int, match: Match, asked: Asked) -> bool:
    """Whether nothing near tells people to go and vote."""
    for one in range(max(0, at - 1), min(len(asked.spans), at + 2)):
        negators = asked.spans[one].get("DONT", {})
        for start in asked.spans[one].get("VOTEGOOD", {}):
            if not any(start - 4 <= place <= start for place in negators) and not (one == at and match.start <= start < match.end):
                return False
    return True


def _voting(at: int, match: Match, asked: Asked) -> bool:
    return asked.near(at, "HOLDTOPIC", 3) or asked.near(at, "DATE_OK", 0)


def _asked_before(at: int, match: Match, asked: Asked) -> bool:
    return at > 0 and asked.parts[at - 1].ended == "?" and "CONDQ" in asked.spans[at - 1]


NEEDS: dict[str, Need] = {
    "voting": _voting,
    "asked_before": _asked_before,
    "here": lambda at, match, asked: not asked.elsewhere(at),
    "political": lambda at, match, asked: "POLITIC" in asked.meanings,
    "not_good": _not_good,
    "discouraged": lambda at, match, asked: asked.near(at, "DISCOURAGED", 1) and not asked.near(at, "VOTEGOOD", 1),
    "resigned": lambda at, match, asked: asked.near(at, "RESIGNED", 1),
    "not_elsewhere": lambda at, match, asked: "OTHERVOTE" not in asked.spans[at] and not asked.elsewhere(at),
    "not_early": _not_early,
    "not_early_place": lambda at, match, asked: not asked.near(at, "EARLYVOTING", 0),
    "not_results": _not_results,
    "date_not_right": _date_not_right,
    "not_answered": _not_answered,
    "not_find": lambda at, match, asked: "FINDCUE" not in asked.spans[at],
    "not_info": lambda at, match, asked: "INFO" not in asked.spans[at],
    "home_vote": lambda at, match, asked: asked.near(at, "HOMEVOTE", 2),
    "method_phone": lambda at, match, asked: not asked.context.phone_vote,
    "method_online": lambda at, match, asked: not asked.context.online_vote,
    "mail_offered": lambda at, match, asked: asked.context.offers("mail", "post", "absentee") is True,
    "id_required": lambda at, match, asked: asked.context.id_required is True,
    "not_register": lambda at, match, asked: not _inside(match, at, asked, "REGISTER"),
    "not_help": lambda at, match, asked: not asked.near(at, "HELPFUL", 1),
}

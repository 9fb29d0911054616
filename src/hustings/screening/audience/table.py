"""Who was addressed with what: the ads of one buyer, audiences down, messages across."""

__all__ = ["Addressed", "Audience", "Cell", "Message", "Table", "audience_by_message"]

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hustings.screening.audience.alike import alike, telling, words_of
from hustings.screening.audience.people import Aim, aim_of, audience_words
from hustings.screening.targeting_tree import Node

AUDIENCES, MESSAGES, LABEL = 14, 10, 5
# Where a group begins, where a bag still belongs to one: chosen on the IRA's ads by reading what came together.
NEAR, FAR = 0.2, 0.06
NEAR_AUDIENCE, FAR_AUDIENCE = 0.3, 0.12
OTHER, UNKNOWN = "other", "unknown"
# How much the address an ad leads to weighs beside a word of its text.
LANDING = 0.7
ADDRESS = re.compile(
    r"(?:[a-z]+:)?(?://)?(?:www\.)?(?P<host>[^\s/?#]+\.[^\s/?#]+)(?:/(?P<first>[^/?#]*))?", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """One ad as far as the table needs it; None where a number is not known exactly."""

    number: int
    text: str
    landing: str = ""
    tree: Node | None = None
    impressions: int | None = None
    clicks: int | None = None
    spend: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """A row: people as the ads' targeting says them."""

    code: str
    says: str
    details: tuple[str, ...] = ()
    ads: int = 0


@dataclass(frozen=True, kw_only=True)
class Message:
    """A column: ads that share rare words or an address. `words` tell it from the others; `texts` is how many different ones it holds."""

    code: str
    words: tuple[str, ...]
    texts: int
    ads: int
    example: str = ""

    @property
    def says(self) -> str:
        """What the column is called."""
        if self.code == UNKNOWN:
            return "without words"
        return ", ".join(self.words) if self.words else "other messages"


@dataclass(kw_only=True)
class Cell:
    """Ads of one audience with one message. Sums are of the ads that tell exactly; `counted` and so on say how many do."""

    ads: list[int] = field(default_factory=list)
    impressions: int = 0
    counted: int = 0
    clicks: int = 0
    clicked: int = 0
    spend: dict[str, Decimal] = field(default_factory=dict)
    priced: int = 0

    def add(self, ad: Addressed) -> None:
        """One more."""
        self.ads.append(ad.number)
        if ad.impressions is not None:
            self.impressions += ad.impressions
            self.counted += 1
        if ad.clicks is not None:
            self.clicks += ad.clicks
            self.clicked += 1
        if ad.spend is not None and (ad.currency or ad.spend):
            self.spend[ad.currency] = self.spend.get(ad.currency, Decimal(0)) + ad.spend
            self.priced += 1


@dataclass(frozen=True, kw_only=True)
class Table:
    """Audiences and messages, the most ads first, what is apart last; cells by the codes of both, empty ones left out."""

    audiences: tuple[Audience, ...]
    messages: tuple[Message, ...]
    cells: Mapping[tuple[str, str], Cell]
    ads: int


def audience_by_message(ads: Sequence[Addressed]) -> Table:
    """Put ads together by whom they address and by what they say.

    Reads    ads in any order; that order decides nothing
    Gives    at most 14 audiences and 10 messages, and beside them "other" and "unknown" where ads are left
    Costs    about a second for 3,500 ads
    Limits   groups are made by shared words and addresses, so a text in another language, a picture, or irony is not told
             apart or together; targeting says who could be shown an ad, not who was. Names of groups are their own
             most telling words, which is not a summary. More ads make other groups.
    """
    ads = sorted(ads, key=lambda one: one.number)
    aims = aims_of(ads)
    bag_of = {id(aim): aim.bag for aim in aims if aim is not None}
    rows = grouped([{} if aim is None else bag_of[id(aim)] for aim in aims], AUDIENCES, NEAR_AUDIENCE, FAR_AUDIENCE)
    bags = [message_bag(one) for one in ads]
    columns = grouped(bags, MESSAGES, NEAR, FAR)
    of_row = [
        UNKNOWN if aim is None else OTHER if group < 0 else str(group + 1)
        for aim, group in zip(aims, rows, strict=True)
    ]
    of_column = [
        UNKNOWN if not bag else OTHER if group < 0 else str(group + 1) for bag, group in zip(bags, columns, strict=True)
    ]
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    for ad, row, column in zip(ads, of_row, of_column, strict=True):
        cells[row, column].add(ad)
    return Table(audiences=audiences(of_row, aims), messages=messages(of_column, ads), cells=dict(cells), ads=len(ads))


def aims_of(ads: Sequence[Addressed]) -> list[Aim | None]:
    """Whom each addresses. Ads repeat their aims, and often share them: each is sorted once."""
    known: dict[Node, Aim] = {}
    of_object: dict[int, Aim] = {}
    for one in ads:
        if one.tree is not None and id(one.tree) not in of_object:
            if one.tree not in known:
                known[one.tree] = aim_of(one.tree)
            of_object[id(one.tree)] = known[one.tree]
    return [None if one.tree is None else of_object[id(one.tree)] for one in ads]


def message_bag(ad: Addressed) -> dict[str, float]:
    """The words of an ad, each once, and where it leads."""
    bag = dict.fromkeys(words_of(ad.text), 1.0)
    address = ADDRESS.match(ad.landing.strip())
    if address is not None:
        bag[f"-> {address['host'].casefold()}/{(address['first'] or '').casefold()}"] = LANDING
    return bag


def grouped(bags: Sequence[Mapping[str, float]], most: int, near: float, far: float) -> list[int]:
    """The group of each, where equal bags are looked at once."""
    said = [tuple(sorted(bag.items())) for bag in bags]
    distinct = Counter(said)
    keys = sorted(distinct)
    found = alike([dict(one) for one in keys], [distinct[one] for one in keys], near=near, far=far, most=most)
    group = dict(zip(keys, found, strict=True))
    return [group[one] for one in said]


def order(code: str) -> tuple[int, int]:
    """Groups by their number, then the others, then what is not known."""
    return (0, int(code)) if code.isdigit() else (1, 0) if code == OTHER else (2, 0)


def audiences(of: Sequence[str], aims: Sequence[Aim | None]) -> tuple[Audience, ...]:
    """The rows in their order."""
    held: dict[str, list[Aim]] = defaultdict(list)
    for code, aim in zip(of, aims, strict=True):
        if aim is not None:
            held[code].append(aim)
    words = audience_words((int(code), aims_of) for code, aims_of in sorted(held.items()) if code.isdigit())
    made = []
    for code, many in sorted(Counter(of).items(), key=lambda item: order(item[0])):
        says, details = (
            words[int(code)]
            if code.isdigit()
            else ("Other audiences", ())
            if code == OTHER
            else ("Not known whom they were aimed at", ())
        )
        made.append(Audience(code=code, says=says, details=details, ads=many))
    return tuple(made)


def messages(of: Sequence[str], ads: Sequence[Addressed]) -> tuple[Message, ...]:
    """The columns in their order."""
    texts: dict[str, Counter[str]] = defaultdict(Counter)
    for code, ad in zip(of, ads, strict=True):
        texts[code][" ".join(ad.text.split())] += 1
    # Each different text counts once, so that one that ran a hundred times does not name the group alone.
    words = telling(
        (
            (int(code), Counter(word for text in found for word in set(words_of(text))))
            for code, found in sorted(texts.items())
            if code.isdigit()
        ),
        LABEL,
    )
    return tuple(
        Message(
            code=code, words=tuple(words[int(code)]) if code.isdigit() else (), texts=len(texts[code]), ads=many,
            example=min(texts[code], key=lambda text: (-texts[code][text], text)) if code.isdigit() else "",
        )
        for code, many in sorted(Counter(of).items(), key=lambda item: order(item[0]))
    )  # fmt: skip

"""Bags of words put together by the rare words that they share; no model, no chance, the same bags give the same groups."""

__all__ = ["alike", "folded", "telling", "words_of"]

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Values = NDArray[np.float64]
WORD = re.compile(r"[^\W\d_]{3,}")
ROUNDS = 3
FEW = 200
# So many groups are begun at most before the heaviest are chosen.
BEGUN = 1_500
# Words that carry no matter: of English, German, French, Spanish, Italian, Portuguese and Dutch.
EMPTY = frozenset(
    """
    about after again all also and another any anyone are because been before being both but came can cant come could did didn does doesn doing
    don down each even ever every everyone few first for from get gets getting give goes going got had has have having here her hers him his how
    into isn its itself just know less let lets like look made make makes many may might more most much must need never not now off once one
    only other our ours out over own people per put really said same say says see she should since some still such take than that thats the
    their them then there these they thing things this those through time too two under until upon use very want was way well were what when
    where which while who whole whom whose why will with without won would yes yet you your yours
    aber alle als auch auf aus bei bis das dass dem den der des die doch ein eine einem einen einer eines für fur gegen hat haben hier ich ihr
    ihre ist kann keine mehr mit nach nicht noch nur oder ohne schon sein sich sie sind uber und uns unser unsere von vor war was wenn wer wie
    wir wird zum zur
    aux avec dans des elle est les leur mais nos notre nous par pas plus pour que qui ses sont sur une votre vous
    como con del ella ellos esta este las los mas nos nuestra nuestro para pero por porque que ser sin sobre son sus una uno usted
    che con dei della delle gli nel non per piu sono suo una ais com dos ela isso mais nao nas nos para pelo por que sao sem seu sua uma
    aan als ben bij dan dat deze die door een geen het hij hun maar meer met naar niet ook ons onze over uit van voor wat wij zijn
    http https www com org net html
    """.split()
)


def folded(text: str) -> str:
    """Small letters without accents. Look-alike letters of other scripts stay what they are: here nobody's ad is judged."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that can carry matter, folded, in their order."""
    return tuple(word for word in WORD.findall(folded(text)) if word not in EMPTY)


def alike(
    bags: Sequence[Mapping[str, float]], weights: Sequence[int], *, near: float, far: float, most: int
) -> list[int]:
    """The group of each bag, as numbers from 0, the heaviest group first; -1 for an empty bag.

    bags      word -> how much it counts in this bag
    weights   how many rows say exactly this
    near      cosine from which a bag belongs to a group, and two groups to each other; words count by their rarity

    Edges    the heaviest bag begins; ties fall by the words. Once BEGUN groups are there, what is near to none waits until the
             heaviest are known. Bags are dealt out anew three times to the groups there are
    Costs    grows with bags times the groups that share a word with them
    Limits   groups by shared words: two that mean the same in other words stay apart, and irony goes with what it mocks
    """
    spread: Counter[str] = Counter()
    for bag in bags:
        spread.update(bag.keys())
    many = sum(1 for bag in bags if bag)
    # A word of one bag alone joins it to nothing. Where there are many bags such words have no column, but still count in the
    # length, since a bag is less like others by them; a bag that many rows say, or one of few, can be a group by itself.
    heavy = {word for bag, weight in zip(bags, weights, strict=True) if weight > 1 or len(bags) <= FEW for word in bag}
    place_of = {
        word: place
        for place, word in enumerate(sorted(word for word, times in spread.items() if times > 1 or word in heavy))
    }
    rarity = {word: math.log(1 + many / times) for word, times in spread.items()}
    vectors = []
    for bag in bags:
        rare = {word: count * rarity[word] for word, count in bag.items()}
        size = math.sqrt(sum(value * value for value in rare.values())) or 1.0
        shared = sorted((place_of[word], value / size) for word, value in rare.items() if word in place_of)
        vectors.append((np.array([one for one, _ in shared], np.int64), np.array([value for _, value in shared])))
    order = sorted(
        (place for place, bag in enumerate(bags) if bag), key=lambda place: (-weights[place], sorted(bags[place]))
    )
    of = [-1] * len(bags)
    groups = Groups(len(place_of), min(BEGUN, len(bags)))
    for place in order:
        best, likeness = groups.nearest(*vectors[place])
        if likeness < near:
            if groups.size == BEGUN:
                continue  # is dealt to the largest with the rest
            best = groups.begin()
        of[place] = best
        groups.put(best, *vectors[place], weights[place])
    # The heaviest of these are what the bags are mostly about; everything else goes to the nearest of them, or stays by itself.
    sizes = Counter[int]()
    for place in order:
        if of[place] >= 0:
            sizes[of[place]] += weights[place]
    kept = [group for group, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:most]]
    return numbered(dealt(order, vectors, weights, groups.only(kept), far), weights)


def dealt(
    order: Sequence[int], vectors: Sequence[tuple[Places, Values]], weights: Sequence[int], groups: "Groups", far: float
) -> list[int]:
    """The group of each bag, dealt out anew to the groups there are until nothing moves; all bags of a round at once."""
    of = [-1] * len(vectors)
    many = groups.size
    if not order or not many:
        return of
    row = np.repeat(np.arange(len(order)), [len(vectors[place][0]) for place in order])
    words = np.concatenate([vectors[place][0] for place in order])
    values = np.concatenate([vectors[place][1] for place in order])
    loud = np.array([1 + math.log(weights[place]) for place in order])
    held = np.full(len(order), -1)
    for _ in range(ROUNDS):
        products = [np.bincount(row, values * groups.sums[words, group], minlength=len(order)) for group in range(many)]
        cosines = np.round(np.stack(products, axis=1) / groups.long[:many], 9)
        best = np.argmax(cosines, axis=1)
        moved = np.where(cosines[np.arange(len(order)), best] >= far, best, -1)
        if (moved == held).all():
            break
        held = moved
        inside = held[row] >= 0
        cells = words[inside] * many + held[row[inside]]
        sums = np.bincount(cells, values[inside] * loud[row[inside]], minlength=len(groups.sums) * many)
        groups = groups.holding(sums.astype(np.float64).reshape(-1, many))
    for place, group in zip(order, held.tolist(), strict=True):
        of[place] = group
    return of


class Groups:
    """Sums of the vectors of their bags, one row a group, with their lengths."""

    def __init__(self, words: int, room: int) -> None:
        """None yet. A word's row holds what each group says of it, so that a bag is held against all of them at once."""
        self.size = 0
        self.sums = np.zeros((words, room))  # memory comes as it is written
        self.squares = np.zeros(room)
        self.long = np.ones(room)

    def holding(self, sums: Values) -> "Groups":
        """The same numbers of groups, with these sums."""
        fresh = Groups(0, self.size)
        fresh.size, fresh.sums = self.size, sums
        fresh.squares = np.einsum("ij,ij->j", sums, sums)
        fresh.long = np.where(fresh.squares > 0, np.sqrt(fresh.squares), 1.0)
        return fresh

    def begin(self) -> int:
        """A new one."""
        self.size += 1
        return self.size - 1

    def put(self, group: int, words: Places, values: Values, weight: int) -> None:
        """Add a bag to a group."""
        # A text that ran a hundred times says its words no louder than one of ten: the logarithm keeps it from being all.
        more = (1 + math.log(weight)) * values
        held = self.sums[words, group]
        self.sums[words, group] = held + more
        self.squares[group] += float((held + held + more) @ more)
        self.long[group] = math.sqrt(self.squares[group]) or 1.0

    def nearest(self, words: Places, values: Values) -> tuple[int, float]:
        """The group with the largest cosine and that; the first of equals, and (0, 0) where there is none."""
        if not self.size:
            return 0, 0.0
        # Rounded, so that the last bit, which machines compute differently, decides nothing.
        cosines = np.round(values @ self.sums[words, : self.size] / self.long[: self.size], 9)
        best = int(np.argmax(cosines))
        return best, float(cosines[best])

    def only(self, kept: Sequence[int]) -> "Groups":
        """These alone, numbered from 0."""
        fresh = Groups(len(self.sums), max(len(kept), 1))
        fresh.size = len(kept)
        fresh.sums[:, : len(kept)] = self.sums[:, kept]
        fresh.squares[: len(kept)], fresh.long[: len(kept)] = self.squares[kept], self.long[kept]
        return fresh


def numbered(of: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Groups numbered anew, the heaviest first, then the one whose first bag comes first."""
    sizes: Counter[int] = Counter()
    first: dict[int, int] = {}
    for place, group in enumerate(of):
        if group >= 0:
            sizes[group] += weights[place]
            first.setdefault(group, place)
    number = {
        group: place for place, group in enumerate(sorted(sizes, key=lambda group: (-sizes[group], first[group])))
    }
    return [number.get(group, -1) for group in of]


def telling(groups: Iterable[tuple[int, Mapping[str, int]]], many: int) -> dict[int, list[str]]:
    """For each group the words that tell it from the others: common in it, rare elsewhere; at most `many`, the most telling first."""
    held: dict[int, Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    for group, counts in groups:
        held[group].update(counts)
        whole.update(counts)
    mean = sum(whole.values()) / max(len(held), 1)
    found = {}
    for group, counts in held.items():
        size = sum(counts.values())
        worth = {word: count / size * math.log(1 + mean / whole[word]) for word, count in counts.items()}
        found[group] = sorted(worth, key=lambda word: (-worth[word], word))[:many]
    return found

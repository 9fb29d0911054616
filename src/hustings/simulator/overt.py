"""Those who act together and say so: newsrooms, party offices, fans; and schedulers, who only look like it."""

__all__ = [
    "Group",
    "Newsroom",
    "fan_groups",
    "hire_newsrooms",
    "open_party_offices",
    "post_news",
    "push_schedule",
    "take_schedulers",
]

from dataclasses import dataclass

import numpy as np

from hustings.simulator.cast import PLATFORMS, Cast
from hustings.simulator.names import PLACE_A, TOPICS, Names, handle
from hustings.simulator.posting import DAY, HOUR, SECOND, Posts, Things, moments
from hustings.simulator.settings import SeasonSettings

QUARTER = 900 * SECOND


@dataclass(frozen=True, kw_only=True)
class Group:
    """Actors under one declared owner."""

    owner: str
    kind: str
    domain: str
    actors: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Newsroom(Group):
    """A newsroom: its desk on each platform first, then the local pages that carry its stories."""

    desks: int


def hire_newsrooms(cast: Cast, settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Newsroom]:
    """Newsrooms with a desk on each of two or three platforms; every third has local pages too."""
    newsrooms = []
    for number in range(int(np.clip(settings.actors // 250, 4, 150))):
        outlet = names.outlet()
        platforms = list(random.permutation(len(PLATFORMS))[: 2 + int(random.random() < 0.4)])
        places = [handle(outlet)] * len(platforms)
        desks = len(platforms)
        if number % 3 == 0:
            local = random.choice(PLACE_A, int(random.integers(3, 7)), replace=False)
            places += [f"{handle(outlet)}_{place.lower()}" for place in local]
            platforms += [0] * len(local)
        actors = cast.join(
            places,
            random,
            platforms=np.array(platforms),
            role="newsroom",
            owner=outlet,
            zone=1,
            activity=np.zeros(len(places)),
        )
        domain = handle(outlet).replace("_", "-") + ".example"
        newsrooms.append(Newsroom(owner=outlet, kind="newsroom", domain=domain, actors=actors, desks=desks))
    return newsrooms


def post_news(
    newsrooms: list[Newsroom],
    outlet: np.ndarray,
    link: np.ndarray,
    born: np.ndarray,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    """Each story goes out on the newsroom's desks and pages within seconds."""
    for place, newsroom in enumerate(newsrooms):
        stories = np.flatnonzero(outlet == place)
        story = np.repeat(stories, len(newsroom.actors))
        actor = np.tile(newsroom.actors, len(stories))
        at = born[story] + random.integers(0, 20 * SECOND, len(story))
        taken = random.random(len(story)) < 0.9
        posts.add(actor[taken], at[taken], link=link[story[taken]])


def open_party_offices(cast: Cast, settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Group]:
    """Parties with a head office on two platforms and local pages on the first."""
    parties = []
    for _ in range(int(np.clip(3 + settings.actors // 1500, 3, 8))):
        party = names.party()
        local = random.choice(PLACE_A, int(random.integers(6, 15)), replace=False)
        places = [handle(party), handle(party), *(f"{handle(party)}_{place.lower()}" for place in local)]
        platforms = np.array([0, 1] + [0] * len(local))
        actors = cast.join(
            places,
            random,
            platforms=platforms,
            role="party office",
            owner=party,
            zone=1,
            activity=np.zeros(len(places)),
        )
        domain = handle(party).replace("_", "-") + ".example"
        parties.append(Group(owner=party, kind="party", domain=domain, actors=actors))
    return parties


def push_schedule(
    parties: list[Group],
    settings: SeasonSettings,
    links: Things,
    images: Things,
    texts: Things,
    posts: Posts,
    random: np.random.Generator,
) -> list[tuple[int, int]]:
    """A head office pushes a piece to all local pages at the same minute, by a plan it publishes.

    Gives the plan: (party, moment) of each push.
    """
    plan: list[tuple[int, int]] = []
    days = settings.days
    for place, party in enumerate(parties):
        for _ in range(int(random.integers(18, 32))):
            topic = int(random.integers(len(TOPICS)))
            slot = settings.start + int(random.integers(days)) * DAY + int(random.integers(28, 80)) * QUARTER - HOUR
            link = links.add([f"https://{party.domain}/{handle(TOPICS[topic])}/{len(plan)}"], [topic], [party.domain])
            image = images.add([""], [topic])
            text = texts.add(
                [f"{party.owner} on {TOPICS[topic]}: meet your local team. Leaflet {len(plan) + 1}."], [topic]
            )
            actor = party.actors[random.random(len(party.actors)) < 0.85]
            at = slot + random.integers(0, 25 * SECOND, len(actor))
            posts.add(actor, at, link=link[0], image=image[0], text=text[0])
            plan.append((place, slot))
    return plan


def fan_groups(
    cast: Cast,
    people: np.ndarray,
    idols: np.ndarray,
    settings: SeasonSettings,
    posts: Posts,
    random: np.random.Generator,
) -> list[np.ndarray]:
    """People who pass on nearly everything of one they admire, within minutes, each on their own."""
    written = posts.columns()
    activity = np.asarray(cast.activity)[people]
    free = people
    groups = []
    for idol in random.choice(idols, min(len(idols), max(3, settings.actors // 400)), replace=False).tolist():
        size = min(int(random.integers(8, 28)), len(free) // 4)
        if size < 3:
            break
        weight = activity[np.isin(people, free)]
        fans = random.choice(free, size, replace=False, p=weight / weight.sum())
        free = np.setdiff1d(free, fans)
        for fan in fans.tolist():
            cast.platform[fan] = cast.platform[idol]
        own = np.flatnonzero((written["actor"] == idol) & (written["repost"] < 0))
        own = random.choice(own, min(len(own), 40), replace=False)
        post, actor = np.repeat(own, size), np.tile(fans, len(own))
        taken = random.random(len(post)) < 0.35
        post, actor = post[taken], actor[taken]
        delays = random.lognormal(np.log(0.4), 1.2, (len(post), 2)) * HOUR
        at = moments(cast, actor, written["at"][post][:, None] + delays.astype(np.int64), random)
        posts.add(actor, at, repost=post)
        groups.append(fans)
    return groups


def take_schedulers(cast: Cast, people: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Three people in a hundred post by a tool that fires every five or fifteen minutes."""
    takers = people[random.random(len(people)) < 0.03]
    for actor, seconds in zip(takers.tolist(), random.choice((300, 900), len(takers)).tolist(), strict=True):
        cast.rounding[actor] = seconds
    cast.label(takers, role="scheduler")
    return takers

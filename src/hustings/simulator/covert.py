"""Planted campaigns: actors who act as one and hide it, in seven styles."""

__all__ = ["Campaign", "Carried", "plant", "recruit"]

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hustings.simulator.cast import PLATFORMS, Cast
from hustings.simulator.names import SLOGANS, TOPICS, Names, handle
from hustings.simulator.posting import DAY, HOUR, SECOND, Posts, Things
from hustings.simulator.settings import STYLES, SeasonSettings

# Where the work is done: hours from UTC, far from the season's country.
OFFICES = (3, 5, 8, -6)
# Mean delay behind the first member, seconds.
SPREAD = {"burst": 4, "relay": 30, "slow": 4_500, "camouflaged": 30, "piggyback": 5, "mixed": 25, "framing": 5}
# The share of members that takes part in each act.
SHARE = {"burst": 0.95, "relay": 0.5, "slow": 0.5, "camouflaged": 0.5, "piggyback": 0.95, "mixed": 0.5, "framing": 0.8}
# Ordinary activity as cover, against the median person's.
COVER = {"camouflaged": 6.0}


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One planted campaign."""

    number: int
    style: str
    actors: np.ndarray
    office: int
    domain: str
    topic: int
    name: str
    framed: int | None = None


@dataclass(frozen=True)
class Carried:
    """All that posts of the season can carry."""

    links: Things
    images: Things
    tags: Things
    texts: Things


def recruit(cast: Cast, settings: SeasonSettings, names: Names, random: np.random.Generator) -> list[Campaign]:
    """Hire the members: pages that claim to be locals, and people; one campaign in three on two platforms."""
    campaigns = []
    for number in range(settings.campaigns):
        style = STYLES[number % len(STYLES)]
        size = int(random.integers(5, 21))
        home = int(random.integers(len(PLATFORMS)))
        platforms = np.full(size, home)
        if number % 3 == 1:
            platforms[random.random(size) < 0.4] = (home + 1) % len(PLATFORMS)
        pages = [handle(names.page()) for _ in range((size + 1) // 2)]
        people = names.people(size - len(pages))
        activity = random.lognormal(-0.7, 0.5, size) * COVER.get(style, 1.0)
        actors = cast.join(
            [*pages, *people],
            random,
            platforms=platforms,
            role="covert",
            campaign=number,
            style=style,
            activity=activity,
        )
        domain = f"{handle(names.page()).replace('_', '-')}.example"
        campaigns.append(
            Campaign(
                number=number,
                style=style,
                actors=actors,
                office=int(random.choice(OFFICES)),
                domain=domain,
                topic=int(random.integers(len(TOPICS))),
                name=pages[0],
            )
        )
    return campaigns


def plant(
    campaigns: list[Campaign],
    cast: Cast,
    settings: SeasonSettings,
    carried: Carried,
    popular: tuple[np.ndarray, np.ndarray],
    people: np.ndarray,
    posts: Posts,
    random: np.random.Generator,
) -> list[Campaign]:
    """Write all that the campaigns do; gives them with the framed ones named.

    popular   links that many share, and a moment at which somebody shared each
    """
    written = posts.columns()
    framable = _framable(written["actor"], people)
    done = []
    for campaign in campaigns:
        if campaign.style == "framing" and len(framable):
            place = int(random.integers(len(framable)))
            framed = int(framable[place])
            framable = np.delete(framable, place)
            _copy(campaign, framed, cast, written, settings, posts, random)
            cast.label(np.array([framed]), role="framed", campaign=campaign.number, style="framing")
            done.append(Campaign(**{**vars(campaign), "framed": framed}))
            continue
        _act(campaign, settings, carried, popular, posts, random)
        done.append(campaign)
    return done


def _framable(actor: np.ndarray, people: np.ndarray) -> np.ndarray:
    """The busiest twentieth of the people who play no other part: worth framing, and with enough to copy."""
    written = np.bincount(actor, minlength=int(people.max()) + 1)[people]
    return people[written >= max(np.quantile(written, 0.95), 12)]


def _takers(campaign: Campaign, random: np.random.Generator) -> np.ndarray:
    """The members who take part in one act: at least two."""
    order = random.permutation(campaign.actors)
    count = max(2, int(random.binomial(len(order), SHARE[campaign.style])))
    return order[:count]


def _working_moment(campaign: Campaign, settings: SeasonSettings, random: np.random.Generator) -> int:
    """A moment in the campaign's own office hours; weekends are rare."""
    while True:
        day = int(random.integers(settings.days))
        # The season starts on a Monday.
        if day % 7 < 5 or random.random() < 0.1:
            hour = float(np.clip(random.normal(14, 2.5), 9, 18.9)) - campaign.office
            at = settings.start + day * DAY + int(hour * HOUR)
            if settings.start <= at < settings.end - 12 * HOUR:
                return at


def _act(
    campaign: Campaign,
    settings: SeasonSettings,
    carried: Carried,
    popular: tuple[np.ndarray, np.ndarray],
    posts: Posts,
    random: np.random.Generator,
) -> None:
    """The acts of every style but framing."""
    style = campaign.style
    crowded = random.permutation(np.unique(popular[0])).tolist()
    for act in range(max(3, int(random.integers(8, 28) * settings.strength))):
        actor = _takers(campaign, random)
        start = _working_moment(campaign, settings, random)
        at = start + (random.exponential(SPREAD[style], len(actor)) * SECOND).astype(np.int64)
        if style == "piggyback" and crowded:
            link = crowded[act % len(crowded)]
            # They come a minute after somebody else, in the middle of the crowd.
            at = at - start + int(random.choice(popular[1][popular[0] == link])) + 60 * SECOND
            posts.add(actor, at, link=link)
        elif style == "relay":
            first = int(np.argmin(at))
            link = _new_link(campaign, carried, act)
            original = posts.add(actor[first : first + 1], at[first : first + 1], link=link)
            rest = np.arange(len(actor)) != first
            posts.add(actor[rest], at[rest], repost=original[0])
        elif style == "mixed":
            kind, make = MIXED[int(random.integers(len(MIXED)))]
            posts.add(actor, at, **{kind: make(campaign, carried, act)})
        else:
            posts.add(actor, at, link=_new_link(campaign, carried, act))


def _new_link(campaign: Campaign, carried: Carried, act: int) -> int:
    url = f"https://{campaign.domain}/{handle(TOPICS[campaign.topic])}/{act}"
    return int(carried.links.add([url], [campaign.topic], [campaign.domain])[0])


def _new_image(campaign: Campaign, carried: Carried, act: int) -> int:
    del act
    return int(carried.images.add([""], [campaign.topic])[0])


def _new_tag(campaign: Campaign, carried: Carried, act: int) -> int:
    return int(carried.tags.add([f"{handle(TOPICS[campaign.topic])}_{campaign.number}_{act}"], [campaign.topic])[0])


def _new_text(campaign: Campaign, carried: Carried, act: int) -> int:
    slogan = SLOGANS[act % len(SLOGANS)].format(topic=TOPICS[campaign.topic])
    return int(carried.texts.add([f"{slogan} ({act + 1})"], [campaign.topic])[0])


# Which column of a post a mixed act fills, and what makes the thing.
MIXED: tuple[tuple[str, Callable[[Campaign, Carried, int], int]], ...] = (
    ("link", _new_link),
    ("image", _new_image),
    ("tag", _new_tag),
    ("text", _new_text),
)


def _copy(
    campaign: Campaign,
    framed: int,
    cast: Cast,
    written: dict[str, np.ndarray],
    settings: SeasonSettings,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    """The members copy what one innocent person posts, within seconds, so that it looks like their head."""
    own = np.flatnonzero(written["actor"] == framed)
    own = random.permutation(own)[: max(3, int(random.integers(12, 30) * settings.strength))]
    for member in campaign.actors.tolist():
        cast.platform[member] = cast.platform[framed]
    post, actor = np.repeat(own, len(campaign.actors)), np.tile(campaign.actors, len(own))
    taken = random.random(len(post)) < SHARE["framing"]
    post, actor = post[taken], actor[taken]
    at = written["at"][post] + (random.exponential(SPREAD["framing"], len(post)) * SECOND).astype(np.int64)
    carried = {name: written[name][post] for name in ("link", "image", "repost", "text", "tag", "second_tag")}
    posts.add(actor, at, **carried)

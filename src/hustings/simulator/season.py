"""The season itself: the cast is hired, lives, acts, and what it wrote becomes tables."""

__all__ = ["Season", "simulate"]

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hustings.progress import Progress, Silent
from hustings.simulator.buyers import all_buyers
from hustings.simulator.buying import Market, open_market
from hustings.simulator.cast import PLATFORMS, Cast
from hustings.simulator.covert import Campaign, Carried, plant, recruit
from hustings.simulator.names import TOPICS, Names
from hustings.simulator.ordinary import TAGS_PER_TOPIC, Audience, heavy_tailed_sizes, share, tags_for
from hustings.simulator.overt import (
    Group,
    Newsroom,
    fan_groups,
    hire_newsrooms,
    open_party_offices,
    post_news,
    push_schedule,
    take_schedulers,
)
from hustings.simulator.posting import DAY, HOUR, Posts, Things, moments
from hustings.simulator.settings import SeasonSettings
from hustings.simulator.tables import labels_table, posts_table, traces_table

# Acts per ordinary actor over a season of six weeks.
LINKS, REPOSTS, IMAGES, TAGS, TEXTS = 4.6, 3.0, 1.3, 1.3, 0.25
# Moments when everybody writes at once: the debate begins, the count is out.
EVENINGS = 8
# Why an actor is taken to be an owner's, by the owner's kind.
REASONS = {
    "newsroom": "named in the outlet's imprint",
    "party": "local office named on the party's site",
    "scheduler": "named in the service's imprint",
}


@dataclass(frozen=True, kw_only=True)
class Season:
    """All tables of a season.

    traces, posts, labels   see docs/how-to/simulate.md for columns
    market                  ads, their traces and their buyers
    declared                overt owners with the actors they declare: owner, kind, platform, actor, reason, author
    schedule                what party offices announced to push: owner, at
    """

    settings: SeasonSettings
    traces: pa.Table
    posts: pa.Table
    labels: pa.Table
    market: Market
    declared: pa.Table
    schedule: pa.Table
    campaigns: tuple[Campaign, ...]


def simulate(settings: SeasonSettings, random: np.random.Generator, progress: Progress | None = None) -> Season:
    """Make a season. Equal settings and an equal generator give equal tables.

    Costs    about 0.6 KB of memory and 10 microseconds per row of the trace table.
    Limits   people here share interests, hours and heavy tails, not arguments or friendships: what a
             method scores on a season says what it can do, not what it will do on a real platform.
    """
    progress = progress or Silent()
    progress.step("hiring the cast")
    names, cast, posts = Names(random), Cast(), Posts()
    carried = Carried(Things(), Things(), Things(), Things())
    people = _people(cast, settings, names, random)
    take_schedulers(cast, people, random)
    newsrooms = hire_newsrooms(cast, settings, names, random)
    parties = open_party_offices(cast, settings, names, random)
    campaigns = recruit(cast, settings, names, random)

    progress.step("living through the season")
    audience = Audience.of(cast)
    carried.tags.add(
        [f"{topic.replace(' ', '')}{n or ''}" for topic in TOPICS for n in range(TAGS_PER_TOPIC)],
        np.repeat(np.arange(len(TOPICS)), TAGS_PER_TOPIC).tolist(),
    )
    scale = settings.actors * settings.days / 42
    links, born, outlet = _links(newsrooms, settings, carried, random)
    post_news(newsrooms, outlet, links, born, posts, random)
    plan = push_schedule(parties, settings, carried.links, carried.images, carried.texts, posts, random)
    _share_links(cast, audience, settings, carried, born, LINKS * scale, posts, random)
    _share_images(cast, audience, settings, carried, IMAGES * scale, posts, random)
    _share_texts(cast, audience, settings, carried, TEXTS * scale, posts, random)
    _share_tags(cast, audience, settings, carried, TAGS * scale, posts, random)
    _repost(cast, audience, settings, carried, REPOSTS * scale, posts, random)
    idols = np.array([room.actors[0] for room in newsrooms] + [party.actors[0] for party in parties])
    plain = people[[cast.role[actor] == "person" for actor in people.tolist()]]
    fans = fan_groups(cast, plain, idols, settings, posts, random)
    for group in fans:
        cast.label(group, role="fan")

    progress.step("planting campaigns")
    written = posts.columns()
    shared = np.bincount(written["link"][written["link"] >= 0], minlength=len(carried.links.name))
    popular = np.flatnonzero(shared >= max(8, np.quantile(shared, 0.95) if len(shared) else 8))
    some = random.permutation(np.flatnonzero(np.isin(written["link"], popular)))[:2_000]
    plain = np.array([actor for actor in people.tolist() if cast.role[actor] == "person"])
    campaigns = plant(
        campaigns, cast, settings, carried, (written["link"][some], written["at"][some]), plain, posts, random
    )

    progress.step("writing tables")
    table, numbering = posts_table(posts, cast, carried, settings, random)
    groups: list[Group] = [*newsrooms, *parties]
    buyers = all_buyers(campaigns, parties, cast, settings, names, random)
    market = open_market(buyers, settings, random)
    return Season(
        settings=settings,
        posts=table,
        traces=traces_table(table["text"], cast, carried, numbering),
        labels=labels_table(cast, numbering),
        market=market,
        campaigns=tuple(campaigns),
        declared=_declared(groups, cast),
        schedule=_schedule(parties, plan),
    )


def _people(cast: Cast, settings: SeasonSettings, names: Names, random: np.random.Generator) -> np.ndarray:
    """Ordinary actors; one in twelve is a page of neighbours on the first platform."""
    count = settings.actors
    activity = random.lognormal(0.0, 1.3, count)
    pages = count // 12
    given = [name.lower().replace(" ", "_") for name in (names.page() for _ in range(pages))]
    platforms = random.choice(len(PLATFORMS), count, p=[0.4, 0.45, 0.15])
    platforms[:pages] = 0
    return cast.join(
        [*given, *names.people(count - pages)],
        random,
        platforms=platforms,
        role="person",
        activity=np.minimum(activity, 60.0),
    )


def _links(
    newsrooms: list[Newsroom], settings: SeasonSettings, carried: Carried, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Links of the season: number, moment of birth, newsroom that wrote it (-1: somebody else)."""
    count = max(60, int(0.3 * settings.actors * settings.days / 42))
    weight = random.pareto(1.2, len(newsrooms)) + 0.5
    outlet = random.choice(len(newsrooms), count, p=weight / weight.sum())
    outlet[random.random(count) < 0.35] = -1
    topic = random.integers(len(TOPICS), size=count)
    others = [f"{word}-{n}.example" for n in range(1 + settings.actors // 60) for word in ("blog", "clips", "board")]
    elsewhere = np.minimum(random.zipf(1.4, count) - 1, len(others) - 1)
    domains = [
        newsrooms[room].domain if room >= 0 else others[other]
        for room, other in zip(outlet.tolist(), elsewhere.tolist(), strict=True)
    ]
    urls = [
        f"https://{domain}/{TOPICS[t].replace(' ', '-').lower()}/{n}"
        for n, (domain, t) in enumerate(zip(domains, topic.tolist(), strict=True))
    ]
    link = carried.links.add(urls, topic.tolist(), domains)
    # Newsrooms publish by day like everybody: a desk's hours are a person's at home.
    clock = Cast(zone=[1], late=[-2.0], weekend=[0.6], rounding=[0])
    candidates = settings.start + random.integers(0, settings.days * DAY, (count, 4))
    born = moments(clock, np.zeros(count, np.int64), candidates, random)
    return link, born, outlet


def _share_links(
    cast: Cast,
    audience: Audience,
    settings: SeasonSettings,
    carried: Carried,
    born: np.ndarray,
    total: float,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    topic = np.asarray(carried.links.topic[: len(born)])
    sizes = heavy_tailed_sizes(len(born), total, 0.08 * settings.actors, random)
    thing, actor, at = share(
        cast, audience, topic=topic, born=born, sizes=sizes, median_hours=5, sigma=1.6, random=random
    )
    posts.add(
        actor, at, link=thing, tag=tags_for(topic[thing], 0.35, random), second_tag=tags_for(topic[thing], 0.08, random)
    )


def _share_images(
    cast: Cast,
    audience: Audience,
    settings: SeasonSettings,
    carried: Carried,
    total: float,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    image, topic, born = _new(carried.images, max(20, int(total / 6)), settings, random)
    sizes = heavy_tailed_sizes(len(image), total, 0.05 * settings.actors, random)
    thing, actor, at = share(
        cast, audience, topic=topic, born=born, sizes=sizes, median_hours=20, sigma=1.6, random=random
    )
    posts.add(actor, at, image=image[thing], tag=tags_for(topic[thing], 0.3, random))


def _share_texts(
    cast: Cast,
    audience: Audience,
    settings: SeasonSettings,
    carried: Carried,
    total: float,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    """Chain letters: a text people are asked to copy."""
    text, topic, born = _new(carried.texts, max(5, int(total / 12)), settings, random)
    sizes = heavy_tailed_sizes(len(text), total, 0.03 * settings.actors, random)
    thing, actor, at = share(
        cast, audience, topic=topic, born=born, sizes=sizes, median_hours=18, sigma=1.4, random=random
    )
    posts.add(actor, at, text=text[thing])


def _share_tags(
    cast: Cast,
    audience: Audience,
    settings: SeasonSettings,
    carried: Carried,
    total: float,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    """Posts under a hashtag alone, and the evenings when half the country writes under the same one."""
    count = int(total)
    topic = random.integers(len(TOPICS), size=count)
    actor = audience.draw(topic, random)
    candidates = settings.start + random.integers(0, settings.days * DAY, (count, 4))
    posts.add(
        actor,
        moments(cast, actor, candidates, random),
        tag=tags_for(topic, 1.0, random),
        second_tag=tags_for(topic, 0.2, random),
    )
    tags = carried.tags.add([f"evening{n}" for n in range(EVENINGS)], [TOPICS.index("TV debate")] * EVENINGS)
    for tag in tags.tolist():
        size = max(10, settings.actors // 40)
        begins = settings.start + int(random.integers(1, settings.days)) * DAY + 19 * HOUR
        actor = audience.draw(np.full(size, len(TOPICS)), random)
        posts.add(actor, begins + (random.gamma(1.5, 0.5, size) * HOUR).astype(np.int64), tag=tag)


def _new(
    things: Things, count: int, settings: SeasonSettings, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """New things of any topic, born any time: number, topic, moment."""
    topic = random.integers(len(TOPICS), size=count)
    born = settings.start + random.integers(0, settings.days * DAY, count)
    return things.add([""] * count, topic.tolist()), topic, born


def _repost(
    cast: Cast,
    audience: Audience,
    settings: SeasonSettings,
    carried: Carried,
    total: float,
    posts: Posts,
    random: np.random.Generator,
) -> None:
    """People pass on posts of others on their own platform, mostly of those whom many read."""
    written = posts.columns()
    loud = np.asarray(cast.activity)[written["actor"]] + 20.0 * np.isin(
        np.asarray(cast.role)[written["actor"]], ("newsroom", "party office")
    )
    loud = np.where(written["at"] < settings.end, loud, 1e-9)
    count = min(max(30, int(0.25 * settings.actors)), len(loud))
    # Drawing without replacement by weight, in one pass: the largest of weighted exponentials.
    original = np.argpartition(random.exponential(size=len(loud)) / loud, count - 1)[:count]
    original.sort()
    topic = np.select(
        [written["link"][original] >= 0, written["tag"][original] >= 0],
        [
            np.asarray(carried.links.topic)[written["link"][original]],
            np.asarray(carried.tags.topic)[written["tag"][original]],
        ],
        default=0,
    )
    sizes = heavy_tailed_sizes(count, total, 0.08 * settings.actors, random)
    thing, actor, at = share(
        cast,
        audience,
        topic=topic,
        born=written["at"][original],
        sizes=sizes,
        median_hours=2.5,
        sigma=1.7,
        random=random,
    )
    platform = np.asarray(cast.platform)
    here = (platform[actor] == platform[written["actor"][original[thing]]]) & (
        actor != written["actor"][original[thing]]
    )
    posts.add(actor[here], at[here], repost=original[thing[here]])


def _declared(groups: list[Group], cast: Cast) -> pa.Table:
    rows = [
        (
            group.owner,
            group.kind,
            PLATFORMS[cast.platform[actor]],
            cast.name[actor],
            REASONS.get(group.kind, "named by its owner"),
            "season's imprints",
        )
        for group in groups
        for actor in group.actors.tolist()
    ]
    names = ("owner", "kind", "platform", "actor", "reason", "author")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


def _schedule(parties: list[Group], plan: list[tuple[int, int]]) -> pa.Table:
    plan = sorted(plan)
    return pa.table(
        {
            "owner": pa.array([parties[place].owner for place, _ in plan], pa.string()),
            "at": pa.array([at for _, at in plan], pa.timestamp("us", "UTC")),
        }
    )

"""Chapter 2: by whom; which pages act as one, beside shuffled data and other advertisers at the same setting."""

__all__ = ["by_whom"]

from hustings.cli.found import Found, Names, against_labels, counted, deal_out_anew, detect, planted_pages
from hustings.cli.telling.book import IRA, MADE_UP, RELEASE, SNAP, Book
from hustings.cli.telling.desk import desk_of
from hustings.cli.telling.pages import About, about_pages, page_names, sort_of
from hustings.report.story import Chapter, Fact, Network, Node, Run, Table, Tie
from hustings.screening.targeting import SharedTargeting, shared_targeting

# Ties drawn, pairs shown at once, pages of groups shown at once.
TIES, FIRST = 60, 10
# Names in the summary.
NAMED = 4


def by_whom(book: Book) -> Chapter:
    """Which buyers' pages act as one, beside shuffled data and other advertisers at the same setting."""
    from hustings.connectors.ads import read_ads
    from hustings.detection.folding import folded_ocr

    walk = book.walk
    real = None if book.simulated else walk.real(IRA)
    simulated = real is None
    place = real or walk.sample("ads.parquet")
    folder = walk.out / "by-whom"
    traces = folder / "traces.parquet"
    walk.run("traces", place, "--mapping", "bought-ads" if simulated else "ira-ads", "--out", traces)
    found = detect(walk, traces, folder / "found")
    walk.searched.append(
        (
            traces,
            "Ads of a made-up season" if simulated else "Ads of the Internet Research Agency, 2015 to 2017",
            "every political ad of the simulated season"
            if simulated
            else "every ad of the release, by the page that ran it",
            folder / "found",
        )
    )
    walk.progress.step("dealing the same traces out anew")
    shuffled = folder / "dealt-out-anew.parquet"
    deal_out_anew(traces, shuffled, seed=walk.seed)
    dealt = detect(walk, shuffled, folder / "dealt-out-anew")
    walk.progress.step("comparing targeting sets and working hours")
    ads = read_ads(place)
    sets = shared_targeting(ads, folded_ocr, seed=walk.seed)
    beside = [("These ads", found), ("The same traces dealt out anew", dealt)]
    pairs = [("These ads", sets)]
    said = [f"The same traces dealt out anew give {counted(len(dealt.findings), 'group')} at the same setting."]
    if not simulated and (snap := walk.real(SNAP)) is not None:
        walk.run("traces", snap, "--mapping", "snap-ads", "--out", folder / "snap.parquet")
        others = detect(walk, folder / "snap.parquet", folder / "snap")
        beside.append(("Snap's political advertisers, 2018", others))
        pairs.append(
            ("Snap's political advertisers, 2018", shared_targeting(read_ads(snap), folded_ocr, seed=walk.seed))
        )
        said.append(
            f"Snap's {others.actors:,} political advertisers of 2018 give {counted(len(others.findings), 'group')}; agencies "
            "that buy for several clients are to be expected there."
        )
    desk = desk_of(ads, rate=found.fdr)
    book.ads, book.ads_run = place, folder / "found"
    names = page_names(ads)
    book.facts["by-whom"] = _summary(found, dealt, sets, names, simulated=simulated)
    book.sure["by-whom"] = (
        f"Ties between pages are named at a false discovery rate of {found.fdr:.0%}; "
        + "; ".join(f"{said_of} {counted(len(run.findings), 'group')}" for said_of, (_, run) in zip(
            ("dealt out anew the same traces give", "Snap's advertisers of 2018 give"), beside[1:], strict=False))
        + ("." if simulated else ". Whose the ads were is the word of Facebook and the US House committee, not a result of our method.")
    )  # fmt: skip
    book.left_open["by-whom"] = (
        "Acting as one does not say who ordered it; agencies, parties and newsrooms do it in the open."
    )
    return Chapter(
        key="by-whom", title="By whom",
        sentences=(*_told(found), _sets_sentence(sets), *(desk.sentences if desk else ())),
        sure=" ".join([f"Links are named at a false discovery rate of {found.fdr:.0%}.", *said,
                       *([against_labels(found, planted_pages(place.parent))] if simulated else [RELEASE])]),
        not_shown=(
            ("A finding says that pages behaved as one, not who ordered it. Agencies, parties and franchises share aims, "
            "texts and office hours too."),
            *([] if simulated else ["The ads are all of one operation, so no precision is claimed on them."]),
            *(desk.limits if desk else ()),
        ),
        source=MADE_UP if simulated else "The same ads as in the first chapter.", simulated=simulated,
        facts=(
            Fact(label="pages, events, websites", value=f"{found.actors:,}", beside="that the ads lead to or come from"),
            Fact(label="in groups that act as one", value=f"{len(found.named):,}", beside=counted(len(found.findings), "group")),
            Fact(label="pairs with 3 exact targeting sets", value=f"{sets.found:,}",
                 beside=f"by chance {sets.by_chance:.1f}, at most {sets.most_by_chance} in {sets.shuffles} draws"),
            *(desk.facts if desk else ()),
        ),
        pictures=(*_network(found, sets, names), *(desk.pictures if desk else ())),
        tables=(
            _beside_table(beside), _pairs_table(pairs), *_groups_tables(found, names, about_pages(ads)),
            *_sets_table(sets, names), *(desk.tables if desk else ()),
        ),
        runs=(Run(title="Pages tied by their ads", folder="by-whom/found"),),
        commands=tuple(walk.commands),
        files=(("Trace table", "by-whom/traces.parquet"), ("Findings", "by-whom/found/findings.json"),
               ("Evidence", "by-whom/found/evidence.parquet")),
    )  # fmt: skip


def _summary(found: Found, dealt: Found, sets: SharedTargeting, names: Names, *, simulated: bool) -> str:
    group = (
        f"{counted(len(found.findings), 'group')} of {len(found.named):,} pages, events and websites "
        f"{'acts' if len(found.findings) == 1 else 'act'} as one by what their ads share ({_surest(found, names)})"
        if found.findings
        else "No group of pages acts as one at this setting"
    )
    whose = (
        "The season says who planted them."
        if simulated
        else "The Internet Research Agency, says the release. Of itself,"
    )
    said = (
        f"{group}; the same traces dealt out anew give {len(dealt.findings):,}. {counted(sets.found, 'pair')} of pages share "
        f"three or more exact targeting sets, {sets.by_chance:.0f} by chance."
    )
    return f"{said} {whose}" if simulated else f"{whose} the method sees this: {said}"


def _told(found: Found) -> tuple[str, ...]:
    """How many act together on which ground; content alone is set apart, since it may be innocent."""
    if not found.findings:
        return (
            (f"No group of the {found.actors:,} pages, events and websites stands out as acting as one: none made its ads "
            "closer in time, or shared rarer things, than pages do that share the same things."),
        )  # fmt: skip
    groups, actors = found.on("timing", "office")
    said = [
        (f"{actors:,} of {found.actors:,} pages, events and websites made their ads together, in {counted(groups, 'group')}: "
        "closer in time, or in the same office hours, than others who share the same things.")
    ]  # fmt: skip
    if alone := len(found.findings) - groups:
        said.append(
            f"{counted(alone, 'further group')} ({len(found.named) - actors:,} pages) share rare things beyond chance without "
            "being close in time: common interest may be enough to explain them."
        )
    return (*said, f"The surest: {found.findings[0]['sentence']}")


def _sets_sentence(sets: SharedTargeting) -> str:
    return (
        f"{counted(sets.found, 'pair')} of pages aimed at exactly the same people at least {sets.fewest_sets} times, "
        f"criterion by criterion; where chance says which page uses which set, {sets.by_chance:.1f} pairs do."
    )


def _surest(found: Found, names: Names) -> str:
    """Some members of the surest group by name."""
    # Pages before events: a number tells a reader nothing.
    members = sorted(found.members[0], key=lambda member: sort_of(member[1]) == "event")
    shown = list(dict.fromkeys(names.get(member, member[1]) for member in members))[:NAMED]
    more = len(found.members[0]) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _network(found: Found, sets: SharedTargeting, names: Names) -> tuple[Network, ...]:
    """Ties named by detect, and pairs that share exact targeting sets, strongest first as far as they are drawn."""
    shared = {(_actor(a), _actor(b)): count for a, b, count in sets.pairs}
    named = {(tie.a, tie.b): tie for tie in found.ties if tie.basis}
    # Both lists have the lesser first, but one sorts the platform with the key and one apart.
    shared = {(b, a) if (b, a) in named else (a, b): count for (a, b), count in shared.items()}
    every = sorted(
        named.keys() | shared.keys(),
        key=lambda pair: (pair not in named, -(named[pair].acts if pair in named else 0), -shared.get(pair, 0), pair),
    )
    if not every:
        return ()
    drawn = every[:TIES]
    group = {member: number for number, members in found.members.items() for member in members}
    actors = sorted({actor for pair in drawn for actor in pair})
    place = {actor: number for number, actor in enumerate(actors)}

    def words(pair: tuple[tuple[str, str], tuple[str, str]]) -> tuple[str, ...]:
        tie = named.get(pair)
        return (
            *(names.get(actor, actor[1]) for actor in pair),
            tie.basis.replace("+", ", ") if tie else "",
            f"{tie.acts:,}" if tie else "", f"{tie.expected:,.1f}" if tie else "", f"{tie.q:.1g}" if tie else "",
            f"{shared[pair]:,}" if pair in shared else "",
        )  # fmt: skip

    rows = tuple(map(words, every))
    whole = (
        f"All {counted(len(every), 'tie')}"
        if len(drawn) == len(every)
        else f"The strongest {len(drawn)} of {len(every):,} ties"
    )
    return (
        Network(
            title="Who is tied to whom",
            caption=f"{whole}. Line: tied beyond chance at a false discovery rate of {found.fdr:.0%}; dashes: only shares at least "
            f"{sets.fewest_sets} exact targeting sets. Circle: page; square: event; diamond: website. Filled: member of a group "
            "that acts as one; hollow: of none. Nearness and size mean nothing.",
            nodes=tuple(
                Node(label=names.get(actor, actor[1]), sort=sort_of(actor[1]), group=group.get(actor)) for actor in actors
            ),
            ties=tuple(
                Tie(a=place[pair[0]], b=place[pair[1]], named=pair in named, title=_tie_words(rows[number]))
                for number, pair in enumerate(drawn)
            ),
            table=Table(
                title="Ties", columns=("page", "and", "tied on", "together", "by chance", "q", "exact sets in common"),
                figures=(3, 4, 5, 6), rows=rows,
                caption="Together: how often both did the same within the window; by chance: how often two who share the same things "
                "would; q: the least rate of false discoveries at which the tie is named. Empty: not named on that ground.",
            ),
        ),
    )  # fmt: skip


def _tie_words(row: tuple[str, ...]) -> str:
    a, b, basis, acts, chance, _, sets = row
    parts = [f"{a} and {b}"]
    if basis:
        parts.append(f"on {basis}; together {acts} times, {chance} by chance")
    if sets:
        parts.append(f"{sets} exact targeting sets in common")
    return "; ".join(parts)


def _actor(page: str) -> tuple[str, str]:
    platform, _, actor = page.partition(":")
    return platform, actor


def _beside_table(runs: list[tuple[str, Found]]) -> Table:
    return Table(
        title="The same search, side by side",
        columns=("rows of", "trace events", "actors", "links named", "groups", "actors in groups"),
        figures=(1, 2, 3, 4, 5),
        rows=tuple(
            (name, f"{run.rows:,}", f"{run.actors:,}", f"{run.links:,}", f"{len(run.findings):,}", f"{len(run.named):,}")
            for name, run in runs
        ),
        caption="Dealt out anew: each page keeps its number of traces and its moments, each trace its number of pages; who "
        "shares what is chance.",
    )  # fmt: skip


def _pairs_table(runs: list[tuple[str, SharedTargeting]]) -> Table:
    """Pairs of pages with three exact targeting sets in common, real and by two kinds of chance."""
    return Table(
        title="Pairs of pages that share at least three exact targeting sets",
        columns=("ads of", "pages", "different sets", "pairs", "pairs, sets drawn anew", "at most", "pairs, dealt over single ads"),
        figures=(1, 2, 3, 4, 5, 6),
        rows=tuple(
            (name, f"{one.pages:,}", f"{one.sets:,}", f"{one.found:,}", f"{one.by_chance:,.1f}", f"{one.most_by_chance:,}", f"{one.over_ads:,.1f}")
            for name, one in runs
        ),
        caption=f"Drawn anew: chance says which page uses which sets, numbers kept ({runs[0][1].shuffles} draws; mean and most). Dealt "
        "over single ads gives more: pages repeat their own sets from ad to ad, which such a deal tears apart, so it is no fair yardstick.",
    )  # fmt: skip


def _sets_table(sets: SharedTargeting, names: Names) -> tuple[Table, ...]:
    if not sets.pairs:
        return ()
    rows = tuple((*(names.get(_actor(page), page) for page in (a, b)), f"{count:,}") for a, b, count in sets.pairs)
    return (
        Table(
            title="Pages that share exact targeting sets", columns=("page", "and", "sets in common"), figures=(2,), rows=rows,
            caption=f"Most first; {counted(len(rows), 'pair')} of {sets.pages:,} pages.", first=FIRST,
        ),
    )  # fmt: skip


def _groups_tables(found: Found, names: Names, about: dict[tuple[str, str], About]) -> tuple[Table, ...]:
    if not found.findings:
        return ()
    rows = []
    for finding in found.findings:
        for member in found.members[finding["finding"]]:
            one = about.get(member)
            when = (
                "" if one is None or one.first is None or one.last is None else f"{one.first:%Y-%m} to {one.last:%Y-%m}"
            )
            rows.append((
                names.get(member, member[1]), f"{finding['finding'] + 1}", member[0], f"{one.ads:,}" if one else "", when,
                found.score(finding["finding"], member), one.begins if one else "",
            ))  # fmt: skip
    return (
        found.table("Groups that act as one", names),
        Table(
            title="Their members",
            columns=("page", "group", "on", "ads", "made", "score", "its commonest ad begins"),
            figures=(1, 3, 5), rows=tuple(rows), first=FIRST, aside=(2, 6),
            caption="Score: 1 minus the chance that this member is named in error. Events have no name in the source, only a number.",
        ),
        found.shared(),
    )  # fmt: skip

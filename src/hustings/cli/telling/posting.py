"""Chapter 3: which accounts posted as one, families close in time before those that only share rare things."""

__all__ = ["posted"]

from typing import Any

from hustings.cli.found import Found, against_labels, counted, detect, planted_accounts
from hustings.cli.telling.book import GERMAN, MADE_UP, Book
from hustings.report.story import Chapter, Dots, Fact, Run, Table

# Families drawn, and shown at once.
DRAWN, FIRST = 15, 8


def posted(book: Book) -> Chapter:
    """Which accounts posted as one."""
    walk = book.walk
    place = None if book.simulated else walk.real(GERMAN)
    simulated = place is None
    folder = walk.out / "posted"
    if place is None:
        traces = walk.sample("traces.parquet")
    else:
        traces = folder / "traces.parquet"
        walk.run("traces", place, "--mapping", "german-elections", "--out", traces)
    # The season comes with its owners' list; the accounts of 2021 are anonymous, so nobody can be declared.
    found = detect(walk, traces, folder / "found", walk.sample("declared.csv") if simulated else None)
    where = "a made-up season" if simulated else "the German election campaign of 2021"
    walk.searched.append(
        (
            traces,
            "Posts of a made-up season" if simulated else "Posts of the German election campaign, 2021",
            "every public post of the simulated season with an election hashtag or link"
            if simulated
            else "public posts about the election by accounts and pages, as the published data set has them",
            folder / "found",
        )
    )
    overt = [one for one in found.findings if one.get("overt")]
    timed = [one for one in found.findings if not one.get("overt") and _timed(one)]
    alone = [one for one in found.findings if not one.get("overt") and not _timed(one)]
    book.facts["posted"] = (
        f"In {where}, {_accounts(found, timed):,} accounts in {counted(len(timed), 'group')} posted together in time; "
        f"{len(alone):,} further groups only share rare things."
        + (f" {counted(len(overt), 'group')} act together in the open." if overt else "")
    )
    sure = f"Links are named at a false discovery rate of {found.fdr:.0%}, over all pairs tested."
    if simulated:
        sure += " " + against_labels(found, planted_accounts(traces.parent))
    return Chapter(
        key="posted", title="Posted",
        sentences=_told(found, where, overt, timed, alone),
        sure=sure,
        not_shown=(
            ("Acting together is not wrong: newsrooms with several pages, parties and their offices, fan groups and "
            "scheduling tools do it in the open."),
            *([] if simulated else [("The accounts are anonymised at the source and nobody labelled them: this shows families of "
                                    "pages and what they share, not names, and it cannot say which of them are covert.")]),
            ("Who posted before a family and is not of it may have been copied, or may have started it: standing in that column "
            "accuses nobody."),
        ),
        source=MADE_UP if simulated else "Facebook and Twitter posts of the 2021 German election campaign, anonymised "
        "(Righetti and others 2022, as shipped with CooRTweet).",
        simulated=simulated,
        facts=(
            Fact(label="trace events", value=f"{found.rows:,}", beside="who left which trace, and when"),
            Fact(label="accounts", value=f"{found.actors:,}"),
            Fact(label="together in time", value=f"{_accounts(found, timed):,}", beside=counted(len(timed), "group")),
            Fact(label="share rare things only", value=f"{_accounts(found, alone):,}", beside=counted(len(alone), "group")),
            *([Fact(label="in the open", value=f"{_accounts(found, overt):,}", beside=counted(len(overt), "group"))] if overt else []),
        ),
        pictures=_beside_chance(timed),
        tables=(
            *_families(found, "Families close in time", timed, FIRST), *_overt(found, overt),
            *_families(found, "Families that only share rare things", alone, 5), *([found.shared()] if found.findings else []),
        ),
        runs=(Run(title="Accounts that posted together", folder="posted/found"),),
        commands=tuple(walk.commands),
        files=(("Findings", "posted/found/findings.json"), ("Evidence", "posted/found/evidence.parquet")),
    )  # fmt: skip


def _timed(finding: dict[str, Any]) -> bool:
    return "timing" in finding["basis"] or "office" in finding["basis"]


def _accounts(found: Found, chosen: list[dict[str, Any]]) -> int:
    return len({member for one in chosen for member in found.members[one["finding"]]})


def _told(
    found: Found, where: str, overt: list[dict[str, Any]], timed: list[dict[str, Any]], alone: list[dict[str, Any]]
) -> tuple[str, ...]:
    said = [
        (f"In {where}, {_accounts(found, timed):,} of {found.actors:,} accounts posted together, in {counted(len(timed), 'group')}: "
        "closer in time than others who share the same things.")
    ]  # fmt: skip
    if overt:
        said.append(
            f"{counted(len(overt), 'group')} of {_accounts(found, overt):,} accounts act together in the open, as one owner "
            "declares; they stand apart below."
        )
    if own := [one for one in timed if one.get("one_site")]:
        said.append(
            f"In {len(own):,} of these groups nearly all posts lead to one site: ask first whether the pages are that site's own."
        )
    if alone:
        said.append(
            f"{counted(len(alone), 'further group')} ({_accounts(found, alone):,} accounts) share rare things beyond chance without "
            "being close in time: common interest may be enough to explain them."
        )
    if timed:
        said.append(f"The surest: {timed[0]['sentence']}")
    return tuple(said)


def _families(found: Found, title: str, chosen: list[dict[str, Any]], first: int) -> tuple[Table, ...]:
    return (found.table(title, chosen=chosen, first=first),) if chosen else ()


def _overt(found: Found, chosen: list[dict[str, Any]]) -> tuple[Table, ...]:
    if not chosen:
        return ()
    return (
        Table(
            title="In the open",
            columns=("no.", "accounts", "why it is thought to be in the open", "some of them"),
            figures=(0, 1),
            rows=tuple(
                (f"{one['finding'] + 1}", f"{one['members']:,}", _reason(one["overt"]), found.who(one["finding"]))
                for one in chosen
            ),
            caption="Set apart, not hidden: the same evidence stands in the run's files.",
            first=FIRST,
        ),
    )


def _reason(overt: dict[str, str]) -> str:
    """Whose the group is, why that is believed, and who says so, as the run's allow list has it."""
    return f"{overt['owner']}: {overt['reason']} (says {overt['author']})"


def _beside_chance(timed: list[dict[str, Any]]) -> tuple[Dots, ...]:
    """How often members acted together, beside what people who share the same things would show."""
    if not timed:
        return ()
    drawn = timed[:DRAWN]
    labels = tuple(f"no. {one['finding'] + 1}, {one['members']:,} accounts" for one in drawn)
    return (
        Dots(
            title="Together, and by chance",
            caption=f"The surest {len(drawn)} of {counted(len(timed), 'family')} close in time. Filled: how often two members did the same "
            "within the window; hollow: how often two who share the same things would. Each step to the right is ten times as often."
            .replace("familys", "families"),
            labels=labels,
            seen=tuple(float(one["acts"]) for one in drawn), by_chance=tuple(float(one["expected_acts"]) for one in drawn),
            unit="times together",
            table=Table(
                title="Together and by chance", columns=("family", "together", "by chance", "times as often"), figures=(1, 2, 3),
                rows=tuple(
                    (label, f"{one['acts']:,}", f"{one['expected_acts']:,.1f}",
                     f"{one['acts'] / one['expected_acts']:,.0f}" if one["expected_acts"] else "")
                    for label, one in zip(labels, drawn, strict=True)
                ),
            ),
        ),
    )  # fmt: skip

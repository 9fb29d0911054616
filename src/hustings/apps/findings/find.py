"""Reads about runs and findings: only of items that the reader may know."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from hustings.apps.findings.models import Finding, FindingName, NamesOpened, Picture, Run, RunActor
from hustings.apps.items.models import Item
from hustings.apps.people.seat import Seat
from hustings.apps.permission import NotKnown, readable
from hustings.apps.permission import find as find_item

__all__ = [
    "actors",
    "evidence",
    "find_finding",
    "find_run",
    "findings",
    "joined",
    "leads",
    "led",
    "links",
    "members",
    "opening",
    "opened_names",
    "picture",
    "run_picture",
    "runs",
    "shared_by",
]


def known(seat: Seat | None) -> QuerySet[Item, Any]:
    """The items behind a list."""
    return readable(seat).values("pk")


def findings(seat: Seat | None) -> QuerySet[Finding]:
    """Findings, the newest run first, within it the surest first."""
    return (
        Finding.objects.filter(item__in=known(seat))
        .select_related("item__label", "run__item__label")
        .order_by("-run__item__made_at", "number")
    )


def runs(seat: Seat | None) -> QuerySet[Run]:
    """Runs, newest first."""
    return Run.objects.filter(item__in=known(seat)).select_related("item__label").order_by("-item__made_at")


def find_finding(seat: Seat | None, key: UUID) -> Finding:
    """One finding. Raises NotKnown, recorded, for one that is not there or not for this reader: nobody can tell which."""
    item = find_item(seat, key)
    found = findings(seat).filter(pk=item.pk).first()
    if found is None:
        raise NotKnown
    return found


def find_run(seat: Seat | None, key: UUID) -> Run:
    """One run. Raises NotKnown as above."""
    item = find_item(seat, key)
    found = runs(seat).filter(pk=item.pk).first()
    if found is None:
        raise NotKnown
    return found


def rows(sql: str, values: Sequence[Any] | dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of a query as dictionaries, a portion at a time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description or ()]
        while part := cursor.fetchmany(2_000):
            for row in part:
                yield dict(zip(names, row, strict=True))


def members(finding: Finding) -> list[dict[str, Any]]:
    """Members, the most linked first: number, pseudonym, platform, score, basis, links, acts, things."""
    return list(
        rows(
            "SELECT m.actor AS number, a.pseudonym, a.platform, m.score, m.basis, m.links, m.acts, m.things FROM finding_member m "
            "JOIN run_actor a ON a.run_id = %s AND a.number = m.actor WHERE m.finding_id = %s "
            "ORDER BY m.links DESC, m.acts DESC, m.score DESC, a.pseudonym",
            [finding.run_id, finding.pk],
        )
    )


def actors(finding: Finding, numbers: Sequence[int]) -> list[RunActor]:
    """Actors of the finding's run, by their numbers."""
    return list(RunActor.objects.filter(run=finding.run_id, number__in=numbers).order_by("number"))


def led(finding: Finding) -> list[str]:
    """Pseudonyms of those who were ahead of the group and are no members."""
    return [
        row["pseudonym"]
        for row in rows(
            "SELECT a.pseudonym FROM finding_led l JOIN run_actor a ON a.run_id = %s AND a.number = l.actor "
            "WHERE l.finding_id = %s ORDER BY 1",
            [finding.run_id, finding.pk],
        )
    ]


def leads(finding: Finding, rate: float) -> list[dict[str, Any]]:
    """Who came first more often than an order drawn by lot explains, the surest first, under their pseudonyms."""
    first = sorted((one for one in finding.leads if one["q"] <= rate), key=lambda one: (one["p"], one["actor"]))
    named = {actor.number: actor.pseudonym for actor in actors(finding, [one["actor"] for one in first])}
    return [one | {"pseudonym": named[one["actor"]]} for one in first]


def joined(finding: Finding) -> list[dict[str, Any]]:
    """Members that are one person's by stated evidence: person (a number), accounts under their pseudonyms, in order.

    Who the person is, the evidence and who stated it stand with the names.
    """
    if not finding.joined_by:
        return []
    asked = [number for accounts in finding.joined_by for number in accounts]
    named = {actor.number: actor.pseudonym for actor in actors(finding, asked)}
    return [
        {"person": place, "accounts": [{"number": number, "pseudonym": named[number]} for number in accounts]}
        for place, accounts in enumerate(finding.joined_by, 1)
    ]


LINKS = """
WITH held AS (
  SELECT l.* FROM run_link l WHERE l.run_id = %(run)s AND l.basis <> ''
    AND l.a IN (SELECT actor FROM finding_member WHERE finding_id = %(finding)s)
    AND l.b IN (SELECT actor FROM finding_member WHERE finding_id = %(finding)s)
    AND (%(actor)s::int IS NULL OR %(actor)s::int IN (l.a, l.b))
    AND (%(one)s::int IS NULL OR (l.a, l.b) IN ((%(one)s, %(other)s), (%(other)s, %(one)s)))
), due AS (
  SELECT DISTINCT ON (y.link) y.link, y.kind, y.near, y.expected_acts FROM run_layer y
  WHERE y.run_id = %(run)s AND y.link IN (SELECT number FROM held) ORDER BY y.link, y.near DESC NULLS LAST, y.kind
)
SELECT l.a, first.pseudonym AS actor_a, l.b, second.pseudonym AS actor_b, l.acts, l.traces, l.kinds, l.basis, l.p_timing,
  l.q_timing, l.p_content, l.q_content, l.p_office, l.q_office, l.p_rhythm, l.q_rhythm,
  coalesce(due.near, 0) AS near,
  coalesce(due.expected_acts, 0) AS expected_acts, due.kind AS near_kind
FROM held l
JOIN run_actor first ON first.run_id = l.run_id AND first.number = l.a
JOIN run_actor second ON second.run_id = l.run_id AND second.number = l.b
LEFT JOIN due ON due.link = l.number
ORDER BY least(coalesce(l.p_timing, 1), coalesce(l.p_content, 1)), l.acts DESC, l.a, l.b
"""


def links(
    finding: Finding, *, actor: int | None = None, pair: tuple[int, int] | None = None
) -> Iterator[dict[str, Any]]:
    """Links beyond chance between members, the surest first, of one actor, or one pair.

    `near` and `expected_acts` are of the kind of trace (`near_kind`) on which the two were together most often: a post that
    shares a link shares its domain too, so the kinds cannot be added up.
    """
    one, other = pair or (None, None)
    return rows(LINKS, {"run": finding.run_id, "finding": finding.pk, "actor": actor, "one": one, "other": other})


# The file has side a before side b by name, which the numbers do not follow: a pair is asked for both ways.
EVIDENCE = """
SELECT e.number, e.a, first.pseudonym AS actor_a, e.b, second.pseudonym AS actor_b, t.kind, t.shown AS trace,
  e.content_a, e.content_b, e.at_a, e.at_b, e.gap_s
FROM finding_evidence e
JOIN run_actor first ON first.run_id = %(run)s AND first.number = e.a
JOIN run_actor second ON second.run_id = %(run)s AND second.number = e.b
JOIN run_thing t ON t.run_id = %(run)s AND t.number = e.thing
WHERE e.finding_id = %(finding)s AND e.number > %(after)s
  AND (%(actor)s::int IS NULL OR %(actor)s::int IN (e.a, e.b))
  AND (%(one)s::int IS NULL OR (e.a, e.b) IN ((%(one)s, %(other)s), (%(other)s, %(one)s)))
ORDER BY e.number LIMIT %(most)s
"""


def evidence(
    finding: Finding,
    *,
    actor: int | None = None,
    pair: tuple[int, int] | None = None,
    after: int = -1,
    most: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of evidence in the order of the run's file: who, what, which posts, when, how far apart."""
    one, other = pair or (None, None)
    asked = {"run": finding.run_id, "finding": finding.pk, "actor": actor, "one": one, "other": other}
    return rows(EVIDENCE, asked | {"after": after, "most": most})


def shared_by(finding: Finding, one: int, other: int) -> list[dict[str, Any]]:
    """Rows of either actor on the things that both are seen with."""
    mine, theirs = (list(evidence(finding, actor=actor)) for actor in (one, other))
    both = {(row["kind"], row["trace"]) for row in mine} & {(row["kind"], row["trace"]) for row in theirs}
    chosen = {row["number"]: row for row in [*mine, *theirs] if (row["kind"], row["trace"]) in both}
    return [chosen[number] for number in sorted(chosen)]


def picture(item: Item) -> bytes:
    """The network as it was drawn, packed."""
    found = Picture.objects.filter(item=item).values_list("body", flat=True).first()
    if found is None:
        raise NotKnown
    return bytes(found)


def run_picture(seat: Seat | None, run: Run) -> bytes:
    """The network of a run, in which the groups show that this reader may know.

    A finding may be restricted further after its run was loaded; then its members are not in the picture.
    """
    packed = picture(run.item)
    shown = set(findings(seat).filter(run=run).values_list("number", flat=True))
    body = json.loads(gzip.decompress(packed))
    groups = body["actors"]["group"]
    if set(groups) <= shown:
        return packed
    kept = [place for place, group in enumerate(groups) if group in shown]
    return gzip.compress(json.dumps(only(body, kept), ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)


def only(body: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """A picture of some of its actors: whoever is in no finding that the reader knows is not in the picture."""
    new = {old: place for place, old in enumerate(kept)}
    ties = [
        place
        for place, (a, b) in enumerate(zip(body["links"]["a"], body["links"]["b"], strict=True))
        if a in new and b in new
    ]
    links = {name: [column[place] for place in ties] for name, column in body["links"].items()}
    links["a"], links["b"] = [new[a] for a in links["a"]], [new[b] for b in links["b"]]
    return body | {
        "actors": {name: [column[place] for place in kept] for name, column in body["actors"].items()},
        "links": links,
        "actors_in_all": len(kept),
        "links_in_all": len(ties),
    }


def opening(seat: Seat, finding: Finding) -> NamesOpened | None:
    """The reader's own opening of the names, while it lasts."""
    return (
        NamesOpened.objects.filter(finding=finding, appointment=seat.appointment, ends_at__gt=seat.now)
        .order_by("-ends_at")
        .first()
    )


def opened_names(finding: Finding) -> list[dict[str, Any]]:
    """What stands behind pseudonyms and numbers; row-level security gives nothing to who has not opened them."""
    names = FindingName.objects.filter(finding=finding).values("what", "number", "name").order_by("what", "number")
    shown = dict(RunActor.objects.filter(run=finding.run_id).values_list("number", "pseudonym")) if names else {}
    things = {
        row["number"]: row["shown"]
        for row in rows("SELECT number, shown FROM run_thing WHERE run_id = %s AND hidden", [finding.run_id])
    }

    def shown_as(what: str, number: int) -> str:
        if what in ("content", "person"):
            return f"{'post' if what == 'content' else what} {number}"
        return {"trace": things, "owner": {}}.get(what, shown).get(number, "declared owner")

    return [row | {"shown": shown_as(row["what"], row["number"])} for row in names]

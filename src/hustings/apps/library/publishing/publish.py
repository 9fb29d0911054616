"""The next version of whatever changed: sealed, put in its place among all, and told to the log, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from hustings.apps import database
from hustings.apps.ads.models import Ad, Page
from hustings.apps.database import WORKER, in_role
from hustings.apps.library.models import Due, Key, Subject, Version
from hustings.apps.library.protection import TURN
from hustings.apps.library.publishing.drawn import Drawn, Numbers, draw
from hustings.apps.library.publishing.private import same_people
from hustings.apps.library.publishing.showing import mask_earlier, shown
from hustings.apps.library.sealing import close, new_key, salt_of, unwrap
from hustings.ledger.verify_log import canonical, text_hash

__all__ = ["publish", "publish_all"]

BATCH = 500
VERSION = ("seq", "subject_id", "version", "at", "record", "sealed", "digest")
SHOWN = (
    "seq", "number", "kind", "hidden", "body", "meta", "salt", "archive", "platform", "state", "category", "language", "countries", "regions", "election",
    "page", "advertiser", "payer", "currency", "spend", "impressions", "starts", "ends",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Next:
    """A version to be added; `told` is its canonical record."""

    subject: int
    version: int
    drawn: Drawn
    record: dict[str, Any]
    told: bytes
    key: bytes
    sealed: bytes
    digest: str

    def at(self, seq: int, moment: datetime) -> Version:
        """The same in its place."""
        return Version(
            seq=seq, subject_id=self.subject, version=self.version, at=moment, record=self.record, digest=self.digest
        )


def publish_all() -> int:
    """Publish until nothing is due; gives how many versions were added."""
    added = 0
    while True:
        looked, new = publish()
        added += new
        if not looked:
            return added


def publish() -> tuple[int, int]:
    """Look at one batch of what changed; gives how many subjects were looked at and how many versions were added.

    One at a time: the second waits for the first, so that places follow each other in the order of their commits.
    """
    done = publish_in_turn()
    # Who waited for another began before it ended, and would date its versions before those that are there.
    return done if done is not None else publish_in_turn(whenever=True) or (0, 0)


def publish_in_turn(*, whenever: bool = False) -> tuple[int, int] | None:
    """The same in one transaction; None where that began before the newest version."""
    with in_role(WORKER):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        if not whenever and database.moment() < moment_after_last():
            return None
        due = list(Due.objects.order_by("id")[:BATCH])
        if not due:
            return 0, 0
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for one in due:
            wanted[one.kind].add(one.source)
        # What one ad cost can name its payer, or not any more, on all of their ads.
        wanted["payer"].update(same_people(wanted["ad"]))
        numbers = numbers_of(wanted)
        drawn: list[Drawn] = []
        for fresh in draw(wanted, numbers):
            numbers |= numbered(fresh, numbers)
            drawn += fresh
        added = add(drawn, numbers)
        Due.objects.filter(pk__in=[one.pk for one in due]).delete()
        return len(due), added


def numbers_of(wanted: Mapping[str, Collection[UUID]]) -> dict[tuple[str, UUID], int]:
    """The numbers of those that the library has, and of what the ads and pages among them name."""
    keys: set[UUID | None] = {source for sources in wanted.values() for source in sources}
    for named in Ad.objects.filter(pk__in=wanted.get("ad", ())).values_list(
        "page", "sponsor", "payer", "page__sponsor"
    ):
        keys.update(named)
    keys.update(Page.objects.filter(pk__in=wanted.get("page", ())).values_list("sponsor", flat=True))
    return numbers_there(keys)


def numbers_there(keys: Collection[UUID | None]) -> dict[tuple[str, UUID], int]:
    """The numbers of those of the keys that the library has."""
    found = Subject.objects.filter(source__in=[key for key in keys if key is not None])
    return {(kind, source): number for kind, source, number in found.values_list("kind", "source", "number")}


def numbered(drawn: Iterable[Drawn], numbers: Numbers) -> dict[tuple[str, UUID], int]:
    """Numbers for those that have none yet, in the order given."""
    unknown = [one for one in drawn if (one.kind, one.source) not in numbers]
    there = numbers_there([one.source for one in unknown])  # an ad as it ran may name another page than it does now
    new = [Subject(kind=one.kind, source=one.source) for one in unknown if (one.kind, one.source) not in there]
    made = Subject.objects.bulk_create(new)
    Key.objects.bulk_create([Key(subject=one, wrapped=new_key(one.number)[1]) for one in made])
    fresh = [one.source for one in made if one.kind == "advertiser"]
    if fresh:  # a page that was published before its advertiser says now whose it is
        owned = Page.objects.filter(sponsor__in=fresh).values_list("pk", flat=True)
        Due.objects.bulk_create(Due(kind="page", source=page) for page in owned)
    return there | {(one.kind, one.source): one.number for one in made}


def add(drawn: Sequence[Drawn], numbers: Numbers) -> int:
    """Add a version of each that says something new. Gives how many.

    What is expunged stays as it is: there is no key to seal anything under.
    """
    subjects = [numbers[one.kind, one.source] for one in drawn]
    latest = {subject: (version, record) for subject, version, record, *_ in said_last(subjects)}
    wrapped = {key.subject_id: bytes(key.wrapped) for key in Key.objects.filter(pk__in=subjects)}
    new: list[Next] = []
    for subject, one in zip(subjects, drawn, strict=True):
        if subject not in wrapped:
            continue
        key = unwrap(wrapped[subject], number=subject)
        version, before = latest.get(subject, (0, None))
        content = canonical(one.content)
        if before is not None and same(before, one, content, key, version):
            continue
        if before is not None and before.get("named_by") != one.record.get("named_by"):
            theirs = Ad.objects.filter(payer=one.source).values_list("pk", flat=True)
            Due.objects.bulk_create(Due(kind="ad", source=ad) for ad in theirs)
        new.append(next_version(subject, version + 1, one, content, key))
    if new:
        put(new)
    return len(new)


def said_last(subjects: Collection[int]) -> list[tuple[int, int, dict[str, Any]]]:
    """The latest version of each subject that has one."""
    found = (
        Version.objects.filter(subject__in=list(subjects))
        .order_by("subject", "-version")
        .distinct("subject")
        .values_list("subject", "version", "record")
    )
    return list(found)


def same(before: dict[str, Any], one: Drawn, content: bytes, key: bytes, version: int) -> bool:
    """Whether a subject says what its last version said."""
    kept = {name: value for name, value in before.items() if name not in ("kind", "number", "version", "content")}
    told: str = before["content"]
    return kept == one.record and told == text_hash(salt_of(key, version), content.decode())


def next_version(subject: int, version: int, one: Drawn, content: bytes, key: bytes) -> Next:
    """A version with its seal and digest."""
    record = one.record | {
        "kind": one.kind,
        "number": subject,
        "version": version,
        "content": text_hash(salt_of(key, version), content.decode()),
    }
    told = canonical(record)
    return Next(
        subject=subject,
        version=version,
        drawn=one,
        record=record,
        told=told,
        key=key,
        sealed=close(content, key, number=subject, version=version),
        digest=hashlib.sha256(told).hexdigest(),
    )


def put(new: Sequence[Next]) -> None:
    """Add versions behind the last one, show them, and tell the log. Rows travel in one stream, unparsed."""
    now = moment_after_last()
    last: int = Version.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    rows = [shown(one.at(place, now), one.drawn.content, one.key) for place, one in enumerate(new, last + 1)]
    seqs, numbers = [row.seq for row in rows], [one.subject for one in new]
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY library_version ({', '.join(VERSION)}) FROM STDIN") as stream:
            for seq, one in zip(seqs, new, strict=True):
                stream.write_row((seq, one.subject, one.version, now, one.told.decode(), one.sealed, one.digest))
        cursor.execute(
            "UPDATE library_shown s SET until = n.seq FROM unnest(%s::bigint[], %s::bigint[]) AS n (number, seq) "
            "WHERE s.number = n.number AND s.until IS NULL",
            [numbers, seqs],
        )
        with cursor.copy(f"COPY library_shown ({', '.join(SHOWN)}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row([json.dumps(row.body) if name == "body" else getattr(row, name) for name in SHOWN])
        cursor.execute(
            "SELECT library_tell(%s::bigint[], %s::bigint[], %s::int[], %s::text[])",
            [seqs, numbers, [one.version for one in new], [one.digest for one in new]],
        )
    mask_earlier(numbers)


def moment_after_last() -> datetime:
    """Now, and never before a version that is there."""
    now = database.moment()
    last = Version.objects.order_by("-seq").values_list("at", flat=True).first()
    return now if last is None else max(now, last)

"""Mail to partners who asked for it: what is new that they may read, as far as mail may carry it, each sending logged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from hustings.apps.audit.record import record
from hustings.apps.database import WEB, WORKER, in_role, moment
from hustings.apps.people.find import seat_for
from hustings.apps.sharing import find
from hustings.apps.sharing.models import DigestSent, DigestWish
from hustings.apps.taxii.marking import marks_of, names_for
from hustings.apps.taxii.models import Account, Collection, Entry, StixObject
from hustings.exchange.doors.digest import Digest, digest
from hustings.exchange.stix.marking import Definitions
from hustings.exchange.taxii.envelope import read_json
from hustings.policy.capacity import Sort
from hustings.policy.marking import Tlp

__all__ = ["mail_digests"]

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}
MOST = 2_000  # objects of one mail; what is more waits in the collections for who fetches it


@dataclass(frozen=True, kw_only=True)
class Due:
    """A wish, and the time that its next mail tells of."""

    wish: DigestWish
    since: datetime
    until: datetime


def mail_digests() -> int:
    """Send what is due; gives how many mails went. One that cannot go keeps no other back, and its time is told by the next."""
    sent = 0
    with in_role(WORKER):
        keys = [one.wish.pk for one in due()]
    for key in keys:
        with in_role(WORKER):
            with connection.cursor() as cursor:  # two workers send one mail
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"digest {key}"])
            waiting = next((one for one in due() if one.wish.pk == key), None)
            if waiting is not None:
                sent += mail(waiting)
    return sent


def due() -> Iterator[Due]:
    """The last wish of each partner, where its time has come."""
    now = moment()
    rows = DigestWish.objects.select_related("partner__organisation", "partner__held_by", "by__person").order_by(
        "partner_id", "-at", "-pk"
    )
    for wish in rows.distinct("partner_id"):
        if not wish.every:
            continue
        last = DigestSent.objects.filter(wish__partner=wish.partner, problem="").order_by("-until", "-pk").first()
        since = max(last.until, wish.at) if last is not None else wish.at
        if since + PERIODS[wish.every] <= now:
            yield Due(wish=wish, since=since, until=now)


def mail(waiting: Due) -> bool:
    """Send one, or write down by a code why it does not go; nothing new is no mail, and its time counts as told."""
    wish = waiting.wish
    made, problem = made_of(waiting)
    if not problem and made is not None and made.told + made.held_back:
        try:
            letter(made, wish.address).send()
        except OSError:  # the mail server; what it answers may repeat the mail
            problem = "not sent"
    told, held_back = (made.told, made.held_back) if made is not None else (0, 0)
    DigestSent.objects.create(
        wish=wish, since=waiting.since, until=waiting.until, objects_told=told, held_back=held_back, problem=problem
    )
    went = not problem and bool(told + held_back)
    facts: dict[str, str | int | bool | None] = {"told": told, "held back": held_back, "sent": went}
    record(
        "digest told",
        by=None,
        subject=("partner", wish.partner_id),
        conditions=[problem] if problem else [],
        facts=facts,
    )
    return went


def made_of(waiting: Due) -> tuple[Digest | None, str]:
    """The mail, or the code of what keeps it from going: who arranged it is gone, nothing is agreed on, nobody reads for it."""
    wish = waiting.wish
    reader = wish.partner.organisation
    by = seat_for(wish.by, strong=True) if wish.by is not None else None
    if by is None:
        return None, "who arranged it is not in office"
    with in_role(WEB, by.id, strong=True):
        agreed = [
            row
            for row in find.agreements(by, on=by.now.date()).filter(partner=wish.partner)
            if Sort.SHARE.value in row.sorts
        ]
    if not agreed:
        return None, "no agreement in force"
    until = min(
        [Tlp(wish.up_to), max((Tlp(row.up_to) for row in agreed), key=lambda tlp: tlp.rank)], key=lambda tlp: tlp.rank
    )
    account = Account.objects.filter(
        kept_by=wish.partner.held_by, appointment__position__organisation=reader, ended_at__isnull=True
    ).order_by("made_at", "pk").first()  # fmt: skip
    if account is None:
        return None, "no account that reads for it"
    with in_role(WEB, account.pk, strong=True):  # what row-level security hides from its account is not new for it
        rows = (
            Entry.objects.filter(date_added__gt=waiting.since, date_added__lte=waiting.until, collection__owner=wish.partner.held_by)
            .exclude(object__received_from=reader).select_related("object").order_by("date_added")[:MOST]
        )  # fmt: skip
        objects: dict[UUID, dict[str, Any]] = {row.object_id: read_json(bytes(row.object.raw)) for row in rows}
        held = StixObject.objects.filter(
            type="marking-definition", stix_id__in={mark for said in objects.values() for mark in marks_of(said)}
        )
        definitions = Definitions()
        for row in held.order_by("-received_at", "pk"):
            definitions.add(read_json(bytes(row.raw)))
    collection = Collection.objects.filter(owner=wish.partner.held_by).order_by("made_at", "pk").first()
    if collection is None or not objects:
        return None, ""
    return digest(
        objects.values(), definitions, names=names_for(collection, wish.partner.held_by), sender=settings.DEFAULT_FROM_EMAIL, to=wish.address,
        at=waiting.until, until=until,
    ), ""  # fmt: skip


def letter(made: Digest, to: str) -> EmailMultiAlternatives:
    """The mail as the platform's mail settings send it."""
    plain, rich = made.mail.get_body(("plain",)), made.mail.get_body(("html",))
    assert plain is not None, "a digest has words"
    found = EmailMultiAlternatives(subject=str(made.mail["Subject"]), body=plain.get_content(), to=[to])
    if rich is not None:
        found.attach_alternative(rich.get_content(), "text/html")
    return found

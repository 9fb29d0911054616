"""Making codes, sending them, and taking answers: few tries, a short time, and only the digest is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from hustings.apps.ads.challenges.transport import mail_code, post_code
from hustings.apps.ads.models import Challenge, Sponsor
from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.models import Person
from hustings.apps.people.moving import serving
from hustings.errors import BadInput, Problem

__all__ = [
    "MEANS",
    "PATH",
    "TRIES",
    "answer",
    "answered",
    "answered_since",
    "digest",
    "new_code",
    "send",
    "website_code",
]

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read for something else
TRIES = 5
PATH = "/.well-known/hustings.txt"
# How long a code is good: mail is there at once, a letter takes days.
MEANS = {"mail": timedelta(hours=24), "post": timedelta(days=45), "website": timedelta(days=14)}
A_DAY = {"mail": 5, "post": 2, "website": 5}


def new_code(length: int = 8) -> str:
    """A code as people read it off paper; eight signs of thirty are 39 bits, against five tries."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def digest(means: str, to: str, code: str) -> str:
    """What is kept of a code. Keyed with the installation's key: who reads the table cannot try codes out."""
    said = f"{means}\n{to}\n{code.strip().upper().replace('-', '').replace(' ', '')}"
    return hmac.new(b"hustings.challenge:" + settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def send(sponsor: Sponsor, means: str, to: str, *, by_person: Person) -> Challenge:
    """Send a code; earlier ones by the same means end.

    Raises   BadInput where enough were sent within a day
    """
    now = moment()
    # One after the other: two at once would count each other out.
    Sponsor.objects.select_for_update().get(pk=sponsor.pk)
    earlier = Challenge.objects.filter(sponsor=sponsor, means=means)
    if earlier.filter(sent_at__gt=now - timedelta(days=1)).count() >= A_DAY[means]:
        raise BadInput("Enough codes were sent for today.", [
            Problem(where="code", found=f"{A_DAY[means]} within a day", expected="fewer",
                    do="Answer with the last one, or come back tomorrow.")
        ])  # fmt: skip
    earlier.filter(answered_at=None, expires_at__gt=now).update(expires_at=now)
    code = website_code(sponsor, to) if means == "website" else new_code()
    made = Challenge.objects.create(
        sponsor=sponsor, means=means, to=to, code_digest=digest(means, to, code), expires_at=now + MEANS[means]
    )
    record("code sent", by=None, subject=("sponsor", sponsor.pk),
           facts={"challenge": str(made.pk), "means": means, "person": str(by_person.pk)})  # fmt: skip
    shown = f"{code[:4]}-{code[4:]}"
    about = f"{plain(str(sponsor))} asks to run political ads, and gave this address. Only who receives this can confirm it."
    if means == "mail":
        mail_code(to, "Your code for political ads",
                  f"{about}\n\nThe code: {shown}\n\nIt is good for a day. If you know nothing of it, do nothing.\n")  # fmt: skip
    elif means == "post":
        post_code(to, f"{about}\n\nThe code: {shown}\n\nIt is good until {made.expires_at:%d %B %Y}. "
                      "If you know nothing of it, throw this letter away.")  # fmt: skip
    return made


def website_code(sponsor: Sponsor, to: str) -> str:
    """The code that belongs at a path of the website. Not secret, since everybody may read it there; so it can be told again."""
    return (
        hmac.new(
            b"hustings.website:" + settings.SECRET_KEY.encode(), f"{sponsor.pk}\n{host_of(to)}".encode(), hashlib.sha256
        )
        .hexdigest()[:32]
        .upper()
    )


def plain(name: str) -> str:
    """A name as it may stand in a letter to somebody who never heard of it: short, and nothing that leads anywhere."""
    return " ".join(re.sub(r"[^\w '&()-]+", " ", name).split())[:80]


def host_of(website: str) -> str:
    """The host of a website as it was given."""
    return (urlsplit(website if "//" in website else f"//{website}").hostname or "").lower()


@transaction.atomic
def answer(sponsor: Sponsor, means: str, code: str, *, by_person: Person) -> bool:
    """Take an answer to the last code sent by these means; a wrong one counts as a try."""
    now = moment()
    waiting = Challenge.objects.select_for_update().filter(
        sponsor=sponsor, means=means, answered_at=None, expires_at__gt=now
    )
    found = waiting.order_by("-sent_at").first()
    if found is None or found.tries >= TRIES:
        raise BadInput("No code waits for an answer.", [
            Problem(where="code", found="none, or too many wrong answers", expected="a code that was sent",
                    do="Ask for another one.")
        ])  # fmt: skip
    right = hmac.compare_digest(found.code_digest, digest(means, found.to, code))
    found.tries += 1
    if right:
        found.answered_at = now
    with serving(None):  # whoever answers may write neither the tries nor that it was answered
        found.save(update_fields=["tries", "answered_at"])
    record("code answered", by=None, subject=("sponsor", sponsor.pk), outcome="done" if right else "denied",
           facts={"challenge": str(found.pk), "means": means, "person": str(by_person.pk)})  # fmt: skip
    return right


def answered(sponsor: Sponsor, means: str, to: str) -> Challenge | None:
    """The answered challenge of exactly this address: another address needs another code."""
    found = Challenge.objects.filter(sponsor=sponsor, means=means, to=to).exclude(answered_at=None)
    return found.order_by("-answered_at").first()


def answered_since(sponsor: Sponsor, means: str, to: str, since: datetime) -> bool:
    """Whether an address is shown to be theirs, and no code that was sent there later waits for its answer."""
    if answered(sponsor, means, to) is None:
        return False
    return not sponsor.challenges.filter(means=means, to=to, sent_at__gte=since, answered_at=None).exists()

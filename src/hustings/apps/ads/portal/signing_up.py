"""Open sign-up for advertisers: a code mailed to the address comes first, so nobody makes an account with another's."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from hustings.apps.ads.challenges.codes import digest
from hustings.apps.ads.challenges.transport import mail_code
from hustings.apps.audit.record import record
from hustings.apps.database import moment
from hustings.apps.people.models import Person

__all__ = ["ADVERTISES", "begun", "complete", "start"]

# What the session says of a sign-up under way, and of whom it made; it is kept by us, the browser has only its key.
PENDING, ADVERTISES = "advertiser-sign-up", "advertises"
GOOD_FOR = timedelta(minutes=30)
TRIES = 5


def start(request: HttpRequest, *, name: str, email: str) -> None:
    """Mail a code. The page that follows is the same whether the address has an account; its holder is told by mail."""
    email = email.strip().lower()
    code = f"{secrets.randbelow(10**8):08d}"
    request.session[PENDING] = {
        "name": name.strip(),
        "email": email,
        "digest": digest("sign-up", email, code),
        "tries": 0,
        "until": (moment() + GOOD_FOR).isoformat(),
    }
    if Person.objects.filter(email=email).exists():
        mail_code(email, "You have an account already",
                  "Somebody, probably you, wanted to sign up for political ads with this address. It has an account: "
                  "sign in with it. If you forgot the password, ask for a new one on the page where you sign in. "
                  "If it was not you, do nothing.\n")  # fmt: skip
    else:
        mail_code(email, "Your code for signing up",
                  f"The code: {code[:4]} {code[4:]}\n\nIt is good for half an hour. If you did not ask for it, do nothing.\n")  # fmt: skip
    record("advertiser sign-up begun", by=None)


def begun(request: HttpRequest) -> dict[str, Any] | None:
    """The sign-up under way, while it is good."""
    pending: dict[str, Any] | None = request.session.get(PENDING)
    if pending is None or datetime.fromisoformat(pending["until"]) <= moment() or pending["tries"] >= TRIES:
        return None
    return pending


def complete(request: HttpRequest, *, code: str, password: str) -> Person | None:
    """Make the account, if this is the code that was mailed; a wrong one counts as a try.

    Limits   an address that has an account gets none of these codes right: no code was mailed to it
    """
    pending = begun(request)
    if pending is None:
        return None
    pending["tries"] += 1
    request.session[PENDING] = pending
    right = hmac.compare_digest(pending["digest"], digest("sign-up", pending["email"], code))
    if not right or Person.objects.filter(email=pending["email"]).exists():
        record("advertiser sign-up", by=None, outcome="denied")
        return None
    try:
        with transaction.atomic():
            made = Person.objects.create_user(pending["email"], password, name=pending["name"])
    except IntegrityError:
        return None  # made in another window a moment ago
    del request.session[PENDING]
    record("advertiser signed up", by=None, subject=("person", made.pk))
    return made

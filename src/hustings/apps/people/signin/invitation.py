"""Invitations: a link, good once and for a week, with which a person takes up an account, or gets back into it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.urls import reverse

from hustings.apps.database import moment
from hustings.apps.people.models import Organisation, Person
from hustings.apps.people.seat import Seat
from hustings.apps.people.signin.models import Invitation, InvitationKind
from hustings.apps.people.signin.session import end_sessions
from hustings.apps.people.signin.told import told

__all__ = ["GOOD_FOR", "invite", "invited", "link", "take_up"]

GOOD_FOR = {InvitationKind.JOIN: timedelta(days=7), InvitationKind.RECOVER: timedelta(hours=24)}


def digest(secret: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(b"hustings.invitation:" + secret.encode()).hexdigest()


@transaction.atomic
def invite(
    person: Person, organisation: Organisation, *, by: Seat | None, kind: InvitationKind = InvitationKind.JOIN
) -> str:
    """Make a link for the person; earlier ones of the same kind stop working. Gives the link's secret, told only now.

    Who may invite whom is the caller's question; `by` is empty only for the operator's own commands.
    """
    now = moment()
    Invitation.objects.filter(
        person=person, kind=kind, organisation=organisation, used_at=None, withdrawn_at=None
    ).update(withdrawn_at=now)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        digest=digest(secret),
        kind=kind,
        person=person,
        organisation=organisation,
        made_by=by.appointment if by else None,
        ends_at=now + GOOD_FOR[kind],
    )
    told("invited" if kind == InvitationKind.JOIN else "recovery offered", person)
    return secret


def link(secret: str) -> str:
    """The address, on this host, that the secret opens."""
    return reverse("signin:invited", args=[secret])


def invited(secret: str) -> tuple[UUID, InvitationKind] | None:
    """Whom a secret invites, while it is good. Asked by nobody in particular, so the database answers for one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, kind FROM invited(%s)", [digest(secret)])
        found = cursor.fetchone()
    return (found[0], InvitationKind(found[1])) if found else None


@transaction.atomic
def take_up(secret: str, *, name: str, password: str) -> Person | None:
    """Set name and password by a link, once. Getting back in removes every second factor, and ends every session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, kind FROM take_up_invitation(%s)", [digest(secret)])
        found = cursor.fetchone()
    if found is None:
        return None
    person = Person.objects.get(pk=found[0])
    person.name = name
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    if found[1] == InvitationKind.RECOVER:
        Authenticator.objects.filter(user=person).delete()
    end_sessions(person=person.pk)
    told("invitation taken up" if found[1] == InvitationKind.JOIN else "account recovered", person)
    return person

"""Arranging with a partner its name in control sets, mail of what is new, and what of it becomes a lead by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from hustings.apps.audit.record import record
from hustings.apps.people.seat import Seat
from hustings.apps.permission import require
from hustings.apps.sharing.find import acs_names
from hustings.apps.sharing.models import ControlSetName, DigestWish, LeadRule, Partner
from hustings.apps.sharing.models.arranged import ACS_NAME, OFTEN
from hustings.apps.sharing.partners import KEEP
from hustings.errors import BadInput, Problem
from hustings.exchange.stix.tip import TIPS
from hustings.policy.marking import Tlp

__all__ = ["BY_MAIL", "LEADABLE", "call_in_acs", "rule_for_leads", "send_digests"]

BY_MAIL = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)  # what is stricter goes by no mail
LEADABLE = (*TIPS, "identity")


@transaction.atomic
def call_in_acs(partner: Partner, *, name: str, document: str, by: Seat) -> ControlSetName:
    """Record by which name control sets mean an organisation; nothing for none any more.

    Raises   BadInput, also for a name that another bears
    """
    require(by, KEEP)
    problems = needed(document=document)
    if name and not re.fullmatch(ACS_NAME, name):
        problems.append(
            Problem(
                where="name",
                found=name[:60],
                expected="a name such as USA.DHS.CISA",
                do="Look it up in the set's rules.",
            )
        )
    locked(partner)
    if name and name in {
        said for other, said in acs_names(partner.held_by_id).items() if other != str(partner.organisation_id)
    }:
        problems.append(
            Problem(
                where="name",
                found="borne by another",
                expected="a name of this one alone",
                do="Take it from the other first.",
            )
        )
    if problems:
        raise BadInput("The name cannot be recorded.", problems)
    made = ControlSetName.objects.create(partner=partner, name=name, document=document.strip(), by=by.appointment)
    record("name in control sets recorded", by=by, subject=("partner", partner.pk), facts={"named": bool(name)})
    return made


@transaction.atomic
def send_digests(partner: Partner, *, every: str, address: str, up_to: Tlp, document: str, by: Seat) -> DigestWish:
    """Record that a partner asked for mail of what is new for it, and up to which traffic light; an empty `every` ends it.

    Raises   BadInput
    """
    require(by, KEEP)
    problems = needed(document=document)
    if every not in ("", *OFTEN):
        problems.append(Problem(where="every", found=every, expected=" or ".join(OFTEN), do="Choose one."))
    if up_to not in BY_MAIL:
        problems.append(
            Problem(where="up_to", found=up_to.value, expected="amber at most", do="Share what is stricter over TAXII.")
        )
    if every:
        try:
            validate_email(address)
        except ValidationError:
            problems.append(
                Problem(
                    where="address",
                    found=address[:60] or "nothing",
                    expected="an address of mail",
                    do="Ask the partner.",
                )
            )
    if problems:
        raise BadInput("The wish cannot be recorded.", problems)
    made = DigestWish.objects.create(
        partner=partner,
        every=every,
        address=address if every else "",
        up_to=up_to.value,
        document=document.strip(),
        by=by.appointment,
    )
    record("digest arranged", by=by, subject=("partner", partner.pk), facts={"every": every or "never"})
    return made


@transaction.atomic
def rule_for_leads(
    partner: Partner, *, types: Sequence[str], held_up: int, refuted: int, reason: str, by: Seat
) -> LeadRule:
    """Record what of a partner's objects becomes a lead by itself, and while how much of what it sent held up.

    Raises   BadInput
    """
    require(by, KEEP)
    problems = needed(reason=reason)
    problems += [
        Problem(where="types", found=one, expected=", ".join(LEADABLE), do="Leave it out.")
        for one in types
        if one not in LEADABLE
    ]
    if types and held_up < 1:
        problems.append(
            Problem(where="held_up", found=f"{held_up}", expected="1 or more", do="Ask for what the partner has shown.")
        )
    if problems:
        raise BadInput("The rule cannot be recorded.", problems)
    made = LeadRule.objects.create(
        partner=partner,
        types=sorted(set(types)),
        held_up=held_up,
        refuted=refuted,
        reason=reason.strip(),
        by=by.appointment,
    )
    record(
        "rule for leads recorded",
        by=by,
        subject=("partner", partner.pk),
        reason=reason,
        facts={"types": ", ".join(made.types)},
    )
    return made


def needed(**words: str) -> list[Problem]:
    """A problem for each word that is empty."""
    return [
        Problem(where=where, found="nothing", expected="words", do="Write it.")
        for where, word in words.items()
        if not word.strip()
    ]


def locked(partner: Partner) -> None:
    """One name at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"acs names {partner.held_by_id}"])

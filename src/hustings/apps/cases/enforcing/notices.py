"""What whoever is affected is told, in words made from the plan."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.urls import reverse

from hustings.apps.cases.models import Plan, Target
from hustings.policy.enforcement import ACTIONS, Action, Ground

__all__ = ["address", "new_code", "words"]


def new_code() -> str:
    """A number that nobody finds: 144 bits of chance."""
    return secrets.token_urlsafe(18)


def address(code: str) -> str:
    """Where the notice can be read and answered."""
    return f"{settings.PUBLIC_URL}{reverse('enforcement-appeal', args=[code])}"


def words(plan: Plan, target: Target, link: str) -> str:
    """The notice of one target. It says nothing of any other asset, of who found it, or of who decided."""
    until = f" until {plan.ends_on.isoformat()}" if plan.ends_on else ", with no end set"
    ground = "the law" if plan.ground == Ground.LAW else "our terms"
    found = "A machine took part in finding it" if plan.found_by_machine else "No machine took part in finding it"
    return (
        f"Your {target.kind} {target.name} {ACTIONS[Action(target.action)].sentence}, from {plan.begins_on.isoformat()}{until}.\n\n"
        f"Where this holds: {', '.join(plan.places)}.\n"
        f"What was found: {plan.facts}\n"
        f"The ground, by {ground}: {plan.rule}. {plan.explanation}\n"
        f"{found}; people decided, two of them, and no machine.\n\n"
        f"If you think that this is wrong, say so at {link}. People who had no part in the decision look again. "
        "You may also go to a body that settles disputes out of court, or to a court."
    )

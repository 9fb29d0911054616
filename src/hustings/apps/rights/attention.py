"""What needs somebody: policy versions that wait for an audit or a release."""

from __future__ import annotations

from django.urls import reverse

from hustings.apps.console.entry import Attention
from hustings.apps.database import moment
from hustings.apps.people.seat import Seat
from hustings.apps.permission import can
from hustings.apps.rights import actions, find

__all__ = ["attention"]


def attention(seat: Seat) -> list[Attention]:
    """For auditors what is not audited, for supervisors what can be released or was stopped, for seconds what is asked."""
    audits, releases = can(seat, actions.AUDIT), can(seat, actions.RELEASE)
    if not (audits or releases or can(seat, "see rights audits")):
        return []
    told = []
    for each in find.waiting(seat):
        if audits and not each.audits:
            sentence, act = f"{each.policy.title}, version {each.policy.version}, waits for an audit.", "Test it"
        elif releases and each.clear:
            sentence, act = f"{each.policy.title}, version {each.policy.version}, can be put in force.", "Release it"
        elif releases and each.gap and each.asked is None:
            sentence, act = (
                f"A gap keeps {each.policy.title}, version {each.policy.version}, from being released.",
                "Read it",
            )
        elif each.asked is not None and can(seat, actions.OVERRIDE, asked_by=each.asked.by):
            sentence, act = f"{each.asked.by.person.name} asks that a version be released in spite of a gap.", "Decide"
        else:
            continue
        since = each.asked.at if each.asked is not None else max((one.at for one in each.audits), default=moment())
        told.append(Attention(sentence=sentence, url=reverse("rights"), since=since, act=act))
    return told

"""Who may help whom back into an account: never somebody who can do more, and never somebody another employer relies on."""

from __future__ import annotations

from dataclasses import dataclass

from hustings.policy.level import Level
from hustings.policy.role import Role

__all__ = ["Strength", "may_recover"]

OFFICES = frozenset({Role.SECURITY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, kw_only=True)
class Strength:
    """What a person can do in all their positions together: roles, highest access held, and where they work."""

    person: str
    roles: frozenset[Role]
    access: Level
    organisations: frozenset[str]


def may_recover(mine: Strength, theirs: Strength) -> bool:
    """Whether one person may make the link with which another gets back into their account.

    Whoever makes such a link could use it. So it is made only within one organisation, for somebody else, who holds no
    higher access and no office that the maker does not hold.
    """
    return (
        mine.person != theirs.person
        and bool(theirs.organisations)
        and theirs.organisations <= mine.organisations
        and len(theirs.organisations) == 1
        and theirs.access <= mine.access
        and theirs.roles & OFFICES <= mine.roles
    )

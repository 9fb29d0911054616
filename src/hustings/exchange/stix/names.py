"""Who is who on both sides of an exchange: our organisations and sharing groups by the names that markings use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from hustings.policy.marking import Tlp

__all__ = ["Names", "Reads"]


class Reads(StrEnum):
    """Which markings the other side applies, as the agreement with it says."""

    TLP = "tlp"  # the Traffic Light Protocol and nothing else
    ACS = "acs"  # and the access control set of the US government
    HUSTINGS = "hustings"  # and all limits of ours: it is another installation of this system


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of one exchange. Organisations and groups are known here by their ids, outside by what stands beside.

    here        the organisation that receives or sends
    sender      whom it came from, when something is read; its word counts for what bears no known creator
    identities  organisation -> its STIX identity
    acs         organisation -> its name in access control sets: USA.DHS.CISA
    groups      sharing group -> its key among installations; never a number that counts rows
    group       the sharing group whose members are exactly those whom the sender means by TLP amber and red; without
                it amber stays with `here`, and red with whom the sender is
    unmarked    what the agreement says of what bears no marking; None hides it
    reads       what the other side understands, when something is written for it
    """

    here: str
    sender: str | None = None
    identities: Mapping[str, str] = field(default_factory=dict)
    acs: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    unmarked: Tlp | None = Tlp.AMBER_STRICT
    reads: Reads = Reads.TLP

    @cached_property
    def organisations(self) -> dict[str, str]:
        """STIX identity -> organisation."""
        return {identity: organisation for organisation, identity in self.identities.items()}

    @cached_property
    def by_acs(self) -> dict[str, str]:
        """Name in access control sets -> organisation."""
        return {name: organisation for organisation, name in self.acs.items()}

    @cached_property
    def groups_here(self) -> dict[str, str]:
        """Key among installations -> sharing group."""
        return {key: group for group, key in self.groups.items()}

    def creator(self, reference: object) -> str | None:
        """The organisation behind `created_by_ref`, where it is one that we know."""
        return self.organisations.get(reference) if isinstance(reference, str) else None

    def owner(self, reference: object) -> str:
        """Whose an object is: its creator's, else the sender's, else our own."""
        return self.creator(reference) or self.sender or self.here

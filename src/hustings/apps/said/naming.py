"""By which names our organisations and sharing groups are known in STIX."""

from __future__ import annotations

from hustings.apps.items.models import SharingGroup
from hustings.apps.people.models import Organisation
from hustings.apps.sharing.find import acs_names
from hustings.exchange.stix.names import Names, Reads

__all__ = ["identity_of", "names_towards", "organisations"]


def identity_of(organisation: Organisation) -> str:
    """The STIX identity of an organisation: its random key here, which partners keep when they enter it."""
    return f"identity--{organisation.pk}"


def organisations() -> dict[str, str]:
    """The identity of each organisation that the seat may know, by its key."""
    return {str(one.pk): identity_of(one) for one in Organisation.objects.order_by("pk")}


def names_towards(here: Organisation, reads: Reads) -> Names:
    """The names with which `here` says its markings to others. Sharing groups are named by their random keys."""
    groups = {str(key): str(key) for key in SharingGroup.objects.order_by("pk").values_list("pk", flat=True)}
    return Names(here=str(here.pk), identities=organisations(), acs=acs_names(here.pk), groups=groups, reads=reads)

"""The package for other systems: pages, landing sites, ties and groups as a STIX 2.1 bundle.

Equal input gives equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hustings.exchange.package.cut import Cut, CutTables
from hustings.exchange.stix.objects import bundled, domain_object, observed
from hustings.exchange.stix.objects import moment as stix_moment
from hustings.exchange.stix.tlp import TLP, tlp_definition
from hustings.policy.marking import Tlp

__all__ = ["bundle"]

LIGHTS = {Cut.PUBLIC: Tlp.CLEAR, Cut.COMMITTEE: Tlp.AMBER_STRICT, Cut.LAW_ENFORCEMENT: Tlp.RED}
HOST = re.compile(r"(?:https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[:/?#].*)?$", re.IGNORECASE | re.DOTALL)


def bundle(cut: CutTables, network: Mapping[str, Any], moment: str, version: str) -> dict[str, Any]:
    """The bundle: a user account for each page, a domain for each landing site, a relationship for each tie, a group as a grouping with a note.

    moment   at which every object was made, as it is written: that of the question, or of the newest ad
    Limits   ads have no object of their own in STIX 2.1; they stand in ads.jsonl under the numbers that notes name
    """
    at = stix_moment(moment)
    marked = {"object_marking_refs": [TLP[LIGHTS[cut.cut]]]}
    maker = domain_object(
        "identity", "maker", at, name="Hustings", identity_class="system", description=f"Made by Hustings {version}."
    )
    common = {"created_by_ref": maker["id"], **marked}
    accounts = {
        f"{row['platform']}:{row['page']}": observed(
            "user-account", {"account_type": str(row["platform"] or "unknown"), "user_id": row["page"]}, marked,
            display_name=row["name"] or row["page"],
        )
        for row in cut.rows["accounts"]
    }  # fmt: skip
    hosts = sorted({host for row in cut.rows["ads"] if (host := _host(row["landing_url"]))})
    domains = [observed("domain-name", {"value": host}, marked) for host in hosts]
    ties = [
        domain_object("relationship", f"{tie['a']} {tie['b']}", at, relationship_type="related-to", source_ref=accounts[tie["a"]]["id"],
             target_ref=accounts[tie["b"]]["id"], description=f"Both share {', '.join(tie['kinds'])}; weight {tie['weight']}.", **common)
        for tie in network["ties"] if tie["a"] in accounts and tie["b"] in accounts
    ]  # fmt: skip
    groups, notes = [], []
    for one in network["groups"]:
        refs = [accounts[page]["id"] for page in one["pages"] if page in accounts]
        name = f"Group {one['group']}"
        groups.append(
            domain_object("grouping", name, at, name=name, context="suspicious-activity", object_refs=refs, **common)
        )
        words = f"{one['sentence']} Ads: {', '.join(one['ads'])}. {network['limits']}"
        notes.append(
            domain_object("note", name, at, abstract=name, content=words, object_refs=[groups[-1]["id"]], **common)
        )
    objects = [tlp_definition(LIGHTS[cut.cut]), maker, *accounts.values(), *domains, *ties, *groups, *notes]
    return bundled(objects)


def _host(address: str | None) -> str | None:
    found = HOST.match(address or "")
    return found["host"].lower() if found else None

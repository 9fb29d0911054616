"""The packaged policies, version by version, as the database keeps them."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files

from hustings.apps.review.models import Policy, Reason

__all__ = ["load_packaged", "newest"]


def load_packaged() -> None:
    """Add the versions that the database does not have. What it has is left alone: decisions were made by it.

    Raises   ValueError where a packaged text changed without a new version
    """
    for place in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if place.name.endswith(".toml"):
            load(place.read_bytes(), place.name)


def load(packaged: bytes, where: str) -> Policy:
    """One packaged policy."""
    told = tomllib.loads(packaged.decode("utf-8"))
    digest = hashlib.sha256(packaged).hexdigest()
    there = Policy.objects.filter(name=told["name"], version=told["version"]).first()
    if there is not None:
        if there.digest != digest:
            raise ValueError(
                f"{where}: the policy '{there.name}' changed, but its version is still {there.version}; decisions were "
                "made by the other text. Give it a new version."
            )
        return there
    known = {outcome["code"] for outcome in told["outcomes"]}
    policy = Policy.objects.create(
        name=told["name"],
        version=told["version"],
        title=told["title"],
        text=told["text"].strip(),
        outcomes=told["outcomes"],
        digest=digest,
    )
    for place, reason in enumerate(told["reasons"]):
        if not set(reason["outcomes"]) <= known:
            raise ValueError(f"{where}: reason '{reason['code']}' grounds an outcome that the policy does not have.")
        Reason.objects.create(
            policy=policy,
            code=reason["code"],
            title=reason["title"],
            outcomes=reason["outcomes"],
            sentence=reason["sentence"],
            told=reason["told"],
            place=place,
        )
    first_in_force(policy)
    return policy


def first_in_force(policy: Policy) -> None:
    """The first version of a policy is in force at once: without one nothing could be decided. Later ones wait."""
    from hustings.apps.rights.models import Ground, Release

    if not Release.objects.filter(policy__name=policy.name).exists():
        Release.objects.create(policy=policy, ground=Ground.FIRST.value)


def newest(name: str) -> Policy:
    """The version of a policy that is used now: the newest that was released (`apps/rights`).

    Raises   Policy.DoesNotExist for a name that no package has
    """
    return Policy.objects.filter(name=name, release__isnull=False).order_by("-version")[0:1].get()

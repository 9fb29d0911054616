"""What makes a tip of a STIX object: whom it names, and whether its form says why it may be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from hustings.policy.origin import Form, on_form

__all__ = ["TIPS", "TIP_FORM", "TipForm", "refused_on_form", "starts_of"]

TIP_FORM = "extension-definition--0f5c7b0a-52f1-4c0e-9a6e-6b1d3c8e4f27"
TIPS = ("report", "grouping", "campaign", "intrusion-set", "incident", "indicator")
# What was said, and what people say of it: nothing of this is an account, a page, an ad or an address.
SPEECH = {"narrative", "note", "opinion", "language-content"}
ACCOUNT = re.compile(r"user-account:(account_type|user_id|account_login)\s*=\s*'((?:[^'\\]|\\.)*)'")


@dataclass(frozen=True, kw_only=True)
class TipForm:
    """What a tip says of itself, as on the form for tips that come by hand.

    foreign, covert      somebody acts for abroad; hides who they are, or acts as many
    false_voting_facts   wrong facts on how, when or where to vote
    speech_alone         it is about what people say, and not about how anybody behaves
    ground               why it may be told: a law, an agreement, a duty
    """

    foreign: bool = False
    covert: bool = False
    false_voting_facts: bool = False
    speech_alone: bool = False
    ground: str = ""


def refused_on_form(told: Mapping[str, Any]) -> tuple[Form, ...]:
    """Every reason of form against an object that would become a tip; none for what is no tip.

    Who fills in our extension is taken at its word. For others a type of STIX speaks: campaigns, actors, incidents and
    indicators are of behaviour; a report or grouping is, unless all that it refers to is speech. What comes by an
    account stands on the agreement that the account was made for, where it names no ground itself.
    """
    if told.get("type") not in TIPS:
        return ()
    starts, named = sum(1 for _ in starts_of(told)), told.get("object_refs")
    if told["type"] == "indicator" and not starts:
        return ()
    refs = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    spoken = [ref for ref in refs if ref.partition("--")[0] in SPEECH]
    speech_alone = bool(refs) and len(spoken) == len(refs)
    filled, ground = form_in(told)
    said = filled or TipForm(covert=not speech_alone, speech_alone=speech_alone)
    return on_form(
        foreign=said.foreign, covert=said.covert, false_voting_facts=said.false_voting_facts, speech_alone=said.speech_alone,
        named_content=0 if speech_alone and not starts else max(1, starts, len(refs) - len(spoken)),
        ground=said.ground if ground else "the agreement with who hands it in",
    )  # fmt: skip


def form_in(told: Mapping[str, Any]) -> tuple[TipForm | None, bool]:
    """Our extension, where it is there, and whether it speaks of a ground. A word of another kind counts as not said."""
    extensions = told.get("extensions")
    body = extensions.get(TIP_FORM) if isinstance(extensions, Mapping) else None
    if not isinstance(body, Mapping):
        return None, False
    kinds = {one.name: type(one.default) for one in fields(TipForm)}
    said = {name: body[name] for name, kind in kinds.items() if type(body.get(name)) is kind}
    return TipForm(**said), "ground" in body


def starts_of(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The accounts that an object names where this system or a pattern of STIX says them: (what, platform, name)."""
    extensions = told.get("extensions")
    for body in extensions.values() if isinstance(extensions, dict) else ():
        for one in [*listed(body, "members"), *listed(body, "assets")]:
            kind, name = one.get("kind"), one.get("name")
            if kind in {"account", "page", "group", "channel"} and isinstance(name, str) and name:
                yield "actor", str(one.get("platform", "")), name
    pattern = told.get("pattern")
    if isinstance(pattern, str):
        found = {key: value.replace("\\'", "'") for key, value in ACCOUNT.findall(pattern)}
        name = found.get("user_id") or found.get("account_login")
        if name:
            yield "actor", found.get("account_type", ""), name


def listed(body: object, key: str) -> list[Mapping[str, Any]]:
    """The mappings under a key of an extension, whatever else somebody put there."""
    value = body.get(key) if isinstance(body, dict) else None
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

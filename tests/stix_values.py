"""Values of every kind that becomes a STIX object, filled or drawn by chance."""

import uuid
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from hustings.exchange.stix.forms import FORMS

CREATOR = "identity--2e9bbf51-6f52-4c26-8b0b-0f9d5d1c6a11"
ACCOUNT = "user-account--0d5b5b7e-1e61-5b3d-9e3f-3d3f3f3f3f3f"
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def keys():
    return st.uuids(version=4).map(str)


def moments():
    return st.integers(0, 10**14).map(lambda number: AT + timedelta(microseconds=number))


def of(hint, name):
    """Anything that a field of this type and name may hold."""
    if get_origin(hint) in {Union, UnionType}:
        return st.none() | of(next(one for one in get_args(hint) if one is not type(None)), name)
    if get_origin(hint) is tuple:
        return st.lists(of(get_args(hint)[0], name), max_size=3).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        return built(hint)
    if hint is str and (name.endswith(("_ref", "_refs")) or name in {"creator", "sender", "receiver", "by"}):
        return keys().map(lambda key: f"identity--{key}")
    return {
        str: st.text(min_size=1, max_size=20),
        int: st.integers(-(2**70), 2**70),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        datetime: moments(),
        date: st.dates(),
    }[hint]


def built(made, **given):
    hints = get_type_hints(made)
    return st.builds(made, **{name: given.get(name, of(hint, name)) for name, hint in hints.items()})


def values(form):
    """Values that are written in this form. A form without its own moment of change has one moment."""
    given = {form.head[0]: keys()} | {name: st.just(said) for name, said in form.implied.items()}
    return built(form.made, **given)


PLAIN = {
    "pattern": "[domain-name:value = 'vote-early.example']", "opinion": "agree", "sighting_of": "campaign--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f10",
    "source_ref": "campaign--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f10", "target_ref": "narrative--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f11",
    "relationship_type": "related-to", "indicator_types": ("malicious-activity",), "report_types": ("threat-report",), "about": str(uuid.UUID(int=5, version=4)),
    "seen_by": (CREATOR,), "refs": (ACCOUNT,), "object_refs": (ACCOUNT,), "ad_refs": ("political-ad--7d3c2f56-9a3c-4f6c-8a77-6c1d8f0f2f13",), "evidence_refs": (ACCOUNT,),
    "sectors": ("government",), "receiver": CREATOR, "confidence": 50,
}  # fmt: skip


def filled(hint, name):
    if name in PLAIN:
        return PLAIN[name]
    if get_origin(hint) in {Union, UnionType}:
        return filled(next(one for one in get_args(hint) if one is not type(None)), name)
    if get_origin(hint) is tuple:
        return (filled(get_args(hint)[0], name),)
    if isinstance(hint, type) and is_dataclass(hint):
        return full(hint)
    if name in {"last", "valid_until"}:
        return AT + timedelta(days=3)
    return {str: f"some {name}", int: 7, float: 0.5, bool: True, datetime: AT, date: AT.date()}[hint]


def full(made, **given):
    return made(**{name: given.get(name, filled(hint, name)) for name, hint in get_type_hints(made).items()})


def one_of_each():
    """A value of every form with every field said."""
    for number, form in enumerate(FORMS):
        key, created, modified, creator = form.head
        given = {creator: CREATOR, modified: AT, created: AT, key: str(uuid.UUID(int=number + 1, version=4))}
        if form.type == "identity":
            given |= {key: CREATOR.removeprefix("identity--")}
        yield full(form.made, **given, **form.implied)


def needed(made):
    return {one.name for one in fields(made) if one.default is MISSING and one.default_factory is MISSING}

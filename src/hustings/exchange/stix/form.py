"""How a value of ours is laid out as a STIX object: one description of a kind serves writing, reading and its schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from hustings.errors import BadInput, Problem
from hustings.exchange.stix.canonical import Literal

__all__ = ["Form", "Unreadable", "said_at"]

T = TypeVar("T")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Unreadable(BadInput):
    """An object of a kind that we know does not say what the kind asks for."""

    code = "unreadable_object"


def said_at(moment: datetime) -> str:
    """A moment as STIX writes it: UTC, at least milliseconds."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return (text.removesuffix("000")) + "Z"


@dataclass(frozen=True, kw_only=True)
class Form(Generic[T]):
    """One kind of object.

    made       the frozen value of ours
    type       the STIX type
    extension  the id of the extension definition that `own` properties stand under; for a type that STIX does not have
               itself (`new`) they stand on the object and the extension only says so
    own        names of the fields that STIX has no property for
    names      field -> property, where they differ
    head       fields that hold the key (a UUID), `created`, `modified` and the STIX identity of the creator
    fixed      properties that are always the same
    implied    fields that the type itself says
    """

    made: type[T]
    type: str
    extension: str | None = None
    new: bool = False
    own: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    head: tuple[str, str, str, str] = ("key", "created", "modified", "creator")
    fixed: Mapping[str, Any] = field(default_factory=dict)
    implied: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The types of the fields that the object says."""
        return {name: hint for name, hint in get_type_hints(self.made).items() if name not in self.implied}

    def id_of(self, key: str) -> str:
        """The STIX id of the value with this key."""
        return f"{self.type}--{key}"

    def write(self, value: T, marked: Iterable[str] = ()) -> dict[str, Any]:
        """The object; what is empty is left out, as STIX has no empty lists."""
        key, created, modified, creator = (getattr(value, name) for name in self.head)
        said: dict[str, Any] = {
            "type": self.type, "spec_version": "2.1", "id": self.id_of(key), **({"created_by_ref": creator} if creator else {}),
            "created": said_at(created), "modified": said_at(modified), **self.fixed,
        }  # fmt: skip
        own: dict[str, Any] = {}
        for name in self.hints:
            if name in self.head:
                continue
            plain = _plain(getattr(value, name))
            if plain not in (None, "", []):
                (own if name in self.own and not self.new else said)[self.names.get(name, name)] = plain
        if self.extension is not None:
            kind = "new-sdo" if self.new else "property-extension"
            said["extensions"] = {self.extension: {"extension_type": kind, **own}}
        if marks := list(marked):
            said["object_marking_refs"] = marks
        return said

    def fits(self, said: Mapping[str, Any]) -> bool:
        """Tell whether an object is one of this kind."""
        extensions = said.get("extensions")
        if said.get("type") != self.type:
            return False
        return self.extension is None or (isinstance(extensions, Mapping) and self.extension in extensions)

    def read(self, said: Mapping[str, Any]) -> T:
        """The value that an object says; properties that we do not know stay with the object's own text.

        Raises   Unreadable with every property that is missing or is something else
        """
        wrong: list[Problem] = []
        extension = said["extensions"][self.extension] if self.extension is not None else {}
        found: dict[str, Any] = {}
        where = str(said.get("id"))
        defaults = {one.name: one for one in fields(self.made)}  # type: ignore[arg-type]
        for name, hint in self.hints.items():
            place = extension if name in self.own and not self.new else said
            word = self.names.get(name, name)
            if name in self.head:
                place, word = said, ("id", "created", "modified", "created_by_ref")[self.head.index(name)]
            if not isinstance(place, Mapping) or word not in place:
                one = defaults[name]
                if one.default is MISSING and one.default_factory is MISSING:
                    empty = _empty(hint)
                    if empty is None:
                        wrong.append(_problem(where, word, "nothing", _spoken(hint)))
                    found[name] = empty
                continue
            given = place[word]
            if word == "id":
                given = given.removeprefix(f"{self.type}--") if isinstance(given, str) else given
                if not isinstance(given, str) or not UUID.fullmatch(given):
                    wrong.append(_problem(where, word, repr(said["id"]), f"{self.type}-- and a UUID"))
            try:
                found[name] = _made(given, hint)
            except (ValueError, TypeError, KeyError):
                wrong.append(_problem(where, word, repr(given)[:80], _spoken(hint)))
        if wrong:
            raise Unreadable(f"This {self.type} cannot be read.", wrong)
        return self.made(**found, **self.implied)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of what the extension adds."""
        mine = [name for name in self.hints if name not in self.head and (self.new or name in self.own)]
        defaults = {one.name: one for one in fields(self.made)}  # type: ignore[arg-type]
        needed = [
            self.names.get(name, name)
            for name in mine
            if defaults[name].default is MISSING and _empty(self.hints[name]) is None
        ]
        properties = {self.names.get(name, name): _schema(self.hints[name]) for name in mine}
        about = (self.made.__doc__ or "").partition("\n")[0]
        body: dict[str, Any] = {"type": "object", "properties": properties}
        if needed:
            body["required"] = needed
        if self.new:
            body["properties"] = {"type": {"const": self.type}, **properties}
            body["required"] = ["type", "id", "created", "modified", "created_by_ref", "extensions", *needed]
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.type,
            "description": about,
            **body,
        }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return said_at(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset | list):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        inner = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in inner.items() if one not in (None, "", [])}
    return str(value) if isinstance(value, str) else value


def _made(given: Any, hint: Any) -> Any:
    """The value of a plain one, by the type that the field has."""
    if get_origin(hint) in {Union, UnionType}:
        return _made(given, next(one for one in get_args(hint) if one is not type(None)))
    if get_origin(hint) is tuple:
        if not isinstance(given, list):
            raise TypeError
        return tuple(_made(one, get_args(hint)[0]) for one in given)
    if hint is datetime:
        if not isinstance(given, str) or not MOMENT.fullmatch(given):
            raise ValueError
        whole, _, parts = given.removesuffix("Z").partition(".")
        return datetime.fromisoformat(f"{whole}.{(parts + '000000')[:6]}+00:00")
    if hint is date:
        return date.fromisoformat(given)
    if isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(given, Mapping):
            raise TypeError
        types = get_type_hints(hint)
        return hint(**{name: _made(given[name], one) for name, one in types.items() if name in given})
    if hint is float and isinstance(given, int | Literal) and not isinstance(given, bool):
        return float(given)
    if type(given) is not hint:
        raise TypeError
    return given


def _empty(hint: Any) -> Any:
    """What stands for nothing said, where a kind of value has it."""
    return () if get_origin(hint) is tuple else None


def _schema(hint: Any) -> dict[str, Any]:
    if get_origin(hint) in {Union, UnionType}:
        return _schema(next(one for one in get_args(hint) if one is not type(None)))
    if get_origin(hint) is tuple:
        return {"type": "array", "minItems": 1, "items": _schema(get_args(hint)[0])}
    if hint is datetime:
        return {"type": "string", "pattern": f"^{MOMENT.pattern}$"}
    if hint is date:
        return {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"}
    if isinstance(hint, type) and is_dataclass(hint):
        types = get_type_hints(hint)
        needed = [one.name for one in fields(hint) if one.default is MISSING and one.default_factory is MISSING]
        return {
            "type": "object",
            "properties": {name: _schema(one) for name, one in types.items()},
            **({"required": needed} if needed else {}),
        }
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]}


def _spoken(hint: Any) -> str:
    schema = _schema(hint)
    return str(schema["type"]) + (f" as {schema['pattern']}" if "pattern" in schema else "")


def _problem(where: str, word: str, found: str, expected: str) -> Problem:
    return Problem(where=f"{where}, {word}", found=found, expected=expected, do="Ask the sender for a newer version.")

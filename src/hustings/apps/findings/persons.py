"""Whose accounts in a finding are one person's, by evidence that somebody stated when it was searched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

__all__ = ["Person", "persons_of"]

Actor = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person's name in clear, and of each account the evidence and who stated it."""

    name: str
    accounts: dict[Actor, tuple[str, str]]


def persons_of(record: dict[str, Any], *, known: Collection[Actor]) -> list[Person]:
    """Persons with two known accounts or more; runs of earlier versions, and those without a list of accounts, tell of none.

    Edges    an account that was left out is not known; a person of whom one account is left joins nothing
    """
    persons = [
        Person(
            name=one["person"],
            accounts={
                (account["platform"], account["actor"]): (account["evidence"], account["author"])
                for account in one["accounts"]
                if (account["platform"], account["actor"]) in known
            },
        )
        for one in record.get("joined_by") or ()
    ]
    return [person for person in persons if len(person.accounts) > 1]

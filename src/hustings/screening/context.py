"""What is true of the election that an ad speaks about: day, closing hour, ways of voting, identity documents."""

__all__ = ["Context"]

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, kw_only=True)
class Context:
    """The election as far as it is known; None means unknown, and then claims about it are not called wrong.

    methods       ways of voting that the election has, in lower case ("in_person", "mail", "early" ...); None unknown
    phone_vote, online_vote   whether votes are taken that way; unknown counts as no, which is so nearly everywhere
    id_required   whether voters must show a document
    """

    country: str = ""
    election_date: date | None = None
    polls_close: time | None = None
    methods: frozenset[str] | None = None
    phone_vote: bool | None = None
    online_vote: bool | None = None
    id_required: bool | None = None

    def offers(self, *ways: str) -> bool | None:
        """Whether one of these words stands in a way of voting that the election has."""
        if self.methods is None:
            return None
        return any(way in method for way in ways for method in self.methods)

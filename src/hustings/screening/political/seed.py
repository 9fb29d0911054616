"""A text with its label, to learn from: what it says, whether it is political, where it comes from."""

__all__ = ["Seed"]

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One labelled text.

    country   language and country of its collection, such as en-AU
    page      who published it; None where the collection does not say. Pages, not texts, are set aside when error
              rates are measured: a page repeats itself, and learnt by heart it says nothing of the next page.
    """

    text: str
    political: bool
    country: str
    page: str | None = None

    @property
    def language(self) -> str:
        """The language alone: en of en-AU."""
        return self.country.split("-")[0].lower()

"""From the names of a finding to who was addressed with what by their ads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from hustings.apps.ads.models import Page
from hustings.apps.library.models import Subject
from hustings.apps.library.pages.question import MOST

__all__ = ["TheirAds", "their_ads"]


@dataclass(frozen=True, kw_only=True)
class TheirAds:
    """Where the audiences of some pages stand; `pages` of `known` are asked for, since an address holds so many."""

    link: str
    pages: int
    known: int


def their_ads(names: Iterable[str], organisation: UUID) -> TheirAds | None:
    """The audiences page of those names that are pages at a door; None where the library has none of them."""
    pages = Page.objects.filter(held_by=organisation, number__in=sorted({name for name in names if name}))
    numbers = sorted(
        Subject.objects.filter(kind="page", source__in=list(pages.values_list("pk", flat=True))).values_list(
            "number", flat=True
        )
    )
    if not numbers:
        return None
    asked = urlencode([("page", number) for number in numbers[:MOST]])
    return TheirAds(link=f"{reverse('library-audiences')}?{asked}", pages=min(len(numbers), MOST), known=len(numbers))

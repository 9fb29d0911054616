"""The ads of a search as the tables of audiences need them, and the buyers of the library that they are compared with."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.json import KT

from hustings.apps.library.find import Asked, search
from hustings.apps.library.models import Shown
from hustings.apps.library.pages.question import Question
from hustings.apps.library.patience import patiently
from hustings.errors import BadInput, Problem
from hustings.screening.audience.opposed import Bought
from hustings.screening.audience.poles import Poles, Stand, packaged_poles, read_poles
from hustings.screening.audience.table import Addressed
from hustings.screening.targeting_tree import Node, from_json

__all__ = ["MOST", "addressed", "archive", "bought", "poles"]

# More ads than this a page does not put together; the newest are taken.
MOST = 4_000
# Of so many buyers at most, spread evenly over the library, so many ads are compared with.
BUYERS, COMPARED = 400, 6_000
SAID = ("title", "text")


@lru_cache(maxsize=1)
def poles() -> Poles:
    """The table of contested matters: the operator's own where the settings name one, else the packaged one.

    Raises   BadInput where the operator's cannot be read
    """
    place = settings.POLES
    if not place:
        return packaged_poles()
    try:
        return read_poles(Path(place).read_text("utf-8"), place)
    except OSError as error:
        raise BadInput("The table of contested matters cannot be read.", [
            Problem(where="HUSTINGS_POLES", found=str(error), expected="a JSON file", do="Name a file that is there, or none."),
        ]) from error  # fmt: skip


def newest(rows: QuerySet[Shown], most: int) -> list[dict[str, Any]] | None:
    """The columns that are needed of the newest ads; None where the database did not have them in time."""
    wanted = rows.order_by("-number").annotate(
        title=KT("body__title"), text=KT("body__text"), landing=KT("body__landing_url"), aim=KT("body__targeting"), clicks=KT("body__clicks"),
        created=KT("body__created"),
        digest=KT("body__digest"),
    )  # fmt: skip
    names = "digest hidden number page advertiser payer title text landing aim impressions clicks spend currency starts created"
    return patiently(lambda: list(wanted.values(*names.split())[:most]))


def addressed(question: Question, at: int) -> list[Addressed] | None:
    """The newest ads that fit."""
    rows = newest(question.found(at), MOST)
    if rows is None:
        return None
    return [
        Addressed(
            number=row["number"], text=said(row), landing=row["landing"] or "", tree=tree_of(row["aim"]), impressions=row["impressions"],
            clicks=None if row["clicks"] is None else int(row["clicks"]), spend=None if row["spend"] is None else Decimal(row["spend"]),
            currency=row["currency"],
        )
        for row in rows
    ]  # fmt: skip


def bought(question: Question, at: int) -> list[Bought] | None:
    """The newest ads that fit, with who bought them and where they stand."""
    rows = newest(question.found(at), MOST)
    return None if rows is None else [one_bought(row) for row in rows]


def archive(at: int) -> list[Bought] | None:
    """Ads of pages of the library to compare with, the same for everybody who asks of this place."""
    pages = patiently(
        lambda: list(search(Asked(), kind="page", at=at).order_by("number").values_list("number", flat=True))
    )
    if pages is None:
        return None
    step = -(-len(pages) // BUYERS) or 1
    rows = newest(search(Asked(pages=tuple(pages[::step])), at=at), COMPARED)
    return None if rows is None else [one_bought(row) for row in rows]


def one_bought(row: dict[str, Any]) -> Bought:
    """An ad whose buyer is its page, else its advertiser, else its payer."""
    buyer = next(
        (f"{name} {row[name]}" for name in ("page", "advertiser", "payer") if row[name]), f"ad {row['number']}"
    )
    made = row["created"][:10] if row["created"] else None
    day = date.fromisoformat(made) if made else row["starts"]
    return Bought(ad=row["number"], buyer=buyer, day=day, stands=stands(row))


STANDS: dict[tuple[str, str], dict[str, Stand]] = {}


def stands(row: dict[str, Any]) -> dict[str, Stand]:
    """Where a version stands; what a version says never changes but by being hidden, so it is read once in a process."""
    key = (row["digest"], row["hidden"])
    if key not in STANDS:
        if len(STANDS) > 20 * MOST:
            STANDS.clear()
        STANDS[key] = poles().stands(said(row), tree_of(row["aim"]))
    return STANDS[key]


def said(row: dict[str, Any]) -> str:
    """The words of an ad."""
    return " ".join(row[name] for name in SAID if row[name])


@lru_cache(maxsize=10_000)
def tree_of(text: str | None) -> Node | None:
    """Its aim out of JSON, which many ads share; None where there is none, or none that can be read."""
    try:
        return from_json(json.loads(text)) if text else None
    except ValueError:
        return None

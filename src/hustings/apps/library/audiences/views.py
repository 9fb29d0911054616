"""The pages: a table of audiences by messages for a search, the ads of one of its cells, and both sides of contested matters."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hustings.apps.console.table import safe
from hustings.apps.console.words import number as number_words
from hustings.apps.library.audiences.read import MOST, addressed, archive, bought, poles
from hustings.apps.library.find import Asked, search
from hustings.apps.library.models import Shown, Version
from hustings.apps.library.pages.question import Question, read
from hustings.apps.library.pages.telling import card, money
from hustings.apps.library.pages.views import names_of
from hustings.screening.audience.opposed import Opposed, opposed_audiences
from hustings.screening.audience.table import Audience, Cell, Message, Table, audience_by_message

__all__ = ["audiences", "opposed"]

PAGE, EXAMPLES, WORDS, SEED = 20, 3, 6, 0
COLUMNS = (
    "audience", "of whom", "message", "ads", "impressions", "ads that tell impressions", "clicks", "ads that tell clicks", "currency",
    "spend", "ads that tell spend", "numbers",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """A cell as the page shows it."""

    message: Message
    cell: Cell | None
    spent: list[str]
    link: str


@require_safe
def audiences(request: HttpRequest) -> HttpResponse:
    """For everybody: who was addressed with what by the ads of a search."""
    question, wrong = read(request.GET)
    context: dict[str, Any] = {"question": question, "wrong": wrong}
    if wrong:
        return render(request, "library/audiences.html", context, status=400)
    place = question.at()
    base = question.fixed(place)
    table = table_of(base, place)
    context |= about(question, base, place)
    if table is None:
        return render(request, "library/audiences.html", context | {"too_much": True})
    if "csv" in request.GET:
        return as_csv(table, place)
    row, column = request.GET.get("audience", ""), request.GET.get("message", "")
    if row or column:
        return chosen(request, table, base, place, row, column, context)
    rows = [
        (one, base.link(audience=one.code), [told(table, one, message, base) for message in table.messages])
        for one in table.audiences
    ]
    context |= {
        "table": table,
        "rows": rows,
        "columns": [(one, base.link(message=one.code)) for one in table.messages],
        "cut": table.ads >= MOST,
        "most": MOST,
        "csv": base.link(csv="audiences"),
        "opposed": reverse("library-opposed") + question.link(),
    }
    return render(request, "library/audiences.html", context)


def about(question: Question, base: Question, place: int) -> dict[str, Any]:
    """Whose ads these are, and where to go on."""
    asked = question.asked
    names = names_of({*asked.pages, *asked.advertisers, *asked.payers}, place)
    return {
        "of": [names.get(str(one), f"number {one}") for one in (*asked.advertisers, *asked.payers, *asked.pages)],
        "search": reverse("library") + question.link(),
        "permanent": base.link(),
        "place": place,
    }


@lru_cache(maxsize=16)
def kept(key: str, place: int, question: Question) -> Table:  # noqa: ARG001 - key and place are what the answer is kept by
    """The table of a question, made once while others ask the same."""
    ads = addressed(question, place)
    if ads is None:
        raise TimeoutError
    return audience_by_message(ads)


def table_of(question: Question, place: int) -> Table | None:
    """The table; None where the database did not have the ads in time."""
    try:
        # What is hidden may change without a new place: the search's own address cannot tell, so hidden ads count into the key.
        hidden = Shown.objects.filter(kind="ad").exclude(hidden="").count()
        digest = Version.objects.filter(seq=place).values_list("digest", flat=True).first()
        return kept(f"{question.link()} {hidden} {digest}", place, question)
    except TimeoutError:
        return None


def told(table: Table, audience: Audience, message: Message, base: Question) -> Told:
    """One cell."""
    cell = table.cells.get((audience.code, message.code))
    return Told(
        message=message, cell=cell, spent=spent(cell), link=base.link(audience=audience.code, message=message.code) if cell else "",
    )  # fmt: skip


def spent(cell: Cell | None) -> list[str]:
    """Spend by currency."""
    return (
        []
        if cell is None
        else [money(amount, currency) for currency, amount in sorted(cell.spend.items()) if amount or currency]
    )


def chosen(
    request: HttpRequest, table: Table, base: Question, place: int, row: str, column: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The ads of a cell, a row or a column."""
    audience = next((one for one in table.audiences if one.code == row), None)
    message = next((one for one in table.messages if one.code == column), None)
    numbers = sorted(
        (
            number
            for (a, m), cell in table.cells.items()
            if (not row or a == row) and (not column or m == column)
            for number in cell.ads
        ),
        reverse=True,
    )
    below = request.GET.get("below", "")
    if below.isdecimal() and len(below) < 19:
        numbers = [number for number in numbers if number < int(below)]
    shown = search(Asked(), at=place).filter(number__in=numbers[:PAGE])
    return render(
        request,
        "library/audience_ads.html",
        {
            **context, "audience": audience, "message": message, "cards": [card(one.body) for one in shown], "back": base.link(),
            "further": base.link(audience=row or None, message=column or None, below=numbers[PAGE - 1]) if len(numbers) > PAGE else None,
        },
        status=404 if (row and audience is None) or (column and message is None) else 200,
    )  # fmt: skip


def as_csv(table: Table, place: int) -> HttpResponse:
    """One row for each cell and currency, with the numbers of its ads."""
    written = io.StringIO(newline="")
    out = csv.writer(written)
    out.writerow(COLUMNS)
    for audience in table.audiences:
        for message in table.messages:
            cell = table.cells.get((audience.code, message.code))
            if cell is None:
                continue
            amounts: list[tuple[str, object]] = [*sorted(cell.spend.items())] or [("", "")]
            for currency, amount in amounts:
                out.writerow([
                    safe(one)
                    for one in (
                        audience.says, "; ".join(audience.details), message.says, len(cell.ads), cell.impressions, cell.counted, cell.clicks,
                        cell.clicked, currency, amount, cell.priced, " ".join(map(str, cell.ads)),
                    )
                ])  # fmt: skip
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audiences-{place}.csv"'
    return response


@require_safe
def opposed(request: HttpRequest) -> HttpResponse:
    """For everybody: whether the ads of a search stand on both sides of contested matters, and whether that is more than chance."""
    question, wrong = read(request.GET)
    context: dict[str, Any] = {"question": question, "wrong": wrong}
    if wrong:
        return render(request, "library/opposed.html", context, status=400)
    place = question.at()
    base = question.fixed(place)
    context |= about(question, base, place)
    group, others = bought(question, place), archive(place)
    if group is None or others is None:
        return render(request, "library/opposed.html", context | {"too_much": True})
    table = poles()
    results = opposed_audiences(group, others, table.matters, seed=SEED)
    ads = {int(str(number)) for one in results for side in one.examples for number in side[:EXAMPLES]}
    heads = {one.number: card(one.body).heading for one in search(Asked(), at=place).filter(number__in=ads)}
    context |= {
        "ads": len(group),
        "buyers": len({one.buyer for one in group}),
        "compared": len({one.buyer for one in others} - {one.buyer for one in group}),
        "standing": sum(1 for one in group if one.stands),
        "both": [part(one, heads) for one in results if one.lesser],
        "single": [
            (one.matter, one.matter.sides[int(one.ads[1] > 0)], max(one.ads))
            for one in results
            if not one.lesser and any(one.ads)
        ],
        "silent": [one.matter.name for one in results if not any(one.ads)],
        "cut": len(group) >= MOST,
        "audiences": reverse("library-audiences") + question.link(),
    }
    return render(request, "library/opposed.html", context)


def part(one: Opposed, heads: Mapping[int, str]) -> dict[str, Any]:
    """A matter whose both sides were addressed, for people."""
    return {
        "one": one,
        "sides": [
            {
                "name": one.matter.sides[side], "ads": one.ads[side], "buyers": one.buyers[side],
                "words": [(term.rstrip("*") + ("…" if term.endswith("*") else ""), where, many) for term, where, many in one.words[side][:WORDS]],
                "examples": [(number, heads.get(number, f"Ad {number}")) for number in map(int, map(str, one.examples[side][:EXAMPLES]))],
            }
            for side in (0, 1)
        ],
        "tests": [
            test("Than buyers as active", one.p_any, one.q_any, one.lesser, one.by_chance, "ads on the lesser side", f"{number_words(one.others)} others"),
            test("Than buyers who address this matter as much", one.p_matter, one.q_matter, one.lesser, None, "ads on the lesser side", f"{number_words(one.others_matter)} others"),
            test("In step", one.p_step, one.q_step, one.days, one.by_shift, "days on which both were bought", f"{number_words(one.weeks)} weeks to move by"),
        ],
    }  # fmt: skip


def test(
    name: str, p: float | None, q: float | None, found: int, chance: float | None, unit: str, beside: str
) -> dict[str, Any]:
    """One test as a row."""
    return {
        "name": name, "found": f"{number_words(found)} {unit}", "chance": "" if chance is None else f"{chance:,.1f}",
        "p": "not tested: too few" if p is None else f"{p:.4f}", "q": "" if q is None else f"{q:.4f}", "beside": beside,
        "beyond": q is not None and q <= 0.05,
    }  # fmt: skip


audiences.without_seat = True  # type: ignore[attr-defined]
opposed.without_seat = True  # type: ignore[attr-defined]

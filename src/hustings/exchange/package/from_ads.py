"""What a file of ads holds, as the rows of a package: for an investigator who has the file and no platform."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from hustings.exchange.package.held import Held, Row, accounts_of, pseudonyms, written
from hustings.exchange.package.question import Question
from hustings.exchange.package.tables import row_for
from hustings.screening.ad import Ad, AdsTable, Criterion
from hustings.screening.reach import reach
from hustings.screening.targeting_tree import Is, Node, aimed, sentence, to_json

__all__ = ["held_of"]

# Archives that anybody can read: what they say of the payer's country is no secret of a platform.
OPEN_ARCHIVES = frozenset({"ira-ads", "snap-ads"})
ADMINISTRATORS = ("administrators", "administrator", "admins")


def held_of(ads: AdsTable, question: Question, moment: datetime | None, inputs: Mapping[str, Any]) -> Held:
    """The ads of a file that fit a question, made by `moment` where one is given.

    Limits   a file has no history: it says what it said when it was written. An ad whose making is not dated is kept.
    """
    chosen = [
        one for one in ads
        if question.fits(one) and (moment is None or one.created is None or one.created <= moment)
    ]  # fmt: skip
    names = pseudonyms(one.instrument for one in chosen)
    rows = [_ad(one, ads.source) for one in chosen]
    counted = reach([None] * len(chosen))
    return Held(
        tables={
            "ads": rows,
            "targeting": [row for one in chosen if (row := _targeting(one))],
            "delivery": [row for one in chosen for row in _delivery(one)],
            "payments": [_payment(one, ads.source, names) for one in chosen],
            "accounts": accounts_of(rows, _administrators(chosen)),
            "decisions": [],
            "custody": [],
        },
        about={
            "source": ads.source, "inputs": dict(inputs), "question": question.as_json(),
            "as_of": written(moment), "place": None, "log": None,
        },
        reach={
            "derivable": False, "people": None, "low": None, "high": None, "confidence": None, "ads": len(chosen),
            "ads_without_count": len(chosen), "at_most": None, "method": None, "sentence": counted.sentence,
            "each": [{"ad": one.ad, "people": one.reach} for one in chosen if one.reach is not None],
        },
        moment=written(moment),
        notes=ads.notes,
    )  # fmt: skip


def _ad(one: Ad, source: str) -> Row:
    whole = one.impressions_range
    money = one.spend_ranges[0] if one.spend_ranges else None
    return row_for(
        "ads", ad=one.ad, hidden="", archive=source, archive_number=one.ad, platform=one.platform, page=one.actor,
        page_name=one.page_name, advertiser=one.advertiser, advertiser_name=one.sponsor, payer_name=one.payer,
        countries=list(one.target_countries), created=written(one.created), ends=written(one.ended),
        currency=one.currency or (money.currency if money else None), spend=None if one.spend is None else f"{one.spend:f}",
        spend_low=str(money.range.low) if money else None,
        spend_high=str(money.range.high) if money and money.range.high is not None else None, impressions=one.impressions,
        impressions_low=_count(whole.low if whole else None), impressions_high=_count(whole.high if whole else None), clicks=one.clicks,
        reach=None if one.reach is None else {"people": one.reach}, text=one.text, landing_url=one.landing_url,
        media=[one.media_url] if one.media_url else [], disclaimer=one.disclaimer, defects=list(one.defects),
        language=" ".join(one.languages) or None, account=one.account, rest=dict(one.rest),
    )  # fmt: skip


def _count(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _targeting(one: Ad) -> Row | None:
    tree: Node | None = one.tree
    if tree is None and one.targeting:
        tree = flattened(one.targeting)
    if tree is None:
        return None
    criteria = [
        {"dimension": each.dimension, "category": each.category, "path": list(each.path), "value": each.value, "excluded": each.excluded}
        for each in one.targeting
    ]  # fmt: skip
    lost = (
        list(one.tree_lost)
        if one.tree is not None
        else ["The archive's list does not say how its criteria are joined."]
    )
    return row_for("targeting", ad=one.ad, sentence=sentence(tree), tree=to_json(tree), criteria=criteria, lost=lost)


def flattened(criteria: tuple[Criterion, ...]) -> Node:
    """The usual reading of a list: one of each dimension, and none of what is excluded."""
    included: dict[str, list[Is]] = defaultdict(list)
    for one in criteria:
        if not one.excluded:
            included[one.dimension].append(Is(one.dimension, one.value, one.category))
    return aimed(included, [Is(one.dimension, one.value, one.category) for one in criteria if one.excluded])


def _delivery(one: Ad) -> list[Row]:
    rows = [
        row_for("delivery", ad=one.ad, by="whole time", impressions=one.impressions, clicks=one.clicks,
                spend=None if one.spend is None else f"{one.spend:f}", currency=one.currency, people=one.reach)
    ]  # fmt: skip
    rows += [row_for("delivery", ad=one.ad, by="region" if each.region else "age and gender", region=each.region, age=each.age,
                     gender=each.gender, share=f"{each.share:f}") for each in one.shares]  # fmt: skip
    rows += [row_for("delivery", ad=one.ad, by="people", region=each.country, age=each.age, gender=each.gender, people=each.people)
             for each in one.reach_counts]  # fmt: skip
    return rows


def _payment(one: Ad, source: str, names: Mapping[str, str]) -> Row:
    country = "payer_country" if source in OPEN_ARCHIVES else "issuing_country"
    money = one.spend_ranges[0] if one.spend_ranges else None
    values: dict[str, Any] = {
        "ad": one.ad, "platform": one.platform, "page": one.actor, "created": written(one.created),
        "amount": None if one.spend is None else f"{one.spend:f}", "amount_low": str(money.range.low) if money else None,
        "amount_high": str(money.range.high) if money and money.range.high is not None else None,
        "currency": one.currency or (money.currency if money else None), "payer_name": one.payer,
        "target_countries": list(one.target_countries), "account": one.account, "instrument": one.instrument,
        "instrument_pseudonym": names.get(one.instrument or ""), "address": one.address, country: one.billing_country,
    }  # fmt: skip
    return row_for("payments", **values)


def _administrators(ads: list[Ad]) -> dict[tuple[str, str], dict[str, Any]]:
    """Who may act for each page, where the table has such a column."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ad in ads:
        cell = next((value for name, value in ad.rest if name.lower() in ADMINISTRATORS and value), "")
        who = json.loads(cell) if cell.startswith("[") else cell.split(",")
        found[ad.platform or "", ad.actor or ""].update(str(one).strip() for one in who if str(one).strip())
    return {page: {"administrators": [{"fingerprint": one} for one in sorted(who)]} for page, who in found.items()}

"""Every table of a package with every field: which cut is the narrowest to hold it, and why narrower ones do not."""

from __future__ import annotations

from typing import Any

from hustings.exchange.package.cut import Cut, Field

__all__ = ["FIELDS", "row_for"]

PAYMENT = "How somebody pays is told to who may ask for it by law; the library never shows it."
PSEUDONYM = "Ties payments to one another without telling the instrument; more than the library shows."
PEOPLE = "It tells of people who act for a page; the library never shows them."
OURS = "Our own work on the ad; the library shows the outcome and the reason."
SOURCE = "What the source holds beside the ad, and the library does not show."
VIEWERS = "Who saw an ad is nobody's to hand over; how many did stands in reach.json."
ACTS = "Who did what with the evidence; the public reads that it was done."


def _all(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name=name) for name in names)


def _from(first: Cut | None, ground: str, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name=name, first=first, ground=ground) for name in names)


FIELDS: dict[str, tuple[Field, ...]] = {
    "ads": (
        *_all(
            "ad", "version", "seq", "published_at", "digest", "hidden", "archive", "archive_number", "platform", "page", "page_name",
            "advertiser", "advertiser_name", "advertiser_class", "payer", "payer_name", "state", "category", "declared", "language",
            "countries", "election", "created", "starts", "ends", "currency", "budget", "spend", "spend_low", "spend_high", "impressions",
            "impressions_low", "impressions_high", "clicks", "reach", "title", "text", "media", "landing_url", "landing_domain", "synthetic",
            "disclaimer", "candidate_authorised", "money", "found_late", "found_how", "told",
        ),
        *_from(Cut.COMMITTEE, SOURCE, "defects"),
        *_from(Cut.COMMITTEE, PAYMENT, "account"),
        *_from(Cut.LAW_ENFORCEMENT, SOURCE, "rest"),
    ),
    "targeting": (*_all("ad", "sentence", "tree", "criteria"), *_from(Cut.COMMITTEE, SOURCE, "lost")),
    "delivery": (
        *_all("ad", "by", "day", "region", "age", "gender", "impressions", "clicks", "spend", "currency", "share", "people"),
        *_from(None, VIEWERS, "sketch"),
    ),
    "payments": (
        *_all("ad", "platform", "page", "created", "amount", "amount_low", "amount_high", "currency", "payer", "payer_name", "payer_country",
              "target_countries", "flagged", "paid_from"),
        *_from(Cut.COMMITTEE, PSEUDONYM, "instrument_pseudonym"),
        *_from(Cut.COMMITTEE, PAYMENT, "account"),
        *_from(Cut.LAW_ENFORCEMENT, PAYMENT, "instrument", "issuing_country", "instrument_currency", "address"),
    ),
    "accounts": (
        *_all("platform", "page", "page_number", "name", "names", "created", "advertisers", "payers", "ads", "first", "last",
              "impressions", "clicks", "paid", "findings"),
        *_from(Cut.COMMITTEE, PAYMENT, "accounts"),
        *_from(Cut.COMMITTEE, PEOPLE, "administrator_countries"),
        *_from(Cut.LAW_ENFORCEMENT, PEOPLE, "administrators"),
    ),
    "decisions": (
        *_all("ad", "at", "move", "state", "reason", "policy", "version"),
        *_from(Cut.LAW_ENFORCEMENT, OURS, "by", "note"),
    ),
    "custody": (
        *_all("at", "what", "sentence", "log", "index", "sha256"),
        *_from(Cut.COMMITTEE, ACTS, "file", "cut", "ads", "same_question"),
        *_from(Cut.LAW_ENFORCEMENT, ACTS, "by", "to", "ground", "reference"),
    ),
}  # fmt: skip


def row_for(table: str, **values: Any) -> dict[str, Any]:
    """A row with every field of its table, in order; what is not given is not known.

    Raises   KeyError for a field that the table does not have
    """
    row: dict[str, Any] = {field.name: None for field in FIELDS[table]}
    for name, value in values.items():
        row[name]
        row[name] = value
    return row

"""The transparency notice of a political ad: what Articles 11 and 12 of Regulation (EU) 2024/900 ask for, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hustings.exchange.ads.told import aimed, amount_told, people_told
from hustings.screening.countries import country_name

__all__ = ["NOT_HELD", "Element", "elements", "notice_document"]

Body = Mapping[str, Any]
NOT_HELD = "not held by this library"
INSIDE = {True: "inside the country where it is shown", False: "outside the country where it is shown", None: NOT_HELD}
PUBLIC = {True: "public", False: "private", None: NOT_HELD}
CONTEXT = "urn:hustings:notice:1#"  # names that nobody has to fetch


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element: its name for machines and for people, the article that asks for it, and what is known."""

    name: str
    title: str
    article: str
    value: str

    @property
    def known(self) -> bool:
        """Whether anything stands there."""
        return self.value != NOT_HELD


def elements(body: Body, advertiser: Body | None, *, address: str, complaints: str) -> tuple[Element, ...]:
    """Every element in the order of Article 12, also those of which nothing is known: they say so.

    Limits   addresses and mails of sponsors are not in the public library. Order and wording of the Commission's template
             (EU) 2025/1410 are not reproduced: it was not read at the source
    """
    told = advertiser or {}
    controller = next((one for one in told.get("behind") or [] if one["part"] == "controller" and one["name"]), None)
    money = body.get("money") or {}
    election = body.get("election")
    rows = (
        ("statement", "This is a political advertisement", "11(1)(a)", "yes"),
        ("sponsor", "Sponsor", "11(1)(b)", body.get("advertiser_name")),
        ("sponsorSeat", "Seat of the sponsor", "12", country_name(told["country"]) if told.get("country") else ""),
        ("sponsorVerified", "How the sponsor was checked", "12", checked(told)),
        ("controller", "Who ultimately controls the sponsor", "11(1)(b)", controlled(advertiser, controller)),
        ("payer", "Who pays, if another", "12", body.get("payer_name")),
        ("period", "Period in which it is shown", "12", period(body)),
        ("amount", "Amount paid", "12", money_told(body, "spend")),
        ("budget", "Amount agreed", "12", money_told(body, "budget")),
        ("originPublic", "Public or private money", "12", PUBLIC[money.get("public")]),
        ("originPlace", "Where the money comes from", "12", INSIDE[money.get("inside")]),
        ("method", "How the amounts are calculated", "12", "the sum of what the platform charged, day by day" if body.get("by_day") else ""),
        ("election", "Election or process it is linked to", "11(1)(c)", f"{election['name']}, {election['on'] or 'day not known'}" if election else ""),
        ("repository", "Where it can be looked up", "12", address),
        ("complaints", "How to report it", "12", complaints),
        ("suspended", "Earlier suspended or removed", "12", suspended(body)),
        ("targeting", "Targeting: whom it could reach", "12", aimed(body)),
        ("views", "Views", "12", str(body["impressions"]) if body.get("impressions") is not None else amount_told(body, "impressions")),
        ("people", "People who saw it (95 % interval)", "12", people_told(body)),
        ("engagement", "Clicks", "12", str(body["clicks"]) if body.get("clicks") is not None else ""),
    )  # fmt: skip
    return tuple(
        Element(name=name, title=title, article=article, value=value or NOT_HELD)
        for name, title, article, value in rows
    )


def notice_document(body: Body, found: tuple[Element, ...], *, address: str) -> dict[str, Any]:
    """The same as JSON-LD; an element of which nothing is known is null, so that nobody takes the words for a value."""
    return {
        "@context": {"@vocab": CONTEXT},
        "@type": "TransparencyNotice",
        "@id": f"{address}notice/",
        "identifier": str(body["number"]),
        "version": body["version"],
        "digest": body["digest"],
        "language": body.get("language") or None,
        "issued": body["at"],
    } | {one.name: one.value if one.known else None for one in found}


def checked(advertiser: Body) -> str:
    """Against which registers, of which edition."""
    named = [
        f"{one['what']} against {one['register']}, {one['edition']}: {one['result']}"
        for one in advertiser.get("checks") or []
        if one.get("register")
    ]
    return "; ".join(named)


def controlled(advertiser: Body | None, controller: Body | None) -> str:
    """Who controls the sponsor, or that it was not established."""
    if controller is not None:
        place = country_name(controller["country"]) if controller.get("country") else "country not known"
        return f"{controller['name']}, {place}"
    return "" if advertiser is None else "not established"


def period(body: Body) -> str:
    """From when to when."""
    if body.get("starts") is None:
        return ""
    return f"{body['starts']} to {body['ends']}" if body.get("ends") else f"from {body['starts']}"


def money_told(body: Body, name: str) -> str:
    """An amount with its currency."""
    amount = amount_told(body, name)
    return f"{amount} {body.get('currency') or '(currency not stated)'}" if amount else ""


def suspended(body: Body) -> str:
    """What stopped it, with the reasons."""
    stopped = [
        one for one in body.get("decisions") or [] if one["move"] in {"pause", "hold", "remove", "find political"}
    ]
    return (
        "; ".join(
            f"{one['at'][:10]}: {one['move']}" + (f" ({one['reason']})" if one["reason"] else "") for one in stopped
        )
        or "no"
    )

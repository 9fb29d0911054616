"""What an investigator would want and a table of ads does not hold, counted from the table itself."""

__all__ = ["WISHES", "Wish", "missing_page", "wishes"]

from dataclasses import dataclass

from hustings.screening.ad import AdsTable


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A column that would matter, why, and who may hold it."""

    column: str
    name: str
    why: str
    holder: str


WISHES = (
    Wish(column="reach", name="Reach", why="How many different people saw the ads; impressions count one person often.",
         holder="the platform, from its delivery logs"),
    Wish(column="instrument", name="Payment instrument", why="The card or bank account ties buyers whose pages share nothing else.",
         holder="the platform's billing, its payment provider"),
    Wish(column="account", name="Paying account", why="Who opened it, who administers it, what else it bought.",
         holder="the platform"),
    Wish(column="address", name="Network address", why="From where the account was used, and with whom it shared devices.",
         holder="the platform, for as long as its logs last"),
    Wish(column="billing_country", name="Billing country", why="Shows payment from abroad where the currency does not.",
         holder="the platform's billing"),
    Wish(column="payer", name="Payer", why="Who gave the money, as declared or as charged.", holder="the platform, the advertiser"),
    Wish(column="sponsor", name="Sponsor", why="Who answers for the ad, and can be checked against registers.",
         holder="the advertiser's authorisation"),
    Wish(column="regions", name="Delivery by region", why="Where the ads were really shown, beside where they were aimed.",
         holder="the platform"),
    Wish(column="impressions", name="Impressions", why="How often the ads were shown.", holder="the platform"),
    Wish(column="clicks", name="Clicks", why="How many followed them.", holder="the platform"),
    Wish(column="spend", name="Amount", why="What was paid.", holder="the platform's billing"),
    Wish(column="currency", name="Currency", why="In what it was paid; an amount without one cannot be added up.",
         holder="the platform's billing"),
    Wish(column="created", name="Time of creation", why="Order, rhythm and office hours of the makers.", holder="the platform"),
    Wish(column="ended", name="Time of ending", why="How long each ad could be seen.", holder="the platform"),
    Wish(column="text", name="Text", why="What was said.", holder="the platform, archives"),
    Wish(column="landing_url", name="Landing page", why="Where it led.", holder="the platform, archives"),
    Wish(column="actor", name="Page or account", why="Whom the ad leads to or comes from.", holder="the platform"),
    Wish(column="targeting", name="Targeting", why="Whom it was aimed at, and whom it left out.", holder="the platform"),
    Wish(column="target_countries", name="Countries aimed at", why="Which election it could touch; the payment rule needs it.",
         holder="the platform"),
)  # fmt: skip


def wishes(ads: AdsTable) -> tuple[tuple[Wish, int], ...]:
    """Each wish with the number of ads for which it is not known."""
    table = ads.arrow()
    return tuple((wish, table[wish.column].null_count) for wish in WISHES)


def missing_page(ads: AdsTable) -> str:
    """The page `missing.md`: what is absent, what is there in part, what is whole."""
    counted = wishes(ads)
    total = len(ads)
    absent = [wish for wish, missing in counted if missing == total]
    partly = [(wish, missing) for wish, missing in counted if 0 < missing < total]
    whole = [wish for wish, missing in counted if missing == 0]
    lines = [
        "# What is missing",
        "",
        f"Counted from the {total:,} ads of this package (source: {ads.source}).",
        "",
        "## Not in the data at all",
        "",
        *(
            ["| what | why it matters | who may hold it |", "| --- | --- | --- |"]
            if absent
            else ["Nothing we ask for."]
        ),
        *(f"| {wish.name} (`{wish.column}`) | {wish.why} | {wish.holder} |" for wish in absent),
        "",
        "## Not known for some ads",
        "",
        *(["| what | unknown for | why it matters |", "| --- | --- | --- |"] if partly else ["Nothing we ask for."]),
        *(f"| {wish.name} (`{wish.column}`) | {missing:,} of {total:,} | {wish.why} |" for wish, missing in partly),
        "",
        "## Known for every ad",
        "",
        ", ".join(f"{wish.name} (`{wish.column}`)" for wish in whole) + "." if whole else "Nothing we ask for.",
        "",
    ]
    if ads.unknown:
        lines += ["## In the source, but not taken over", "",
                  "Columns nobody told us the meaning of: " + ", ".join(f"`{name}`" for name in ads.unknown) + ".", ""]  # fmt: skip
    return "\n".join(lines)

"""The rows of the release made ads: joins of unrelated pages undone, unknown money left unknown."""

__all__ = ["from_table"]

import json
import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from hustings.errors import BadInput, Problem
from hustings.screening.ad import Ad, AdsTable, Criterion
from hustings.screening.countries import country_code

NEEDED = (
    "ad_id",
    "page_key",
    "landing_kind",
    "url_clean",
    "impressions",
    "clicks",
    "spend_amount",
    "spend_currency_stated",
    "created",
    "targeting",
)
KNOWN = (*NEEDED, "ended", "text", "url", "page_slug", "defects", "pdf", "image", "landing_domain", "spend_currency")
PLATFORMS = {
    "facebook_page": "facebook",
    "facebook_event": "facebook",
    "instagram_account": "instagram",
    "website": "website",
}
OLD_PAGE = re.compile(r"/pages/[^/]+/(\d+)")
EVENT = re.compile(r"/events/(\d+)")
PRODUCT = re.compile(r"/commerce/products/(\d+)", re.IGNORECASE)
# Page numbers that the release shows under two names: a renamed page, or a slip of the reading machine.
TWO_NAMES = {"fb:362365657452374", "fb:692068924291672"}
NUMBER_AT_END = re.compile(r"-?\d{6,}$")
FIRST = 5


def from_table(table: pa.Table, where: str) -> AdsTable:
    """One `Ad` for each row of the release's table (Parquet or JSON Lines)."""
    missing = [name for name in NEEDED if name not in table.column_names]
    if missing:
        raise BadInput(
            "This is not the table of the IRA ads.",
            [
                Problem(
                    where=where,
                    found=f"no column {name!r}",
                    expected="the columns of the release",
                    do="Use the release's ads.parquet or ads.jsonl.",
                )
                for name in missing
            ],
        )
    problems: list[Problem] = []
    ads, undone = [], dict[str, str]()
    for place, row in enumerate(table.to_pylist(), 1):
        try:
            ads.append(_ad(row, undone))
        except (ValueError, TypeError, KeyError, InvalidOperation) as error:
            if len(problems) < FIRST:
                problems.append(
                    Problem(
                        where=f"{where}, row {place}",
                        found=f"{type(error).__name__}: {error}"[:160],
                        expected="a row of the release",
                        do="Get the file again.",
                    )
                )
    if problems:
        raise BadInput("The IRA ads cannot be read.", problems)
    ads.sort(key=lambda ad: int(ad.ad) if ad.ad.isdigit() else 0)
    return AdsTable(
        ads=tuple(ads),
        source="ira-ads",
        columns=tuple(table.column_names),
        unknown=tuple(name for name in table.column_names if name not in KNOWN),
        notes=_notes(ads, undone),
        joins=undone,
    )


def _ad(row: dict[str, Any], undone: dict[str, str]) -> Ad:
    actor, mended = _actor(row)
    # A list in the JSON Lines, joined by commas in the Parquet.
    defects = re.findall(r"\w+", str(row.get("defects") or ""))
    if mended is not None:
        undone[str(row["ad_id"])] = f"{row['page_key']} -> {actor or 'no page'}"
        defects.append(mended)
    if actor in TWO_NAMES:
        defects.append("one_number_two_names")
    amount = Decimal(str(row["spend_amount"])) if row["spend_amount"] is not None else None
    if amount == 0 and _whole(row["impressions"]):
        amount = None  # Shown, so something was paid: the release lost the amount.
    criteria = tuple(_criterion(one) for one in _list(row["targeting"]))
    slug = row.get("page_slug")
    stated = row["spend_currency_stated"] or None
    return Ad(
        platform=PLATFORMS.get(str(row["landing_kind"])), actor=actor, ad=str(row["ad_id"]),
        page_name=_page_name(str(slug)) if slug and actor and not actor.startswith("event:") else None,
        text=(row.get("text") or "").strip() or None, landing_url=row["url_clean"] or None,
        created=_moment(row["created"]), ended=_moment(row.get("ended")),
        # The source writes USD beside an amount it does not know: such money is unknown.
        spend=amount, currency=stated, impressions=_whole(row["impressions"]), clicks=_whole(row["clicks"]),
        target_countries=_countries(criteria), targeting=criteria, defects=tuple(defects),
    )  # fmt: skip


def _actor(row: dict[str, Any]) -> tuple[str | None, str | None]:
    """The page, event or website an ad leads to, and what was mended of the release's key."""
    key, address = row["page_key"] or None, str(row["url_clean"] or "")
    patterns = {"fb:pages": (OLD_PAGE, "fb:"), "fb:events": (EVENT, "event:"), "fb:commerce": (PRODUCT, "fb:commerce:")}
    if key == "fb:iogin":
        return None, "landing_is_a_sign_in_page"
    if key in patterns:
        pattern, prefix = patterns[key]
        found = pattern.search(address)
        if found is None:
            return None, "page_key_joined_unrelated_pages"
        return prefix + found[1], "page_key_split"
    return key, None


def _page_name(slug: str) -> str | None:
    return NUMBER_AT_END.sub("", slug).strip("-").replace("-", " ") or None


def _list(raw: object) -> list[dict[str, Any]]:
    value = json.loads(raw) if isinstance(raw, str) else raw
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError("targeting is no list")
    return value


def _criterion(raw: dict[str, Any]) -> Criterion:
    return Criterion(
        value=str(raw["value"] or ""),
        dimension=str(raw.get("dimension") or "other"),
        category=str(raw.get("category") or ""),
        path=tuple(map(str, raw.get("path") or ())),
        excluded=bool(raw.get("excluded")),
    )


def _countries(criteria: tuple[Criterion, ...]) -> tuple[str, ...]:
    """Countries named as places: by themselves, in a list, or as where a region lies."""
    found = set()
    for one in criteria:
        if one.dimension != "location" or one.excluded:
            continue
        # `Georgia` under `united_states` is the region; at the top it would be the country.
        names = [part for level in one.path for part in level.replace("_", " ").split(",")] or one.value.split(",")
        found |= {code for name in names if (code := country_code(name)) is not None and (name.strip() != "georgia")}
    return tuple(sorted(found))


def _moment(raw: object) -> datetime | None:
    if raw is None or raw == "":
        return None
    return raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))


def _whole(raw: object) -> int | None:
    return None if raw is None or raw == "" else int(str(raw))


def _notes(ads: list[Ad], undone: dict[str, str]) -> tuple[str, ...]:
    notes = []
    if undone:
        listed = "; ".join(f"ad {ad}: {what}" for ad, what in sorted(undone.items(), key=lambda item: int(item[0])))
        notes.append(f"{len(undone)} ads stood under keys that join unrelated pages; undone: {listed}.")
    for key in sorted(TWO_NAMES):
        names = {ad.page_name for ad in ads if ad.actor == key and ad.page_name}
        if len(names) > 1:
            count = sum(ad.actor == key for ad in ads)
            notes.append(
                f"{key} is one page number under {len(names)} spellings of its name ({count} ads): a page that was "
                "renamed, or a slip of the reading machine. Left as one."
            )
    later = [ad.ad for ad in ads if "created_year_2018_suspect" in ad.defects]
    if later:
        notes.append(f"Ads {', '.join(later)} bear a year that cannot be (2018); left as the source has them.")
    ended = sum("ended_before_created" in ad.defects for ad in ads)
    if ended:
        notes.append(f"{ended} ads end before they were created.")
    return tuple(notes)

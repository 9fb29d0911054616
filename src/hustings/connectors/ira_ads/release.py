"""The rows of the release made ads: joins of unrelated pages undone, unknown money left unknown."""

__all__ = ["criterion_dimension", "from_table", "read_line"]

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from hustings.connectors.ira_ads.aim import tree_of
from hustings.connectors.line import Line, Unfit, structured
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
ADDRESS = re.compile(r"^(?:https?://)?(?P<host>[\w.-]+\.[A-Za-z]{2,})(?P<path>/.*)?$")
# A word of the category or path -> dimension, the more telling first.
WORDS = (
    ("custom_audience", "custom_audience"), ("placement", "placement"), ("location", "location"), ("language", "language"),
    ("gender", "gender"), ("multicultural", "multicultural_affinity"), ("politics", "politics"), ("employer", "work_education"),
    ("industry", "work_education"), ("job_title", "work_education"), ("field_of_study", "work_education"),
    ("behavior", "behavior"), ("access", "behavior"), ("generation", "demographic_other"), ("home", "demographic_other"),
    ("interest", "interest"), ("age", "age"),
)  # fmt: skip
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
    tree, lost = tree_of(criteria)
    stated = row["spend_currency_stated"] or None
    return Ad(
        platform=PLATFORMS.get(str(row["landing_kind"])), actor=actor, ad=str(row["ad_id"]),
        page_name=_page_name(str(slug)) if slug and actor and not actor.startswith("event:") else None,
        text=(row.get("text") or "").strip() or None, landing_url=row["url_clean"] or None,
        created=_moment(row["created"]), ended=_moment(row.get("ended")),
        # The source writes USD beside an amount it does not know: such money is unknown.
        spend=amount, currency=stated, impressions=_whole(row["impressions"]), clicks=_whole(row["clicks"]),
        target_countries=_countries(criteria), targeting=criteria, defects=tuple(defects),
        tree=tree, tree_lost=lost,
    )  # fmt: skip


def read_line(line: Line) -> Ad:
    """One ad of the release's table, or of the forms it was made from: the parsed PDFs as JSON, and their SQLite base."""
    given = {name: line.values.get(plain) for name, plain in _PLAIN.items()}
    line.used |= set(_PLAIN.values()) & set(line.values)
    try:
        if given["page_key"] is not None or "pagekey" in line.values:
            row = {**given, "spend_amount": given["spend_amount"] if given["spend_amount"] != "" else None}
        else:
            row = _raw(line)
        if row["ad_id"] in {None, ""}:
            raise Unfit("no ad_id")
        ad = _ad(row, {})
    except (TypeError, KeyError, InvalidOperation) as error:
        raise Unfit(f"{type(error).__name__}: {error}"[:160]) from error
    except json.JSONDecodeError as error:
        raise Unfit(f"targeting: no JSON ({error.msg})") from error
    line.keep("pdf", "image")
    return replace(ad, rest=line.rest())


_PLAIN = {name: name.replace("_", "") for name in KNOWN}


def _raw(line: Line) -> dict[str, Any]:
    """A row of the parsed PDFs or of their SQLite base, brought to the release's columns."""
    spend = structured(line.raw("spend"))
    if isinstance(spend, dict):
        amount, currency = spend.get("amount"), spend.get("currency")
    else:
        amount, currency = line.amount("spendamount", "cost"), line.text("spendcurrency", "currency")
    address = str(line.raw("url", "facebookurl", "landingpage") or "").strip()
    address = address.replace("httpszll", "https://").replace("https:l/", "https://")
    kind, key, slug = landing(address)
    amount = None if amount in {None, ""} else Decimal(str(amount).replace(",", "").strip())
    return {
        "ad_id": line.raw("adid", "id"), "page_key": key, "landing_kind": kind, "page_slug": slug, "url_clean": address,
        "impressions": line.whole("impressions"), "clicks": line.whole("clicks"), "spend_amount": amount,
        # The source writes USD where it knew no amount.
        "spend_currency_stated": currency if amount else None,
        "created": line.moment("created"), "ended": line.moment("ended"),
        "text": line.text("text", "description"), "defects": None,
        "targeting": flat_criteria(structured(line.raw("targeting"))),
    }  # fmt: skip


def landing(address: str) -> tuple[str | None, str | None, str | None]:
    """What kind of page an address leads to, its key, and its name in the address; None where it leads nowhere."""
    match = ADDRESS.match(address)
    if match is None:
        return None, None, None
    host, path = match["host"].lower().removeprefix("www."), (match["path"] or "").strip("/")
    first = path.split("/", 1)[0].split("?", 1)[0]
    if host.endswith("instagram.com"):
        return "instagram_account", f"ig:{first.lower()}" if first else None, first or None
    if not host.endswith("facebook.com"):
        return "website", f"web:{host}", None
    if (event := EVENT.search(address)) is not None:
        return "facebook_event", f"event:{event[1]}", None
    if (old := OLD_PAGE.search(address)) is not None:
        return "facebook_page", f"fb:{old[1]}", None
    number = NUMBER_AT_END.search(first)
    key = number[0].lstrip("-") if number else first.lower()
    return "facebook_page", f"fb:{key}" if key else None, first or None


def flat_criteria(raw: Any, path: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Criteria from a nested object, a list of `category:path:value`, or the release's own list."""
    if isinstance(raw, dict):
        return [one for name, value in raw.items() for one in flat_criteria(value, (*path, str(name)))]
    if isinstance(raw, list):
        if raw and all(isinstance(item, dict) and "value" in item for item in raw):
            return raw
        return [one for item in raw for one in flat_criteria(item, path)]
    if raw is None or raw == "":
        return []
    parts = [*path, str(raw)] if path else str(raw).split(":")
    category = parts[0] if len(parts) > 1 else ""
    return [
        {
            "category": category,
            "path": parts[1:-1],
            "value": parts[-1],
            "excluded": category.startswith("exclude"),
            "dimension": criterion_dimension(category, parts[1:-1], parts[-1]),
        }
    ]


def criterion_dimension(category: str, path: Sequence[str], value: str) -> str:
    """The dimension that a criterion of the parsed PDFs belongs to, from the words it stood under."""
    words = " ".join([*path, category]).lower().replace(" ", "_")
    if "connection" in words or value.lower().startswith(("people who like", "friends of", "exclude people who")):
        return "connection"
    return next((dimension for word, dimension in WORDS if word in words), "other")


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

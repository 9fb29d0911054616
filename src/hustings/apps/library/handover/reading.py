"""Everything that is held about the ads that a question asks for, read as who hands them over."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.http import QueryDict

from hustings.apps.ads.models import AdChange, AdVersion, ArchiveImport, Delivery
from hustings.apps.audit.find import texts_of
from hustings.apps.audit.models import Leaf
from hustings.apps.library.find import as_it_stood
from hustings.apps.library.handover.proving import proofs_of
from hustings.apps.library.models import Shown, Subject
from hustings.apps.library.pages.question import Question, read
from hustings.errors import BadInput, Problem
from hustings.exchange.package.cut import WITHHELD, Cut
from hustings.exchange.package.held import Held, Row, accounts_of, distinct, written
from hustings.exchange.package.question import unknown_names
from hustings.exchange.package.tables import FIELDS, row_for
from hustings.policy.advertising import AdState
from hustings.screening.reach import Reach, Sketch, reach
from hustings.screening.targeting_tree import from_json, leaves, sentence, to_json

__all__ = ["HANDED_OVER", "asked", "held_by_library", "question_digest"]

HANDED_OVER = "library handed over"
COPIED = {
    "ads exported": "The ads of the door were written to a file.",
    HANDED_OVER: "A package of ads was handed over.",
}
DOOR = frozenset({"portal", "api", "csv"})
METHOD = "Keyed hashes of who saw each ad, in mergeable HyperLogLog++ sketches of 16,384 registers (4,096 where they are older); interval of 95 %."
# What of an ad's row stands in the body of the library under the same name.
SAME = frozenset(field.name for field in FIELDS["ads"]) - {"ad", "seq", "published_at", "page", "advertiser", "payer", "defects", "account", "rest"}  # fmt: skip


def asked(query: str) -> Question:
    """The question of a search of the library.

    Raises   BadInput for what cannot be read, and for names that no search knows
    """
    problems = unknown_names(parse_qsl(query, keep_blank_values=True))
    question, wrong = read(QueryDict(query))
    problems += [
        Problem(where="--query", found=line, expected="a search of the library", do="Mend it.") for line in wrong
    ]
    if problems:
        raise BadInput("The question cannot be read.", problems)
    return question


def held_by_library(question: Question, cut: Cut, moment: datetime, door: UUID) -> Held:
    """The ads that fit, as the library stood at the moment, with what is held beside them by that moment.

    door     the organisation that hands over: of another's ads nothing is told but what the library shows
    Limits   payers' instruments have no history: they are told as they stand. What was removed or expunged since is
             hidden, as everywhere
    Raises   BadInput where the log has not signed the moment yet
    """
    place = as_it_stood(moment)
    shown = list(question.found(place).order_by("number").defer("search"))
    proofs = proofs_of(shown, moment)
    sources = dict(Subject.objects.filter(number__in=_numbers(shown)).values_list("number", "source"))
    open_ones = [row for row in shown if row.hidden != "expunged"]
    content = _content({sources[row.number]: row.number for row in open_ones}, moment)
    payers, makers = _payers(shown, cut), _makers(shown, cut, moment)
    behind = {
        row.number: row.body
        for row in _as_they_stood([row.payer for row in shown] + [row.page for row in shown], place)
    }
    ads = [_ad(row, content.get(row.number, {}), sources) for row in shown]
    counted, each = _reach(shown, sources, moment)
    return Held(
        tables={
            "ads": ads,
            "targeting": [row for one in shown if (row := _targeting(one, content.get(one.number, {})))],
            "delivery": [row for one in shown for row in _delivery(one)],
            "payments": [_payment(ad, row, behind, payers.get(row.payer or 0, {}), content.get(row.number, {})) for ad, row in zip(ads, shown, strict=True)],
            "accounts": accounts_of(ads, _pages(shown, behind, makers)),
            "decisions": _decisions(shown, sources, moment),
            "custody": _custody(question, shown, door, moment),
        },
        about={
            "source": "library", "inputs": {}, "question": _pairs(question), "as_of": written(moment), "place": place, "log": proofs.log,
        },
        reach=_told(counted, each), moment=written(moment), proofs=proofs.rows,
        notes=(
            "Ads are shown as the library published them by the moment; what was removed or expunged since is hidden.",
            "Payment instruments and their countries are told as they stand now: they have no history.",
        ),
    )  # fmt: skip


def question_digest(question: Question) -> str:
    """By which two packages of one question are known as such, without telling it."""
    return hashlib.sha256(json.dumps(_pairs(question), sort_keys=True).encode()).hexdigest()


def _pairs(question: Question) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for name, value in sorted(question.search_pairs()):
        told.setdefault(name, []).append(value)
    return told


def _numbers(shown: Sequence[Shown]) -> set[int]:
    return {
        number for row in shown for number in (row.number, row.page, row.advertiser, row.payer) if number is not None
    }


def _as_they_stood(numbers: Sequence[int | None], place: int) -> list[Shown]:
    """Pages and payers at that place."""
    wanted = {number for number in numbers if number is not None}
    rows = Shown.objects.filter(number__in=wanted, seq__lte=place).filter(Q(until__isnull=True) | Q(until__gt=place))
    return list(rows.order_by("number").defer("search"))


def _content(numbers: Mapping[UUID, int], moment: datetime) -> dict[int, dict[str, Any]]:
    """What each ad said by then, whole, as the door has it: of one handed in here as it ran last, of others as it was read in last."""
    # The later of two replaces the earlier.
    deliveries = AdChange.objects.filter(ad__in=numbers, state=AdState.DELIVERING, at__lte=moment).order_by("at", "id")
    ran: dict[UUID, int] = dict(deliveries.values_list("ad", "version"))
    found: dict[int, dict[str, Any]] = {}
    versions = AdVersion.objects.filter(ad__in=numbers, at__lte=moment).order_by("ad", "version")
    for ad, archive, version, content in versions.values_list("ad", "ad__archive", "version", "content"):
        if archive not in DOOR or ran.get(ad) == version:
            found[numbers[ad]] = content
    return found


def _ad(row: Shown, content: Mapping[str, Any], sources: Mapping[int, UUID]) -> Row:
    body = row.body
    values = {name: body.get(name) for name in SAME}
    if row.hidden == "removed":
        titles = content.get("titles") or ()
        values["title"] = content.get("title") or (titles[0] if titles else "")
        values |= {"text": content.get("text") or "", "landing_url": content.get("landing_url") or ""}
    rest = content.get("rest")
    return row_for(
        "ads",
        **values | {
            "ad": str(row.number), "seq": row.seq, "published_at": body["at"], "hidden": row.hidden,
            "page": _text(row.page), "advertiser": _text(row.advertiser), "payer": _text(row.payer),
            "account": str(sources[row.advertiser]) if row.advertiser is not None else None, "defects": content.get("defects") or [],
            "rest": json.loads(rest) if isinstance(rest, str) and rest else rest,
        },
    )  # fmt: skip


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _targeting(row: Shown, content: Mapping[str, Any]) -> Row | None:
    aim = row.body.get("targeting")
    if not aim:
        return None
    tree = from_json(aim)
    criteria = [
        {"dimension": leaf.dimension, "category": leaf.category, "path": [], "value": leaf.value, "excluded": excluded}
        for leaf, excluded in leaves(tree)
    ]  # fmt: skip
    return row_for("targeting", ad=str(row.number), sentence=sentence(tree), tree=to_json(tree), criteria=criteria,
                   lost=list(content.get("tree_lost") or []))  # fmt: skip


def _delivery(row: Shown) -> Iterator[Row]:
    body, ad = row.body, str(row.number)
    people = (body["reach"] or {}).get("people")
    yield row_for("delivery", ad=ad, by="whole time", impressions=body["impressions"], clicks=body["clicks"], spend=body["spend"],
                  currency=body["currency"], people=people)  # fmt: skip
    for name, by, of in (
        ("by_day", "day", ("day",)),
        ("by_region", "region", ("region",)),
        ("by_age_and_gender", "age and gender", ("age", "gender")),
    ):
        for *key, impressions, clicks, spend in body[name]:
            yield row_for("delivery", ad=ad, by=by, impressions=impressions, clicks=clicks, spend=spend, currency=body["currency"],
                          **dict(zip(of, key, strict=True)))  # fmt: skip


def _payers(shown: Sequence[Shown], cut: Cut) -> dict[int, dict[str, Any]]:
    """What the cut may hold of each payer's instrument; the database asks again who may."""
    numbers = list(dict.fromkeys(row.payer for row in shown if row.payer is not None))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM library_handed_payers(%s, %s)", [cut.value, numbers])
        return {
            number: {
                "instrument_pseudonym": None if same is None else f"instrument {same}",
                "instrument": instrument or (None if same is None else WITHHELD),
                "issuing_country": country or (WITHHELD if has_country else None),
                "instrument_currency": currency or (WITHHELD if has_currency else None),
            }
            for number, same, instrument, country, currency, has_country, has_currency in cursor.fetchall()
        }  # fmt: skip


def _makers(shown: Sequence[Shown], cut: Cut, moment: datetime) -> dict[int, list[dict[str, Any]]]:
    """Who could act for each page by then, as far as the cut holds it."""
    numbers = sorted({row.page for row in shown if row.page is not None})
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM library_handed_administrators(%s, %s, %s)", [cut.value, numbers, moment])
        for number, fingerprint, country, since, ended in cursor.fetchall():
            found[number].append(
                {"fingerprint": fingerprint, "country": country, "since": written(since), "ended": written(ended)}
            )
    return found


def _payment(
    ad: Row, row: Shown, behind: Mapping[int, Mapping[str, Any]], payer: Mapping[str, Any], content: Mapping[str, Any]
) -> Row:
    return row_for(
        "payments", ad=ad["ad"], platform=ad["platform"], page=ad["page"], created=ad["created"] or ad["starts"], amount=ad["spend"],
        amount_low=ad["spend_low"], amount_high=ad["spend_high"], currency=ad["currency"], payer=ad["payer"], payer_name=ad["payer_name"],
        payer_country=(behind.get(row.payer or 0, {}).get("country") or None), target_countries=list(row.countries), account=ad["account"],
        address=content.get("address"), **payer,
    )  # fmt: skip


def _pages(
    shown: Sequence[Shown], behind: Mapping[int, Mapping[str, Any]], makers: Mapping[int, Sequence[Mapping[str, Any]]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """What is known of each page itself."""
    told = {}
    for number, platform in {(row.page, row.platform) for row in shown if row.page is not None}:
        body, who = behind.get(number, {}), makers.get(number, ())
        told[platform, str(number)] = {
            "page_number": body.get("archive_number"), "names": body.get("names") or [], "created": body.get("created"),
            "administrator_countries": distinct(one["country"] for one in who),
            "administrators": [dict(one) for one in who] if all(one["fingerprint"] for one in who) else WITHHELD,
        } | ({"name": body["name"]} if body.get("name") else {})  # fmt: skip
    return told


def _decisions(shown: Sequence[Shown], sources: Mapping[int, UUID], moment: datetime) -> list[Row]:
    """What the library tells of each decision, with who made it and what they noted, where the door is ours."""
    changes: dict[UUID, list[tuple[UUID | None, str]]] = defaultdict(list)
    made = AdChange.objects.filter(ad__in=[sources[row.number] for row in shown], at__lte=moment).order_by("at", "id")
    for ad, who, note in made.values_list("ad", "by", "note"):
        changes[ad].append((who, note))
    rows = []
    for row in shown:
        # A change that row-level security hides leaves who and what was noted unknown.
        whose = changes[sources[row.number]]
        for place, one in enumerate(row.body["decisions"]):
            by, note = whose[place] if place < len(whose) else (None, "")
            rows.append(row_for("decisions", ad=str(row.number), **one, by=str(by) if by else None, note=note or None))
    return rows


def _reach(shown: Sequence[Shown], sources: Mapping[int, UUID], moment: datetime) -> tuple[Reach, list[dict[str, Any]]]:
    """How many people saw at least one of them: the sketches of all merged, so that nobody counts twice."""
    numbers = {sources[row.number]: row.number for row in shown}
    merged: dict[int, Sketch] = {}
    counted = Delivery.objects.filter(ad__in=numbers, sketch__isnull=False, recorded_at__lte=moment).order_by(
        "ad", "day", "id"
    )
    for ad, registers in counted.values_list("ad", "sketch").iterator(chunk_size=500):
        merged.setdefault(numbers[ad], Sketch()).merge(Sketch(bytes(registers or b"")))
    known = [row.impressions for row in shown if row.impressions is not None]
    whole = reach(
        [merged[row.number].registers if row.number in merged else None for row in shown],
        impressions=sum(known) if len(known) == len(shown) else None,
    )
    each = [{"ad": str(row.number), **row.body["reach"]} for row in shown if row.body["reach"]]
    return whole, each


def _told(whole: Reach, each: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    derivable = whole.people is not None
    return {
        "derivable": derivable, "people": whole.people, "low": whole.low, "high": whole.high, "confidence": "95 %" if derivable else None,
        "ads": whole.ads, "ads_without_count": whole.without, "at_most": whole.at_most, "method": METHOD if derivable else None,
        "sentence": whole.sentence, "each": list(each),
    }  # fmt: skip


def _custody(question: Question, shown: Sequence[Shown], door: UUID, moment: datetime) -> list[Row]:
    """Which files the ads came in by, and who copied or handed over, by the moment."""
    rows = [
        row_for("custody", at=written(one.ended_at), what="taken in", sha256=one.sha256, by=str(one.by_id) if one.by_id else None,
                file=Path(one.name).name, sentence=f"A file of the archive {one.archive} was read in: {one.rows_in:,} of {one.rows_read:,} rows.")
        for one in ArchiveImport.objects.filter(archive__in={row.archive for row in shown}, ended_at__lte=moment).order_by("ended_at", "id")
    ]  # fmt: skip
    leaves_of = Leaf.objects.filter(
        log__name="open", event__in=COPIED, facts__subject=f"organisation:{door}", at__lte=moment
    )
    for leaf in leaves_of.order_by("index"):
        told, texts = leaf.facts.get("with", {}), {name: one.text for name, one in texts_of(leaf).items()}
        same = told.get("question") == question_digest(question) if leaf.event == HANDED_OVER else None
        rows.append(row_for(
            "custody", at=written(leaf.at), what=leaf.event, sentence=COPIED[leaf.event], log="open", index=leaf.index,
            sha256=told.get("manifest"), cut=told.get("cut"), ads=told.get("ads"), same_question=same,
            by=str(leaf.actor) if leaf.actor else None, to=texts.get("to"), ground=texts.get("ground"), reference=texts.get("reference"),
        ))  # fmt: skip
    return sorted(rows, key=lambda row: (row["at"], row["what"], row["index"] or 0))

"""The ads behind a committee's report as an evidence package of their own: payments, targeting, network, page, seal."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hustings.apps.ads.models import Ad as HeldAd
from hustings.apps.cases.gatherings import read_as
from hustings.apps.cases.models import Report
from hustings.apps.cases.reach.assets import ads_of
from hustings.apps.people.seat import Seat
from hustings.exchange.package.cut import Cut
from hustings.exchange.package.from_ads import held_of
from hustings.exchange.package.question import question_of
from hustings.report.package.make import make_package
from hustings.screening.ad import Ad, AdsTable

__all__ = ["ads_package"]

COMMAND = "made with the report that it travels with"


def ads_package(report: Report, then: datetime, *, by: Seat) -> dict[str, bytes]:
    """The files of the package, by their path under ads/; nothing where there are no ads.

    Limits   of ads as they were read last, like the figures; without proofs from the library's log, which knows only what
             the library showed
    """
    rows = ads_of(by, report.campaign or report.case, then=then).select_related("creative", "page", "payer", "sponsor")
    ads = tuple(sorted((told(one) for one in rows), key=lambda one: one.ad.encode()))
    if not ads:
        return {}
    table = AdsTable(source="platform", ads=ads)
    question = question_of([])
    held = held_of(table, question, None, {"report": str(report.pk)})
    with tempfile.TemporaryDirectory(prefix="hustings-report-") as folder:
        place = Path(folder) / "ads"
        make_package(held, Cut.COMMITTEE, place, command=COMMAND)
        return {
            f"ads/{one.relative_to(place).as_posix()}": one.read_bytes()
            for one in sorted(place.rglob("*"))
            if one.is_file()
        }


def told(ad: HeldAd) -> Ad:
    """An ad with what paid for it."""
    return replace(
        read_as(ad), page_name=ad.page.name or None if ad.page else None, ended=ad.ends, spend=ad.spend, currency=ad.currency or None,
        sponsor=ad.sponsor.display_name or ad.sponsor.registered_name if ad.sponsor else None, payer=ad.payer.name if ad.payer else None,
        instrument=ad.payer.instrument or None if ad.payer else None, billing_country=ad.payer.issuing_country or None if ad.payer else None,
        disclaimer=ad.disclaimer_text or None, defects=tuple(ad.defects),
    )  # fmt: skip

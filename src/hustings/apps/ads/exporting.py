"""The ads of a door as our own ads table, so that buyers who belong together can be searched for in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hustings.apps.ads.find import ads
from hustings.apps.ads.models import Ad
from hustings.apps.audit.record import record
from hustings.apps.people.seat import Seat
from hustings.screening.ad import Ad as Row
from hustings.screening.ad import Criterion
from hustings.screening.table_form import row_of, schema_of
from hustings.screening.targeting_tree import from_json, leaves

__all__ = ["export_ads"]

BATCH = 2_000
# What the readers of ads take to be the accounts that may act for a page.
ADMINISTRATORS = "administrators"


def export_ads(out: Path, *, by: Seat) -> int:
    """Write every ad of the seat's own door to a Parquet file, ordered by key; gives how many.

    The key of an ad there is its key here, its actor the page's number: findings on the file lead back.

    Reads    in the web's role, what the seat may see: instruments and administrators are left out for who may not
    Raises   Refused for who may not see ads
    Limits   an ad without a page has no actor, and takes no part in a search by pages
    """
    count = 0
    schema = schema_of(Row)
    with pq.ParquetWriter(out, schema) as writer:
        for batch in batches(by):
            writer.write_table(pa.Table.from_pylist([row_of(one) for one in batch], schema=schema))
            count += len(batch)
    door = by.appointment.position.organisation
    record("ads exported", by=by, subject=("organisation", door.pk), facts={"ads": count, "file": out.name[:100]})
    return count


def batches(by: Seat) -> Iterator[list[Row]]:
    """The ads in portions, each read with all that is written of it."""
    wanted = ads(by).select_related("payer", "page", "sponsor", "creative").order_by("pk")
    after = None
    while portion := list((wanted if after is None else wanted.filter(pk__gt=after))[:BATCH]):
        yield [row(ad) for ad in portion]
        after = portion[-1].pk


def row(ad: Ad) -> Row:
    """One ad as the table has it."""
    tree = None if ad.targeting is None else from_json(ad.targeting)
    makers = [] if ad.page is None else ad.page.administrators.filter(ended__isnull=True).order_by("fingerprint")
    fingerprints = [one.fingerprint for one in makers]
    payer, creative = ad.payer, ad.creative
    return Row(
        platform=ad.page.platform if ad.page is not None else ad.archive,
        actor=ad.page.number if ad.page is not None else None,
        ad=str(ad.pk),
        page_name=(ad.page.name or None) if ad.page is not None else None,
        text=(creative.text or creative.title or None) if creative is not None else None,
        landing_url=(creative.landing_url or None) if creative is not None else None,
        created=ad.created,
        ended=ad.ends,
        spend=None if ad.spend is None else Decimal(ad.spend),
        currency=ad.currency or None,
        impressions=ad.impressions,
        clicks=ad.clicks,
        billing_country=((payer.issuing_country or payer.country) or None) if payer is not None else None,
        target_countries=tuple(sorted(ad.countries)),
        targeting=() if tree is None else tuple(
            Criterion(value=leaf.value, dimension=leaf.dimension, category=leaf.category, excluded=excluded)
            for leaf, excluded in leaves(tree)
        ),
        tree=tree,
        sponsor=ad.sponsor.registered_name if ad.sponsor is not None else None,
        advertiser=str(ad.sponsor_id) if ad.sponsor_id is not None else None,
        payer=(payer.name or None) if payer is not None else None,
        account=str(ad.sponsor_id) if ad.sponsor_id is not None else None,
        instrument=(payer.instrument or None) if payer is not None else None,
        disclaimer=ad.disclaimer_text or None,
        rest=((ADMINISTRATORS, json.dumps(fingerprints)),) if fingerprints else (),
    )  # fmt: skip

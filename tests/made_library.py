"""Ads of other archives in the library, made up and published, for tests of what reads them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from made_people import organisation

from hustings.apps.ads.models import Ad, Creative, Delivery, Page, Payer
from hustings.apps.library.models import Subject
from hustings.apps.library.publishing.publish import publish_all
from hustings.screening.reach import Sketch

__all__ = ["change", "made_ad", "made_company", "made_library", "number_of", "remove"]

TREE = {
    "all": [
        {"any": [{"is": {"dimension": "location", "value": "Northland", "category": "region"}}]},
        {"is": {"dimension": "age", "value": "18-34"}},
        {"not": {"is": {"dimension": "location", "value": "Easthaven", "category": "city"}}},
        {"is": {"dimension": "gender", "value": "women"}},
    ]
}


def made_company():
    return organisation("Archive", "company")


def made_ad(company, number, **more):
    """One ad, not yet published."""
    page, _ = Page.objects.get_or_create(
        held_by=company,
        platform=more.pop("platform", "meridian"),
        number=more.pop("page", "parks"),
        defaults={"name": "Parks for all"},
    )
    payer, _ = Payer.objects.get_or_create(held_by=company, name="Citizens for Parks", defaults={"country": "XV"})
    text = more.pop("text", f"More parks, says ad {number}.")
    creative = Creative.objects.create(
        held_by=company, digest=f"{number:064x}", text=text, title=more.pop("title", f"Title {number}"),
        landing_url="https://parks.example/plan", landing_domain="parks.example", language=more.pop("language", "en"),
        media=more.pop("media", [{"sha256": "0" * 64, "kind": "image", "perceptual": "", "recognised_text": ""}]),
    )  # fmt: skip
    regions, groups, people = more.pop("regions", None), more.pop("groups", None), more.pop("people", None)
    values = {
        "state": "recorded", "countries": ["US"], "currency": "XVD", "spend": Decimal("99.50"), "impressions": 1234, "clicks": 5,
        "disclaimer_text": "Paid for by Citizens for Parks", "targeting": TREE,
        "created": datetime(2020, 1, 1, 9, tzinfo=UTC), "starts": datetime(2020, 1, 2, tzinfo=UTC), "ends": datetime(2020, 1, 9, tzinfo=UTC),
    }  # fmt: skip
    ad = Ad.objects.create(
        held_by=company,
        archive="snap",
        number=str(number),
        page=page,
        payer=payer,
        creative=creative,
        **(values | more),
    )
    day = {"ad": ad, "day": date(2020, 1, 2)}
    for region, count in (regions or {}).items():
        Delivery.objects.create(**day, region=region, impressions=count, clicks=0, spend=0)
    for (age, gender), count in (groups or {}).items():
        Delivery.objects.create(**day, age=age, gender=gender, impressions=count, clicks=0, spend=0)
    if people:
        sketch = Sketch.of((f"person {one}" for one in range(people)), b"k" * 16).registers
        Delivery.objects.create(**day, impressions=values["impressions"], clicks=0, spend=0, sketch=sketch)
    return ad


def made_library(many, **more):
    """So many published ads; gives them in the order of their making."""
    company = made_company()
    made = [made_ad(company, number, **more) for number in range(1, many + 1)]
    publish_all()
    return made


def change(ad, **values):
    """Change columns of an ad and publish that."""
    Ad.objects.filter(pk=ad.pk).update(**values)
    publish_all()


def remove(ad):
    """Take it down."""
    change(ad, state="removed")


def number_of(ad):
    """The number by which the public knows it."""
    return Subject.objects.get(kind="ad", source=ad.pk).number

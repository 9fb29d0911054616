"""Pages, payers, disclaimers, creatives, ads with their versions, and what happened to them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from hustings.apps.ads.models.sponsor import Sponsor
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.elections.models import Election
from hustings.apps.items.words import words_of
from hustings.apps.people.models import Appointment, Organisation, Person
from hustings.policy.advertising import AdState

__all__ = ["Ad", "AdChange", "AdVersion", "Administrator", "Creative", "Disclaimer", "FoundLate", "LandingCapture", "Order", "Page", "PageName", "Payer", "Screening"]  # fmt: skip

CATEGORIES = ("election", "candidate", "measure", "social issue", "other")


class Page(models.Model):
    """A page or account that ads lead to or come from, on one platform."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=40)
    number = models.CharField(max_length=300, help_text="the platform's own key of it")
    name = models.CharField(max_length=300, blank=True, help_text="the latest; earlier ones stand in `names`")
    sponsor = models.ForeignKey(Sponsor, null=True, blank=True, on_delete=models.SET_NULL, related_name="pages")
    created_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "ad_page"
        ordering = ["platform", "number"]
        constraints = [models.UniqueConstraint(fields=["held_by", "platform", "number"], name="ad_page_once")]

    def __str__(self) -> str:
        return self.name or self.number


class PageName(models.Model):
    """A name that a page bore from a moment on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=300)
    since = models.DateTimeField()

    class Meta:
        db_table = "ad_page_name"
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["page", "since", "name"], name="ad_page_name_once")]

    def __str__(self) -> str:
        return self.name


class Administrator(models.Model):
    """An account that may act for a page, known by its fingerprint, and the country it acts from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="administrators")
    fingerprint = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    since = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ad_page_administrator"
        constraints = [models.UniqueConstraint(fields=["page", "fingerprint", "since"], name="ad_administrator_once")]

    def __str__(self) -> str:
        return self.fingerprint


class Payer(models.Model):
    """Whose money it is. Instrument, issuing country and currency are seen by verifiers and investigators alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sponsor = models.ForeignKey(Sponsor, null=True, blank=True, on_delete=models.PROTECT, related_name="payers")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    public_money = models.BooleanField(null=True, help_text="whether public funds; null is not known")
    instrument = models.CharField(
        max_length=200, blank=True, help_text="fingerprint of card or account, never the number"
    )
    issuing_country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20, blank=True, help_text="accepted, refused, or empty while nobody looked")

    class Meta:
        db_table = "ad_payer"
        ordering = ["name"]
        indexes = [
            models.Index(fields=["held_by", "name"], name="ad_payer_by_name"),
            models.Index(fields=["instrument"], name="ad_payer_by_instrument"),
        ]

    def __str__(self) -> str:
        return self.name


class Disclaimer(models.Model):
    """The words that say who paid. Approved once for a sponsor, in force while the sponsor is authorised."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="disclaimers")
    payer = models.ForeignKey(Payer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    short_form = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)
    candidate_authorised = models.BooleanField(null=True, help_text="null is not asked")
    near = models.JSONField(default=list, help_text="names of officials and sponsors it comes near to, with similarity")
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=60, blank=True, help_text="reason code")
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "ad_disclaimer"
        ordering = ["made_at"]

    def __str__(self) -> str:
        return self.text


class Creative(models.Model):
    """What is shown: text, media by hash, and where it leads. One row for equal content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical content")
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    media = models.JSONField(default=list, help_text="list of {sha256, perceptual, kind, recognised_text}")
    landing_url = models.CharField(max_length=2000, blank=True)
    landing_domain = models.CharField(max_length=253, blank=True)
    synthetic = models.BooleanField(null=True, help_text="declared to show what a machine made; null is not asked")
    language = models.CharField(max_length=8, blank=True)
    near = ArrayField(
        models.CharField(max_length=20), default=list, help_text="keys of which near-equal texts share one"
    )

    class Meta:
        db_table = "ad_creative"
        constraints = [models.UniqueConstraint(fields=["held_by", "digest"], name="ad_creative_once")]
        indexes = [
            models.Index(fields=["landing_domain"], name="ad_creative_by_domain"),
            GinIndex(fields=["near"], name="ad_creative_near"),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60]


class Ad(models.Model):
    """One ad, handed in at the door or read from an archive. Its content at any time stands in `versions`.

    archive, number   where it comes from ("portal", "api", "csv", or an archive's name), and its number there
    declared          whether the advertiser said it is political; null where the archive does not tell
    targeting         Boolean tree: {all: [...]}, {any: [...]}, {not: ...}, {is: {dimension, value, ...}}; null unknown
    spend, impressions, clicks   totals where the archive gives exact ones; *_low and *_high where it gives ranges
    rest              columns of the source that we have no place for, kept as they came
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    archive = models.CharField(max_length=30)
    number = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=choices(AdState), default=AdState.DRAFT.value)
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.PROTECT, related_name="ads")
    sponsor = models.ForeignKey(Sponsor, null=True, blank=True, on_delete=models.PROTECT, related_name="ads")
    payer = models.ForeignKey(Payer, null=True, blank=True, on_delete=models.PROTECT, related_name="ads")
    disclaimer = models.ForeignKey(Disclaimer, null=True, blank=True, on_delete=models.PROTECT, related_name="ads")
    disclaimer_text = models.CharField(max_length=500, blank=True, help_text="as it was shown")
    creative = models.ForeignKey(Creative, null=True, on_delete=models.PROTECT, related_name="ads")
    category = models.CharField(max_length=20, blank=True, choices=[(one, one) for one in CATEGORIES])
    declared = models.BooleanField(null=True)
    election = models.ForeignKey(Election, null=True, blank=True, on_delete=models.PROTECT, related_name="ads")
    countries = ArrayField(models.CharField(max_length=2), default=list, help_text="aimed at")
    targeting = models.JSONField(null=True, blank=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    created = models.DateTimeField(null=True, blank=True)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    spend = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    spend_low = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    spend_high = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    impressions = models.BigIntegerField(null=True, blank=True)
    impressions_low = models.BigIntegerField(null=True, blank=True)
    impressions_high = models.BigIntegerField(null=True, blank=True)
    clicks = models.BigIntegerField(null=True, blank=True)
    defects = ArrayField(models.CharField(max_length=300), default=list)
    rest = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    made_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    made_by_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=ClockTimestamp())
    words = models.TextField(blank=True, help_text="what search reads: text, page, sponsor")
    search = models.GeneratedField(expression=words_of("words"), output_field=SearchVectorField(), db_persist=True)

    class Meta:
        db_table = "ad"
        ordering = ["-made_at", "id"]
        indexes = [
            models.Index(fields=["held_by", "state", "-made_at"], name="ad_by_state"),
            models.Index(fields=["held_by", "-made_at", "id"], name="ad_newest"),
            models.Index(fields=["sponsor", "-made_at"], name="ad_by_sponsor"),
            models.Index(fields=["page", "-made_at"], name="ad_by_page"),
            GinIndex(fields=["search"], name="ad_search"),
        ]
        constraints = [models.UniqueConstraint(fields=["held_by", "archive", "number"], name="ad_once")]

    def __str__(self) -> str:
        return f"{self.archive} {self.number}"


class AdVersion(models.Model):
    """What an ad said and asked at one time, whole. Added, never overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical content")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    source = models.CharField(max_length=300, blank=True, help_text="file and edition it was read from")

    class Meta:
        db_table = "ad_version"
        ordering = ["ad", "version"]
        constraints = [models.UniqueConstraint(fields=["ad", "version"], name="ad_version_once")]

    def __str__(self) -> str:
        return f"{self.ad_id} v{self.version}"


class AdChange(models.Model):
    """One move of an ad. Added, never overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    move = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=choices(AdState))
    reason_code = models.CharField(max_length=60, blank=True)
    policy = models.CharField(max_length=100, blank=True, help_text="policy and version")
    note = models.TextField(blank=True)
    decision = models.UUIDField(null=True, help_text="the review decision that made it")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "ad_change"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ad", "at"], name="ad_change_of_ad")]

    def __str__(self) -> str:
        return f"{self.move}: {self.state}"


class Screening(models.Model):
    """What the screening said of one version of an ad: the answer with its probability, the route, every hit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="screenings")
    version = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    rules = models.CharField(max_length=100, help_text="version of the rules")
    model = models.CharField(max_length=100, blank=True, help_text="digest of the model")
    political = models.BooleanField(null=True)
    probability = models.FloatField(null=True)
    route = models.CharField(max_length=10)
    hits = models.JSONField(default=list, help_text="list of {category, start, end, rule, sentence}")
    law = models.JSONField(default=list, help_text="rows of the tables that were asked, and what was unknown")

    class Meta:
        db_table = "ad_screening"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ad", "version"], name="ad_screening_of_version")]

    def __str__(self) -> str:
        return f"{self.ad_id} v{self.version}: {self.route}"


class LandingCapture(models.Model):
    """What stood at the page an ad leads to, when somebody looked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="captures")
    version = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    why = models.CharField(max_length=20, choices=[(one, one) for one in ("approval", "random", "report")])
    url = models.CharField(max_length=2000)
    final_url = models.CharField(max_length=2000, blank=True)
    status = models.IntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    text_digest = models.CharField(max_length=64, blank=True, help_text="of the words alone")
    near = models.CharField(max_length=64, blank=True, help_text="fingerprint by which near-equal pages are compared")
    same = models.BooleanField(null=True, help_text="as at approval; null for the first")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "ad_landing_capture"
        ordering = ["at"]
        indexes = [models.Index(fields=["ad", "at"], name="ad_capture_of_ad")]

    def __str__(self) -> str:
        return f"{self.url} {self.at}"


class Order(models.Model):
    """What the platform that shows an ad has to do: show it from now on, or stop. It asks for its orders in their turn.

    Only the latest order of an ad counts; `number` is the turn, in which none is skipped.
    """

    number = models.BigAutoField(primary_key=True)
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="orders")
    order = models.CharField(max_length=10, choices=[(one, one) for one in ("show", "stop")])
    why = models.CharField(max_length=60)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True, help_text="when the platform said that it did")

    class Meta:
        db_table = "ad_order"
        ordering = ["number"]
        indexes = [models.Index(fields=["ad", "-number"], name="ad_order_latest")]

    def __str__(self) -> str:
        return f"{self.order} {self.ad_id}"


class FoundLate(models.Model):
    """An ad that ran and turned out to be political or hostile: how it was found, and what had been shown till then."""

    ad = models.OneToOneField(Ad, primary_key=True, on_delete=models.PROTECT, related_name="found_late")
    how = models.CharField(max_length=300)
    found_at = models.DateTimeField(db_default=ClockTimestamp())
    days_without = models.IntegerField(null=True, help_text="days shown without disclaimer; null is not known")
    impressions_without = models.BigIntegerField(null=True)
    told = ArrayField(models.CharField(max_length=200), default=list, help_text="who is told")

    class Meta:
        db_table = "ad_found_late"

    def __str__(self) -> str:
        return f"{self.ad_id}: {self.how}"

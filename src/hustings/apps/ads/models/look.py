"""Ads that two people read without being told what the machine made of them: suspected ones and a random sample alike."""

from __future__ import annotations

from django.db import models

from hustings.apps.ads.models.ad import Ad
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Organisation

__all__ = ["BlindLook"]


class BlindLook(models.Model):
    """One undeclared ad in one draw, with what the machine had answered. The work that people get names this row alone.

    draw        what the random order was made from: the same draw of the same ads gives the same sample
    political   the machine's answer: true for an ad that it suspects, false for one of the sample
    among       how many undeclared ads of that language had the same answer then, so that shares become numbers
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ad = models.ForeignKey(Ad, on_delete=models.PROTECT, related_name="blind_looks")
    version = models.PositiveIntegerField()
    draw = models.CharField(max_length=64)
    political = models.BooleanField()
    probability = models.FloatField()
    model = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="the only one aimed at; empty for several or none")
    among = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "ad_blind_look"
        constraints = [models.UniqueConstraint(fields=["ad", "version"], name="ad_blind_look_once")]

    def __str__(self) -> str:
        return f"{self.ad_id} v{self.version}"

"""Organisations that take part, and their sites."""

from __future__ import annotations

from django.db import models

from hustings.apps.choices import choices
from hustings.apps.dated import Change, new_id
from hustings.policy.marking import Kind
from hustings.policy.state import Held

__all__ = ["Organisation", "OrganisationChange", "Site"]


class Organisation(models.Model):
    """One legal entity. A parent and its subsidiary are two organisations: approval of one says nothing of the other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200, unique=True)
    legal_name = models.CharField(max_length=300, help_text="as the register of companies or the law has it")
    kind = models.CharField(max_length=20, choices=choices(Kind))
    country = models.CharField(max_length=2, help_text="ISO 3166 code of the seat")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidiaries")

    class Meta:
        db_table = "organisation"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganisationChange(Change):
    """Whether the organisation takes part here; ended, nobody acts for it any more."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20, choices=choices(Held))

    class Meta(Change.Meta):
        db_table = "organisation_change"
        indexes = [models.Index(fields=["organisation", "-at"], name="organisation_change_latest")]


class Site(models.Model):
    """A place of one organisation; facility clearances are given to sites."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2)

    class Meta:
        db_table = "site"
        ordering = ["organisation", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="site_named_once")]

    def __str__(self) -> str:
        return self.name

"""What governments found about persons and sites, and who holds access where."""

from __future__ import annotations

from django.db import models

from hustings.apps.choices import choices, level_choices
from hustings.apps.dated import Change
from hustings.apps.people.models.organisation import Organisation, Site
from hustings.apps.people.models.person import Person
from hustings.apps.people.models.position import Appointment
from hustings.policy.level import Level
from hustings.policy.state import Access, Eligibility, Facility, Held

__all__ = ["AccessChange", "Citizenship", "EligibilityChange", "FacilityChange"]


class Citizenship(Change):
    """A citizenship of a person; releasability asks for it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="citizenships")
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=20, choices=choices(Held), default=Held.IN_FORCE.value)

    class Meta(Change.Meta):
        db_table = "citizenship_change"
        indexes = [models.Index(fields=["person", "country", "-at"], name="citizenship_change_latest")]


class EligibilityChange(Change):
    """A government's finding about a person; `level` is the highest it reaches, `vetting` whether vetting goes on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="eligibility")
    state = models.CharField(max_length=30, choices=choices(Eligibility))
    level = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0)
    vetting = models.BooleanField(default=False, help_text="enrolled in continuous vetting, with nothing open")
    basis = models.CharField(max_length=200, blank=True)

    class Meta(Change.Meta):
        db_table = "eligibility_change"
        indexes = [models.Index(fields=["person", "-at"], name="eligibility_change_latest")]


class AccessChange(Change):
    """Access of a person in a position; it never travels to another position."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="access")
    state = models.CharField(max_length=20, choices=choices(Access))
    level = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0)

    class Meta(Change.Meta):
        db_table = "access_change"
        indexes = [models.Index(fields=["appointment", "-at"], name="access_change_latest")]


class FacilityChange(Change):
    """The clearance of a site; `safeguarding` is the level of what may be kept there, 0 for nothing."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="facility")
    state = models.CharField(max_length=20, choices=choices(Facility))
    level = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0)
    safeguarding = models.PositiveSmallIntegerField(choices=level_choices(Level), default=0)
    sponsor = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Change.Meta):
        db_table = "facility_change"
        indexes = [models.Index(fields=["site", "-at"], name="facility_change_latest")]

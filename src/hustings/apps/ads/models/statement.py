"""What an advertiser says of themself and of their organisation, each time they hand it in; never overwritten."""

from __future__ import annotations

from django.db import models

from hustings.apps.ads.models.sponsor import KINDS, Document, Sponsor
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.people.models import Person
from hustings.policy.advertising import SponsorClass

__all__ = ["OrganisationStatement", "PersonStatement"]


class PersonStatement(models.Model):
    """Who acts and where they live, as handed in. Read by its sponsor's members and at the desk; never by the public.

    wanted_class   C asks to run ads under one's own name; otherwise an organisation is handed in next
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="person_statements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    wanted_class = models.CharField(max_length=1, choices=choices(SponsorClass))
    legal_name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166 code of residence")
    address = models.CharField(max_length=300)
    postal_code = models.CharField(max_length=20)
    city = models.CharField(max_length=100)
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="+")
    handed_in_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "sponsor_person"
        ordering = ["handed_in_at", "id"]

    def __str__(self) -> str:
        return f"{self.sponsor_id} {self.handed_in_at}"

    @property
    def place(self) -> str:
        """The address in one line."""
        return f"{self.address}, {self.postal_code} {self.city}, {self.country}"


class OrganisationStatement(models.Model):
    """Which organisation it is, under which number of which register, how to reach it, and who controls it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.CASCADE, related_name="organisation_statements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    wanted_class = models.CharField(max_length=1, choices=choices(SponsorClass))
    registered_name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    country = models.CharField(max_length=2)
    scheme = models.CharField(max_length=40, blank=True, help_text="which kind of number; empty without one")
    number = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=20)
    city = models.CharField(max_length=100)
    phone = models.CharField(max_length=40)
    mail = models.CharField(max_length=254)
    website = models.CharField(max_length=300)
    founded_on = models.DateField(null=True, blank=True)
    officers = models.CharField(max_length=500, blank=True, help_text="names, separated by semicolons")
    controller = models.CharField(max_length=300, blank=True, help_text="empty: nobody was named")
    controller_country = models.CharField(max_length=2, blank=True)
    controller_evidence = models.CharField(max_length=500, blank=True)
    foreign_principal = models.BooleanField(null=True, help_text="acts for somebody abroad; null is not said")
    handed_in_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "sponsor_organisation"
        ordering = ["handed_in_at", "id"]

    def __str__(self) -> str:
        return self.registered_name

    @property
    def place(self) -> str:
        """The address in one line."""
        return f"{self.street}, {self.postal_code} {self.city}, {self.country}"

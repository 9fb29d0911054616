"""Searches that are made for an election by its rhythm, and the record that each of them leaves, found or not."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp, new_id
from hustings.apps.elections.models.watch import Watch
from hustings.apps.people.models import Appointment
from hustings.policy.searching import Outcome, State, What

__all__ = ["Search", "StandingSearch"]


class StandingSearch(models.Model):
    """A search that is due again and again ahead of an election: asked for by one person, agreed to by another.

    source      the title of the tables of posts it searches (the newest of that title, each time), or the archive of ads;
                "" for the ads of every archive
    population  the rule by which what is searched was collected
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="standing")
    what = models.CharField(max_length=10, choices=choices(What))
    source = models.CharField(max_length=300, blank=True)
    languages = ArrayField(models.CharField(max_length=10), help_text="codes; those that its source is in")
    purpose = models.CharField(max_length=500)
    legal_ground = models.CharField(max_length=300)
    population = models.CharField(max_length=500)
    state = models.CharField(max_length=20, choices=choices(State), default=State.ASKED.value)
    reason = models.CharField(max_length=500, blank=True, help_text="of a refusal or an end")
    asked_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    seconded_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "election_standing_search"
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(seconded_by=F("asked_by")), name="standing_search_agreed_by_another"),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING.value) | Q(seconded_by__isnull=False),
                name="standing_search_runs_with_two",
            ),
            models.CheckConstraint(
                condition=~Q(what=What.POSTS.value) | ~Q(source=""), name="standing_search_of_posts_names_tables"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.watch_id}"


class Search(models.Model):
    """One search for an election, made or not made, and how it ended. Added, never changed.

    due_on     the day of the rhythm that it stands for
    about      what was searched, where that is an item: who may not know that is not told of the search
    first, last   when the posts or ads that were looked at are from
    told       what was found and left out, in figures; no names
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="searches")
    standing = models.ForeignKey(StandingSearch, on_delete=models.PROTECT, related_name="searches")
    what = models.CharField(max_length=10, choices=choices(What))
    source = models.CharField(max_length=300, blank=True)
    about = models.UUIDField(null=True, help_text="key of the item that was searched")
    sweep = models.UUIDField(null=True, help_text="key of the sweep that searched posts")
    platforms = ArrayField(models.CharField(max_length=40), default=list)
    languages = ArrayField(models.CharField(max_length=10), default=list)
    due_on = models.DateField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=30, choices=choices(Outcome))
    reason = models.CharField(max_length=500, blank=True)
    looked_at = models.BigIntegerField(default=0, help_text="accounts, or ads")
    found = models.IntegerField(default=0, help_text="groups, or ads and groups of buyers")
    first = models.DateTimeField(null=True)
    last = models.DateTimeField(null=True)
    told = models.JSONField(default=dict)

    class Meta:
        db_table = "election_search"
        ordering = ["began_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("began_at")), name="election_search_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[Outcome.FOUND.value, Outcome.NOTHING.value]) | Q(looked_at=0, found=0),
                name="election_search_found_where_it_looked",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[Outcome.FOUND.value, Outcome.NOTHING.value]) | ~Q(reason=""),
                name="election_search_not_made_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.due_on} {self.outcome}"

"""Looking back on a case: what was missed, how it was found later, what was changed, and the replay that shows it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hustings.apps.cases.models.case import Case, OfCase
from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp
from hustings.apps.elections.models import Election
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment
from hustings.apps.sweeps.models import TraceTable
from hustings.policy.afteraction import Cause, MissState, ReplayState
from hustings.policy.casework import LeadSource

__all__ = ["Change", "LookBack", "Missed", "MissedActor", "Replay"]


class LookBack(models.Model):
    """An after-action review of a case: its item carries the marking.

    election   the one it looks back on
    before     the one before which what it finds is to be closed
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="look_back")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="look_backs")
    election = models.ForeignKey(Election, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(Election, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        db_table = "look_back"
        ordering = ["at", "item"]

    def __str__(self) -> str:
        return f"look back {self.item_id}"


class Missed(OfCase):
    """Something that was not found in time: a vulnerability until it is closed, or somebody says why it stays."""

    look_back = models.ForeignKey(LookBack, on_delete=models.PROTECT, related_name="missed")
    title = models.CharField(max_length=300)
    began_on = models.DateField(help_text="the day from which it could have been found")
    found_on = models.DateField(help_text="the day on which it was")
    found_by = models.CharField(max_length=20, choices=choices(LeadSource))
    cause = models.CharField(max_length=20, choices=choices(Cause))
    why = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=choices(MissState), default=MissState.OPEN.value)
    settled_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_why = models.CharField(max_length=500, blank=True)
    rests_on = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfCase.Meta):
        db_table = "look_back_missed"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(found_on__gte=F("began_on")), name="missed_found_after_it_began"),
            models.CheckConstraint(
                condition=Q(state=MissState.OPEN.value, settled_by__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False)
                & ~Q(state=MissState.OPEN.value)
                & ~Q(settled_why=""),
                name="missed_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(settled_by=F("by")), name="missed_settled_by_another"),
        ]


class MissedActor(OfCase):
    """An account, page or buyer that was missed; a replay looks whether it would be found."""

    missed = models.ForeignKey(Missed, on_delete=models.PROTECT, related_name="actors")
    platform = models.CharField(max_length=40)
    name = models.CharField(max_length=500)

    class Meta(OfCase.Meta):
        db_table = "look_back_actor"
        ordering = ["platform", "name"]
        constraints = [models.UniqueConstraint(fields=["missed", "platform", "name"], name="missed_actor_once")]


class Change(OfCase):
    """What is done otherwise: from what, to what, by whom, until when.

    was, becomes                     in words
    settings_was, settings_becomes   of a search that can be replayed; the first empty where nobody searched
    """

    missed = models.ForeignKey(Missed, on_delete=models.PROTECT, related_name="changes")
    cause = models.CharField(max_length=20, choices=choices(Cause))
    was = models.CharField(max_length=500)
    becomes = models.CharField(max_length=500)
    settings_was = models.JSONField(null=True)
    settings_becomes = models.JSONField(null=True)
    owner = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    done_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_how = models.CharField(max_length=500, blank=True)

    class Meta(OfCase.Meta):
        db_table = "look_back_change"
        ordering = ["due", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_by__isnull=False) & ~Q(done_how=""),
                name="look_back_change_done_by_somebody",
            )
        ]


class Replay(OfCase):
    """A search of a table as it was set then and as it is set now; asked for by one person and agreed to by another.

    until     rows of before this day are searched: whether it would have been found by then
    outcome   what each search found, and the version that searched
    """

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="replays")
    table = models.ForeignKey(TraceTable, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=choices(ReplayState), default=ReplayState.ASKED.value)
    agreed_by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)
    shown = models.BooleanField(null=True, help_text="whether it shows that the change finds what was missed")

    class Meta(OfCase.Meta):
        db_table = "look_back_replay"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(agreed_by=F("by")), name="replay_agreed_by_another"),
            models.CheckConstraint(
                condition=Q(state__in=[ReplayState.ASKED.value]) | Q(agreed_by__isnull=False),
                name="replay_runs_with_two",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReplayState.DONE.value) | Q(outcome__isnull=False, shown__isnull=False),
                name="replay_done_with_its_outcome",
            ),
        ]

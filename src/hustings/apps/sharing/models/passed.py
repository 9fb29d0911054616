"""What passes between two organisations, each sort in a table of its own; their steps, opinions and sightings in common.

Each is an item, whose marking decides who knows of it. Rows are added and never changed: where one stands is what its
last step says.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hustings.apps.choices import choices
from hustings.apps.dated import ClockTimestamp
from hustings.apps.items.models import Item
from hustings.apps.people.models import Appointment, Organisation
from hustings.apps.sharing.models.partner import Recorded
from hustings.policy.capacity import Capacity, Matter, Sort
from hustings.policy.requests import Opinion, Party, RequestState

__all__ = ["ActedOn", "ActionRequest", "Content", "InformationRequest", "Notice", "OpinionGiven", "Outgoing", "Outgone", "Passed",
           "RefusedTip", "Share", "ShareObject", "Sighting", "Step"]  # fmt: skip


class Passed(models.Model):
    """What all of them say.

    known_as     the id that both sides know it by; of ours the item's own
    capacity     in which the sender speaks; fixed when it was sent
    government   the sender is one: worked out by the database, by its kind and capacity
    how          where a person wrote down what came another way: letter, mail, call, and its reference
    """

    sort: Sort

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.PROTECT, related_name="passed_%(class)s")
    known_as = models.UUIDField()
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=30, choices=choices(Capacity))
    government = models.BooleanField(default=False, editable=False)
    ground = models.CharField(max_length=1000, help_text="why it may be told or asked")
    matters = ArrayField(models.CharField(max_length=30, choices=choices(Matter)), default=list)
    handling = models.CharField(
        max_length=500, blank=True, help_text="what the receiver is asked to do or leave with it"
    )
    how = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True, help_text="the last moment at which an answer counts")
    by = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-sent_at", "item"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "known_as"], name="%(class)s_once"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="%(class)s_between_two"),
            models.CheckConstraint(condition=~Q(ground=""), name="%(class)s_has_ground"),
            models.CheckConstraint(
                condition=Q(capacity__in=[one.value for one in Capacity]), name="%(class)s_has_capacity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sort.value} {self.item_id}"


class Share(Passed):
    """Something is told, under its marking."""

    sort = Sort.SHARE

    class Meta(Passed.Meta):
        db_table = "sharing_share"


class ShareObject(models.Model):
    """An item that a share or a notice carries."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="carries")
    carried = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="carried_by")

    class Meta:
        db_table = "sharing_object"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["of", "carried"], name="sharing_object_once"),
            models.CheckConstraint(condition=~Q(of=F("carried")), name="sharing_object_other"),
        ]

    def __str__(self) -> str:
        return f"{self.carried_id} in {self.of_id}"


class InformationRequest(Passed):
    """Something is asked to be told, by a deadline."""

    sort = Sort.INFORMATION

    class Meta(Passed.Meta):
        db_table = "sharing_information_request"
        constraints = [
            *Passed.Meta.constraints,
            models.CheckConstraint(condition=Q(deadline__isnull=False), name="informationrequest_has_deadline"),
        ]


class Notice(Passed):
    """This content, and our evidence; nothing is asked for."""

    sort = Sort.NOTICE

    class Meta(Passed.Meta):
        db_table = "sharing_notice"


class ActionRequest(Passed):
    """Something is asked to be done about named content. A government names the law on which it asks."""

    sort = Sort.ACTION
    legal_ground = models.CharField(max_length=500, blank=True)

    class Meta(Passed.Meta):
        db_table = "sharing_action_request"
        constraints = [
            *Passed.Meta.constraints,
            models.CheckConstraint(condition=Q(deadline__isnull=False), name="actionrequest_has_deadline"),
            models.CheckConstraint(
                condition=Q(government=False) | ~Q(legal_ground=""), name="actionrequest_of_government_on_a_law"
            ),
        ]


class Content(models.Model):
    """A post, account, page, ad, domain or address that it names."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="named_content")
    what = models.CharField(max_length=20)
    platform = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=500, blank=True)
    ref = models.CharField(max_length=200, blank=True, help_text="id of a STIX object")

    class Meta:
        db_table = "sharing_content"
        ordering = ["what", "platform", "name", "ref", "id"]
        constraints = [
            models.UniqueConstraint(fields=["of", "what", "platform", "name", "ref"], name="sharing_content_once"),
            models.CheckConstraint(condition=~Q(name="", ref=""), name="sharing_content_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.of_id}"


class Step(Recorded):
    """A step of one of them. Which may follow which the database looks at, by the table of `policy.requests`.

    how       letter, mail or call, where one side wrote down the other's step
    """

    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="steps")
    number = models.SmallIntegerField()
    code = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=choices(RequestState))
    party = models.CharField(max_length=10, choices=choices(Party))
    reason = models.CharField(max_length=2000, blank=True)
    how = models.CharField(max_length=300, blank=True)

    class Meta(Recorded.Meta):
        db_table = "sharing_step"
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="sharing_step_number")]


class ActedOn(models.Model):
    """Of what was named, what was acted on."""

    id = models.BigAutoField(primary_key=True)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="acted_on")
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "sharing_acted_on"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["step", "content"], name="sharing_acted_on_once")]

    def __str__(self) -> str:
        return f"{self.content_id} by {self.step_id}"


class OpinionGiven(Recorded):
    """What an organisation makes of something that passed. It may give another later: the last one counts."""

    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="opinions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    opinion = models.CharField(max_length=10, choices=choices(Opinion))
    words = models.CharField(max_length=1000, blank=True)
    how = models.CharField(max_length=300, blank=True)

    class Meta(Recorded.Meta):
        db_table = "sharing_opinion"
        constraints = [
            models.CheckConstraint(condition=~Q(opinion=Opinion.DISPUTED.value), name="sharing_opinion_is_one_sides")
        ]


class Sighting(Recorded):
    """An organisation saw what it was told of."""

    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="sightings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    times = models.IntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    where = models.CharField(max_length=200)
    how = models.CharField(max_length=300, blank=True)

    class Meta(Recorded.Meta):
        db_table = "sharing_sighting"
        constraints = [
            models.CheckConstraint(condition=Q(times__gte=1, last__gte=F("first")), name="sharing_sighting_counts")
        ]


class Outgoing(models.Model):
    """Something of ours that waits to go over TAXII: the thing itself (number 0) or one of its steps, in order."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField()
    to = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "sharing_outgoing"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="sharing_outgoing_once")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class Outgone(models.Model):
    """It went; or it cannot go, for a reason that is told."""

    outgoing = models.OneToOneField(Outgoing, primary_key=True, on_delete=models.PROTECT, related_name="gone")
    at = models.DateTimeField(db_default=ClockTimestamp())
    problem = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "sharing_outgone"

    def __str__(self) -> str:
        return f"{self.outgoing_id}"


class RefusedTip(Recorded):
    """A tip was refused on its form. What it said is not kept; that it came is counted."""

    held_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=30, blank=True)
    reasons = ArrayField(models.CharField(max_length=40))

    class Meta(Recorded.Meta):
        db_table = "sharing_refused_tip"
        constraints = [models.CheckConstraint(condition=~Q(reasons=[]), name="sharing_refused_tip_for_a_reason")]

"""The hearing book: what may be asked, what is answered with which figure, and how figures of several companies compare."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hustings.apps.cases.models.campaign import Campaign
from hustings.apps.cases.models.case import Case, OfCase

__all__ = ["CompanyFigure", "Hearing", "HearingAnswer", "HearingApproval", "HearingQuestion", "Reconciled"]


class Hearing(OfCase):
    """Somebody will ask about a case: a committee, a court, the press."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hearings")
    title = models.CharField(max_length=300)
    body = models.CharField(max_length=300, help_text="who asks")
    on = models.DateField(null=True)

    class Meta(OfCase.Meta):
        db_table = "hearing"
        ordering = ["at", "id"]


class HearingQuestion(OfCase):
    """A question that was asked or will be."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="questions")
    number = models.SmallIntegerField()
    text = models.CharField(max_length=2000)
    asked_by = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)

    class Meta(OfCase.Meta):
        db_table = "hearing_question"
        ordering = ["hearing", "number"]
        constraints = [models.UniqueConstraint(fields=["hearing", "number"], name="hearing_question_number")]


class HearingAnswer(OfCase):
    """An answer; the newest counts, and earlier ones stay.

    figure      the name of a stored query, asked as of `figure_at` of the case or of one campaign, with `parameters`;
                `value`, `rows` and `query` are what it gave
    caveat      what the number does not say; there is no number without one
    """

    question = models.ForeignKey(HearingQuestion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    figure = models.CharField(max_length=200, blank=True)
    figure_at = models.DateTimeField(null=True)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField(default=dict)
    value = models.CharField(max_length=300, blank=True)
    rows = models.BigIntegerField(null=True)
    query = models.TextField(blank=True)
    caveat = models.TextField(blank=True)

    class Meta(OfCase.Meta):
        db_table = "hearing_answer"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value="") | ~Q(caveat="") & ~Q(query=""), name="hearing_number_has_query_and_caveat"
            ),
            models.CheckConstraint(
                condition=Q(figure="", figure_at__isnull=True) | ~Q(figure="") & Q(figure_at__isnull=False),
                name="hearing_figure_has_its_moment",
            ),
        ]


class HearingApproval(OfCase):
    """Another person agrees that an answer is said so."""

    answer = models.OneToOneField(HearingAnswer, on_delete=models.PROTECT, related_name="approval")

    class Meta(OfCase.Meta):
        db_table = "hearing_approval"
        ordering = ["at", "id"]


class CompanyFigure(OfCase):
    """What one company says to the same question, by its own definition; the newest of a company counts."""

    question = models.ForeignKey(HearingQuestion, on_delete=models.PROTECT, related_name="companies")
    company = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=24, decimal_places=4)
    unit = models.CharField(max_length=60)
    definition = models.CharField(max_length=1000, help_text="what is counted, of whom, and since when")
    source = models.CharField(max_length=500)
    said_on = models.DateField()

    class Meta(OfCase.Meta):
        db_table = "hearing_company_figure"
        ordering = ["company", "at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(definition="") & ~Q(source=""), name="company_figure_is_defined")
        ]

    @property
    def shown(self) -> str:
        """The number for people, without the zeros that the column adds."""
        return f"{self.value.normalize():,f}"


class Reconciled(OfCase):
    """What differs between the companies' figures and why; the newest counts."""

    question = models.ForeignKey(HearingQuestion, on_delete=models.PROTECT, related_name="reconciled")
    words = models.TextField()

    class Meta(OfCase.Meta):
        db_table = "hearing_reconciled"
        ordering = ["at", "id"]

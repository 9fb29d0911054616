"""Putting the texts of an audit before people, and taking what they decided: done by the worker alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from hustings.apps.database import WORKER, in_role, moment
from hustings.apps.review.frozen import freeze
from hustings.apps.review.models import Decision, Planted, State, Work
from hustings.apps.review.quality.planting import plant
from hustings.apps.rights.find import told
from hustings.apps.rights.models import Audit, Stage, Variant
from hustings.screening.context import Context
from hustings.screening.fairness.gaps import Outcome, compare
from hustings.screening.screen import screen
from hustings.screening.submission import Submission

__all__ = ["QUEUE", "plant_variants"]

QUEUE = "door"
# How many texts of tests wait at a time: few among the work, so that nobody's day is made of them.
AT_ONCE = 20
# What lets an ad pass as it is; everything else keeps it from being shown.
PASSES = "approve"


def plant_variants() -> int:
    """Take what was decided, finish audits that are whole, and put the next texts among the work; gives how many."""
    with in_role(WORKER):
        planted = 0
        for audit in Audit.objects.filter(stage=Stage.REVIEW.value, done_at__isnull=True).order_by("at", "pk"):
            with transaction.atomic():
                take_decided(audit)
                planted += plant_next(audit)
                finish(audit)
        return planted


def take_decided(audit: Audit) -> None:
    """Keep what people decided on texts of an audit: stopped is everything but passing."""
    decided = audit.variants.filter(stopped__isnull=True, work__state=State.SETTLED.value).select_related("work")
    for variant in decided.order_by("pk"):
        assert variant.work is not None
        variant.stopped = variant.work.outcome != PASSES
        variant.save(update_fields=["stopped"])


def plant_next(audit: Audit) -> int:
    """Put the next side of each text among the work, once the side before is decided, and not before who decided that."""
    waiting = audit.variants.filter(work__isnull=False, stopped__isnull=True).count()
    nexts = dict(
        audit.variants.filter(work__isnull=True)
        .values_list("pair")
        .annotate(Min("place"))
        .values_list("pair", "place__min")
    )
    busy = set(audit.variants.filter(work__isnull=False, stopped__isnull=True).values_list("pair", flat=True))
    planted = 0
    for variant in audit.variants.filter(work__isnull=True).order_by("pair", "place"):
        if waiting + planted >= AT_ONCE:
            break
        if variant.pair in busy or nexts[variant.pair] != variant.place:
            continue
        template = alike(audit.held_by_id, variant.lang)
        if template is None:
            continue
        made = plant(
            template, freeze(shown(template.snapshot, variant)), pair=variant.pair, without=decided_by(variant)
        )
        if made is None:
            continue
        variant.work_id = made
        variant.save(update_fields=["work"])
        planted += 1
    return planted


def alike(organisation: UUID, lang: str) -> Work | None:
    """The newest settled work of the queue after which a text can be made: unmarked, with words in its language."""
    rows = (
        Work.objects.filter(
            held_by=organisation, queue=QUEUE, state=State.SETTLED.value, item__isnull=True, appeal__isnull=True
        )
        .exclude(pk__in=Planted.objects.values("work_id"))
        .order_by("-ended_at", "-pk")[:200]
    )
    fits = [row for row in rows if isinstance(row.snapshot.get("text"), str)]
    same = [row for row in fits if (row.snapshot.get("lang") or "") == lang or row.language == lang]
    return next(iter(same or fits), None)


def shown(snapshot: dict[str, Any], variant: Variant) -> dict[str, Any]:
    """The snapshot that somebody will see: the template's with the text of the test, and what the rules say of it."""
    found = screen(
        Submission(id=str(variant.pk), text=variant.text, lang=variant.lang, sponsor="A sponsor", disclaimer="Paid for by a sponsor"),
        context=Context(), politics=None,
    )  # fmt: skip
    hits = [
        {"category": hit.category, "start": hit.start, "end": hit.end, "rule": hit.rule, "sentence": hit.sentence}
        for hit in found.hits
    ]
    return snapshot | {"text": variant.text, "hits": hits} | ({"lang": variant.lang} if "lang" in snapshot else {})


def decided_by(variant: Variant) -> list[UUID]:
    """Who decided another side of the same text, of this audit."""
    works = variant.audit.variants.filter(pair=variant.pair, work__isnull=False).values_list("work_id", flat=True)
    people = Decision.objects.filter(work_id__in=list(works)).values_list("decided_by__person_id", flat=True)
    return sorted(set(people))


def finish(audit: Audit) -> None:
    """Compare the sides, once every text is decided."""
    if audit.variants.filter(stopped__isnull=True).exists():
        return
    comparison = compare(
        Outcome(swap=each.swap, key=each.key, side=each.side, should=each.should, stopped=bool(each.stopped))
        for each in audit.variants.order_by("swap", "key", "place")
    )
    audit.figures, audit.blocks, audit.done_at = {"errors": told(comparison), "texts": []}, comparison.blocks, moment()
    audit.save(update_fields=["figures", "blocks", "done_at"])

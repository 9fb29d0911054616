"""Which rows are past their time, and how they go, as SQL: written from `policy.retention` and from the models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from hustings.apps.dated import Change
from hustings.apps.items.models import Item
from hustings.policy.retention import KEPT, NEVER_ACTED, Ended

__all__ = ["RULES", "Rule", "blocks", "follows"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The rows of one table that are past their time.

    past     a condition on the row `r`, with {after} for the period of `policy.retention`
    key      what names a row in the digest; none where the keys would tell something
    item     the item to which a row belongs: its marking decides in which log the deletion is told
    hidden   how many rows there were would tell of restricted work: told in a log that no page reads
    """

    table: str
    past: str
    key: str = "id"
    item: str = ""
    hidden: bool = False

    @property
    def condition(self) -> str:
        """The condition with its period."""
        after = KEPT[self.table].after
        assert after is not None, f"{self.table} has no period"
        return self.past.format(after=f"interval '{int(after.total_seconds())} seconds'")


ENDED = "('refused', 'withdrawn', 'done', 'failed')"
UNADOPTED = "NOT EXISTS (SELECT FROM item c WHERE c.id = {case} AND c.kind = 'case')"
OF_ENDED_SWEEP = (
    "EXISTS (SELECT FROM sweep s JOIN item i ON i.id = s.item_id WHERE s.item_id = r.sweep_id "
    f"AND s.state IN {ENDED} AND coalesce(s.ended_at, s.seconded_at, i.made_at) <= hustings_now() - {{after}} "
    f"AND {UNADOPTED.format(case='i.case_id')})"
)
# An account with which nobody acted: no position was ever held, and no sponsor was ever handed in.
UNUSED = f"""NOT EXISTS (SELECT FROM appointment a WHERE a.person_id = r.id)
 AND greatest(r.joined_at, r.last_login) <= hustings_now() - interval '{int(NEVER_ACTED.total_seconds())} seconds'
 AND NOT EXISTS (SELECT FROM sponsor_member m JOIN sponsor s ON s.id = m.sponsor_id WHERE m.person_id = r.id
  AND (s.state <> 'draft' OR EXISTS (SELECT FROM sponsor_change c WHERE c.sponsor_id = s.id)))"""  # noqa: S608 - words of this module
LEFT = f"""r.email NOT LIKE '%@erased.invalid' AND ({UNUSED} OR EXISTS (SELECT FROM appointment a WHERE a.person_id = r.id)
 AND NOT EXISTS (
  SELECT FROM appointment a LEFT JOIN LATERAL (
    SELECT c.state, c.at FROM appointment_change c WHERE c.appointment_id = a.id
    ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) held ON true
  WHERE a.person_id = r.id AND (held.state IS DISTINCT FROM 'ended' OR held.at > hustings_now() - {{after}})))"""  # noqa: S608 - as above

STARTS = (
    "(SELECT coalesce(max(coalesce(s.ended_at, s.seconded_at, i.made_at)), t.received_at) FROM tip t "  # noqa: S608
    "LEFT JOIN sweep s ON s.tip_id = t.item_id LEFT JOIN item i ON i.id = s.item_id "
    "WHERE t.item_id = r.tip_id GROUP BY t.received_at) <= hustings_now() - {after} "
    "AND NOT EXISTS (SELECT FROM sweep s WHERE s.tip_id = r.tip_id AND s.state NOT IN " + ENDED + ")"
)

# A home is not needed once a later one was handed in, or nobody acts here any more.
REPLACED = (
    "(EXISTS (SELECT FROM sponsor_person n WHERE n.sponsor_id = r.sponsor_id AND n.handed_in_at > r.handed_in_at "
    "AND n.handed_in_at <= hustings_now() - {after}) OR EXISTS (SELECT FROM sponsor_change c "
    "WHERE c.sponsor_id = r.sponsor_id AND c.at <= hustings_now() - {after} AND c.state IN ('lapsed', 'rejected', 'revoked') "
    "AND NOT EXISTS (SELECT FROM sponsor_change l WHERE l.sponsor_id = c.sponsor_id AND l.at > c.at)))"
)

# In this order: what names an account first, what is counted in millions last.
RULES = (
    Rule(table="tip_start", item="tip_id", past=STARTS),
    Rule(table="tied", item="sweep_id", past=OF_ENDED_SWEEP),
    Rule(table="tied_evidence", item="sweep_id", past=OF_ENDED_SWEEP),
    Rule(table="signed_in", past="r.ends_at <= hustings_now() - {after}", key="key"),
    Rule(table="attempt", past="r.expires <= hustings_now() - {after}", key=""),
    Rule(table="api_call", past="r.at <= hustings_now() - {after}", key=""),
    Rule(table="invitation", past="coalesce(r.used_at, r.withdrawn_at, r.ends_at) <= hustings_now() - {after}"),
    Rule(table="token", past="coalesce(r.ended_at, r.ends_at) <= hustings_now() - {after}"),
    Rule(table="sponsor_person", past=REPLACED),
    Rule(table="sponsor_challenge", past="coalesce(r.answered_at, r.expires_at) <= hustings_now() - {after}"),
    Rule(table="library_pace", past="to_timestamp((r.nth + 1) * r.length) <= hustings_now() - {after}", key=""),
    Rule(table="library_sending", past="r.seen <= hustings_now() - {after}", key=""),
    Rule(table="library_complaint", past="r.answered_at <= hustings_now() - {after}"),
    Rule(table="review_outbox", past="r.delivered_at <= hustings_now() - {after}", key="key"),
    Rule(table="review_dose", past="r.day <= (hustings_now() - {after})::date", key="id"),
    Rule(table="account_emailconfirmation", past="r.created <= hustings_now() - {after}"),
    Rule(
        table="procrastinate_jobs",
        hidden=True,
        past="r.status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS "
        "(SELECT FROM procrastinate_events e WHERE e.job_id = r.id AND e.at > hustings_now() - {after})",
    ),
    Rule(table="item", past="r.expires_at <= hustings_now() - {after} AND " + UNADOPTED.format(case="r.case_id")),
    Rule(
        table="log_text",
        past="r.erased_at IS NULL AND EXISTS (SELECT FROM log_leaf l WHERE l.id = r.entry "
        "AND l.at <= hustings_now() - {after})",
    ),
    Rule(table="person", past=LEFT),
)
assert {rule.table for rule in RULES} == {
    row.table for row in KEPT.values() if row.ended in (Ended.JOB, Ended.EXPIRY)
}, "the rules and the table of policy.retention name other tables"


def meta(model: type[models.Model]) -> Any:
    """What Django says of a model; documented in spite of its name."""
    return model._meta  # noqa: SLF001


def relations(model: type[models.Model]) -> Iterator[tuple[type[models.Model], models.ForeignKey[Any, Any]]]:
    """Each model that points at this one, with the column that does."""
    for relation in meta(model).get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and isinstance(relation.field, models.ForeignKey):
            yield relation.related_model, relation.field


def of_item(model: type[models.Model]) -> models.ForeignKey[Any, Any] | None:
    """The column by which a table's row is an item, where its rows are items."""
    key = meta(model).pk
    return key if isinstance(key, models.OneToOneField) and key.related_model is Item else None


def goes_with(model: type[models.Model], field: models.ForeignKey[Any, Any]) -> bool:
    """Whether a row goes when what it points at goes. An item of its own never goes with another, nor does history."""
    own = of_item(model)
    return (
        field.remote_field.on_delete is models.CASCADE
        and not issubclass(model, Change)
        and (own is None or own is field)
    )


def follows(model: type[models.Model] = Item) -> Iterator[tuple[str, str]]:
    """(table, column) of each table whose rows go with an item, those farthest from it first.

    Each column holds the item's key itself: what is keyed by an item passes the same key on.
    """
    for other, field in relations(model):
        if goes_with(other, field):
            if of_item(other) is field:
                yield from follows(other)
            elif any(True for _ in relations(other)):
                raise NotImplementedError(f"Rows of {meta(other).db_table} go with an item and others point at them.")
            yield meta(other).db_table, field.column


def blocks(model: type[models.Model] = Item) -> Iterator[tuple[str, str]]:
    """(table, column) of each table whose rows keep an item, for they would be lost or torn without it."""
    for other, field in relations(model):
        if not goes_with(other, field):
            yield meta(other).db_table, field.column
        elif of_item(other) is field:
            yield from blocks(other)

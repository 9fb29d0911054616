"""Who may read what waits and what was decided; it is written by functions alone."""

from __future__ import annotations

from hustings.apps.items.rule import HEAD
from hustings.apps.protection.table import Table
from hustings.apps.review.functions import FUNCTIONS

__all__ = ["SQL", "TABLES"]

# The reader's organisation, when they stand in one of these roles; asked once where role and organisation are both asked.
REVIEWING = f"""
CREATE OR REPLACE FUNCTION hustings_reviewing(VARIADIC wanted text[]) RETURNS uuid {HEAD} AS $$
  SELECT r.organisation FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound AND r.roles && wanted
$$;
"""

# The tables come with the migrations; functions that name their row types can only follow them.
SQL = [
    REVIEWING,
    f"DO $do$ BEGIN IF to_regclass('review_outbox') IS NOT NULL THEN EXECUTE $sql${FUNCTIONS}$sql$; END IF; END $do$",
]

OURS = "held_by_id = (SELECT hustings_reviewing('reviewer', 'verifier'))"
SEEN = "held_by_id = (SELECT hustings_reviewing('reviewer', 'verifier', 'auditor'))"
READ = ("SELECT",)

# Until a work is settled a decision on it is known to who made it alone, and to auditors.
BLIND = (
    "decided_by_id = (SELECT hustings_seat()) OR EXISTS (SELECT FROM review_work w WHERE w.id = work_id "
    "AND (w.state <> 'open' OR (SELECT hustings_has_role('auditor'))))"
)

TABLES = [
    Table(name="review_policy", web=READ, worker=READ, logged=True),
    Table(name="review_reason", web=READ, worker=READ, logged=True),
    # Its functions tell the log themselves: a heartbeat is no news.
    Table(name="review_work", web=READ, worker=READ, rows={"shown_to_who_reviews": ("SELECT", SEEN, "")}),
    Table(
        name="review_decision",
        web=READ,
        worker=READ,
        rows={"shown_once_settled": ("SELECT", f"work_id IN (SELECT id FROM review_work) AND ({BLIND})", "")},
        append_only=True,
    ),
    Table(
        name="review_undo",
        web=READ,
        worker=READ,
        rows={"shown_with_decision": ("SELECT", "decision_id IN (SELECT id FROM review_decision)", "")},
        append_only=True,
        logged=True,
    ),
    Table(
        name="review_appeal",
        web=READ,
        worker=READ,
        rows={"shown_with_work": ("SELECT", "work_id IN (SELECT id FROM review_work)", "")},
        logged=True,
    ),
    Table(
        name="review_recusal",
        web=READ,
        rows={"own": ("SELECT", "person_id = (SELECT hustings_person())", "")},
        append_only=True,
        logged=True,
    ),
    Table(
        name="review_outbox",
        web=("SELECT", "UPDATE (due_at, dead_at, attempts)"),
        worker=("SELECT", "UPDATE (due_at, dead_at, attempts, delivered_at, error)"),
        rows={
            "shown_to_who_reviews": ("SELECT", SEEN, ""),
            "given_up_tried_again": ("UPDATE", f"{OURS} AND dead_at IS NOT NULL", OURS),
        },
    ),
]

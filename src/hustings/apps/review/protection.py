"""Who may read what waits and what was decided; it is written by functions alone."""

from __future__ import annotations

from hustings.apps.items.rule import HEAD
from hustings.apps.protection.table import Table
from hustings.apps.review.functions import FUNCTIONS
from hustings.apps.review.quality import protection as quality

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
    f"DO $do$ BEGIN IF to_regclass('review_bulk_item') IS NOT NULL THEN EXECUTE $sql${FUNCTIONS}$sql$; END IF; END $do$",
    *quality.SQL,
]

OURS = "held_by_id = (SELECT hustings_reviewing('reviewer', 'verifier'))"
SEEN = "held_by_id = (SELECT hustings_reviewing('reviewer', 'verifier', 'auditor', 'supervisor'))"
SUPERVISED = "held_by_id = (SELECT hustings_reviewing('supervisor'))"
MINE = "person_id = (SELECT hustings_person())"
BY_ME = "by_id = (SELECT hustings_seat())"
# What is said holds from when it is said.
NOW = "at BETWEEN hustings_now() - interval '1 minute' AND hustings_now()"
# What is marked is shown to who may know it: the rule of items says who that is.
MARKED = "(item_id IS NULL OR EXISTS (SELECT FROM item i WHERE i.id = item_id))"
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
    Table(
        name="review_work", web=READ, worker=READ, rows={"shown_to_who_reviews": ("SELECT", f"{SEEN} AND {MARKED}", "")}
    ),
    Table(name="review_lane"),
    Table(
        name="review_hold",
        web=READ,
        rows={"shown_with_work": ("SELECT", "work_id IN (SELECT id FROM review_work)", "")},
        append_only=True,
        logged=True,
    ),
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
    Table(
        name="review_rules",
        web=("SELECT", "INSERT"),
        worker=READ,
        rows={
            "shown_to_who_reviews": ("SELECT", SEEN, ""),
            "put_in_force_by_a_supervisor": ("INSERT", "", f"{SUPERVISED} AND {BY_ME} AND {NOW}"),
        },
        append_only=True,
        logged=True,
    ),
    # Nobody says of themself what they can read, or that they adjudicate.
    *(
        Table(
            name=name,
            web=("SELECT", "INSERT"),
            worker=READ,
            rows={
                "shown_to_who_reviews": (
                    "SELECT",
                    f"{MINE} OR held_by_id = (SELECT hustings_reviewing('supervisor', 'auditor'))",
                    "",
                ),
                "recorded_by_a_supervisor": ("INSERT", "", f"{SUPERVISED} AND {BY_ME} AND {NOW} AND NOT {MINE}"),
            },
            append_only=True,
            logged=True,
        )
        for name in ("review_language", "review_senior")
    ),
    # Nobody else's business: neither a supervisor nor the log is told.
    Table(
        name="review_avoided",
        web=("SELECT", "INSERT"),
        rows={"own": ("SELECT", MINE, ""), "said_of_oneself": ("INSERT", "", f"{MINE} AND {NOW}")},
        append_only=True,
    ),
    *(Table(name=name, web=READ, rows={"own": ("SELECT", MINE, "")}) for name in ("review_dose", "review_pause")),
    Table(
        name="review_draw",
        web=READ,
        rows={"auditors_work_it_out": ("SELECT", "(SELECT hustings_has_role('auditor'))", "")},
    ),
    Table(name="review_bulk", web=READ, rows={"shown_to_who_reviews": ("SELECT", SEEN, "")}, logged=True),
    Table(
        name="review_bulk_item",
        web=READ,
        rows={"shown_with_plan": ("SELECT", "bulk_id IN (SELECT id FROM review_bulk)", "")},
    ),
    *quality.TABLES,
]

"""Who may read what is known of the quality of decisions: those who supervise or audit, and never who reviews."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.apps.review.quality.functions import FUNCTIONS

__all__ = ["SQL", "TABLES"]

SQL = [
    f"DO $do$ BEGIN IF to_regclass('review_technical') IS NOT NULL THEN EXECUTE $sql${FUNCTIONS}$sql$; END IF; END $do$"
]

# One position can have several roles: who reviews by it is told nothing, whatever else they do by it.
APART = "NOT (SELECT hustings_has_role('reviewer', 'verifier'))"
SEEN = f"held_by_id = (SELECT hustings_reviewing('supervisor', 'auditor')) AND {APART}"
MADE = f"held_by_id = (SELECT hustings_reviewing('supervisor')) AND {APART} AND by_id = (SELECT hustings_seat())"
READ = ("SELECT",)

OF_SAMPLE = "sample_id IN (SELECT id FROM review_sample)"
OF_STRATUM = "stratum_id IN (SELECT id FROM review_stratum)"
OF_GOLD = "gold_id IN (SELECT id FROM review_gold)"
BY_ME = "by_id = (SELECT hustings_seat())"

# None of these is logged row by row: the log of a row tells what stands in it. Who did what is recorded without it.
TABLES = [
    Table(
        name="review_gold",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_to_who_supervises": ("SELECT", SEEN, ""), "made_by_a_supervisor": ("INSERT", "", MADE)},
        append_only=True,
    ),
    Table(
        name="review_gold_end",
        web=APPEND_ONLY,
        worker=READ,
        rows={
            "shown_with_gold": ("SELECT", OF_GOLD, ""),
            "ended_by_a_supervisor": ("INSERT", "", f"{OF_GOLD} AND {BY_ME}"),
        },
        append_only=True,
    ),
    Table(
        name="review_sample",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_to_who_supervises": ("SELECT", SEEN, ""), "drawn_by_a_supervisor": ("INSERT", "", MADE)},
        append_only=True,
    ),
    Table(
        name="review_stratum",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_with_sample": ("SELECT", OF_SAMPLE, ""), "drawn_with_sample": ("INSERT", "", OF_SAMPLE)},
        append_only=True,
    ),
    Table(
        name="review_sampled",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_with_sample": ("SELECT", OF_STRATUM, ""), "drawn_with_sample": ("INSERT", "", OF_STRATUM)},
        append_only=True,
    ),
    Table(
        name="review_planted",
        web=READ,
        worker=READ,
        rows={"shown_to_who_supervises": ("SELECT", SEEN, "")},
        append_only=True,
    ),
    Table(
        name="review_technical",
        web=APPEND_ONLY,
        worker=READ,
        rows={"shown_to_who_supervises": ("SELECT", SEEN, ""), "said_by_a_supervisor": ("INSERT", "", MADE)},
        append_only=True,
    ),
]

"""The only ways in which work is held, decided and undone, as functions of the database: one call, one look at the row.

The web may read the tables and call these; it may write none of them. So whoever reaches the database as the web can
hold no work twice, decide nothing they do not hold, and undo nothing of their own.
"""

from __future__ import annotations

from hustings.apps.review.functions.asking import APPEAL, ASK, CANCEL, TURNS
from hustings.apps.review.functions.bulk import BULK
from hustings.apps.review.functions.deciding import DECIDE, UNDO
from hustings.apps.review.functions.holding import KEEP
from hustings.apps.review.functions.people import LANES, ROLES, TOLD, WITHOUT
from hustings.apps.review.functions.taking import ANY, CLAIM

__all__ = ["FUNCTIONS"]

# (signature, who may call it)
CALLED = (
    ("review_roles(text)", ""),
    ("review_kept_out(text, uuid)", ""),
    ("review_facts(text, uuid, uuid, bigint, text, jsonb)", ""),
    ("review_told(text, review_work, jsonb, jsonb)", ""),
    (
        "review_ask(text, text, uuid, text, uuid, integer, timestamptz, timestamptz, integer, uuid[], uuid, jsonb)",
        "hustings_web, hustings_worker",
    ),
    ("review_cancel(text, uuid)", "hustings_web, hustings_worker"),
    ("review_claim(text, interval)", "hustings_web"),
    ("review_keep(uuid, bigint, interval)", "hustings_web"),
    ("review_release(uuid, bigint)", "hustings_web"),
    ("review_recuse(uuid, bigint, text)", "hustings_web"),
    ("review_decide(uuid, bigint, text, text, text, text, interval)", "hustings_web"),
    ("review_undo_decision(uuid, text, uuid)", "hustings_web"),
    ("review_take_back(uuid, interval)", "hustings_web"),
    ("review_put_on_hold(uuid, bigint, text, timestamptz)", "hustings_web"),
    ("review_take_up(uuid, interval)", "hustings_web"),
    ("review_escalate(uuid, bigint, text)", "hustings_web"),
    ("review_move_turns(uuid[], timestamptz[])", "hustings_worker"),
    ("review_lane_of(uuid, text, text, text[], uuid, boolean)", ""),
    ("review_reads(uuid, uuid)", ""),
    ("review_seniors(uuid)", ""),
    ("review_rules_of(uuid)", ""),
    ("review_capped(uuid, uuid)", ""),
    ("review_avoids(uuid)", ""),
    ("review_lanes(uuid, uuid, text)", ""),
    ("review_dosed(uuid, uuid, text[], integer, timestamptz)", ""),
    ("review_drawn(text)", ""),
    ("review_part(bytea)", ""),
    ("review_second(uuid, text, text, uuid, integer)", ""),
    ("review_take(uuid, uuid, text, interval)", ""),
    ("review_by_chance(review_work)", ""),
    ("review_seen(review_work)", ""),
    ("review_to_senior(uuid)", ""),
    ("review_in_bulk(uuid, text, text, text)", ""),
    ("review_bulk_propose(text, text, text, text, uuid[], smallint[])", "hustings_web"),
    ("review_bulk_answer(uuid, text, boolean)", "hustings_web"),
    ("review_bulk_release(uuid)", "hustings_web"),
    ("review_bulk_take(uuid, interval)", "hustings_web"),
    ("review_bulk_became(uuid, uuid)", "hustings_web"),
    ("review_bulk_end(uuid)", "hustings_web"),
    ("review_bulk_left_out(uuid, text)", "hustings_web"),
    ("review_bulk_rolled_back(uuid)", "hustings_web"),
    ("review_caps_reached()", "hustings_web"),
    ("review_my_caps()", "hustings_web"),
    ("review_appeal(text, uuid, text, uuid, integer, timestamptz, timestamptz)", "hustings_web, hustings_worker"),
)
RIGHTS = "".join(
    f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;"
    + (f"GRANT EXECUTE ON FUNCTION {signature} TO {who};" if who else "")
    for signature, who in CALLED
)

DRAWS = "CREATE SEQUENCE IF NOT EXISTS review_draw_number;"
FUNCTIONS = (
    DRAWS
    + ROLES
    + WITHOUT
    + LANES
    + ASK
    + CANCEL
    + ANY
    + CLAIM
    + KEEP
    + DECIDE
    + UNDO
    + APPEAL
    + TURNS
    + BULK
    + TOLD
    + RIGHTS
)

"""Who may touch what waits and what was decided, and the functions through which work comes in."""

from __future__ import annotations

from hustings.apps.items.rule import HEAD
from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

# The reader's organisation, when they stand in one of these roles; asked once where role and organisation are both asked.
REVIEWING = f"""
CREATE OR REPLACE FUNCTION hustings_reviewing(VARIADIC wanted text[]) RETURNS uuid {HEAD} AS $$
  SELECT r.organisation FROM hustings_reader(hustings_seat(), hustings_strong()) r WHERE r.bound AND r.roles && wanted
$$;
"""

DEFINED = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp"

# Advertisers and the worker ask for work and have no seat among those who review, so no row rule lets them in; what
# they may say is what these parameters are. One subject is asked about by one caller at a time.
ASK = f"""
CREATE OR REPLACE FUNCTION review_kept_out(the_kind text, the_subject uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(person_id), '{{}}') FROM review_recusal WHERE subject_kind = the_kind AND subject_id = the_subject
$$;
CREATE OR REPLACE FUNCTION review_all(these uuid[], those uuid[]) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT each ORDER BY each), '{{}}') FROM unnest(these || those) AS each
$$;
CREATE OR REPLACE FUNCTION review_ask(the_queue text, the_kind text, the_subject uuid, the_frozen text, the_policy uuid,
  the_priority integer, the_due timestamptz, the_turn timestamptz, the_people integer, the_without uuid[], the_holder uuid)
RETURNS SETOF review_work {DEFINED} AS $$
DECLARE
  mark text := encode(sha256(convert_to(the_frozen, 'UTF8')), 'hex');
  there review_work;
  made uuid := gen_random_uuid();
  barred uuid[] := review_all(the_without, review_kept_out(the_kind, the_subject));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  SELECT * INTO there FROM review_work w WHERE w.queue = the_queue AND w.subject_kind = the_kind
    AND w.subject_id = the_subject AND w.state = 'open' FOR UPDATE;
  IF FOUND AND there.digest = mark AND there.policy_id = the_policy THEN
    -- Asked for again: what is more urgent or more careful holds.
    RETURN QUERY UPDATE review_work w SET priority = greatest(w.priority, the_priority), due_at = least(w.due_at, the_due),
      turn_at = least(w.turn_at, the_turn), people = greatest(w.people, the_people), without = review_all(w.without, barred)
      WHERE w.id = there.id RETURNING w.*;
    RETURN;
  END IF;
  IF there.id IS NOT NULL THEN
    UPDATE review_work w SET state = 'superseded', ended_at = hustings_now(), holder_id = NULL, claimed_at = NULL,
      lease_until = NULL, fence = w.fence + 1 WHERE w.id = there.id;
    IF EXISTS (SELECT FROM review_appeal a WHERE a.work_id = there.id) THEN
      barred := review_all(barred, there.without);
    END IF;
  END IF;
  INSERT INTO review_work (id, queue, subject_kind, subject_id, frozen, digest, policy_id, held_by_id, priority, due_at,
    turn_at, people, without, state, outcome, round, pass_no, fence, asked_at)
  VALUES (made, the_queue, the_kind, the_subject, the_frozen, mark, the_policy, the_holder, the_priority, the_due,
    the_turn, the_people, barred, 'open', '', 1, 1, 0, hustings_now());
  -- An appeal goes on with what is to be decided now.
  UPDATE review_appeal a SET work_id = made WHERE a.work_id = there.id;
  PERFORM log_append('review asked', hustings_seat(), NULL, jsonb_build_object('outcome', 'done', 'subject',
    the_kind || ':' || the_subject, 'with', jsonb_build_object('work', made, 'queue', the_queue, 'snapshot', mark,
    'instead of', there.id)), '{{}}');
  RETURN QUERY SELECT * FROM review_work w WHERE w.id = made;
END $$;
"""

CANCEL = f"""
CREATE OR REPLACE FUNCTION review_cancel(the_kind text, the_subject uuid) RETURNS integer {DEFINED} AS $$
DECLARE
  gone uuid;
  many integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  FOR gone IN UPDATE review_work w SET state = 'superseded', ended_at = hustings_now(), holder_id = NULL, claimed_at = NULL,
      lease_until = NULL, fence = w.fence + 1
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'open' RETURNING w.id
  LOOP
    many := many + 1;
    PERFORM log_append('review cancelled', hustings_seat(), NULL, jsonb_build_object('outcome', 'done', 'subject',
      the_kind || ':' || the_subject, 'with', jsonb_build_object('work', gone)), '{{}}');
  END LOOP;
  RETURN many;
END $$;
"""

# The last decision on a subject that stands and was not made on an appeal; nothing where there is none to appeal, or
# where somebody is already looking again. Whoever ever decided on the subject is kept out of the new look.
APPEAL = f"""
CREATE OR REPLACE FUNCTION review_appeal(the_kind text, the_subject uuid, the_words text, the_person uuid,
  the_priority integer, the_due timestamptz, the_turn timestamptz) RETURNS SETOF review_work {DEFINED} AS $$
DECLARE
  about review_decision;
  was review_work;
  made uuid;
  deciders uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  SELECT d.* INTO about FROM review_decision d JOIN review_work w ON w.id = d.work_id
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'settled' AND d.settles
      AND NOT EXISTS (SELECT FROM review_undo u WHERE u.decision_id = d.id)
    ORDER BY d.decided_at DESC, d.id LIMIT 1;
  IF NOT FOUND OR EXISTS (SELECT FROM review_appeal a WHERE a.decision_id = about.id OR a.work_id = about.work_id)
     OR EXISTS (SELECT FROM review_work w WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'open')
  THEN RETURN; END IF;
  SELECT * INTO STRICT was FROM review_work w WHERE w.id = about.work_id;
  SELECT coalesce(array_agg(DISTINCT a.person_id), '{{}}') INTO deciders
    FROM review_decision d JOIN review_work w ON w.id = d.work_id JOIN appointment a ON a.id = d.decided_by_id
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject;
  SELECT w.id INTO made FROM review_ask(was.queue, the_kind, the_subject, was.frozen, was.policy_id, the_priority, the_due,
    the_turn, 1, review_all(was.without, deciders), was.held_by_id) w;
  INSERT INTO review_appeal (id, decision_id, work_id, words, by_person_id, at)
  VALUES (gen_random_uuid(), about.id, made, the_words, the_person, hustings_now());
  RETURN QUERY SELECT * FROM review_work w WHERE w.id = made;
END $$;
"""

# The second of two decides without being told what the first said; only whether they agree comes out, to who decides.
AGREES = """
CREATE OR REPLACE FUNCTION review_agrees(the_work uuid, the_outcome text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT bool_and(d.outcome = the_outcome) FROM review_work w JOIN review_decision d ON d.work_id = w.id AND d.round = w.round
  WHERE w.id = the_work AND w.state = 'open' AND w.holder_id = hustings_seat() AND w.lease_until > hustings_now()
$$;
"""

RIGHTS = """
REVOKE ALL ON FUNCTION review_ask(text, text, uuid, text, uuid, integer, timestamptz, timestamptz, integer, uuid[], uuid),
  review_cancel(text, uuid), review_appeal(text, uuid, text, uuid, integer, timestamptz, timestamptz),
  review_agrees(uuid, text), review_kept_out(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  review_ask(text, text, uuid, text, uuid, integer, timestamptz, timestamptz, integer, uuid[], uuid),
  review_cancel(text, uuid), review_appeal(text, uuid, text, uuid, integer, timestamptz, timestamptz)
  TO hustings_web, hustings_worker;
GRANT EXECUTE ON FUNCTION review_agrees(uuid, text) TO hustings_web;
"""

# The tables come with the migrations; functions that name their row types can only follow them.
TYPED = ASK + CANCEL + APPEAL + AGREES + RIGHTS
SQL = [
    REVIEWING,
    f"DO $do$ BEGIN IF to_regclass('review_outbox') IS NOT NULL THEN EXECUTE $sql${TYPED}$sql$; END IF; END $do$",
]

SEAT = "(SELECT hustings_seat())"
OURS = "held_by_id = (SELECT hustings_reviewing('reviewer', 'verifier'))"
SEEN = "held_by_id = (SELECT hustings_reviewing('reviewer', 'verifier', 'auditor'))"
READ = ("SELECT",)

# Until a work is settled a decision on it is known to who made it alone, and to auditors.
BLIND = (
    f"decided_by_id = {SEAT} OR EXISTS (SELECT FROM review_work w WHERE w.id = work_id "
    "AND (w.state <> 'open' OR (SELECT hustings_has_role('auditor'))))"
)
LEASED = (
    "EXISTS (SELECT FROM review_work w WHERE w.id = work_id AND w.state = 'open' AND w.holder_id = decided_by_id "
    "AND w.fence = review_decision.fence AND w.digest = review_decision.digest AND w.round = review_decision.round "
    "AND w.pass_no = review_decision.pass_no AND w.lease_until > (SELECT hustings_now()) "
    "AND NOT (SELECT hustings_person()) = ANY (w.without))"
)

TABLES = [
    Table(name="review_policy", web=READ, worker=READ, logged=True),
    Table(name="review_reason", web=READ, worker=READ, logged=True),
    Table(
        name="review_work",
        web=(
            "SELECT",
            "UPDATE (holder_id, claimed_at, lease_until, fence, state, outcome, round, pass_no, without, ended_at)",
        ),
        worker=READ,
        rows={
            "shown_to_who_reviews": ("SELECT", SEEN, ""),
            "held_by_one": (
                "UPDATE",
                f"{OURS} AND (lease_until IS NULL OR holder_id = {SEAT} OR lease_until <= (SELECT hustings_now()))",
                f"{OURS} AND (holder_id IS NULL OR holder_id = {SEAT})",
            ),
        },
    ),
    Table(
        name="review_decision",
        web=APPEND_ONLY,
        worker=READ,
        rows={
            "shown_once_settled": ("SELECT", f"work_id IN (SELECT id FROM review_work) AND ({BLIND})", ""),
            "made_by_who_holds": ("INSERT", "", f"decided_by_id = {SEAT} AND {LEASED}"),
        },
        append_only=True,
    ),
    Table(
        name="review_undo",
        web=APPEND_ONLY,
        worker=READ,
        rows={
            "shown_with_decision": ("SELECT", "decision_id IN (SELECT id FROM review_decision)", ""),
            "by_another": (
                "INSERT",
                "",
                (
                    f"by_id = {SEAT} AND EXISTS (SELECT FROM review_decision d WHERE d.id = decision_id AND d.settles "
                    "AND NOT hustings_same_person(d.decided_by_id, by_id))"
                ),
            ),
        },
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
        web=APPEND_ONLY,
        rows={
            "own": ("SELECT", "person_id = (SELECT hustings_person())", ""),
            "said_for_oneself": ("INSERT", "", "person_id = (SELECT hustings_person())"),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="review_outbox",
        web=("SELECT", "INSERT", "UPDATE (due_at, dead_at, attempts)"),
        worker=("SELECT", "UPDATE (due_at, dead_at, attempts, delivered_at, error)"),
        rows={
            "shown_to_who_reviews": ("SELECT", SEEN, ""),
            "with_decision": ("INSERT", "", f"{OURS} AND decision_id IN (SELECT id FROM review_decision)"),
            "given_up_tried_again": ("UPDATE", f"{OURS} AND dead_at IS NOT NULL", OURS),
        },
    ),
]

# ruff: noqa: S608 - what is put together here are words of this package
"""Asking people about something: anew, again, on an appeal, no more; and whose turn it is."""

from __future__ import annotations

from hustings.apps.review.functions.words import DEFINED

__all__ = ["APPEAL", "ASK", "CANCEL", "TURNS"]

# The fence begins anywhere, so that a page does not tell whether somebody had the work before.
# Advertisers and the worker ask for work and have no seat among those who review; what they may say is what these
# parameters are. One subject is asked about by one caller at a time.
ASK = f"""
DROP FUNCTION IF EXISTS review_ask(text, text, uuid, text, uuid, integer, timestamptz, timestamptz, integer, uuid[], uuid);
CREATE OR REPLACE FUNCTION review_ask(the_queue text, the_kind text, the_subject uuid, the_frozen text, the_policy uuid,
  the_priority integer, the_due timestamptz, the_turn timestamptz, the_people integer, the_without uuid[], the_holder uuid,
  more jsonb)
RETURNS SETOF review_work {DEFINED} AS $$
DECLARE
  mark text := encode(sha256(convert_to(the_frozen, 'UTF8')), 'hex');
  there review_work;
  made review_work;
  barred uuid[] := review_all(the_without, review_kept_out(the_kind, the_subject));
  the_topics text[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(more -> 'topics', '[]')) ORDER BY 1);
  the_item uuid := (more ->> 'item')::uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  SELECT * INTO there FROM review_work w WHERE w.queue = the_queue AND w.subject_kind = the_kind
    AND w.subject_id = the_subject AND w.state = 'open' FOR UPDATE;
  IF there.id IS NOT NULL AND there.digest = mark AND there.policy_id = the_policy THEN
    -- Asked for again: what is more urgent or more careful holds.
    RETURN QUERY UPDATE review_work w SET priority = greatest(w.priority, the_priority), due_at = least(w.due_at, the_due),
      turn_at = least(w.turn_at, the_turn), people = greatest(w.people, the_people), without = review_all(w.without, barred),
      harm = coalesce(nullif(more -> 'harm', 'null'), w.harm)
      WHERE w.id = there.id RETURNING w.*;
    RETURN;
  END IF;
  IF there.id IS NOT NULL THEN
    UPDATE review_work w SET state = 'superseded', ended_at = hustings_now(), holder_id = NULL, on_hold = false,
      lease_until = NULL, fence = w.fence + 1 WHERE w.id = there.id;
    -- Whoever may not look at an appeal may not look at it in a newer version.
    IF EXISTS (SELECT FROM review_appeal a WHERE a.work_id = there.id) THEN
      barred := review_all(barred, there.without);
    END IF;
  END IF;
  INSERT INTO review_work (id, queue, subject_kind, subject_id, frozen, digest, policy_id, held_by_id, priority, due_at,
    turn_at, people, without, state, outcome, round, pass_no, fence, asked_at, lane, risk, topics, language, harm, item_id,
    text_mark, bundle)
  VALUES (gen_random_uuid(), the_queue, the_kind, the_subject, the_frozen, mark, the_policy, the_holder, the_priority,
    the_due, the_turn, the_people, barred, 'open', '', 1, 1, floor(random() * 1000000)::bigint, hustings_now(),
    review_lane_of(the_holder, the_queue, coalesce(more ->> 'language', ''), the_topics, the_item, false),
    coalesce(more ->> 'risk', ''), the_topics, coalesce(more ->> 'language', ''), nullif(more -> 'harm', 'null'), the_item,
    coalesce(more ->> 'text_mark', ''), (more ->> 'bundle')::uuid) RETURNING * INTO made;
  -- An appeal goes on with what is to be decided now.
  UPDATE review_appeal a SET work_id = made.id WHERE a.work_id = there.id;
  PERFORM review_told('review asked', made, jsonb_build_object('queue', the_queue, 'instead of', there.id), '{{}}');
  RETURN NEXT made;
END $$;
"""

CANCEL = f"""
CREATE OR REPLACE FUNCTION review_cancel(the_kind text, the_subject uuid) RETURNS integer {DEFINED} AS $$
DECLARE
  gone review_work;
  many integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  FOR gone IN UPDATE review_work w SET state = 'superseded', ended_at = hustings_now(), holder_id = NULL, on_hold = false,
      lease_until = NULL, fence = w.fence + 1
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'open' RETURNING w.*
  LOOP
    many := many + 1;
    PERFORM review_told('review cancelled', gone, '{{}}', '{{}}');
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
  made review_work;
  told uuid := gen_random_uuid();
  deciders uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  SELECT d.* INTO about FROM review_decision d JOIN review_work w ON w.id = d.work_id
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'settled' AND d.settles
      AND d.round = w.round ORDER BY d.decided_at DESC, d.id LIMIT 1;
  IF NOT FOUND OR EXISTS (SELECT FROM review_appeal a WHERE a.decision_id = about.id OR a.work_id = about.work_id)
     OR EXISTS (SELECT FROM review_work w WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'open')
  THEN RETURN; END IF;
  SELECT * INTO STRICT was FROM review_work w WHERE w.id = about.work_id;
  SELECT coalesce(array_agg(DISTINCT a.person_id), '{{}}') INTO deciders
    FROM review_decision d JOIN review_work w ON w.id = d.work_id JOIN appointment a ON a.id = d.decided_by_id
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject;
  SELECT * INTO made FROM review_ask(was.queue, the_kind, the_subject, was.frozen, was.policy_id, the_priority, the_due,
    the_turn, 1, review_all(was.without, deciders), was.held_by_id, jsonb_build_object('language', was.language, 'topics',
    to_jsonb(was.topics), 'item', was.item_id, 'risk', was.risk, 'harm', was.harm, 'text_mark', was.text_mark, 'bundle',
    was.bundle));
  INSERT INTO review_appeal (id, decision_id, work_id, words, by_person_id, at)
  VALUES (told, about.id, made.id, the_words, the_person, hustings_now());
  PERFORM review_told('review appealed', made, jsonb_build_object('decision', about.id, 'appeal', told), '{{}}');
  RETURN NEXT made;
END $$;
"""

# Worked out again by the worker; a turn moves within what was promised when it was asked, and waits for nobody's lock.
TURNS = f"""
CREATE OR REPLACE FUNCTION review_move_turns(the_works uuid[], the_turns timestamptz[]) RETURNS integer {DEFINED} AS $$
DECLARE
  many integer;
BEGIN
  WITH free AS (
    SELECT w.id, u.turn FROM unnest(the_works, the_turns) AS u(work, turn) JOIN review_work w ON w.id = u.work
    WHERE w.state = 'open' AND u.turn <= w.due_at ORDER BY w.id FOR UPDATE OF w SKIP LOCKED)
  UPDATE review_work w SET turn_at = f.turn FROM free f WHERE f.id = w.id;
  GET DIAGNOSTICS many = ROW_COUNT;
  RETURN many;
END $$;
"""

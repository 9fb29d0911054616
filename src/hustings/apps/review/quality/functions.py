# ruff: noqa: S608 - what is put together here are words of this module
"""Putting work among the others that moves nothing, as functions of the database: none of it shows in what is put there."""

from __future__ import annotations

__all__ = ["FUNCTIONS"]

DEFINED = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp"

# Every column that is not said here is that of the work it is made after, so that nothing tells it from that. Its
# subject is of no app. Whoever decided or knows is kept out by what stands beside it: persons in its own row would tell
# that somebody looked before.
# It is asked about as the app asks: the log has the same entry.
PLANT = f"""
CREATE OR REPLACE FUNCTION review_plant(the_template uuid, the_frozen text, the_policy uuid, the_gold uuid, the_sampled uuid,
  the_pair uuid, the_without uuid[], the_mark text) RETURNS uuid {DEFINED} AS $$
DECLARE
  w review_work;
  made review_work;
  at timestamptz := hustings_now();
  known uuid[];
BEGIN
  SELECT * INTO STRICT w FROM review_work x WHERE x.id = the_template;
  -- Who supervises or audits at this organisation may know which are known.
  SELECT coalesce(array_agg(DISTINCT a.person_id), '{{}}') INTO known FROM appointment a JOIN position p ON p.id = a.position_id
    JOIN LATERAL hustings_standing(a.id, true) s ON true
    WHERE p.organisation_id = w.held_by_id AND s.roles && ARRAY['supervisor', 'auditor'];
  INSERT INTO review_work SELECT (jsonb_populate_record(w, jsonb_build_object(
    'id', gen_random_uuid(), 'subject_id', gen_random_uuid(), 'frozen', the_frozen,
    'digest', encode(sha256(convert_to(the_frozen, 'UTF8')), 'hex'), 'policy_id', the_policy,
    'priority', w.priority, 'asked_at', at, 'due_at', at + (w.due_at - w.asked_at),
    'turn_at', at + greatest(least(w.turn_at, w.due_at) - w.asked_at, interval '0'),
    'people', CASE WHEN w.risk = '' THEN w.people ELSE 1 END,
    'without', '{{}}'::uuid[],
    'state', 'open', 'outcome', '', 'round', 1, 'pass_no', 1, 'again', 0, 'fence', floor(random() * 1000000)::bigint, 'holder_id', NULL,
    'claimed_at', NULL, 'lease_until', NULL, 'ended_at', NULL, 'on_hold', false, 'drawn', false, 'draw', NULL,
    'lane', review_lane_of(w.held_by_id, w.queue, w.language, w.topics::text[], w.item_id, false),
    'text_mark', the_mark, 'bundle', NULL))).* RETURNING * INTO made;
  INSERT INTO review_planted (work_id, gold_id, sampled_id, pair, held_by_id, at, without)
  VALUES (made.id, the_gold, the_sampled, the_pair, made.held_by_id, at, review_all(the_without, known));
  PERFORM review_told('review asked', made, jsonb_build_object('queue', made.queue, 'instead of', NULL), '{{}}');
  RETURN made.id;
END $$;
REVOKE ALL ON FUNCTION review_plant(uuid, text, uuid, uuid, uuid, uuid, uuid[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION review_plant(uuid, text, uuid, uuid, uuid, uuid, uuid[], text) TO hustings_worker;
"""

# How many people could be given work like a template: they stand in a role of its queue, may be given its lane (language,
# marking, topics), and are not kept out.
COULD = """
CREATE OR REPLACE FUNCTION review_who_could(the_template uuid, the_without uuid[]) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(DISTINCT a.person_id)::integer FROM review_work w JOIN position p ON p.organisation_id = w.held_by_id
  JOIN appointment a ON a.position_id = p.id JOIN LATERAL hustings_standing(a.id, true) s ON true
  WHERE w.id = the_template AND s.bound AND s.roles && review_roles(w.queue) AND NOT a.person_id = ANY (the_without)
    AND (w.lane = '' OR w.lane IN (SELECT review_lanes(w.held_by_id, a.person_id, w.queue)))
    AND NOT EXISTS (SELECT FROM position q JOIN appointment b ON b.position_id = q.id
      JOIN LATERAL hustings_standing(b.id, true) t ON true
      WHERE q.organisation_id = w.held_by_id AND b.person_id = a.person_id AND t.roles && ARRAY['supervisor', 'auditor'])
$$;
REVOKE ALL ON FUNCTION review_who_could(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION review_who_could(uuid, uuid[]) TO hustings_worker;
"""

# Whether a decision on a work does anything to its subject. Asked by the functions that decide and undo, and by nobody.
MOVES = """
CREATE OR REPLACE FUNCTION review_moves(the_work uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT FROM review_planted p WHERE p.work_id = the_work)
$$;
REVOKE ALL ON FUNCTION review_moves(uuid) FROM PUBLIC;
"""

FUNCTIONS = PLANT + COULD + MOVES

# ruff: noqa: S608 - what is put together here are words of this package
"""Holding a work: keeping it, keeping it for later, passing it on, putting it back, keeping out of it."""

from __future__ import annotations

from hustings.apps.review.functions.words import DEFINED

__all__ = ["FREED", "KEEP"]

# A claim stands while seat, fence and lease say so.
STANDS = (
    "w.id = the_work AND w.fence = the_fence AND w.holder_id = hustings_seat() AND w.state = 'open' "
    "AND w.lease_until > hustings_now()"
)
FREED = "holder_id = NULL, lease_until = NULL, on_hold = false"

KEEP = f"""
-- The minutes of a look that is over, on the meter of who looked.
CREATE OR REPLACE FUNCTION review_seen(w review_work) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF cardinality(w.topics) > 0 THEN
    PERFORM review_dosed(w.held_by_id, (SELECT a.person_id FROM appointment a WHERE a.id = hustings_seat()),
      w.topics::text[], 0, w.claimed_at);
  END IF;
END $$;
CREATE OR REPLACE FUNCTION review_keep(the_work uuid, the_fence bigint, the_lease interval) RETURNS timestamptz {DEFINED} AS $$
DECLARE
  until timestamptz;
BEGIN
  UPDATE review_work w SET lease_until = CASE WHEN w.on_hold THEN w.lease_until ELSE hustings_now() + the_lease END
  WHERE {STANDS} RETURNING w.lease_until INTO until;
  RETURN until;
END $$;
-- Kept for later: nobody else has it until then, and its holder looks at other work meanwhile.
CREATE OR REPLACE FUNCTION review_put_on_hold(the_work uuid, the_fence bigint, the_reason text, the_until timestamptz)
RETURNS boolean {DEFINED} AS $$
DECLARE
  kept review_work;
  was timestamptz;
BEGIN
  UPDATE review_work w SET lease_until = the_until, on_hold = true
  WHERE {STANDS} AND the_until > hustings_now() RETURNING w.* INTO kept;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM review_seen(kept);
  INSERT INTO review_hold (id, work_id, by_id, reason, at, until)
  VALUES (gen_random_uuid(), kept.id, hustings_seat(), the_reason, hustings_now(), the_until);
  PERFORM review_told('review held', kept, jsonb_build_object('until', the_until), jsonb_build_object('reason', the_reason));
  RETURN true;
END $$;
CREATE OR REPLACE FUNCTION review_take_up(the_work uuid, the_lease interval)
RETURNS TABLE (work uuid, fence bigint, digest varchar, lease_until timestamptz) {DEFINED} AS $$
#variable_conflict use_column
DECLARE
  kept review_work;
BEGIN
  UPDATE review_work w SET lease_until = hustings_now() + the_lease, on_hold = false, fence = w.fence + 1,
    claimed_at = hustings_now()
  WHERE w.id = the_work AND w.holder_id = hustings_seat() AND w.state = 'open' AND w.on_hold
    AND w.lease_until > hustings_now() RETURNING w.* INTO kept;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM review_told('review claimed', kept, '{{}}', '{{}}');
  RETURN QUERY SELECT kept.id, kept.fence, kept.digest, kept.lease_until;
END $$;
-- Passed on to who adjudicates; who passes it on does not decide it.
CREATE OR REPLACE FUNCTION review_escalate(the_work uuid, the_fence bigint, the_reason text) RETURNS text {DEFINED} AS $$
DECLARE
  freed review_work;
  me uuid := (SELECT a.person_id FROM appointment a WHERE a.id = hustings_seat());
BEGIN
  IF NOT EXISTS (SELECT FROM review_work w JOIN LATERAL review_seniors(w.held_by_id) s(person) ON s.person <> me
      AND NOT s.person = ANY (w.without) WHERE {STANDS}) THEN
    RETURN CASE WHEN EXISTS (SELECT FROM review_work w WHERE {STANDS}) THEN 'nobody' ELSE 'lease_lost' END;
  END IF;
  UPDATE review_work w SET without = review_all(w.without, ARRAY[me]), {FREED},
    lane = review_lane_of(w.held_by_id, w.queue, w.language, w.topics::text[], w.item_id, true)
  WHERE {STANDS} RETURNING w.* INTO freed;
  PERFORM review_seen(freed);
  PERFORM review_told('review passed on', freed, '{{}}', jsonb_build_object('reason', the_reason));
  RETURN 'passed on';
END $$;
CREATE OR REPLACE FUNCTION review_release(the_work uuid, the_fence bigint) RETURNS boolean {DEFINED} AS $$
DECLARE
  freed review_work;
BEGIN
  UPDATE review_work w SET {FREED} WHERE {STANDS} RETURNING w.* INTO freed;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM review_seen(freed);
  PERFORM review_told('review released', freed, '{{}}', '{{}}');
  RETURN true;
END $$;
CREATE OR REPLACE FUNCTION review_recuse(the_work uuid, the_fence bigint, the_reason text) RETURNS boolean {DEFINED} AS $$
DECLARE
  freed review_work;
  me uuid := (SELECT a.person_id FROM appointment a WHERE a.id = hustings_seat());
BEGIN
  UPDATE review_work w SET without = review_all(w.without, ARRAY[me]), {FREED} WHERE {STANDS} RETURNING w.* INTO freed;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM review_seen(freed);
  INSERT INTO review_recusal (id, person_id, subject_kind, subject_id, reason, at)
  VALUES (gen_random_uuid(), me, freed.subject_kind, freed.subject_id, the_reason, hustings_now()) ON CONFLICT DO NOTHING;
  PERFORM review_told('review recused', freed, '{{}}', jsonb_build_object('reason', the_reason));
  RETURN true;
END $$;
"""

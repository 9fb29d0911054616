# ruff: noqa: S608 - what is put together here are words of this package
"""Deciding about many works at once: proposed by one, agreed to by another, decided stage by stage."""

from __future__ import annotations

from hustings.apps.review.functions.taking import APART
from hustings.apps.review.functions.words import DEFINED, roles

__all__ = ["BULK"]

# One decision about many works. What a person proposed, another agrees to as it was previewed; then it is decided stage by
# stage through the same function as anything else. Nobody takes a work by name, but what stands in such a plan.
BULK = f"""
CREATE OR REPLACE FUNCTION review_bulk_propose(the_queue text, the_outcome text, the_code text, the_why text, the_works uuid[],
  the_stages smallint[]) RETURNS uuid {DEFINED} AS $$
DECLARE
  me record;
  made uuid := gen_random_uuid();
  many integer;
BEGIN
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && review_roles(the_queue);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'who decides has to stand in a role of the queue' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO review_bulk (id, held_by_id, queue, outcome, reason_id, why, digest, stages, released, state, by_id,
    at)
  SELECT made, me.organisation, the_queue, the_outcome, c.id, the_why, '', the_stages, 0, 'proposed', hustings_seat(),
    hustings_now()
  FROM review_reason c WHERE c.code = the_code AND the_outcome = ANY (c.outcomes)
    AND c.policy_id = (SELECT w.policy_id FROM review_work w WHERE w.id = the_works[1]);
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO review_bulk_item (id, bulk_id, work_id, place, digest, left_out)
  SELECT gen_random_uuid(), made, w.id, u.place, w.digest, ''
  FROM unnest(the_works) WITH ORDINALITY AS u(work, place) JOIN review_work w ON w.id = u.work
  JOIN review_bulk b ON b.id = made JOIN review_reason c ON c.id = b.reason_id AND c.policy_id = w.policy_id
  WHERE w.held_by_id = me.organisation AND w.queue = the_queue AND w.state = 'open' AND w.people = 1 AND w.pass_no = 1
    AND w.holder_id IS NULL AND NOT me.person = ANY (w.without)
    AND {APART.replace("n.", "w.")}
    AND (w.lane = '' OR w.lane IN (SELECT review_lanes(me.organisation, me.person, the_queue)))
    AND (w.item_id IS NULL OR hustings_knows(w.item_id));
  GET DIAGNOSTICS many = ROW_COUNT;
  IF many <> cardinality(the_works) OR many = 0 THEN
    DELETE FROM review_bulk_item WHERE bulk_id = made;
    DELETE FROM review_bulk WHERE id = made;
    RETURN NULL;
  END IF;
  UPDATE review_bulk b SET digest = (SELECT encode(sha256(convert_to(string_agg(i.work_id || i.digest, ' ' ORDER BY i.place), 'UTF8')), 'hex')
    FROM review_bulk_item i WHERE i.bulk_id = made) WHERE b.id = made;
  RETURN made;
END $$;
CREATE OR REPLACE FUNCTION review_bulk_answer(the_bulk uuid, the_digest text, agrees boolean) RETURNS text {DEFINED} AS $$
DECLARE
  me record;
  b review_bulk;
BEGIN
  SELECT * INTO b FROM review_bulk x WHERE x.id = the_bulk FOR UPDATE;
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && {roles("agree to decide in bulk")} AND r.roles && review_roles(b.queue);
  IF NOT FOUND OR me.organisation IS DISTINCT FROM b.held_by_id THEN RETURN 'not_known'; END IF;
  IF hustings_same_person(b.by_id, hustings_seat()) THEN RETURN 'own'; END IF;
  IF b.state <> 'proposed' OR b.digest <> the_digest THEN RETURN 'stale'; END IF;
  UPDATE review_bulk_item i SET left_out = 'who agreed keeps out of it, or decided it before'
  FROM review_work w WHERE agrees AND i.bulk_id = b.id AND w.id = i.work_id
    AND (me.person = ANY (w.without) OR NOT (w.item_id IS NULL OR hustings_knows(w.item_id)));
  UPDATE review_bulk x SET state = CASE WHEN agrees THEN 'approved' ELSE 'refused' END,
    approved_by_id = CASE WHEN agrees THEN hustings_seat() END, approved_at = CASE WHEN agrees THEN hustings_now() END,
    ended_at = CASE WHEN NOT agrees THEN hustings_now() END WHERE x.id = b.id;
  RETURN 'answered';
END $$;
CREATE OR REPLACE FUNCTION review_bulk_release(the_bulk uuid) RETURNS smallint {DEFINED} AS $$
DECLARE
  stage smallint;
BEGIN
  UPDATE review_bulk b SET released = b.released + 1
  WHERE b.id = the_bulk AND b.by_id = hustings_seat() AND b.state = 'approved' AND b.released < cardinality(b.stages)
  RETURNING b.released INTO stage;
  RETURN stage;
END $$;
-- The works of the stages that were released, one after another; a work that is held, or is not what was previewed, is left out.
CREATE OR REPLACE FUNCTION review_bulk_take(the_bulk uuid, the_lease interval)
RETURNS TABLE (item uuid, work uuid, fence bigint, digest varchar) {DEFINED} AS $$
#variable_conflict use_column
DECLARE
  me record;
  b review_bulk;
  i review_bulk_item;
  taken review_work;
  at timestamptz := hustings_now();
BEGIN
  SELECT * INTO b FROM review_bulk x WHERE x.id = the_bulk AND x.by_id = hustings_seat() AND x.state = 'approved' FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && review_roles(b.queue);
  IF NOT FOUND OR me.organisation <> b.held_by_id THEN RETURN; END IF;
  FOR i IN SELECT * FROM review_bulk_item x WHERE x.bulk_id = b.id AND x.decision_id IS NULL AND x.left_out = ''
    AND b.released > 0 AND x.place <= ceil(b.stages[b.released] / 100.0 * (SELECT count(*) FROM review_bulk_item y WHERE y.bulk_id = b.id))
    ORDER BY x.place
  LOOP
    UPDATE review_work w SET holder_id = hustings_seat(), claimed_at = at, lease_until = at + the_lease, fence = w.fence + 1,
      on_hold = false, drawn = false, draw = NULL
    WHERE w.id = i.work_id AND w.state = 'open' AND w.digest = i.digest AND w.people = 1 AND w.pass_no = 1
      AND (w.lease_until IS NULL OR w.lease_until <= at) AND NOT me.person = ANY (w.without)
    AND {APART.replace("n.", "w.")}
    RETURNING w.* INTO taken;
    IF FOUND THEN
      PERFORM review_told('review claimed', taken, jsonb_build_object('bulk', b.id), '{{}}');
      item := i.id; work := taken.id; fence := taken.fence; digest := taken.digest;
      RETURN NEXT;
    ELSE
      UPDATE review_bulk_item x SET left_out = 'held, decided or changed meanwhile' WHERE x.id = i.id;
    END IF;
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION review_bulk_became(the_item uuid, the_decision uuid) RETURNS void {DEFINED} AS $$
BEGIN
  UPDATE review_bulk_item i SET decision_id = d.id FROM review_bulk b, review_decision d
  WHERE i.id = the_item AND b.id = i.bulk_id AND b.by_id = hustings_seat() AND d.id = the_decision AND d.work_id = i.work_id
    AND d.decided_by_id = hustings_seat();
END $$;
CREATE OR REPLACE FUNCTION review_bulk_end(the_bulk uuid) RETURNS void {DEFINED} AS $$
BEGIN
  UPDATE review_bulk b SET state = 'done', ended_at = hustings_now()
  WHERE b.id = the_bulk AND b.by_id = hustings_seat() AND b.state = 'approved' AND b.released = cardinality(b.stages)
    AND NOT EXISTS (SELECT FROM review_bulk_item i WHERE i.bulk_id = b.id AND i.decision_id IS NULL AND i.left_out = '');
END $$;
CREATE OR REPLACE FUNCTION review_bulk_left_out(the_item uuid, the_why text) RETURNS void {DEFINED} AS $$
BEGIN
  UPDATE review_bulk_item i SET left_out = the_why FROM review_bulk b
  WHERE i.id = the_item AND b.id = i.bulk_id AND b.by_id = hustings_seat() AND i.decision_id IS NULL;
END $$;
CREATE OR REPLACE FUNCTION review_bulk_rolled_back(the_bulk uuid) RETURNS boolean {DEFINED} AS $$
BEGIN
  UPDATE review_bulk b SET state = 'rolled back', ended_at = hustings_now()
  WHERE b.id = the_bulk AND b.state IN ('approved', 'done') AND b.held_by_id = (
    SELECT r.organisation FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && {roles("agree to decide in bulk")}) AND NOT hustings_same_person(b.by_id, hustings_seat());
  RETURN FOUND;
END $$;
"""

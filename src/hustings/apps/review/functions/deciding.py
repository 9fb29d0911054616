# ruff: noqa: S608 - what is put together here are words of this package
"""Deciding what one holds, taking it back within seconds, and undoing what another person decided."""

from __future__ import annotations

from hustings.apps.review.functions.holding import FREED
from hustings.apps.review.functions.taking import TAKE
from hustings.apps.review.functions.words import DEFINED, roles

__all__ = ["BACK_WITHIN", "DECIDE", "UNDO"]

BACK_WITHIN = 10  # seconds in which a slip of the finger is taken back
# What its maker took back within seconds is no look.
COUNTS = "NOT EXISTS (SELECT FROM review_undo u WHERE u.decision_id = d.id)"

# Decision, state, message and log entry at once. The second of two decides without being told what the first said:
# whether they agree is found out in here, and comes out only as whether the work is settled.
# With a lease, the next work of the queue is taken in the same call; said again, it finds what the lost answer told of.
# What most often holds is asked, written and sent on in one statement, which makes no plan anew; only where it finds
# nothing to do is the row looked at for the reason.
DECIDE = f"""
-- Where two differed somebody senior decides, if there is one; else anybody who never decided it.
CREATE OR REPLACE FUNCTION review_to_senior(the_work uuid) RETURNS void {DEFINED} AS $$
BEGIN
  UPDATE review_work w SET lane = review_lane_of(w.held_by_id, w.queue, w.language, w.topics::text[], w.item_id, true)
  WHERE w.id = the_work AND EXISTS (SELECT FROM review_seniors(w.held_by_id) s(person) WHERE NOT s.person = ANY (w.without));
END $$;
-- Whether what is decided here is what another person agreed to in bulk: then four eyes were on it.
CREATE OR REPLACE FUNCTION review_in_bulk(the_work uuid, the_digest text, the_outcome text, the_code text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM review_bulk_item i JOIN review_bulk b ON b.id = i.bulk_id JOIN review_reason c ON c.id = b.reason_id
    WHERE i.work_id = the_work AND i.digest = the_digest AND b.state = 'approved' AND b.by_id = hustings_seat()
      AND b.outcome = the_outcome AND c.code = the_code)
$$;
DROP FUNCTION IF EXISTS review_decide(uuid, bigint, text, text, text, text);
DROP FUNCTION IF EXISTS review_decide(uuid, bigint, text, text, text, text, interval);
CREATE OR REPLACE FUNCTION review_decide(the_work uuid, the_fence bigint, the_digest text, the_outcome text, the_code text,
  the_note text, the_lease interval)
RETURNS TABLE (verdict text, decision uuid, reason uuid, settled boolean, the_round smallint, the_pass smallint,
  decided_at timestamptz, queue varchar, subject_kind varchar, subject_id uuid, held_by uuid, policy uuid, people smallint,
  moves boolean, next_work uuid, next_fence bigint, next_digest varchar, next_until timestamptz)
{DEFINED} SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  me record;
  w review_work;
  taken review_work;
  the_queue text;
  anew boolean := false;
  at timestamptz := hustings_now();
  told jsonb;
  the_topics text[];
  since timestamptz;
BEGIN
  SELECT r.organisation, r.person, r.roles INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound;
  WITH moved AS (
    UPDATE review_work x SET without = x.without || me.person, pass_no = x.pass_no + 1, {FREED},
      (state, outcome, ended_at, people) = (
        SELECT CASE WHEN e.ends THEN 'settled' ELSE 'open' END, CASE WHEN e.ends THEN the_outcome ELSE '' END,
          CASE WHEN e.ends THEN at END, CASE WHEN e.ends THEN x.people ELSE 2 END
        FROM (SELECT CASE WHEN x.people = 1 THEN x.risk = '' OR x.pass_no > 1
            OR NOT review_second(x.held_by_id, x.risk, the_outcome, x.id, x.round)
            OR review_in_bulk(x.id, x.digest, the_outcome, the_code)
          ELSE x.pass_no > 2 OR (x.pass_no = 2 AND (SELECT bool_and(d.outcome = the_outcome)
            FROM review_decision d WHERE d.work_id = x.id AND d.round = x.round AND {COUNTS})) END AS ends) e)
    FROM review_reason c
    WHERE x.id = the_work AND x.fence = the_fence AND x.holder_id = hustings_seat() AND x.state = 'open'
      AND x.lease_until > at AND x.digest = the_digest AND x.held_by_id = me.organisation
      AND me.roles && review_roles(x.queue)
      AND c.policy_id = x.policy_id AND c.code = the_code AND the_outcome = ANY (c.outcomes)
    RETURNING x.id, x.round, x.pass_no, x.fence, x.digest, x.state, x.queue, x.subject_kind, x.subject_id, x.held_by_id,
      x.policy_id, x.people, c.id AS reason_id, x.again, x.drawn, x.topics, x.claimed_at
  ), made AS (
    INSERT INTO review_decision (id, work_id, round, pass_no, fence, outcome, reason_id, note, digest, settles, decided_by_id,
      decided_at, again, drawn)
    SELECT gen_random_uuid(), m.id, m.round, m.pass_no - 1, m.fence, the_outcome, m.reason_id, the_note, m.digest,
      m.state = 'settled', hustings_seat(), at, m.again, m.drawn FROM moved m
    RETURNING id, settles, pass_no
  ), sent AS (
    INSERT INTO review_outbox (key, event, decision_id, held_by_id, made_at, due_at, attempts, error)
    SELECT 'settled:' || d.id, 'settled', d.id, me.organisation, at, at, 0, '' FROM made d WHERE d.settles
  )
  SELECT 'decided', d.id, m.reason_id, d.settles, m.round, d.pass_no, at, m.queue, m.subject_kind, m.subject_id, m.held_by_id,
    m.policy_id, m.people, m.topics, m.claimed_at
  INTO verdict, decision, reason, settled, the_round, the_pass, decided_at, queue, subject_kind, subject_id, held_by, policy,
    people, the_topics, since FROM moved m, made d;
  IF FOUND THEN
    IF cardinality(the_topics) > 0 THEN
      PERFORM review_dosed(held_by, me.person, the_topics, 0, since);
    END IF;
    IF NOT settled AND the_pass = 2 THEN
      PERFORM review_to_senior(the_work);
    END IF;
  ELSE
    SELECT * INTO w FROM review_work x WHERE x.id = the_work FOR UPDATE;
    verdict := CASE
      WHEN w.id IS NULL OR me.organisation IS DISTINCT FROM w.held_by_id OR NOT me.roles && review_roles(w.queue) THEN 'not_known'
      WHEN w.state = 'superseded' THEN 'outdated'
      WHEN w.state <> 'open' OR w.holder_id IS DISTINCT FROM hustings_seat() OR w.fence <> the_fence OR w.lease_until <= at
        THEN 'lease_lost'
      WHEN w.digest <> the_digest THEN 'outdated'
      ELSE 'reason' END;
    -- Said again, because the answer was lost on the way: it is the decision that was made.
    IF verdict <> 'not_known' THEN
      SELECT d.id INTO decision FROM review_decision d JOIN review_reason c ON c.id = d.reason_id
        WHERE d.work_id = w.id AND d.fence = the_fence AND d.decided_by_id = hustings_seat() AND d.outcome = the_outcome
          AND c.code = the_code;
      IF FOUND THEN verdict := 'repeated'; END IF;
    END IF;
    queue := w.queue;
  END IF;
  IF the_lease IS NOT NULL AND verdict IN ('decided', 'repeated') THEN
    the_queue := queue;
    {TAKE}
  END IF;
  IF verdict = 'decided' THEN
    told := review_facts(subject_kind, subject_id, the_work, the_fence, the_digest, jsonb_build_object('decision', decision,
      'outcome', the_outcome, 'code', the_code, 'policy', policy, 'settles', settled));
  END IF;
  IF told IS NOT NULL AND anew AND the_note = '' THEN
    PERFORM log_put_all((SELECT id FROM log WHERE name = 'open'), ARRAY['review decided', 'review claimed'], ARRAY[told,
      review_facts(taken.subject_kind, taken.subject_id, taken.id, taken.fence, taken.digest, review_by_chance(taken))]);
  ELSE
    IF told IS NOT NULL THEN
      PERFORM log_put((SELECT id FROM log WHERE name = 'open'), 'review decided', told,
        CASE WHEN the_note = '' THEN '{{}}' ELSE jsonb_build_object('note', the_note) END);
    END IF;
    IF anew THEN
      PERFORM review_told('review claimed', taken, review_by_chance(taken), '{{}}');
    END IF;
  END IF;
  -- What `review_moves` asks, without a call that plans anew each time.
  moves := NOT EXISTS (SELECT FROM review_planted p WHERE p.work_id = the_work);
  next_work := taken.id; next_fence := taken.fence; next_digest := taken.digest; next_until := taken.lease_until;
  RETURN NEXT;
END $$;
"""

# Neither who decided nor who undoes decides again. Where somebody looks at the subject already, that look goes on.
UNDO = f"""
DROP FUNCTION IF EXISTS review_undo_decision(uuid, text);
CREATE OR REPLACE FUNCTION review_undo_decision(the_decision uuid, the_reason text, the_cause uuid) RETURNS text {DEFINED} AS $$
DECLARE
  me record;
  d review_decision;
  w review_work;
  taken_up boolean;
BEGIN
  SELECT * INTO d FROM review_decision x WHERE x.id = the_decision;
  IF NOT FOUND THEN RETURN 'not_known'; END IF;
  SELECT * INTO w FROM review_work x WHERE x.id = d.work_id;
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || w.subject_kind || w.subject_id, 0));
  SELECT * INTO w FROM review_work x WHERE x.id = d.work_id FOR UPDATE;
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && {roles("undo a decision")};
  IF NOT FOUND OR me.organisation <> w.held_by_id THEN RETURN 'not_known'; END IF;
  IF hustings_same_person(d.decided_by_id, hustings_seat()) THEN RETURN 'own'; END IF;
  IF w.state <> 'settled' OR NOT d.settles OR d.round <> w.round THEN RETURN 'stale'; END IF;
  INSERT INTO review_undo (decision_id, by_id, reason, because_id, at)
  VALUES (d.id, hustings_seat(), the_reason, the_cause, hustings_now());
  INSERT INTO review_outbox (key, event, decision_id, held_by_id, made_at, due_at, attempts, error)
  VALUES ('undone:' || d.id, 'undone', d.id, w.held_by_id, hustings_now(), hustings_now(), 0, '');
  taken_up := EXISTS (SELECT FROM review_work o WHERE o.queue = w.queue AND o.subject_kind = w.subject_kind
    AND o.subject_id = w.subject_id AND o.state = 'open');
  UPDATE review_work x SET outcome = '', round = x.round + 1, pass_no = 1, without = review_all(x.without, ARRAY[me.person]),
    lane = review_lane_of(x.held_by_id, x.queue, x.language, x.topics::text[], x.item_id, false),
    state = CASE WHEN taken_up THEN 'superseded' ELSE 'open' END,
    ended_at = CASE WHEN taken_up THEN hustings_now() END WHERE x.id = w.id;
  PERFORM review_told('review undone', w, jsonb_build_object('decision', d.id), jsonb_build_object('reason', the_reason));
  RETURN CASE WHEN review_moves(w.id) THEN 'undone' ELSE 'undone, and nothing moves' END;
END $$;

-- A slip of the finger: who decided has it back, as if they had not, while nobody has looked since. The look stays on record.
CREATE OR REPLACE FUNCTION review_take_back(the_decision uuid, the_lease interval)
RETURNS TABLE (verdict text, settled boolean, work uuid, fence bigint, digest varchar, lease_until timestamptz)
{DEFINED} AS $$
#variable_conflict use_column
DECLARE
  me record;
  d review_decision;
  w review_work;
BEGIN
  SELECT * INTO d FROM review_decision x WHERE x.id = the_decision AND x.decided_by_id = hustings_seat();
  IF NOT FOUND THEN verdict := 'not_known'; RETURN NEXT; RETURN; END IF;
  SELECT * INTO w FROM review_work x WHERE x.id = d.work_id;
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || w.subject_kind || w.subject_id, 0));
  SELECT * INTO w FROM review_work x WHERE x.id = d.work_id FOR UPDATE;
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && review_roles(w.queue);
  IF NOT FOUND OR me.organisation <> w.held_by_id THEN verdict := 'not_known'; RETURN NEXT; RETURN; END IF;
  -- The fence is still that of this decision: nobody has taken it since.
  IF d.decided_at + interval '{BACK_WITHIN} seconds' < hustings_now() OR w.state NOT IN ('open', 'settled')
     OR w.fence <> d.fence OR w.round <> d.round OR w.pass_no <> d.pass_no + 1
     OR EXISTS (SELECT FROM review_undo u WHERE u.decision_id = d.id)
     OR EXISTS (SELECT FROM review_appeal a WHERE a.decision_id = d.id)
     OR (w.state = 'settled' AND EXISTS (SELECT FROM review_work o WHERE o.queue = w.queue
       AND o.subject_kind = w.subject_kind AND o.subject_id = w.subject_id AND o.state = 'open')) THEN
    verdict := 'late'; RETURN NEXT; RETURN;
  END IF;
  INSERT INTO review_undo (decision_id, by_id, reason, at)
  VALUES (d.id, hustings_seat(), 'taken back within seconds', hustings_now());
  IF d.settles THEN
    INSERT INTO review_outbox (key, event, decision_id, held_by_id, made_at, due_at, attempts, error)
    VALUES ('undone:' || d.id, 'undone', d.id, w.held_by_id, hustings_now(), hustings_now(), 0, '');
  END IF;
  UPDATE review_work x SET state = 'open', outcome = '', ended_at = NULL, pass_no = d.pass_no, again = x.again + 1,
    without = array_remove(x.without, me.person), holder_id = hustings_seat(), claimed_at = hustings_now(),
    lease_until = hustings_now() + the_lease, fence = x.fence + 1,
    lane = CASE WHEN d.pass_no < 3 THEN review_lane_of(x.held_by_id, x.queue, x.language, x.topics::text[], x.item_id, false)
      ELSE x.lane END
  WHERE x.id = w.id RETURNING x.* INTO w;
  PERFORM review_told('review taken back', w, jsonb_build_object('decision', d.id), '{{}}');
  verdict := 'taken back'; settled := d.settles AND review_moves(w.id); work := w.id; fence := w.fence; digest := w.digest;
  lease_until := w.lease_until;
  RETURN NEXT;
END $$;
"""

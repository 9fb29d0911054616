# ruff: noqa: S608 - what is put together here are words of this module
"""The only ways in which work is held, decided and undone, as functions of the database: one call, one look at the row.

The web may read the tables and call these; it may write none of them. So whoever reaches the database as the web can
hold no work twice, decide nothing they do not hold, and undo nothing of their own.
"""

from __future__ import annotations

from hustings.apps.review.registry import QUEUES
from hustings.policy.act import act

__all__ = ["FUNCTIONS"]

DEFINED = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp"


def array(words: list[str]) -> str:
    """Words as an array of SQL."""
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]::text[]"


def roles(name: str) -> str:
    """The roles of an act as an array of SQL."""
    return array(sorted(role.value for role in act(name).roles))


# The roles that may take work from a queue: those of the queue's act, written in when the database is made.
ROLES = f"""
CREATE OR REPLACE FUNCTION review_roles(the_queue text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE the_queue {" ".join(f"WHEN '{name}' THEN {roles(queue.act)}" for name, queue in QUEUES.items())}
    ELSE '{{}}'::text[] END
$$;
"""

# What everybody who is asked about is kept out by, and the union of two such lists.
WITHOUT = """
CREATE OR REPLACE FUNCTION review_kept_out(the_kind text, the_subject uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(person_id), '{}') FROM review_recusal WHERE subject_kind = the_kind AND subject_id = the_subject
$$;
CREATE OR REPLACE FUNCTION review_all(these uuid[], those uuid[]) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT each ORDER BY each), '{}') FROM unnest(these || those) AS each
$$;
-- What the log tells of a work. Who acts is who the transaction says.
CREATE OR REPLACE FUNCTION review_facts(the_kind text, the_subject uuid, the_work uuid, the_fence bigint, the_digest text,
  more jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('outcome', 'done', 'subject', the_kind || ':' || the_subject, 'with', jsonb_build_object(
    'work', the_work, 'fence', the_fence, 'snapshot', the_digest) || more, 'actor', hustings_seat(), 'item', NULL)
$$;
-- With the rights of the functions that call it: they alone may.
CREATE OR REPLACE FUNCTION review_told(the_event text, w review_work, more jsonb, texts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM log_put((SELECT id FROM log WHERE name = 'open'), the_event,
    review_facts(w.subject_kind, w.subject_id, w.id, w.fence, w.digest, more), texts);
END $$;
"""

# Advertisers and the worker ask for work and have no seat among those who review; what they may say is what these
# parameters are. One subject is asked about by one caller at a time.
ASK = f"""
CREATE OR REPLACE FUNCTION review_ask(the_queue text, the_kind text, the_subject uuid, the_frozen text, the_policy uuid,
  the_priority integer, the_due timestamptz, the_turn timestamptz, the_people integer, the_without uuid[], the_holder uuid)
RETURNS SETOF review_work {DEFINED} AS $$
DECLARE
  mark text := encode(sha256(convert_to(the_frozen, 'UTF8')), 'hex');
  there review_work;
  made review_work;
  barred uuid[] := review_all(the_without, review_kept_out(the_kind, the_subject));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('review ' || the_kind || the_subject, 0));
  SELECT * INTO there FROM review_work w WHERE w.queue = the_queue AND w.subject_kind = the_kind
    AND w.subject_id = the_subject AND w.state = 'open' FOR UPDATE;
  IF there.id IS NOT NULL AND there.digest = mark AND there.policy_id = the_policy THEN
    -- Asked for again: what is more urgent or more careful holds.
    RETURN QUERY UPDATE review_work w SET priority = greatest(w.priority, the_priority), due_at = least(w.due_at, the_due),
      turn_at = least(w.turn_at, the_turn), people = greatest(w.people, the_people), without = review_all(w.without, barred)
      WHERE w.id = there.id RETURNING w.*;
    RETURN;
  END IF;
  IF there.id IS NOT NULL THEN
    UPDATE review_work w SET state = 'superseded', ended_at = hustings_now(), holder_id = NULL, claimed_at = NULL,
      lease_until = NULL, fence = w.fence + 1 WHERE w.id = there.id;
    -- Whoever may not look at an appeal may not look at it in a newer version.
    IF EXISTS (SELECT FROM review_appeal a WHERE a.work_id = there.id) THEN
      barred := review_all(barred, there.without);
    END IF;
  END IF;
  INSERT INTO review_work (id, queue, subject_kind, subject_id, frozen, digest, policy_id, held_by_id, priority, due_at,
    turn_at, people, without, state, outcome, round, pass_no, fence, asked_at)
  VALUES (gen_random_uuid(), the_queue, the_kind, the_subject, the_frozen, mark, the_policy, the_holder, the_priority,
    the_due, the_turn, the_people, barred, 'open', '', 1, 1, 0, hustings_now()) RETURNING * INTO made;
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
  FOR gone IN UPDATE review_work w SET state = 'superseded', ended_at = hustings_now(), holder_id = NULL, claimed_at = NULL,
      lease_until = NULL, fence = w.fence + 1
    WHERE w.subject_kind = the_kind AND w.subject_id = the_subject AND w.state = 'open' RETURNING w.*
  LOOP
    many := many + 1;
    PERFORM review_told('review cancelled', gone, '{{}}', '{{}}');
  END LOOP;
  RETURN many;
END $$;
"""

# What the holder already has comes first: a browser that was closed finds its work again. The row that another one is
# just taking is skipped, not waited for; and whoever waited for a row looks at its lease again before taking it.
TAKE = """SELECT * INTO taken FROM review_work t
    WHERE t.holder_id = hustings_seat() AND t.state = 'open' AND t.queue = the_queue AND t.lease_until > at
    ORDER BY t.lease_until LIMIT 1;
  IF NOT FOUND THEN
    UPDATE review_work t SET holder_id = hustings_seat(), claimed_at = at, lease_until = at + the_lease, fence = t.fence + 1
    WHERE t.id = (
      SELECT n.id FROM review_work n
      WHERE n.held_by_id = me.organisation AND n.queue = the_queue AND n.state = 'open'
        AND (n.lease_until IS NULL OR n.lease_until <= at) AND NOT me.person = ANY (n.without)
      ORDER BY n.turn_at, n.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING t.* INTO taken;
    anew := FOUND;
  END IF;"""

CLAIM = f"""
CREATE OR REPLACE FUNCTION review_claim(the_queue text, the_lease interval)
RETURNS TABLE (work uuid, fence bigint, digest varchar, lease_until timestamptz) {DEFINED} AS $$
DECLARE
  me record;
  taken review_work;
  anew boolean := false;
  at timestamptz := hustings_now();
BEGIN
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r
    WHERE r.bound AND r.roles && review_roles(the_queue);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'who takes work has to stand in a role of its queue' USING ERRCODE = 'insufficient_privilege';
  END IF;
  {TAKE}
  IF anew THEN
    PERFORM review_told('review claimed', taken, '{{}}', '{{}}');
  END IF;
  IF taken.id IS NULL THEN RETURN; END IF;
  work := taken.id; fence := taken.fence; digest := taken.digest; lease_until := taken.lease_until;
  RETURN NEXT;
END $$;
"""

# A claim stands while seat, fence and lease say so.
STANDS = (
    "w.id = the_work AND w.fence = the_fence AND w.holder_id = hustings_seat() AND w.state = 'open' "
    "AND w.lease_until > hustings_now()"
)
FREED = "holder_id = NULL, claimed_at = NULL, lease_until = NULL"

KEEP = f"""
CREATE OR REPLACE FUNCTION review_keep(the_work uuid, the_fence bigint, the_lease interval) RETURNS timestamptz {DEFINED} AS $$
DECLARE
  until timestamptz;
BEGIN
  UPDATE review_work w SET lease_until = hustings_now() + the_lease WHERE {STANDS} RETURNING w.lease_until INTO until;
  RETURN until;
END $$;
CREATE OR REPLACE FUNCTION review_release(the_work uuid, the_fence bigint) RETURNS boolean {DEFINED} AS $$
DECLARE
  freed review_work;
BEGIN
  UPDATE review_work w SET {FREED} WHERE {STANDS} RETURNING w.* INTO freed;
  IF NOT FOUND THEN RETURN false; END IF;
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
  INSERT INTO review_recusal (id, person_id, subject_kind, subject_id, reason, at)
  VALUES (gen_random_uuid(), me, freed.subject_kind, freed.subject_id, the_reason, hustings_now()) ON CONFLICT DO NOTHING;
  PERFORM review_told('review recused', freed, '{{}}', jsonb_build_object('reason', the_reason));
  RETURN true;
END $$;
"""

# Decision, state, message and log entry at once. The second of two decides without being told what the first said:
# whether they agree is found out in here, and comes out only as whether the work is settled.
# With a lease, the next work of the queue is taken in the same call; said again, it finds what the lost answer told of.
# What most often holds is asked, written and sent on in one statement, which makes no plan anew; only where it finds
# nothing to do is the row looked at for the reason.
DECIDE = f"""
DROP FUNCTION IF EXISTS review_decide(uuid, bigint, text, text, text, text);
CREATE OR REPLACE FUNCTION review_decide(the_work uuid, the_fence bigint, the_digest text, the_outcome text, the_code text,
  the_note text, the_lease interval)
RETURNS TABLE (verdict text, decision uuid, reason uuid, settled boolean, the_round smallint, the_pass smallint,
  decided_at timestamptz, queue varchar, subject_kind varchar, subject_id uuid, held_by uuid, policy uuid, people smallint,
  next_work uuid, next_fence bigint, next_digest varchar, next_until timestamptz)
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
BEGIN
  SELECT r.organisation, r.person, r.roles INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound;
  WITH moved AS (
    UPDATE review_work x SET without = x.without || me.person, pass_no = x.pass_no + 1, {FREED},
      (state, outcome, ended_at) = (
        SELECT CASE WHEN e.ends THEN 'settled' ELSE 'open' END, CASE WHEN e.ends THEN the_outcome ELSE '' END,
          CASE WHEN e.ends THEN at END
        FROM (SELECT x.people = 1 OR x.pass_no > 2 OR (x.pass_no = 2 AND (SELECT bool_and(d.outcome = the_outcome)
          FROM review_decision d WHERE d.work_id = x.id AND d.round = x.round)) AS ends) e)
    FROM review_reason c
    WHERE x.id = the_work AND x.fence = the_fence AND x.holder_id = hustings_seat() AND x.state = 'open'
      AND x.lease_until > at AND x.digest = the_digest AND x.held_by_id = me.organisation
      AND me.roles && review_roles(x.queue)
      AND c.policy_id = x.policy_id AND c.code = the_code AND the_outcome = ANY (c.outcomes)
    RETURNING x.id, x.round, x.pass_no, x.fence, x.digest, x.state, x.queue, x.subject_kind, x.subject_id, x.held_by_id,
      x.policy_id, x.people, c.id AS reason_id
  ), made AS (
    INSERT INTO review_decision (id, work_id, round, pass_no, fence, outcome, reason_id, note, digest, settles, decided_by_id,
      decided_at)
    SELECT gen_random_uuid(), m.id, m.round, m.pass_no - 1, m.fence, the_outcome, m.reason_id, the_note, m.digest,
      m.state = 'settled', hustings_seat(), at FROM moved m
    RETURNING id, settles, pass_no
  ), sent AS (
    INSERT INTO review_outbox (key, event, decision_id, held_by_id, made_at, due_at, attempts, error)
    SELECT 'settled:' || d.id, 'settled', d.id, me.organisation, at, at, 0, '' FROM made d WHERE d.settles
  )
  SELECT 'decided', d.id, m.reason_id, d.settles, m.round, d.pass_no, at, m.queue, m.subject_kind, m.subject_id, m.held_by_id,
    m.policy_id, m.people
  INTO verdict, decision, reason, settled, the_round, the_pass, decided_at, queue, subject_kind, subject_id, held_by, policy,
    people FROM moved m, made d;
  IF NOT FOUND THEN
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
      review_facts(taken.subject_kind, taken.subject_id, taken.id, taken.fence, taken.digest, '{{}}')]);
  ELSE
    IF told IS NOT NULL THEN
      PERFORM log_put((SELECT id FROM log WHERE name = 'open'), 'review decided', told,
        CASE WHEN the_note = '' THEN '{{}}' ELSE jsonb_build_object('note', the_note) END);
    END IF;
    IF anew THEN
      PERFORM review_told('review claimed', taken, '{{}}', '{{}}');
    END IF;
  END IF;
  next_work := taken.id; next_fence := taken.fence; next_digest := taken.digest; next_until := taken.lease_until;
  RETURN NEXT;
END $$;
"""

# Neither who decided nor who undoes decides again. Where somebody looks at the subject already, that look goes on.
UNDO = f"""
CREATE OR REPLACE FUNCTION review_undo_decision(the_decision uuid, the_reason text) RETURNS text {DEFINED} AS $$
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
  INSERT INTO review_undo (decision_id, by_id, reason, at) VALUES (d.id, hustings_seat(), the_reason, hustings_now());
  INSERT INTO review_outbox (key, event, decision_id, held_by_id, made_at, due_at, attempts, error)
  VALUES ('undone:' || d.id, 'undone', d.id, w.held_by_id, hustings_now(), hustings_now(), 0, '');
  taken_up := EXISTS (SELECT FROM review_work o WHERE o.queue = w.queue AND o.subject_kind = w.subject_kind
    AND o.subject_id = w.subject_id AND o.state = 'open');
  UPDATE review_work x SET outcome = '', round = x.round + 1, pass_no = 1, without = review_all(x.without, ARRAY[me.person]),
    state = CASE WHEN taken_up THEN 'superseded' ELSE 'open' END,
    ended_at = CASE WHEN taken_up THEN hustings_now() END WHERE x.id = w.id;
  PERFORM review_told('review undone', w, jsonb_build_object('decision', d.id), jsonb_build_object('reason', the_reason));
  RETURN 'undone';
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
    the_turn, 1, review_all(was.without, deciders), was.held_by_id);
  INSERT INTO review_appeal (id, decision_id, work_id, words, by_person_id, at)
  VALUES (told, about.id, made.id, the_words, the_person, hustings_now());
  PERFORM review_told('review appealed', made, jsonb_build_object('decision', about.id, 'appeal', told), '{{}}');
  RETURN NEXT made;
END $$;
"""

# (signature, who may call it)
CALLED = (
    ("review_roles(text)", ""),
    ("review_kept_out(text, uuid)", ""),
    ("review_facts(text, uuid, uuid, bigint, text, jsonb)", ""),
    ("review_told(text, review_work, jsonb, jsonb)", ""),
    (
        "review_ask(text, text, uuid, text, uuid, integer, timestamptz, timestamptz, integer, uuid[], uuid)",
        "hustings_web, hustings_worker",
    ),
    ("review_cancel(text, uuid)", "hustings_web, hustings_worker"),
    ("review_claim(text, interval)", "hustings_web"),
    ("review_keep(uuid, bigint, interval)", "hustings_web"),
    ("review_release(uuid, bigint)", "hustings_web"),
    ("review_recuse(uuid, bigint, text)", "hustings_web"),
    ("review_decide(uuid, bigint, text, text, text, text, interval)", "hustings_web"),
    ("review_undo_decision(uuid, text)", "hustings_web"),
    ("review_appeal(text, uuid, text, uuid, integer, timestamptz, timestamptz)", "hustings_web, hustings_worker"),
)
RIGHTS = "".join(
    f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;"
    + (f"GRANT EXECUTE ON FUNCTION {signature} TO {who};" if who else "")
    for signature, who in CALLED
)

FUNCTIONS = ROLES + WITHOUT + ASK + CANCEL + CLAIM + KEEP + DECIDE + UNDO + APPEAL + RIGHTS

# ruff: noqa: S608 - what is put together here are words of this module
"""What the database itself holds about enforcement: nothing acts on what is not sealed, and nobody approves their own."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.policy.enforcement import PLAN as PLAN_TABLE

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
RUNNING = "(SELECT hustings_has_role('reviewer', 'liaison'))"
DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# A sealed original about the asset: it names it, or the membership was accepted on it. Never a working copy.
SEALED = f"""
CREATE OR REPLACE FUNCTION enforcement_sealed(the_member uuid, the_evidence uuid) RETURNS boolean {DEFINED} STABLE AS $$
BEGIN RETURN EXISTS (
  SELECT FROM campaign_member m JOIN evidence e ON e.item_id = the_evidence
  WHERE m.id = the_member AND e.made_from_id IS NULL AND e.how <> 'rendition'
    AND ((e.what = m.kind AND e.platform = m.platform AND e."of" = m.name)
      OR EXISTS (SELECT FROM campaign_member_evidence x WHERE x.member_id = m.id AND x.rests_on_id = e.item_id)));
END $$;
"""

TARGET = f"""
CREATE OR REPLACE FUNCTION enforcement_target_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND ROW(NEW.id, NEW.plan_id, NEW.member_id, NEW.action, NEW.kind, NEW.platform, NEW.name)
     IS DISTINCT FROM ROW(OLD.id, OLD.plan_id, OLD.member_id, OLD.action, OLD.kind, OLD.platform, OLD.name) THEN
    RAISE EXCEPTION 'what a target is does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'enforcement_target_stays';
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM enforcement_plan p WHERE p.item_id = NEW.plan_id AND p.state = 'draft') THEN
    RAISE EXCEPTION 'targets are added to a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'enforcement_target_of_draft';
  END IF;
  IF NOT EXISTS (SELECT FROM campaign_member m JOIN enforcement_plan p ON p.campaign_id = m.campaign_id
    WHERE m.id = NEW.member_id AND p.item_id = NEW.plan_id
      AND (m.state = 'accepted' OR TG_OP = 'UPDATE' AND (OLD.approved OR NOT NEW.approved))) THEN
    RAISE EXCEPTION 'a target is an accepted member of the campaign' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'enforcement_target_accepted';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.undo_at IS DISTINCT FROM OLD.undo_at AND coalesce(current_setting('role', true), '') = 'hustings_web'
     AND (NEW.undo_by_id IS DISTINCT FROM hustings_seat() OR NOT hustings_has_role('reviewer')) THEN
    RAISE EXCEPTION 'a reviewer takes back, in their own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'enforcement_target_undone_by_reviewer';
  END IF;
  IF NEW.approved AND NOT enforcement_sealed(NEW.member_id, NEW.evidence_id) THEN
    RAISE EXCEPTION 'nothing is approved against what is not sealed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'enforcement_target_is_sealed';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER enforcement_target_guard BEFORE INSERT OR UPDATE ON enforcement_target
FOR EACH ROW EXECUTE FUNCTION enforcement_target_guard();
"""

# Asked once more when the order is made: the member may have been withdrawn since. Undoing asks for nothing but a doing.
ORDER = f"""
CREATE OR REPLACE FUNCTION enforcement_order_guard() RETURNS trigger {DEFINED} AS $$
DECLARE t enforcement_target; p enforcement_plan;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF ROW(NEW.key, NEW.plan_id, NEW.target_id, NEW.what, NEW.body) IS DISTINCT FROM ROW(OLD.key, OLD.plan_id, OLD.target_id, OLD.what, OLD.body) THEN
      RAISE EXCEPTION 'an order does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'enforcement_order_stays';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO STRICT t FROM enforcement_target x WHERE x.id = NEW.target_id;
  SELECT * INTO STRICT p FROM enforcement_plan x WHERE x.item_id = t.plan_id;
  IF NEW.plan_id <> t.plan_id THEN
    RAISE EXCEPTION 'an order is of the plan of its target' USING ERRCODE = 'check_violation', CONSTRAINT = 'enforcement_order_of_plan';
  END IF;
  IF NEW.what = 'do' THEN
    IF NOT t.approved OR t.dropped <> '' OR p.state <> 'running' OR NOT enforcement_sealed(t.member_id, t.evidence_id)
       OR NOT EXISTS (SELECT FROM campaign_member m WHERE m.id = t.member_id AND m.state = 'accepted') THEN
      RAISE EXCEPTION 'nothing is done to what is not sealed, accepted and approved in a plan that runs' USING
        ERRCODE = 'check_violation', CONSTRAINT = 'enforcement_order_is_sealed';
    END IF;
  ELSIF NOT EXISTS (SELECT FROM enforcement_order o WHERE o.target_id = t.id AND o.what = 'do') THEN
    RAISE EXCEPTION 'nothing was done that could be undone or told' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'enforcement_order_follows';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER enforcement_order_guard BEFORE INSERT OR UPDATE ON enforcement_order
FOR EACH ROW EXECUTE FUNCTION enforcement_order_guard();
"""

# Looked at when the transaction ends, so that plan and targets are approved in any order; and persons, not positions.
PLAN = f"""
CREATE OR REPLACE FUNCTION enforcement_plan_guard() RETURNS trigger {DEFINED} AS $$
DECLARE p enforcement_plan;
BEGIN
  SELECT * INTO p FROM enforcement_plan x WHERE x.item_id = NEW.item_id;
  IF NOT FOUND OR p.state NOT IN ('approved', 'running', 'done', 'rolled back') THEN RETURN NULL; END IF;
  IF hustings_same_person(p.by_id, p.approved_by_id) THEN
    RAISE EXCEPTION 'another person approves a plan than who made it' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'plan_approved_by_another';
  END IF;
  IF NOT EXISTS (SELECT FROM enforcement_target t WHERE t.plan_id = p.item_id)
     OR EXISTS (SELECT FROM enforcement_target t WHERE t.plan_id = p.item_id AND NOT t.approved) THEN
    RAISE EXCEPTION 'a plan is approved with each of its targets' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'plan_approved_with_its_targets';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS enforcement_plan_guard ON enforcement_plan;
CREATE CONSTRAINT TRIGGER enforcement_plan_guard AFTER INSERT OR UPDATE ON enforcement_plan DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION enforcement_plan_guard();
"""

# The web moves a plan by the table alone, and approves in the name of the reviewer who does it.
STEPS = ", ".join(sorted({f"'{source.value}>{step.target.value}'" for step in PLAN_TABLE for source in step.sources}))
MOVE = f"""
CREATE OR REPLACE FUNCTION enforcement_plan_moves() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF coalesce(current_setting('role', true), '') <> 'hustings_web' THEN RETURN NEW; END IF;
  IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) <> ALL (ARRAY[{STEPS}]) THEN
    RAISE EXCEPTION 'no step of the table' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_moves_by_its_table';
  END IF;
  IF (NEW.state = 'approved' AND OLD.state <> 'approved' OR NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
     AND (NEW.state <> 'approved' OR NEW.approved_by_id IS DISTINCT FROM hustings_seat() OR NOT hustings_has_role('reviewer')) THEN
    RAISE EXCEPTION 'a reviewer approves, in their own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_approved_by_reviewer';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER enforcement_plan_moves BEFORE UPDATE ON enforcement_plan
FOR EACH ROW EXECUTE FUNCTION enforcement_plan_moves();
"""

# What whoever knows the number of a notice may do: read it once it was sent, and say that it is wrong.
APPEAL = f"""
CREATE OR REPLACE FUNCTION enforcement_notice(the_code text)
RETURNS TABLE (target uuid, text text, told_at timestamptz, organisation uuid, what text, appealed_at timestamptz,
  due_at timestamptz, outcome text, answer text, answered_at timestamptz) {DEFINED} STABLE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
  SELECT n.target_id, n.text, o.made_at, p.held_by_id, t.kind || ': ' || t.action, a.at, a.due_at, a.outcome::text, a.answer::text, a.answered_at
  FROM enforcement_notice n JOIN enforcement_target t ON t.id = n.target_id JOIN enforcement_plan p ON p.item_id = n.plan_id
  JOIN enforcement_order o ON o.target_id = n.target_id AND o.what = 'notice'
  LEFT JOIN LATERAL (SELECT * FROM enforcement_appeal x WHERE x.target_id = n.target_id ORDER BY x.at DESC, x.id DESC LIMIT 1) a ON true
  WHERE n.code = the_code;
END $$;
-- Gives nobody who had a part: who made, approved or ran the plan, proposed or accepted the member, or decided before.
CREATE OR REPLACE FUNCTION enforcement_appeal(the_key uuid, the_code text, the_words text, due timestamptz)
RETURNS TABLE (organisation uuid, people uuid[]) {DEFINED} AS $$
DECLARE n enforcement_notice; p enforcement_plan; t enforcement_target;
BEGIN
  SELECT x.* INTO n FROM enforcement_notice x JOIN enforcement_order o ON o.target_id = x.target_id AND o.what = 'notice' WHERE x.code = the_code;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('enforcement appeal ' || n.target_id, 0));
  IF EXISTS (SELECT FROM enforcement_appeal a WHERE a.target_id = n.target_id) THEN RETURN; END IF;
  SELECT * INTO STRICT p FROM enforcement_plan x WHERE x.item_id = n.plan_id;
  SELECT * INTO STRICT t FROM enforcement_target x WHERE x.id = n.target_id;
  INSERT INTO enforcement_appeal (id, target_id, held_by_id, words, at, due_at, outcome, answer)
  VALUES (the_key, n.target_id, p.held_by_id, the_words, hustings_now(), due, '', '');
  PERFORM log_put((SELECT id FROM log WHERE name = 'open'), 'enforcement appealed', jsonb_build_object('outcome', 'done', 'subject',
    'appeal:' || the_key, 'actor', NULL, 'item', NULL), '{{}}');
  RETURN QUERY SELECT p.held_by_id, (SELECT coalesce(array_agg(DISTINCT a.person_id), '{{}}') FROM appointment a WHERE a.id IN (
    SELECT p.by_id UNION SELECT p.approved_by_id UNION SELECT t.undo_by_id
    UNION SELECT v.by_id FROM enforcement_move v WHERE v.plan_id = p.item_id
    UNION SELECT m.by_id FROM campaign_member m WHERE m.id = t.member_id
    UNION SELECT m.decided_by_id FROM campaign_member m WHERE m.id = t.member_id));
END $$;
-- The answer to an appeal; where it is upheld, the target is taken back, whether or not who decides may know the plan.
CREATE OR REPLACE FUNCTION enforcement_appeal_answer(which uuid, the_outcome text, the_answer text, upheld boolean) RETURNS void {DEFINED} AS $$
DECLARE a enforcement_appeal;
BEGIN
  IF NOT hustings_has_role('reviewer') THEN
    RAISE EXCEPTION 'a reviewer answers appeals' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE enforcement_appeal x SET outcome = the_outcome, answer = the_answer,
    answered_at = CASE WHEN the_outcome = '' THEN NULL ELSE hustings_now() END
  WHERE x.id = which AND x.held_by_id = hustings_organisation() RETURNING x.* INTO a;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such appeal here' USING ERRCODE = 'no_data_found';
  END IF;
  IF upheld THEN
    UPDATE enforcement_target t SET undo_by_id = hustings_seat(), undo_at = hustings_now(), undo_why = 'An appeal was upheld.'
    WHERE t.id = a.target_id AND t.undo_at IS NULL;
  END IF;
END $$;
REVOKE ALL ON FUNCTION enforcement_sealed(uuid, uuid), enforcement_notice(text), enforcement_appeal(uuid, text, text, timestamptz),
  enforcement_appeal_answer(uuid, text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enforcement_notice(text), enforcement_appeal(uuid, text, text, timestamptz),
  enforcement_appeal_answer(uuid, text, text, boolean) TO hustings_web;
"""

FUNCTIONS = SEALED + TARGET + ORDER + PLAN + MOVE + APPEAL

# The tables come with the migrations; functions that name their row types can only follow them.
SQL = [
    f"DO $do$ BEGIN IF to_regclass('enforcement_notice') IS NOT NULL THEN EXECUTE $sql${FUNCTIONS}$sql$; END IF; END $do$"
]


def said_in(*, own: bool = True) -> dict[str, tuple[str, str, str]]:
    """Rows of a plan: known to whoever knows its item, said under one's own name, changed by who works or runs."""
    known = f"plan_id IN {ITEMS}"
    return {
        "follows_item": ("SELECT", known, ""),
        "working_people_say": ("INSERT", "", f"{known} AND by_id = {SEAT} AND {WORKING}"),
    } | ({"working_people_change": ("UPDATE", f"{known} AND {WORKING}", known)} if own else {})


CHANGED = "UPDATE (state, released, approved_by_id, approved_at, notices_after, notices_ground)"
TABLES = [
    Table(name="enforcement_plan", web=("SELECT", "INSERT", CHANGED), worker=("SELECT", "UPDATE (state)"), rows={
        "follows_item": ("SELECT", f"item_id IN {ITEMS}", ""),
        "working_people_make": ("INSERT", "", f"item_id IN {ITEMS} AND by_id = {SEAT} AND {WORKING} AND state = 'draft'"),
        "working_people_change": ("UPDATE", f"item_id IN {ITEMS} AND {WORKING}", f"item_id IN {ITEMS}"),
    }, logged=True),
    Table(name="enforcement_move", web=APPEND_ONLY, worker=APPEND_ONLY, rows=said_in(own=False), append_only=True, logged=True),
    Table(name="enforcement_target", web=("SELECT", "INSERT", "UPDATE (evidence_id, content_on, approved, undo_by_id, undo_at, undo_why)"),
          worker=("SELECT", "UPDATE (dropped)"), rows=said_in(), logged=True),
    # The worker makes orders; people write down what came back by file, and let one that was given up be tried again.
    Table(name="enforcement_order",
          web=("SELECT", "UPDATE (answer, answer_reason, answered_at, due_at, attempts, dead_at)"),
          worker=("SELECT", "INSERT", "UPDATE"), rows={
              "follows_item": ("SELECT", f"plan_id IN {ITEMS}", ""),
              "who_runs_answers": ("UPDATE", f"plan_id IN {ITEMS} AND {RUNNING}", f"plan_id IN {ITEMS}"),
          }, logged=True),
    Table(name="enforcement_notice", web=("SELECT",), worker=APPEND_ONLY, rows={"follows_item": ("SELECT", f"plan_id IN {ITEMS}", "")},
          append_only=True, logged=True),
    Table(name="enforcement_appeal", web=("SELECT",), worker=("SELECT",), rows={
        "shown_to_who_reviews": ("SELECT", "held_by_id = (SELECT hustings_reviewing('reviewer', 'auditor'))", ""),
    }, logged=True),
]  # fmt: skip

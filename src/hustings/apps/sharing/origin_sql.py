# ruff: noqa: S608 - what is put together here are words of this module
"""Who began what, kept by the database itself: every derivation carries the beginnings of what it is made from."""

from __future__ import annotations

from hustings.policy.capacity import GOVERNMENT

__all__ = ["SQL"]

DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
OFFICIAL = ", ".join(f"'{one.value}'" for one in sorted(GOVERNMENT))

# Table -> (what it is made from, what is made), as expressions over a row of it. A row of a table binds at once.
EDGES = {
    "item_source": ("source_id", "item_id"),
    "case_item": ("material_id", "case_id"),
    "case_lead": ("lead_id", "case_id"),
    "case_merge": ("case_id", "into_id"),
    "campaign_case": ("case_id", "campaign_id"),
    "lead_about": ("item_id", "lead_id"),
    "sweep": ("tip_id", "item_id"),
    "enforcement_plan": ("campaign_id", "item_id"),
    "sharing_object": ("carried_id", "of_id"),
}
# The same where a row does not bind at once or names the item in another table. A member rests on what it was found by,
# and the campaign on its members. A sweep's run comes to be known later.
LATER = """
  UNION ALL SELECT m.campaign_id, f.starter, f.capacity, f.organisation_id, f.root
  FROM fresh f JOIN campaign_member_evidence e ON e.rests_on_id = f.item JOIN campaign_member m ON m.id = e.member_id
  UNION ALL SELECT s.run_id, f.starter, f.capacity, f.organisation_id, f.root
  FROM fresh f JOIN sweep s ON s.item_id = f.item WHERE s.run_id IS NOT NULL
"""
SPREAD = " UNION ALL ".join(
    f"SELECT t.{made} AS item, f.starter, f.capacity, f.organisation_id, f.root FROM fresh f JOIN {table} t ON t.{source} = f.item"
    for table, (source, made) in EDGES.items()
)

KNOW = f"""
-- The last capacity that somebody recorded for a partner; empty where nobody did.
CREATE OR REPLACE FUNCTION sharing_capacity_of(holder uuid, the_organisation uuid) RETURNS text {DEFINED} STABLE AS $$
BEGIN
  RETURN coalesce((SELECT c.capacity FROM sharing_capacity c JOIN sharing_partner p ON p.id = c.partner_id
    WHERE p.held_by_id = holder AND p.organisation_id = the_organisation AND c.since <= hustings_now()
    ORDER BY c.since DESC, c.at DESC, c.id DESC LIMIT 1), '');
END $$;
-- An agency or authority is a government whatever anybody recorded of it.
CREATE OR REPLACE FUNCTION sharing_is_government(the_organisation uuid, capacity text) RETURNS boolean {DEFINED} STABLE AS $$
BEGIN
  RETURN capacity IN ({OFFICIAL}) OR EXISTS (SELECT FROM organisation o WHERE o.id = the_organisation AND o.kind IN ('agency', 'authority'));
END $$;
"""

CARRY = f"""
CREATE OR REPLACE FUNCTION sharing_begin(the_item uuid, the_starter text, the_capacity text, the_organisation uuid) RETURNS void {DEFINED} AS $$
BEGIN
  INSERT INTO item_origin (item, starter, capacity, organisation_id, root) VALUES (the_item, the_starter, the_capacity, the_organisation, the_item)
  ON CONFLICT DO NOTHING;
END $$;
CREATE OR REPLACE FUNCTION sharing_carry(made_from uuid, made uuid) RETURNS void {DEFINED} AS $$
BEGIN
  INSERT INTO item_origin (item, starter, capacity, organisation_id, root)
  SELECT made, o.starter, o.capacity, o.organisation_id, o.root FROM item_origin o WHERE o.item = made_from
  ON CONFLICT DO NOTHING;
END $$;
-- A beginning that comes to be known late reaches what was made already, and what was made of that.
CREATE OR REPLACE FUNCTION sharing_origin_spreads() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF EXISTS (SELECT FROM fresh) THEN
    INSERT INTO item_origin (item, starter, capacity, organisation_id, root)
    SELECT o.item, o.starter, o.capacity, o.organisation_id, o.root FROM ({SPREAD} {LATER}) o WHERE o.item IS NOT NULL
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
DROP FUNCTION IF EXISTS sharing_made_of(uuid);
CREATE OR REPLACE TRIGGER origin_spreads AFTER INSERT ON item_origin REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sharing_origin_spreads();
"""

EDGE = "\n".join(
    f"""
CREATE OR REPLACE FUNCTION sharing_edge_{table}() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF NEW.{source} IS NOT NULL THEN PERFORM sharing_carry(NEW.{source}, NEW.{made}); END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER origin_carried AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION sharing_edge_{table}();
"""
    for table, (source, made) in EDGES.items()
)

MORE = f"""
CREATE OR REPLACE FUNCTION sharing_edge_member() RETURNS trigger {DEFINED} AS $$
BEGIN
  PERFORM sharing_carry(NEW.rests_on_id, m.campaign_id) FROM campaign_member m WHERE m.id = NEW.member_id;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER origin_carried AFTER INSERT ON campaign_member_evidence FOR EACH ROW EXECUTE FUNCTION sharing_edge_member();
CREATE OR REPLACE FUNCTION sharing_edge_run() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF NEW.run_id IS NOT NULL THEN PERFORM sharing_carry(NEW.item_id, NEW.run_id); END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER origin_carried_to_run AFTER UPDATE OF run_id ON sweep FOR EACH ROW EXECUTE FUNCTION sharing_edge_run();

-- Where things begin: a tip by its source, a lead by who told it, and whatever a partner sent.
CREATE OR REPLACE FUNCTION sharing_tip_begins() RETURNS trigger {DEFINED} AS $$
DECLARE holder uuid; keeper uuid; word text;
BEGIN
  SELECT q.organisation_id INTO holder FROM appointment a JOIN "position" q ON q.id = a.position_id WHERE a.id = NEW.received_by_id;
  -- Over TAXII the source's own account hands it in, to who keeps the account.
  SELECT t.kept_by_id INTO keeper FROM taxii_account t WHERE t.appointment_id = NEW.received_by_id;
  IF coalesce(keeper, holder) IS NOT DISTINCT FROM NEW.source_id THEN RETURN NULL; END IF;
  word := sharing_capacity_of(coalesce(keeper, holder), NEW.source_id);
  PERFORM sharing_begin(NEW.item_id, CASE WHEN sharing_is_government(NEW.source_id, word) THEN 'government' ELSE 'partner' END, word, NEW.source_id);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER origin_begins AFTER INSERT ON tip FOR EACH ROW EXECUTE FUNCTION sharing_tip_begins();
CREATE OR REPLACE FUNCTION sharing_lead_begins() RETURNS trigger {DEFINED} AS $$
DECLARE word text := CASE NEW.source WHEN 'agency' THEN 'government' WHEN 'partner' THEN 'partner'
  WHEN 'public' THEN 'public' WHEN 'press' THEN 'public' WHEN 'fact-check' THEN 'public' END;
BEGIN
  IF word IS NOT NULL THEN
    PERFORM sharing_begin(CASE TG_TABLE_NAME WHEN 'lead' THEN (to_jsonb(NEW) ->> 'item_id')::uuid ELSE (to_jsonb(NEW) ->> 'lead_id')::uuid END, word, '', NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER origin_begins AFTER INSERT ON lead FOR EACH ROW EXECUTE FUNCTION sharing_lead_begins();
CREATE OR REPLACE TRIGGER origin_begins AFTER INSERT ON lead_told FOR EACH ROW EXECUTE FUNCTION sharing_lead_begins();
CREATE OR REPLACE FUNCTION sharing_passed_begins() RETURNS trigger {DEFINED} AS $$
BEGIN
  PERFORM sharing_begin(NEW.item_id, CASE WHEN NEW.government THEN 'government' ELSE 'partner' END, NEW.capacity, NEW.sender_id);
  RETURN NULL;
END $$;
""" + "\n".join(
    f"CREATE OR REPLACE TRIGGER origin_begins AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION sharing_passed_begins();"
    for table in ("sharing_share", "sharing_information_request", "sharing_notice", "sharing_action_request")
)

# What came over TAXII begins with who handed it in, and with what that one told of it, in whichever order both come. An
# organisation's own account brings in nothing that others began.
BEGUN = """
  WITH came AS (
    SELECT o.item_id, o.stix_id, o.received_from_id AS teller, t.kept_by_id AS keeper
    FROM {objects} o JOIN item i ON i.id = o.item_id LEFT JOIN taxii_account t ON t.appointment_id = i.made_by_id
    WHERE o.received_from_id IS NOT NULL
  ), spoken AS (
    SELECT w.teller, w.keeper, w.capacity, sharing_is_government(w.teller, w.capacity) AS official
    FROM (SELECT DISTINCT c.teller, c.keeper, sharing_capacity_of(c.keeper, c.teller) AS capacity FROM came c
      WHERE c.keeper IS DISTINCT FROM c.teller) w
  )
  INSERT INTO item_origin (item, starter, capacity, organisation_id, root)
  SELECT c.item_id, CASE WHEN s.official THEN 'government' ELSE 'partner' END, s.capacity, c.teller, c.item_id
  FROM came c JOIN spoken s ON s.teller = c.teller AND s.keeper IS NOT DISTINCT FROM c.keeper
  UNION ALL
  SELECT c.item_id, b.starter, b.capacity, b.sender_id, c.item_id
  FROM came c JOIN sharing_told_beginning b ON b.sender_id = c.teller AND b.ref = c.stix_id
  ON CONFLICT DO NOTHING;
"""
CAME = f"""
CREATE OR REPLACE FUNCTION sharing_objects_begin() RETURNS trigger {DEFINED} AS $$
BEGIN {BEGUN.format(objects="fresh")} RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER origin_begins AFTER INSERT ON stix_object REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sharing_objects_begin();
CREATE OR REPLACE FUNCTION sharing_told_begins() RETURNS trigger {DEFINED} AS $$
BEGIN
  INSERT INTO item_origin (item, starter, capacity, organisation_id, root)
  SELECT o.item_id, b.starter, b.capacity, b.sender_id, o.item_id
  FROM fresh b JOIN stix_object o ON o.stix_id = b.ref AND o.received_from_id = b.sender_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER origin_begins AFTER INSERT ON sharing_told_beginning REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sharing_told_begins();
-- Objects that came before this was there.
{BEGUN.format(objects="(SELECT * FROM stix_object x WHERE NOT EXISTS (SELECT FROM item_origin y WHERE y.item = x.item_id))")}
"""

# Targets of a plan that a government had a part in, for which nobody stands that their evidence was gathered without it.
STANDS = f"""
CREATE OR REPLACE FUNCTION sharing_leaning(the_plan uuid) RETURNS TABLE (place integer, name text) {DEFINED} STABLE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
  SELECT t.place, t.name::text FROM enforcement_target t JOIN enforcement_plan p ON p.item_id = t.plan_id
  WHERE t.plan_id = the_plan AND NOT (p.ground = 'law' AND p.rule <> '')
    AND EXISTS (SELECT FROM item_origin o WHERE o.item = p.item_id AND o.starter = 'government')
    AND NOT (t.evidence_id IS NOT NULL
      AND EXISTS (SELECT FROM sharing_gathered_without g WHERE g.evidence_id = t.evidence_id)
      AND NOT EXISTS (SELECT FROM item_origin o WHERE o.item = t.evidence_id AND o.starter = 'government'))
  ORDER BY t.place;
END $$;
CREATE OR REPLACE FUNCTION sharing_plan_stands() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF NEW.state = 'approved' AND EXISTS (SELECT FROM sharing_leaning(NEW.item_id)) THEN
    RAISE EXCEPTION 'an action that a government had a part in stands on evidence gathered without it, or names the law' USING
      ERRCODE = 'check_violation', CONSTRAINT = 'plan_stands_without_the_tip';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS plan_stands_without_the_tip ON enforcement_plan;
CREATE CONSTRAINT TRIGGER plan_stands_without_the_tip AFTER INSERT OR UPDATE ON enforcement_plan DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION sharing_plan_stands();
"""

# For the worker, who counts. What was done: orders to the platform, and decisions on what a marking of an item governs.
RAW = f"""
CREATE OR REPLACE FUNCTION sharing_done(since date, until date) RETURNS TABLE (capacity text, number bigint) {DEFINED} STABLE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
  WITH done AS (
    SELECT p.item_id AS item FROM enforcement_order o JOIN enforcement_plan p ON p.item_id = o.plan_id
    WHERE o.what = 'do' AND (o.made_at AT TIME ZONE 'UTC')::date BETWEEN since AND until
    UNION ALL
    SELECT w.item_id FROM review_decision d JOIN review_work w ON w.id = d.work_id
    WHERE w.item_id IS NOT NULL AND (d.decided_at AT TIME ZONE 'UTC')::date BETWEEN since AND until
  )
  SELECT o.capacity::text, count(*) FROM done d CROSS JOIN LATERAL (
    SELECT x.capacity FROM item_origin x WHERE x.item = d.item AND x.starter = 'government'
    ORDER BY x.capacity = '', x.capacity, x.root LIMIT 1) o
  GROUP BY o.capacity;
END $$;
REVOKE ALL ON FUNCTION sharing_done(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sharing_done(date, date) TO hustings_worker;
-- Tips that came before this table was there.
SELECT sharing_begin(t.item_id, CASE WHEN sharing_is_government(t.source_id, '') THEN 'government' ELSE 'partner' END, '', t.source_id)
FROM tip t JOIN appointment a ON a.id = t.received_by_id JOIN "position" q ON q.id = a.position_id
WHERE (q.organisation_id <> t.source_id OR EXISTS (SELECT FROM taxii_account x WHERE x.appointment_id = t.received_by_id)) AND NOT EXISTS (SELECT FROM item_origin o WHERE o.item = t.item_id);
"""

SQL = [KNOW, CARRY, EDGE, MORE, CAME, STANDS, RAW]

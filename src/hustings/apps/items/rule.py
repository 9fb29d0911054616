"""The rule of reading as SQL: which labels somebody may read now, and what of theirs an item asks beyond its label."""

from __future__ import annotations

__all__ = ["COUNTED", "ITEM", "RULE"]

# Every function is SECURITY DEFINER with a fixed search path: it reads the roster that its caller may not. What takes an
# appointment answers the web about its own only. `hustings.policy.decide` is the same rule without a database;
# tests/platform/test_decisions.py sees that both agree with a third reading.
HEAD = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
# The long ones keep their plan for the connection: to plan them takes longer than to run them.
# Compiled, they would take seconds: the planner thinks of a thousand rows where there is one.
PLANNED = HEAD.replace("LANGUAGE sql", "LANGUAGE plpgsql") + " SET jit = off"

# Who somebody is and whether they stand now, said once: what decides asks for no more than this, what reads for all.
BOUND = """coalesce(p.is_active AND strong AND held.state = 'in force' AND part.state = 'in force'
      AND post.state = 'in force', false)"""
ROLES = "CASE WHEN post.state = 'in force' THEN post.roles::text[] ELSE '{}' END"
STANDS = """FROM appointment a
  JOIN person p ON p.id = a.person_id
  JOIN "position" q ON q.id = a.position_id
  JOIN organisation o ON o.id = q.organisation_id
  LEFT JOIN LATERAL (SELECT c.state FROM appointment_change c WHERE c.appointment_id = a.id AND c.at <= moment
                     ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) held ON true
  LEFT JOIN LATERAL (SELECT c.state FROM organisation_change c WHERE c.organisation_id = o.id AND c.at <= moment
                     ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) part ON true
  LEFT JOIN LATERAL (SELECT c.state, c.roles, c.level, c.compartments FROM position_change c
                     WHERE c.position_id = q.id AND c.at <= moment
                     ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) post ON true"""
ASKED = "WHERE a.id = wanted AND hustings_may_ask(wanted)"

READER = """
CREATE OR REPLACE FUNCTION hustings_strong() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('hustings.strong', true), '') = '1'
$$;

CREATE OR REPLACE FUNCTION hustings_may_ask(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(current_setting('role', true), '') <> 'hustings_web' OR wanted IS NOT DISTINCT FROM hustings_seat()
$$;

CREATE OR REPLACE FUNCTION hustings_standing(wanted uuid, strong boolean)
RETURNS TABLE (person uuid, organisation uuid, bound boolean, roles text[]) {planned} AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := hustings_now();
BEGIN RETURN QUERY
  SELECT a.person_id, o.id, {bound}, {roles}
  {stands}
  {asked};
END $$;

CREATE OR REPLACE FUNCTION hustings_reader(wanted uuid, strong boolean)
RETURNS TABLE (
  person uuid, organisation uuid, kind text, bound boolean, roles text[],
  required integer, required_compartments text[], access integer, eligibility integer, facility integer,
  safeguarding integer, agreed boolean, read_ins text[], citizenships text[], groups uuid[], keeps_out_of uuid[]
) {planned} AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := hustings_now();
BEGIN RETURN QUERY
  SELECT a.person_id, o.id, o.kind::text, {bound}, {roles},
    CASE WHEN post.state = 'in force' AND post.level <= 3 THEN post.level ELSE -1 END,
    CASE WHEN post.state = 'in force' THEN post.compartments::text[] ELSE '{{}}' END,
    CASE WHEN access.state = 'active' AND access.level <= 3 THEN access.level ELSE -1 END,
    CASE WHEN eligible.state = 'favourable' AND eligible.vetting AND eligible.level <= 3 THEN eligible.level ELSE -1 END,
    CASE WHEN place.state = 'granted' AND place.level <= 3 THEN place.level ELSE -1 END,
    CASE WHEN place.state = 'granted' AND place.safeguarding <= 3 THEN place.safeguarding ELSE -1 END,
    (SELECT count(*) = 2 FROM (
       SELECT DISTINCT ON (c.kind) c.state, c.until FROM agreement_change c
       WHERE c.person_id = a.person_id AND c.at <= moment AND c.kind IN ('non-disclosure agreement', 'training')
       ORDER BY c.kind, c.at DESC, c.recorded_at DESC, c.id DESC) g
     WHERE g.state = 'signed' AND (g.until IS NULL OR g.until > moment)),
    ARRAY(SELECT g.compartment_id::text FROM (
       SELECT DISTINCT ON (c.compartment_id) c.compartment_id, c.state FROM read_in_change c
       WHERE c.appointment_id = a.id AND c.at <= moment
       ORDER BY c.compartment_id, c.at DESC, c.recorded_at DESC, c.id DESC) g WHERE g.state = 'read in'),
    ARRAY(SELECT g.country::text FROM (
       SELECT DISTINCT ON (c.country) c.country, c.state FROM citizenship_change c
       WHERE c.person_id = a.person_id AND c.at <= moment
       ORDER BY c.country, c.at DESC, c.recorded_at DESC, c.id DESC) g WHERE g.state = 'in force'),
    ARRAY(SELECT g.group_id FROM (
       SELECT DISTINCT ON (c.group_id) c.group_id, c.state FROM sharing_member_change c
       WHERE c.organisation_id = o.id AND c.at <= moment
       ORDER BY c.group_id, c.at DESC, c.recorded_at DESC, c.id DESC) g WHERE g.state = 'in force'
     UNION SELECT s.id FROM sharing_group s WHERE s.owner_id = o.id),
    ARRAY(SELECT r.organisation_id FROM recusal r
       WHERE r.person_id = a.person_id AND r.organisation_id IS NOT NULL
         AND r.starts_at <= moment AND (r.ends_at IS NULL OR r.ends_at > moment))
  {stands}
  LEFT JOIN LATERAL (SELECT c.state, c.level FROM access_change c WHERE c.appointment_id = a.id AND c.at <= moment
                     ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) access ON true
  LEFT JOIN LATERAL (SELECT c.state, c.level, c.vetting FROM eligibility_change c
                     WHERE c.person_id = a.person_id AND c.at <= moment
                     ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) eligible ON true
  LEFT JOIN LATERAL (SELECT c.state, c.level, c.safeguarding FROM facility_change c
                     WHERE c.site_id = q.site_id AND c.at <= moment
                     ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) place ON true
  {asked};
END $$;
"""

# `standing` is what an item of the label asks beyond it: 0 nothing at all, 1 that the person does not keep out of it,
# 2 that the person is named as well. A label comes with its standing and all above.
LABELS = """
CREATE OR REPLACE FUNCTION hustings_labels_of(wanted uuid, strong boolean)
RETURNS TABLE (label uuid, standing integer) {planned} AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
  WITH r AS MATERIALIZED (SELECT * FROM hustings_reader(wanted, $2)), n AS MATERIALIZED (SELECT hustings_now() AS now)
  SELECT l.id, generate_series(CASE WHEN k.everybody THEN 0 WHEN k.named THEN 2 ELSE 1 END, 2)
  FROM label l
  CROSS JOIN n
  LEFT JOIN r ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(bool_and(c.tlp = 'clear' AND c.organisations IS NULL), false) AS clear,
      coalesce(bool_or(c.tlp = 'red'), true) AS red,
      coalesce(bool_or(c.owner = ANY (r.keeps_out_of)), false) AS kept_out,
      coalesce(bool_and(coalesce(
        (c.organisations IS NULL OR c.owner = r.organisation OR r.organisation = ANY (c.organisations))
        AND CASE c.tlp
          WHEN 'clear' THEN true
          WHEN 'green' THEN r.organisation IS NOT NULL
          WHEN 'amber' THEN c.owner = r.organisation OR c.circle = ANY (r.groups)
          WHEN 'amber+strict' THEN c.owner = r.organisation OR r.organisation = ANY (c.organisations)
          WHEN 'red' THEN c.owner = r.organisation OR c.circle = ANY (r.groups)
          ELSE false END, false)), false) AS inside
    FROM (
      SELECT l.tlp::text, l.owner_id, l.group_id, l.permitted_organisations
      UNION ALL
      SELECT f.tlp, f.owner, f."group", f.organisations
      FROM jsonb_to_recordset(l.also) AS f(tlp text, owner uuid, "group" uuid, organisations uuid[])
    ) c(tlp, owner, circle, organisations)
  ) s
  CROSS JOIN LATERAL (
    SELECT s.clear AND l.level = 0 AND l.need = 'none' AND l.compartments = '{{}}' AND l.roles IS NULL
        AND l.releasable_to IS NULL AND l.permitted_kinds IS NULL AS everybody,
      l.level > 0 OR l.need = 'named' OR s.red AS named
  ) k
  WHERE l.unknown = '{{}}'
    AND (l.withdrawn_at IS NULL OR l.withdrawn_at > n.now)
    AND (k.everybody OR (
      r.bound AND s.inside AND NOT s.kept_out
      AND (l.level = 0 OR (
        r.access >= l.level AND r.eligibility >= l.level AND r.required >= l.level AND r.facility >= l.level
        AND (NOT l.kept_here OR r.safeguarding >= l.level) AND r.agreed))
      AND l.compartments::text[] <@ r.read_ins AND l.compartments::text[] <@ r.required_compartments
      AND (l.releasable_to IS NULL OR l.releasable_to::text[] && r.citizenships)
      AND (l.permitted_kinds IS NULL OR r.kind = ANY (l.permitted_kinds::text[]))
      AND (l.roles IS NULL OR l.roles::text[] && r.roles)));
END $$;

CREATE OR REPLACE FUNCTION hustings_needed_of(wanted uuid) RETURNS SETOF uuid {head} AS $$
  SELECT g.item_id FROM need_grant g
  JOIN appointment a ON a.id = g.appointment_id JOIN appointment b ON b.id = g.granted_by_id
  CROSS JOIN (SELECT hustings_now() AS now) n
  WHERE g.appointment_id = wanted AND hustings_may_ask(wanted) AND b.person_id <> a.person_id AND g.purpose <> ''
    AND g.starts_at <= n.now AND g.ends_at > n.now AND (g.withdrawn_at IS NULL OR g.withdrawn_at > n.now)
$$;

CREATE OR REPLACE FUNCTION hustings_recused_of(wanted uuid) RETURNS SETOF uuid {head} AS $$
  SELECT r.item_id FROM recusal r JOIN appointment a ON a.person_id = r.person_id
  CROSS JOIN (SELECT hustings_now() AS now) n
  WHERE a.id = wanted AND hustings_may_ask(wanted) AND r.item_id IS NOT NULL
    AND r.starts_at <= n.now AND (r.ends_at IS NULL OR r.ends_at > n.now)
$$;

CREATE OR REPLACE FUNCTION hustings_held_of(wanted uuid, alone boolean) RETURNS SETOF uuid {head} AS $$
  SELECT l.id FROM label l, appointment a JOIN "position" q ON q.id = a.position_id
  WHERE a.id = wanted AND hustings_may_ask(wanted)
    AND CASE WHEN alone THEN
      l.owner_id = q.organisation_id AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset(l.also) AS f(owner uuid) WHERE f.owner IS DISTINCT FROM q.organisation_id)
    ELSE
      l.owner_id = q.organisation_id OR EXISTS (
        SELECT FROM jsonb_to_recordset(l.also) AS f(owner uuid) WHERE f.owner = q.organisation_id)
    END
$$;
"""

# The same about the seat that the transaction names: what the row rules ask.
SEAT = """
CREATE OR REPLACE FUNCTION hustings_labels() RETURNS TABLE (label uuid, standing integer) {head} AS $$
  SELECT label, standing FROM hustings_labels_of(hustings_seat(), hustings_strong())
$$;
-- Labels that may be shown: that one for named persons exists is told to those alone whom it lets know something.
CREATE OR REPLACE FUNCTION hustings_labels_shown() RETURNS SETOF uuid {head} AS $$
  SELECT l.label FROM hustings_labels() l GROUP BY l.label
  HAVING min(l.standing) < 2
    OR EXISTS (SELECT FROM item i WHERE i.label_id = l.label AND i.made_by_id = hustings_seat())
    OR EXISTS (SELECT FROM hustings_needed_of(hustings_seat()) n, item i
               WHERE i.label_id = l.label AND (i.id = n OR i.case_id = n))
$$;
CREATE OR REPLACE FUNCTION hustings_needed() RETURNS SETOF uuid {head} AS $$
  SELECT hustings_needed_of(hustings_seat())
$$;
CREATE OR REPLACE FUNCTION hustings_recused() RETURNS SETOF uuid {head} AS $$
  SELECT hustings_recused_of(hustings_seat())
$$;
CREATE OR REPLACE FUNCTION hustings_owned() RETURNS SETOF uuid {head} AS $$
  SELECT hustings_held_of(hustings_seat(), true)
$$;
CREATE OR REPLACE FUNCTION hustings_held() RETURNS SETOF uuid {head} AS $$
  SELECT hustings_held_of(hustings_seat(), false)
$$;
CREATE OR REPLACE FUNCTION hustings_person() RETURNS uuid {head} AS $$
  SELECT r.person FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound
$$;
CREATE OR REPLACE FUNCTION hustings_organisation() RETURNS uuid {head} AS $$
  SELECT r.organisation FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound
$$;
CREATE OR REPLACE FUNCTION hustings_groups() RETURNS SETOF uuid {head} AS $$
  SELECT unnest(r.groups) FROM hustings_reader(hustings_seat(), hustings_strong()) r WHERE r.bound
$$;
CREATE OR REPLACE FUNCTION hustings_has_role(VARIADIC wanted text[]) RETURNS boolean {head} AS $$
  SELECT coalesce((SELECT r.roles && wanted FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound), false)
$$;
CREATE OR REPLACE FUNCTION hustings_colleagues() RETURNS SETOF uuid {head} AS $$
  SELECT a.id FROM appointment a JOIN "position" q ON q.id = a.position_id
  WHERE q.organisation_id = hustings_organisation()
$$;
-- Whose clearances an officer may see beyond their own: everybody who is in a position of the organisation now.
CREATE OR REPLACE FUNCTION hustings_roster() RETURNS SETOF uuid {head} AS $$
  SELECT a.person_id FROM appointment a JOIN "position" q ON q.id = a.position_id
  WHERE q.organisation_id = hustings_organisation() AND hustings_has_role('security officer', 'auditor')
    AND (SELECT c.state FROM appointment_change c WHERE c.appointment_id = a.id AND c.at <= hustings_now()
         ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) = 'in force'
$$;
-- The person's own appointments, and to officers all that the organisation ever had.
CREATE OR REPLACE FUNCTION hustings_appointments_seen() RETURNS SETOF uuid {head} AS $$
  SELECT a.id FROM appointment a WHERE a.person_id = hustings_person()
  UNION
  SELECT hustings_colleagues() WHERE hustings_has_role('security officer', 'auditor')
$$;
-- Compartments whose names this seat may know: those it is read into, and to officers those of the organisation.
CREATE OR REPLACE FUNCTION hustings_compartments() RETURNS SETOF text {head} AS $$
  SELECT unnest(r.read_ins) FROM hustings_reader(hustings_seat(), hustings_strong()) r WHERE r.bound
  UNION
  SELECT c.compartment_id FROM read_in_change c
  WHERE hustings_has_role('security officer', 'auditor') AND c.appointment_id IN (SELECT hustings_colleagues())
  UNION
  SELECT unnest(c.compartments) FROM position_change c JOIN "position" q ON q.id = c.position_id
  WHERE hustings_has_role('security officer', 'auditor') AND q.organisation_id = hustings_organisation()
$$;
CREATE OR REPLACE FUNCTION hustings_same_person(one uuid, other uuid) RETURNS boolean {head} AS $$
  SELECT coalesce((SELECT a.person_id = b.person_id FROM appointment a, appointment b WHERE a.id = one AND b.id = other),
                  true)
$$;
-- Who may say that somebody needs to know: a releasing authority of an owner, or of who made the item; for people of
-- the own organisation its security officer.
CREATE OR REPLACE FUNCTION hustings_may_name(wanted uuid, whom uuid) RETURNS boolean {head} AS $$
  SELECT (hustings_has_role('reviewer', 'liaison') AND EXISTS (
      SELECT FROM item i WHERE i.id = wanted
        AND (i.label_id IN (SELECT hustings_held()) OR i.made_by_id IN (SELECT hustings_colleagues()))))
    OR (hustings_has_role('security officer') AND whom IN (SELECT hustings_colleagues()))
$$;
CREATE OR REPLACE FUNCTION hustings_knows(wanted uuid) RETURNS boolean {head} AS $$
  SELECT EXISTS (SELECT FROM item WHERE id = wanted AND {item})
$$;
"""

# All that was recorded about one appointment, for the same rule in Python: states are worked out there a second time.
HISTORY = """
CREATE OR REPLACE FUNCTION hustings_history(wanted uuid) RETURNS jsonb {head} AS $$
  SELECT jsonb_build_object(
    'appointment', a.id, 'person', a.person_id, 'organisation', q.organisation_id, 'kind', o.kind,
    'enabled', p.is_active,
    'appointments', (SELECT jsonb_agg(to_jsonb(c)) FROM appointment_change c WHERE c.appointment_id = a.id),
    'organisations', (SELECT jsonb_agg(to_jsonb(c)) FROM organisation_change c WHERE c.organisation_id = o.id),
    'positions', (SELECT jsonb_agg(to_jsonb(c)) FROM position_change c WHERE c.position_id = q.id),
    'access', (SELECT jsonb_agg(to_jsonb(c)) FROM access_change c WHERE c.appointment_id = a.id),
    'eligibility', (SELECT jsonb_agg(to_jsonb(c)) FROM eligibility_change c WHERE c.person_id = p.id),
    'facility', (SELECT jsonb_agg(to_jsonb(c)) FROM facility_change c WHERE c.site_id = q.site_id),
    'agreements', (SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('about', c.kind))
                   FROM agreement_change c WHERE c.person_id = p.id),
    'read_ins', (SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('about', c.compartment_id))
                 FROM read_in_change c WHERE c.appointment_id = a.id),
    'citizenships', (SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('about', c.country))
                     FROM citizenship_change c WHERE c.person_id = p.id),
    'sharing', (SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('about', c.group_id))
                FROM sharing_member_change c WHERE c.organisation_id = o.id),
    'owned_groups', (SELECT jsonb_agg(s.id) FROM sharing_group s WHERE s.owner_id = o.id),
    'grants', (SELECT jsonb_agg(to_jsonb(g) || jsonb_build_object('by_person', b.person_id))
               FROM need_grant g JOIN appointment b ON b.id = g.granted_by_id WHERE g.appointment_id = a.id),
    'recusals', (SELECT jsonb_agg(to_jsonb(r)) FROM recusal r WHERE r.person_id = p.id))
  FROM appointment a JOIN person p ON p.id = a.person_id JOIN "position" q ON q.id = a.position_id
  JOIN organisation o ON o.id = q.organisation_id
  WHERE a.id = wanted AND hustings_may_ask(wanted)
$$;
"""

# A label by its marking: found or made, and nobody is told which. Nobody makes one that they could not read
# themselves, nor one for a sharing group that they cannot see.
MAKE = """
DROP FUNCTION IF EXISTS hustings_label(jsonb);
CREATE FUNCTION hustings_label(marking jsonb) RETURNS SETOF label
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  mark text := encode(sha256(convert_to(marking::text, 'UTF8')), 'hex');
  made uuid;
BEGIN
  INSERT INTO label (id, digest, tlp, level, compartments, releasable_to, permitted_kinds, permitted_organisations,
      owner_id, group_id, need, roles, also, originator_consent, kept_here, unknown)
    SELECT gen_random_uuid(), mark, m.tlp, m.level, m.compartments, m.releasable_to, m.permitted_kinds,
      m.permitted_organisations, m.owner, m."group", m.need, m.roles, m.also, m.originator_consent, m.kept_here, m.unknown
    FROM jsonb_to_record(marking) AS m(tlp text, level integer, compartments text[], releasable_to text[],
      permitted_kinds text[], permitted_organisations uuid[], owner uuid, "group" uuid, need text, roles text[],
      also jsonb, originator_consent boolean, kept_here boolean, unknown text[])
    ON CONFLICT (digest) DO NOTHING;
  SELECT label.id INTO made FROM label WHERE digest = mark;
  IF coalesce(current_setting('role', true), '') = 'hustings_web' AND NOT (
    EXISTS (SELECT FROM hustings_labels() h WHERE h.label = made)
    AND NOT EXISTS (
      SELECT FROM (SELECT l.group_id FROM label l WHERE l.id = made
        UNION SELECT f."group" FROM label l, jsonb_to_recordset(l.also) AS f("group" uuid) WHERE l.id = made) g(circle)
      WHERE g.circle IS NOT NULL AND g.circle NOT IN (SELECT hustings_groups())
        AND NOT EXISTS (
          SELECT FROM hustings_labels() h JOIN label l ON l.id = h.label
          WHERE l.id <> made AND (l.group_id = g.circle OR EXISTS (
            SELECT FROM jsonb_to_recordset(l.also) AS f("group" uuid) WHERE f."group" = g.circle))))
  ) THEN
    RAISE EXCEPTION 'nobody marks what they could not read themselves' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT * FROM label WHERE label.id = made;
END $$;
"""

# What an item is, who made it and when never changes, whatever else a page may send.
STAYS = """
CREATE OR REPLACE FUNCTION item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.made_by_id, NEW.made_at) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.made_by_id, OLD.made_at) THEN
    RAISE EXCEPTION 'kind and maker of an item stay' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER item_stays BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION item_stays();
"""

# The planner has to know how many items each label has: the way to who sees ten of a million is another than to who
# sees nearly all.
COUNTED = "ALTER TABLE item ALTER COLUMN label_id SET STATISTICS 2000;"

# A row of the table `item`, as seen from the seat of the transaction.
ITEM = """(label_id, CASE
   WHEN id IN (SELECT hustings_recused()) OR case_id IN (SELECT hustings_recused()) THEN 0
   WHEN made_by_id = (SELECT hustings_seat()) OR id IN (SELECT hustings_needed())
     OR case_id IN (SELECT hustings_needed()) THEN 2
   ELSE 1 END) IN (SELECT label, standing FROM hustings_labels())
 AND (embargo_until IS NULL OR embargo_until <= (SELECT hustings_now()) OR label_id IN (SELECT hustings_owned()))"""

RULE = (
    "".join(
        part.format(head=HEAD, planned=PLANNED, item=ITEM, bound=BOUND, roles=ROLES, stands=STANDS, asked=ASKED)
        for part in (READER, LABELS, SEAT, HISTORY)
    )
    + MAKE
    + STAYS
)

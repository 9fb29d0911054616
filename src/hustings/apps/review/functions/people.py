# ruff: noqa: S608 - what is put together here are words of this package
"""Who may be given which work, what of it they have seen today, and what is drawn by chance."""

from __future__ import annotations

from hustings.apps.review.functions.words import DEFINED, KEEPS, array, roles
from hustings.apps.review.registry import QUEUES
from hustings.policy.reviewing import REMOVES, Command, Risk, Topic

__all__ = ["LANES", "ROLES", "TOLD", "WITHOUT"]

LONGEST_LOOK = 600  # seconds

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
-- The draw of a claim, where there was one: with the seed an auditor works out again whether it fell to chance.
CREATE OR REPLACE FUNCTION review_by_chance(w review_work) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN w.draw IS NULL THEN '{}' ELSE jsonb_build_object('draw', w.draw, 'by chance', w.drawn) END
$$;
-- With the rights of the functions that call it: they alone may.
CREATE OR REPLACE FUNCTION review_told(the_event text, w review_work, more jsonb, texts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM log_put((SELECT id FROM log WHERE name = 'open'), the_event,
    review_facts(w.subject_kind, w.subject_id, w.id, w.fence, w.digest, more), texts);
END $$;
"""

LANES = f"""
-- The lane of what asks this much of its reviewer; the lane "" asks nothing.
CREATE OR REPLACE FUNCTION review_lane_of(the_holder uuid, the_queue text, the_language text, the_topics text[],
  the_item uuid, is_senior boolean) RETURNS text {DEFINED} AS $$
DECLARE
  tongue text := lower(split_part(the_language, '-', 1));
  mark uuid := (SELECT i.label_id FROM item i WHERE i.id = the_item);
  made text := concat_ws(' ', nullif(tongue, ''), nullif(array_to_string(the_topics, '+'), ''), mark::text,
    CASE WHEN is_senior THEN 'senior' END);
BEGIN
  IF made <> '' THEN
    INSERT INTO review_lane (id, held_by_id, queue, lane, language, topics, label_id, senior)
    VALUES (gen_random_uuid(), the_holder, the_queue, made, tongue, the_topics, mark, is_senior) ON CONFLICT DO NOTHING;
  END IF;
  RETURN made;
END $$;

-- Languages and seniors count once an organisation has recorded one: until then anybody may be given anything of these.
CREATE OR REPLACE FUNCTION review_reads(the_holder uuid, the_person uuid) RETURNS text[]
{KEEPS} AS $$
BEGIN
  RETURN (SELECT CASE WHEN EXISTS (SELECT FROM review_language WHERE held_by_id = the_holder) THEN coalesce((
    SELECT array_agg(lower(split_part(n.language, '-', 1))) FROM (
      SELECT DISTINCT ON (l.language) l.language, l.level FROM review_language l
      WHERE l.held_by_id = the_holder AND l.person_id = the_person AND l.at <= hustings_now()
      ORDER BY l.language, l.at DESC, l.recorded_at DESC) n
    WHERE n.level = ANY ({array([level.value for level in Command if level.enough])})), '{{}}') END);
END $$;
CREATE OR REPLACE FUNCTION review_seniors(the_holder uuid) RETURNS SETOF uuid
{KEEPS} AS $$
BEGIN
  RETURN QUERY SELECT n.person_id FROM (
    SELECT DISTINCT ON (s.person_id) s.person_id, s.senior FROM review_senior s
    WHERE s.held_by_id = the_holder AND s.at <= hustings_now() ORDER BY s.person_id, s.at DESC, s.recorded_at DESC) n
  WHERE n.senior;
END $$;
CREATE OR REPLACE FUNCTION review_rules_of(the_holder uuid) RETURNS SETOF review_rules
{KEEPS} AS $$
BEGIN
  RETURN QUERY SELECT * FROM review_rules WHERE held_by_id = the_holder AND at <= hustings_now() ORDER BY at DESC, recorded_at DESC LIMIT 1;
END $$;
-- Topics of which somebody has seen enough today, and all of them during a break.
CREATE OR REPLACE FUNCTION review_capped(the_holder uuid, the_person uuid) RETURNS text[]
{KEEPS} AS $$
BEGIN
  RETURN (SELECT CASE WHEN EXISTS (SELECT FROM review_pause p WHERE p.person_id = the_person AND p.until > hustings_now())
  THEN {array([topic.value for topic in Topic])}
  ELSE coalesce((SELECT array_agg(d.topic::text ORDER BY d.topic) FROM review_dose d, review_rules_of(the_holder) r
    WHERE d.person_id = the_person AND d.day = (hustings_now() AT TIME ZONE 'UTC')::date AND r.caps ? d.topic
      AND (d.seconds >= 60 * (r.caps -> d.topic ->> 0)::integer OR d.items >= (r.caps -> d.topic ->> 1)::integer)), '{{}}') END);
END $$;
CREATE OR REPLACE FUNCTION review_avoids(the_person uuid) RETURNS text[]
{KEEPS} AS $$
BEGIN
  RETURN (SELECT coalesce(array_agg(n.topic::text), '{{}}') FROM (
    SELECT DISTINCT ON (a.topic) a.topic, a.avoided FROM review_avoided a
    WHERE a.person_id = the_person AND a.at <= hustings_now() ORDER BY a.topic, a.at DESC, a.recorded_at DESC) n WHERE n.avoided);
END $$;
-- The lanes from which somebody may be given work, besides the lane "".
CREATE OR REPLACE FUNCTION review_lanes(the_holder uuid, the_person uuid, the_queue text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  reads text[] := review_reads(the_holder, the_person);
  keeps text[] := review_capped(the_holder, the_person) || review_avoids(the_person);
  adjudicates boolean := (SELECT coalesce(bool_or(s = the_person), true) FROM review_seniors(the_holder) AS s);
BEGIN RETURN QUERY
  SELECT l.lane::text FROM review_lane l WHERE l.held_by_id = the_holder AND l.queue = the_queue
    AND (l.language = '' OR reads IS NULL OR l.language = ANY (reads))
    AND NOT l.topics::text[] && keeps
    AND (NOT l.senior OR adjudicates)
    AND (l.label_id IS NULL OR l.label_id IN (SELECT h.label FROM hustings_labels() h));
END $$;

-- What somebody saw, for their own meter: an item when it is taken, its minutes when they are done with it.
CREATE OR REPLACE FUNCTION review_dosed(the_holder uuid, the_person uuid, the_topics text[], the_items integer,
  since timestamptz) RETURNS void {DEFINED} AS $$
DECLARE
  at timestamptz := hustings_now();
  -- Who leaves the room with a page open did not look at it all the while.
  took integer := CASE WHEN since IS NULL THEN 0 ELSE least(extract(epoch FROM at - since), {LONGEST_LOOK})::integer END;
  r review_rules;
BEGIN
  IF cardinality(the_topics) = 0 THEN RETURN; END IF;
  INSERT INTO review_dose (id, person_id, day, topic, items, seconds)
  SELECT gen_random_uuid(), the_person, (at AT TIME ZONE 'UTC')::date, each, the_items, took
  FROM unnest(the_topics) AS each ORDER BY each
  ON CONFLICT (person_id, day, topic) DO UPDATE SET items = review_dose.items + the_items,
    seconds = review_dose.seconds + took;
  IF took = 0 THEN RETURN; END IF;
  SELECT * INTO r FROM review_rules_of(the_holder);
  INSERT INTO review_pause AS p (person_id, seconds, last_at) VALUES (the_person, took, at)
  ON CONFLICT (person_id) DO UPDATE SET last_at = at,
    seconds = took + CASE WHEN p.last_at > since - make_interval(mins => coalesce(r.break_minutes, 0)) THEN p.seconds ELSE 0 END;
  IF r.run_minutes > 0 THEN
    UPDATE review_pause p SET seconds = 0, until = at + make_interval(mins => r.break_minutes)
    WHERE p.person_id = the_person AND p.seconds >= 60 * r.run_minutes;
  END IF;
END $$;

-- What is drawn by chance can be worked out again: SHA-256 over the seed and what is drawn for, as a part of one.
CREATE OR REPLACE FUNCTION review_drawn(what text) RETURNS bytea
{KEEPS} AS $$
BEGIN
  RETURN (SELECT sha256(convert_to((SELECT d.seed FROM review_draw d) || ' ' || what, 'UTF8')));
END $$;
CREATE OR REPLACE FUNCTION review_part(drawn bytea) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT (get_byte(drawn, 0) * 16777216.0 + get_byte(drawn, 1) * 65536 + get_byte(drawn, 2) * 256 + get_byte(drawn, 3))
    / 4294967296.0
$$;

-- Whether a second person looks, by what a wrong first decision would do.
CREATE OR REPLACE FUNCTION review_second(the_holder uuid, the_risk text, the_outcome text, the_work uuid, the_round integer)
RETURNS boolean {KEEPS} AS $$
BEGIN
  RETURN (SELECT coalesce((SELECT review_part(review_drawn('second ' || the_work || ' ' || the_round)) * 100
    < CASE WHEN the_risk = '{Risk.SPEECH}' THEN r.second_speech
        WHEN the_risk = '{Risk.ACTOR}' AND the_outcome = ANY ({array(sorted(REMOVES))}) THEN r.second_removal
        ELSE r.second_rest END
    FROM review_rules_of(the_holder) r), false));
END $$;
"""

# What a supervisor is told of meters: that somebody has seen enough of a topic today, and not who.
TOLD = f"""
CREATE OR REPLACE FUNCTION review_caps_reached() RETURNS SETOF text {DEFINED} AS $$
BEGIN RETURN QUERY
  SELECT DISTINCT capped FROM (
    SELECT DISTINCT a.person_id AS person, q.organisation_id AS holder FROM appointment a
    JOIN "position" q ON q.id = a.position_id JOIN review_dose d ON d.person_id = a.person_id
    WHERE q.organisation_id = hustings_reviewing('supervisor') AND d.day = (hustings_now() AT TIME ZONE 'UTC')::date) who
  CROSS JOIN LATERAL unnest(review_capped(who.holder, who.person)) AS capped ORDER BY capped;
END $$;
-- Of oneself: topics of which one has seen enough, or from which one has a break.
CREATE OR REPLACE FUNCTION review_my_caps() RETURNS text[] {DEFINED} AS $$
DECLARE
  me record;
BEGIN
  SELECT r.organisation, r.person INTO me FROM hustings_standing(hustings_seat(), hustings_strong()) r WHERE r.bound;
  RETURN review_capped(me.organisation, me.person);
END $$;
"""

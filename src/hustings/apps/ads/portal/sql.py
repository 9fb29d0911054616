"""The functions through which an advertiser begins a sponsor, and everybody reads what was checked about one."""

from __future__ import annotations

__all__ = ["SQL"]

# Nobody of the door adds the row, so no row rule can: whoever is signed in without a seat begins a draft of their own,
# at an organisation that has verifiers. Ten that nobody has confirmed yet are enough for an agency and too few to flood a
# desk, a disk or whoever posts the letters.
BEGIN = """
CREATE OR REPLACE FUNCTION advertising_doors() RETURNS TABLE (id uuid, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id, o.name FROM organisation o
  WHERE (SELECT c.state FROM organisation_change c WHERE c.organisation_id = o.id AND c.at <= hustings_now()
         ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) = 'in force'
    AND EXISTS (SELECT FROM "position" p CROSS JOIN LATERAL (
      SELECT c.state, c.roles FROM position_change c WHERE c.position_id = p.id AND c.at <= hustings_now()
      ORDER BY c.at DESC, c.recorded_at DESC, c.id DESC LIMIT 1) post
      WHERE p.organisation_id = o.id AND post.state = 'in force' AND 'verifier' = ANY (post.roles::text[]))
  ORDER BY o.name
$$;
CREATE OR REPLACE FUNCTION begin_sponsor(door uuid, called text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who uuid := hustings_advertiser();
  made uuid := gen_random_uuid();
BEGIN
  IF who IS NULL OR NOT EXISTS (SELECT FROM person p WHERE p.id = who AND p.is_active)
     OR NOT EXISTS (SELECT FROM advertising_doors() d WHERE d.id = door) THEN
    RAISE EXCEPTION 'a sponsor is begun by who acts for it, where there are verifiers' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('begin sponsor ' || who, 0));
  IF (SELECT count(*) FROM sponsor_member m JOIN sponsor s ON s.id = m.sponsor_id
      WHERE m.person_id = who AND m.ended IS NULL AND s.state IN ('draft', 'person submitted', 'rejected')) >= 10 THEN
    RETURN NULL;
  END IF;
  INSERT INTO sponsor (id, held_by_id, registered_name, display_name, kind, country, address, phone, mail, website, state,
    sponsor_class, archive, number)
  VALUES (made, door, called, '', 'unknown', '', '', '', '', '', 'draft', '', '', '');
  INSERT INTO sponsor_member (id, sponsor_id, person_id, administers, since)
  VALUES (gen_random_uuid(), made, who, true, hustings_now());
  RETURN made;
END $$;
CREATE OR REPLACE FUNCTION loaded_registers(door uuid) RETURNS TABLE (scheme varchar, name varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT ON (e.scheme) e.scheme, e.name FROM register_edition e
  WHERE e.held_by_id = door AND e.complete ORDER BY e.scheme, e.published DESC
$$;
REVOKE ALL ON FUNCTION advertising_doors(), begin_sponsor(uuid, text), loaded_registers(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION advertising_doors(), begin_sponsor(uuid, text), loaded_registers(uuid) TO hustings_web;
"""

# Who was ever authorised, and no one else, is public: with what was checked against what, and until when. Documents,
# homes, and what nobody of the door has accepted are not in the answer.
PUBLISHED = """
CREATE OR REPLACE FUNCTION published_sponsor(which uuid) RETURNS TABLE (id uuid, name varchar, registered_name varchar,
  kind varchar, country varchar, state varchar, sponsor_class varchar, valid_until date, authorised_at timestamptz, door varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.id, coalesce(nullif(s.display_name, ''), s.registered_name), s.registered_name, s.kind, s.country, s.state,
    s.sponsor_class, least(s.person_until, s.location_until),
    (SELECT max(c.at) FROM sponsor_change c WHERE c.sponsor_id = s.id AND c.state = 'authorised'), o.name
  FROM sponsor s JOIN organisation o ON o.id = s.held_by_id
  WHERE s.id = which AND EXISTS (SELECT FROM sponsor_change c WHERE c.sponsor_id = s.id AND c.state = 'authorised')
    AND NOT expunged_from_library('advertiser', s.id)
$$;
CREATE OR REPLACE FUNCTION published_checks(which uuid) RETURNS TABLE (what varchar, scheme varchar, value varchar,
  register varchar, published date, source varchar, name_given varchar, name_found varchar, similarity double precision,
  result varchar, verdict varchar, people smallint, sentences varchar[], checked_at timestamptz, until date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.what, c.scheme, CASE WHEN c.public THEN c.value ELSE '' END, coalesce(e.name, ''), e.published,
    coalesce(e.source, ''), CASE WHEN c.public THEN c.name_given ELSE '' END, CASE WHEN c.public THEN c.name_found ELSE '' END,
    CASE WHEN c.public THEN c.similarity END, c.result, c.verdict, c.people,
    CASE WHEN c.public THEN c.sentences ELSE '{}' END, c.checked_at, c.until
  FROM sponsor_check c JOIN published_sponsor(which) s ON s.id = c.sponsor_id
  LEFT JOIN register_edition e ON e.id = c.edition_id
  WHERE c.superseded_at IS NULL AND c.verdict <> '' AND c.what NOT IN ('behind', 'near')
  ORDER BY c.checked_at, c.id
$$;
CREATE OR REPLACE FUNCTION published_behind(which uuid) RETURNS TABLE (part varchar, name varchar, country varchar,
  evidence varchar, recorded_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT b.part, b.name, b.country, b.evidence, b.recorded_at
  FROM sponsor_behind b JOIN published_sponsor(which) s ON s.id = b.sponsor_id
  WHERE b.superseded_at IS NULL AND b.part IN ('payer', 'controller') ORDER BY b.part, b.recorded_at
$$;
CREATE OR REPLACE FUNCTION published_changes(which uuid) RETURNS TABLE (move varchar, state varchar, sponsor_class varchar,
  reason_code varchar, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.move, c.state, c.sponsor_class, c.reason_code, c.at FROM sponsor_change c JOIN published_sponsor(which) s ON s.id = c.sponsor_id
  WHERE c.state IN ('authorised', 'renewal due', 'lapsed', 'suspended', 'revoked') ORDER BY c.at DESC, c.id
$$;
REVOKE ALL ON FUNCTION published_sponsor(uuid), published_checks(uuid), published_behind(uuid), published_changes(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published_sponsor(uuid), published_checks(uuid), published_behind(uuid), published_changes(uuid)
  TO hustings_web, hustings_worker;
"""

SQL = [BEGIN, PUBLISHED]

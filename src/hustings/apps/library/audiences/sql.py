"""Counts of people in the database: sketches of ads that the library holds, for whoever asks about a search."""

from __future__ import annotations

__all__ = ["SQL"]

SKETCHES = """
-- A sketch tells nobody who saw an ad: that takes the key of the installation, which no page has. An expunged ad has none here.
CREATE OR REPLACE FUNCTION library_sketches(the_numbers bigint[], by_then timestamptz) RETURNS TABLE (number bigint, sketch bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.number, d.sketch FROM library_subject s JOIN library_key k ON k.subject_id = s.number JOIN ad_delivery d ON d.ad_id = s.source
  WHERE s.kind = 'ad' AND s.number = ANY(the_numbers) AND d.sketch IS NOT NULL AND d.recorded_at <= by_then
$$;
REVOKE ALL ON FUNCTION library_sketches(bigint[], timestamptz) FROM PUBLIC;
"""
SQL = f"""DO $do$ BEGIN IF to_regclass('library_key') IS NOT NULL AND to_regclass('ad_delivery') IS NOT NULL THEN EXECUTE $sql${SKETCHES}
GRANT EXECUTE ON FUNCTION library_sketches(bigint[], timestamptz) TO hustings_web;$sql$; END IF; END $do$"""

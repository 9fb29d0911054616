"""The counts in the database: the web adds to them by functions alone and reads nobody's."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

FUNCTIONS = """
CREATE OR REPLACE FUNCTION library_pace_take(who text, seconds integer, which bigint, many bigint, most bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE total bigint;
BEGIN
  INSERT INTO library_pace AS p (client, length, nth, used) VALUES (who, seconds, which, many)
  ON CONFLICT (client, length) DO UPDATE SET nth = greatest(p.nth, EXCLUDED.nth),
    used = CASE WHEN p.nth = EXCLUDED.nth THEN p.used ELSE 0 END + EXCLUDED.used
  WHERE p.nth <> EXCLUDED.nth OR p.used < most
  RETURNING used INTO total;
  -- A block that was begun below the limit is given whole.
  RETURN coalesce(total - many < most, false);
END $$;
CREATE OR REPLACE FUNCTION library_sending_begin(who text, most integer, patience interval) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE made bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('sending ' || who, 0));
  DELETE FROM library_sending WHERE client = who AND seen < clock_timestamp() - patience;
  IF (SELECT count(*) FROM library_sending WHERE client = who) >= most THEN RETURN NULL; END IF;
  INSERT INTO library_sending (client, seen) VALUES (who, clock_timestamp()) RETURNING id INTO made;
  RETURN made;
END $$;
CREATE OR REPLACE FUNCTION library_sending_go_on(which bigint, over boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF over THEN DELETE FROM library_sending WHERE id = which;
  ELSE UPDATE library_sending SET seen = clock_timestamp() WHERE id = which; END IF;
END $$;
REVOKE ALL ON FUNCTION library_pace_take(text, integer, bigint, bigint, bigint), library_sending_begin(text, integer, interval),
  library_sending_go_on(bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION library_pace_take(text, integer, bigint, bigint, bigint), library_sending_begin(text, integer, interval),
  library_sending_go_on(bigint, boolean) TO hustings_web;
"""

SQL = (
    f"DO $do$ BEGIN IF to_regclass('library_sending') IS NOT NULL THEN EXECUTE $sql${FUNCTIONS}$sql$; END IF; END $do$"
)

TABLES = [
    Table(name="library_pace", worker=("SELECT", "DELETE")),
    Table(name="library_sending", worker=("SELECT", "DELETE")),
]

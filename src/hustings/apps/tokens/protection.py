"""Who may touch the tables of tokens."""

from __future__ import annotations

from hustings.apps.protection.table import Table

__all__ = ["SQL", "TABLES"]

# A program is nobody until its token is found, so no row rule can let it look; this answers for exactly the token of
# that digest, while it is good, and notes its use, once a minute so that reading does not mean writing.
HOLDER = """
CREATE OR REPLACE FUNCTION holder_of_token(given text)
RETURNS TABLE (token_id uuid, appointment_id uuid, person_id uuid, scopes varchar[], ends_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held record;
BEGIN
  SELECT t.id, t.appointment_id, a.person_id, t.scopes, t.ends_at, t.used_at INTO held
  FROM token t JOIN appointment a ON a.id = t.appointment_id JOIN person p ON p.id = a.person_id
  WHERE t.digest = given AND t.ended_at IS NULL AND t.ends_at > hustings_now() AND p.is_active AND t.stamp = p.stamp;
  IF NOT FOUND THEN RETURN; END IF;
  IF held.used_at IS NULL OR held.used_at < hustings_now() - interval '1 minute' THEN
    -- Two requests at once need not wait for each other to say the same.
    UPDATE token t SET used_at = hustings_now()
    WHERE t.id = (SELECT s.id FROM token s WHERE s.id = held.id FOR UPDATE SKIP LOCKED);
  END IF;
  RETURN QUERY SELECT held.id, held.appointment_id, held.person_id, held.scopes, held.ends_at;
END $$;
REVOKE ALL ON FUNCTION holder_of_token(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holder_of_token(text) TO hustings_web;
-- Who ends a position sees no token of it, but ends them all.
CREATE OR REPLACE FUNCTION open_tokens_of(these uuid[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM token WHERE appointment_id = ANY (these) AND ended_at IS NULL AND ends_at > hustings_now()
$$;
CREATE OR REPLACE FUNCTION end_tokens_of(these uuid[]) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH ended AS (
    UPDATE token SET ended_at = hustings_now()
    WHERE appointment_id = ANY (these) AND ended_at IS NULL AND ends_at > hustings_now() RETURNING 1)
  SELECT count(*) FROM ended
$$;
REVOKE ALL ON FUNCTION open_tokens_of(uuid[]), end_tokens_of(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_tokens_of(uuid[]), end_tokens_of(uuid[]) TO hustings_web, hustings_worker;
CREATE OR REPLACE FUNCTION calls_of_late(who text, most integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE seen integer;
BEGIN
  SELECT count(*) INTO seen FROM api_call WHERE caller = who AND at > clock_timestamp() - interval '1 minute';
  IF seen >= most THEN RETURN true; END IF;
  DELETE FROM api_call WHERE ctid IN (
    SELECT ctid FROM api_call WHERE caller = who AND at <= clock_timestamp() - interval '1 minute'
    LIMIT 10 FOR UPDATE SKIP LOCKED);
  INSERT INTO api_call (caller, at) VALUES (who, clock_timestamp());
  RETURN false;
END $$;
REVOKE ALL ON FUNCTION calls_of_late(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calls_of_late(text, integer) TO hustings_web;
"""

SQL = [HOLDER]

OWN = "appointment_id = hustings_seat()"

TABLES = [
    Table(
        name="token",
        web=("SELECT", "INSERT", "UPDATE (ended_at)"),
        worker=("SELECT", "DELETE"),
        rows={"own_reads": ("SELECT", OWN, ""), "own_makes": ("INSERT", "", OWN), "own_ends": ("UPDATE", OWN, OWN)},
        logged=True,
    ),
    Table(name="api_call", worker=("SELECT", "DELETE")),
]

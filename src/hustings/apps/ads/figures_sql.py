# ruff: noqa: S608 - what is put together here are words of this module
"""The functions through which everybody reads what was found late, and sums of what was decided; never a single look."""

from __future__ import annotations

__all__ = ["SQL"]

DEFINED = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"

# What two people expunged from the library is not told here either. Not of SQL: it is made before the library's tables.
GONE = """
CREATE OR REPLACE FUNCTION expunged_from_library(which varchar, key uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM library_subject s WHERE s.kind = which AND s.source = key
    AND NOT EXISTS (SELECT FROM library_key k WHERE k.subject_id = s.number));
END $$;
REVOKE ALL ON FUNCTION expunged_from_library(varchar, uuid) FROM PUBLIC;
"""

# Bodies are read when the function is made, so it can only follow its tables.
FOUND = f"""
CREATE OR REPLACE FUNCTION published_found_late() RETURNS TABLE (id uuid, door varchar, says text, masked boolean, page varchar,
  platform varchar, sponsor varchar, countries varchar[], how varchar, found_at timestamptz, days_without integer,
  impressions_without bigint, told varchar[], state varchar) {DEFINED} AS $$
  SELECT a.id, o.name, CASE WHEN a.state <> 'removed' AND NOT expunged_from_library('ad', a.id) THEN left(coalesce(nullif(c.text, ''), c.title, ''), 400) ELSE '' END,
    a.state = 'removed' OR expunged_from_library('ad', a.id),
    CASE WHEN expunged_from_library('page', p.id) THEN '' ELSE coalesce(nullif(p.name, ''), p.number, '') END,
    coalesce(p.platform, ''), CASE WHEN expunged_from_library('advertiser', s.id) THEN ''
      ELSE coalesce(nullif(s.display_name, ''), s.registered_name, '') END, a.countries, f.how, f.found_at, f.days_without,
    f.impressions_without, f.told, a.state
  FROM ad_found_late f JOIN ad a ON a.id = f.ad_id JOIN organisation o ON o.id = a.held_by_id
  LEFT JOIN ad_creative c ON c.id = a.creative_id LEFT JOIN ad_page p ON p.id = a.page_id
  LEFT JOIN sponsor s ON s.id = a.sponsor_id
  WHERE coalesce((SELECT h.move FROM ad_change h WHERE h.ad_id = a.id AND h.move IN ('find political', 'withdraw finding')
    ORDER BY h.at DESC, h.id DESC LIMIT 1), 'find political') = 'find political'
  ORDER BY f.found_at DESC, a.id
$$;
"""

# Sums by language, country and the machine's answer. A look counts once it is settled.
BLIND = f"""
CREATE OR REPLACE FUNCTION published_blind_looks() RETURNS TABLE (language varchar, country varchar, suspected boolean,
  among integer, drawn bigint, settled bigint, political bigint) {DEFINED} AS $$
  SELECT l.language, l.country, l.political, max(max(l.among)) OVER (PARTITION BY l.language, l.political), count(*),
    count(*) FILTER (WHERE w.state = 'settled'), count(*) FILTER (WHERE w.outcome IN ('political', 'social issue'))
  FROM ad_blind_look l LEFT JOIN LATERAL (SELECT k.state, k.outcome FROM review_work k
    WHERE k.subject_kind = 'blind look' AND k.subject_id = l.id ORDER BY k.asked_at DESC, k.id LIMIT 1) w ON true
  GROUP BY l.language, l.country, l.political ORDER BY l.language, l.country, l.political
$$;
CREATE OR REPLACE FUNCTION published_blind_pairs() RETURNS TABLE (language varchar, one varchar, other varchar, many bigint)
{DEFINED} AS $$
  SELECT l.language, a.outcome, b.outcome, count(*) FROM ad_blind_look l
  JOIN review_work w ON w.subject_kind = 'blind look' AND w.subject_id = l.id AND w.state = 'settled'
  JOIN review_decision a ON a.work_id = w.id AND a.pass_no = 1
  JOIN review_decision b ON b.work_id = w.id AND b.pass_no = 2 AND b.round = a.round
  GROUP BY l.language, a.outcome, b.outcome ORDER BY l.language, a.outcome, b.outcome
$$;
"""

REASONS = f"""
CREATE OR REPLACE FUNCTION published_reasons() RETURNS TABLE (queue varchar, policy varchar, version varchar, code varchar,
  title varchar, outcome varchar, many bigint, undone bigint, appealed bigint) {DEFINED} AS $$
  SELECT w.queue, p.name, p.version, r.code, r.title, d.outcome, count(*), count(u.decision_id), count(a.id)
  FROM review_decision d JOIN review_work w ON w.id = d.work_id JOIN review_reason r ON r.id = d.reason_id
  JOIN review_policy p ON p.id = r.policy_id LEFT JOIN review_undo u ON u.decision_id = d.id
  LEFT JOIN review_appeal a ON a.decision_id = d.id
  WHERE d.settles AND w.queue IN ('door', 'undeclared')
  GROUP BY w.queue, p.name, p.version, r.code, r.title, d.outcome ORDER BY w.queue, count(*) DESC, r.code, d.outcome
$$;
CREATE OR REPLACE FUNCTION published_ad_moves() RETURNS TABLE (move varchar, many bigint) {DEFINED} AS $$
  SELECT c.move, count(*) FROM ad_change c GROUP BY c.move ORDER BY count(*) DESC, c.move
$$;
"""

NAMES = "published_found_late(), published_blind_looks(), published_blind_pairs(), published_reasons(), published_ad_moves()"
# The tables of ads and of review both have to be there: what comes first in a new database makes nothing yet.
SQL = [
    f"""DO $do$ BEGIN IF to_regclass('ad_blind_look') IS NOT NULL AND to_regclass('review_outbox') IS NOT NULL THEN
EXECUTE $sql${FOUND}{BLIND}{REASONS}
REVOKE ALL ON FUNCTION {NAMES} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {NAMES} TO hustings_web;$sql$; END IF; END $do$"""
]

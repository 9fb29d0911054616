# ruff: noqa: S608 - what is put together here are words of this package
"""Taking the next work: whose it is already, what stands first in the lanes of who asks, or what chance gives."""

from __future__ import annotations

from hustings.apps.review.functions.words import DEFINED
from hustings.apps.review.models.work import CHANCED

__all__ = ["ANY", "APART", "CLAIM", "TAKE"]

# What the holder already has comes first: a browser that was closed finds its work again. The row that another one is
# just taking is skipped, not waited for; and whoever waited for a row looks at its lease again before taking it.
# Whom a planted work keeps out stands beside it: its own row says no more than that of any other.
APART = "coalesce((SELECT NOT me.person = ANY (p.without) FROM review_planted p WHERE p.work_id = n.id), true)"
FREE = f"(n.lease_until IS NULL OR n.lease_until <= at) AND NOT me.person = ANY (n.without) AND {APART}"
KNOWN = "(n.item_id IS NULL OR hustings_knows(n.item_id))"
TAKEN = f"""UPDATE review_work t SET holder_id = hustings_seat(), claimed_at = at, lease_until = at + the_lease,
      fence = t.fence + 1, on_hold = false, drawn = %s, draw = %s
    WHERE t.id = (
      SELECT n.id FROM review_work n
      WHERE n.held_by_id = me.organisation AND n.queue = the_queue AND n.state = 'open' AND n.lane = %s
        AND {FREE}%s
      ORDER BY %s LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING t.* INTO taken"""
TAKE = f"""SELECT * INTO taken FROM review_work t
    WHERE t.holder_id = hustings_seat() AND t.state = 'open' AND t.queue = the_queue AND t.lease_until > at AND NOT t.on_hold
    ORDER BY t.lease_until LIMIT 1;
  IF NOT FOUND THEN
    IF EXISTS (SELECT FROM review_lane l WHERE l.held_by_id = me.organisation AND l.queue = the_queue)
       OR EXISTS (SELECT FROM review_rules r WHERE r.held_by_id = me.organisation AND r.chance > 0) THEN
      SELECT * INTO taken FROM review_take(me.organisation, me.person, the_queue, the_lease);
      anew := taken.id IS NOT NULL;
    ELSE
      {TAKEN % ("false", "NULL", "''", "", "n.turn_at, n.id")};
      anew := FOUND;
    END IF;
  END IF;"""

# Where lanes, or chance, have a say. The lanes are asked in the order of what stands first in each; a claim by chance takes
# any of an eighth of all work (that of the lowest random keys), each with the chance of the gap before its key.
ANY = f"""
CREATE OR REPLACE FUNCTION review_take(the_organisation uuid, the_person uuid, the_queue text, the_lease interval)
RETURNS SETOF review_work {DEFINED} AS $$
DECLARE
  me record;
  at timestamptz := hustings_now();
  taken review_work;
  lanes text[];
  the_lane text;
  the_number bigint;
  the_draw bytea;
  point uuid;
  the_chance integer := coalesce((SELECT r.chance FROM review_rules_of(the_organisation) r), 0);
BEGIN
  SELECT the_organisation AS organisation, the_person AS person INTO me;
  SELECT array_agg(f.lane ORDER BY f.turn_at, f.id) INTO lanes FROM (
    SELECT l.lane, f.turn_at, f.id
    FROM (SELECT '' AS lane UNION ALL SELECT review_lanes(me.organisation, me.person, the_queue)) l
    CROSS JOIN LATERAL (
      SELECT n.turn_at, n.id FROM review_work n
      WHERE n.held_by_id = me.organisation AND n.queue = the_queue AND n.state = 'open' AND n.lane = l.lane
        AND {FREE} AND {KNOWN}
      ORDER BY n.turn_at, n.id LIMIT 1) f) f;
  IF lanes IS NULL THEN RETURN; END IF;
  IF the_chance > 0 THEN
    the_number := nextval('review_draw_number');
    the_draw := review_drawn('claim ' || the_number);
    IF review_part(the_draw) * 100 < the_chance THEN
      -- The next bytes of the draw say where: a key below an eighth of all keys; past the last one, from the beginning.
      point := encode(set_byte(substring(the_draw FROM 5 FOR 16), 0, get_byte(the_draw, 4) % 32), 'hex')::uuid;
      FOREACH point IN ARRAY ARRAY[point, '00000000-0000-0000-0000-000000000000'] LOOP
        FOR the_lane IN
          SELECT f.lane FROM unnest(lanes) AS l(lane) CROSS JOIN LATERAL (
            SELECT l.lane, n.id FROM review_work n
            WHERE n.held_by_id = me.organisation AND n.queue = the_queue AND n.state = 'open' AND n.lane = l.lane
              AND n.id < '{CHANCED}' AND n.id >= point AND {FREE} AND {KNOWN}
            ORDER BY n.id LIMIT 1) f ORDER BY f.id
        LOOP
          {TAKEN % ("true", "the_number", "the_lane", f" AND n.id < '{CHANCED}' AND n.id >= point AND {KNOWN}", "n.id")};
          EXIT WHEN taken.id IS NOT NULL;
        END LOOP;
        EXIT WHEN taken.id IS NOT NULL;
      END LOOP;
    END IF;
  END IF;
  IF taken.id IS NULL THEN
    FOREACH the_lane IN ARRAY lanes LOOP
      {TAKEN % ("false", "the_number", "the_lane", f" AND {KNOWN}", "n.turn_at, n.id")};
      EXIT WHEN FOUND;
    END LOOP;
  END IF;
  IF taken.id IS NULL THEN RETURN; END IF;
  PERFORM review_dosed(me.organisation, me.person, taken.topics::text[], 1, NULL);
  RETURN NEXT taken;
END $$;
"""

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
    PERFORM review_told('review claimed', taken, review_by_chance(taken), '{{}}');
  END IF;
  IF taken.id IS NULL THEN RETURN; END IF;
  work := taken.id; fence := taken.fence; digest := taken.digest; lease_until := taken.lease_until;
  RETURN NEXT;
END $$;
"""

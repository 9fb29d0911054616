"""What the database itself refuses or orders about sponsors and ads, whoever writes: moves, and the turn of orders."""

from __future__ import annotations

from hustings.policy.advertising import SPONSOR, By

__all__ = ["SQL"]


def listed(moves: set[tuple[str, str]]) -> str:
    """Pairs of states as an array of SQL."""
    return "ARRAY[" + ", ".join(f"'{source} > {target}'" for source, target in sorted(moves)) + "]"


STEPS = {(str(source), str(move.target)) for move in SPONSOR.moves for source in move.sources}
ADVERTISERS = {
    (str(source), str(move.target)) for move in SPONSOR.moves if By.ADVERTISER in move.by for source in move.sources
}

# What is no line of the machine is not done by the web or the worker, by whatever way somebody reached the table; whoever
# owns the schema and mends rows by hand is held by nothing. Whoever acts for a sponsor and
# from no seat takes the advertiser's lines alone, and gives themself no class, no term and no other door.
MOVED = f"""
CREATE OR REPLACE FUNCTION sponsor_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  acts_as text := coalesce(current_setting('role', true), '');
  advertises boolean := acts_as = 'hustings_web' AND hustings_seat() IS NULL;
  step text := OLD.state || ' > ' || NEW.state;
BEGIN
  IF acts_as NOT IN ('hustings_web', 'hustings_worker') THEN
    RETURN NEW;
  END IF;
  IF OLD.state <> NEW.state AND NOT step = ANY (CASE WHEN advertises THEN {listed(ADVERTISERS)} ELSE {listed(STEPS)} END) THEN
    RAISE EXCEPTION 'a sponsor is not moved from % to % by who asks', OLD.state, NEW.state
      USING ERRCODE = 'insufficient_privilege', HINT = 'The machine is in policy/advertising.py.';
  END IF;
  IF advertises AND (OLD.held_by_id, OLD.sponsor_class, OLD.archive, OLD.number, OLD.person_until, OLD.location_until)
     IS DISTINCT FROM (NEW.held_by_id, NEW.sponsor_class, NEW.archive, NEW.number, NEW.person_until, NEW.location_until) THEN
    RAISE EXCEPTION 'class, term and door of a sponsor are given by people of the door'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
DO $do$ BEGIN
  IF to_regclass('sponsor') IS NOT NULL THEN
    CREATE OR REPLACE TRIGGER moved_by_the_machine BEFORE UPDATE ON sponsor FOR EACH ROW EXECUTE FUNCTION sponsor_moved();
  END IF;
END $do$;
"""

# A number taken early may become visible late, and who polls by number would have passed it by then. So an order has its
# number only at the end of its transaction, where one goes after the other: what becomes visible later counts higher.
TURN = """
CREATE OR REPLACE FUNCTION ad_order_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('turn of ad orders', 0));
  UPDATE ad_order SET number = nextval(pg_get_serial_sequence('ad_order', 'number')) WHERE number = NEW.number;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION ad_order_turn() FROM PUBLIC;
DO $do$ BEGIN
  IF to_regclass('ad_order') IS NOT NULL THEN
    DROP TRIGGER IF EXISTS turn_at_the_end ON ad_order;
    CREATE CONSTRAINT TRIGGER turn_at_the_end AFTER INSERT ON ad_order DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION ad_order_turn();
  END IF;
END $do$;
"""

SQL = [MOVED, TURN]

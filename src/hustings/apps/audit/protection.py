"""Who may touch the log, and the two functions through which alone it is added to."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

NUMBER = "CREATE SEQUENCE IF NOT EXISTS log_entry_number"

# Which log tells of an item: a label that is restricted in any way has a log of its own.
PLACE = """
CREATE OR REPLACE FUNCTION log_for(the_label uuid) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  marked label;
  the_log uuid;
BEGIN
  SELECT * INTO marked FROM label WHERE id = the_label;
  IF NOT FOUND THEN
    SELECT id INTO STRICT the_log FROM log WHERE name = 'unplaced';
  ELSIF marked.need = 'named' OR marked.level > 0 OR marked.tlp = 'red'
        OR cardinality(marked.compartments) > 0 OR cardinality(marked.unknown) > 0 THEN
    SELECT id INTO the_log FROM log WHERE name = marked.digest;
    IF NOT FOUND THEN
      the_log := gen_random_uuid();
      INSERT INTO log (id, name, origin, label_id)
      VALUES (the_log, marked.digest, 'hustings/log/' || the_log, marked.id) ON CONFLICT (name) DO NOTHING;
      SELECT id INTO STRICT the_log FROM log WHERE name = marked.digest;
    END IF;
  ELSE
    SELECT id INTO STRICT the_log FROM log WHERE name = 'open';
  END IF;
  RETURN the_log;
END $$;
REVOKE ALL ON FUNCTION log_for(uuid) FROM PUBLIC;
"""

# Adds an entry that waits. Salts are made here: 244 random bits, so that no text can be guessed from its hash.
APPEND = """
CREATE OR REPLACE FUNCTION log_put(the_log uuid, the_event text, the_facts jsonb, the_texts jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  entry uuid := gen_random_uuid();
  hashes jsonb := '{}';
  part record;
  salt bytea;
BEGIN
  -- Most entries have no text: to ask for each of none takes a third of the time of the whole.
  IF the_texts <> '{}' THEN
    FOR part IN SELECT key, value FROM jsonb_each_text(the_texts) LOOP
      salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
      INSERT INTO log_text (id, entry, name, salt, text) VALUES
        (gen_random_uuid(), entry, part.key, salt, CASE WHEN part.key <> 'row' THEN part.value END);
      hashes := hashes || jsonb_build_object(part.key, encode(sha256(salt || convert_to(part.value, 'UTF8')), 'hex'));
    END LOOP;
  END IF;
  INSERT INTO log_entry (id, log_id, number, at, event, facts, texts)
  VALUES (entry, the_log, nextval('log_entry_number'), hustings_now(), the_event, the_facts || jsonb_build_object(
    'entry', entry, 'role', coalesce(nullif(current_setting('role'), 'none'), session_user)), hashes);
  RETURN entry;
END $$;
REVOKE ALL ON FUNCTION log_put(uuid, text, jsonb, jsonb) FROM PUBLIC;

-- Several entries without texts, in one statement.
CREATE OR REPLACE FUNCTION log_put_all(the_log uuid, the_events text[], the_facts jsonb[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  acts_as text := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
  INSERT INTO log_entry (id, log_id, number, at, event, facts, texts)
  SELECT e.entry, the_log, nextval('log_entry_number'), hustings_now(), e.event,
    e.facts || jsonb_build_object('entry', e.entry, 'role', acts_as), '{}'
  FROM (SELECT gen_random_uuid() AS entry, u.event, u.facts
        FROM unnest(the_events, the_facts) WITH ORDINALITY AS u(event, facts, place) ORDER BY u.place) e;
END $$;
REVOKE ALL ON FUNCTION log_put_all(uuid, text[], jsonb[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION log_append(the_event text, the_actor uuid, the_item uuid, the_facts jsonb, the_texts jsonb)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF hustings_seat() IS DISTINCT FROM the_actor AND hustings_seat() IS NOT NULL AND the_actor IS NOT NULL THEN
    RAISE EXCEPTION 'the log entry names another actor than the one who acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN log_put(
    CASE WHEN the_item IS NULL THEN (SELECT id FROM log WHERE name = 'open')
         ELSE log_for((SELECT label_id FROM item WHERE id = the_item)) END,
    the_event,
    the_facts || jsonb_build_object('actor', coalesce(the_actor, hustings_seat()), 'item', the_item),
    the_texts);
END $$;
REVOKE ALL ON FUNCTION log_append(text, uuid, uuid, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_append(text, uuid, uuid, jsonb, jsonb) TO hustings_web, hustings_worker;
"""

# Attached to every table that is declared `logged`. It sees bulk writes and raw SQL as well. A row that names an item
# in any of its columns is told of in that item's log; of several the restricted one decides.
CHANGE = """
CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'search' END;
  after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'search' END;
  kept jsonb := coalesce(after, before);
  own uuid := CASE WHEN TG_TABLE_NAME = 'item' THEN kept ->> 'id' ELSE kept ->> 'item_id' END;
  named uuid;
  marked uuid;
  place uuid;
  changed jsonb;
BEGIN
  IF before = after THEN
    RETURN NULL;
  END IF;
  IF TG_TABLE_NAME = 'item' THEN
    named := own;
    marked := kept ->> 'label_id';
  ELSE
    SELECT item.id, item.label_id INTO named, marked
    FROM jsonb_each_text(kept) AS part JOIN item ON item.id = part.value::uuid JOIN label ON label.id = item.label_id
    WHERE part.value ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
    ORDER BY label.need = 'named' DESC, item.id = own DESC NULLS LAST LIMIT 1;
    IF TG_TABLE_NAME = 'label' THEN
      marked := kept ->> 'id';
    END IF;
  END IF;
  place := CASE WHEN marked IS NULL AND own IS NULL THEN (SELECT id FROM log WHERE name = 'open') ELSE log_for(marked) END;
  SELECT coalesce(jsonb_agg(part.key ORDER BY part.key), '[]') INTO changed
  FROM jsonb_each(after) AS part WHERE TG_OP = 'UPDATE' AND before -> part.key IS DISTINCT FROM part.value;
  PERFORM log_put(place, 'row.' || lower(TG_OP), jsonb_build_object(
    'actor', hustings_seat(), 'item', coalesce(named, own), 'table', TG_TABLE_NAME,
    'key', coalesce(kept ->> 'id', kept ->> 'item_id'), 'columns', changed), jsonb_build_object('row', kept::text));
  RETURN NULL;
END $$;
"""

# A waiting entry may go only once it has its place; texts may only be erased, wholly; nothing else moves.
KEEP = """
CREATE OR REPLACE FUNCTION log_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM log_leaf WHERE log_leaf.id = OLD.id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'entries of the log are added, never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION log_text_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.salt IS NULL
     AND (NEW.id, NEW.entry, NEW.name) = (OLD.id, OLD.entry, OLD.name) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'texts of the log can be erased, and nothing else' USING ERRCODE = 'insufficient_privilege';
END $$;
DO $$ BEGIN
  IF to_regclass('log_entry') IS NOT NULL THEN
    CREATE OR REPLACE TRIGGER kept_until_placed BEFORE UPDATE OR DELETE ON log_entry
      FOR EACH ROW EXECUTE FUNCTION log_entry_kept();
    CREATE OR REPLACE TRIGGER kept_whole BEFORE TRUNCATE ON log_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE OR REPLACE TRIGGER erased_only BEFORE UPDATE OR DELETE ON log_text
      FOR EACH ROW EXECUTE FUNCTION log_text_kept();
    CREATE OR REPLACE TRIGGER kept_whole BEFORE TRUNCATE ON log_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  END IF;
END $$;
"""

# Erases a text and says so in the log that holds its entry, in one transaction.
ERASE = """
CREATE OR REPLACE FUNCTION log_erase(the_entry uuid, the_name text, the_ground text, the_actor uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  told log_leaf;
BEGIN
  UPDATE log_text SET salt = NULL, text = NULL, erased_at = hustings_now()
  WHERE entry = the_entry AND name = the_name AND erased_at IS NULL;
  SELECT * INTO told FROM log_leaf WHERE id = the_entry;
  IF NOT FOUND OR told.texts ->> the_name IS NULL THEN
    RAISE EXCEPTION 'there is no such text' USING ERRCODE = 'no_data_found';
  END IF;
  RETURN log_put(told.log_id, 'text.erased', jsonb_build_object(
    'actor', coalesce(hustings_seat(), the_actor), 'item', told.facts -> 'item', 'of', the_entry, 'index', told.index, 'name', the_name,
    'hash', told.texts -> the_name, 'ground', the_ground), '{}');
END $$;
REVOKE ALL ON FUNCTION log_erase(uuid, text, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_erase(uuid, text, text, uuid) TO hustings_web, hustings_worker;
"""

SQL = [NUMBER, PLACE, APPEND, CHANGE, KEEP, ERASE]

READ = ("SELECT",)
VISIBLE = "log_id IN (SELECT id FROM log)"

TABLES = [
    Table(
        name="log",
        web=READ,
        worker=READ,
        rows={
            "log_by_label": (
                "SELECT",
                "name IN ('open', 'library') OR EXISTS (SELECT FROM item WHERE item.label_id = log.label_id)",
                "",
            )
        },
        append_only=True,
    ),
    Table(name="log_entry", worker=("SELECT", "DELETE")),
    Table(
        name="log_leaf",
        web=READ,
        worker=APPEND_ONLY,
        rows={
            "log_leaf_as_its_item": (
                "SELECT",
                "item IN (SELECT id FROM item) OR item IS NULL AND log_id IN (SELECT id FROM log WHERE name IN ('open', 'library'))",
                "",
            )
        },
        append_only=True,
    ),
    Table(
        name="log_node",
        web=READ,
        worker=APPEND_ONLY,
        rows={"log_node_as_log": ("SELECT", VISIBLE, "")},
        append_only=True,
    ),
    Table(
        name="log_checkpoint",
        web=READ,
        worker=APPEND_ONLY,
        rows={"log_checkpoint_as_log": ("SELECT", VISIBLE, "")},
        append_only=True,
    ),
    Table(name="log_witness", web=APPEND_ONLY, worker=READ, append_only=True, logged=True),
    Table(
        name="log_cosignature",
        web=APPEND_ONLY,
        worker=APPEND_ONLY,
        rows={"log_cosignature_as_log": ("SELECT", VISIBLE, ""), "log_cosignature_added": ("INSERT", "", VISIBLE)},
        append_only=True,
    ),
    Table(
        name="log_text",
        web=READ,
        worker=READ,
        rows={"log_text_as_entry": ("SELECT", "entry IN (SELECT id FROM log_leaf)", "")},
    ),
]

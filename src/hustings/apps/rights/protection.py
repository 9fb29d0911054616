"""Who may touch audits of equal treatment, and what a release stands on: the database looks at it, whoever writes."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table

__all__ = ["SQL", "TABLES"]

# Looked at by the row's trigger, so that no way around the page puts a version in force that an audit speaks against.
GATE = """
CREATE OR REPLACE FUNCTION rights_release_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  asked rights_override;
  first_person uuid;
  second_person uuid;
BEGIN
  IF NEW.ground = 'first' THEN
    IF EXISTS (SELECT FROM rights_release r JOIN review_policy p ON p.id = r.policy_id
               JOIN review_policy n ON n.id = NEW.policy_id WHERE p.name = n.name) THEN
      RAISE EXCEPTION 'a version of this policy is in force already, so this is not its first' USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NEW.ground = 'audited' THEN
    IF NOT EXISTS (SELECT FROM rights_audit a WHERE a.id = NEW.audit_id AND a.policy_id = NEW.policy_id AND a.blocks = false) THEN
      RAISE EXCEPTION 'no audit of this version without a gap stands behind the release' USING ERRCODE = 'check_violation';
    END IF;
    -- The last word of each stage counts: an older audit without a gap does not outweigh a newer one with one.
    IF EXISTS (SELECT FROM (SELECT DISTINCT ON (a.stage) a.blocks FROM rights_audit a
                 WHERE a.policy_id = NEW.policy_id AND a.blocks IS NOT NULL ORDER BY a.stage, a.at DESC, a.id DESC) last
               WHERE last.blocks) THEN
      RAISE EXCEPTION 'an audit of this version found a gap over twofold' USING ERRCODE = 'check_violation';
    END IF;
  ELSE
    SELECT * INTO asked FROM rights_override o WHERE o.id = NEW.override_id;
    SELECT a.person_id INTO first_person FROM appointment a WHERE a.id = asked.by_id;
    SELECT a.person_id INTO second_person FROM appointment a WHERE a.id = NEW.by_id;
    IF asked.policy_id IS DISTINCT FROM NEW.policy_id OR first_person IS NULL OR second_person IS NULL
       OR first_person = second_person THEN
      RAISE EXCEPTION 'two people have to stand for a release in spite of a gap' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS gate ON rights_release;
CREATE TRIGGER gate BEFORE INSERT ON rights_release FOR EACH ROW EXECUTE FUNCTION rights_release_gate();
"""

# The tables come with the migrations; what names their row types can only follow them.
SQL = [f"DO $do$ BEGIN IF to_regclass('rights_release') IS NOT NULL THEN EXECUTE $sql${GATE}$sql$; END IF; END $do$"]

# Not those who review: the texts of a test stand among their work.
SEEING = "(SELECT hustings_reviewing('rights auditor', 'supervisor', 'auditor', 'public information', 'liaison'))"
AUDITING = "(SELECT hustings_reviewing('rights auditor'))"
RELEASING = "(SELECT hustings_reviewing('supervisor', 'liaison'))"
SEAT = "(SELECT hustings_seat())"

TABLES = [
    Table(
        name="rights_table",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "shown": ("SELECT", f"held_by_id = {SEEING}", ""),
            "auditors_add": ("INSERT", "", f"held_by_id = {AUDITING} AND recorded_by_id = {SEAT}"),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="rights_audit",
        web=APPEND_ONLY,
        worker=("SELECT", "UPDATE (figures, blocks, done_at)"),
        rows={
            "shown": ("SELECT", f"held_by_id = {SEEING}", ""),
            "auditors_add": ("INSERT", "", f"held_by_id = {AUDITING} AND by_id = {SEAT}"),
        },
        logged=True,
    ),
    Table(
        name="rights_variant",
        web=("SELECT (id, audit_id, swap, key, side, should, text, lang, stopped)", "INSERT"),
        worker=("SELECT", "UPDATE (work_id, stopped)"),
        rows={
            "shown": ("SELECT", f"audit_id IN (SELECT id FROM rights_audit a WHERE a.held_by_id = {AUDITING})", ""),
            "auditors_add": (
                "INSERT",
                "",
                f"work_id IS NULL AND stopped IS NULL AND audit_id IN (SELECT id FROM rights_audit a WHERE a.held_by_id = {AUDITING})",
            ),
        },
    ),
    Table(
        name="rights_override",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            # Published once another person agreed; before, those see it who may agree.
            "shown": (
                "SELECT",
                f"held_by_id = {SEEING} OR EXISTS (SELECT FROM rights_release r WHERE r.override_id = id)",
                "",
            ),
            "supervisors_ask": (
                "INSERT",
                "",
                f"held_by_id = (SELECT hustings_reviewing('supervisor')) AND by_id = {SEAT}",
            ),
        },
        append_only=True,
        logged=True,
    ),
    Table(
        name="rights_release",
        web=APPEND_ONLY,
        worker=("SELECT",),
        rows={
            "everybody_reads": ("SELECT", "true", ""),
            "released_by_two": ("INSERT", "", f"by_id = {SEAT} AND {RELEASING} IS NOT NULL"),
        },
        append_only=True,
        logged=True,
    ),
]

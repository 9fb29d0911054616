# ruff: noqa: S608 - what is put together here are words of this module
"""What the database itself holds about reports: versions stay as they were frozen, and nobody approves their own."""

from __future__ import annotations

from hustings.apps.protection.table import APPEND_ONLY, Table
from hustings.policy.reporting import REPORT

__all__ = ["SQL", "TABLES"]

ITEMS = "(SELECT id FROM item)"  # the items' own row rules decide
SEAT = "(SELECT hustings_seat())"
OWN = "(SELECT hustings_organisation())"
WORKING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison'))"
READING = "(SELECT hustings_has_role('analyst', 'reviewer', 'liaison', 'auditor'))"
DEFINED = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
STEPS = ", ".join(sorted({f"'{source.value}>{step.target.value}'" for step in REPORT for source in step.sources}))

GUARDS = f"""
CREATE OR REPLACE FUNCTION report_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF ROW(NEW.item_id, NEW.case_id, NEW.campaign_id, NEW.held_by_id, NEW.by_id, NEW.kind, NEW.public)
     IS DISTINCT FROM ROW(OLD.item_id, OLD.case_id, OLD.campaign_id, OLD.held_by_id, OLD.by_id, OLD.kind, OLD.public) THEN
    RAISE EXCEPTION 'what a report is about does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_stays';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) <> ALL (ARRAY[{STEPS}]) THEN
    RAISE EXCEPTION 'no step of the table' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_moves_by_its_table';
  END IF;
  IF NEW.state IN ('draft', 'withdrawn') AND EXISTS (SELECT FROM report_version v WHERE v.report_id = NEW.item_id AND v.published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'what is published stays published' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_stays_published';
  END IF;
  IF NEW.state = 'published' AND NOT EXISTS (
    SELECT FROM report_version v WHERE v.report_id = NEW.item_id AND v.published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'what is published is a version' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_published_with_its_version';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER report_guard BEFORE UPDATE ON report FOR EACH ROW EXECUTE FUNCTION report_guard();
CREATE OR REPLACE FUNCTION report_version_guard() RETURNS trigger {DEFINED} AS $$
BEGIN
  IF ROW(NEW.id, NEW.report_id, NEW.held_by_id, NEW.number, NEW.as_of, NEW.document, NEW.sha256, NEW.rows_id, NEW.by_id, NEW.at)
     IS DISTINCT FROM ROW(OLD.id, OLD.report_id, OLD.held_by_id, OLD.number, OLD.as_of, OLD.document, OLD.sha256, OLD.rows_id, OLD.by_id, OLD.at)
     OR (OLD.approved_at IS NOT NULL AND ROW(NEW.approved_by_id, NEW.approved_at) IS DISTINCT FROM ROW(OLD.approved_by_id, OLD.approved_at))
     OR (OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at) THEN
    RAISE EXCEPTION 'a version stays as it was frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_version_stays';
  END IF;
  IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id AND (hustings_same_person(NEW.by_id, NEW.approved_by_id)
     OR EXISTS (SELECT FROM report r WHERE r.item_id = NEW.report_id AND hustings_same_person(r.by_id, NEW.approved_by_id))) THEN
    RAISE EXCEPTION 'another person approves it' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_version_by_another';
  END IF;
  IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id AND coalesce(current_setting('role', true), '') = 'hustings_web'
     AND (NEW.approved_by_id IS DISTINCT FROM hustings_seat() OR NOT hustings_has_role('reviewer', 'liaison')) THEN
    RAISE EXCEPTION 'who approves does so in their own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_version_in_own_name';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER report_version_guard BEFORE UPDATE ON report_version FOR EACH ROW EXECUTE FUNCTION report_version_guard();
"""

# The tables come with the migrations; functions that name their row types can only follow them.
SQL = [
    f"DO $do$ BEGIN IF to_regclass('report_correction') IS NOT NULL THEN EXECUTE $sql${GUARDS}$sql$; END IF; END $do$"
]

# Drafts are for the people who write them. What others may read is a published version, under the marking of its item.
OURS = f"held_by_id = {OWN} AND {READING}"
OF_OURS = f"report_id IN (SELECT item_id FROM report WHERE {OURS})"
SAID = {
    "colleagues_know": ("SELECT", OF_OURS, ""),
    "said_in_own_name": ("INSERT", "", f"{OF_OURS} AND by_id = {SEAT} AND {WORKING}"),
}
SHOWN = f"report_id IN {ITEMS} AND (published_at IS NOT NULL OR {OURS})"
TABLES = [
    Table(name="report", web=("SELECT", "INSERT", "UPDATE (state, parameters)"), rows={
        "colleagues_know": ("SELECT", f"item_id IN {ITEMS} AND {OURS}", ""),
        "working_people_make": ("INSERT", "", f"item_id IN {ITEMS} AND held_by_id = {OWN} AND by_id = {SEAT} AND {WORKING} AND state = 'draft'"),
        "working_people_change": ("UPDATE", f"item_id IN {ITEMS} AND {OURS} AND {WORKING}", f"item_id IN {ITEMS}"),
    }, logged=True),
    Table(name="report_text", web=APPEND_ONLY, rows=SAID, append_only=True, logged=True),
    Table(name="report_move", web=APPEND_ONLY, rows=SAID, append_only=True, logged=True),
    Table(name="report_version", web=("SELECT", "INSERT", "UPDATE (approved_by_id, approved_at, published_at)"), rows={
        "follows_item_when_published": ("SELECT", SHOWN, ""),
        "said_in_own_name": ("INSERT", "", f"{OF_OURS} AND held_by_id = {OWN} AND by_id = {SEAT} AND {WORKING} AND published_at IS NULL"),
        "who_approves_changes": ("UPDATE", f"report_id IN {ITEMS} AND {OURS} AND {WORKING}", f"report_id IN {ITEMS}"),
    }, logged=True),
    Table(name="report_correction", web=APPEND_ONLY, rows={
        "follows_version": ("SELECT", "by_version_id IN (SELECT id FROM report_version)", ""),
        "said_in_own_name": ("INSERT", "", f"by_version_id IN (SELECT id FROM report_version WHERE {OURS}) AND by_id = {SEAT} AND {WORKING}"),
    }, append_only=True, logged=True),
]  # fmt: skip

# ruff: noqa: S608 - what is put together here are words of this module and of the columns
"""What files hand out, made ready in the database: whatever writes what is shown writes its line too, and nothing else can."""

from __future__ import annotations

from hustings.apps.library.bulk.columns import row_of
from hustings.apps.protection.table import Table

__all__ = ["FILL", "MADE", "SQL", "TABLES"]

# Of a row `s` of what is shown. Where no cell begins with an apostrophe none was put there; where one does, who needs to
# know makes the row again.
MADE = f"""
SELECT s.seq, s.body::text AS line, row.cells, coalesce(strpos(row.cells, ',''') + strpos(row.cells, ',"''') = 0, true) AS plain
FROM (SELECT CASE WHEN s.kind = 'ad' THEN ({row_of("s.body", guarded=True)}) END AS cells OFFSET 0) AS row
"""
PUT = f"INSERT INTO library_line (seq, line, cells, plain) SELECT made.* FROM ROWS, LATERAL ({MADE}) AS made"
FILL = f"{PUT.replace('ROWS', 'library_shown s')} WHERE s.seq BETWEEN %s AND %s ON CONFLICT (seq) DO NOTHING"

# By statement: a portion of rows is made in one go, which takes half as long as one by one.
TRIGGERS = f"""
CREATE OR REPLACE FUNCTION library_line_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  {PUT.replace("ROWS", "changed s")}
  ON CONFLICT (seq) DO UPDATE SET line = EXCLUDED.line, cells = EXCLUDED.cells, plain = EXCLUDED.plain;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION library_line_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  {PUT.replace("ROWS", "changed s JOIN earlier e ON e.seq = s.seq AND e.body IS DISTINCT FROM s.body")}
  ON CONFLICT (seq) DO UPDATE SET line = EXCLUDED.line, cells = EXCLUDED.cells, plain = EXCLUDED.plain;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION library_line_new(), library_line_again() FROM PUBLIC;
CREATE OR REPLACE TRIGGER handed_out AFTER INSERT ON library_shown REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION library_line_new();
CREATE OR REPLACE TRIGGER handed_out_again AFTER UPDATE ON library_shown REFERENCING OLD TABLE AS earlier NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION library_line_again();
""".replace("$$", "$body$")
SQL = f"DO $do$ BEGIN IF to_regclass('library_line') IS NOT NULL THEN EXECUTE $sql${TRIGGERS}$sql$; END IF; END $do$"

# Nobody writes a line but by what is shown.
TABLES = [Table(name="library_line", web=("SELECT",), worker=("SELECT",))]

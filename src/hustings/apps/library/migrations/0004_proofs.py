"""Finding a version's entry in the log, and a day's root, among millions."""

from django.db import migrations

INDEXES = """
CREATE INDEX log_leaf_of_version ON log_leaf (((facts ->> 'seq')::bigint)) WHERE event = 'library.version';
CREATE INDEX log_checkpoint_by_time ON log_checkpoint (log_id, at DESC);
"""
BACK = "DROP INDEX log_leaf_of_version; DROP INDEX log_checkpoint_by_time;"


class Migration(migrations.Migration):
    dependencies = [("library", "0003_expungement"), ("audit", "0003_checkpoint_key")]
    operations = [migrations.RunSQL(INDEXES, BACK)]

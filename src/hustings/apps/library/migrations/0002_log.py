"""The log of the library."""

from django.db import migrations

LOG = """
INSERT INTO log (id, name, origin) SELECT id, 'library', 'hustings/library/' || id FROM (VALUES (gen_random_uuid())) AS one (id);
"""


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial"), ("audit", "0003_checkpoint_key")]
    operations = [migrations.RunSQL(LOG, migrations.RunSQL.noop)]

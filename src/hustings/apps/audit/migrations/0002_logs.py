"""The two logs that exist from the beginning."""

from django.db import migrations

# `unplaced` is for entries whose item cannot be found any more; nobody reads it through the web.
LOGS = """
INSERT INTO log (id, name, origin) SELECT id, name, 'hustings/log/' || id
FROM (VALUES (gen_random_uuid(), 'open'), (gen_random_uuid(), 'unplaced')) AS first (id, name);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(LOGS, migrations.RunSQL.noop)]

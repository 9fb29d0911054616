"""Lines of files made of what is shown already; cut off, it goes on where it stopped."""

from django.db import migrations

from hustings.apps.library.bulk.sql import FILL

PORTION = 5_000


def fill(apps, editor):
    """What a trigger of `bulk.sql` writes from now on."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(seq), 1), coalesce(max(seq), 0) FROM library_shown")
        first, last = cursor.fetchone()
        for seq in range(first, last + 1, PORTION):
            cursor.execute(FILL, [seq, seq + PORTION - 1])


class Migration(migrations.Migration):
    # Millions of rows are not written in one transaction.
    atomic = False

    dependencies = [("library", "0012_lines")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

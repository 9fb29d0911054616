from django.db import migrations


class Migration(migrations.Migration):
    """Beside each key of text Django makes an index for searches by how it begins; nobody makes any of messages."""

    dependencies = [
        ('review', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL('DROP INDEX IF EXISTS review_outbox_key_76b7b4e7_like', migrations.RunSQL.noop),
    ]

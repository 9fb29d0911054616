"""The rows that a removed asset was: they are never its own return."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("cases", "0004_enforcement_plans")]

    operations = [
        migrations.AddField(
            model_name="actorpartheld",
            name="things",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                default=list,
                help_text="rows of the tables of ads that it was: never its own return",
                size=None,
            ),
        ),
    ]

"""The regions of an ad as a column to search by, filled for what is shown already."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from hustings.screening.audience.places import regions_of
from hustings.screening.targeting_tree import from_json

BATCH = 1000


def fill(apps, editor):
    """What `publishing.showing` writes from now on."""
    shown = apps.get_model("library", "Shown")
    last = 0
    while rows := list(shown.objects.filter(kind="ad", seq__gt=last).order_by("seq").only("seq", "body")[:BATCH]):
        for row in rows:
            tree = row.body.get("targeting")
            try:
                aim = from_json(tree) if tree else None
            except ValueError:
                aim = None
            row.regions = list(
                regions_of(aim, [one[0] for one in row.body.get("by_region") or []], row.body.get("countries") or [])
            )
        shown.objects.bulk_update(rows, ["regions"])
        last = rows[-1].seq


class Migration(migrations.Migration):
    # Rows that have just been changed cannot be indexed in the same transaction while their triggers wait.
    atomic = False

    dependencies = [
        ("library", "0007_vetted_and_complaints"),
    ]

    operations = [
        migrations.AddField(
            model_name="shown",
            name="regions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                default=list,
                help_text="by code or name, where it was shown or could be",
                size=None,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="shown",
            index=django.contrib.postgres.indexes.GinIndex(fields=["regions"], name="library_by_region"),
        ),
    ]

"""Ads made ready in the form of `ads_archive`, for what is shown already."""

from django.db import migrations, models

from hustings.exchange.ads.prepared import prepared

BATCH = 1000


def fill(apps, editor):
    """What `publishing.showing` writes from now on."""
    shown = apps.get_model("library", "Shown")
    last, ads = 0, shown.objects.filter(kind="ad").exclude(hidden="expunged").order_by("seq")
    while rows := list(ads.filter(seq__gt=last).only("seq", "body")[:BATCH]):
        for row in rows:
            row.meta = prepared(row.body)
        shown.objects.bulk_update(rows, ["meta"])
        last = rows[-1].seq


class Migration(migrations.Migration):
    # Millions of rows are not changed in one transaction.
    atomic = False

    dependencies = [("library", "0008_regions")]

    operations = [
        migrations.AddField(model_name="shown", name="meta", field=models.TextField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

"""Indexes for a million ads: one along which filters and sums are read without rows, and one of the days on which ads ran."""

from django.db import migrations, models

# As in `protection`, which writes the function anew each time; the index needs it now.
DAYS = """
CREATE OR REPLACE FUNCTION library_days(starts date, ends date, state text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT daterange(starts, CASE WHEN state IN ('delivering', 'paused') THEN NULL ELSE greatest(starts, ends) END, '[]')
$$;
CREATE INDEX library_days ON library_shown USING gist (library_days(starts, ends, state));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0009_meta"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="shown",
            index=models.Index(
                fields=["-number"],
                include=[
                    "seq", "until", "kind", "hidden", "archive", "platform", "state", "category", "language", "countries", "election", "page",
                    "advertiser", "payer", "currency", "spend", "impressions", "starts", "ends",
                ],
                name="library_newest",
            ),
        ),
        migrations.RunSQL(DAYS, "DROP INDEX library_days; DROP FUNCTION library_days"),
    ]

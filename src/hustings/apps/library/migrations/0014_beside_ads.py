"""An index of what is no ad, of every place: pages, payers and advertisers are few among the ads that name them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0013_lines_made")]

    operations = [
        migrations.AddIndex(
            model_name="shown",
            index=models.Index(
                fields=["kind", "-number"], condition=models.Q(("kind", "ad"), _negated=True), name="library_beside_ads"
            ),
        ),
    ]

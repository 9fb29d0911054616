"""A table of lines of files, made ready."""

from django.db import migrations, models

# One page holds several of them, read in one go; apart from their rows they would be read one by one.
TOGETHER = "ALTER TABLE library_line ALTER line SET STORAGE MAIN, ALTER cells SET STORAGE MAIN"


class Migration(migrations.Migration):
    dependencies = [("library", "0011_pace")]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("line", models.TextField()),
                ("cells", models.TextField(null=True)),
                ("plain", models.BooleanField()),
            ],
            options={"db_table": "library_line"},
        ),
        migrations.RunSQL(TOGETHER, migrations.RunSQL.noop),
    ]

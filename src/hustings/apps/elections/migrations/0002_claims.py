"""What a source said of an election is a claim; its table keeps its name and its rows."""

from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("elections", "0001_initial")]

    operations = [
        migrations.RenameModel("ElectionChange", "Claim"),
        migrations.AlterField(
            model_name="claim",
            name="election",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="elections.election"
            ),
        ),
    ]

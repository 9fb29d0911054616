"""Each checkpoint names the key that signed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_logs")]
    operations = [
        migrations.AddField(
            model_name="checkpoint",
            name="key",
            field=models.CharField(
                default="", help_text="verifier key that signed it: name+id+base64", max_length=300
            ),
            preserve_default=False,
        )
    ]

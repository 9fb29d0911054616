from django.db import migrations


def in_force(apps, schema_editor):
    """What was there before there was a gate is in force."""
    release, policy = apps.get_model("rights", "Release"), apps.get_model("review", "Policy")
    release.objects.bulk_create(
        [release(policy_id=key, ground="first") for key in policy.objects.order_by("pk").values_list("pk", flat=True)]
    )


class Migration(migrations.Migration):

    dependencies = [("rights", "0001_initial")]

    operations = [migrations.RunPython(in_force, migrations.RunPython.noop)]

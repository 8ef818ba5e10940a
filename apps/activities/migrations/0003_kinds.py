from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_append_only")]

    operations = [
        migrations.AddField(
            "activity", "details", models.JSONField(blank=True, default=dict)
        ),
        migrations.AddField(
            "activity",
            "equality",
            models.CharField(blank=True, max_length=300, verbose_name="equal opportunity"),
        ),
        migrations.AddField(
            "participant", "access_needs", models.CharField(blank=True, max_length=300)
        ),
        migrations.AddField(
            "record",
            "kind",
            models.SlugField(default="reflection", max_length=40),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE activities_record SET kind = form", migrations.RunSQL.noop
        ),
    ]

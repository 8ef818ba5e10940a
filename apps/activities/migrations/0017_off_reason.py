from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0016_objective_links")]

    operations = [
        migrations.RenameField("session", "postponed_reason", "off_reason"),
        migrations.AlterField(
            "session",
            "off_reason",
            models.CharField(
                blank=True, max_length=200, verbose_name="why it is postponed or cancelled"
            ),
        ),
    ]

from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_proposals")]

    operations = [append_only("matching_proposal")]

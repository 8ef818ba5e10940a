from django.db import migrations

from apps.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial")]

    operations = [append_only("schools_signature")]

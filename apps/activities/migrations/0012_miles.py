"""Distances that people type are in miles."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Cast, Round

KM_A_MILE = 1.609344


def to_miles(apps, schema_editor):
    for name in ("Application", "ShadowingRound"):
        rows = apps.get_model("activities", name).objects.filter(most_miles__isnull=False)
        miles = Cast(Round(F("most_miles") / KM_A_MILE), models.PositiveSmallIntegerField())
        rows.update(most_miles=miles)


def to_kilometres(apps, schema_editor):
    for name in ("Application", "ShadowingRound"):
        rows = apps.get_model("activities", name).objects.filter(most_miles__isnull=False)
        km = Cast(Round(F("most_miles") * KM_A_MILE), models.PositiveSmallIntegerField())
        rows.update(most_miles=km)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("activities", "0011_extra_minutes_training_taken_back")]

    operations: ClassVar = [
        migrations.RenameField("application", "most_km", "most_miles"),
        migrations.RenameField("shadowinground", "most_km", "most_miles"),
        migrations.RunPython(to_miles, to_kilometres),
    ]

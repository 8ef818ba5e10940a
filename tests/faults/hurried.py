"""The product's own Celery app with a beat that does every sweep each second or two.

``celery -A tests.faults.hurried beat``: what would take five minutes may be watched.
"""

from datetime import timedelta

import django

from cpdhub.celery import app

__all__ = ["app"]

django.setup()
for entry in app.conf.beat_schedule.values():
    entry["schedule"] = min(entry["schedule"] / 60, timedelta(seconds=2))
    entry["options"] = {"expires": 10}

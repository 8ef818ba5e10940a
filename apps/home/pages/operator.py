"""Operator of the platform: the register, the mail. Nothing of schools' own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core import clock, outbox
from apps.home.acting import Acting
from apps.home.pages.parts import Stat, link
from apps.schools.models import Organisation

TEMPLATE = "operator"


def context(person: Person, acting: Acting) -> dict[str, Any]:
    mail = outbox.summary(clock.now())
    return {
        "oldest_due_minutes": (mail["oldest_due_seconds"] or 0) // 60,
        "stats": [
            Stat(
                Organisation.objects.schools().count(),
                _("schools in the register"),
                link("schools:list"),
            ),
            Stat(mail["queued"], _("mails waiting"), link("core:outbox", state="queued")),
            Stat(mail["failed"], _("mails failed"), link("core:outbox", state="failed"), due=True),
        ],
    }

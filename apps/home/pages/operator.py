"""Operator of the platform: the register, the mail. Nothing of schools' own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.core import clock, outbox
from apps.home.acting import Acting
from apps.home.pages.parts import link, stat
from apps.schools.models import Organisation

TEMPLATE = "operator"


def context(person: Person, acting: Acting) -> dict[str, Any]:
    mail = outbox.summary(clock.now())
    return {
        "oldest_due_minutes": (mail["oldest_due_seconds"] or 0) // 60,
        "stats": [
            stat(
                Organisation.objects.count(),
                lambda n: ngettext("organisation known", "organisations known", n),
                link("schools:list"),
            ),
            stat(
                mail["queued"],
                lambda n: ngettext("mail waiting", "mails waiting", n),
                link("core:outbox", state="queued"),
            ),
            stat(
                mail["failed"],
                lambda n: ngettext("mail failed", "mails failed", n),
                link("core:outbox", state="failed"),
                due=True,
            ),
        ],
    }

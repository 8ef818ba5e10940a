"""Operator of the platform: the register, the mail. Nothing of schools' own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from apps.accounts.models import Person
from apps.core import clock, outbox
from apps.home.acting import Acting
from apps.home.pages.parts import link, stat
from apps.schools.models import AllianceMember, Invitation, Organisation

TEMPLATE = "operator"


def context(person: Person, acting: Acting) -> dict[str, Any]:
    mail = outbox.summary(clock.now())
    return {
        "register": Organisation.objects.schools().count(),
        "waiting": mail["queued"],
        "oldest_due_minutes": (mail["oldest_due_seconds"] or 0) // 60,
        "stats": [
            stat(
                AllianceMember.objects.listed_for(person).in_state("").count(),
                lambda n: ngettext("place in an alliance", "places in alliances", n),
                link("schools:list"),
            ),
            stat(
                Invitation.objects.made_heads(clock.now()).count(),
                lambda n: ngettext("head by link", "heads by link", n),
                link("schools:heads"),
            ),
            stat(
                mail["failed"],
                lambda n: ngettext("mail failed", "mails failed", n),
                link("core:outbox"),
                due=True,
            ),
        ],
    }

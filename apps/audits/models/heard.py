from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audits.models.audits import Audit, Participation
from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class HeardBackQuerySet(models.QuerySet["HeardBack"]):
    def visible_to(self, person: Person) -> HeardBackQuerySet:
        """Once sent: all who were asked, and the school's leads and heads; before, who runs it."""
        scope = scope_of(person)
        asked = Participation.objects.of(person).values("audit_id")
        return self.filter(
            Q(audit__organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | Q(audit__alliance_id__in=scope.alliances(Role.COORDINATOR))
            | Q(sent_at__isnull=False)
            & (Q(audit_id__in=asked) | Q(audit__organisation_id__in=scope.organisations(Role.HEAD)))
        )

    def sent(self) -> HeardBackQuerySet:
        return self.filter(sent_at__isnull=False)


class HeardBack(PublicIdModel, CreatedModel):
    """What those who were asked are told afterwards. Sent once; a trigger keeps it from then on."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="heard_back")
    heard = models.TextField(_("what we heard"))
    will_do = models.TextField(_("what we will do"))
    cannot = models.TextField(_("what we cannot do, and why"))
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = HeardBackQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.pk}"

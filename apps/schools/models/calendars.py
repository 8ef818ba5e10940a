from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import Role, TermDateKind
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class TermDate(models.Model):
    """A term, half-term, INSET day or closure of one school; both ends inclusive."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="term_dates"
    )
    kind = models.CharField(max_length=10, choices=TermDateKind.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    # The event of a calendar file that it was read from; empty when typed in.
    uid = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["starts_on", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "starts_on"], name="term_date_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_date_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on} - {self.ends_on}"


class CalendarFileQuerySet(models.QuerySet["CalendarFile"]):
    def visible_to(self, person: Person) -> CalendarFileQuerySet:
        kept = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
        return self.filter(organisation_id__in=kept)


class CalendarFile(PublicIdModel, CreatedModel):
    """What was read from an uploaded calendar, between looking at it and writing it.

    ``entries`` holds dates and titles only; the row goes once they are written, or after a week.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    filename = models.CharField(max_length=200)
    entries = models.JSONField(default=dict)

    objects = CalendarFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.filename

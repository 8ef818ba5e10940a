from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from apps.audits.models.answers import Response
from apps.audits.models.audits import Audit
from apps.core.models import ClientKeyModel, CreatedModel, Job, PublicIdModel
from apps.schools.enums import Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


class AnswersFileQuerySet(models.QuerySet["AnswersFile"]):
    def visible_to(self, person: Person) -> AnswersFileQuerySet:
        """Of the audits that ``person`` runs."""
        scope = scope_of(person)
        return self.filter(
            models.Q(audit__organisation_id__in=scope.organisations(Role.CPD_LEAD))
            | models.Q(audit__alliance_id__in=scope.alliances(Role.COORDINATOR))
        )


class AnswersFile(PublicIdModel, ClientKeyModel, CreatedModel):
    """A file of answers given elsewhere: kept, mapped, looked at, confirmed, written by a job.

    ``table`` goes once it is written, or after a week. ``mapping`` is what MAP.json says.
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="answer_files")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    filename = models.CharField(max_length=200)
    table = models.FileField(upload_to="imports/", blank=True)
    rows = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = AnswersFileQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.filename

    @property
    def map(self) -> dict[str, Any]:
        """As MAP.json has it, without what the page of columns remembers."""
        return {name: value for name, value in self.mapping.items() if name != "targets"}


class CollectedRow(models.Model):
    """A row of a file that was imported, by which it is known when the file comes again.

    ``key`` is a digest of its cells and of how many rows before it were the same. ``school`` is
    what the file calls the school.
    """

    file = models.ForeignKey(AnswersFile, on_delete=models.CASCADE, related_name="collected")
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="collected")
    key = models.CharField(max_length=40)
    school = models.CharField(max_length=60, blank=True)
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="collected")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "key"], name="collected_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.key}"

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.followups.enums import FollowUpState
from apps.schools.enums import Role
from apps.schools.models import Alliance, AllianceMember, Membership, Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


SOON = 7  # days
FEWEST = 5  # people behind a count of what is private


def usual_days() -> list[int]:
    return [0, 7]


class NextReminder(models.Func):
    """The day of the first reminder that is still to come."""

    template = "(due + reminds[reminders + 1])"
    arity = 0
    output_field = models.DateField(null=True)


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, person: Person) -> FollowUpQuerySet:
        """My own; shared ones that I organise in my schools and alliances, or of schools whose CPD
        I lead. Never by target."""
        scope = scope_of(person)
        led = scope.organisations(Role.CPD_LEAD)
        here = Q(organisation_id__in=scope.organisations())
        here |= Q(alliance_id__in=scope.visible_alliances)
        return self.filter(
            Q(owner=person)
            | Q(shared=True) & (Q(organiser=person) & here | Q(organisation_id__in=led))
        )

    def organised_on(self, day: date) -> FollowUpQuerySet:
        """Those whose organiser belongs to their school or alliance on ``day``."""
        joined = AllianceMember.objects.joined().filter(alliance=OuterRef(OuterRef("alliance")))
        held = Membership.objects.current(day).filter(
            Q(organisation=OuterRef("organisation"))
            | Q(alliance=OuterRef("alliance"))
            | Q(organisation__in=joined.values("organisation")),
            person=OuterRef("organiser"),
        )
        return self.filter(Exists(held))

    def open(self) -> FollowUpQuerySet:
        return self.filter(state=FollowUpState.OPEN)

    def owned_by(self, person: Person) -> FollowUpQuerySet:
        return self.filter(owner=person)

    def shared_with(self, person: Person) -> FollowUpQuerySet:
        """Other people's that ``person`` may see."""
        return self.visible_to(person).exclude(owner=person)

    def private_at(self, organisations: Iterable[int]) -> dict[str, int]:
        """How many are open and private there, and of how many people; none of fewer than five."""
        rows = self.open().filter(shared=False, organisation_id__in=list(organisations))
        found = rows.aggregate(promises=Count("pk"), people=Count("owner", distinct=True))
        return found if found["people"] >= FEWEST else {}

    def due(self, day: date) -> FollowUpQuerySet:
        """Open and due on ``day`` or before."""
        return self.open().filter(due__lte=day)

    def overdue(self, day: date) -> FollowUpQuerySet:
        return self.open().filter(due__lt=day)

    def to_remind(self, day: date) -> FollowUpQuerySet:
        """Open, and a reminder is due by ``day``."""
        return self.open().filter(remind_next__lte=day)

    def coming(self, day: date) -> FollowUpQuerySet:
        """Not due by ``day`` yet, but their owner was reminded of them already."""
        return self.open().filter(due__gt=day, reminders__gt=0)

    def due_today(self, day: date) -> FollowUpQuerySet:
        return self.open().filter(due=day)

    def due_between(self, first: date, last: date) -> FollowUpQuerySet:
        return self.open().filter(due__range=(first, last))

    def in_state(self, state: str) -> FollowUpQuerySet:
        return self if state == "all" else self.filter(state=state)

    def urgent_first(self) -> FollowUpQuerySet:
        """Open ones by due date, then the settled ones, latest first."""
        return self.order_by(F("settled_at").desc(nulls_first=True), "due", "pk")

    def chain_of(self, followup: FollowUp) -> FollowUpQuerySet:
        """It and all that it was moved from and to, oldest first."""
        first = followup.first_id or followup.pk
        return (
            self.filter(Q(pk=first) | Q(first_id=first))
            .select_related("owner", "moved_to")
            .order_by("pk")
        )


class FollowUp(PublicIdModel, ClientKeyModel, CreatedModel):
    """What somebody promised by a date. Its permission never follows what it chases."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="followups"
    )
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rule = models.CharField(max_length=60)
    promise = models.CharField(_("promise"), max_length=300)
    due = models.DateField(_("due"))
    state = models.CharField(
        max_length=8, choices=FollowUpState.choices, default=FollowUpState.OPEN
    )
    shared = models.BooleanField(_("shared with the organiser"), default=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    alliance = models.ForeignKey(
        Alliance, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT)
    source_id = models.BigIntegerField(null=True)
    source = GenericForeignKey("source_type", "source_id")
    outcome = models.TextField(_("what happened"), blank=True)  # of done ones; the reason of others
    settled_at = models.DateTimeField(null=True, blank=True)
    # Days before (negative) and after its date on which its owner is reminded, how often that has
    # been done, and the day of the next; null when none is left.
    reminds = ArrayField(models.SmallIntegerField(), default=usual_days, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    remind_next = models.GeneratedField(
        expression=NextReminder(), output_field=models.DateField(null=True), db_persist=True
    )
    moved_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_to"
    )
    first = models.ForeignKey(  # the one that a chain of moves began with
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        ordering: ClassVar = ["due", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "due"], condition=Q(state="open"), name="followup_mine"),
            models.Index(
                fields=["organisation", "due"], condition=Q(state="open"), name="followup_school"
            ),
            models.Index(fields=["due"], condition=Q(state="open"), name="followup_due"),
            models.Index(
                fields=["remind_next"], condition=Q(state="open"), name="followup_remind_next"
            ),
            models.Index(fields=["source_type", "source_id"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "rule", "owner", "due"], name="followup_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | ~Q(state="open") & Q(settled_at__isnull=False),
                name="followup_settled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(moved_from__isnull=True) ^ Q(first__isnull=False),
                name="followup_moved_has_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("moved", "dropped")) | ~Q(outcome=""),
                name="followup_reason_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.due}"

    def reminder_due(self, day: date) -> int:
        """Which of its days has come last by ``day``, of those that are still to be told."""
        left = self.reminds[self.reminders :]
        return max([left[0], *(d for d in left if self.due + timedelta(days=d) <= day)])

    @property
    def is_open(self) -> bool:
        return self.state == FollowUpState.OPEN

    def urgency(self, day: date) -> str:
        """The status shown on ``day``: overdue, due (today), due_soon (in a week) or its state."""
        if not self.is_open:
            return self.state
        days = (self.due - day).days
        return (
            "overdue"
            if days < 0
            else "due"
            if days == 0
            else "due_soon"
            if days <= SOON
            else self.state
        )

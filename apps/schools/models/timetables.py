"""When people are free: a school's cycle of periods, what each holds for whom, and what people
say of their own times. A person's times are theirs, their CPD lead's and their head's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import PeriodUse, Role
from apps.schools.models.organisations import Organisation
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

WEEKS = ((1, _("One week: every week is the same")), (2, _("Two weeks: week A and week B")))
WEEK_A, WEEK_B = 1, 2
WEEK_NAMES = ((WEEK_A, _("Week A")), (WEEK_B, _("Week B")))


class Cycle(models.Model):
    """A school's timetable cycle. ``anchor_on`` is the Monday of a week A; ``most_released`` is
    how many of its people may leave their classes at once (None: not limited); ``across_breaks``
    lets a session of people who are free before and after a break last through it."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="cycle"
    )
    weeks = models.PositiveSmallIntegerField(_("length of the cycle"), choices=WEEKS, default=1)
    anchor_on = models.DateField(_("a Monday of week A"))
    most_released = models.PositiveSmallIntegerField(
        _("most people out at once"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    miles_an_hour = models.PositiveSmallIntegerField(
        _("speed of travel, miles an hour"),
        default=20,
        validators=[MinValueValidator(2), MaxValueValidator(70)],
    )
    across_breaks = models.BooleanField(_("sessions may last through a break"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weeks__in=(1, 2)), name="cycle_one_or_two_weeks"),
            models.CheckConstraint(
                condition=Q(anchor_on__iso_week_day=1), name="cycle_anchored_on_a_monday"
            ),
            models.CheckConstraint(
                condition=Q(miles_an_hour__range=(2, 70)), name="cycle_believable_speed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.weeks}"


class WeekCorrection(models.Model):
    """From this Monday on the cycle counts anew, with this week."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="corrections")
    monday = models.DateField()
    week = models.PositiveSmallIntegerField(choices=WEEK_NAMES)

    class Meta:
        ordering: ClassVar = ["monday"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "monday"], name="week_corrected_once"),
            models.CheckConstraint(
                condition=Q(monday__iso_week_day=1), name="week_correction_on_a_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.monday} {self.week}"


class Period(models.Model):
    """One period of one weekday (Monday is 0), by the school's own bell, in London time."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="periods")
    weekday = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=20)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        ordering: ClassVar = ["weekday", "starts"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "weekday", "name"], name="period_once_a_day"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="period_in_order"),
            models.CheckConstraint(condition=Q(weekday__lte=4), name="period_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.weekday}"


class TimetableEntry(models.Model):
    """What a period holds for a person in one week of the cycle; no row: nobody has said.

    It hangs on the person, not the membership, which is replaced when a role changes.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="timetable"
    )
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="entries")
    week = models.PositiveSmallIntegerField(choices=WEEK_NAMES, default=WEEK_A)
    use = models.CharField(max_length=10, choices=PeriodUse.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "period", "week"], name="entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.use}"


class PaidTime(models.Model):
    """From when to when somebody is paid on a weekday at a school (Monday is 0)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="paid_times"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="paid_times"
    )
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        ordering: ClassVar = ["weekday"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation", "weekday"], name="paid_once_a_day"
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="paid_in_order"),
            models.CheckConstraint(condition=Q(weekday__lte=4), name="paid_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}-{self.ends}"


class OwnTimeQuerySet(models.QuerySet["OwnTime"]):
    def offers(self) -> OwnTimeQuerySet:
        return self.filter(kind=OwnTime.Kind.OFFER)

    def leave(self) -> OwnTimeQuerySet:
        return self.filter(kind=OwnTime.Kind.LEAVE)

    def meeting(self, starts_at: datetime, ends_at: datetime) -> OwnTimeQuerySet:
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class OwnTime(models.Model):
    """What a person says of their own time: an hour they could do, or days of leave.

    Leave runs from midnight to midnight and has no field for a reason: none is asked or kept.
    """

    class Kind(models.TextChoices):
        OFFER = "offer", _("A time I could do")
        LEAVE = "leave", _("On leave")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_times"
    )
    kind = models.CharField(max_length=5, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = OwnTimeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at"]
        indexes: ClassVar = [models.Index(fields=["person", "ends_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "starts_at"], name="own_time_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="own_time_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d}"


class TimetableFileQuerySet(models.QuerySet["TimetableFile"]):
    def visible_to(self, person: Person) -> TimetableFileQuerySet:
        """To whoever uploaded it, as long as they may still keep or own what it says."""
        led = scope_of(person).organisations(Role.CPD_LEAD, Role.HEAD)
        mine = Q(of=person, organisation_id__in=scope_of(person).organisations())
        return self.filter(uploaded_by=person).filter(Q(organisation_id__in=led) | mine)


class TimetableFile(PublicIdModel, ClientKeyModel, CreatedModel):
    """An uploaded timetable between preview and confirmation: what it would write, and what is
    to mend. ``of`` is set when it is of one person. The file itself is not kept."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="timetable_files"
    )
    of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    filename = models.CharField(max_length=200)
    plan = models.JSONField(default=dict)
    written_at = models.DateTimeField(null=True)

    objects = TimetableFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.filename

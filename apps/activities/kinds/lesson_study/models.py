"""What a lesson study holds about pupils. Pupils are codes; nothing here ever leaves the group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from apps.activities.models.activity import Activity
from apps.activities.models.people import Participant
from apps.core.models import CreatedModel, PublicIdModel
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person

CODE = r"^[A-Z][0-9]{0,2}$"


class CasePupilQuerySet(models.QuerySet["CasePupil"]):
    def visible_to(self, person: Person) -> CasePupilQuerySet:
        """To the group alone."""
        mine = Participant.objects.taking_part().of_members(person)
        return self.filter(activity_id__in=mine.values("activity_id"))

    def followed_in(self, cycle: int) -> CasePupilQuerySet:
        return self.filter(first_cycle__lte=cycle).filter(
            Q(last_cycle__isnull=True) | Q(last_cycle__gte=cycle)
        )


class CasePupil(PublicIdModel):
    """A pupil followed through the lessons as one of a group of learners, known by a code."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="case_pupils")
    code = models.CharField(_("code"), max_length=3)
    typifies = models.CharField(_("learners they stand for"), max_length=120)
    first_cycle = models.PositiveSmallIntegerField(default=1)
    last_cycle = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = CasePupilQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "code"], name="case_pupil_code_once"),
            models.CheckConstraint(condition=Q(code__regex=CODE), name="case_pupil_is_a_code"),
            models.CheckConstraint(
                condition=Q(last_cycle__isnull=True) | Q(last_cycle__gte=F("first_cycle")),
                name="case_pupil_cycles_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been written about a lesson, without the words. ``predicted`` and ``observed`` are
    ids of case pupils (predicted in every phase), ``agreed`` the parts of the talk with a note."""

    phases: int = 0
    predicted: frozenset[int] = frozenset()
    observed: frozenset[int] = frozenset()
    interviewed: bool = False
    agreed: frozenset[tuple[str, int | None]] = frozenset()


class ResearchLessonQuerySet(models.QuerySet["ResearchLesson"]):
    def with_progress(self) -> ResearchLessonQuerySet:
        """In the same query: a page that shows how far it is needs none of the texts."""
        of_phase = {"phase__lesson": OuterRef("pk")}
        predicted = Prediction.objects.filter(**of_phase).exclude(will_do="").exclude(shows="")
        noted = CaseNote.objects.filter(**of_phase).order_by().distinct()
        asked = PupilInterview.objects.filter(lesson=OuterRef("pk"))
        agreed = TalkNote.objects.filter(lesson=OuterRef("pk"))
        return self.annotate(
            phase_count=Count("phases", distinct=True),
            predicted_of=ArraySubquery(predicted.values("pupil_id")),
            noted_of=ArraySubquery(noted.values("pupil_id")),
            interviewed=Exists(asked),
            agreed_parts=ArraySubquery(
                agreed.values(place=JSONObject(part="part", pupil="pupil_id"))
            ),
        )


class ResearchLesson(PublicIdModel):
    """What belongs to one cycle: who teaches, and how the talk afterwards went.

    The lesson itself and the talk are sessions of the activity.
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="research_lessons"
    )
    cycle = models.PositiveSmallIntegerField()
    taught_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    talk_began_at = models.DateTimeField(null=True, blank=True)
    talk_ended_at = models.DateTimeField(null=True, blank=True)
    late_reason = models.CharField(_("why it is late"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ResearchLessonQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["cycle"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "cycle"], name="research_lesson_once"),
            models.CheckConstraint(
                condition=Q(talk_ended_at__isnull=True) | Q(talk_began_at__isnull=False),
                name="research_lesson_talk_began_before_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}.{self.cycle}"

    @property
    def progress(self) -> Progress:
        """Of a row that was read `with_progress`."""
        row: Any = self
        predicted = Counter(row.predicted_of)
        return Progress(
            phases=row.phase_count,
            predicted=frozenset(pk for pk, n in predicted.items() if n == row.phase_count),
            observed=frozenset(row.noted_of),
            interviewed=row.interviewed,
            agreed=frozenset((place["part"], place["pupil"]) for place in row.agreed_parts),
        )


class LessonPhase(models.Model):
    """A part of a research lesson, such as the opening or the main task."""

    lesson = models.ForeignKey(ResearchLesson, on_delete=models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "number"], name="lesson_phase_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Prediction(models.Model):
    """What the group expects of a case pupil in one phase; written before the lesson."""

    phase = models.ForeignKey(LessonPhase, on_delete=models.PROTECT, related_name="predictions")
    pupil = models.ForeignKey(CasePupil, on_delete=models.PROTECT, related_name="predictions")
    will_do = models.TextField(_("what they will do"), blank=True)
    shows = models.TextField(_("what would show that it worked"), blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["phase__number", "pupil__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "pupil"], name="prediction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} in {self.phase_id}"


class CaseNote(CreatedModel):
    """What one observer saw a case pupil do in one phase, beside what was predicted."""

    phase = models.ForeignKey(LessonPhase, on_delete=models.PROTECT, related_name="notes")
    pupil = models.ForeignKey(CasePupil, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what you saw and heard"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["phase__number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "pupil", "author"], name="case_note_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} in {self.phase_id} by {self.author_id}"


class PupilInterview(CreatedModel):
    """One question to a case pupil after the lesson, and the answer."""

    lesson = models.ForeignKey(ResearchLesson, on_delete=models.PROTECT, related_name="interviews")
    pupil = models.ForeignKey(CasePupil, on_delete=models.PROTECT, related_name="interviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["pupil__code", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lesson", "pupil", "author", "question"], name="interview_question_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} in {self.lesson_id}"


class TalkNote(models.Model):
    """What the group agreed in one part of its talk; ``pupil`` where the part is about one."""

    lesson = models.ForeignKey(ResearchLesson, on_delete=models.PROTECT, related_name="talk_notes")
    part = models.SlugField(max_length=20)
    pupil = models.ForeignKey(
        CasePupil, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("agreed note"))
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lesson", "part", "pupil"],
                name="talk_note_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.lesson_id}"


class RulesAgreed(models.Model):
    """Somebody has agreed to the group's ground rules, in these ``words`` and no others."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "person"], name="ground_rules_agreed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.activity_id}"


class PosterState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    ASKED = "waiting", _("Waiting for the host school")
    APPROVED = "approved", _("Approved: the alliance can see it")


class PosterQuerySet(models.QuerySet["Poster"]):
    def visible_to(self, person: Person) -> PosterQuerySet:
        """The group; once asked, those who approve it; once approved, the staff of the alliance
        (of the host school, where there is no alliance)."""
        scope = scope_of(person)
        mine = Participant.objects.taking_part().of_members(person)
        everybody = (*STAFF_ROLES, Role.CPD_LEAD, Role.HEAD)
        allies = scope.alliances_through(*everybody) | scope.alliances(Role.COORDINATOR)
        return self.filter(
            Q(activity_id__in=mine.values("activity_id"))
            | Q(
                state=PosterState.ASKED,
                activity__organisation_id__in=scope.organisations(Role.HEAD, Role.CPD_LEAD),
            )
            | Q(state=PosterState.APPROVED)
            & (
                Q(activity__alliance_id__in=allies)
                | Q(activity__organisation_id__in=scope.organisations(*everybody))
            )
        )


class Poster(PublicIdModel, CreatedModel):
    """What the group tells the alliance, in its own words and without the case pupils."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="poster")
    title = models.CharField(_("title"), max_length=120)
    question = models.CharField(_("our question"), max_length=300)
    did = models.TextField(_("what we did"))
    found = models.TextField(_("what we found out"))
    keep = models.TextField(_("what we shall keep doing"))
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=PosterState.choices, default=PosterState.DRAFT)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    wish = models.CharField(_("what should change"), max_length=300, blank=True)

    objects = PosterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-answered_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(answered_by__isnull=False),
                name="poster_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(asked_by__isnull=False),
                name="poster_asked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title

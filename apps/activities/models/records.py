from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.enums import Audience, RecordForm
from apps.activities.models.activity import Activity
from apps.activities.models.admitted import JudgeAdmitted
from apps.activities.models.people import Participant
from apps.activities.models.sessions import Session
from apps.core.models import ClientKeyModel, CreatedModel, PublicIdModel
from apps.schools.enums import STAFF_ROLES, Role
from apps.schools.models import Membership, Organisation
from apps.schools.oversight import judged_by
from apps.schools.scope import scope_of

if TYPE_CHECKING:
    from apps.accounts.models import Person


WITH_THOSE_TAKING_PART = (
    Audience.PARTICIPANTS,
    Audience.CPD_LEAD,
    Audience.SCHOOLS,
    Audience.ALLIANCE,
)


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, person: Person) -> RecordQuerySet:
        """The owner; the author of an observation; then whom the audience names.

        Whoever appraises, manages or tutors the owner, or did since it was written, is outside
        every audience, whatever else they are: but for those who take part and whom the owner
        let in. A joint text is everybody's who takes part and writes it, and nobody's who left.
        """
        scope = scope_of(person)
        if not scope.held:
            return self.filter(owner=person, joint=False)
        with_me = Participant.objects.taking_part().of_members(person).values("activity_id")
        judged = judged_by(person, owner="owner_id", made_at="created_at")
        let_in = JudgeAdmitted.objects.filter(
            activity=models.OuterRef("activity_id"),
            owner=models.OuterRef("owner_id"),
            judge=person,
        )
        shared = Q(audience__in=WITH_THOSE_TAKING_PART)
        taking_part = Q(activity_id__in=with_me) & (
            Q(joint=True) | shared & (~judged | models.Exists(let_in))
        )
        staffed = scope.staffed
        here = Participant.objects.taking_part().filter(organisation_id__in=staffed)
        wider = (
            Q(
                audience=Audience.CPD_LEAD,
                organisation_id__in=scope.organisations(Role.CPD_LEAD),
            )
            | Q(audience=Audience.SCHOOLS, activity_id__in=here.values("activity_id"))
            | Q(
                audience=Audience.ALLIANCE,
                activity__alliance_id__in=scope.alliances_through(*STAFF_ROLES, Role.CPD_LEAD)
                | scope.alliances(Role.COORDINATOR),
            )
        )
        mine = Q(joint=False) & (Q(owner=person) | Q(author=person))
        return self.filter(mine | taking_part | wider & ~judged)

    def mine(self, person: Person) -> RecordQuerySet:
        """Mine to share, and those I wrote; of joint texts those that I still write."""
        with_me = Participant.objects.taking_part().of_members(person).values("activity_id")
        here = Q(joint=False) | Q(activity_id__in=with_me)
        return self.filter(here & (Q(owner=person) | Q(author=person)))

    def shared_with(self, person: Person) -> RecordQuerySet:
        """What others own and wrote, and let me read."""
        return self.visible_to(person).exclude(owner=person).exclude(author=person)

    def linked_for(self, appraiser: Person) -> RecordQuerySet:
        """What those whom ``appraiser`` appraises have linked to an objective: that it exists, and
        since when; what it says and which activity it belongs to is not fetched."""
        appraised = Membership.objects.current().filter(
            appraiser=appraiser,
            person=models.OuterRef("owner_id"),
            organisation=models.OuterRef("organisation_id"),
        )
        found = self.filter(objective_on__isnull=False).filter(models.Exists(appraised))
        said = ("form", "objective_on", "owner__given_name", "owner__family_name")
        return found.select_related("owner").only(*said).order_by("-objective_on", "-pk")

    def countable(self) -> RecordQuerySet:
        """Whose existence leaders may know: never that of private reflections."""
        return self.exclude(form=RecordForm.REFLECTION)


class Record(PublicIdModel, ClientKeyModel, CreatedModel):
    """An observation, reflection or note. The observed person owns an observation of them.

    ``organisation`` is the owner's school; ``data`` is what the kind's form adds: its keys are
    only ever added.
    """

    form = models.CharField(max_length=20, choices=RecordForm.choices)
    kind = models.SlugField(max_length=40)  # of the record, among those of the activity's kind
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="written"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="records"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    cycle = models.PositiveSmallIntegerField(null=True, blank=True)
    joint = models.BooleanField(default=False, editable=False)  # all who take part write it
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.ONLY_ME)
    happened_on = models.DateField(_("date"))
    # Since when it belongs to an appraisal objective of its owner, who alone says so.
    objective_on = models.DateField(_("linked to an objective on"), null=True, blank=True)
    text = models.TextField(_("what you noticed"))
    data = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-happened_on", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-happened_on"]),
            models.Index(fields=["author", "-happened_on"]),
            models.Index(fields=["activity", "cycle"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(form="reflection") | Q(owner=models.F("author")),
                name="record_reflection_owned_by_author",
            ),
            models.CheckConstraint(
                condition=Q(activity__isnull=False) | Q(audience="only_me"),
                name="record_without_activity_is_private",
            ),
            models.CheckConstraint(
                condition=Q(objective_on__isnull=True) | ~Q(form="reflection") & Q(joint=False),
                name="record_linked_is_no_reflection",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.happened_on}"

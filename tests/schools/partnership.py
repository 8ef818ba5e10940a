"""Two schools of one alliance, ready to agree."""

from datetime import date

from apps.schools import agreement_sections as sections
from apps.schools.actions import agreements as actions
from apps.schools.enums import Position, Role
from apps.schools.models import (
    Agreement,
    AgreementGoal,
    Contribution,
    EvaluationDate,
    GoalPosition,
)
from tests import factories as f

TEXTS = [
    name for section in sections.SECTIONS for name in section.fields if not name.endswith("_weight")
]


class Partnership:
    """An alliance of two schools with their heads, and a coordinator."""

    def __init__(self) -> None:
        self.alliance = f.AllianceFactory(name="Walton")
        self.coordinator = f.PersonFactory(given_name="Cora", family_name="Cole")
        f.MembershipFactory(
            person=self.coordinator,
            alliance=self.alliance,
            organisation=None,
            role=Role.COORDINATOR,
        )
        self.schools = [f.SchoolFactory(name=name) for name in ("Ashley", "Bell Farm")]
        self.heads = []
        for school in self.schools:
            f.AllianceMemberFactory(alliance=self.alliance, organisation=school)
            head = f.PersonFactory(given_name="Head", family_name=school.name)
            f.MembershipFactory(person=head, organisation=school, role=Role.HEAD)
            self.heads.append(head)

    def complete_draft(self) -> Agreement:
        draft = actions.start_draft(by=self.coordinator, alliance=self.alliance)
        for name in TEXTS:
            setattr(draft, name, f"About {name}")
        draft.no_obstacles = True
        draft.save()
        goal = AgreementGoal.objects.create(agreement=draft, text="More talk")
        EvaluationDate.objects.create(agreement=draft, day=date(2027, 6, 30))
        for school in self.schools:
            GoalPosition.objects.create(goal=goal, organisation=school, position=Position.SHARED)
            Contribution.objects.create(
                agreement=draft,
                organisation=school,
                hours=100,
                expected_return="Fresh eyes",
                signatory="The head",
            )
        return draft

    def out(self) -> Agreement:
        return actions.send_out(by=self.coordinator, agreement=self.complete_draft())

    def sign_all(self, agreement: Agreement) -> None:
        for school, head in zip(self.schools, self.heads, strict=True):
            actions.sign(by=head, agreement=agreement, organisation=school, name=head.name)

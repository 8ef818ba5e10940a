from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    SCHOOL = "school", _("School")
    COLLEGE = "college", _("College")
    UNIVERSITY = "university", _("University")
    TRUST = "trust", _("Trust")
    PROVIDER = "provider", _("Training provider")
    ASSOCIATION = "association", _("Association")
    AUTHORITY = "authority", _("Local authority or agency")


class OrganisationStatus(models.TextChoices):
    """The register's four states."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CLOSING = "closing", _("Open, proposed to close")
    PROPOSED = "proposed", _("Proposed to open")


class Phase(models.TextChoices):
    NURSERY = "nursery", _("Nursery")
    PRIMARY = "primary", _("Primary")
    MIDDLE_PRIMARY = "middle_primary", _("Middle (deemed primary)")
    SECONDARY = "secondary", _("Secondary")
    MIDDLE_SECONDARY = "middle_secondary", _("Middle (deemed secondary)")
    POST_16 = "post_16", _("16 plus")
    ALL_THROUGH = "all_through", _("All-through")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class AllianceMemberState(models.TextChoices):
    INVITED = "invited", _("Invited")
    JOINED = "joined", _("Joined")
    LEFT = "left", _("Left")


class Role(models.TextChoices):
    TEACHER = "teacher", _("Teacher")
    SUPPORT = "support", _("Support staff")
    CPD_LEAD = "cpd_lead", _("CPD lead")
    HEAD = "head", _("Head")
    GOVERNOR = "governor", _("Governor")
    COORDINATOR = "coordinator", _("Alliance coordinator")


STAFF_ROLES = (Role.TEACHER, Role.SUPPORT)
ALLIANCE_ROLES = (Role.COORDINATOR,)


class JobRole(models.TextChoices):
    TEACHER = "teacher", _("Teacher")
    MIDDLE_LEADER = "middle_leader", _("Middle leader")
    SENIOR_LEADER = "senior_leader", _("Senior leader")
    TEACHING_ASSISTANT = "teaching_assistant", _("Teaching assistant")
    ADMINISTRATION = "administration", _("Administration")
    PASTORAL = "pastoral", _("Pastoral and welfare")
    TECHNICIAN = "technician", _("Technician")
    SITE = "site", _("Site and catering")
    OTHER = "other", _("Other")


class CareerStage(models.TextChoices):
    TRAINEE = "trainee", _("Trainee")
    ECT_1 = "ect_1", _("Early career, first year")
    ECT_2 = "ect_2", _("Early career, second year")
    ESTABLISHED = "established", _("Established")
    EXPERIENCED = "experienced", _("Experienced")


class Tie(models.TextChoices):
    """How one person judges another."""

    LINE_MANAGER = "line_manager", _("Line manager")
    APPRAISER = "appraiser", _("Appraiser")
    INDUCTION_TUTOR = "induction_tutor", _("Induction tutor")


class TermDateKind(models.TextChoices):
    TERM = "term", _("Term")
    HALF_TERM = "half_term", _("Half-term")
    INSET = "inset", _("INSET day")
    CLOSURE = "closure", _("Closure")


class DelegateKind(models.TextChoices):
    """What a head hands to somebody of the school."""

    APPROVER = "approver", _("Approves release")
    COVER = "cover", _("Arranges cover")


class InvitationKind(models.TextChoices):
    SCHOOL = "school", _("School joins an alliance")
    PERSON = "person", _("Person joins their school")


class ImportKind(models.TextChoices):
    REGISTER = "register", _("Register of schools")
    STAFF = "staff", _("Staff list")


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OUT = "out", _("Out for signature")
    SUPERSEDED = "superseded", _("Replaced by a later version")
    ENDED = "ended", _("Ended")


class Position(models.TextChoices):
    SHARED = "shared", _("We share it")
    ACCEPTABLE = "acceptable", _("Acceptable to us")
    NO = "no", _("Not for us")


class PeriodUse(models.TextChoices):
    """What a period of the timetable holds for one person."""

    TEACHING = "teaching", _("Teaching")
    FREE = "free", _("Free (non-contact)")
    PPA = "ppa", _("PPA")
    INDUCTION = "induction", _("ECT induction")
    DUTY = "duty", _("Duty")


PROTECTED_USES = (PeriodUse.PPA, PeriodUse.INDUCTION)

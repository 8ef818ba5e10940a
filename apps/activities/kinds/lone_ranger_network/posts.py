"""Subjects and roles that a school often has one person for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

POSTS = (
    (
        _("Subjects"),
        (
            ("art-and-design", _("Art and design")),
            ("citizenship-pshe", _("Citizenship and PSHE")),
            ("computing", _("Computing")),
            ("dance-drama", _("Dance and drama")),
            ("design-technology", _("Design and technology")),
            ("economics-business", _("Economics and business")),
            ("english", _("English")),
            ("geography", _("Geography")),
            ("history", _("History")),
            ("languages", _("Languages")),
            ("mathematics", _("Mathematics")),
            ("media-film", _("Media and film")),
            ("music", _("Music")),
            ("pe", _("Physical education")),
            ("psychology-sociology", _("Psychology and sociology")),
            ("religious-education", _("Religious education")),
            ("science", _("Science")),
        ),
    ),
    (
        _("Roles"),
        (
            ("attendance-officer", _("Attendance officer")),
            ("business-manager", _("Business manager")),
            ("careers-leader", _("Careers leader")),
            ("catering-manager", _("Catering manager")),
            ("cover-supervisor", _("Cover supervisor")),
            ("safeguarding-lead", _("Designated safeguarding lead")),
            ("early-years-lead", _("Early years lead")),
            ("eal-coordinator", _("EAL coordinator")),
            ("exams-officer", _("Examinations officer")),
            ("family-support-worker", _("Family support worker")),
            ("ict-technician", _("ICT technician")),
            ("learning-mentor", _("Learning mentor")),
            ("librarian", _("Librarian")),
            ("school-nurse", _("School nurse")),
            ("science-technician", _("Science technician")),
            ("senco", _("SENCO")),
            ("site-manager", _("Site manager")),
        ),
    ),
)

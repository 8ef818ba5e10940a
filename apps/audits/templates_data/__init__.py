"""Audits ready to use, as data. A section may be for some roles or job roles only.

Access needs are not asked: they go to the organiser of one activity, by the person's choice.
"""

from apps.audits.templates_data.base import Asked, Section, Template, Text, wording
from apps.audits.templates_data.culture import CULTURE
from apps.audits.templates_data.leaders import INTERVIEW, MIDDLE_LEADERS
from apps.audits.templates_data.partnership import PARTNERSHIP
from apps.audits.templates_data.staff import SUPPORT_STAFF, WHOLE_STAFF
from apps.audits.templates_data.teachers import EARLY_CAREER, PULSE

TEMPLATES: dict[str, Template] = {
    template.slug: template
    for template in (
        WHOLE_STAFF,
        SUPPORT_STAFF,
        CULTURE,
        EARLY_CAREER,
        MIDDLE_LEADERS,
        PULSE,
        PARTNERSHIP,
        INTERVIEW,
    )
}

__all__ = [
    "TEMPLATES",
    "Asked",
    "Section",
    "Template",
    "Text",
    "every_question",
    "templates_of",
    "wording",
]


def every_question() -> dict[str, Asked]:
    """All questions of the templates by code; the same code is the same question."""
    return {
        asked.code: asked
        for template in TEMPLATES.values()
        for section in template.sections
        for asked in section.asked
    }


def templates_of() -> dict[str, str]:
    """The name of the first template with each question, by code, in the templates' order."""
    found: dict[str, str] = {}
    for template in TEMPLATES.values():
        for section in template.sections:
            for asked in section.asked:
                found.setdefault(asked.code, str(template.name))
    return found

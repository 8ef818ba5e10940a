"""Audits for those new to teaching, and a short look at how sure people feel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.audits.enums import QuestionKind
from apps.audits.templates_data.base import (
    BOTH,
    CLOSING_SECTIONS,
    SUPPORTING,
    TEACHING,
    Asked,
    Section,
    Template,
    Text,
    agree,
)
from apps.schools.enums import CareerStage


def sure(code: str, text: Text) -> Asked:
    """ "How sure are you that you can…", in seven steps."""
    return Asked(
        code,
        QuestionKind.SCALE,
        text,
        steps=7,
        low=_("Not at all sure"),
        high=_("Entirely sure"),
    )


EARLY_CAREER = Template(
    slug="early-career",
    name=_("Early career teachers"),
    summary=_(
        "For trainees and the two induction years: what they need next, and whether mentoring and "
        "release happen. It is no part of any assessment."
    ),
    title=_("What would help you in these first years?"),
    introduction=_(
        "Nobody is expected to know it all yet. Your answers decide what we arrange for you. They "
        "are no part of your induction assessment."
    ),
    roles=TEACHING,
    career_stages=(CareerStage.TRAINEE, CareerStage.ECT_1, CareerStage.ECT_2),
    sections=(
        Section(
            _("Behaviour and relationships"),
            ("routines-climate", "challenging-behaviour", "wellbeing-attendance", "parents-carers"),
        ),
        Section(
            _("Teaching"),
            (
                "explaining-modelling",
                "questioning-checking",
                "adaptive-teaching",
                "feedback-assessment",
                "subject-knowledge",
                "curriculum-sequencing",
            ),
        ),
        Section(
            _("Pupils who need something different"),
            ("speech-language", "autism", "literacy-difficulties", "eal", "working-with-tas"),
        ),
        Section(_("Working life"), ("workload",)),
        Section(
            _("Your support"),
            asked=(
                agree("ect-meets", _("My mentor and I meet regularly, in time set aside for it.")),
                agree("ect-release", _("I get the time out of class that I am entitled to.")),
                agree("ect-step", _("After a visit to my lesson I know one thing to try next.")),
                agree("ect-ask", _("There is somebody I can ask anything.")),
                Asked(
                    "ect-see",
                    QuestionKind.SINGLE,
                    _("What would you most like to see a colleague do?"),
                    (
                        _("Start a lesson with a difficult class"),
                        _("Explain something hard"),
                        _("Question a whole class"),
                        _("Plan with a teaching assistant"),
                        _("Talk with a parent or carer"),
                    ),
                ),
            ),
        ),
        *CLOSING_SECTIONS,
    ),
)

PULSE = Template(
    slug="pulse",
    name=_("Self-efficacy pulse"),
    summary=_(
        "Two minutes, to be asked again each term: how sure people feel that they can do what "
        "matters most in their work."
    ),
    title=_("How sure do you feel this term?"),
    introduction=_(
        "A short look at how work feels at the moment. We ask the same questions each term and "
        "look at everybody together. Nobody is judged by it."
    ),
    roles=BOTH,
    sections=(
        Section(
            _("In the classroom"),
            asked=(
                sure("pulse-start", _("How sure are you that you can get every lesson started?")),
                sure(
                    "pulse-hard", _("How sure are you that you can make something hard understood?")
                ),
                sure(
                    "pulse-check",
                    _("How sure are you that you notice in time who has not understood?"),
                ),
                sure(
                    "pulse-reach",
                    _("How sure are you that you can reach pupils who have given up?"),
                ),
                sure("pulse-send", _("How sure are you that you can teach pupils with SEND well?")),
                sure(
                    "pulse-calm",
                    _("How sure are you that you can calm a lesson that is getting out of hand?"),
                ),
            ),
            roles=TEACHING,
        ),
        Section(
            _("In your job"),
            asked=(
                sure("pulse-job", _("How sure are you that you can do what is asked of you?")),
                sure(
                    "pulse-help",
                    _("How sure are you that you can help without doing the work for a pupil?"),
                ),
                sure(
                    "pulse-upset",
                    _("How sure are you that you know what to do when somebody is upset?"),
                ),
                sure(
                    "pulse-heard",
                    _("How sure are you that you are heard when you suggest something?"),
                ),
            ),
            roles=SUPPORTING,
        ),
        Section(
            _("Together"),
            asked=(
                sure("pulse-team", _("How sure are you that you and your colleagues can do it?")),
                sure("pulse-energy", _("How sure are you that you have the energy for this term?")),
                Asked(
                    "pulse-word",
                    QuestionKind.SHORT_TEXT,
                    _("One thing that would make the biggest difference?"),
                    hint=_("A few words are enough. Please do not name anybody."),
                ),
            ),
        ),
    ),
)

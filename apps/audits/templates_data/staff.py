"""Audits for everybody, and for support staff alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.audits.templates_data.base import (
    BOTH,
    CLOSING_SECTIONS,
    SUPPORTING,
    TEACHING,
    Section,
    Template,
)

WHOLE_STAFF = Template(
    slug="whole-staff",
    name=_("Whole-staff needs"),
    summary=_(
        "Teaching and support staff answer together; each sees the sections for their own role."
    ),
    title=_("What do we need to learn this year?"),
    introduction=_(
        "We want our plan for professional development to start from what you need. Your answers "
        "decide what we do together, what we ask our partner schools for, and what we stop doing."
    ),
    roles=BOTH,
    sections=(
        Section(
            _("Teaching"),
            (
                "high-expectations",
                "explaining-modelling",
                "questioning-checking",
                "adaptive-teaching",
                "feedback-assessment",
            ),
            roles=TEACHING,
        ),
        Section(
            _("Curriculum"),
            (
                "subject-knowledge",
                "curriculum-sequencing",
                "reading-vocabulary",
                "writing-talk",
                "transition",
            ),
            roles=TEACHING,
        ),
        Section(
            _("Your role"),
            (
                "supporting-learning",
                "interventions",
                "personal-care",
                "families-visitors",
                "systems-records",
                "site-safety",
            ),
            roles=SUPPORTING,
        ),
        Section(
            _("Pupils with SEND"),
            ("speech-language", "autism", "attention-memory", "working-with-tas"),
        ),
        Section(
            _("Behaviour and inclusion"),
            (
                "challenging-behaviour",
                "wellbeing-attendance",
                "anti-racism",
                "eal",
                "disadvantage",
            ),
        ),
        Section(
            _("Technology and leading others"),
            ("technology-learning", "artificial-intelligence", "coaching-mentoring"),
        ),
        *CLOSING_SECTIONS,
    ),
)

SUPPORT_STAFF = Template(
    slug="support-staff",
    name=_("Support staff needs"),
    summary=_(
        "For teaching assistants, administration, pastoral, technical, site and catering staff."
    ),
    title=_("What would help you in your job?"),
    introduction=_(
        "Everybody who works here should have the chance to learn. Tell us what would help you. "
        "Please answer in your paid time."
    ),
    roles=SUPPORTING,
    sections=(
        Section(
            _("Your role"),
            (
                "supporting-learning",
                "interventions",
                "personal-care",
                "families-visitors",
                "systems-records",
                "site-safety",
            ),
        ),
        Section(
            _("Pupils with SEND"),
            (
                "speech-language",
                "autism",
                "literacy-difficulties",
                "attention-memory",
                "working-with-tas",
            ),
        ),
        Section(
            _("Behaviour and inclusion"),
            (
                "routines-climate",
                "challenging-behaviour",
                "wellbeing-attendance",
                "anti-racism",
                "eal",
                "equality-identity",
            ),
        ),
        Section(
            _("Skills for work"),
            (
                "reading-vocabulary",
                "number-reasoning",
                "technology-learning",
                "artificial-intelligence",
                "leading-team",
            ),
        ),
        *CLOSING_SECTIONS,
    ),
)

"""The topics that every school starts from: loaded after each migration, safe to load again."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import override

from apps.audits.enums import TopicArea
from apps.audits.templates_data import every_question, wording

# slug, area, name, what it means
TOPICS: tuple[tuple[str, str, str, str], ...] = (
    (
        "high-expectations",
        TopicArea.STANDARDS,
        "High expectations for every pupil",
        "Setting goals that stretch pupils of all backgrounds and abilities",
    ),
    (
        "explaining-modelling",
        TopicArea.STANDARDS,
        "Explaining and modelling",
        "Breaking new ideas into steps and showing how experts think",
    ),
    (
        "questioning-checking",
        TopicArea.STANDARDS,
        "Questioning and checking understanding",
        "Finding out in the lesson what pupils have and have not grasped",
    ),
    (
        "adaptive-teaching",
        TopicArea.STANDARDS,
        "Adaptive teaching",
        "Adjusting explanation and support so that all reach the same goal",
    ),
    (
        "feedback-assessment",
        TopicArea.STANDARDS,
        "Assessment and feedback",
        "Feedback that pupils act on without adding hours of marking",
    ),
    (
        "parents-carers",
        TopicArea.STANDARDS,
        "Working with parents and carers",
        "Talking with families about learning, also when the news is not good",
    ),
    (
        "workload",
        TopicArea.STANDARDS,
        "Managing workload",
        "Planning and marking in less time, and knowing what may be left",
    ),
    (
        "subject-knowledge",
        TopicArea.CURRICULUM,
        "Subject knowledge",
        "Knowing well what I teach, including what is new in it",
    ),
    (
        "curriculum-sequencing",
        TopicArea.CURRICULUM,
        "Planning a curriculum in sequence",
        "Deciding what comes when, so that learning builds and lasts",
    ),
    (
        "reading-vocabulary",
        TopicArea.CURRICULUM,
        "Reading and vocabulary",
        "Teaching reading, from phonics to demanding texts, in any subject",
    ),
    (
        "writing-talk",
        TopicArea.CURRICULUM,
        "Writing and purposeful talk",
        "Helping pupils to speak and write well in my subject or phase",
    ),
    (
        "number-reasoning",
        TopicArea.CURRICULUM,
        "Number and mathematical reasoning",
        "Fluency and problem solving, in mathematics and beyond it",
    ),
    (
        "transition",
        TopicArea.CURRICULUM,
        "Moving between phases",
        "Knowing what pupils learned before us and what awaits them next",
    ),
    (
        "speech-language",
        TopicArea.SEND,
        "Speech, language and communication needs",
        "Spotting difficulties early and knowing what helps in class",
    ),
    (
        "autism",
        TopicArea.SEND,
        "Autistic pupils",
        "Reducing barriers in routines, sensory load and communication",
    ),
    (
        "literacy-difficulties",
        TopicArea.SEND,
        "Dyslexia and other literacy difficulties",
        "Making reading and writing tasks reachable",
    ),
    (
        "attention-memory",
        TopicArea.SEND,
        "Attention and working memory",
        "Helping pupils, ADHD included, to focus, start and finish",
    ),
    (
        "working-with-tas",
        TopicArea.SEND,
        "Teachers and TAs working together",
        "Preparing, sharing roles and talking before and after lessons",
    ),
    (
        "routines-climate",
        TopicArea.BEHAVIOUR,
        "Routines and a calm classroom",
        "Clear expectations that are taught, practised and kept up",
    ),
    (
        "challenging-behaviour",
        TopicArea.BEHAVIOUR,
        "Responding to challenging behaviour",
        "De-escalating, following up and repairing relationships",
    ),
    (
        "wellbeing-attendance",
        TopicArea.BEHAVIOUR,
        "Wellbeing, belonging and attendance",
        "Noticing who is struggling and helping them to come and take part",
    ),
    (
        "anti-racism",
        TopicArea.INCLUSION,
        "Anti-racism in classroom and curriculum",
        "Talking about race with confidence; whose stories we teach; acting on incidents",
    ),
    (
        "eal",
        TopicArea.INCLUSION,
        "Pupils who use English as an additional language",
        "Teaching language and subject together, new arrivals included",
    ),
    (
        "disadvantage",
        TopicArea.INCLUSION,
        "Pupils held back by poverty",
        "Removing barriers at school and at home without lowering expectations",
    ),
    (
        "equality-identity",
        TopicArea.INCLUSION,
        "Gender, faith, disability and identity",
        "Everyday practice in which every pupil and colleague is respected",
    ),
    (
        "technology-learning",
        TopicArea.TECHNOLOGY,
        "Technology that helps learning",
        "Choosing tools that do something for learning, access included",
    ),
    (
        "artificial-intelligence",
        TopicArea.TECHNOLOGY,
        "Artificial intelligence in school",
        "Using it safely and critically, and teaching pupils to",
    ),
    (
        "leading-team",
        TopicArea.LEADERSHIP,
        "Leading a team, phase or subject",
        "Running meetings, setting direction and having honest conversations",
    ),
    (
        "coaching-mentoring",
        TopicArea.LEADERSHIP,
        "Coaching and mentoring colleagues",
        "Listening, observing and giving feedback that changes practice",
    ),
    (
        "leading-change",
        TopicArea.LEADERSHIP,
        "Leading and judging change",
        "Choosing by evidence, keeping going, and finding out whether it worked",
    ),
    (
        "difficult-conversations",
        TopicArea.LEADERSHIP,
        "Difficult conversations",
        "Saying what must be said so that people can hear it",
    ),
    (
        "judging-quality",
        TopicArea.LEADERSHIP,
        "Knowing how good a subject or phase is",
        "Using lessons, pupils' work and figures without adding to anybody's load",
    ),
    (
        "supporting-learning",
        TopicArea.SUPPORT,
        "Supporting learning without taking over",
        "Prompts and questions that leave the thinking to the pupil",
    ),
    (
        "interventions",
        TopicArea.SUPPORT,
        "Running small groups and interventions",
        "Keeping to a programme, recording progress, linking back to class",
    ),
    (
        "personal-care",
        TopicArea.SUPPORT,
        "Medical needs and personal care",
        "Doing it safely and with dignity, and knowing whom to ask",
    ),
    (
        "families-visitors",
        TopicArea.SUPPORT,
        "Working with families and visitors",
        "Welcoming, listening, and handling difficult conversations",
    ),
    (
        "systems-records",
        TopicArea.SUPPORT,
        "School systems, data and records",
        "Using our systems well; handling personal data properly",
    ),
    (
        "site-safety",
        TopicArea.SUPPORT,
        "Health, safety and the school site",
        "Risk assessment, first aid, equipment, kitchens and practical rooms",
    ),
)


def load(topic: type[Model]) -> None:
    """Add what is missing and mend what was reworded, in two queries; schools' own stay."""
    manager: Any = topic._default_manager
    wanted = {slug: (area, name, meaning) for slug, area, name, meaning in TOPICS}
    known = {row.slug: row for row in manager.filter(organisation__isnull=True)}
    rows = [
        topic(slug=slug, area=area, name=name, description=meaning)
        for slug, (area, name, meaning) in wanted.items()
        if slug not in known
    ]
    manager.bulk_create(rows, ignore_conflicts=True)
    changed = [row for slug, row in known.items() if slug in wanted and _reword(row, wanted[slug])]
    if changed:
        manager.bulk_update(changed, ["area", "name", "description"])


def _reword(row: Any, words: tuple[str, str, str]) -> bool:
    if (row.area, row.name, row.description) == words:
        return False
    row.area, row.name, row.description = words
    return True


def load_bank(bank: type[Model]) -> None:
    """Keep the templates' questions in the bank. What is there stays: it is never reworded."""
    manager: Any = bank._default_manager
    known = set(manager.of_the_product().values_list("code", flat=True))
    with override("en-gb"):
        manager.bulk_create(
            (
                bank(code=code, **wording(q))
                for code, q in every_question().items()
                if code not in known
            ),
            ignore_conflicts=True,
        )


def load_after_migrate(**kwargs: Any) -> None:
    # Models are not ready when this module is imported.
    from apps.audits.models import BankQuestion, Topic

    load(Topic)
    load_bank(BankQuestion)

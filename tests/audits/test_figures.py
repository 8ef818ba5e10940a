"""The released figures against a recomputation from the raw rows."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from django.db import IntegrityError, transaction

from apps.audits import actions
from apps.audits.enums import AuditMode
from apps.audits.figures import measured, presented
from apps.audits.models import Answer, Audit
from apps.audits.reading import biggest_needs, my_needs, ranking
from apps.audits.results.sources import source_for
from apps.schools.models import Membership
from tests.audits.school import answer, make_school, opened, part_of

pytestmark = pytest.mark.django_db
SLUGS = ["autism", "eal", "disadvantage", "anti-racism", "working-with-tas"]


def answered_audit(seed: int = 1, teachers: int = 8, support: int = 7, **values) -> tuple:
    random = Random(seed)
    made = make_school(teachers, support)
    audit = opened(made, topics=SLUGS, **values)
    for person in made.staff:
        rated = [
            (slug, random.choice([None, 1, 2, 3, 4]), random.choice([None, 1, 2, 3, 4]))
            for slug in SLUGS
            if random.random() < 0.9
        ]
        answer(audit, person, rated, comment=f"from {person.pk}")
    return made, audit


def recomputed(audit: Audit) -> dict[str, tuple[int, Decimal]]:
    """Straight from the rows, in another way than the product's."""
    needs = defaultdict(list)
    for row in Answer.objects.filter(response__audit=audit).select_related("question__topic"):
        if row.confidence and row.priority and not row.not_my_role and row.response.submitted_at:
            needs[row.question.topic.slug].append((5 - row.confidence) * row.priority)
    return {
        slug: (
            len(found),
            (Decimal(sum(found)) / len(found)).quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
        for slug, found in needs.items()
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_ranking_equals_a_recomputation(seed: int) -> None:
    _made, audit = answered_audit(seed)
    closed = actions.close_audit(by=None, audit=audit)
    expected = recomputed(audit)

    found = biggest_needs(closed)

    assert {row.topic_id: (row.n, row.mean_need) for row in found} == {
        question.topic_id: expected[question.topic.slug]
        for question in audit.questions.filter(topic__isnull=False).select_related("topic")
        if expected.get(question.topic.slug, (0,))[0] >= 5
    }
    assert [row.mean_need for row in found] == sorted((r.mean_need for r in found), reverse=True)
    assert [(row["n"], row["mean_need"]) for row in ranking(closed)] == sorted(
        ((n, float(mean)) for n, mean in expected.values()), key=lambda pair: (-pair[1], -pair[0])
    )


def test_group_cells_are_exact_for_the_lead_of_a_named_audit() -> None:
    made, audit = answered_audit()
    found = source_for(made.lead, audit).summary
    for row in found["topics"]:
        cells = row["groups"].values()
        assert sum(cell["n"] for cell in cells) == row["all"]["n"]


def test_half_an_answer_and_not_my_role_do_not_count() -> None:
    made = make_school(6, 0)
    audit = opened(made, topics=["autism"])
    question = audit.questions.get(topic__slug="autism")
    values = [(4, 4), (None, 4), (4, None), (None, None)]
    for person, (a, b) in zip(made.teachers, values, strict=False):
        answer(audit, person, [("autism", a, b)])
    part = part_of(audit, made.teachers[4])
    given = {question.pk: actions.Given(1, 4, not_my_role=True)}
    actions.save_section(by=made.teachers[4], part=part, number=1, given=given)
    actions.submit(by=made.teachers[4], part=part)

    found = source_for(made.lead, audit).summary["topics"][0]

    assert found["all"] == {"n": 1, "need": 4.0, "confidence": 4.0, "priority": 4.0}
    stored = Answer.objects.get(response__person=made.teachers[4])
    assert (stored.confidence, stored.priority, stored.not_my_role) == (None, None, True)


def test_unsent_answers_do_not_count() -> None:
    made = make_school(6, 0)
    audit = opened(made, topics=["autism"])
    answer(audit, made.teachers[0], [("autism", 1, 4)], send=False)

    assert source_for(made.lead, audit).summary["topics"][0]["all"]["n"] == 0
    assert [own.need for own in my_needs(made.teachers[0], audit=audit)] == [16]


def test_a_confidential_audit_shows_nothing_before_it_closes() -> None:
    made, audit = answered_audit(mode=AuditMode.CONFIDENTIAL)
    assert source_for(made.lead, audit) is None

    closed = actions.close_audit(by=None, audit=audit)

    assert set(closed.results) == {"shared"}
    assert source_for(made.lead, closed).summary == closed.results["shared"]
    assert source_for(made.head, closed).summary == closed.results["shared"]


def test_a_small_group_is_left_out_of_the_release_with_the_other() -> None:
    _made, audit = answered_audit(teachers=9, support=3)
    closed = actions.close_audit(by=None, audit=audit)

    shared = closed.results["shared"]
    assert all(set(row["groups"].values()) == {None} for row in shared["topics"])
    assert [row["group"] for row in shared["rates"]] == ["all"]
    lead = closed.results["lead"]
    assert all(row["groups"]["support"] is not None for row in lead["topics"])


def test_fewer_than_five_answers_release_nothing() -> None:
    made = make_school(8, 0)
    audit = opened(made, topics=["autism"], mode=AuditMode.CONFIDENTIAL)
    for person in made.teachers[:4]:
        answer(audit, person, [("autism", 1, 4)], comment="canary")

    shared = actions.close_audit(by=None, audit=audit).results["shared"]

    assert shared["topics"][0]["all"] is None
    assert shared["choices"] == []


def test_released_results_cannot_be_changed() -> None:
    _made, audit = answered_audit()
    actions.close_audit(by=None, audit=audit)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Audit.objects.filter(pk=audit.pk).update(results={"shared": {}})
    Audit.objects.filter(pk=audit.pk).update(title="Another title")


class TestPeopleTheLeadManages:
    def managed(self, n: int, **values):
        made, audit = answered_audit(teachers=12, support=0, **values)
        held = Membership.objects.filter(person__in=made.teachers[:n])
        held.update(line_manager=made.lead)
        return made, audit

    def test_a_few_do_not_count(self) -> None:
        _made, audit = self.managed(3)
        known = measured(audit, closing=True)
        assert (known.sizes, known.kept_out) == ({"teacher": 9}, 3)

    def test_five_count_once_it_has_closed(self) -> None:
        _made, audit = self.managed(6)
        assert measured(audit, closing=False).sizes == {"teacher": 6}
        assert measured(audit, closing=True).sizes == {"teacher": 12}

    def test_the_lead_learns_nothing_by_subtracting_what_they_read(self) -> None:
        """In every cell, the figures less the answers read one by one are of none or five."""
        for n in range(1, 9):
            _made, audit = self.managed(n)
            managed = set(
                Membership.objects.filter(line_manager__isnull=False).values_list(
                    "person", flat=True
                )
            )
            read = defaultdict(int)
            rows = Answer.objects.filter(response__audit=audit, confidence__isnull=False)
            for row in rows.filter(priority__isnull=False).exclude(response__person__in=managed):
                read[row.question.topic_id] += 1
            for closing in (False, True):
                figures = presented(audit, measured(audit, closing=closing))
                for row in figures["topics"]:
                    unread = row["all"]["n"] - read[row["topic"]]
                    assert unread == 0 or (closing and unread >= 5)
            Membership.objects.update(line_manager=None)

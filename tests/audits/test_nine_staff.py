"""A school with nine staff, walked through from the choice to the figures, page by page."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.audits.enums import AuditMode, SmallChoice
from apps.audits.models import Audit
from tests.audits.alliance import across, make_alliance, place_of, takes_part
from tests.audits.school import School, answer, make_school
from tests.support.clients import signed_in

pytestmark = pytest.mark.django_db


def made_by_the_lead(client: Client, mode: str) -> Audit:
    url = reverse("audits:new") + "?template=whole-staff"
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(url, data | {"mode": mode, "purpose": "chosen"}).status_code == 302
    return Audit.objects.get()


def words_of(client: Client, name: str, audit: Audit, query: str = "") -> str:
    page: Any = client.get(reverse(f"audits:{name}", args=[audit.public_id]) + query)
    assert page.status_code == 200
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return " ".join(text.split())


def answered_by_all(audit: Audit, school: School) -> None:
    for n, person in enumerate(school.staff):
        answer(audit, person, [("autism", 1 + n % 4, 4)], comment=f"Comment {n}")


def test_with_names_the_lead_reads_everything_and_the_head_totals() -> None:
    school = make_school(6, 3)
    lead = signed_in(school.lead)
    audit = made_by_the_lead(lead, AuditMode.NAMED)
    assert "9 people" in words_of(lead, "check", audit)
    lead.post(reverse("audits:open", args=[audit.public_id]))
    asked = words_of(signed_in(school.support[0]), "answer", audit)
    assert "Your CPD lead can read what you answer, with your name." in asked
    assert "Your CPD lead sees who has answered and who has not." in asked

    answered_by_all(audit, school)
    assert "9 of 9" in words_of(lead, "progress", audit)
    lead.post(reverse("audits:close", args=[audit.public_id]))
    assert "Comment 8" in words_of(lead, "detail", audit)
    read_by_head = words_of(signed_in(school.head), "detail", audit)
    assert "Autistic pupils" in read_by_head
    assert "Comment" not in read_by_head
    for person in school.staff:
        assert person.name not in read_by_head


def test_in_confidence_the_three_support_staff_are_never_a_group() -> None:
    school = make_school(6, 3)
    lead = signed_in(school.lead)
    audit = made_by_the_lead(lead, AuditMode.CONFIDENTIAL)
    lead.post(reverse("audits:open", args=[audit.public_id]))
    asked = words_of(signed_in(school.support[0]), "answer", audit)
    assert "Nobody at your school is told who has answered." in asked
    for person in school.staff[:4]:
        answer(audit, person, [("autism", 1, 4)])
    assert "fewer than five of 9" in words_of(lead, "progress", audit)
    for by in ("role", "phase", "department", "career_stage"):
        assert "only one group" in words_of(lead, "progress", audit, f"?by={by}")
    for person in school.staff[4:8]:
        answer(audit, person, [("autism", 2, 4)])
    assert "at least 5 of 9" in words_of(lead, "progress", audit)
    assert "At most 4 people would be written to" in words_of(lead, "progress", audit)
    lead.post(reverse("audits:close", args=[audit.public_id]))
    shown = words_of(lead, "detail", audit)
    assert "Autistic pupils" in shown
    figures = lead.get(reverse("audits:export", args=[audit.public_id]))
    assert figures.status_code == 200


@pytest.mark.parametrize("choice", SmallChoice)
def test_in_an_alliances_audit_it_is_protected_as_it_chose(choice: SmallChoice) -> None:
    made = make_alliance((6, 3), (5, 5), (5, 5))
    nine, *others = made.schools
    audit = across(made)
    url = reverse("audits:school", args=[audit.public_id, nine.school.ref])
    head = signed_in(nine.head)
    assert "Support staff" in head.get(url).content.decode()
    head.post(url, {"part": "accept", "compare_ok": "on", "small": choice})
    decided = head.get(url).context["who_sees"]
    for school in others:
        takes_part(audit, school, compare_ok=True)
    coordinator = signed_in(made.coordinator)
    coordinator.post(reverse("audits:open", args=[audit.public_id]))
    audit.refresh_from_db()
    asked = {p.person for p in audit.participations.filter(organisation=nine.school)}
    assert asked == ({nine.lead} if choice == SmallChoice.AGREED else set(nine.staff))
    by_school = words_of(coordinator, "progress", audit, "?by=school")
    assert ("School 1" in by_school) == (choice in (SmallChoice.NAMED, SmallChoice.TOTAL))
    told = words_of(signed_in(next(iter(asked))), "answer", audit)
    expected = {
        SmallChoice.NAMED: "Your CPD lead can read what you answer, with your name.",
        SmallChoice.TOTAL: "Nobody at your school reads one person's answers",
        SmallChoice.POOLED: "Nobody at your school reads one person's answers",
        SmallChoice.AGREED: "You answer for your school",
    }
    assert expected[choice] in told.replace("&#x27;", "'")
    assert any(expected[choice] in words for words in map(str, decided))
    assert place_of(audit, nine).small == choice

"""Answers from elsewhere: the file of a real survey, and files that are wrong."""

import csv
import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.audits.collecting.cells import UnreadableCell, plain, reader_of
from apps.audits.enums import AuditMode, AuditState, QuestionKind
from apps.audits.models import Answer, AnswersFile, Audit, CollectedRow, Question, Response
from tests import factories as f
from tests.audits.school import draft, make_school, opened

DATA = Path(__file__).parents[1] / "data"
TALIS = DATA / "talis" / "talis2018_fra_teachers_cpd.csv"
NEEDS = [f"tt3g27{letter}" for letter in "abcdefghijklmn"]
NOTHING = {"imported": 0, "skipped": 0, "missing_values": 0, "errors": []}


def asked(made, codes, **values) -> Audit:
    """A draft that asks for a need on one topic for each of ``codes``."""
    audit = draft(made, **values)
    audit.questions.all().delete()
    for n, code in enumerate(codes):
        topic = f.TopicFactory(name=f"Topic of {code}")
        f.QuestionFactory(audit=audit, code=code, position=n, topic=topic)
    return Audit.objects.get(pk=audit.pk)


@pytest.fixture
def bring(capsys, tmp_path):
    """Run the command; what it printed as JSON, or (status, what it says is wrong)."""

    def bring(audit, file, **parts):
        if isinstance(file, str | bytes):
            data = file.encode() if isinstance(file, str) else file
            file = tmp_path / "answers.csv"
            file.write_bytes(data)
        where = tmp_path / "map.json"
        where.write_text(parts.pop("raw", "") or json.dumps(parts), encoding="utf-8")
        try:
            call_command(
                "import_responses", file, "--audit", audit.public_id, "--map", where, "--json"
            )
        except SystemExit as ended:
            return ended.code, capsys.readouterr().err.strip()
        return json.loads(capsys.readouterr().out)

    return bring


@pytest.mark.django_db
class TestRealFile:
    def test_its_needs_table_equals_one_made_from_the_file(self, bring, capsys) -> None:
        audit = asked(make_school(0, 0), NEEDS)
        given = {
            "columns": {code: code for code in NEEDS},
            "values": {},
            "missing": ["6", "7", "8", "9", "96", "97", "98", "99"],
            "school": "idschool",
        }
        with TALIS.open(encoding="utf-8") as opened_file:
            rows = list(csv.DictReader(opened_file))
        levels = defaultdict(list)
        for row in rows:
            for code in NEEDS:
                if float(row[code]) <= 4:
                    levels[f"Topic of {code}"].append(Decimal(row[code]))
        expected = [
            (
                name,
                len(found),
                float((sum(found) / len(found)).quantize(Decimal("0.01"), ROUND_HALF_UP)),
            )
            for name, found in levels.items()
        ]
        expected.sort(key=lambda row: (-row[2], -row[1], row[0]))
        silent = [row for row in rows if all(float(row[code]) > 4 for code in NEEDS)]
        cells = sum(len(found) for found in levels.values())

        assert bring(audit, TALIS, **given) == {
            "imported": len(rows) - len(silent),
            "skipped": len(silent),
            "missing_values": len(rows) * len(NEEDS) - cells,
            "errors": [],
        }
        call_command("needs_table", "--audit", audit.public_id, "--json")
        table = json.loads(capsys.readouterr().out)
        assert [(row["topic"], row["n"], row["mean_need"]) for row in table] == expected

        again = bring(audit, TALIS, **given)
        assert (again["imported"], again["skipped"], again["errors"]) == (0, len(rows), [])
        assert Response.objects.filter(audit=audit).count() == len(rows) - len(silent)
        assert CollectedRow.objects.filter(school="1064").exists()

    def test_its_questions_are_fixed_and_nobody_is_asked(self, bring) -> None:
        made = make_school(2, 0)
        audit = asked(made, NEEDS[:1])
        bring(audit, TALIS, columns={NEEDS[0]: NEEDS[0]}, missing=["6", "7", "9"])
        audit.refresh_from_db()
        assert (audit.state, audit.participations.count()) == (AuditState.OPEN, 0)
        assert AnswersFile.objects.get().result["imported"] == audit.responses.count()


HEAD = "When,Sure,Wanted,Said\n"
BOTH = {"Sure": "a.confidence", "Wanted": "a.priority"}


@pytest.mark.django_db
class TestRows:
    def test_a_grid_takes_two_columns_or_a_pair(self, bring, capsys) -> None:
        audit = asked(make_school(0, 0), ["a", "b"])
        file = HEAD + "1,2.0,Top,1/4\n2,,3,not my role\n3,not my role,4,2/3\n"
        found = bring(audit, file, columns={**BOTH, "Said": "b"})
        assert found == {"imported": 3, "skipped": 0, "missing_values": 1, "errors": []}
        call_command("needs_table", "--audit", audit.public_id, "--json")
        table = json.loads(capsys.readouterr().out)
        assert [(row["topic"], row["n"], row["mean_need"]) for row in table] == [
            ("Topic of b", 2, 12.5),
            ("Topic of a", 1, 12.0),
        ]

    def test_a_row_that_makes_no_sense_is_named_and_the_others_come_in(self, bring) -> None:
        audit = asked(make_school(0, 0), ["a"])
        huge = "9" * 5000
        file = HEAD + f"1,2,3,\n2,7,{huge},\n3,,,\n4,4,1,\n"
        found = bring(audit, file, columns=BOTH, missing=[])
        assert (found["imported"], found["skipped"], found["missing_values"]) == (2, 1, 2)
        (error,) = found["errors"]
        assert error["row"] == 3
        assert "Sure holds “7”" in error["reason"] and "1 to 4" in error["reason"]
        assert len(error["reason"]) < 200

    def test_what_is_kept_of_a_row_that_stays_out_says_nothing_of_what_was_answered(
        self, bring
    ) -> None:
        audit = asked(make_school(0, 0), ["a"])
        file = HEAD + "1,I cannot bear my head,3,\n2,2,also this,\n"
        assert "I cannot bear" in bring(audit, file, columns=BOTH)["errors"][0]["reason"]
        (kept,) = AnswersFile.objects.all()
        assert [error["row"] for error in kept.result["errors"]] == [2, 3]
        assert kept.result["errors"][0]["reason"].startswith("Sure: It must be a whole number")
        assert "bear" not in str(kept.result) and "also" not in str(kept.result)

    def test_a_code_that_nobody_explained_is_no_need(self, bring) -> None:
        audit = asked(make_school(0, 0), ["a"])
        file = HEAD + "1,,,4\n2,,,9\n3,,,3\n"
        found = bring(audit, file, columns={"Said": "a"}, values={"Said": {"3": "9"}})
        assert (found["imported"], [e["row"] for e in found["errors"]]) == (2, [3])
        assert sorted(Answer.objects.values_list("number", flat=True)) == [4, 9]

    def test_rows_that_are_alike_are_two_people_and_only_new_ones_come_in(self, bring) -> None:
        audit = asked(make_school(0, 0), ["a"])
        file = HEAD + "1,2,3,\n1,2,3,\n"
        assert bring(audit, file, columns=BOTH)["imported"] == 2
        later = bring(audit, file + "1,2,3,\n2,1,4,\n", columns=BOTH)
        assert (later["imported"], later["skipped"]) == (2, 2)

    def test_ratings_and_needs_are_never_counted_together(self, bring) -> None:
        audit = asked(make_school(0, 0), ["a"])
        assert bring(audit, HEAD + "1,2,3,4\n", columns={"Said": "a"})["imported"] == 1
        status, words = bring(audit, HEAD + "2,2,3,4\n", columns=BOTH)
        assert (status, "cannot be counted together" in words) == (2, True)
        assert Answer.objects.get().number == 4

    def test_of_an_alliance_each_row_goes_to_its_school(self, bring) -> None:
        alliance = f.AllianceFactory()
        schools = [f.SchoolFactory(), f.SchoolFactory()]
        for school in schools:
            f.AllianceMemberFactory(alliance=alliance, organisation=school)
        values = {"state": AuditState.DRAFT, "opened_at": None}
        audit = f.AuditFactory(organisation=None, alliance=alliance, **values)
        f.QuestionFactory(audit=audit, code="a")
        file = f"URN,Sure,Wanted\n{schools[0].urn},1,4\n{schools[1].name},1,3\nElsewhere,1,1\n"
        assert bring(audit, file, columns=BOTH, school="URN")["imported"] == 3
        found = Response.objects.order_by("pk").values_list("organisation", flat=True)
        assert list(found) == [schools[0].pk, schools[1].pk, None]

    def test_who_answered_and_where(self, bring) -> None:
        made = make_school(0, 0)
        audit = asked(made, ["a"])
        file = (
            f"As,School,Sure,Wanted\nSupport staff,{made.school.urn},1,4\nteacher,Elsewhere,1,3\n"
        )
        bring(audit, file, columns={**BOTH, "As": "@role"}, school="School")
        assert list(Response.objects.order_by("pk").values_list("role", "collected__school")) == [
            ("support", made.school.urn),
            ("teacher", "Elsewhere"),
        ]


@pytest.mark.django_db
class TestUnusable:
    @pytest.mark.parametrize(
        ("parts", "says"),
        [
            ({"raw": "{"}, "is not JSON"),
            ({"raw": "[1]"}, "one JSON object"),
            ({"raw": '{"columns": {"Sure": "a\\u0000"}}'}, "is not JSON"),
            ({"raw": '{"columns": {"Sure": "\\ud800"}}'}, "is not JSON"),
            ({}, "nothing under “columns”"),
            ({"columns": {"Nope": "a"}}, "no column “Nope”. It has: When, Sure"),
            ({"columns": {"Sure": "nope"}}, "no question “nope”. It has: a"),
            ({"columns": {"Sure": "a.luck"}}, ".confidence, .priority, .need"),
            ({"columns": {"Sure": "@shoe"}}, "@career_stage"),
            ({"columns": {"Sure": "a", "Wanted": "a"}}, "answer the same question"),
            ({"columns": {"Sure": "a", "Wanted": "a.priority"}}, "not both"),
            ({"columns": BOTH, "mising": []}, "“mising”"),
            ({"columns": BOTH, "missing": "9"}, "list of texts"),
            ({"columns": BOTH, "values": {"Sure": {"x": "9"}}}, "“x” cannot mean that"),
            ({"columns": BOTH, "values": {"Sure": []}}, "object of texts"),
            ({"columns": BOTH, "school": "Nope"}, "no column “Nope”"),
            ({"columns": BOTH, "school": 3}, "or null"),
        ],
    )
    def test_a_map(self, bring, parts, says) -> None:
        audit = asked(make_school(0, 0), ["a"])
        status, words = bring(audit, HEAD + "1,2,3,\n", **parts)
        assert status == 2
        assert says in words and "\n" not in words
        assert not Response.objects.exists() and not AnswersFile.objects.exists()

    @pytest.mark.parametrize(
        ("file", "says"),
        [
            (b"", "empty"),
            (Path("nowhere.csv"), "Give the path of a file"),
            (b"PK\x05\x06", "compressed"),
            ((HEAD + '1,2,3,"never\n').encode(), "never closed"),
            ((HEAD + "1,2,3,\n" * 600 + '1,2,3,"never').encode(), "never closed"),
            (b"When,Sure,Sure,Wanted\n1,2,3,4\n", "2 columns called “Sure”"),
        ],
    )
    def test_a_file_leaves_nothing_behind(self, bring, file, says) -> None:
        audit = asked(make_school(0, 0), ["a"])
        status, words = bring(audit, file, columns=BOTH)
        assert status == 2
        assert says in words and "\n" not in words
        assert not Response.objects.exists() and not AnswersFile.objects.exists()

    def test_encodings_byte_order_marks_and_nul_are_read(self, bring) -> None:
        audit = asked(make_school(0, 0), ["a"])
        for n, encoding in enumerate(("utf-8-sig", "utf-16", "cp1252")):
            file = f"Réponse;Sure;Wanted\né{n};2\x00;3\n".encode(encoding)
            assert bring(audit, file, columns=BOTH)["imported"] == 1

    def test_an_audit(self, bring) -> None:
        made = make_school(6, 0)
        secret = opened(made, mode=AuditMode.CONFIDENTIAL)
        status, words = bring(secret, HEAD, columns=BOTH)
        assert (status, "could be worked out" in words) == (2, True)
        closed = f.AuditFactory(state=AuditState.CLOSED, closed_at=secret.opened_at)
        assert "has closed" in bring(closed, HEAD, columns=BOTH)[1]
        nowhere = Audit(public_id="nowhere")
        assert bring(nowhere, HEAD, columns=BOTH) == (2, "There is no audit nowhere.")


def reads(kind, text, **values):
    question = Question(kind=kind, **values)
    return reader_of(question, "", Audit())(text)


def test_cells_of_every_other_kind() -> None:
    choices = ["Yes, a lot", "Yes", "No"]
    assert reads(QuestionKind.SCALE, "5", steps=5).number == 5
    assert reads(QuestionKind.SCALE, "Never", steps=5, low="never").number == 1
    assert reads(QuestionKind.SINGLE, "yes", choices=choices).chosen == ("Yes",)
    for text in ("Yes, a lot;No;", "yes, a lot, No"):
        assert reads(QuestionKind.CHOICE, text, choices=choices).chosen == ("Yes, a lot", "No")
    assert reads(QuestionKind.RANKING, "No;Yes", choices=choices).chosen == ("No", "Yes")
    assert reads(QuestionKind.SHORT_TEXT, "Ünïcode").text == "Ünïcode"
    for kind, text in (
        (QuestionKind.SCALE, "6"),
        (QuestionKind.SCALE, "٣"),
        (QuestionKind.SINGLE, "Yes, No"),
        (QuestionKind.CHOICE, "Yes, Perhaps"),
        (QuestionKind.LONG_TEXT, "x" * 2001),
    ):
        with pytest.raises(UnreadableCell):
            reads(kind, text, steps=5, choices=choices)
    assert [plain(text) for text in ("3.0", " 03", "3.5", "1e3", "")] == [
        "3",
        "3",
        "3.5",
        "1e3",
        "",
    ]

"""Reading single cells of a staff list: roles, stages, days, hours and dates in schools' words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from apps.schools.enums import CareerStage, JobRole, Phase, Role
from apps.schools.register.columns import day

date_of = day  # dates are written alike in both

NOT_STAFF = re.compile(
    r"\W*(student|pupil|learner|parent|guardian|relative|governor|trustee|contact)s?\W*", re.I
)
_SUPPORT = (
    (
        r"teaching assistant|teacher.?s? aide|\baide\b|\b(h?lta|ta|lsa|tas)\b|learning support"
        r"|classroom assistant|cover supervisor|nursery nurse|early years (practitioner|educator)"
        r"|higher level|sen assistant|one to one|1:1",
        JobRole.TEACHING_ASSISTANT,
    ),
    (
        r"admin|office|secretar|reception|finance|bursar|business manager|clerk|\bhr\b|data manager"
        r"|exams? officer|payroll|\bpa\b|attendance",
        JobRole.ADMINISTRATION,
    ),
    (
        r"pastoral|welfare|mentor|counsell|family|safeguarding|behaviour|\belsa\b|matron"
        r"|school nurse|chaplain",
        JobRole.PASTORAL,
    ),
    (r"technician|\bict\b|\bit (support|manager)|network|librar", JobRole.TECHNICIAN),
    (
        r"site|caretaker|premises|clean|cater|cook|kitchen|midday|lunch|grounds|minibus|playworker",
        JobRole.SITE,
    ),
    (r"support|non.?teaching|associate staff|technical", JobRole.OTHER),
)
_TEACHING = (
    (
        r"\bhead ?teacher|\b(deputy|assistant|executive|vice|acting|co).?(head|principal)"
        r"|\bhead of school|^head$|^principal$|senior lead|\bslt\b",
        JobRole.SENIOR_LEADER,
    ),
    (
        r"\bhead of\b|\bsenco\b|\bsendco\b"
        r"|(subject|phase|year|key stage|middle|curriculum|department).{0,12}lead"
        r"|lead teacher|co.?ordinator|\bhod\b|\bhoy\b",
        JobRole.MIDDLE_LEADER,
    ),
    (
        r"teach|\bqts\b|lecturer|professor|instructor|faculty|tutor|\bect\b|\bnqt\b|trainee",
        JobRole.TEACHER,
    ),
)
_YES = {"yes", "y", "true", "1", "active", "current", "open", "here", "employed", "live"}
_NO = {
    "no",
    "n",
    "false",
    "0",
    "inactive",
    "left",
    "leaver",
    "former",
    "archived",
    "deleted",
    "past",
}
_DAYS = (
    ("monday", "mon", "mo", "m"),
    ("tuesday", "tues", "tue", "tu", "t"),
    ("wednesday", "weds", "wed", "we", "w"),
    ("thursday", "thurs", "thur", "thu", "th"),
    ("friday", "fri", "fr", "f"),
)
_DAY = {name: number for number, names in enumerate(_DAYS) for name in names}
_SPAN = re.compile(r"^([a-z]+)\s*(?:-|–|to)\s*([a-z]+)$")


def is_staff(role: str) -> bool:
    return not NOT_STAFF.fullmatch(role)


def roles(role: str, job_title: str) -> tuple[str, str]:
    """(Role, JobRole) of a post; both empty when neither cell says."""
    for cell in (job_title, role):
        for job_role, pattern_role in _matches(cell):
            return pattern_role, job_role
    answer = normal_answer(role)  # a column "Teaching staff" answers yes or no
    if answer is None:
        return "", ""
    return (Role.TEACHER, JobRole.TEACHER) if answer else (Role.SUPPORT, JobRole.OTHER)


def _matches(cell: str) -> Sequence[tuple[str, str]]:
    text = cell.lower()
    leading = [(r, Role.TEACHER) for pattern, r in _TEACHING[:2] if re.search(pattern, text)]
    support = [(r, Role.SUPPORT) for pattern, r in _SUPPORT if re.search(pattern, text)]
    teaching = [(r, Role.TEACHER) for pattern, r in _TEACHING[2:] if re.search(pattern, text)]
    return leading + support + teaching


def normal_answer(cell: str) -> bool | None:
    text = cell.strip().lower()
    return True if text in _YES else False if text in _NO else None


def phase(cell: str) -> str:
    text = cell.lower()
    for words, found in (
        (("nursery", "early years", "eyfs", "foundation", "reception"), Phase.NURSERY),
        (("all-through", "all through"), Phase.ALL_THROUGH),
        (
            ("primary", "infant", "junior", "ks1", "ks2", "key stage 1", "key stage 2"),
            Phase.PRIMARY,
        ),
        (("sixth", "post-16", "post 16", "16 plus", "ks5", "key stage 5"), Phase.POST_16),
        (("secondary", "ks3", "ks4", "key stage 3", "key stage 4"), Phase.SECONDARY),
    ):
        if any(word in text for word in words):
            return found
    return ""


def career_stage(cell: str) -> str:
    text = cell.lower()
    if normal_answer(text) is False:
        return ""
    if "train" in text or "itt" in text or "student teacher" in text:
        return CareerStage.TRAINEE
    if "experienced" in text or "ups" in text:
        return CareerStage.EXPERIENCED
    if "establish" in text or "complete" in text or "qualified" in text:
        return CareerStage.ESTABLISHED
    if re.search(r"\bect|\bnqt|early career|\byear|induction|first|second|^[12]$", text):
        return CareerStage.ECT_2 if re.search(r"2|second|two", text) else CareerStage.ECT_1
    return ""


def fte(cell: str) -> Decimal | None:
    """A share above 0 and at most 1, of "0.6", "60%" or "Full time"."""
    text = cell.lower().replace(" ", "")
    if text in ("fulltime", "full-time", "ft"):
        return Decimal(1)
    found = _number(text.removesuffix("%").removesuffix("fte"))
    if found is None:
        return None
    found = found / 100 if text.endswith("%") else found
    return found.quantize(Decimal("0.001")) if 0 < found <= 1 else None


def hours(cell: str) -> Decimal | None:
    """Hours a week, of "32.5", "32.5 hours" or "32:30"."""
    text = re.sub(r"\s*(hours|hrs|h)\s*(a week|per week|pw)?$", "", cell.strip().lower())
    if clock := re.fullmatch(r"(\d{1,2}):([0-5]\d)", text):
        found: Decimal | None = Decimal(clock[1]) + Decimal(clock[2]) / 60
    else:
        found = _number(text)
    return found.quantize(Decimal("0.01")) if found is not None and 0 < found < 100 else None


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10_000 else None


def working_days(cell: str) -> list[int]:
    """Monday is 0. Of "Mon, Wed", "Mon-Thu", "MTWThF" or "1,2,3"; empty when it cannot be read."""
    text = cell.strip().lower()
    if text in ("all", "every day", "full time", "full-time"):
        return [0, 1, 2, 3, 4]
    span = _SPAN.match(text)
    if span and span[1] in _DAY and span[2] in _DAY and _DAY[span[1]] <= _DAY[span[2]]:
        return list(range(_DAY[span[1]], _DAY[span[2]] + 1))
    parts = [part for part in re.split(r"[^a-z0-9]+|\band\b", text) if part]
    if len(parts) == 1 and re.fullmatch(r"m?(tu?(?!h))?w?(th)?f?", parts[0]):
        parts = re.findall(r"th|tu|[mtwf]", parts[0])
    if all(part in _DAY for part in parts):
        return sorted({_DAY[part] for part in parts})
    if all(part in "12345" for part in parts):
        return sorted({int(part) - 1 for part in parts})
    return []


def split_name(full: str) -> tuple[str, str]:
    """(given, family) of "Doyle, Edna" or "Ms Edna Doyle"."""
    full = re.sub(r"^(mr|mrs|ms|miss|mx|dr|prof|rev)\.?\s+", "", " ".join(full.split()), flags=re.I)
    if "," in full:
        family, _comma, given = full.partition(",")
        given = re.sub(r"\s+(mr|mrs|ms|miss|mx|dr)\.?$", "", given.strip(), flags=re.I)
        return given.strip(), family.strip()
    given, _space, family = full.rpartition(" ")
    return given, family

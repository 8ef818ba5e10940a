"""What the columns of a staff list can mean, and what their headings usually do.

The headings are those of exports from school information systems and of School Data Sync.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECRET = re.compile(r"pass\s*-?_?(word|code|phrase)|passwd|\bpwd\b|\bpin\b|secret|\btoken\b", re.I)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str | Promise
    headings: tuple[str, ...]  # normalised; the earlier the likelier


FIELDS = (
    Field(
        "staff_id",
        _("Staff ID"),
        (
            "staffid",
            "staffcode",
            "staffnumber",
            "employeeid",
            "employeenumber",
            "sourcedid",
            "usersourcedid",
            "userid",
            "personid",
            "misid",
            "externalid",
            "payrollnumber",
            "id",
            "initials",
            "teachernumber",
        ),
    ),
    Field(
        "given_name",
        _("Given name"),
        (
            "preferredforename",
            "preferredfirstname",
            "forename",
            "firstname",
            "givenname",
            "legalforename",
            "legalfirstname",
            "chosenforename",
            "first",
        ),
    ),
    Field(
        "family_name",
        _("Family name"),
        (
            "preferredsurname",
            "preferredlastname",
            "surname",
            "lastname",
            "familyname",
            "legalsurname",
            "legallastname",
            "chosensurname",
            "last",
        ),
    ),
    Field("full_name", _("Full name"), ("fullname", "staffname", "displayname", "name")),
    Field(
        "email",
        _("E-mail address"),
        (
            "workemail",
            "workemailaddress",
            "email",
            "emailaddress",
            "primaryemail",
            "schoolemail",
            "mainemail",
            "mail",
            "userprincipalname",
        ),
    ),
    Field(
        "role",
        _("Teacher or support staff"),
        ("role", "stafftype", "staffcategory", "category", "roletype", "teachingstaff", "type"),
    ),
    Field(
        "job_title",
        _("Job title"),
        ("jobtitle", "post", "posttitle", "position", "mainrole", "businessrole", "job", "title1"),
    ),
    Field("phase", _("Phase"), ("phase", "keystage", "schoolphase")),
    Field("subject", _("Subject"), ("subject", "mainsubject", "subjects", "specialism")),
    Field("department", _("Department"), ("department", "faculty", "team", "dept")),
    Field(
        "career_stage",
        _("Career stage"),
        ("careerstage", "ectstatus", "ect", "ectyear", "nqt", "nqtstatus", "inductionstatus"),
    ),
    Field("line_manager", _("Line manager"), ("linemanager", "manager", "reportsto")),
    Field(
        "appraiser",
        _("Appraiser"),
        ("appraiser", "performancemanager", "reviewer", "performancereviewer"),
    ),
    Field("induction_tutor", _("Induction tutor"), ("inductiontutor", "ecttutor", "nqttutor")),
    Field("fte", _("FTE"), ("fte", "fulltimeequivalent", "ftevalue", "contractfte")),
    Field(
        "paid_hours",
        _("Paid hours a week"),
        (
            "paidhours",
            "hoursperweek",
            "weeklyhours",
            "contractedhours",
            "hoursworkedperweek",
            "hours",
            "paidhoursaweek",
        ),
    ),
    Field("working_days", _("Working days"), ("workingdays", "daysworked", "workpattern", "days")),
    Field(
        "starts_on",
        _("Start date"),
        (
            "startdate",
            "dateofarrival",
            "datestarted",
            "employmentstartdate",
            "joined",
            "datestartedschool",
            "dateofentry",
        ),
    ),
    Field(
        "ends_on",
        _("Leaving date"),
        ("leavingdate", "enddate", "dateofleaving", "employmentenddate", "left"),
    ),
    Field("status", _("Still here or left"), ("status", "staffstatus", "active", "current")),
    Field(
        "school",
        _("School (code or name)"),
        (
            "urn",
            "schoolurn",
            "laestab",
            "dfenumber",
            "schooldfenumber",
            "schoolcode",
            "schoolid",
            "orgsourcedid",
            "schoolsourcedid",
            "estab",
            "establishmentnumber",
            "school",
            "schoolname",
            "establishment",
        ),
    ),
)
BY_NAME = {field.name: field for field in FIELDS}


def normal(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def is_secret(heading: str) -> bool:
    """Passwords are dropped before anything is kept or shown."""
    return bool(SECRET.search(heading))


def guess(headers: Sequence[str], remembered: Mapping[str, Any]) -> dict[int, str]:
    """Column number -> field: as this school chose before, else by the usual headings.

    A heading that the school chose to ignore stays ignored ("" in what is remembered).
    """
    found: dict[int, str] = {}
    for index, header in enumerate(headers):
        if remembered.get(normal(header)) in BY_NAME:
            found[index] = remembered[normal(header)]
    for field in FIELDS:
        if field.name in found.values():
            continue
        ranked = [
            (field.headings.index(normal(header)), index)
            for index, header in enumerate(headers)
            if index not in found
            and normal(header) in field.headings
            and normal(header) not in remembered
        ]
        if ranked:
            found[min(ranked)[1]] = field.name
    if {"given_name", "family_name"} <= set(found.values()):
        found = {index: name for index, name in found.items() if name != "full_name"}
    return dict(sorted(found.items()))


def problems(mapping: Mapping[int, str]) -> list[str]:
    """What is wrong with a choice of columns, in words for its chooser."""
    chosen = [name for name in mapping.values() if name]
    found = [
        str(_("Two columns are given as “%(field)s”. Choose one.") % {"field": BY_NAME[name].label})
        for name in dict.fromkeys(chosen)
        if chosen.count(name) > 1
    ]
    if "full_name" not in chosen and not {"given_name", "family_name"} <= set(chosen):
        found.append(str(_("Choose the columns with given name and family name, or full name.")))
    if "staff_id" not in chosen and "email" not in chosen:
        found.append(
            str(
                _(
                    "Choose the column with the staff ID or the e-mail address: people are "
                    "recognised by it next time."
                )
            )
        )
    return found

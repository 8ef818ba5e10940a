from tests.matrix import Row

KEEPS = {"ok": "lead head", "refused": "teacher support governor"}
# The one of support staff arranges cover there.
SEES = {"ok": "lead head support", "refused": "teacher governor"}
PERSON = "school.ref membership.public_id"

ROWS: list[Row] = [
    Row(
        "schools:my_times",
        ok="outsider teacher support lead other_lead head",
        refused="governor coordinator operator",
    ),
    Row(
        "schools:my_times",
        post={"what": "leave"},
        ok="outsider teacher support lead other_lead head",
        refused="governor coordinator operator",
    ),
    Row("schools:timetables", "school.ref", **SEES),
    Row("schools:timetable_cycle", "school.ref", **KEEPS),
    Row("schools:timetable_cycle", "school.ref", post={"seen": ""}, **KEEPS),
    Row("schools:timetable_week", "school.ref", post={"week": ""}, **KEEPS),
    Row("schools:timetable_upload", "school.ref", **KEEPS),
    Row("schools:timetable_upload", "school.ref", post={}, **KEEPS),
    Row("schools:timetable_person", PERSON, **SEES),
    Row("schools:timetable_person", PERSON, post={"what": "timetable"}, **KEEPS),
    Row("schools:timetable_file", "timetable_file.public_id", ok="lead"),
    Row("schools:timetable_file_errors", "timetable_file.public_id", ok="lead"),
    Row("schools:timetable_file", "timetable_file.public_id", post={}, ok="lead"),
]

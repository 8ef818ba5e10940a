from tests.matrix import Row

KEEPS_IT = {"ok": "lead head", "refused": "teacher support governor"}

F = "school.ref calendar_file.public_id"

ROWS: list[Row] = [
    Row("schools:calendar", "school.ref", **KEEPS_IT),
    Row("schools:calendar", "school.ref", **KEEPS_IT, post={"seen": ""}),
    Row("schools:calendar_file", "school.ref", **KEEPS_IT),
    Row("schools:calendar_file", "school.ref", **KEEPS_IT, post={}),
    Row("schools:calendar_preview", F, **KEEPS_IT),
    Row("schools:calendar_preview", F, **KEEPS_IT, post={}),
]

from tests.matrix import Row

KEEPS_IT = {"ok": "lead head", "refused": "teacher support governor"}

ROWS: list[Row] = [
    Row("schools:calendar", "school.ref", **KEEPS_IT),
    Row("schools:calendar", "school.ref", **KEEPS_IT, post={"seen": ""}),
]

"""The study of tests/activities/studies.py: teacher and support staff are in its group."""

from tests.matrix import EVERYBODY, Row

GROUP = "teacher support"
OUTSIDE = "lead other_lead head coordinator"  # they see that it takes place
HOST = "lead head"
S = "study.public_id"
P = "poster.public_id"
LESSON = {"cycle": 1}
PAGES = ("lesson", "planning", "pupils", "predictions", "notes", "interviews", "talk")


def row(name: str, key: str = S, **more: object) -> Row:
    return Row(f"activities:lesson_study_{name}", key, **more)  # type: ignore[arg-type]


ROWS = [
    *(row(name, kwargs=LESSON, ok=GROUP, refused=OUTSIDE) for name in PAGES),
    *(
        row(name, kwargs=LESSON, post={}, ok=GROUP, refused=OUTSIDE)
        for name in (*PAGES[1:], "copy_plan")
    ),
    row("rules", post={"words": "x"}, ok=GROUP, refused=OUTSIDE),
    row("leave_out", "case_pupil.public_id", post={}, ok=GROUP),
    row("posters", "", ok=EVERYBODY),
    row("poster_write", ok=GROUP, refused=OUTSIDE),
    row("poster_write", post={}, ok=GROUP, refused=OUTSIDE),
    row("poster", P, ok=f"{GROUP} {HOST}"),
    row("poster_pdf", P, ok=f"{GROUP} {HOST}"),
    row("poster_ask", P, post={"version": "1"}, ok=GROUP, refused=HOST),
    row("poster_answer", P, post={"version": "1"}, ok=HOST, refused=GROUP),
    row("poster_answer", P, post={"version": "1", "approve": "1"}, ok=HOST, refused=GROUP),
]

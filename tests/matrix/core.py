from tests.matrix import EVERYBODY, Row

ROWS: list[Row] = [
    Row("core:csrf", public=True),
    Row("core:keep_session", ok=EVERYBODY, post={}),
    Row("core:theme", public=True, post={"theme": "dark"}),
    Row("core:offline", public=True),
    Row("core:worker", public=True),
    Row("core:styleguide"),
    Row("core:styleguide_form"),
    Row("core:styleguide_job"),
]

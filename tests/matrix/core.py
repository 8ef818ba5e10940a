from tests.matrix import EVERYBODY, Row

ROWS: list[Row] = [
    Row("core:csrf", public=True),
    Row("core:keep_session", ok=EVERYBODY, post={}),
    Row("core:theme", public=True, post={"theme": "dark"}),
    Row("core:offline", public=True),
    Row("core:worker", public=True),
    Row("core:job", "job.public_id", ok="teacher"),
    Row("core:job", "job.public_id", ok="teacher", post={}),
    Row("core:outbox", ok="operator"),
    Row("core:retry_mail", kwargs={"pk": 0}, post={}),
    Row("core:retry_all_mail", ok="operator", post={}),
    Row("core:mail"),
    Row("core:mail_message", kwargs={"name": "none"}),
    Row("core:mail_html", kwargs={"name": "none"}),
    Row("core:styleguide"),
    Row("core:styleguide_form"),
    Row("core:styleguide_job"),
]

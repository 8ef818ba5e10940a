from tests.matrix import EVERYBODY, Row

ROWS = [
    Row("home:index", ok=EVERYBODY),
    Row("home:development", ok=EVERYBODY),
    Row("home:switch", post={"acting": "cpd_lead.nowhere"}, refused=EVERYBODY),
    Row("home:help", public=True),
    Row("home:privacy", public=True),
    Row("home:accessibility", public=True),
]

from tests.matrix import EVERYBODY, Row

ROWS = [
    Row("accounts:profile", ok=EVERYBODY),
    Row("accounts:mail_preferences", ok=EVERYBODY),
    Row("accounts:mail_preferences", post={}, ok=EVERYBODY),
    Row("accounts:try_address_again", post={}, ok=EVERYBODY),
    Row("accounts:end_sessions", post={}, ok=EVERYBODY),
    Row("accounts:unsubscribe", kwargs={"token": "forged"}, public=True),
    Row("accounts:unsubscribe", kwargs={"token": "forged"}, post={}, public=True),
]

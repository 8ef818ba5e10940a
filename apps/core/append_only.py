"""Tables whose rows are written once: a database trigger refuses UPDATE and DELETE.

A whole table may still be emptied by TRUNCATE, which needs the owner's rights.
"""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = '23514';
END $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    """Return the operation that makes ``table`` append-only."""
    return migrations.RunSQL(
        _FUNCTION
        + f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
""",
        f"DROP TRIGGER {table}_append_only ON {table};",
    )

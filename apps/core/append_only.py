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


def written_once_but(table: str, column: str) -> migrations.RunSQL:
    """Loosen `append_only`: ``column`` may be set where it is empty, and nothing else changes."""
    same = f"to_jsonb(OLD) - '{column}' IS NOT DISTINCT FROM to_jsonb(NEW) - '{column}'"
    return migrations.RunSQL(
        f"""
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}
FOR EACH ROW WHEN (NOT (OLD.{column} IS NULL AND {same})) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
""",
        f"""
DROP TRIGGER {table}_kept ON {table};
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
""",
    )

from django.db import migrations

KEEP = """
CREATE FUNCTION audits_keep_results() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'released results are never changed' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER audits_audit_results_stay BEFORE UPDATE OF results ON audits_audit
FOR EACH ROW WHEN (OLD.results <> '{}'::jsonb AND NEW.results IS DISTINCT FROM OLD.results)
EXECUTE FUNCTION audits_keep_results();
"""
LET_GO = """
DROP TRIGGER audits_audit_results_stay ON audits_audit;
DROP FUNCTION audits_keep_results();
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]

from django.db import migrations

from apps.core.append_only import append_only

KEEP = """
CREATE FUNCTION audits_keep_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was sent is never changed' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER audits_heardback_stays BEFORE UPDATE OR DELETE ON audits_heardback
FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION audits_keep_heard();

CREATE FUNCTION audits_keep_plan_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM audits_plan WHERE id = OLD.plan_id) <> 'draft' THEN
        RAISE EXCEPTION 'lines of a plan that was sent are never changed' USING ERRCODE = '23514';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER audits_planline_stays BEFORE UPDATE OR DELETE ON audits_planline
FOR EACH ROW EXECUTE FUNCTION audits_keep_plan_line();
"""
LET_GO = """
DROP TRIGGER audits_planline_stays ON audits_planline;
DROP FUNCTION audits_keep_plan_line();
DROP TRIGGER audits_heardback_stays ON audits_heardback;
DROP FUNCTION audits_keep_heard();
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0005_plans_heard_collected")]

    operations = [
        append_only("audits_plansignature"),
        append_only("audits_planreview"),
        migrations.RunSQL(KEEP, LET_GO),
    ]

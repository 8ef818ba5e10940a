from django.db import migrations

KEEP = """
CREATE FUNCTION audits_keep_nameless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT mode FROM audits_audit WHERE id = NEW.audit_id) = 'anonymous' THEN
        RAISE EXCEPTION 'answers of an anonymous audit have no person' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audits_response_nameless BEFORE INSERT OR UPDATE ON audits_response
FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION audits_keep_nameless();

CREATE FUNCTION audits_keep_timeless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT mode = 'anonymous' AND opened_at IS DISTINCT FROM NEW.answered_at
        FROM audits_audit WHERE id = NEW.audit_id) THEN
        RAISE EXCEPTION 'when an anonymous audit was answered is not kept' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audits_participation_timeless
BEFORE INSERT OR UPDATE OF answered_at ON audits_participation
FOR EACH ROW WHEN (NEW.answered_at IS NOT NULL) EXECUTE FUNCTION audits_keep_timeless();
"""
LET_GO = """
DROP TRIGGER audits_participation_timeless ON audits_participation;
DROP FUNCTION audits_keep_timeless();
DROP TRIGGER audits_response_nameless ON audits_response;
DROP FUNCTION audits_keep_nameless();
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0010_small_groups_in_totals")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]

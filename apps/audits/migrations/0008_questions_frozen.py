from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

FREEZE = """
CREATE FUNCTION audits_keep_questions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM audits_audit
        WHERE id IN (OLD.audit_id, NEW.audit_id) AND opened_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'questions of an opened audit are never changed' USING ERRCODE = '23514';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER audits_question_frozen BEFORE INSERT OR UPDATE OR DELETE ON audits_question
FOR EACH ROW EXECUTE FUNCTION audits_keep_questions();

CREATE FUNCTION audits_keep_bank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a kept question is never reworded' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER audits_bankquestion_kept BEFORE UPDATE ON audits_bankquestion
FOR EACH ROW
WHEN (to_jsonb(OLD) - 'retired_at' IS DISTINCT FROM to_jsonb(NEW) - 'retired_at')
EXECUTE FUNCTION audits_keep_bank();
"""
THAW = """
DROP TRIGGER audits_bankquestion_kept ON audits_bankquestion;
DROP FUNCTION audits_keep_bank();
DROP TRIGGER audits_question_frozen ON audits_question;
DROP FUNCTION audits_keep_questions();
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0007_anonymous_answers")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="for_roles",
            field=ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]

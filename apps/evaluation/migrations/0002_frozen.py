from django.db import migrations

KEEP = """
CREATE FUNCTION keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND (OLD.state = NEW.state OR (OLD.state = 'ready' AND NEW.state = 'superseded'))
        AND ROW(NEW.kind, NEW.alliance_id, NEW.period_start, NEW.period_end, NEW.snapshot,
                NEW.frozen_at, NEW.pdf, NEW.corrects_id, NEW.public_id, NEW.requested_by_id)
            IS NOT DISTINCT FROM
            ROW(OLD.kind, OLD.alliance_id, OLD.period_start, OLD.period_end, OLD.snapshot,
                OLD.frozen_at, OLD.pdf, OLD.corrects_id, OLD.public_id, OLD.requested_by_id)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a finished report is never changed' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER evaluation_report_frozen BEFORE UPDATE OR DELETE ON evaluation_report
FOR EACH ROW EXECUTE FUNCTION keep_report();

CREATE FUNCTION keep_measurement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.note = OLD.note OR NEW.note = '')
        AND ROW(NEW.criterion_id, NEW.value, NEW.n, NEW.measured_on, NEW.entered_by_id,
                NEW.corrects_id, NEW.created_at, NEW.public_id)
            IS NOT DISTINCT FROM
            ROW(OLD.criterion_id, OLD.value, OLD.n, OLD.measured_on, OLD.entered_by_id,
                OLD.corrects_id, OLD.created_at, OLD.public_id)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a measurement is corrected by another, never changed'
        USING ERRCODE = '23514';
END $$;
CREATE TRIGGER evaluation_measurement_kept BEFORE UPDATE OR DELETE ON evaluation_measurement
FOR EACH ROW EXECUTE FUNCTION keep_measurement();
"""

UNDO = """
DROP TRIGGER evaluation_report_frozen ON evaluation_report;
DROP FUNCTION keep_report();
DROP TRIGGER evaluation_measurement_kept ON evaluation_measurement;
DROP FUNCTION keep_measurement();
"""


class Migration(migrations.Migration):
    """Finished reports and measurements stay as they are."""

    dependencies = [("evaluation", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, UNDO)]

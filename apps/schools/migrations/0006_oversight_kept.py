"""A trigger keeps schools_oversight true to schools_membership, whoever writes a membership.

A tie ends when it is taken away, or with the membership; never before the moment of writing, so
that no date given later reaches back over what was written in between.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION keep_oversight() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ties CONSTANT text[] := ARRAY['line_manager', 'appraiser', 'induction_tutor'];
    before CONSTANT bigint[] :=
        ARRAY[OLD.line_manager_id, OLD.appraiser_id, OLD.induction_tutor_id];
    after CONSTANT bigint[] :=
        ARRAY[NEW.line_manager_id, NEW.appraiser_id, NEW.induction_tutor_id];
    moment CONSTANT timestamptz := clock_timestamp();
    last timestamptz := (NEW.ends_on + 1)::timestamp AT TIME ZONE 'Europe/London';
BEGIN
    IF TG_OP = 'UPDATE' AND last IS NOT NULL THEN
        last := GREATEST(last, moment);
    END IF;
    FOR i IN 1..3 LOOP
        IF before[i] IS DISTINCT FROM after[i] OR OLD.person_id IS DISTINCT FROM NEW.person_id THEN
            UPDATE schools_oversight SET until = moment
            WHERE membership_id = NEW.id AND tie = ties[i] AND (until IS NULL OR until > moment);
        END IF;
        CONTINUE WHEN after[i] IS NULL;
        UPDATE schools_oversight SET until = last
        WHERE membership_id = NEW.id AND tie = ties[i] AND (until IS NULL OR until > moment);
        IF NOT FOUND AND (TG_OP = 'INSERT' OR last IS NULL OR last > moment) THEN
            INSERT INTO schools_oversight (membership_id, person_id, judge_id, tie, since, until)
            VALUES (
                NEW.id, NEW.person_id, after[i], ties[i],
                CASE TG_OP WHEN 'INSERT' THEN NEW.starts_on::timestamp AT TIME ZONE 'Europe/London'
                ELSE moment END,
                last
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_oversight AFTER INSERT OR UPDATE OF
    person_id, line_manager_id, appraiser_id, induction_tutor_id, ends_on
ON schools_membership FOR EACH ROW EXECUTE FUNCTION keep_oversight();

INSERT INTO schools_oversight (membership_id, person_id, judge_id, tie, since, until)
SELECT m.id, m.person_id, held.judge, held.tie,
    m.starts_on::timestamp AT TIME ZONE 'Europe/London',
    (m.ends_on + 1)::timestamp AT TIME ZONE 'Europe/London'
FROM schools_membership m, LATERAL (VALUES
    (m.line_manager_id, 'line_manager'),
    (m.appraiser_id, 'appraiser'),
    (m.induction_tutor_id, 'induction_tutor')
) AS held (judge, tie)
WHERE held.judge IS NOT NULL;
"""
FORGET = """
DROP TRIGGER keep_oversight ON schools_membership;
DROP FUNCTION keep_oversight();
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0005_oversight")]

    operations = [migrations.RunSQL(KEEP, FORGET)]

import apps.evaluation.models
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROZEN = """
CREATE OR REPLACE FUNCTION keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- What happens to a report, not what it says.
    free text[] := ARRAY['state', 'goes_at', 'said_pdf', 'job_id', 'schedule_id'];
BEGIN
    IF OLD.frozen_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND (OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
            ('preview', 'ready'), ('preview', 'stopped'), ('stopped', 'ready'),
            ('ready', 'superseded')))
        AND (NEW.said_pdf = OLD.said_pdf OR OLD.state IN ('preview', 'stopped'))
        AND to_jsonb(NEW) - free IS NOT DISTINCT FROM to_jsonb(OLD) - free
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a finished report is never changed' USING ERRCODE = '23514';
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND (OLD.state = NEW.state OR (OLD.state = 'ready' AND NEW.state = 'superseded'))
        AND ROW(NEW.kind, NEW.alliance_id, NEW.organisation_id, NEW.activity_id, NEW.period_start,
                NEW.period_end, NEW.snapshot, NEW.frozen_at, NEW.pdf, NEW.corrects_id,
                NEW.public_id, NEW.requested_by_id)
            IS NOT DISTINCT FROM
            ROW(OLD.kind, OLD.alliance_id, OLD.organisation_id, OLD.activity_id, OLD.period_start,
                OLD.period_end, OLD.snapshot, OLD.frozen_at, OLD.pdf, OLD.corrects_id,
                OLD.public_id, OLD.requested_by_id)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a finished report is never changed' USING ERRCODE = '23514';
END $$;
"""

COMMENTS = """
CREATE FUNCTION keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM evaluation_report
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.report_id ELSE NEW.report_id END)
        = 'preview'
    THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.text = ''
        AND to_jsonb(NEW) - 'text' IS NOT DISTINCT FROM to_jsonb(OLD) - 'text'
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a comment stays as it was when the report went out'
        USING ERRCODE = '23514';
END $$;
CREATE TRIGGER evaluation_comment_kept
BEFORE INSERT OR UPDATE OR DELETE ON evaluation_schoolcomment
FOR EACH ROW EXECUTE FUNCTION keep_comment();
"""
NO_COMMENTS = """
DROP TRIGGER evaluation_comment_kept ON evaluation_schoolcomment;
DROP FUNCTION keep_comment();
"""


class Migration(migrations.Migration):
    """Schedules of every kind of report, previews, what schools say; corrected reviews."""

    dependencies = [
        ("evaluation", "0007_report_of_an_activity"),
        ("schools", "0010_signatures_withdrawn_breaks_extra_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="reportschedule", name="schedule_one_a_kind"),
        migrations.AddField(
            model_name="reportschedule",
            name="subject_id",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.RunSQL(
            "UPDATE evaluation_reportschedule SET subject_id = alliance_id",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name='SchoolComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(max_length=90)),
                ('text', models.CharField(max_length=500, verbose_name='comment')),
                ('role', models.CharField(choices=[('teacher', 'Teacher'), ('support', 'Support staff'), ('cpd_lead', 'CPD lead'), ('head', 'Head'), ('governor', 'Governor'), ('coordinator', 'Alliance coordinator')], max_length=12)),
                ('said_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='report',
            name='report_ready_is_complete',
        ),
        migrations.RemoveConstraint(
            model_name='review',
            name='review_once_a_period',
        ),
        migrations.RemoveField(
            model_name='reportschedule',
            name='alliance',
        ),
        migrations.AddField(
            model_name='report',
            name='goes_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='said_pdf',
            field=models.FileField(blank=True, upload_to=apps.evaluation.models.private_place),
        ),
        migrations.AddField(
            model_name='reportschedule',
            name='preview_days',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(14)], verbose_name='days of preview'),
        ),
        migrations.AddField(
            model_name='review',
            name='correction',
            field=models.CharField(blank=True, max_length=300, verbose_name='what was wrong'),
        ),
        migrations.AddField(
            model_name='review',
            name='corrects',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='evaluation.review'),
        ),
        migrations.AlterField(
            model_name='report',
            name='state',
            field=models.CharField(choices=[('waiting', 'Being made'), ('preview', 'To be looked at'), ('stopped', 'Held back'), ('ready', 'Ready'), ('superseded', 'Corrected by a later report')], default='waiting', max_length=10),
        ),
        migrations.AlterField(
            model_name='reportschedule',
            name='frequency',
            field=models.CharField(choices=[('monthly', 'Every month'), ('half_termly', 'Every half-term'), ('termly', 'Every term'), ('once', 'Once only')], default='termly', max_length=12, verbose_name='how often'),
        ),
        migrations.AlterField(
            model_name='reportschedule',
            name='kind',
            field=models.SlugField(max_length=40),
        ),
        migrations.AlterField(
            model_name='reportschedule',
            name='subject_id',
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('ready', 'superseded', 'preview', 'stopped')), _negated=True), models.Q(('frozen_at__isnull', False), ('snapshot__isnull', False), models.Q(('pdf', ''), _negated=True)), _connector='OR'), name='report_ready_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'preview'), _negated=True), ('goes_at__isnull', False), _connector='OR'), name='report_preview_ends'),
        ),
        migrations.AddConstraint(
            model_name='reportschedule',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('kind', 'subject_id'), name='schedule_one_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='reportschedule',
            constraint=models.CheckConstraint(condition=models.Q(('preview_days__lte', 14)), name='schedule_short_preview'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects__isnull', True)), fields=('alliance', 'period_end'), name='review_once_a_period'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('correction', ''), _negated=True), _connector='OR'), name='review_correction_says_why'),
        ),
        migrations.AddField(
            model_name='schoolcomment',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.organisation'),
        ),
        migrations.AddField(
            model_name='schoolcomment',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='said', to='evaluation.report'),
        ),
        migrations.AddField(
            model_name='schoolcomment',
            name='said_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='schoolcomment',
            constraint=models.UniqueConstraint(fields=('report', 'organisation', 'line'), name='comment_one_a_line'),
        ),
        migrations.RunSQL(FROZEN, BEFORE),
        migrations.RunSQL(COMMENTS, NO_COMMENTS),
    ]

"""Duties as evidence, the procurement gate, questions and answers, challenges. Once recorded, a duty record stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


MESSAGE = "a duty record stays as it was recorded"
KEPT = ("cycle_id", "code", "answers", "decision", "covers", "short", "decider", "decided_on", "by_id", "at", "recorded_at")
LINKS = "(SELECT state FROM commissioning_dutyrecord WHERE id = {row}.record_id) <> 'draft'"


def hold(apps, schema_editor):
    """A recorded row may only be superseded, and nothing is linked to it or changed in its links afterwards."""
    postgres = schema_editor.connection.vendor == "postgresql"
    differ, cast = ("IS DISTINCT FROM", "::text") if postgres else ("IS NOT", "")
    changed = " OR ".join(f"NEW.{name}{cast} {differ} OLD.{name}{cast}" for name in KEPT)
    forward = "(OLD.state = 'recorded' AND NEW.state IN ('recorded', 'superseded')) OR (OLD.state = 'superseded' AND NEW.state = 'superseded')"
    stays = f"OLD.state <> 'draft' AND (({changed}) OR NOT ({forward}))"
    if postgres:
        stop = f"BEGIN RAISE EXCEPTION '{MESSAGE}'; END"
        linked = f"BEGIN IF {LINKS.format(row='NEW')} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END"
        for name, body in (("duty_record_stays", stop), ("duty_links_stay", linked)):
            schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
        schema_editor.execute(
            f"CREATE TRIGGER duty_record_stays BEFORE UPDATE ON commissioning_dutyrecord FOR EACH ROW WHEN ({stays}) "
            "EXECUTE FUNCTION duty_record_stays()"
        )
        schema_editor.execute(
            "CREATE TRIGGER duty_links_stay BEFORE INSERT OR UPDATE ON commissioning_evidencelink FOR EACH ROW "
            "EXECUTE FUNCTION duty_links_stay()"
        )
        return
    stop = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    schema_editor.execute(f"CREATE TRIGGER duty_record_stays BEFORE UPDATE ON commissioning_dutyrecord WHEN {stays} {stop}")
    for verb in ("INSERT", "UPDATE"):
        schema_editor.execute(
            f"CREATE TRIGGER duty_links_stay_{verb.lower()} BEFORE {verb} ON commissioning_evidencelink "
            f"WHEN {LINKS.format(row='NEW')} {stop}"
        )


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER duty_record_stays ON commissioning_dutyrecord")
        schema_editor.execute("DROP TRIGGER duty_links_stay ON commissioning_evidencelink")
        for name in ("duty_record_stays", "duty_links_stay"):
            schema_editor.execute(f"DROP FUNCTION {name}()")
        return
    for name in ("duty_record_stays", "duty_links_stay_insert", "duty_links_stay_update"):
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0063_providers'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('in_force_from', models.DateField()),
                ('source', models.CharField(max_length=300)),
                ('content', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['in_force_from', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='cycle',
            name='paused_until',
            field=models.DateField(blank=True, help_text='While a challenge pauses it: the day it should go on.', null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='procurement_from',
            field=models.DateField(blank=True, help_text='The day procurement starts, once it is set.', null=True),
        ),
        migrations.CreateModel(
            name='DutyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('recorded', 'Recorded'), ('superseded', 'Replaced by a newer one')], default='draft', max_length=10)),
                ('answers', models.JSONField(default=dict, help_text='The words of each part.')),
                ('decision', models.BooleanField(blank=True, null=True)),
                ('covers', models.JSONField(blank=True, default=list, help_text='The duties an urgent need leaves out, by name.')),
                ('short', models.BooleanField(default=False, help_text='In the short form, because the contract is small.')),
                ('decider', models.CharField(blank=True, max_length=160)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duty_records', to='commissioning.cycle')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('need', 'A need'), ('outcome', 'An outcome'), ('said', 'Something people said'), ('scope', 'A line of what is decided and what is open'), ('workshop', 'A workshop or its report'), ('document', 'A document or a web page')], max_length=10)),
                ('label', models.CharField(max_length=200)),
                ('address', models.CharField(blank=True, max_length=500)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='commissioning.dutyrecord')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='cycle',
            name='basis',
            field=models.ForeignKey(blank=True, help_text='The set of legal duties it was opened under, and keeps.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cycles', to='commissioning.legalbasis'),
        ),
        migrations.CreateModel(
            name='ProcurementGate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('questions_until', models.DateField(blank=True, null=True)),
                ('standing', models.CharField(help_text='Whether the duties applied on that day, and why, as it was said.', max_length=400)),
                ('voluntary', models.BooleanField(default=False)),
                ('rooms', models.JSONField(blank=True, default=list, help_text='The workshops that were cut short by it.')),
                ('despite', models.CharField(blank=True, max_length=500)),
                ('set_at', models.DateTimeField()),
                ('ending', models.CharField(blank=True, choices=[('moved', 'The day was moved'), ('called_off', 'The procurement was called off'), ('done', 'The procurement is over')], max_length=10)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, max_length=500)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gates', to='commissioning.cycle')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ProcurementQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField(max_length=2000)),
                ('key', models.CharField(max_length=40)),
                ('waits', models.BooleanField(default=False, help_text='Asked from outside: shown once an officer has seen it.')),
                ('set_aside_because', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='procurement_questions', to='commissioning.cycle')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='QuestionAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='commissioning.procurementquestion')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='WhatIsBought',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('services', 'Services'), ('mainly_services', 'Mainly services, with some goods or works'), ('goods', 'Goods'), ('works', 'Works')], max_length=16)),
                ('value', models.PositiveBigIntegerField(help_text='Whole pounds, with VAT, over the whole time of the contract.')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bought', to='commissioning.cycle')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CycleChallenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField(max_length=2000)),
                ('happened_on', models.DateField()),
                ('effect', models.CharField(max_length=500)),
                ('told', models.CharField(max_length=500)),
                ('until', models.DateField()),
                ('at', models.DateTimeField()),
                ('resumed_at', models.DateTimeField(blank=True, null=True)),
                ('resumed_because', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='commissioning.cycle')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resumed_at', None)), fields=('cycle',), name='one_challenge_at_a_time'), models.CheckConstraint(condition=models.Q(('resumed_at', None), models.Q(('resumed_because', ''), _negated=True), _connector='OR'), name='resumed_with_reason')],
            },
        ),
        migrations.AddIndex(
            model_name='dutyrecord',
            index=models.Index(fields=['cycle', 'code'], name='commissioni_cycle_i_30b9be_idx'),
        ),
        migrations.AddConstraint(
            model_name='dutyrecord',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('cycle', 'code'), name='one_draft_per_duty'),
        ),
        migrations.AddConstraint(
            model_name='dutyrecord',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'recorded')), fields=('cycle', 'code'), name='one_record_per_duty'),
        ),
        migrations.AddConstraint(
            model_name='dutyrecord',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(models.Q(('decider', ''), _negated=True), ('decided_on__isnull', False), ('recorded_at__isnull', False)), _connector='OR'), name='duty_record_has_decider_and_day'),
        ),
        migrations.AddConstraint(
            model_name='evidencelink',
            constraint=models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='evidence_link_has_words'),
        ),
        migrations.AddConstraint(
            model_name='procurementgate',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('cycle',), name='one_gate_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='procurementgate',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(models.Q(('ending', ''), _negated=True), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='gate_ends_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='procurementquestion',
            constraint=models.UniqueConstraint(fields=('cycle', 'number'), name='question_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='procurementquestion',
            constraint=models.UniqueConstraint(fields=('cycle', 'key'), name='question_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='questionanswer',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='answer_has_words'),
        ),
        migrations.RunPython(hold, let_go),
    ]

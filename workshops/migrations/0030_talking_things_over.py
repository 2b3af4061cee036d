"""What talking things over needs; and the words of a version may be changed in one way only: parts taken out, once, marked."""

import django.db.models.deletion
from django.db import migrations, models


REMOVED = "[removed]"  # as in workshops/ground_rules.py
MESSAGE = "the words of a version are never changed"
SAME = ("id", "proposal_id", "number", "by_id", "contribution_id", "at")
WORDS = ("text", "who_benefits", "why")


def allowed(same, found):
    """The one update let through: it sets redacted_at, once, and each text is as it was or holds the mark."""
    rows = ["OLD.redacted_at IS NULL", "NEW.redacted_at IS NOT NULL"]
    rows += [f"OLD.{column} {same} NEW.{column}" for column in SAME]
    rows += [f"(OLD.{column} {same} NEW.{column} OR {found.format(column=column)} > 0)" for column in WORDS]
    return " AND ".join(rows)


def let_words_be_taken_out(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        condition = allowed("IS NOT DISTINCT FROM", f"position('{REMOVED}' in NEW.{{column}})")
        schema_editor.execute("DROP TRIGGER words_never_change ON workshops_proposalversion")
        schema_editor.execute(
            "CREATE TRIGGER words_never_change BEFORE UPDATE ON workshops_proposalversion FOR EACH ROW"
            f" WHEN (OLD IS DISTINCT FROM NEW AND NOT ({condition})) EXECUTE FUNCTION words_never_change()"
        )
    else:
        condition = allowed("IS", f"instr(NEW.{{column}}, '{REMOVED}')")
        schema_editor.execute("DROP TRIGGER words_never_change")
        schema_editor.execute(
            "CREATE TRIGGER words_never_change BEFORE UPDATE ON workshops_proposalversion"
            f" WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def never_again(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER words_never_change ON workshops_proposalversion")
        schema_editor.execute(
            "CREATE TRIGGER words_never_change BEFORE UPDATE ON workshops_proposalversion FOR EACH ROW"
            " WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION words_never_change()"
        )
    else:
        schema_editor.execute("DROP TRIGGER words_never_change")
        schema_editor.execute(
            f"CREATE TRIGGER words_never_change BEFORE UPDATE ON workshops_proposalversion BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0030_words_taken_out_and_private'),
        ('workshops', '0020_cards_made_into_one'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='answered_at',
            field=models.DateTimeField(blank=True, help_text='When the proposer answered a professional view (PS-06).', null=True),
        ),
        migrations.AddField(
            model_name='comment',
            name='answers',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='workshops.comment'),
        ),
        migrations.AddField(
            model_name='comment',
            name='mark',
            field=models.CharField(blank=True, choices=[('for', 'For'), ('against', 'Against'), ('question', 'Question'), ('feasibility', 'Professional view')], max_length=12),
        ),
        migrations.AddField(
            model_name='proposalversion',
            name='redacted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='workshop',
            name='desk_turn',
            field=models.PositiveBigIntegerField(default=0, help_text='Raised when desks change in a way no count shows.'),
        ),
        migrations.AddField(
            model_name='workshop',
            name='moderation',
            field=models.CharField(choices=[('after', 'After it is shown'), ('before', 'Before it is shown')], default='after', max_length=6, verbose_name='when what people write is looked at'),
        ),
        migrations.AddField(
            model_name='workshop',
            name='queue_turn',
            field=models.PositiveBigIntegerField(default=0, help_text='The same for the facilitator’s queue.'),
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('large', models.CharField(max_length=120)),
                ('small', models.CharField(max_length=120)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('small_width', models.PositiveIntegerField()),
                ('small_height', models.PositiveIntegerField()),
                ('shows', models.CharField(max_length=2000, verbose_name='what the picture shows')),
                ('at', models.DateTimeField()),
                ('idea', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='photo', to='workshops.idea')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('approve', 'Shown'), ('hide', 'Not shown'), ('show', 'Shown again'), ('redact', 'Some words taken out'), ('private', 'Moved to the private channel'), ('leave', 'Left as it is')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.contribution')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.contribution')),
                ('settled', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workshops.step')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('open', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('both', 'Kept beside the first')], default='open', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('against', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workshops.proposalversion')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('became', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workshops.proposal')),
                ('contribution', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.contribution')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='workshops.proposal')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Matters',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.contribution')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contribution', 'participant'), name='matters_once')],
            },
        ),
        migrations.CreateModel(
            name='PrivateWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000)),
                ('key', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.contribution')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('by', 'key'), name='private_word_kept_once')],
            },
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['contribution'], name='workshops_s_contrib_be2cb1_idx'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('settled', None)), fields=('contribution', 'by'), name='one_open_report_each'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='declined_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='suggestion',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'open'), ('answered_at__isnull', False), _connector='XOR'), name='answered_or_open'),
        ),
        migrations.RunPython(let_words_be_taken_out, never_again),
    ]

"""People without a device, papers and hands; every vote and seat says by which channel it came."""

import django.db.models.deletion
from django.db import migrations, models


def hold_votes(apps, schema_editor):
    """SQLite copies a table to add a column that may not be empty, and loses its triggers: put back the one of 0002."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE TRIGGER IF NOT EXISTS votes_never_change BEFORE UPDATE ON workshops_cast"
            " BEGIN SELECT RAISE(ABORT, 'a vote once cast is never changed'); END"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0003_how_it_was_said'),
        ('workshops', '0010_dates_invitations_letters_claims'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, hold_votes),
        migrations.AddField(
            model_name='cast',
            name='channel',
            field=models.CharField(choices=[('online', 'On line'), ('scribe', 'Written down for somebody'), ('paper', 'On paper'), ('hands', 'By a show of hands')], default='online', max_length=8),
        ),
        migrations.AddField(
            model_name='cast',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant'),
        ),
        migrations.AddField(
            model_name='cast',
            name='entered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant'),
        ),
        migrations.AddField(
            model_name='seat',
            name='channel',
            field=models.CharField(choices=[('online', 'On line'), ('scribe', 'Written down for somebody'), ('paper', 'On paper'), ('hands', 'By a show of hands')], default='online', help_text='Of the present choice; a seat that hands hold may have none.', max_length=8),
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=6, unique=True)),
                ('at', models.DateTimeField()),
                ('ballot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='workshops.ballot')),
                ('contribution', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.contribution')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('seat', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='workshops.seat')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='workshops.workshop')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PaperEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('standing', models.CharField(choices=[('waiting', 'Waits for a second person'), ('counted', 'Counted'), ('undone', 'Taken back'), ('replaced', 'Replaced by a later one'), ('aside', 'Set aside')], default='waiting', max_length=8)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='workshops.paper')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Seating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(blank=True, max_length=80)),
                ('key', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seatings', to='workshops.workshop')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HandsCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('commissioner', 'Commissioner side'), ('vso', 'Voluntary sector'), ('citizen', 'Citizens')], max_length=12)),
                ('counts', models.JSONField()),
                ('without', models.JSONField(default=list, help_text='Seats left out, because their people vote in another way.')),
                ('at', models.DateTimeField()),
                ('standing', models.CharField(choices=[('waiting', 'Waits for a second person'), ('counted', 'Counted'), ('undone', 'Taken back'), ('replaced', 'Replaced by a later one'), ('aside', 'Set aside')], default='waiting', max_length=8)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hands', to='workshops.ballot')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('standing', 'waiting')), fields=('ballot', 'group', 'by'), name='one_waiting_count_per_group_and_person'), models.UniqueConstraint(condition=models.Q(('standing', 'counted')), fields=('ballot', 'group'), name='one_standing_count_per_group'), models.CheckConstraint(condition=models.Q(('by', models.F('confirmed_by')), _negated=True), name='hands_confirmed_by_another')],
            },
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ballot', None), ('seat', None)), models.Q(('ballot__isnull', False), ('contribution', None), ('seat__isnull', False)), _connector='OR'), name='paper_is_a_ballot_paper_or_a_card'),
        ),
        migrations.AddConstraint(
            model_name='paperentry',
            constraint=models.UniqueConstraint(condition=models.Q(('standing', 'waiting')), fields=('paper', 'by'), name='one_waiting_entry_per_paper_and_person'),
        ),
        migrations.AddIndex(
            model_name='seating',
            index=models.Index(fields=['workshop', 'ended_at'], name='workshops_s_worksho_31daab_idx'),
        ),
        migrations.AddConstraint(
            model_name='seating',
            constraint=models.UniqueConstraint(fields=('workshop', 'participant'), name='seated_once'),
        ),
        migrations.RunPython(hold_votes, migrations.RunPython.noop),
    ]

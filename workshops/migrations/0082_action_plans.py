import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0071_said_of_results'),
        ('workshops', '0081_letters_about_promises_and_agreements'),
    ]

    operations = [
        migrations.AddField(
            model_name='action',
            name='revisit_on',
            field=models.DateField(blank=True, null=True, verbose_name='when we look at that condition again'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('invitation', 'Invitation'), ('dates', 'Dates to answer'), ('chosen', 'A date was chosen'), ('called_off', 'The meeting was called off'), ('reminder', 'Reminder of the meeting'), ('closing', 'The time to take part ends soon'), ('unanswered', 'Dates not answered yet'), ('bidding', 'The rule on bidding has changed'), ('claim', 'What became of a claim'), ('summary', 'The summary'), ('later', 'The questions six months later'), ('promise', 'A question to somebody asked to act'), ('procurement', 'News about the procurement'), ('level', 'Less is promised than before'), ('reopened', 'Agreed words are open again'), ('review', 'News about looking back'), ('mandate', 'A question to a group a broker speaks for'), ('update', 'A question how an action goes'), ('return', 'A quarterly return is due'), ('clauses', 'News of the specification'), ('travelled', 'How far somebody’s words have gone')], max_length=12),
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField(help_text='The actions with owner, day, success measure and condition, as they were.')),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agreed', models.BooleanField(help_text='Whether every group agreed, once it was ended.', null=True)),
                ('counts', models.JSONField(blank=True, default=list)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.cycle')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('cycle', 'number'), name='plan_version_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('cycle',), name='one_plan_asked_about_at_a_time'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('agreed__isnull', False), _connector='OR'), name='ended_plan_has_a_result')],
            },
        ),
        migrations.CreateModel(
            name='PlanSignal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('commissioner', 'Commissioner side'), ('vso', 'Voluntary sector'), ('citizen', 'Citizens')], max_length=12)),
                ('says', models.CharField(choices=[('yes', 'I agree'), ('reserved', 'I agree, with a reservation'), ('no', 'I do not agree')], max_length=8)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signals', to='workshops.planversion')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('version', 'participant'), name='plan_signal_once'), models.CheckConstraint(condition=models.Q(('says', 'yes'), models.Q(('words', ''), _negated=True), _connector='OR'), name='reservation_about_plan_has_words')],
            },
        ),
        migrations.CreateModel(
            name='PlanAdoption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(max_length=160)),
                ('on', models.DateField()),
                ('minute', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='workshops.planversion')),
            ],
            options={
                'ordering': ['on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('version', 'body'), name='body_adopts_once'), models.CheckConstraint(condition=models.Q(models.Q(('body', ''), _negated=True), models.Q(('minute', ''), _negated=True)), name='adoption_has_body_and_minute')],
            },
        ),
        migrations.CreateModel(
            name='PracticeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('owner', 'Whose action it is'), ('other', 'The other side')], max_length=5)),
                ('changed', models.CharField(choices=[('yes', 'Yes, we work differently now'), ('partly', 'Partly'), ('no', 'No')], max_length=6)),
                ('words', models.CharField(max_length=600)),
                ('at', models.DateTimeField()),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_answers', to='workshops.action')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('action', 'participant'), name='practice_answered_once'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='practice_answer_has_an_example')],
            },
        ),
        migrations.CreateModel(
            name='UpdateAsked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('due', models.DateField()),
                ('answer', models.CharField(blank=True, max_length=600)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_at', models.DateTimeField(blank=True, null=True)),
                ('escalated_because', models.CharField(blank=True, max_length=300)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked_about', to='workshops.action')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('action',), name='one_question_about_an_action_at_a_time'), models.CheckConstraint(condition=models.Q(('answered_at', None), models.Q(('answer', ''), _negated=True), _connector='OR'), name='answer_about_action_has_words')],
            },
        ),
    ]

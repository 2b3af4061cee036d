"""Releases to suppliers; the log of them only grows, and what was released keeps its words, whoever writes to it."""

import django.db.models.deletion
from django.db import migrations, models


LOG = "the log of releases is only ever added to"
WORDS = "what was released keeps its words"
CHANGED = "OLD.sent_at IS NOT NULL AND (NEW.title <> OLD.title OR NEW.text <> OLD.text OR NEW.content_hash <> OLD.content_hash OR NEW.sent_at <> OLD.sent_at OR NEW.sent_at IS NULL)"


def hold(apps, schema_editor):
    for table, name, message, when in (
        ("commissioning_releaseevent", "release_log_only_grows", LOG, ""),
        ("commissioning_release", "released_words_stay", WORDS, f" WHEN ({CHANGED})"),
    ):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {name}()")
        else:
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}{when} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def let_go(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for table, name in (("commissioning_releaseevent", "release_log_only_grows"), ("commissioning_release", "released_words_stay")):
        schema_editor.execute(f"DROP TRIGGER {name}{f' ON {table}' if postgres else ''}")
        if postgres:
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0064_duties'),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('kind', models.CharField(choices=[('notes', 'Notes of a meeting'), ('draft', 'A draft to read'), ('facts', 'Facts and figures'), ('rules', 'Rules and dates'), ('other', 'Something else')], default='other', max_length=6, verbose_name='what it is')),
                ('text', models.TextField(blank=True, max_length=20000, verbose_name='words')),
                ('state', models.CharField(choices=[('draft', 'Not released yet'), ('sent', 'Released'), ('dropped', 'Taken back before it was released'), ('withdrawn', 'Withdrawn')], default='draft', max_length=9)),
                ('place', models.CharField(blank=True, help_text='The workshop whose notes it is, or empty.', max_length=100)),
                ('key', models.CharField(help_text='Sent with the form, so that a form sent twice makes one.', max_length=64)),
                ('turn', models.PositiveIntegerField(default=0, help_text='Raised with each change, so that only what was seen is released.')),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='commissioning.cycle')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('release', 'The release'), ('withdrawal', 'That it was withdrawn')], default='release', max_length=10)),
                ('channel', models.CharField(choices=[('screen', 'On screen, on this page'), ('email', 'By e-mail'), ('post', 'By post'), ('phone', 'By phone')], max_length=6)),
                ('where', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField(help_text='From when the supplier could have it.')),
                ('later', models.BooleanField(default=False, help_text='The supplier registered after the release.')),
                ('done_at', models.DateTimeField(blank=True, help_text='When it was sent, posted or read out.', null=True)),
                ('held_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.organisation')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='commissioning.release')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SharedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('stored', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='commissioning.release')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReleaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('shown', 'Put on their page'), ('sent', 'Sent by e-mail'), ('posted', 'Sent by post'), ('phoned', 'Told by phone'), ('delivered', 'Arrived'), ('opened', 'Opened'), ('downloaded', 'File fetched'), ('told', 'Told that it was withdrawn')], max_length=10)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('happened_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.organisation')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='commissioning.release')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.sharedfile')),
            ],
            options={
                'ordering': ['happened_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SupplierContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('visit', 'A visit or a meeting'), ('call', 'A phone or video call'), ('letter', 'A letter or an e-mail'), ('other', 'Something else')], max_length=6, verbose_name='what it was')),
                ('who', models.CharField(max_length=300, verbose_name='who was there, from both sides')),
                ('happened_at', models.DateTimeField(verbose_name='when it was')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='how many minutes')),
                ('summary', models.TextField(max_length=2000, verbose_name='what was said')),
                ('key', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='commissioning.cycle')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.organisation')),
            ],
            options={
                'ordering': ['happened_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='sharedfile',
            name='contact',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='commissioning.suppliercontact'),
        ),
        migrations.CreateModel(
            name='FlagAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flag', models.CharField(max_length=120)),
                ('said', models.CharField(help_text='The flag as it stood when it was answered.', max_length=1000)),
                ('answer', models.TextField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flag_answers', to='commissioning.cycle')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer', ''), _negated=True), name='flag_answer_has_words')],
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('screen', 'On screen, on this page'), ('email', 'By e-mail'), ('post', 'By post'), ('phone', 'By phone')], default='screen', max_length=6, verbose_name='how they get releases')),
                ('where', models.CharField(blank=True, max_length=300, verbose_name='e-mail address, postal address or phone number')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.participant')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='commissioning.cycle')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='commissioning.organisation')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('cycle', 'organisation'), name='recipient_registered_once'), models.CheckConstraint(condition=models.Q(('channel', 'screen'), models.Q(('where', ''), _negated=True), _connector='OR'), name='recipient_says_where')],
            },
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('cycle', 'key'), name='release_made_once'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at', None), ('state__in', ['draft', 'dropped'])), models.Q(('sent_at__isnull', False), ('state__in', ['sent', 'withdrawn'])), _connector='OR'), name='release_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'sent']), models.Q(models.Q(('ended_because', ''), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='release_ended_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('release', 'organisation', 'about'), name='delivered_once'),
        ),
        migrations.AddIndex(
            model_name='releaseevent',
            index=models.Index(fields=['release', 'organisation'], name='commissioni_release_728077_idx'),
        ),
        migrations.AddConstraint(
            model_name='suppliercontact',
            constraint=models.UniqueConstraint(fields=('by', 'key'), name='contact_logged_once'),
        ),
        migrations.AddConstraint(
            model_name='suppliercontact',
            constraint=models.CheckConstraint(condition=models.Q(('summary', ''), _negated=True), name='contact_says_what'),
        ),
        migrations.AddConstraint(
            model_name='sharedfile',
            constraint=models.CheckConstraint(condition=models.Q(('release', None), ('contact', None), _connector='XOR'), name='file_belongs_to_one'),
        ),
        migrations.AddConstraint(
            model_name='sharedfile',
            constraint=models.UniqueConstraint(fields=('release', 'sha256'), name='file_once_in_a_release'),
        ),
        migrations.RunPython(hold, let_go),
    ]

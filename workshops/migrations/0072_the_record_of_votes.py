"""The record of votes: each entry commits to the one before, and cannot be changed, whoever writes to the database."""

import django.db.models.deletion
from django.db import migrations, models


MESSAGE = "an entry of the record of votes is never changed"


def hold(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION entries_never_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        schema_editor.execute(
            "CREATE TRIGGER entries_never_change BEFORE UPDATE ON workshops_entry FOR EACH ROW EXECUTE FUNCTION entries_never_change()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER entries_never_change BEFORE UPDATE ON workshops_entry BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER entries_never_change ON workshops_entry")
        schema_editor.execute("DROP FUNCTION entries_never_change()")
    else:
        schema_editor.execute("DROP TRIGGER entries_never_change")


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0050_hearing_back'),
        ('workshops', '0071_who_was_there_at_the_close'),
    ]

    operations = [
        migrations.CreateModel(
            name='Chain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=0)),
                ('link', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('open', 'Open'), ('vote', 'Vote'), ('counted', 'Counted'), ('sum', 'Sum'), ('close', 'Close')], max_length=8)),
                ('group', models.CharField(blank=True, max_length=12)),
                ('text', models.TextField()),
                ('salt', models.CharField(blank=True, help_text='Of the words that were voted on, kept with them and not in the text.', max_length=32)),
                ('leaf', models.CharField(max_length=64)),
                ('link', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['workshop', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('number', models.PositiveIntegerField()),
                ('link', models.CharField(max_length=64)),
                ('key', models.CharField(help_text='The Ed25519 public key, in hexadecimal.', max_length=64)),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'ordering': ['day'],
            },
        ),
        migrations.AddField(
            model_name='seat',
            name='code',
            field=models.CharField(blank=True, help_text='The receipt: by it, and by nothing else, a voice is known in the record.', max_length=8, null=True),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('ballot', 'code'), name='one_receipt_per_seat'),
        ),
        migrations.AddField(
            model_name='chain',
            name='workshop',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='chain', to='workshops.workshop'),
        ),
        migrations.AddField(
            model_name='entry',
            name='ballot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='workshops.ballot'),
        ),
        migrations.AddField(
            model_name='entry',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='workshops.workshop'),
        ),
        migrations.AddField(
            model_name='head',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='heads', to='workshops.workshop'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('workshop', 'number'), name='entry_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='head',
            constraint=models.UniqueConstraint(fields=('workshop', 'day'), name='one_head_a_day'),
        ),
        migrations.RunPython(hold, let_go),
    ]

"""Secret ballots: whether a ballot is secret is fixed when it opens, and its votes, once apart from their seats, stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

TRIGGERS = {
    "secrecy_never_changes": (
        "UPDATE ON workshops_ballot",
        "(OLD.secrecy IS NULL) <> (NEW.secrecy IS NULL) OR (NEW.secrecy <> OLD.secrecy AND NEW.secrecy <> '')",
        "whether a ballot is secret is fixed when it opens",
    ),
    "secret_votes_never_change": ("UPDATE ON workshops_secretvote", "", "a vote of a secret ballot is never changed"),
}


def hold(apps, schema_editor):
    for name, (event, when, message) in TRIGGERS.items():
        only = f" WHEN ({when})" if when else ""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW{only} EXECUTE FUNCTION {name}()")
        else:
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event}{only} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def let_go(apps, schema_editor):
    for name, (event, _when, _message) in TRIGGERS.items():
        table = event.rsplit(" ON ", 1)[1]
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('workshops', '0072_the_record_of_votes'),
    ]

    operations = [
        migrations.AddField(
            model_name='ballot',
            name='secrecy',
            field=models.CharField(blank=True, max_length=64, null=True),
        ),
        migrations.CreateModel(
            name='SecretVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('commissioner', 'Commissioner side'), ('vso', 'Voluntary sector'), ('citizen', 'Citizens')], max_length=12)),
                ('choice', models.CharField(max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('language', models.CharField(default='en', max_length=8)),
                ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secret_votes', to='workshops.ballot')),
            ],
            options={
                'indexes': [models.Index(fields=['ballot', 'group', 'choice'], name='workshops_s_ballot__87aa9a_idx')],
            },
        ),
        migrations.RunPython(hold, let_go),
    ]

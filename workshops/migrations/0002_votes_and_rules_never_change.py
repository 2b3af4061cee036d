"""A vote cast, the words of a version, and the rule and wording of a ballot cannot be changed, whoever writes to the database."""

from django.db import migrations

TRIGGERS = {
    "votes_never_change": ("UPDATE ON workshops_cast", "a vote once cast is never changed"),
    "words_never_change": ("UPDATE ON workshops_proposalversion", "the words of a version are never changed"),
    "rules_never_change": (
        "UPDATE OF rule, version_id, proposal_id, round, opened_at ON workshops_ballot",
        "the rule and the wording of a ballot are fixed when it opens",
    ),
}


def hold(apps, schema_editor):
    for name, (event, message) in TRIGGERS.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
            )
            # PostgreSQL fires a column trigger when the column is named, even if its value stays: compare instead.
            changed = " WHEN (OLD IS DISTINCT FROM NEW)" if " OF " not in event else (
                " WHEN (OLD.rule IS DISTINCT FROM NEW.rule OR OLD.version_id IS DISTINCT FROM NEW.version_id"
                " OR OLD.proposal_id IS DISTINCT FROM NEW.proposal_id OR OLD.round IS DISTINCT FROM NEW.round)"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW{changed} EXECUTE FUNCTION {name}()")
        else:
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def let_go(apps, schema_editor):
    for name, (event, _message) in TRIGGERS.items():
        table = event.rsplit(" ON ", 1)[1]
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_initial")]
    operations = [migrations.RunPython(hold, let_go)]

"""The minutes are append-only in the database itself, whoever writes to it."""

from django.db import migrations

MESSAGE = "the minutes are only ever added to"


def hold(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"""CREATE FUNCTION minutes_only_grow() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"""
        )
        schema_editor.execute(
            "CREATE TRIGGER minutes_only_grow BEFORE UPDATE ON commissioning_minute FOR EACH ROW EXECUTE FUNCTION minutes_only_grow()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER minutes_only_grow BEFORE UPDATE ON commissioning_minute BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def let_go(apps, schema_editor):
    on = " ON commissioning_minute" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER minutes_only_grow{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION minutes_only_grow()")


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0001_initial")]
    operations = [migrations.RunPython(hold, let_go)]

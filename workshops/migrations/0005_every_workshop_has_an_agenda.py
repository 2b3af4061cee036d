"""Workshops convened before there were agendas get the usual one, standing where they stood."""

from django.db import migrations

USUAL = (("welcome", 10), ("gather", 15), ("discuss", 20), ("vote", 10), ("agree", 15), ("actions", 10))


def lay_out(apps, schema_editor):
    Workshop, Activity = apps.get_model("workshops", "Workshop"), apps.get_model("workshops", "Activity")
    for workshop in Workshop.objects.filter(activities=None):
        done = True
        for place, (kind, minutes) in enumerate(USUAL, start=1):
            now = kind == workshop.phase
            done = done and not now
            state = "now" if now else "done" if done else "planned"
            Activity.objects.create(workshop=workshop, position=place, kind=kind, minutes=minutes, state=state)
        if workshop.phase != "welcome":
            Workshop.objects.filter(pk=workshop.pk).update(started_at=workshop.starts_at or workshop.cycle.opened_at)


class Migration(migrations.Migration):
    dependencies = [("workshops", "0004_the_agenda")]
    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop)]

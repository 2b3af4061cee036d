"""Parts of what was said can be taken out with a note, and a remark can move to the private channel."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commissioning', '0005_said_within_a_room'),
    ]

    operations = [
        migrations.AddField(
            model_name='contribution',
            name='redacted_at',
            field=models.DateTimeField(blank=True, help_text='When some of the words were taken out (FS-06).', null=True),
        ),
        migrations.AddField(
            model_name='contribution',
            name='redaction_note',
            field=models.CharField(blank=True, help_text='Why, shown where the words were.', max_length=300),
        ),
        migrations.AlterField(
            model_name='contribution',
            name='moderation',
            field=models.SmallIntegerField(choices=[(-2, 'In the private channel'), (-1, 'Not shown'), (0, 'Not looked at'), (1, 'Shown')], default=1),
        ),
    ]

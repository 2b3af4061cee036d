"""How somebody wants to hear back: at which address, and in which format."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HearingBack(models.Model):
    """One person's wish for summaries (FB-04, FB-05). The address is used for that, and to tell them that what was promised
    to them or agreed with them has changed. It is shown on no page but their own.
    """

    class Form(models.TextChoices):
        SCREEN = "screen", _("On screen and by e-mail")
        LARGE = "large", _("Large print")
        WORD = "word", _("A Word document")
        WELSH = "welsh", _("Welsh")
        AUDIO = "audio", _("Audio")
        BRAILLE = "braille", _("Braille")
        EASY = "easy", _("Easy read")

    participant = models.OneToOneField("commissioning.Participant", on_delete=models.CASCADE, related_name="hearing_back")
    email = models.EmailField(_("e-mail address"), blank=True)
    form = models.CharField(_("format"), max_length=8, choices=Form, default=Form.SCREEN)
    by_post = models.CharField(_("where to send it, if it comes by post"), max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.get_form_display())

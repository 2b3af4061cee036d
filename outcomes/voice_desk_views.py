"""Doorways of those who read what people say about outcomes first, answer it, and put up the poster."""

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused
from outcomes import voice_looks, voice_rules, voice_themes, voices
from outcomes.models import Voice
from outcomes.voice_forms import LinkForm, VoiceAnswerForm
from outcomes.voice_views import address_of

ROWS = 30
USUAL = (
    gettext_lazy("Young person"),
    gettext_lazy("Parent or carer"),
    gettext_lazy("I work or volunteer here"),
    gettext_lazy("I live near here"),
)


@require_http_methods(["GET", "POST"])
@in_cycle
def desk(request: Request, cycle: Cycle) -> HttpResponse:
    """The link, the poster, and the words that wait for somebody to read and answer them."""
    if not request.held & {roles.CONVENE, roles.ANSWER}:
        raise Http404
    if request.method == "POST":
        _act(request, cycle, taking_part(request, cycle))
        return redirect("voice_desk", cycle.slug)
    link = voices.link_of(cycle)
    page = Paginator(voice_looks.waiting_in(cycle), ROWS).get_page(request.GET.get("page"))
    rows = [
        (one, [voice_rules.FLAGS[f] for f in one.flags if f in voice_rules.FLAGS], VoiceAnswerForm(auto_id=f"v{one.pk}-%s")) for one in page
    ]
    context = {
        "cycle": cycle,
        "link": link,
        "address": address_of(request, link) if link else "",
        "page": page,
        "rows": rows,
        "link_form": LinkForm(initial={"groups": "\n".join(link.groups if link else map(str, USUAL))}),
        "left": link.addresses.count() if link else 0,
        "held": request.held,
    }
    return render(request, "outcomes/voices/desk.html", context)


def _act(request: Request, cycle: Cycle, me: Participant) -> None:
    act, now, link = request.POST.get("act"), timezone.now(), voices.link_of(cycle)
    if act == "open":
        form = LinkForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        voices.open_link(cycle, groups=form.cleaned_data["groups"].splitlines(), by=me, now=now)
        messages.success(request, _("Everybody who has the link or the poster can answer now."))
    elif act == "close" and link is not None:
        voices.close_link(link, reason=request.POST.get("reason", ""), by=me, now=now)
    elif act == "themes" and link is not None:
        n = voice_themes.bring(link, by=me, now=now)
        messages.success(request, _("%(n)s new answers can be put under themes. They are among the large consultations.") % {"n": n})
    elif act in ("show", "answer", "keep_back", "take_out"):
        _about_words(request, cycle, me, act)
    else:
        raise Refused(_("Choose what to do."))


def _about_words(request: Request, cycle: Cycle, me: Participant, act: str) -> None:
    voice = get_object_or_404(Voice.objects.select_related("outcome"), pk=number_in(request.POST.get("voice", "")), link__cycle=cycle)
    now = timezone.now()
    if act == "show":
        voices.show(voice, by=me, now=now)
    elif act == "take_out":
        voices.take_words_out(voice, parts=request.POST.get("parts", ""), note=request.POST.get("note", ""), by=me, now=now)
    elif act == "keep_back":
        voices.keep_back(voice, reason=request.POST.get("reason", ""), by=me, now=now)
    else:
        form = VoiceAnswerForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        data = form.cleaned_data
        voices.answer(voice, status=data["status"], reason=data["reason"], show_words=data["show_words"], by=me, now=now)
        messages.success(request, _("It is answered."))


@require_safe
@in_cycle
def poster(request: Request, cycle: Cycle) -> HttpResponse:
    """A page to print and put up: one sentence, one picture to point a phone at. For whoever takes part: many doors are theirs."""
    link = voices.link_of(cycle)
    if link is None or not link.open:
        raise Http404
    address = address_of(request, link)
    picture = segno.make(address, error="q").svg_data_uri(scale=8, border=2, dark="#000", light="#fff")
    first = next(iter(voices.outcomes_asked(cycle)), None)
    return render(request, "outcomes/voices/poster.html", {"cycle": cycle, "address": address, "picture": picture, "outcome": first})

"""Doorways of what anybody says about an outcome: the page on a phone, thank you, and the results. No account, no cookie of ours."""

import csv
import io
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import limiting, unattributed
from commissioning.doorway import Request, device_secrets, in_public
from commissioning.models import Cycle, Feedback
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from outcomes import returned_figures, voice_looks, voice_rules, voices
from outcomes.models import Outcome, Voice, VoiceLink
from outcomes.voice_forms import VoiceForm, new_stamp, read_stamp


def _link(token: str) -> VoiceLink:
    if not token.isprintable():  # PostgreSQL does not even look for some of these letters
        raise Http404
    return get_object_or_404(VoiceLink.objects.select_related("cycle__authority", "cycle__service"), token=token)


def _asked(link: VoiceLink, pk: int | None) -> tuple[Outcome | None, list[Outcome]]:
    listed = voices.outcomes_asked(link.cycle)
    if pk is None:
        return voice_looks.next_outcome(link, None, listed), listed
    outcome = next((o for o in listed if o.pk == pk), None)
    if outcome is None:
        raise Http404
    return outcome, listed


@never_cache
@require_http_methods(["GET", "POST"])
def voice(request: Request, token: str, pk: int | None = None) -> HttpResponse:
    """One sentence, five choices, a box: half a minute on a phone. Works without JavaScript and leaves nothing on the device."""
    link, now = _link(token), timezone.now()
    outcome, __ = _asked(link, pk)
    why_not = voices.why_not_now(link, now)
    if outcome is None or (why_not is not None and request.method == "GET"):
        return render(request, "outcomes/voices/shut.html", {"link": link, "why_not": why_not}, status=200 if why_not else 404)
    if request.method == "GET":
        return _page(request, link, outcome, VoiceForm(link=link, initial={"stamp": new_stamp(now)}))
    form = VoiceForm(request.POST, link=link)
    stamp = read_stamp(request.POST.get("stamp", ""))
    again = voice_rules.why_again(seconds=now.timestamp() - (stamp["t"] if stamp else 0), trap=request.POST.get("website", ""))
    if again is not None or stamp is None or not form.is_valid():
        return _page(request, link, outcome, form, why=again, stamp=_fresh(stamp, now))
    if limiting.too_many(request, "voice", voice_rules.AT_ONCE):
        wait = _("Many answers came from here just now. Wait ten minutes and press Send again. What you wrote is still here.")
        return _page(request, link, outcome, form, why=wait, status=429)
    return _keep(request, link, outcome, form, stamp, now)


def _fresh(stamp: dict[str, str] | None, now: datetime) -> str:
    """The stamp to go on with: the same key, so that what came in meanwhile is not kept twice; the old time for one who was quick."""
    if stamp is None:
        return new_stamp(now)
    seconds = now.timestamp() - float(stamp["t"])
    began = datetime.fromtimestamp(float(stamp["t"]), tz=now.tzinfo) if seconds <= voice_rules.OLDEST else now
    return new_stamp(began, stamp["k"], stamp["s"])


def _keep(request: Request, link: VoiceLink, outcome: Outcome, form: VoiceForm, stamp: dict[str, str], now: datetime) -> HttpResponse:
    data, held = form.cleaned_data, device_secrets(request, link.cycle)
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    said = voices.Said(data["rating"], data["words"], data.get("group", ""), data["email"], language)
    try:
        made = voices.say(link, outcome, said, key=stamp["k"], secret=held[0] if held else stamp["s"], now=now)
    except Refused as refused:
        return _page(request, link, outcome, form, why=refused.why, status=409)
    limiting.count_wrong_try(request, "voice")
    if made.contribution_id is None or held:
        return redirect("voice_thanks", link.token, outcome.pk)
    return redirect("heard", made.pk, stamp["s"])


def _page(
    request: Request, link: VoiceLink, outcome: Outcome, form: VoiceForm, *, why: object = None, stamp: str = "", status: int = 422
) -> HttpResponse:
    context = {
        "link": link,
        "outcome": outcome,
        "form": form,
        "why": why,
        "stamp": stamp or form["stamp"].value(),
        "ratings": Voice.Rating.choices,
        "chosen": str(form["rating"].value() or ""),
    }
    return render(request, "outcomes/voices/say.html", context, status=200 if request.method == "GET" else status)


@require_safe
def thanks(request: Request, token: str, pk: int) -> HttpResponse:
    """Thank you, and the next sentence for whoever wishes."""
    link = _link(token)
    outcome, listed = _asked(link, pk)
    following = voice_looks.next_outcome(link, outcome, listed)
    return render(
        request,
        "outcomes/voices/thanks.html",
        {"link": link, "following": following if link.open else None, "me": link.cycle_id in request.viewer.cycle_ids},
    )


@never_cache
@require_http_methods(["GET", "POST"])
def heard(request: Request, pk: int, secret: str) -> HttpResponse:
    """What somebody said and what came of it, for whoever holds its address; POST takes the words back."""
    related = ("contribution", "outcome__theme", "link__cycle__authority", "link__cycle__service")
    made = get_object_or_404(Voice.objects.select_related(*related).exclude(contribution=None), pk=pk)
    said = made.contribution
    assert said is not None  # noqa: S101 (left out above; this tells the type checker)
    if not constant_time_compare(unattributed.receipt(secret[:80], said.nonce), said.receipt):
        raise Http404
    if request.method == "POST":
        voices.take_back(made, now=timezone.now())
        return redirect("heard", pk, secret)
    link = made.link
    following = voice_looks.next_outcome(link, made.outcome, voices.outcomes_asked(link.cycle)) if link.open else None
    context = {
        "link": link,
        "said": said,
        "following": following,
        "answered": Feedback.objects.filter(contribution=said).last(),
        "address": request.build_absolute_uri(),
    }
    return render(request, "outcomes/voices/thanks.html", context)


# Results


@require_safe
@in_public
def results(request: Request, cycle: Cycle) -> HttpResponse:
    """What people say of each outcome, and the way to each one's page."""
    link = voices.link_of(cycle)
    found = voice_looks.results_of(cycle, voices.outcomes_asked(cycle))
    context = {"cycle": cycle, "results": found, "link": link, "held": request.held, "me": request.me}
    return render(request, "outcomes/voices/results.html", context)


@require_safe
@in_public
def result(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One outcome: what people say by quarter and by group, beside what the provider returns."""
    outcome = get_object_or_404(Outcome.objects.select_related("theme"), pk=pk, theme__framework__cycle=cycle)
    found = voice_looks.results_of(cycle, [outcome])[0]
    context = {
        "cycle": cycle,
        "outcome": outcome,
        "result": found,
        "lines": returned_figures.lines_of(cycle, timezone.localdate()).get(outcome.pk, []),
        "words": voice_looks.words_about(outcome),
        "link": voices.link_of(cycle),
        "ratings": Voice.Rating.choices,
        "held": request.held,
    }
    return render(request, "outcomes/voices/result.html", context)


@require_safe
@in_public
def results_csv(request: Request, cycle: Cycle) -> HttpResponse:
    """The same numbers to download; what is hidden on the page is hidden here."""
    out = io.StringIO()
    write = csv.writer(out)
    labels = [str(Voice.Rating(rating).label) for rating in voice_rules.RATINGS]
    write.writerow(
        [str(_("Outcome")), str(_("In words")), str(_("By")), str(_("Which")), str(_("How many answered")), *labels, str(_("Note"))]
    )
    for one in voice_looks.results_of(cycle, voices.outcomes_asked(cycle)):
        parts = [("", [one.whole]), (_("quarter"), one.by_quarter), (_("group"), one.by_group)]
        for by, rows in parts:
            for row in rows:
                note = (
                    _("hidden: too few, or others could be worked out")
                    if row.hidden
                    else _("too few to draw conclusions")
                    if row.n and row.few
                    else ""
                )
                counts: list[object] = [n for __, n in row.counts] or [""] * len(labels)
                write.writerow(
                    [
                        one.outcome.code,
                        safe(one.outcome.statement),
                        str(by),
                        safe(row.label),
                        "" if row.hidden else row.n,
                        *counts,
                        str(note),
                    ]
                )
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{cycle.slug}-voices.csv"'
    return response


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def address_of(request: Request, link: VoiceLink) -> str:
    """The full address of the link, for a poster."""
    return request.build_absolute_uri(reverse("voice", args=[link.token]))

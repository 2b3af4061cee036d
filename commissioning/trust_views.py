"""Doorways to what trust rests on: the history board, the words agreed on, the expectations and the risks."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commissioning import expecting, fragility, history, people, roles, vocabulary
from commissioning.doorway import Request, in_cycle, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, HistoryEntry, Participant, TermQuestion
from commissioning.sentences import Refused
from commissioning.trust_forms import ExpectationsForm, FragilityForm, HeardForm, HistoryForm, ResponseForm, TermForm, WordingForm


def _of_the_cycle(request: Request) -> Participant:
    """The viewer as somebody who takes part: these pages are nothing for who only looks on."""
    if request.me is None:
        raise Http404
    return request.me


@never_cache
@require_http_methods(["GET", "POST"])
@in_cycle
def history_board(request: Request, cycle: Cycle) -> HttpResponse:
    """What one's own group brings from before, and what is shared with all (TR-04)."""
    me = _of_the_cycle(request)
    if request.method == "POST":
        _act_on_history(request, cycle, taking_part(request, cycle))
        return redirect("history", cycle.slug)
    within, shared = history.board(cycle, me)
    inside = history.is_inside(me, me.group)
    context = {
        "cycle": cycle,
        "me": me,
        "inside": inside,
        "readers": history.readers(cycle, me.group) if inside else [],
        "within": within,
        "shared": shared,
        "form": HistoryForm(),
        "heard_form": HeardForm(),
    }
    return render(request, "commissioning/history.html", context)


def _act_on_history(request: Request, cycle: Cycle, me: Participant) -> None:
    act, now = request.POST.get("act", ""), timezone.now()
    if act == "write":
        history.write(cycle, text=request.POST.get("text", ""), by=me, now=now)
        return
    entry = get_object_or_404(history.visible_to(cycle, me), pk=number_in(request.POST.get("entry", "")))
    _on_entry(request, entry, act, me)


def _on_entry(request: Request, entry: HistoryEntry, act: str, me: Participant) -> None:
    now = timezone.now()
    if act in ("agree", "not yet"):
        history.agree_to_share(entry, yes=act == "agree", by=me, now=now)
    elif act == "withdraw":
        history.withdraw(entry, by=me, now=now)
    elif act == "move on":
        history.move_on(entry, by=me, now=now)
    elif act == "hear":
        form = HeardForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        history.hear(entry, **form.cleaned_data, by=me, now=now)
    else:
        raise Refused(_("Choose what to do with it."))


@require_http_methods(["GET", "POST"])
@in_cycle
def vocabulary_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The words of this cycle: what is agreed, what is open, and a form to challenge any (TR-05)."""
    form = TermForm(
        request.POST if request.method == "POST" else None, initial={"key": uuid.uuid4().hex, "term": request.GET.get("term", "")[:80]}
    )
    if request.method == "POST" and form.is_valid():
        vocabulary.challenge(cycle, **form.cleaned_data, by=taking_part(request, cycle), now=timezone.now())
        messages.success(request, _("It is kept. Until both sides agree on the words, it stays on the list for the next agenda."))
        return redirect("vocabulary", cycle.slug)
    still_open, settled = vocabulary.of(cycle)
    context = {"cycle": cycle, "me": request.me, "open": still_open, "settled": settled, "form": form}
    return render(request, "commissioning/vocabulary.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def term_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One challenged word: put a wording forward, or agree to the one that is there."""
    question = get_object_or_404(TermQuestion.objects.select_related("by__organisation", "worded_by__organisation"), pk=pk, cycle=cycle)
    form = WordingForm(request.POST if request.method == "POST" else None, initial={"wording": question.wording})
    if request.method == "POST" and form.is_valid():
        act = vocabulary.agree if request.POST.get("act") == "agree" else vocabulary.word_it
        act(question, wording=form.cleaned_data["wording"], by=taking_part(request, cycle), now=timezone.now())
        return redirect("term", cycle.slug, pk)
    agreed = list(question.agreements.select_related("by__organisation"))
    context = {
        "cycle": cycle,
        "question": question,
        "agreed": agreed,
        "i_agreed": request.me is not None and any(a.by_id == request.me.pk for a in agreed),
        "standing": vocabulary.standing_meaning(question.term),
        "me": request.me,
        "form": form,
    }
    return render(request, "commissioning/term.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_cycle
def expectations_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What one expects; once that is answered, what the others do and where the sides differ (TR-06)."""
    me = _of_the_cycle(request)
    kept = expecting.mine(me)
    takes_side = roles.has_counted_voice(people.role_codes(me))
    form = ExpectationsForm(request.POST if request.method == "POST" else None, kept=kept, with_words=me.group != "citizen")
    if request.method == "POST" and form.is_valid():
        choices, words = form.given()
        expecting.answer(cycle, choices, words, by=taking_part(request, cycle), now=timezone.now())
        messages.success(request, _("Your answers are kept. You can change them here."))
        return redirect("expectations", cycle.slug)
    context = {
        "cycle": cycle,
        "me": me,
        "form": form if takes_side else None,
        "held": request.held,
        "looks": expecting.compared(cycle, me, kept) if kept else None,
    }
    return render(request, "commissioning/expectations.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_cycle
def fragility_page(request: Request, cycle: Cycle) -> HttpResponse:
    """For an organisation: say privately that it is at risk. For the commissioner side: thresholds, and the answer to all (DO-06)."""
    me = _of_the_cycle(request)
    marks, counts = fragility.may_mark(me), fragility.may_see_counts(me)
    sent = request.POST if request.method == "POST" else None
    form: FragilityForm | ResponseForm | None = FragilityForm(sent) if marks else ResponseForm(sent) if counts else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if _acted_on_risk(request, cycle, form):
            return redirect("fragility", cycle.slug)
    context = {
        "cycle": cycle,
        "marks": marks,
        "counts": counts,
        "own": fragility.own(me),
        "seen": fragility.seen(cycle, timezone.now()) if counts else None,
        "responses": fragility.responses(cycle),
        "form": form,
    }
    return render(request, "commissioning/fragility.html", context, status=422 if form is not None and form.errors else 200)


def _acted_on_risk(request: Request, cycle: Cycle, form: FragilityForm | ResponseForm) -> bool:
    me, now = taking_part(request, cycle), timezone.now()
    if isinstance(form, FragilityForm) and request.POST.get("act") == "take back":
        fragility.take_back(cycle, by=me, now=now)
        messages.success(request, _("It is taken back."))
        return True
    if not form.is_valid():
        return False
    if isinstance(form, FragilityForm):
        fragility.mark(cycle, **form.cleaned_data, by=me, now=now)
        messages.success(request, _("It is kept. Only you can see it here."))
    else:
        fragility.respond(cycle, **form.cleaned_data, by=me, now=now)
        messages.success(request, _("It is kept. Every organisation of this cycle can read it."))
    return True

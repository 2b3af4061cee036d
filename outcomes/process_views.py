"""Doorways of the process review: how the work together went, the questions, and the same by a personal link."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import limiting, people, roles
from commissioning.doorway import Request, in_cycle, manner_of, taking_part, visible_cycle
from commissioning.models import Cycle, Meaning, Participant
from commissioning.needs_forms import new_key
from commissioning.sentences import Refused, require
from outcomes import how_it_went, process_reviewing, process_value
from outcomes.models import ProcessReview
from workshops import pulse


@require_http_methods(["GET", "POST"])
@in_cycle
def process_page(request: Request, cycle: Cycle) -> HttpResponse:
    """How the work together went: what each side answered, what the process itself was worth, and what the authority makes of it."""
    process, now = process_reviewing.of(cycle), timezone.now()
    if request.method == "POST":
        return _act(request, cycle, process)
    answers = process_reviewing.answers_of(process) if process else []
    results = process_reviewing.results(process, answers, now=now) if process else []
    moment = process_reviewing.moment_of(process, now) if process else ""
    words = process_reviewing.words_of(cycle)
    context = {
        "cycle": cycle,
        "me": request.me,
        "process": process,
        "moments": [(words_, [r for r in results if r.moment == code]) for code, words_ in how_it_went.MOMENTS.items()],
        "gaps": how_it_went.gaps(results),
        "felt": how_it_went.felt(answers, cycle.level),
        "posts": how_it_went.posts(answers),
        "examples": how_it_went.quotes(answers, "M-20w", how_it_went.LATER),
        "learned": how_it_went.quotes(answers, "M-37w", how_it_went.LATER),
        "response": process_reviewing.response(process, answers) if process else [],
        "words": words,
        "unanswered": words.unanswered().count(),
        "value": process_value.of(cycle, answers),
        "asks_me": process is not None and request.me is not None and process_reviewing.why_not_answer(process, request.me, now) is None,
        "moment": moment,
        "runs": roles.CONVENE in request.held and cycle.state == "open",
    }
    return render(request, "outcomes/process.html", context)


def _act(request: Request, cycle: Cycle, process: ProcessReview | None) -> HttpResponse:
    me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
    if act == "open":
        process_reviewing.open_it(cycle, by=me, now=now)
        messages.success(request, _("Everybody is asked now. Those who can be written to get a letter."))
    elif act == "close" and process is not None:
        process_reviewing.close(process, answer=request.POST.get("answer", ""), by=me, now=now)
        messages.success(request, _("Closed and answered. Everybody is asked once more in six months."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect("process", cycle.slug)


@require_http_methods(["GET", "POST"])
def process_questions(request: Request, slug: str) -> HttpResponse:
    """The questions, for somebody who takes part and is known on this device; a closed cycle still asks, six months later."""
    cycle = visible_cycle(request, slug)
    me = request.viewer.participant_in(cycle)
    if me is None:
        raise Refused(_("These questions are for those who took part."))
    return _ask(request, cycle, me, "")


@require_http_methods(["GET", "POST"])
def asked(request: Request, key: str) -> HttpResponse:
    """The same by the personal link of a letter: no account, no device to be known on. Looking never answers."""
    found = people.holders_of([key[:90]])
    if not found and limiting.too_many(request):
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    if not found:
        limiting.count_wrong_try(request)
        raise Http404
    return _ask(request, found[0].cycle, found[0], key)


def _ask(request: Request, cycle: Cycle, me: Participant, key: str) -> HttpResponse:
    process, now = process_reviewing.of(cycle), timezone.now()
    require(process_reviewing.why_not_answer(process, me, now))
    assert process is not None  # noqa: S101 (the line above has seen it; this tells the type checker)
    moment = process_reviewing.moment_of(process, now)
    if request.method == "POST":
        sent = request.POST
        words = {"words": sent.get("process-words", ""), "post": sent.get("post", ""), "key": sent.get("key", "") or new_key()}
        manner = process_reviewing.by_group(manner_of(request))
        process_reviewing.answer(process, sent.dict(), moment=sent.get("moment", ""), manner=manner, by=me, now=now, **words)
        messages.success(request, _("Thank you. Your answers are kept without your name."))
        return redirect("asked", key) if key else redirect("process_questions", cycle.slug)
    side = process_reviewing.side_of(me)
    context = {
        "cycle": cycle,
        "key": key,
        "form_key": new_key(),
        "moment": moment,
        "moment_words": how_it_went.MOMENTS[moment],
        "parts": _parts(side, moment),
        "side": how_it_went.SIDES[side],
        "meaning": Meaning.objects.filter(cycle=cycle).order_by("number").last(),
        "later": moment == how_it_went.LATER,
        "posts": pulse.POSTS if moment == how_it_went.LATER else {},
        "answered": process_reviewing.has_answered(process, me, moment),
    }
    return render(request, "outcomes/process_questions.html", context)


def _parts(side: str, moment: str) -> list[tuple[Any, list[Any]]]:
    """The questions under their headings, each with its answers."""
    asked_ = how_it_went.questions_for(side, moment)
    rows = []
    for part, title in how_it_went.PARTS.items():
        mine = [(q, how_it_went.CHOICES.get(q.scale, {})) for q in asked_ if q.part == part]
        if mine:
            rows.append((title, mine))
    return rows

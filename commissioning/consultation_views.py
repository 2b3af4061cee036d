"""Doorways of consultations: the list, a new one, its answers leaf by leaf, and its themes."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import bringing_in, consultation_looks, looking_up, roles, suggesting_themes, taking_words_out, tasks, theming
from commissioning.bringing_views import as_csv, consultation_here
from commissioning.consultation_forms import ConsultationForm, DecideForm, MergeForm, ThemeForm
from commissioning.consultation_looks import Asked
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Consultation, Cycle, LookedUp, Response, Theme, Theming
from commissioning.sentences import Refused

SHOWN = 50  # consultations of one cycle


@require_safe
@in_cycle
def consultations(request: Request, cycle: Cycle) -> HttpResponse:
    """The consultations of a cycle."""
    return render(
        request, "commissioning/consultations.html", {"cycle": cycle, "listed": cycle.consultations.all()[:SHOWN], "held": request.held}
    )


@require_http_methods(["GET", "POST"])
@in_cycle
def new_consultation(request: Request, cycle: Cycle) -> HttpResponse:
    """A new consultation: first what people told before, then whether to ask again and why."""
    me = may(request, roles.CONVENE)
    form = ConsultationForm(request.POST or None)
    decide: DecideForm | None = None
    found: list[looking_up.Earlier] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        about = f"{data['title']} {data['about']}"[:300]
        found = looking_up.earlier(cycle, about)
        decide = DecideForm(request.POST if "looked" in request.POST else None)
        if decide.is_valid():
            now, made = timezone.now(), None
            for_what = _("Consultation: %(title)s") % {"title": data["title"]}
            with transaction.atomic():  # no decision to ask again without what it was made for
                looking_up.decide(cycle, words=about, for_what=for_what, **decide.cleaned_data, by=me, now=now)
                if decide.cleaned_data["answer"] != LookedUp.Answer.REUSE:
                    made = bringing_in.open_consultation(cycle, bringing_in.ConsultationPlan(**data), by=me, now=now)
            if made is not None:
                return redirect("bring_answers", cycle.slug, made.pk)
            messages.success(request, _("Nobody is asked again. What you decided, and why, is here for everybody."))
            return redirect("looking_up", cycle.slug)
    context = {"cycle": cycle, "form": form, "decide": decide, "found": found}
    wrong = bool(form.errors or (decide is not None and decide.errors))
    return render(request, "commissioning/new_consultation.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def consultation_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One consultation: how many answered, its themes, its files. Officers make themes and ask the machine for some."""
    consultation = consultation_here(cycle, pk)
    if request.method == "POST":
        may(request, roles.CONVENE)
        _act(request, consultation)
        return redirect("consultation", cycle.slug, pk)
    now = timezone.now()
    held = consultation.suggesting_held_at
    if consultation.suggesting is not None and held is not None and now - held > suggesting_themes.HELD_FOR:
        tasks.in_background(tasks.suggest_themes, pk)  # its worker is gone: whoever looks sends another
    officer = roles.CONVENE in request.held
    context = {
        "cycle": cycle,
        "consultation": consultation,
        "size": consultation_looks.size_of(consultation),
        "themes": consultation_looks.themes_of(consultation),
        "files": list(consultation.bringings.all()[:20]) if officer else [],
        "held": request.held,
        "theme_form": ThemeForm(),
    }
    return render(request, "commissioning/consultation.html", context)


def _act(request: Request, consultation: Consultation) -> None:
    me, now, act = taking_part(request, consultation.cycle), timezone.now(), request.POST.get("act")
    if act == "suggest":
        suggesting_themes.ask(consultation, by=me, now=now)
    elif act == "theme":
        form = ThemeForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        theming.make_theme(consultation, **form.cleaned_data, by=me, now=now)
    else:
        raise Refused(_("Choose what to do."))


def asked_in(request: Request) -> Asked:
    """What somebody wants to see, from the address."""
    get = request.GET
    theme = get.get("theme", "")
    hand = get.get("hand", "")
    return Asked(
        question=number_in(get.get("question", "")),
        theme=number_in(theme),
        unthemed=theme == "none",
        hand=hand if hand in Theming.Hand.values else "",
        words=get.get("words", "").replace("\0", "").strip()[:100],
    )


@require_http_methods(["GET", "POST"])
@in_cycle
def answers_browsed(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """The answers, leaf by leaf, with a search; officers put the ticked ones under a theme."""
    consultation = consultation_here(cycle, pk)
    asked = asked_in(request)
    if request.method == "POST":
        may(request, roles.CONVENE)
        with transaction.atomic():  # no new theme without the answers it was made for
            _put_under(request, consultation, asked)
        return redirect(request.get_full_path())
    leaf = consultation_looks.leaf(
        consultation_looks.answers(consultation, asked),
        after=number_in(request.GET.get("after", "")),
        before=number_in(request.GET.get("before", "")),
    )
    context = {
        "cycle": cycle,
        "consultation": consultation,
        "leaf": leaf,
        "asked": asked,
        "rest": urlencode(asked.rest),
        "questions": {q.pk: q.text for q in consultation.questions.all()},
        "themes": list(consultation.themes.filter(merged_into=None).order_by("name")),
        "size": consultation_looks.size_of(consultation),
        "held": request.held,
        "most": theming.AT_ONCE,
    }
    return render(request, "commissioning/consultation_answers.html", context)


def _put_under(request: Request, consultation: Consultation, asked: Asked) -> None:
    me, now, post = taking_part(request, consultation.cycle), timezone.now(), request.POST
    ticked = _ticked(request, consultation, asked)
    if post.get("act") == "take_out":
        words = {"parts": post.get("parts", ""), "note": post.get("note", "")}
        n = taking_words_out.out_of_answers(consultation, ticked, **words, by=me, now=now)
        messages.success(request, _("Words were taken out of %(n)s answers.") % {"n": n})
        return
    if post.get("new", "").strip():
        theme = theming.make_theme(consultation, name=post["new"], by=me, now=now)
    else:
        theme = get_object_or_404(Theme, pk=number_in(post.get("theme", "")), consultation=consultation, merged_into=None)
    if post.get("act") == "off":
        n = theming.take_off(ticked, theme, by=me, now=now)
        messages.success(request, _("%(n)s answers are no longer under “%(theme)s”.") % {"n": n, "theme": theme})
        return
    moved = post.get("act") == "instead" and asked.theme is not None
    before = Theme.objects.filter(pk=asked.theme or 0, consultation=consultation).first() if moved else None
    n = theming.assign(ticked, theme, instead_of=before, by=me, now=now)
    messages.success(request, _("%(n)s answers are now under “%(theme)s”.") % {"n": n, "theme": theme})


def _ticked(request: Request, consultation: Consultation, asked: Asked) -> list[int]:
    if request.POST.get("every"):
        found = consultation_looks.answers(consultation, asked).order_by("pk").values_list("pk", flat=True)
        return list(found[: theming.AT_ONCE])
    return [n for n in map(number_in, request.POST.getlist("answers")) if n is not None]


@require_http_methods(["GET", "POST"])
@in_cycle
def theme_page(request: Request, cycle: Cycle, pk: int, theme: int) -> HttpResponse:
    """One theme: what it means, the answers behind it, its history; officers rename and merge it."""
    consultation = consultation_here(cycle, pk)
    here = get_object_or_404(Theme.objects.select_related("merged_into", "need"), pk=theme, consultation=consultation)
    here.consultation = consultation
    form = ThemeForm(request.POST if request.POST.get("act") == "rename" else None, initial={"name": here.name, "line": here.line})
    if request.method == "POST":
        me, now = may(request, roles.CONVENE), timezone.now()
        if request.POST.get("act") == "merge":
            merge = MergeForm(request.POST, theme=here)
            if not merge.is_valid():
                raise first_error(merge)
            theming.merge(here, into=merge.cleaned_data["into"], by=me, now=now)
            return redirect("theme", cycle.slug, pk, merge.cleaned_data["into"].pk)
        if request.POST.get("act") == "need":
            return redirect("need", cycle.slug, theming.raise_need(here, by=me, now=now).number)
        if form.is_valid():
            theming.rename(here, **form.cleaned_data, by=me, now=now)
            return redirect("theme", cycle.slug, pk, theme)
    look = next((one for one in consultation_looks.themes_of(consultation) if one.theme.pk == theme), None)
    leaf = consultation_looks.leaf(
        consultation_looks.answers(consultation, Asked(theme=theme)),
        after=number_in(request.GET.get("after", "")),
        before=number_in(request.GET.get("before", "")),
    )
    context = {
        "cycle": cycle,
        "consultation": consultation,
        "theme": here,
        "look": look,
        "leaf": leaf,
        "form": form,
        "merge_form": MergeForm(theme=here) if roles.CONVENE in request.held else None,
        "history": list(here.history.select_related("by")),
        "merged_from": list(here.merged_from.all()),
        "questions": {q.pk: q.text for q in consultation.questions.all()},
        "held": request.held,
        "size": consultation_looks.size_of(consultation),
    }
    return render(request, "commissioning/theme.html", context, status=422 if form.errors else 200)


@require_safe
@in_cycle
def answers_file(request: Request, cycle: Cycle, pk: int) -> StreamingHttpResponse:
    """Every answer with its themes, for officers. No address, and no cell that could start a formula."""
    may(request, roles.CONVENE)
    consultation = consultation_here(cycle, pk)
    questions = {q.pk: q.text for q in consultation.questions.all()}

    def rows() -> Iterator[list[Any]]:
        yield [_("Number"), _("Question"), _("Answer"), _("Date"), _("Area"), _("Group"), _("Themes by people"), _("Themes by the machine")]
        after: int | None = None
        while True:
            leaf = consultation_looks.leaf(consultation_looks.answers(consultation, Asked()), after=after, size=1000)
            for one in leaf.rows:
                yield [one.pk, questions[one.question_id], one.text, one.said_on or "", one.area, one.group, *_hands(one)]
            if leaf.after is None:
                return
            after = leaf.after

    return as_csv("answers.csv", rows())


def _hands(one: Response) -> list[str]:
    themings: list[Theming] = one.themes_now  # type: ignore[attr-defined]
    return ["; ".join(t.theme.name for t in themings if t.hand == hand) for hand in (Theming.Hand.PERSON, Theming.Hand.MACHINE)]

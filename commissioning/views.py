"""Pages of the ground floor: home, cycles, their stages, people, answers and minutes."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commissioning import answering, convening, minutes, policy, register, roles
from commissioning.doorway import Request, in_cycle, may, number_in, refusal, taking_part
from commissioning.forms import AnswerForm, CycleForm, InviteForm, OrganisationForm, ScopeForm, first_error
from commissioning.models import Authority, Contribution, Cycle, Organisation, Participant, User
from commissioning.sentences import Refused

BEGINNINGS = 50  # rows on one page of a long list


def not_found(request: Request, exception: Exception | None = None, rest: str = "") -> HttpResponse:
    """The one page for what does not exist and what is not yours."""
    return render(request, "404.html", status=404)


def form_too_old(request: Request, reason: str = "") -> HttpResponse:
    """The page for a form whose token is missing or old, with what was written."""
    too_old = Refused(_("This page was open too long, or cookies are off. Load the page again and send it once more."))
    return refusal(request, too_old, status=403)


def too_much(request: Request, exception: Exception | None = None) -> HttpResponse:
    """The page for a request that is more, or other, than a form here can be."""
    too_large = Refused(_("That is more than this form can take. Send less at once."))
    return render(request, "ui/notice.html" if request.headers.get("HX-Request") else "refused.html", {"refused": too_large}, status=400)


def broken(request: Request) -> HttpResponse:
    """The page for our own faults."""
    return render(request, "500.html", status=500)


@require_safe
def home(request: Request) -> HttpResponse:
    """What this is, the box for a join code, and the viewer's own cycles."""
    cycles = list(Cycle.objects.visible_to(request.viewer).select_related("authority", "service").prefetch_related("stages")[:BEGINNINGS])
    officer_of = Authority.objects.filter(memberships__user=request.user) if request.user.is_authenticated else Authority.objects.none()
    return render(request, "commissioning/home.html", {"cycles": cycles, "officer_of": list(officer_of)})


@require_safe
def accessibility(request: Request) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "commissioning/accessibility.html")


@require_http_methods(["GET", "POST"])
def demo(request: Request) -> HttpResponse:
    """Enter as one of the invented people. Only where DEMO is set, and only as people marked as invented."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        user = get_object_or_404(User, pk=number_in(request.POST.get("user", "")), demo=True)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("home")
    enterable = (
        Participant.objects.filter(user__demo=True, cycle__invented=True)
        .select_related("user", "organisation", "cycle")
        .prefetch_related("roles")
        .order_by("pk")
    )
    once = {p.user_id: p for p in reversed(enterable)}  # who is in two cycles stands there once, with the first
    rows = [(p, [roles.ROLES[role.code] for role in p.roles.all()]) for p in sorted(once.values(), key=lambda p: p.pk)]
    return render(request, "commissioning/demo.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def new_cycle(request: Request) -> HttpResponse:
    """Open a cycle for the officer's authority."""
    authority = Authority.objects.filter(memberships__user=request.viewer.user).first() if request.viewer.user else None
    if authority is None:
        raise Http404
    form = CycleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        plan = convening.CyclePlan(**form.cleaned_data)
        cycle = convening.open_cycle(plan, authority=authority, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("The cycle is open. Next: say what is decided and what is open, then bring people in."))
        return redirect("cycle", cycle.slug)
    return render(
        request,
        "commissioning/new_cycle.html",
        {"form": form, "authority": authority},
        status=422 if form.errors else 200,
    )


@require_POST
@in_cycle
def scope(request: Request, cycle: Cycle) -> HttpResponse:
    """Add a line to the honesty list."""
    form = ScopeForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    convening.add_scope_item(cycle, **form.cleaned_data, by=taking_part(request, cycle), now=timezone.now())
    return redirect("cycle", cycle.slug)


@require_POST
@in_cycle
def ask_about_scope(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Ask about one line of the honesty list."""
    item = get_object_or_404(cycle.scope, pk=pk)
    text, key = request.POST.get("text", ""), request.POST.get("key", "")[:40]
    convening.ask_about(item, text=text, key=key or f"scope-{pk}", by=taking_part(request, cycle), now=timezone.now())
    messages.success(request, _("Your question is kept, and it waits for an answer."))
    return redirect("cycle", cycle.slug)


@require_http_methods(["GET", "POST"])
@in_cycle
def people_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Who takes part, in which role; bring somebody in."""
    form = InviteForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        who, data = form.introduction(), form.cleaned_data
        participant, key = convening.invite(
            cycle, who, by=taking_part(request, cycle), now=timezone.now(), email=data["email"], role=data["role"]
        )
        messages.success(request, _("%(who)s is in.") % {"who": participant.display_name})
        link = "" if data["email"] else request.build_absolute_uri(f"/mine/{key}/")
        form = InviteForm()
    listed = cycle.participants.filter(withdrawn_at=None, voice=False).select_related("organisation").prefetch_related("roles", "interests")
    page = Paginator(listed, BEGINNINGS).get_page(request.GET.get("page"))
    rows = [(p, [roles.ROLES[role.code] for role in p.roles.all()], list(p.interests.all())[-1:]) for p in page]
    context = {
        "cycle": cycle,
        "rows": rows,
        "page": page,
        "form": form,
        "link": link,
        "held": request.held,
        "me": request.me,
        "roles": roles.ROLES.values(),
    }
    return render(request, "commissioning/people.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def organisation_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """An organisation in the authority's register: kind, size, and its number, checked in form."""
    me = may(request, roles.CONVENE)
    organisation = get_object_or_404(Organisation, pk=pk, authority=cycle.authority)
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        values = {name: getattr(form.instance, name) for name in OrganisationForm.Meta.fields}  # the number as the register prints it
        try:
            register.change(organisation, values, why=form.cleaned_data["why"], cycle=cycle, by=me, now=timezone.now())
        except Refused as refused:
            form.add_error("why", str(refused))
        else:
            return redirect("people", cycle.slug)
    former = list(organisation.former_names.select_related("merged", "by__organisation"))
    context = {"cycle": cycle, "form": form, "organisation": organisation, "former": former}
    return render(request, "commissioning/organisation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def answers_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Everything people said that still waits for an answer; answer one or many at once."""
    waiting = Contribution.objects.filter(cycle=cycle).unanswered().select_related("participant__organisation")
    page = Paginator(waiting, BEGINNINGS).get_page(request.GET.get("page"))
    listed = list(page)
    form = AnswerForm(request.POST or None, waiting=list(waiting.values_list("pk", flat=True)) if request.method == "POST" else [])
    if request.method == "POST" and form.is_valid():
        chosen = waiting.filter(pk__in=form.cleaned_data["contributions"])
        data = form.cleaned_data
        n = answering.answer(chosen, status=data["status"], reason=data["reason"], by=taking_part(request, cycle), now=timezone.now())
        messages.success(request, _("%(n)s contributions answered.") % {"n": n})
        return redirect("answers", cycle.slug)
    unread = answering.unanswered_in(cycle) - page.paginator.count
    context = {"cycle": cycle, "page": page, "waiting": listed, "form": form, "held": request.held, "unread": unread}
    return render(request, "commissioning/answers.html", context, status=422 if form.errors else 200)


@require_safe
@in_cycle
def minutes_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The minutes, for those who run, convene or keep the notes; of one workshop with `?workshop=`."""
    if not policy.may_see_minutes(request.held):
        raise Http404
    place = request.GET.get("workshop", "").replace("\0", "") or None
    page = Paginator(minutes.of(cycle, place), BEGINNINGS).get_page(request.GET.get("page"))
    return render(request, "commissioning/minutes.html", {"cycle": cycle, "page": page, "place": place})


@require_POST
@in_cycle
def close_cycle(request: Request, cycle: Cycle) -> HttpResponse:
    """Close the cycle, when everybody has been answered."""
    convening.close_cycle(cycle, by=taking_part(request, cycle), now=timezone.now())
    messages.success(request, _("The cycle is closed. Everybody has been answered."))
    return redirect("cycle", cycle.slug)

"""Doorways to brokers' mandates: the list everybody reads, the broker's form, and a group's own link."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import limiting, people
from commissioning.doorway import Request, in_cycle, number_in, taking_part
from commissioning.models import Cycle, Mandate, MandateGroup
from commissioning.sentences import Refused, require
from workshops import mandate_links, mandating


class MandateForm(forms.Form):
    """For whom a broker speaks, about what and until when."""

    groups = forms.CharField(
        label=gettext_lazy("Which groups do you speak for?"),
        help_text=gettext_lazy(
            "One on each line. Put an e-mail address after a comma, so that we can ask them: Knit and Natter, ann@example.org"
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=8000,
    )
    matter = forms.CharField(label=gettext_lazy("What may you speak about for them?"), max_length=300)
    until = forms.DateField(label=gettext_lazy("Until when?"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def clean_groups(self) -> list[mandating.Group]:
        """The groups, one from each line, with their addresses checked."""
        found = []
        for line in filter(None, (line.strip() for line in self.cleaned_data["groups"].splitlines())):
            name, __, email = line.partition(",") if "@" in line else (line, "", "")
            email = email.strip()
            if "@" in line:
                try:
                    validate_email(email)
                except ValidationError:
                    raise ValidationError(
                        _("“%(line)s”: write the name, a comma, and one e-mail address.") % {"line": line[:120]}
                    ) from None
            found.append(mandating.Group(name.strip(), email))
        return found


class AnswerForm(forms.Form):
    """What a group says to a broker speaking for it."""

    said = forms.ChoiceField(
        label=gettext_lazy("Is this right?"),
        choices=[
            ("confirmed", gettext_lazy("Yes, they speak for us about this")),
            ("limited", gettext_lazy("Yes, but only for some of it")),
            ("disputed", gettext_lazy("No, they do not speak for us")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("In your words: what is the limit, or what is not right?"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Everybody in this cycle can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    who = forms.CharField(label=gettext_lazy("Your name or post, if you want to give it"), required=False, max_length=120)


@require_http_methods(["GET", "POST"])
@in_cycle
def mandates(request: Request, cycle: Cycle) -> HttpResponse:
    """Who speaks for whom and what those groups say; for a broker the form to name more."""
    broker = request.me is not None and "broker" in people.role_codes(request.me)
    form = MandateForm(request.POST if request.method == "POST" and "end" not in request.POST else None)
    if request.method == "POST":
        me, now = taking_part(request, cycle), timezone.now()
        if "end" in request.POST:
            mandating.end(get_object_or_404(Mandate, pk=number_in(request.POST["end"]), cycle=cycle), by=me, now=now)
            return redirect("mandates", cycle.slug)
        require(cycle.quiet)  # whatever the form says
        if form.is_valid():
            try:
                mandating.claim(cycle, form.cleaned_data["groups"], **_plain(form), by=me, now=now)
                messages.success(request, _("It is kept. Each group with an address is asked by e-mail; the others are given a link."))
                return redirect("mandates", cycle.slug)
            except Refused as refused:
                form.add_error(None, str(refused))
    context = {
        "cycle": cycle,
        "mandates": mandating.of(cycle),
        "form": form if broker else None,
        "me": request.me,
        "hands_out": mandating.may_hand_out_links(request.me),
        "today": timezone.localdate(),
    }
    return render(request, "workshops/mandates.html", context, status=422 if form.errors else 200)


def _plain(form: MandateForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("matter", "until")}


@require_safe
@in_cycle
def link(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """A group's own link, for whoever runs the cycle to hand to the group: on paper, by phone, in person."""
    if not mandating.may_hand_out_links(request.me):
        raise Http404
    group = get_object_or_404(MandateGroup.objects.select_related("mandate__broker__organisation"), pk=pk, mandate__cycle=cycle)
    address = request.build_absolute_uri(reverse("mandate", args=[mandate_links.link_token(group)]))
    return render(request, "workshops/mandate_link.html", {"cycle": cycle, "group": group, "link": address})


@require_http_methods(["GET", "POST"])
def answer(request: Request, token: str) -> HttpResponse:
    """A group's own page, without an account. Looking never answers: link previews look."""
    if limiting.too_many(request):
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    group = mandate_links.group_of_token(token)
    if group is None:
        limiting.count_wrong_try(request)
        raise Http404
    kept = {"said": group.answer, "words": group.words, "who": group.answered_by}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            mandating.answer(group, **form.cleaned_data, now=timezone.now())
            messages.success(request, _("Thank you. Your answer is kept. You can change it here."))
            return redirect("mandate", token)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"group": group, "mandate": group.mandate, "cycle": group.mandate.cycle, "form": form}
    return render(request, "workshops/mandate.html", context, status=422 if form.errors else 200)

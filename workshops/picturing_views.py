"""Doorways of photographs: putting one on the board, and looking at it."""

import uuid
from typing import Any

from django import forms
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, taking_part
from commissioning.models import Participant
from commissioning.sentences import Refused, require
from workshops import pictures, picturing, teaching
from workshops.models import Photo, Workshop
from workshops.views import in_workshop, manner_here

KINDS = [("need", _("A need")), ("idea", _("An idea")), ("asset", _("Something we already have")), ("concern", _("A worry"))]


class PhotoForm(forms.Form):
    """A photograph, what it shows in words, and where it belongs."""

    shows = forms.CharField(
        label=_("What does the picture show?"),
        help_text=_("Write down the words on the flipchart, or what can be seen. People who cannot see the picture read this."),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what the picture shows.")},
    )
    kind = forms.ChoiceField(label=_("This is"), choices=KINDS, initial="idea", widget=forms.RadioSelect)
    idea = forms.TypedChoiceField(label=_("Where it belongs"), coerce=int, empty_value=None, required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ideas: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["idea"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [("", _("On the board by itself")), *ideas]
        if not ideas:
            del self.fields["idea"]


@require_http_methods(["GET", "POST"])
@in_workshop
def put_up(request: Request, workshop: Workshop) -> HttpResponse:
    """Put a photograph on the board. A file that cannot be used is refused beside its field, and the words stay."""
    me = taking_part(request, workshop.cycle)
    ideas = [(idea.pk, idea.contribution.text[:80]) for idea in picturing.without_photo(workshop, me)]
    form = PhotoForm(request.POST or None, initial={"key": uuid.uuid4().hex}, ideas=ideas)
    problem: str | None = None
    if request.method == "POST":
        require(workshop.cycle.quiet)  # whatever the file is
        problem = _keep(request, workshop, me, form)
        if problem is None and form.is_valid():
            return _to_the_board(request, workshop)
    context = {"workshop": workshop, "cycle": workshop.cycle, "form": form, "problem": problem, "most": pictures.MOST_BYTES}
    return render(request, "workshops/photo.html", context, status=422 if request.method == "POST" else 200)


def _to_the_board(request: Request, workshop: Workshop) -> HttpResponse:
    board = f"{reverse('room', args=[workshop.slug])}#said-h"
    return HttpResponse(headers={"HX-Redirect": board}) if request.headers.get("HX-Request") else redirect(board)


def _keep(request: Request, workshop: Workshop, me: Participant, form: PhotoForm) -> str | None:
    """Put it up; what is wrong with the file as a sentence, or None."""
    sent = request.FILES.get("photo") or request.FILES.get("chosen")
    if not isinstance(sent, UploadedFile):
        return str(_("Choose a photograph first."))
    if not form.is_valid():
        return None
    hint = teaching.looks_commercial(form.cleaned_data["shows"])
    if hint is not None and "sure" not in request.POST:
        form.add_error("shows", f"{hint} {_('Choose the picture and send it again if it should stay.')}")
        return None
    try:
        why_not = pictures.why_not_size(sent.size or 0)
        if why_not is not None:
            raise Refused(why_not)
        data = form.cleaned_data
        taken = picturing.Taken(sent.read(), data["shows"], data["kind"], data.get("idea"))
        manner = manner_here(request, workshop)
        picturing.put_up(workshop, taken, by=me, key=data["key"], now=timezone.now(), manner=manner)
    except Refused as refused:
        return str(refused)
    return None


@require_safe
@in_workshop
def photo(request: Request, workshop: Workshop, pk: int, size: str) -> HttpResponse:
    """One photograph, for whoever may read its idea. The browser asks each time whether it still may."""
    if size not in ("large", "small"):
        raise Http404
    found = get_object_or_404(Photo.objects.select_related("idea__contribution"), pk=pk, idea__workshop=workshop)
    if not picturing.may_see(found, request.me, roles.FACILITATE in request.held):
        raise Http404
    name = found.large if size == "large" else found.small
    mark = f'"{name.rsplit("/", 1)[-1]}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified()
    if not default_storage.exists(name):
        raise Http404
    with default_storage.open(name) as kept:
        response = HttpResponse(kept.read(), content_type="image/jpeg")
    response["ETag"], response["Cache-Control"] = mark, "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="photograph.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""The doorway of quarterly returns: which are there and which are missing, one of them, its review, its stories, its keys."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, taking_part
from commissioning.models import Cycle
from commissioning.needs_file import as_date
from commissioning.sentences import Refused
from outcomes import ratings_law, return_looks, return_tokens, returning, reviewing_returns, standings, stories
from outcomes.models import Award, Reading, Return, Story
from outcomes.return_fill_views import award_here

MADE = "return_key_made"  # in the session, from the making of a key to its one showing


@require_GET
@in_cycle
def returns_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every award and quarter with its state, for everybody in the cycle; what is missing stands first."""
    rows = return_looks.rows_of(cycle, timezone.localdate())
    mine = {row.award.pk for row in rows if return_looks.is_ours(row.award, request.me)}
    most = max((len(row.cells) for row in rows), default=0)
    context = {
        "cycle": cycle,
        "rows": rows,
        "missing": [cell for row in rows for cell in row.cells if cell.missing],
        "waiting": [cell for row in rows for cell in row.cells if cell.award.pk in mine and cell.state in ("due", "overdue")],
        "counts": return_looks.counted(rows),
        "mine": mine,
        "heads": range(1, most + 1),
        "convenes": roles.CONVENE in request.held,
    }
    return render(request, "outcomes/returns/list.html", context)


@require_http_methods(["GET", "POST"])
@in_cycle
def return_page(request: Request, cycle: Cycle, pk: int, quarter: int) -> HttpResponse:
    """One quarter of an award: what was sent, every version of it, and for officers the review."""
    award = award_here(cycle, pk)
    cell = return_looks.cell_of(award, quarter, timezone.localdate())
    if cell is None:
        raise Http404
    if request.method == "POST":
        return _act(request, award, cell)
    asked = request.GET.get("version", "")
    versions = list(award.returns.filter(quarter=quarter).exclude(state=Return.State.DRAFT).order_by("-version"))
    shown = next((v for v in versions if str(v.version) == asked), versions[0] if versions else None)
    ours = return_looks.is_ours(award, request.me)
    convenes = request.me is not None and roles.CONVENE in request.held
    line = reviewing_returns.ratings_apply(award, timezone.localdate())
    context = {
        "cycle": cycle,
        "award": award,
        "quarter": quarter,
        "cell": cell,
        "versions": versions,
        "shown": shown,
        "newest": shown is not None and shown == versions[0],
        "readings": _readings(shown, rated=line is not None and line.applies),
        "ours": ours,
        "convenes": convenes,
        "may_read_stories": ours or convenes,
        "rated": line,
        "law": ratings_law.law_on(timezone.localdate()),
        "standings": list(standings.STANDINGS.items()),
        "ratings": Reading.Rating.choices,
    }
    return render(request, "outcomes/returns/return.html", context)


def _readings(returned: Return | None, *, rated: bool) -> list[Reading]:
    if returned is None:
        return []
    listed = returned.readings.select_related("measure").prefetch_related("stories")
    found = list(listed)
    for reading in found:
        reading.__dict__["rating_shown"] = reading.rating or (reviewing_returns.suggested_rating(reading) if rated else "")
        reading.__dict__["said"] = reading.given or reading.suggested or Reading.Standing.NO_DATA
    return found


def _act(request: Request, award: Award, cell: return_looks.Cell) -> HttpResponse:
    """Review, begin another version, or say whether ratings apply."""
    me, now, sent = taking_part(request, award.lot.cycle), timezone.now(), request.POST
    act, slug = sent.get("act", ""), award.lot.cycle.slug
    if act == "change":
        returning.change(award, cell.quarter, reason=sent.get("reason", ""), by=me, now=now)
        return redirect("fill_return", slug, award.pk, cell.quarter)
    if act == "ratings":
        since = as_date(sent.get("since", "").strip())
        if since is None:
            raise Refused(_("Write the day like 31/03/2026."))
        yes = sent.get("applies") == "yes"
        reviewing_returns.say_ratings_apply(award, applies=yes, since=since, because=sent.get("because", ""), by=me, now=now)
    elif act == "review" and cell.sent is not None:
        if sent.get("version") != str(cell.sent.version):
            raise Refused(_("The provider has sent a newer version meanwhile. Review that one."))
        views = {
            m.pk: reviewing_returns.View(*(sent.get(f"m{m.pk}-{name}", "") for name in ("standing", "because", "rating", "rating_because")))
            for m in (reading.measure for reading in cell.sent.readings.select_related("measure"))
        }
        reviewing_returns.review(cell.sent, views, note=sent.get("note", ""), by=me, now=now)
        messages.success(request, _("Reviewed. Everybody in the cycle can read it."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect("return", slug, award.pk, cell.quarter)


@require_POST
@in_cycle
def story_step(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Publish a story, say what its person says, or take it back."""
    listed = Story.objects.select_related("reading__measure", "reading__returned__award__lot__cycle")
    story = get_object_or_404(listed, pk=pk, reading__returned__award__lot__cycle=cycle)
    award, act = story.reading.returned.award, request.POST.get("act", "")
    if not return_looks.is_ours(award, request.me):
        may(request, roles.CONVENE)
    me, now = taking_part(request, cycle), timezone.now()
    if act == "publish":
        stories.publish(story, by=me, now=now)
    elif act == "take back":
        stories.take_back(story, by=me, now=now)
    else:
        note = request.POST.get("note", "")
        stories.say_consent(story, consent=request.POST.get("consent", ""), note=note, by=me, now=now)
    return redirect("return", cycle.slug, award.pk, story.reading.returned.quarter)


@require_http_methods(["GET", "POST"])
@in_cycle
def tokens_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """The keys for a provider's own program: made here and shown once, and taken away here."""
    award = award_here(cycle, pk)
    if not return_looks.is_ours(award, request.me):
        may(request, roles.CONVENE)
    if request.method == "POST":
        me, now = taking_part(request, cycle), timezone.now()
        if request.POST.get("act") == "take away":
            number = request.POST.get("token", "")
            token = get_object_or_404(award.tokens, pk=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0)
            return_tokens.take_away(token, by=me, now=now)
        else:
            made = return_tokens.make(award, name=request.POST.get("name", ""), by=me, now=now)[1]
            request.session[MADE] = [pk, made]  # for the one page that shows it, so that a reload makes no second key
        return redirect("return_keys", cycle.slug, pk)
    of, made = request.session.pop(MADE, None) or (None, "")
    context: dict[str, Any] = {
        "cycle": cycle,
        "award": award,
        "made": made if of == pk else "",
        "tokens": list(award.tokens.select_related("by__organisation")),
    }
    answer = render(request, "outcomes/returns/keys.html", context)
    answer["Cache-Control"] = "no-store"
    return answer

"""Doorways that need no sign-in: the list of cycles, one cycle's page, its feed, its notice and its open data."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date, quote_etag, urlencode
from django.views.decorators.http import require_safe

from commissioning import cycle as table
from commissioning.doorway import Request, in_public
from commissioning.models import Cycle, OpenDataRelease
from outcomes import feeding, finding, linked_data, noticing, open_data, public_looks

ROWS = 20
NO_MORE = 10**9  # no cycle has so many releases, and no database such a number


@require_safe
def open_cycles(request: Request) -> HttpResponse:
    """Every public cycle: searched by words, area, stage, and whether anybody can take part now."""
    said = {name: request.GET.get(name, "").replace("\0", "").strip()[:120] for name in ("q", "area", "stage", "now")}
    asked = finding.Asked(said["q"], said["area"], said["stage"] if said["stage"] in table.STAGES else "", said["now"] == "yes")
    page = Paginator(finding.find(asked, now=timezone.now()), ROWS).get_page(request.GET.get("page"))
    rest = urlencode({name: value for name, value in said.items() if value})
    context = {
        "page": page,
        "asked": asked,
        "filtered": asked != finding.Asked(),
        "areas": finding.areas(),
        "stages": table.STAGES.values(),
        "rest": f"&{rest}" if rest else "",
    }
    return render(request, "outcomes/open/cycles.html", context)


@require_safe
@in_public
def open_cycle(request: Request, cycle: Cycle) -> HttpResponse:
    """The public page of one cycle."""
    context = public_looks.page_of(cycle, now=timezone.now()) | {
        "me": request.me,
        "held": request.held,
        "canonical": f"{settings.PUBLIC_URL}{request.path}",
    }
    return render(request, "outcomes/open/cycle.html", context)


@require_safe
@in_public
def open_notice(request: Request, cycle: Cycle) -> HttpResponse:
    """The notice of preliminary market engagement as the record stands, with what is missing."""
    facts, law = open_data.facts_of(cycle), noticing.law_on(timezone.localdate())
    context = {"cycle": cycle, "law": law, "items": noticing.draft(facts, law), "notice": facts.notice, "held": request.held}
    return render(request, "outcomes/open/notice.html", context)


@require_safe
def open_feed(request: Request) -> HttpResponse:
    """The Atom feed of every public cycle."""
    return _atom(request, feeding.feed_of_all())


@require_safe
@in_public
def open_cycle_feed(request: Request, cycle: Cycle) -> HttpResponse:
    """The Atom feed of one cycle."""
    return _atom(request, feeding.feed_of(cycle))


def _atom(request: Request, feed: Atom1Feed) -> HttpResponse:
    newest = feed.latest_post_date().replace(microsecond=0) if feed.num_items() else None
    return _as_kept(request, feed.writeString("utf-8").encode(), "application/atom+xml; charset=utf-8", newest)


def _as_kept(request: Request, content: bytes, kind: str, changed: datetime | None = None) -> HttpResponse:
    """An answer that a reader who has it already need not fetch again (304), and that any page may read."""
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = HttpResponse(content, content_type=kind, headers={"ETag": etag, "Access-Control-Allow-Origin": "*"})
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    answer = get_conditional_response(request, etag, int(changed.timestamp()) if changed else None, response)
    assert answer is not None  # noqa: S101 (it is the response itself when nothing is conditional)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "no-cache"  # ask each time whether it changed: the tag makes that cheap
    return answer


def _as_json(request: Request, package: dict[str, Any], changed: datetime | None = None) -> HttpResponse:
    return _as_kept(request, json.dumps(package, ensure_ascii=False, indent=1).encode(), "application/json", changed)


@require_safe
@in_public
def ocds_latest(request: Request, cycle: Cycle) -> HttpResponse:
    """The newest release of open data; for a page not public yet, a look ahead that keeps nothing."""
    now = timezone.now()
    if cycle.public_at is None:
        return JsonResponse(open_data.preview(cycle, now=now), json_dumps_params={"ensure_ascii": False, "indent": 1})
    kept = open_data.keep_release(cycle, now=now)
    return _as_json(request, open_data.package_of(cycle, [kept], "ocds.json"), kept.at)


@require_safe
@in_public
def ocds_releases(request: Request, cycle: Cycle) -> HttpResponse:
    """Every release kept, oldest first, as one package."""
    if cycle.public_at is None:
        raise Http404
    open_data.keep_release(cycle, now=timezone.now())
    kept = list(cycle.open_data.all())
    return _as_json(request, open_data.package_of(cycle, kept, "ocds/releases/"), kept[-1].at)


@require_safe
@in_public
def ocds_release(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One release as it went out."""
    if cycle.public_at is None or number > NO_MORE:
        raise Http404
    one = get_object_or_404(OpenDataRelease, cycle=cycle, number=number)
    return _as_json(request, open_data.package_of(cycle, [one], f"ocds/releases/{number}/"), one.at)


@require_safe
@in_public
def cids(request: Request, cycle: Cycle) -> HttpResponse:
    """The frozen framework and what was measured against it, as linked data of social value."""
    data = linked_data.package_of(cycle).data
    return _as_kept(request, json.dumps(data, ensure_ascii=False, indent=1).encode(), "application/ld+json")


@require_safe
def ocds_list(request: Request) -> HttpResponse:
    """Where the open data of each public cycle is."""
    return _as_json(request, open_data.listing())

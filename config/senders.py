"""Who may send something large: asked before a byte of it is read, so that a stranger holds no place of those who may."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest

from commissioning import roles
from commissioning.doorway import viewer_of
from commissioning.models import Cycle, User
from commissioning.people import held_by
from workshops.models import Workshop


def may_send(scope: Any) -> bool:
    """Whether this request comes from somebody who may send such a file: an officer a file of answers, a participant a photograph.

    Only what spares the others: the act behind the address says for itself who may do it.
    """
    request = ASGIRequest(scope, BytesIO())
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    viewer = viewer_of(request, user if isinstance(user, User) else None)
    if viewer.user is None and not viewer.participants:
        return False
    place = scope["path"].strip("/").split("/")
    slug = place[1] if len(place) > 1 else ""
    if scope["path"].endswith("/photo/"):
        return any(viewer.participant_in(room.cycle) for room in Workshop.objects.filter(slug=slug).select_related("cycle"))
    return any(roles.CONVENE in held_by(viewer.participant_in(cycle)) for cycle in Cycle.objects.filter(slug=slug))

"""One address that says whether this process can serve: the database answers, and so does the channel layer."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def healthy(request: HttpRequest) -> JsonResponse:
    """200 with a line for each part when all is well, 503 when one is not. Nothing about people or data."""
    parts = {"database": "ok", "live": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        parts["database"] = "not answering"
    try:
        async_to_sync(get_channel_layer().group_send)("health", {"type": "health"})
    except Exception:  # noqa: BLE001 (each layer raises errors of its own; any of them means the same here)
        parts["live"] = "not answering: changes reach people at the next heartbeat"
    return JsonResponse(parts, status=200 if parts["database"] == "ok" else 503)

"""The one socket address."""

from django.urls import path, re_path

from workshops.consumers import no_room, room_socket

sockets = [
    path("ws/workshops/<int:workshop_id>/", room_socket),  # type: ignore[arg-type]
    re_path(r"", no_room),  # type: ignore[arg-type]
]

"""The one socket address."""

from django.urls import path

from workshops.consumers import room_socket

sockets = [path("ws/workshops/<int:workshop_id>/", room_socket)]  # type: ignore[arg-type]

"""The ASGI application: HTTP to Django, sockets to the room. Sockets from another origin are refused before anything else."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from workshops.routing import sockets  # noqa: E402 (models can be imported only after Django is set up)

application = ProtocolTypeRouter({"http": http, "websocket": AllowedHostsOriginValidator(URLRouter(sockets))})

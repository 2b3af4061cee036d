"""The WSGI application: in production HTTP has processes of its own, so that a burst of pages cannot delay the room."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

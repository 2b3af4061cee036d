"""Front door: settings, addresses and the two ways in, HTTP and sockets. Imported by nobody."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""The product's addresses, and two yardsticks behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_POST

from config import urls


@require_POST
def nothing(request: HttpRequest) -> HttpResponse:
    """A POST that passes the middleware, its CSRF check included, and does nothing."""
    return HttpResponse("ok")


def empty(request: HttpRequest) -> HttpResponse:
    """A page with nothing on it."""
    return HttpResponse(engines["django"].from_string("").render({}, request))


urlpatterns = [path("bench/nothing/", nothing), path("bench/empty/", empty), *urls.urlpatterns]
handler404 = urls.handler404
handler500 = urls.handler500

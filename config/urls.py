"""Every address of the product; each floor names its own."""

from django.urls import include, path

from config.health import healthy

urlpatterns = [
    path("", include("commissioning.urls")),
    path("", include("workshops.urls")),
    path("", include("outcomes.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("health/", healthy, name="health"),
]

handler400 = "commissioning.views.too_much"
handler404 = "commissioning.views.not_found"
handler500 = "commissioning.views.broken"

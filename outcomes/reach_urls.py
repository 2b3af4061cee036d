"""Addresses of the reach funnel."""

from django.urls import path

from outcomes import reach_views

urlpatterns = [
    path("cycles/<slug:slug>/reach/", reach_views.reach_page, name="reach"),
]

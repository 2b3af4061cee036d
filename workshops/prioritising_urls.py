"""Addresses of priorities."""

from django.urls import path

from workshops import prioritising_views

urlpatterns = [
    path("cycles/<slug:slug>/priorities/", prioritising_views.priorities_page, name="priorities"),
    path("cycles/<slug:slug>/priorities/<int:pk>/adopt/", prioritising_views.adopt_page, name="adopt_priorities"),
]

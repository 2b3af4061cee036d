"""The address of the gap list."""

from django.urls import path

from outcomes import gap_views

urlpatterns = [path("cycles/<slug:slug>/gaps/", gap_views.gaps_page, name="gaps")]

"""Addresses of the starting point, the meaning of social value, the policy, and what is promised."""

from django.urls import path

from commissioning import starting_views

urlpatterns = [
    path("cycles/<slug:slug>/start/", starting_views.starting_page, name="starting_point"),
    path("cycles/<slug:slug>/meaning/", starting_views.meaning_page, name="meaning"),
    path("cycles/<slug:slug>/policy/", starting_views.policy_page, name="policy"),
]

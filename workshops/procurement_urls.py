"""Addresses of what the ground floor keeps about procurement and this floor must know of: rooms people are in, and letters."""

from django.urls import path

from workshops import procurement_views

urlpatterns = [
    path("cycles/<slug:slug>/gate/", procurement_views.gate_page, name="gate"),
    path("cycles/<slug:slug>/challenges/", procurement_views.challenges_page, name="challenges"),
    path("cycles/<slug:slug>/questions/<int:number>/", procurement_views.question_page, name="question"),
    path("cycles/<slug:slug>/who-was-asked/", procurement_views.who_was_asked, name="who_was_asked"),
]

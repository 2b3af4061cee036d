"""Addresses of the stakeholder check."""

from django.urls import path

from workshops import stakeholders_views

urlpatterns = [
    path("cycles/<slug:slug>/stakeholders/", stakeholders_views.stakeholders_page, name="stakeholders"),
]

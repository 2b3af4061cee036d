"""Addresses of the equal-treatment record."""

from django.urls import path

from outcomes import fairness_views

urlpatterns = [
    path("cycles/<slug:slug>/fairness/", fairness_views.fairness, name="fairness"),
    path("cycles/<slug:slug>/fairness/<slug:form>/", fairness_views.fairness_file, name="fairness_file"),
]

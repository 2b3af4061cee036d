"""Addresses of the stages with their evidence, the eight principles, the seven shifts, and the departments."""

from django.urls import path

from outcomes import department_views, practice_views, stage_views

urlpatterns = [
    path("cycles/<slug:slug>/stages/<slug:code>/", stage_views.stage_page, name="stage"),
    path("cycles/<slug:slug>/principles/", practice_views.principles_page, name="principles"),
    path("cycles/<slug:slug>/shifts/", practice_views.shifts_page, name="shifts"),
    path("cycles/<slug:slug>/departments/", department_views.departments_page, name="departments"),
]

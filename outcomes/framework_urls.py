"""Addresses of the framework: the whole, its outcomes and indicators, its versions, and the library to start from."""

from django.urls import path

from outcomes import framework_views, library_views, outcome_views

HERE = "cycles/<slug:slug>/framework/"

urlpatterns = [
    path(HERE, framework_views.framework_page, name="framework"),
    path(f"{HERE}answer/<int:pk>/", framework_views.answer_agreement, name="answer_agreement"),
    path(f"{HERE}indicators/<int:pk>/", outcome_views.indicator_page, name="indicator"),
    path(f"{HERE}outcomes/<int:pk>/", outcome_views.outcome_page, name="outcome"),
    path(f"{HERE}compare/", framework_views.compare_page, name="framework_compare"),
    path(f"{HERE}library/", library_views.library_page, name="indicator_library"),
]

"""Addresses of criteria, weighting and the monitoring plan."""

from django.urls import path

from outcomes import criteria_views, monitoring_views, weighting_views

urlpatterns = [
    path("cycles/<slug:slug>/criteria/", criteria_views.criteria_page, name="criteria"),
    path("cycles/<slug:slug>/criteria/<int:number>/", criteria_views.criterion_page, name="criterion"),
    path("cycles/<slug:slug>/weighting/minimum/", weighting_views.minimum_page, name="weighting_minimum"),
    path("cycles/<slug:slug>/monitoring/", monitoring_views.monitoring_page, name="monitoring"),
    path("cycles/<slug:slug>/monitoring/<int:number>/", monitoring_views.measure_page, name="measure"),
]

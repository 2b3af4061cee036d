"""Addresses of the measures of a cycle and of the thread as a map."""

from django.urls import path

from outcomes import measures_views

urlpatterns = [
    path("cycles/<slug:slug>/measures/", measures_views.measures_page, name="measures"),
    path("cycles/<slug:slug>/measures.csv", measures_views.measures_file, name="measures_file"),
    path("cycles/<slug:slug>/thread/", measures_views.thread_page, name="thread"),
    path("cycles/<slug:slug>/thread.csv", measures_views.thread_file, name="thread_file"),
]

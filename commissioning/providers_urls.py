"""Addresses of the provider map."""

from django.urls import path

from commissioning import providers_views as views

urlpatterns = [
    path("cycles/<slug:slug>/providers/", views.provider_map_page, name="provider_map"),
    path("cycles/<slug:slug>/providers/join/", views.join_map, name="provider_join"),
    path("cycles/<slug:slug>/providers/add/", views.add_provider, name="provider_add"),
    path("cycles/<slug:slug>/providers/import/", views.import_file, name="provider_import"),
    path("cycles/<slug:slug>/providers/import/<int:pk>/", views.import_look, name="provider_import_look"),
    path("cycles/<slug:slug>/providers/must-reach/", views.must_reach, name="provider_must_reach"),
    path("cycles/<slug:slug>/providers/review/", views.review_map, name="provider_review"),
    path("cycles/<slug:slug>/providers/<int:pk>/", views.provider_page, name="provider"),
    path("cycles/<slug:slug>/organisations/<int:pk>/join/", views.merge_organisations, name="organisation_merge"),
]

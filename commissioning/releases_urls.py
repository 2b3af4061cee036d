"""Addresses of releases and of what is kept about suppliers."""

from django.urls import path

from commissioning import release_views, supplier_views

urlpatterns = [
    path("cycles/<slug:slug>/releases/", release_views.releases, name="releases"),
    path("cycles/<slug:slug>/releases/new/", release_views.new_release, name="new_release"),
    path("cycles/<slug:slug>/releases/recipients/", supplier_views.reach, name="release_recipients"),
    path("cycles/<slug:slug>/releases/<int:pk>/", release_views.release_page, name="release"),
    path("cycles/<slug:slug>/releases/<int:pk>/files/<int:file>/", release_views.release_file, name="release_file"),
    path("cycles/<slug:slug>/contacts/", supplier_views.contacts, name="contacts"),
    path("cycles/<slug:slug>/interest/", supplier_views.interest, name="interest"),
    path("released/<str:token>/", release_views.released, name="released"),
    path("released/<str:token>/files/<int:file>/", release_views.released_file, name="released_file"),
]

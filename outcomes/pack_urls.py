"""Addresses of the export pack: a file of a signed-off version, checking a pack, and what was brought in."""

from django.urls import path

from outcomes import pack_views

urlpatterns = [
    path("cycles/<slug:slug>/specification/files/<int:number>/<slug:form>/", pack_views.file_page, name="file"),
    path("cycles/<slug:slug>/specification/check/", pack_views.check_page, name="check_pack"),
    path("cycles/<slug:slug>/specification/brought-in/<int:pk>/", pack_views.brought_in_page, name="brought_in"),
    path("cycles/<slug:slug>/specification/brought-in/<int:pk>/file/", pack_views.brought_in_file, name="brought_in_file"),
]

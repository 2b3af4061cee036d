"""Addresses of needs, assets and the open question."""

from django.urls import path

from commissioning import needs_views, tagging_views, telling_views

urlpatterns = [
    path("cycles/<slug:slug>/needs/", needs_views.needs_page, name="needs"),
    path("cycles/<slug:slug>/needs/add/", needs_views.add_need, name="add_need"),
    path("cycles/<slug:slug>/needs/sort/", needs_views.sort_page, name="sort_said"),
    path("cycles/<slug:slug>/needs/file/", needs_views.import_page, name="import_needs"),
    path("cycles/<slug:slug>/needs/<int:number>/", needs_views.need_page, name="need"),
    path("cycles/<slug:slug>/assets/add/", needs_views.add_asset, name="add_asset"),
    path("cycles/<slug:slug>/mine/words/", tagging_views.my_tags, name="my_tags"),
    path("cycles/<slug:slug>/tell/", telling_views.tell, name="tell"),
    path("cycles/<slug:slug>/told/", telling_views.told, name="told"),
]

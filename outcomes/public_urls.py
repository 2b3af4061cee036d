"""Addresses that need no sign-in, and those where officers decide what they say."""

from django.urls import path

from outcomes import notice_views, public_views

urlpatterns = [
    path("open/", public_views.open_cycles, name="open_cycles"),
    path("open/feed/", public_views.open_feed, name="open_feed"),
    path("open/ocds.json", public_views.ocds_list, name="ocds_list"),
    path("open/<slug:slug>/", public_views.open_cycle, name="open_cycle"),
    path("open/<slug:slug>/feed/", public_views.open_cycle_feed, name="open_cycle_feed"),
    path("open/<slug:slug>/notice/", public_views.open_notice, name="open_notice"),
    path("open/<slug:slug>/ocds.json", public_views.ocds_latest, name="ocds_latest"),
    path("open/<slug:slug>/ocds/releases/", public_views.ocds_releases, name="ocds_releases"),
    path("open/<slug:slug>/ocds/releases/<int:number>/", public_views.ocds_release, name="ocds_release"),
    path("open/<slug:slug>/cids.jsonld", public_views.cids, name="cids"),
    path("cycles/<slug:slug>/public-page/", notice_views.public_page, name="public_page"),
    path("cycles/<slug:slug>/notice/", notice_views.notice_page, name="notice"),
    path("cycles/<slug:slug>/notice.docx", notice_views.notice_file, name="notice_file"),
]

"""Addresses of the top floor."""

from django.urls import include, path

from outcomes import influence_views, reach_urls, views, weighting_views

urlpatterns = [
    path("cycles/<slug:slug>/", views.cycle_page, name="cycle"),
    path("cycles/<slug:slug>/clauses/<int:pk>/thread/", views.clause_thread, name="clause_thread"),
    path("cycles/<slug:slug>/contributions/<int:pk>/thread/", views.contribution_thread, name="contribution_thread"),
    path("cycles/<slug:slug>/thread.json", views.thread_json, name="thread_json"),
    path("cycles/<slug:slug>/influence/", influence_views.influence_page, name="influence"),
    path("cycles/<slug:slug>/weighting/", weighting_views.weighting_page, name="weighting"),
    path("mine/<str:key>/", views.mine, name="mine"),
    path("cycles/<slug:slug>/mine/", views.mine_here, name="mine_here"),
    path("", include("outcomes.practice_urls")),
    path("", include("outcomes.gap_urls")),
    *reach_urls.urlpatterns,
    path("", include("outcomes.fairness_urls")),
    path("", include("outcomes.public_urls")),
    path("", include("outcomes.framework_urls")),
    path("", include("outcomes.criteria_urls")),
    path("", include("outcomes.returns_urls")),
    path("", include("outcomes.specification_urls")),
    path("", include("outcomes.do_urls")),
    path("", include("outcomes.voices_urls")),
    path("", include("outcomes.reviews_urls")),
    path("", include("outcomes.pack_urls")),
    path("", include("outcomes.measures_urls")),
]

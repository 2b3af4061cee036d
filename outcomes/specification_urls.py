"""Addresses of the specification: its sections, clauses, drafts and comments."""

from django.urls import path

from outcomes import draft_views, specification_views

urlpatterns = [
    path("cycles/<slug:slug>/specification/", specification_views.specification_page, name="specification"),
    path("cycles/<slug:slug>/specification/clauses/<int:pk>/", specification_views.clause_page, name="clause"),
    path("cycles/<slug:slug>/specification/sections/<slug:key>/", specification_views.section_page, name="specification_section"),
    path("cycles/<slug:slug>/specification/withdrawn/", specification_views.withdrawn_page, name="specification_withdrawn"),
    path("cycles/<slug:slug>/specification/compare/", specification_views.compare_page, name="specification_compare"),
    path("cycles/<slug:slug>/specification/drafts/", draft_views.drafts_page, name="specification_drafts"),
    path("cycles/<slug:slug>/specification/drafts/<int:number>/", draft_views.draft_page, name="specification_draft"),
    path("cycles/<slug:slug>/specification/comments/", draft_views.comments_page, name="specification_comments"),
]

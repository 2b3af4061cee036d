"""Addresses of what trust rests on, and of the checklists that stay with whoever uses them."""

from django.urls import path

from commissioning import checklist_views, trust_views

urlpatterns = [
    path("cycles/<slug:slug>/history/", trust_views.history_board, name="history"),
    path("cycles/<slug:slug>/vocabulary/", trust_views.vocabulary_page, name="vocabulary"),
    path("cycles/<slug:slug>/vocabulary/<int:pk>/", trust_views.term_page, name="term"),
    path("cycles/<slug:slug>/expectations/", trust_views.expectations_page, name="expectations"),
    path("cycles/<slug:slug>/at-risk/", trust_views.fragility_page, name="fragility"),
    path("checklists/", checklist_views.checklists, name="checklists"),
    path("checklists/<slug:code>/", checklist_views.checklist, name="checklist"),
    path("checklists/<slug:code>.docx", checklist_views.checklist_file, name="checklist_file"),
    path("cycles/<slug:slug>/checklists/", checklist_views.own_checklists, name="own_checklists"),
    path("cycles/<slug:slug>/checklists/<slug:code>/", checklist_views.own, name="own_checklist"),
    path("cycles/<slug:slug>/checklists/<slug:code>.docx", checklist_views.own_file, name="own_checklist_file"),
]

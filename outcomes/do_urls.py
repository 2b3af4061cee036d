"""Addresses of what is done: lots, awards, commitments, concerns, capacity, working together."""

from django.urls import path

from outcomes import award_views, commitment_views, memorandum_views

C = "cycles/<slug:slug>/"
urlpatterns = [
    path(f"{C}awards/", award_views.awards_page, name="awards"),
    path(f"{C}awards/new/", award_views.new_award, name="new_award"),
    path(f"{C}capacity/", award_views.capacity_page, name="capacity"),
    path(f"{C}promised/", commitment_views.promised_page, name="promised_and_shown"),
    path(f"{C}promised.csv", commitment_views.promised_csv, name="promised_csv"),
    path(f"{C}commitments/new/", commitment_views.new_commitment, name="new_commitment"),
    path(f"{C}commitments/<int:number>/", commitment_views.commitment_page, name="commitment"),
    path(f"{C}concerns/", commitment_views.concerns_page, name="concerns"),
    path(f"{C}working-together/", memorandum_views.working_together, name="working_together"),
    path(f"{C}memoranda/<int:number>/", memorandum_views.memorandum_page, name="memorandum"),
]

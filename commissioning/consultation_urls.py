"""Addresses of consultations, and of looking up before asking again."""

from django.urls import path

from commissioning import bringing_views, consultation_views, looking_up_views, summing_up_views

_ONE = "cycles/<slug:slug>/consultations/<int:pk>/"

urlpatterns = [
    path("cycles/<slug:slug>/look-up/", looking_up_views.looking_up_page, name="looking_up"),
    path("cycles/<slug:slug>/consultations/", consultation_views.consultations, name="consultations"),
    path("cycles/<slug:slug>/consultations/new/", consultation_views.new_consultation, name="new_consultation"),
    path(_ONE, consultation_views.consultation_page, name="consultation"),
    path(f"{_ONE}answers/", consultation_views.answers_browsed, name="consultation_answers"),
    path(f"{_ONE}answers.csv", consultation_views.answers_file, name="consultation_answers_file"),
    path(f"{_ONE}themes/<int:theme>/", consultation_views.theme_page, name="theme"),
    path(f"{_ONE}bring/", bringing_views.bring, name="bring_answers"),
    path(f"{_ONE}files/<int:file>/", bringing_views.bringing_page, name="bringing"),
    path(f"{_ONE}files/<int:file>/faults.csv", bringing_views.faults_file, name="bringing_faults"),
    path(f"{_ONE}twice/", bringing_views.twice, name="answers_twice"),
    path(f"{_ONE}summary/", summing_up_views.summary_page, name="consultation_summary"),
    path(f"{_ONE}sending/", summing_up_views.sending_page, name="consultation_sending"),
]

"""Addresses of what people say about outcomes, the published years, and how well people are answered."""

from django.urls import path

from outcomes import voice_desk_views, voice_views, yearly_progress_views

urlpatterns = [
    path("say/<str:token>/", voice_views.voice, name="voice"),
    path("say/<str:token>/<int:pk>/", voice_views.voice, name="voice_of"),
    path("say/<str:token>/<int:pk>/thanks/", voice_views.thanks, name="voice_thanks"),
    path("heard/<int:pk>/<str:secret>/", voice_views.heard, name="heard"),
    path("cycles/<slug:slug>/voices/", voice_views.results, name="voices"),
    path("cycles/<slug:slug>/voices.csv", voice_views.results_csv, name="voices_csv"),
    path("cycles/<slug:slug>/voices/desk/", voice_desk_views.desk, name="voice_desk"),
    path("cycles/<slug:slug>/voices/poster/", voice_desk_views.poster, name="voice_poster"),
    path("cycles/<slug:slug>/voices/<int:pk>/", voice_views.result, name="voice_result"),
    path("cycles/<slug:slug>/progress/", yearly_progress_views.desk, name="progress_desk"),
    path("open/<slug:slug>/progress/", yearly_progress_views.progress, name="progress"),
    path("open/<slug:slug>/progress/<int:year>/<int:version>/", yearly_progress_views.published, name="progress_year"),
    path("cycles/<slug:slug>/feedback-loop/", yearly_progress_views.feedback_loop, name="feedback_loop"),
]

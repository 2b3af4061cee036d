"""Addresses of reviews, findings, and how the work together went."""

from django.urls import path

from outcomes import process_views, review_views

urlpatterns = [
    path("cycles/<slug:slug>/reviews/", review_views.reviews_page, name="reviews"),
    path("cycles/<slug:slug>/reviews/<int:number>/", review_views.review_page, name="review"),
    path("cycles/<slug:slug>/findings/<int:number>/", review_views.finding_page, name="finding"),
    path("cycles/<slug:slug>/needs/<int:number>/origin/", review_views.need_origin_page, name="need_origin"),
    path("cycles/<slug:slug>/process/", process_views.process_page, name="process"),
    path("cycles/<slug:slug>/process/questions/", process_views.process_questions, name="process_questions"),
    path("asked/<str:key>/", process_views.asked, name="asked"),
]

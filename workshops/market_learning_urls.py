"""The address that releases a workshop's notes."""

from django.urls import path

from workshops import market_learning_views

urlpatterns = [path("w/<slug:slug>/release-notes/", market_learning_views.release_notes, name="release_notes")]

"""Addresses of the promise ledger, of leaving with promises handed over, and of brokers' mandates."""

from django.urls import path

from workshops import mandate_views, promise_views

urlpatterns = [
    path("cycles/<slug:slug>/promises/", promise_views.promises_page, name="promises"),
    path("cycles/<slug:slug>/promises/outside/<int:pk>/", promise_views.outside_promise, name="outside_promise"),
    path("cycles/<slug:slug>/people/<int:pk>/leave/", promise_views.leave, name="leave_cycle"),
    path("cycles/<slug:slug>/mandates/", mandate_views.mandates, name="mandates"),
    path("cycles/<slug:slug>/mandates/<int:pk>/link/", mandate_views.link, name="mandate_link"),
    path("mandate/<str:token>/", mandate_views.answer, name="mandate"),
]

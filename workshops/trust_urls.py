"""Addresses of the promise ledger, of the action plan, of leaving with promises handed over, and of brokers' mandates."""

from django.urls import path

from workshops import mandate_views, plan_views, promise_views

urlpatterns = [
    path("cycles/<slug:slug>/promises/", promise_views.promises_page, name="promises"),
    path("cycles/<slug:slug>/promises/outside/<int:pk>/", promise_views.outside_promise, name="outside_promise"),
    path("cycles/<slug:slug>/people/<int:pk>/leave/", promise_views.leave, name="leave_cycle"),
    path("cycles/<slug:slug>/mandates/", mandate_views.mandates, name="mandates"),
    path("cycles/<slug:slug>/mandates/<int:pk>/link/", mandate_views.link, name="mandate_link"),
    path("cycles/<slug:slug>/plan/", plan_views.plan_page, name="plan"),
    path("cycles/<slug:slug>/plan/<int:pk>/", plan_views.plan_action, name="plan_action"),
    path("mandate/<str:token>/", mandate_views.answer, name="mandate"),
]

"""Addresses of the ground floor."""

from django.urls import include, path
from django.views.generic import RedirectView

from commissioning import hearing_views, views, words_views

urlpatterns = [
    path("", views.home, name="home"),
    # There are no passwords here: every way of allauth's that would ask for one leads to the code by e-mail.
    path(
        "accounts/login/",
        RedirectView.as_view(pattern_name="account_request_login_code", query_string=True),
        name="login",
    ),
    path("accounts/password/<path:rest>", views.not_found, name="no_passwords"),
    path("accounts/signup/", views.not_found, name="no_signing_up"),
    path("accounts/email/", views.not_found, name="no_other_addresses"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", words_views.choose_language, name="choose_language"),
    path("words/", words_views.words, name="words"),
    path("primer/", words_views.primer, name="primer"),
    path("demo/", views.demo, name="demo"),
    path("favicon.ico", RedirectView.as_view(url="/static/icon.svg"), name="favicon"),
    path("cycles/new/", views.new_cycle, name="new_cycle"),
    path("cycles/<slug:slug>/scope/", views.scope, name="scope"),
    path("cycles/<slug:slug>/scope/<int:pk>/ask/", views.ask_about_scope, name="ask_about_scope"),
    path("cycles/<slug:slug>/people/", views.people_page, name="people"),
    path("cycles/<slug:slug>/organisations/<int:pk>/", views.organisation_page, name="organisation"),
    path("cycles/<slug:slug>/answers/", views.answers_page, name="answers"),
    path("cycles/<slug:slug>/minutes/", views.minutes_page, name="minutes"),
    path("cycles/<slug:slug>/close/", views.close_cycle, name="close_cycle"),
    path("cycles/<slug:slug>/hear-back/", hearing_views.hear_back, name="hear_back"),
    path("", include("commissioning.starting_urls")),
    path("", include("commissioning.shape_urls")),
]

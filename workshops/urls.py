"""Addresses of the workshop floor."""

from django.urls import path

from workshops import closing_views, joining_views, pulse_views, views

urlpatterns = [
    path("join/", joining_views.enter_code, name="enter_code"),
    path("join/<str:code>/", joining_views.join, name="join"),
    path("cycles/<slug:slug>/workshops/new/", views.convene, name="convene"),
    path("w/<slug:slug>/", views.room, name="room"),
    path("w/<slug:slug>/screen/", views.screen, name="screen"),
    path("w/<slug:slug>/desk/", views.desk, name="desk"),
    path("w/<slug:slug>/live/", views.live, name="live"),
    path("w/<slug:slug>/code.svg", joining_views.join_picture, name="join_picture"),
    path("w/<slug:slug>/phase/", views.move, name="move"),
    path("w/<slug:slug>/ideas/", views.add_idea, name="add_idea"),
    path("w/<slug:slug>/proposals/", views.propose, name="propose"),
    path("w/<slug:slug>/proposals/<int:pk>/", views.proposal_page, name="proposal"),
    path("w/<slug:slug>/proposals/<int:pk>/comments/", views.comment, name="comment"),
    path("w/<slug:slug>/proposals/<int:pk>/words/", views.amend, name="amend"),
    path("w/<slug:slug>/proposals/<int:pk>/agreement/", views.record_agreement, name="record_agreement"),
    path("w/<slug:slug>/proposals/<int:pk>/reservation/", views.reserve, name="reserve"),
    path("w/<slug:slug>/ballots/", views.open_ballots, name="open_ballots"),
    path("w/<slug:slug>/ballots/<int:pk>/vote/", views.vote, name="vote"),
    path("w/<slug:slug>/ballots/<int:pk>/close/", views.close_ballot, name="close_ballot"),
    path("w/<slug:slug>/actions/", closing_views.add_action, name="add_action"),
    path("w/<slug:slug>/actions/<int:pk>/", closing_views.action_page, name="action"),
    path("w/<slug:slug>/meeting-again/", closing_views.willing, name="willing"),
    path("w/<slug:slug>/close/", closing_views.close, name="close_workshop"),
    path("w/<slug:slug>/pulse/", pulse_views.pulse_page, name="pulse"),
    path("w/<slug:slug>/report/", closing_views.report, name="report"),
    path("w/<slug:slug>/report/sending/", closing_views.report_sending, name="report_sending"),
    path("w/<slug:slug>/report/<slug:size>/", closing_views.report_file, name="report_file"),
    path("pulse/<str:token>/", pulse_views.pulse_link, name="pulse_link"),
    path("promise/<str:token>/", closing_views.promise, name="promise"),
    path("mine/<str:key>/actions/<int:pk>/", closing_views.my_action, name="my_action"),
    path("cycles/<slug:slug>/promises/", closing_views.promises_page, name="promises"),
]

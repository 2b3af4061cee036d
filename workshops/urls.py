"""Addresses of the workshop floor."""

from django.urls import path

from workshops import arriving_views, joining_views, primer_views, views

urlpatterns = [
    path("join/", joining_views.enter_code, name="enter_code"),
    path("join/<str:code>/", joining_views.join, name="join"),
    path("cycles/<slug:slug>/workshops/new/", views.convene, name="convene"),
    path("w/<slug:slug>/", views.room, name="room"),
    path("w/<slug:slug>/primer/", primer_views.primer, name="workshop_primer"),
    path("w/<slug:slug>/screen/", views.screen, name="screen"),
    path("w/<slug:slug>/desk/", views.desk, name="desk"),
    path("w/<slug:slug>/waiting/", arriving_views.waiting, name="waiting"),
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
    path("w/<slug:slug>/actions/", views.add_action, name="add_action"),
    path("w/<slug:slug>/close/", views.close, name="close_workshop"),
]

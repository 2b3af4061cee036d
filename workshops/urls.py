"""Addresses of the workshop floor."""

from django.urls import path

from workshops import joining_views, moderating_views, picturing_views, talking_views, views

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
    path("w/<slug:slug>/proposals/<int:pk>/comments/", talking_views.comment, name="comment"),
    path("w/<slug:slug>/proposals/<int:pk>/suggestions/", talking_views.suggest, name="suggest"),
    path("w/<slug:slug>/suggestions/<int:pk>/", talking_views.answer_suggestion, name="answer_suggestion"),
    path("w/<slug:slug>/matters/", talking_views.matters, name="matters"),
    path("w/<slug:slug>/matters/<int:pk>/", talking_views.matters_page, name="matters_page"),
    path("w/<slug:slug>/queue/", moderating_views.queue, name="queue"),
    path("w/<slug:slug>/moderation/", moderating_views.choose, name="moderation"),
    path("w/<slug:slug>/said/<int:pk>/", moderating_views.look_after, name="look_after"),
    path("w/<slug:slug>/said/<int:pk>/take-out/", moderating_views.take_out, name="take_out"),
    path("w/<slug:slug>/said/<int:pk>/report/", moderating_views.report, name="report"),
    path("w/<slug:slug>/said/<int:pk>/private/", moderating_views.private, name="private"),
    path("w/<slug:slug>/photo/", picturing_views.put_up, name="put_up_photo"),
    path("w/<slug:slug>/photos/<int:pk>/<str:size>/", picturing_views.photo, name="photo"),
    path("w/<slug:slug>/proposals/<int:pk>/words/", views.amend, name="amend"),
    path("w/<slug:slug>/proposals/<int:pk>/agreement/", views.record_agreement, name="record_agreement"),
    path("w/<slug:slug>/proposals/<int:pk>/reservation/", views.reserve, name="reserve"),
    path("w/<slug:slug>/ballots/", views.open_ballots, name="open_ballots"),
    path("w/<slug:slug>/ballots/<int:pk>/vote/", views.vote, name="vote"),
    path("w/<slug:slug>/ballots/<int:pk>/close/", views.close_ballot, name="close_ballot"),
    path("w/<slug:slug>/actions/", views.add_action, name="add_action"),
    path("w/<slug:slug>/close/", views.close, name="close_workshop"),
]

"""Addresses of duties, and of questions and answers. What needs rooms or letters stands a floor higher, in `workshops/procurement_urls.py`."""

from django.urls import path

from commissioning import asking_views, duty_views

urlpatterns = [
    path("cycles/<slug:slug>/duties/", duty_views.duties_page, name="duties"),
    path("cycles/<slug:slug>/duties/<slug:code>/", duty_views.duty_page, name="duty"),
    path("cycles/<slug:slug>/waiver/", duty_views.waiver_page, name="waiver"),
    path("cycles/<slug:slug>/questions/", asking_views.questions_page, name="questions"),
    path("cycles/<slug:slug>/questions/<int:number>/aside/", asking_views.set_aside, name="set_question_aside"),
]

"""Addresses of the contract's shape and route."""

from django.urls import path

from commissioning import shape_views

urlpatterns = [
    path("cycles/<slug:slug>/shape/", shape_views.shape_page, name="shape"),
    path("cycles/<slug:slug>/route/", shape_views.route_page, name="route"),
]

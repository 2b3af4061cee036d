"""Addresses of quarterly returns and of what they showed."""

from django.urls import path, register_converter

from outcomes import progress_views, return_api_views, return_file_views, return_fill_views, returns_views


class FileForm:
    """A table as CSV or as a workbook."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    to_url = to_python


register_converter(FileForm, "table_form")
_QUARTER = "cycles/<slug:slug>/awards/<int:pk>/quarters/<int:quarter>/"

urlpatterns = [
    path("cycles/<slug:slug>/returns/", returns_views.returns_page, name="returns"),
    path(_QUARTER, returns_views.return_page, name="return"),
    path(f"{_QUARTER}fill/", return_fill_views.fill_page, name="fill_return"),
    path(f"{_QUARTER}file/", return_file_views.upload_page, name="upload_return"),
    path(f"{_QUARTER}table.<table_form:form>", return_file_views.template_file, name="return_table"),
    path("cycles/<slug:slug>/awards/<int:pk>/keys/", returns_views.tokens_page, name="return_keys"),
    path("cycles/<slug:slug>/stories/<int:pk>/", returns_views.story_step, name="story"),
    path("cycles/<slug:slug>/results/", progress_views.results_page, name="results"),
    path("cycles/<slug:slug>/results.csv", progress_views.results_file, name="results_file"),
    path("api/awards/<int:pk>/quarters/<int:quarter>/", return_api_views.quarter, name="returns_api"),
]

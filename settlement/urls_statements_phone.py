"""Addresses of an installer's own statements; part of settlement.urls_phone."""

from django.urls import path

from settlement.views import statement_pages as pages

urlpatterns = [
    path("statements/", pages.my_statements, name="statement-list"),
    path("statements/<str:number>/", pages.my_statement, name="statement-detail"),
    path("statements/<str:number>/file/", pages.my_statement_file, name="statement-file"),
    path(
        "statements/<str:number>/file/state/",
        pages.my_statement_file_state,
        name="statement-file-state",
    ),
    path(
        "statements/<str:number>/file/make/",
        pages.my_statement_file_make,
        name="statement-file-make",
    ),
]

"""Addresses of periods and statements; part of settlement.urls."""

from django.urls import path

from settlement.views import branches, bridges, closing
from settlement.views import chosen_statements as choice
from settlement.views import statement_batches as files
from settlement.views import statement_pages as pages
from settlement.views import statements as runs

urlpatterns = [
    path("runs/", runs.run_list, name="run-list"),
    path("runs/<str:name>/", runs.run_detail, name="run-detail"),
    path("runs/<str:name>/start/", runs.run_start, name="run-start"),
    path("runs/<str:name>/branches/", branches.branch_matrix, name="branch-matrix"),
    path("runs/<str:name>/bridge/", bridges.period_bridge, name="period-bridge"),
    path("runs/<str:name>/progress/", runs.run_progress, name="run-progress"),
    path("runs/<str:name>/closing/", closing.closing_panel, name="closing-panel"),
    path("runs/<str:name>/lock/", closing.period_lock, name="period-lock"),
    path("runs/<str:name>/close/", closing.period_close, name="period-close"),
    path("runs/<str:name>/reopen/", closing.period_reopen, name="period-reopen"),
    path("runs/<str:name>/statements.xlsx", files.run_xlsx, name="run-xlsx"),
    path("runs/<str:name>/batch/", files.batch, name="batch"),
    path("runs/<str:name>/batch/start/", files.batch_start, name="batch-start"),
    path("runs/<str:name>/batch/cancel/", files.batch_cancel, name="batch-cancel"),
    path("runs/<str:name>/batch/resume/", files.batch_resume, name="batch-resume"),
    path("runs/<str:name>/batch/file/", files.batch_download, name="batch-file"),
    path("runs/<str:name>/chosen/", choice.chosen, name="chosen"),
    path("runs/<str:name>/chosen/start/", choice.chosen_start, name="chosen-start"),
    path("runs/<str:name>/chosen/cancel/", choice.chosen_cancel, name="chosen-cancel"),
    path("runs/<str:name>/chosen/resume/", choice.chosen_resume, name="chosen-resume"),
    path("runs/<str:name>/chosen/file/", choice.chosen_download, name="chosen-file"),
    path("statements/<str:number>/xlsx/", pages.statement_xlsx, name="statement-xlsx"),
    path("periods/", closing.period_kind, name="period-kind"),
    path("runs/<str:name>/statements.csv", runs.run_csv, name="run-csv"),
    path("statements/<str:number>/", pages.statement_detail, name="statement-detail"),
    path("statements/<str:number>/csv/", pages.statement_csv, name="statement-csv"),
    path("statements/<str:number>/file/", pages.statement_file, name="statement-file"),
    path(
        "statements/<str:number>/file/make/", pages.statement_file_make, name="statement-file-make"
    ),
    path(
        "statements/<str:number>/file/state/",
        pages.statement_file_state,
        name="statement-file-state",
    ),
    path("verify/<str:token>/", pages.statement_verify, name="statement-verify"),
]

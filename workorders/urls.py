"""URLs of the workorders pages."""

from __future__ import annotations

from django.urls import include, path, register_converter

from workorders.converters import OrderNumberConverter
from workorders.views import (
    actions,
    answers,
    business_hours,
    charges,
    detail,
    entry,
    evidence,
    follow_on,
    importing,
    inboxes,
    orders,
    questions,
    reports,
    request_photos,
    site_rules,
    staff_notices,
    stage_forms,
    stickers,
    tasks,
)

register_converter(OrderNumberConverter, "order_number")

app_name = "workorders"
urlpatterns = [
    path("", orders.order_list, name="order-list"),
    path("export.csv", orders.order_export, name="order-export"),
    path("flows/", include("workorders.urls_flows")),
    path("forms/", answers.answer_list, name="answer-list"),
    path("forms/export.csv", answers.answer_export, name="answer-export"),
    path("notices/", staff_notices.notice_list, name="notice-list"),
    path("notices/bell/", staff_notices.notice_bell, name="notice-bell"),
    path("notices/seen/", staff_notices.notices_seen, name="notices-seen"),
    path("notices/<int:pk>/seen/", staff_notices.staff_notice_seen, name="staff-notice-seen"),
    path("tasks/", tasks.task_list, name="task-list"),
    path("filters/save/", orders.filter_save, name="filter-save"),
    path("filters/<int:pk>/forget/", orders.filter_forget, name="filter-forget"),
    path("enter/", entry.order_enter, name="order-enter"),
    path("import/", importing.import_start, name="import-start"),
    path("import/sample.csv", importing.import_sample, name="import-sample"),
    path("import/<int:pk>/", importing.import_detail, name="import-detail"),
    path("import/<slug:token>/confirm/", importing.import_confirm, name="import-confirm"),
    path("import/<slug:token>/errors.csv", importing.import_errors, name="import-errors"),
    path("unmapped/", inboxes.unmapped_list, name="unmapped-list"),
    path("unmapped/<int:pk>/map/", inboxes.line_map, name="line-map"),
    path("unlocated/", inboxes.unlocated_list, name="unlocated-list"),
    path("request-photos/<int:pk>/", request_photos.request_photo, name="request-photo"),
    path("evidence/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path("", include("workorders.urls_modes")),
    path("site-radius/", site_rules.site_radius, name="site-radius"),
    path("hours/", business_hours.business_hours_page, name="business-hours"),
    path("charges/", charges.tariff_list, name="tariff-list"),
    path("charges/late/", charges.late_term, name="charge-term"),
    path("charges/<slug:code>/", charges.tariff_edit, name="tariff-edit"),
    path("<order_number:number>/", detail.order_detail_page, name="order-detail"),
    path(
        "<order_number:number>/charges/<int:pk>/decide/",
        charges.charge_decide,
        name="charge-decide",
    ),
    path(
        "<order_number:number>/charges/<int:pk>/cancel/",
        charges.charge_cancel,
        name="charge-cancel",
    ),
    path("<order_number:number>/move/<slug:key>/", actions.order_move, name="order-move"),
    path(
        "<order_number:number>/move/<slug:key>/withdraw/",
        actions.approval_withdraw,
        name="approval-withdraw",
    ),
    path(
        "<order_number:number>/forms/<slug:form>/",
        stage_forms.stage_form_fill,
        name="stage-form-fill",
    ),
    path("<order_number:number>/tasks/<int:pk>/done/", tasks.task_finish, name="task-finish"),
    path("<order_number:number>/tasks/<int:pk>/reopen/", tasks.task_reopen, name="task-reopen"),
    path("<order_number:number>/questions/", questions.question_ask, name="question-ask"),
    path(
        "<order_number:number>/actions/<int:pk>/retry/",
        actions.action_retry,
        name="action-retry",
    ),
    path("<order_number:number>/facts/", actions.fact_record, name="fact-record"),
    path("<order_number:number>/follow-up/", actions.follow_up_record, name="follow-up-record"),
    path("<order_number:number>/go-on/", follow_on.follow_on, name="follow-on"),
    path("<order_number:number>/notes/", actions.note_add, name="note-add"),
    path("<order_number:number>/marks/", actions.marks_change, name="marks-change"),
    path("<order_number:number>/rework/", actions.rework_judge, name="rework-judge"),
    path("<order_number:number>/phone/", actions.phone_reveal, name="phone-reveal"),
    path("<order_number:number>/code/", actions.code_issue, name="code-issue"),
    path("<order_number:number>/stickers.pdf", stickers.sticker_sheet_file, name="stickers"),
    path("<order_number:number>/report/make/", reports.report_make, name="report-make"),
    path(
        "<order_number:number>/report/<int:version>-<slug:language>.pdf",
        reports.report_file,
        name="report-file",
    ),
    path("<order_number:number>/place/", inboxes.site_place, name="site-place"),
]

"""URLs of the workorders pages on the phone."""

from __future__ import annotations

from django.urls import path

from workorders.views import (
    phone_charges,
    phone_day,
    phone_forms,
    phone_job,
    phone_posts,
    phone_worker,
)

app_name = "workorders-phone"
urlpatterns = [
    path("worker.js", phone_worker.worker, name="worker"),
    path("offline/", phone_worker.offline, name="offline"),
    path("today/", phone_day.today, name="today"),
    path("notices/<int:notice_id>/seen/", phone_day.notice_seen, name="notice-seen"),
    path("today/<str:number>/", phone_job.job, name="job"),
    path("today/<str:number>/news/", phone_job.job_news, name="job-news"),
    path("today/<str:number>/number/", phone_posts.number_show, name="number-show"),
    path("today/<str:number>/moves/<slug:key>/", phone_posts.job_move, name="job-move"),
    path("today/<str:number>/arrivals/<slug:key>/", phone_posts.job_arrive, name="job-arrive"),
    path("today/<str:number>/check-in/", phone_posts.job_check_in, name="job-check-in"),
    path("today/<str:number>/steps/", phone_posts.job_step, name="job-step"),
    path("today/<str:number>/photos/", phone_posts.job_photo, name="job-photo"),
    path("today/<str:number>/left/", phone_posts.job_leave, name="job-leave"),
    path("today/<str:number>/materials/", phone_posts.job_materials, name="job-materials"),
    path("today/<str:number>/charges/", phone_charges.charge_add, name="charge-add"),
    path(
        "today/<str:number>/charges/<int:pk>/agree/",
        phone_charges.charge_agree,
        name="charge-agree",
    ),
    path(
        "today/<str:number>/charges/<int:pk>/cancel/",
        phone_charges.charge_cancel,
        name="charge-cancel",
    ),
    path(
        "today/<str:number>/questions/<int:pk>/answer/",
        phone_charges.question_answer,
        name="question-answer",
    ),
    path("today/<str:number>/forms/<slug:form>/", phone_forms.form_fill, name="form-fill"),
    path("today/<str:number>/forms/<slug:form>/sign/", phone_forms.form_sign, name="form-sign"),
    path("today/<str:number>/acceptance/", phone_posts.job_acceptance, name="job-acceptance"),
    path("today/<str:number>/signature/", phone_posts.job_signature, name="job-signature"),
]
